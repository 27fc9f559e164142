"""Which spans of customers' turns are passages worth coding: one idea, one to three sentences, no small change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from icp_voice.language import Language
from icp_voice.model import Document, Side, Turn
from icp_voice.store.documents import short_hash, turn_keys
from icp_voice.store.highlights import Span

VERSION = "2"
MOST_SENTENCES = 3
ENOUGH_WORDS = 20
MOST_WORDS = 75
CONTEXT_LENGTH = 300
# Characters looked at on either side of a border between turns, and what is too little of a sentence to stand alone.
BORDER = 200
FRAGMENT = 60
ENDS = frozenset('.?!\u2026"\u201d:;')

EMPTY = frozenset(
    """a absolutely ah all alright also am and anyway are as awesome bye can certainly cheers come cool course day did do
    doing everybody everyone exactly fair fine for gonna good got great guys have having hello here hey hi hm hmm how i
    i'm is it it's just know let's like lovely make makes me mean mhm mm morning much my n/a na nah name nice no none nope
    not nothing now of off oh ok okay on one perfect please pleasure really right see sense share so sounds sure thank
    thanks that that's the them then there they things think this time to today too totally true uh um very was we welcome
    well were what will with yeah yep yes you your you're""".split()
)
BREAKS = re.compile(
    r"^(but|however|and then|another|also|the other|one thing|on the other hand|second|secondly|third|thirdly|finally|"
    r"besides|as for|what i (do )?(like|love|hate|miss)|we('d| would) (like|love)|it would be)\b",
    re.I,
)
# A sentence that begins so goes on with what was said before it.
CONTINUES = re.compile(
    r"^\W*(and|so|because|'cause|which|or|that|that's|this|it|it's|they|they're|these|those|then|otherwise|i mean"
    r"|like|for example|for instance)\b",
    re.I,
)
NO_ANSWER = re.compile(
    r"^\W*((no(ne|pe|thing)?|n/?a|not (really|sure|applicable)|i (don't|do not|can't|cannot) (know|say|remember|recall|think of)"
    r"|no (idea|comment|comments|complaints?|issues?|problems?)|nothing (comes to mind|really|much|so far)"
    r"|(i have |have )?no (clue|opinion))\W*)+(sorry|at the moment|yet|for now|offhand)?\W*$",
    re.I,
)


# What an interviewer says back to hear it confirmed.
YOU = r"you(r|'re|'ve|'d)?\b"
ECHO = re.compile(
    r"^\W*((right|okay|ok|got it|gotcha|i see|understood|interesting|sure|great)\W+)+((so|and|then)\W+)*"
    rf"{YOU}[^.?!]*[.?!]*$|^\W*((so|and)\W+)+{YOU}[^.?!]*\?$",
    re.I,
)


def passages(documents: Sequence[Document], language: Language) -> dict[str, list[Span]]:
    """Return document id -> the passages of its customers, in the order they were said."""
    spoken = [(document, position) for document in documents for position in _customers_turns(document)]
    whole = _whole_parts(spoken, language)
    borders = language.sentences(
        document.turns[position].text[part.start : part.stop]
        for (document, position), part in zip(spoken, whole, strict=True)
    )
    found: dict[str, list[Span]] = {document.id: [] for document in documents}
    keys = {document.id: turn_keys(document.turns) for document in documents}
    for (document, position), part, cut in zip(spoken, whole, borders, strict=True):
        sentences = [(part.start + start, part.start + end) for start, end in cut]
        context = context_of(document.turns, position)
        found[document.id] += [
            Span(
                id=short_hash(document.id, keys[document.id][position], start, end),
                turn=position,
                start=start,
                end=end,
                context=context,
                key=keys[document.id][position],
            )
            for start, end in _spans(document.turns[position].text, context, sentences)
        ]
    return found


def _customers_turns(document: Document) -> list[int]:
    customers = {speaker.name for speaker in document.speakers if speaker.side is Side.CUSTOMER}
    return [position for position, turn in enumerate(document.turns) if turn.speaker in customers]


def _whole_parts(spoken: Sequence[tuple[Document, int]], language: Language) -> list[range]:
    """Return of each turn the offsets without half sentences.

    Captions without punctuation are cut into turns by their length: a sentence that runs over such a border belongs to
    the turn that holds most of it, and the rest of it, a few words, to none.
    """
    parts = [range(len(document.turns[position].text)) for document, position in spoken]
    cut = [i for i in range(1, len(spoken)) if _goes_on(spoken[i - 1], spoken[i])]
    ends = [_text(spoken[i - 1])[-BORDER:].partition(" ")[2] for i in cut]
    begins = [_text(spoken[i])[:BORDER].rpartition(" ")[0] for i in cut]
    joined = [f"{end} {begin}" for end, begin in zip(ends, begins, strict=True)]
    for i, end, sentences in zip(cut, ends, language.sentences(joined), strict=True):
        crossing = next(((a, b) for a, b in sentences if a < len(end) and b > len(end) + 1), None)
        if crossing:
            before, after = len(end) - crossing[0], crossing[1] - len(end) - 1
            if before < min(after, FRAGMENT):
                parts[i - 1] = range(parts[i - 1].start, max(parts[i - 1].start, parts[i - 1].stop - before))
            elif after <= min(before, FRAGMENT):
                parts[i] = range(min(after, parts[i].stop), parts[i].stop)
    return parts


def _goes_on(before: tuple[Document, int], after: tuple[Document, int]) -> bool:
    """Tell whether a turn goes on where the one before it, of the same speaker, broke off."""
    turns = after[0].turns
    follows = (
        before[0] is after[0] and before[1] + 1 == after[1] and turns[before[1]].speaker == turns[after[1]].speaker
    )
    return follows and bool(_text(before)) and _text(before).rstrip()[-1:] not in ENDS


def _text(place: tuple[Document, int]) -> str:
    document, position = place
    return document.turns[position].text


def context_of(turns: Sequence[Turn], position: int) -> str:
    """Return what was asked or said just before: the other speaker's last words, the question by preference."""
    speaker = turns[position].speaker
    for turn in reversed(turns[max(0, position - 3) : position]):
        if turn.speaker != speaker and len(turn.text.split()) > 2:
            return _last_question(turn.text)
    return ""


def _last_question(text: str) -> str:
    parts = re.findall(r"[^.?!]+[.?!]*", text)
    last = next((i for i in range(len(parts) - 1, -1, -1) if parts[i].rstrip().endswith("?")), len(parts) - 1)
    kept = "".join(parts[max(0, last - 1) : last + 1]).strip()
    return kept[-CONTEXT_LENGTH:].lstrip()


def _spans(text: str, context: str, sentences: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join sentences into passages, and leave out those in which nothing is said."""
    answering = "?" in context
    for first, (start, end) in enumerate(_joined(text, sentences)):
        words = re.findall(r"[\w'’/]+", text[start:end].lower())
        told = [word for word in words if word.replace("’", "'") not in EMPTY]
        short = len(words) < 4 and not (first == 0 and answering)
        empty = NO_ANSWER.match(text[start:end]) or ECHO.match(text[start:end].replace("\u2019", "'"))
        if told and not short and not empty:
            yield start, end


def _joined(text: str, sentences: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Put sentences together that say one thing: up to three, while little is said yet or the next one goes on with it."""
    joined: list[tuple[int, int]] = []
    count = 0
    for start, end in sentences:
        words = len(text[start:end].split())
        if joined:
            before = len(text[joined[-1][0] : joined[-1][1]].split())
            goes_on = count < MOST_SENTENCES and before + words <= MOST_WORDS
            sentence = text[start:end].replace("\u2019", "'")
            together = (before < ENOUGH_WORDS or CONTINUES.match(sentence)) and not BREAKS.match(sentence)
            if goes_on and (together or words < 4):
                joined[-1] = (joined[-1][0], end)
                count += 1
                continue
        joined.append((start, end))
        count = 1
    return joined
