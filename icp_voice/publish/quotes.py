"""Which quotes are shown, and how: words cut from their turn, who said them where, and the way to their place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass

from icp_voice.model import Highlight
from icp_voice.publish.material import Material

LONGEST = 560
SHORT = 48
FEWEST_WORDS = 5
LONGEST_QUESTION = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A highlight as a report shows it.

    `text` are the words of the turn from `start` to `end`; `cut` tells that the highlight goes on. `question` is what
    was asked before a short answer. `anchor` is the place in the transcript: document, "-t", number of the turn from 0.
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
    categories: tuple[str, ...]


def saying(material: Material, highlight: Highlight) -> Saying:
    """Return a highlight as it is shown."""
    text = shortened(highlight.text, LONGEST)
    return Saying(
        id=highlight.id,
        document=highlight.document,
        turn=highlight.turn,
        start=highlight.start,
        end=highlight.start + len(text),
        text=text,
        cut=len(text) < len(highlight.text),
        question=_question(highlight.context) if len(highlight.text) <= SHORT else "",
        account=highlight.account_name or material.name(highlight.account) or "account not known",
        account_id=highlight.account,
        who=highlight.role or highlight.speaker or "speaker not named",
        date=highlight.date,
        source=highlight.kind,
        anchor=f"{highlight.document}-t{highlight.turn}",
        member=material.voice(highlight) in material.group.members,
        categories=highlight.categories,
    )


def shortened(text: str, most: int) -> str:
    """Return the beginning of a text up to the end of a word, so that it stays a verbatim piece of it."""
    if len(text) <= most:
        return text
    cut = text.rfind(" ", most // 2, most)
    return text[: cut if cut > 0 else most].rstrip()


def best(material: Material, highlights: Sequence[Highlight], most: int, *, beside: Iterable[str] = ()) -> tuple[Saying, ...]:
    """Return up to `most` quotes: different accounts before any speaks twice, members before others.

    `highlights` come with the most typical first; fragments and what is very long come later. The same words are shown
    once, and those in `beside` (ids) not at all.
    """
    left_out = set(beside)
    distinct = _distinct(one for one in highlights if one.id not in left_out)
    ordered = sorted(distinct, key=lambda one: (_awkward(one[1]), one[0]))
    turn: dict[str, int] = {}
    ranked = []
    for place, (_, highlight) in enumerate(ordered):
        voice = material.voice(highlight)
        turn[voice] = turn.get(voice, 0) + 1
        ranked.append((turn[voice], voice not in material.group.members, place, highlight))
    ranked.sort(key=lambda one: one[:3])
    return tuple(saying(material, highlight) for *_, highlight in ranked[:most])


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


def _distinct(highlights: Iterable[Highlight]) -> Iterator[tuple[int, Highlight]]:
    seen: set[str] = set()
    for place, highlight in enumerate(highlights):
        words = " ".join(highlight.text.casefold().split())
        if words not in seen:
            seen.add(words)
            yield place, highlight


def _awkward(highlight: Highlight) -> bool:
    return len(highlight.text.split()) < FEWEST_WORDS or len(highlight.text) > LONGEST


def _question(context: str) -> str:
    """Return the last question in what was said before, if it is short enough to be read."""
    asked = re.findall(r"[^.?!\n]*\?", context)
    last = asked[-1].strip() if asked else ""
    return last if len(last) <= LONGEST_QUESTION else ""
