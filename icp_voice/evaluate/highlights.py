"""How well the passages that are marked in transcripts agree with the passages that people marked there.

Two things are compared with people: every passage that a run marks, and those of them to which a category holds. Beside
them stands the baseline that takes no model: every turn of eight words or more as a whole. Only customers' turns count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from icp_voice.analysis import highlight
from icp_voice.evaluate.coded_segments import Coded, Place, read_coded
from icp_voice.evaluate.ground import Ground
from icp_voice.evaluate.held_out import held_out
from icp_voice.evaluate.spans import SpanQuality, TurnSpans, by_turn, measure
from icp_voice.evaluate.tag_rows import corrected, few
from icp_voice.model import View

FROM_WORKSPACE = (
    "Whoever codes in a workspace codes passages that were marked already, so borders agree by construction: this tells "
    "only which of them are worth coding."
)
FEWEST_WORDS = 8  # of a turn that the baseline takes


@dataclass(frozen=True, slots=True)
class HighlightQuality:
    """What was measured of all passages and of the coded ones, over so many customers' turns (or judged passages).

    `whole_turns` is the baseline; None where no turns are measured.
    """

    transcripts: int
    turns: int
    unit: str
    passages: SpanQuality
    coded: SpanQuality
    whole_turns: SpanQuality | None
    notes: tuple[str, ...]


def measure_folder(ground: Ground, folder: Path, *, ours: Sequence[str] = ()) -> HighlightQuality:
    """Measure on the transcripts and coded segments of a folder; `ours` are names of people who are no customers."""
    transcripts, problems = read_coded(ground, folder, ours=ours)
    spans = highlight.passages([one.document for one in transcripts], ground.tools.language)
    places = {
        one.document.id: [(Place(span.turn, span.start, span.end), span.context) for span in spans[one.document.id]]
        for one in transcripts
    }
    held = _held(ground, transcripts, places)
    passages = [turn for one in transcripts for turn in _turns(one, [place for place, _ in places[one.document.id]])]
    coded = [turn for one in transcripts for turn in _turns(one, held[one.document.id])]
    whole = [turn for one in transcripts for turn in _turns(one, whole_turns(one))]
    return HighlightQuality(
        transcripts=len(transcripts),
        turns=len(passages),
        unit="customers' turns",
        passages=measure(passages),
        coded=measure(coded),
        whole_turns=measure(whole),
        notes=tuple(problems),
    )


def measure_corrections(ground: Ground) -> HighlightQuality:
    """Measure on a workspace whether the passages that people found worth coding are those that the model codes.

    Worth coding is a passage with a confirmed category; not worth it, one of which all that was proposed is rejected.
    The model is one that was not told of the passage.
    """
    passages = corrected(ground)
    assert ground.heard is not None  # `corrected` has looked
    held = {one.id for one in ground.heard.highlights.select(View(), ids=[one.where for one in passages])}
    scored = held_out(ground, passages)
    known = [
        (one.labels, one.where in held, scored.coders[i].threshold, scored.scores[i], len(one.text))
        for i, one in enumerate(passages)
    ]
    judged = [row for row in known if row[0] or not row[1]]
    every, coded = [], []
    for labels, _, threshold, scores, length in judged:
        whole = ((0, length),)
        marked = whole if labels else ()
        every.append(TurnSpans(length, whole, marked))
        coded.append(TurnSpans(length, whole if float(scores.max()) >= threshold else (), marked))
    documents = {one.group for one in passages}
    return HighlightQuality(
        transcripts=len(documents),
        turns=len(judged),
        unit="judged passages",
        passages=measure(every),
        coded=measure(coded),
        whole_turns=None,
        notes=(FROM_WORKSPACE, *few(len(judged))),
    )


def whole_turns(coded: Coded) -> list[Place]:
    """Return each of the customers' turns that has at least `FEWEST_WORDS` words between blanks, as one span."""
    texts = [(turn, coded.document.turns[turn].text) for turn in coded.customers]
    return [Place(turn, 0, len(text)) for turn, text in texts if len(text.split()) >= FEWEST_WORDS]


def _turns(coded: Coded, found: Sequence[Place]) -> list[TurnSpans]:
    lengths = {turn: len(coded.document.turns[turn].text) for turn in coded.customers}
    return by_turn(lengths, found, coded.marked)


def _held(
    ground: Ground, transcripts: Sequence[Coded], places: dict[str, list[tuple[Place, str]]]
) -> dict[str, list[Place]]:
    """Return the passages of each transcript to which the model gives a category."""
    said = [
        (f"{number} {k}", one.document.turns[place.turn].text[place.start : place.end], context)
        for number, one in enumerate(transcripts)
        for k, (place, context) in enumerate(places[one.document.id])
    ]
    tags = ground.coder().tags(said)
    return {
        one.document.id: [place for k, (place, _) in enumerate(places[one.document.id]) if tags[f"{number} {k}"]]
        for number, one in enumerate(transcripts)
    }
