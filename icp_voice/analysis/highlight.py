"""Which spans of customers' turns are passages worth coding: one idea, one to three sentences, no small change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from icp_voice.language import Language
from icp_voice.model import Document, Side, Turn
from icp_voice.store.documents import short_hash, turn_keys
from icp_voice.store.highlights import Span

VERSION = "1"
MOST_SENTENCES = 3
ENOUGH_WORDS = 14
MOST_WORDS = 60
CONTEXT_LENGTH = 300

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
NO_ANSWER = re.compile(
    r"^\W*((no(ne|pe|thing)?|n/?a|not (really|sure|applicable)|i (don't|do not|can't|cannot) (know|say|remember|recall|think of)"
    r"|no (idea|comment|comments|complaints?|issues?|problems?)|nothing (comes to mind|really|much|so far)"
    r"|(i have |have )?no (clue|opinion))\W*)+(sorry|at the moment|yet|for now|offhand)?\W*$",
    re.I,
)


def passages(documents: Sequence[Document], language: Language) -> dict[str, list[Span]]:
    """Return document id -> the passages of its customers, in the order they were said."""
    spoken = [(document, position) for document in documents for position in _customers_turns(document)]
    borders = language.sentences(document.turns[position].text for document, position in spoken)
    found: dict[str, list[Span]] = {document.id: [] for document in documents}
    keys = {document.id: turn_keys(document.turns) for document in documents}
    for (document, position), sentences in zip(spoken, borders, strict=True):
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
        if told and not short and not NO_ANSWER.match(text[start:end]):
            yield start, end


def _joined(text: str, sentences: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    count = 0
    for start, end in sentences:
        words = len(text[start:end].split())
        if joined:
            before = len(text[joined[-1][0] : joined[-1][1]].split())
            goes_on = count < MOST_SENTENCES and before + words <= MOST_WORDS
            thin = before < ENOUGH_WORDS and not BREAKS.match(text[start:end])
            if goes_on and (thin or words < 4):
                joined[-1] = (joined[-1][0], end)
                count += 1
                continue
        joined.append((start, end))
        count = 1
    return joined
