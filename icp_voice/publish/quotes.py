"""Which quotes are shown, and how: words cut from their turn, who said them where, and the way to their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass

from icp_voice.model import Highlight
from icp_voice.publish.arrangement import QUOTE, Note
from icp_voice.publish.material import DOCUMENT, Material

LONGEST = 560
SHORT = 48
FEWEST_WORDS = 5
LONGEST_QUESTION = 160
SURE = 0.65
SENTENCE_END = re.compile(r"(?<=[.?!])\s+|\n")
BULLET = re.compile(r"^[-*•–·]\s+")
LETTERS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A highlight as a report shows it.

    `text` are the words of the turn from `start` to `end`; `cut` tells that the highlight goes on. `question` is what
    was asked before a short answer. `outside` is false too where no account is known. `anchor` is the place in the
    transcript: document, "-t", number of the turn from 0. `note` is what somebody wrote beside it. `gone` says that the
    words are no longer kept: then `text` is empty.
    """

    id: str
    document: str
    turn: int
    start: int
    end: int
    text: str
    cut: bool
    question: str
    account: str
    account_id: str
    who: str
    date: str
    source: str
    anchor: str
    member: bool
    outside: bool
    categories: tuple[str, ...]
    note: Note | None = None
    gone: bool = False


def saying(material: Material, highlight: Highlight) -> Saying:
    """Return a highlight as it is shown."""
    before, text = unwrapped(shortened(highlight.text, LONGEST))
    return Saying(
        id=highlight.id,
        document=highlight.document,
        turn=highlight.turn,
        start=highlight.start + before,
        end=highlight.start + before + len(text),
        text=text,
        cut=len(highlight.text) > LONGEST,
        question=_question(highlight.context) if len(highlight.text) <= SHORT else "",
        account=_account(material, highlight),
        account_id=highlight.account,
        who=highlight.role or highlight.speaker or "speaker not named",
        date=highlight.date,
        source=highlight.kind,
        anchor=f"{highlight.document}-t{highlight.turn}",
        member=material.voice(highlight) in material.group.members,
        outside=bool(highlight.account) and highlight.account not in material.group.members,
        categories=highlight.categories,
        note=material.arrangement.note(QUOTE, highlight.id),
    )


def shortened(text: str, most: int) -> str:
    """Return the beginning of a text up to the end of a word, so that it stays a verbatim piece of it."""
    if len(text) <= most:
        return text
    cut = text.rfind(" ", most // 2, most)
    return text[: cut if cut > 0 else most].rstrip()


def unwrapped(text: str) -> tuple[int, str]:
    """Return a text without a bullet, and without quotation marks that only open or close; and how much went before."""
    inner = BULLET.sub("", text.strip())
    straight = inner.count('"') % 2 == 1
    if inner[:1] == inner[-1:] == '"' and inner.count('"') == 2:
        inner = inner[1:-1]
    elif inner[:1] in '"“' and (straight if inner[:1] == '"' else "”" not in inner):
        inner = inner[1:]
    elif inner[-1:] in '"”' and (straight if inner[-1:] == '"' else "“" not in inner):
        inner = inner[:-1]
    inner = inner.strip() or text
    return text.find(inner), inner


def best(
    material: Material, highlights: Sequence[Highlight], most: int, *, category: str = "", beside: Iterable[str] = ()
) -> tuple[Saying, ...]:
    """Return up to `most` quotes: different accounts before any speaks twice, members before others.

    `highlights` come with the most typical first; fragments, what is very long, and what hardly carries the `category`
    come later. The same words are shown once, and those in `beside` (ids) not at all. What people put first comes
    first, however many that is, and what they hid does not come.
    """
    left_out = {*beside, *material.arrangement.hidden_quotes}
    pinned = material.arrangement.pinned
    left = [one for one in highlights if one.id not in left_out]
    ranked = in_turn(left, voice=material.voice, members=material.group.members, category=category)
    ranked.sort(key=lambda one: pinned.get(one.id, len(pinned)))
    most = max(most, sum(one.id in pinned for one in ranked))
    return tuple(saying(material, highlight) for highlight in ranked[:most])


def in_turn(
    highlights: Iterable[Highlight],
    *,
    voice: Callable[[Highlight], str],
    members: Collection[str],
    category: str = "",
) -> list[Highlight]:
    """Order highlights, which come with the most typical first, as `best` quotes them; the same words stand there once."""
    ordered = sorted(_distinct(highlights), key=lambda one: (awkward(one[1], category), one[0]))
    turn: dict[str, int] = {}
    ranked = []
    for place, (_, highlight) in enumerate(ordered):
        who = voice(highlight)
        turn[who] = turn.get(who, 0) + 1
        ranked.append((turn[who], who not in members, place, highlight))
    return [highlight for *_, highlight in sorted(ranked, key=lambda one: one[:3])]


def sayings(value: object) -> Iterator[Saying]:
    """Yield every quote inside a section's values, in the order in which they stand there."""
    if isinstance(value, Saying):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from sayings(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from sayings(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from sayings(one)


def _account(material: Material, highlight: Highlight) -> str:
    """Return the name of the account, or nothing where no account is known of anybody."""
    known = highlight.account_name or material.name(highlight.account)
    return known or ("" if material.group.unit == DOCUMENT else "account not known")


def _distinct(highlights: Iterable[Highlight]) -> Iterator[tuple[int, Highlight]]:
    seen: set[str] = set()
    for place, highlight in enumerate(highlights):
        words = " ".join(LETTERS.findall(highlight.text.casefold()))
        if words not in seen:
            seen.add(words)
            yield place, highlight


def awkward(highlight: Highlight, category: str) -> int:
    """Return how little a highlight is fit to be quoted; 0 for one that is."""
    unsure = any(tag.category == category and tag.score < SURE for tag in highlight.tags)
    return (len(highlight.text.split()) < FEWEST_WORDS) + (len(highlight.text) > LONGEST) + unsure


def _question(context: str) -> str:
    """Return the last question in what was said before, if it is short enough to be read."""
    asked = [sentence for sentence in SENTENCE_END.split(context) if sentence.rstrip().endswith("?")]
    last = asked[-1].strip() if asked else ""
    return last if len(last) <= LONGEST_QUESTION else ""
