"""How well questions find the turns that answer them, and how surely a question that nothing answers is told.

hit@10: one of the ten best turns answers. Turn recall: the share of the answering turns among the best sixth of all
turns, which is what a hurried reader reads; mean over the questions. Abstention: each question is put to its own talk
and to one that cannot answer it; AUC is how often the own talk gets the higher score, `not answered` what the
threshold makes of the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError
from icp_voice.evaluate.ground import Ground
from icp_voice.evaluate.meetings import Meeting, ask, collection, read_meetings, read_questions
from icp_voice.evaluate.scores import Interval, Score, drawn_means, draws, interval, score
from icp_voice.evaluate.tag_rows import few
from icp_voice.model import View

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Numbers = NDArray[np.float64]

FIRST = 10
READ = 6


@dataclass(frozen=True, slots=True)
class Trial:
    """One question: whether it hit, what it recalled, how likely it seemed answered here, elsewhere and next door."""

    hit: bool
    recall: float
    here: float
    elsewhere: float | None
    beside: float | None = None


@dataclass(frozen=True, slots=True)
class AnswerQuality:
    """What was measured, with 95% intervals over the questions; figures of abstention are None without another talk."""

    talks: int
    questions: int
    threshold: float
    hit_at_10: float
    hit_interval: Interval | None
    turn_recall: float
    recall_interval: Interval | None
    auc: float | None
    auc_interval: Interval | None
    not_answered: Score | None
    precision_interval: Interval | None
    recall_of_no_interval: Interval | None
    auc_same_subject: float | None
    notes: tuple[str, ...]


def measure_folder(ground: Ground, folder: Path, *, most: int | None = None) -> AnswerQuality:
    """Measure on the meetings of a folder, the first `most` by name."""
    meetings, problems = read_meetings(ground, folder, most=most)
    if not any(meeting.questions for meeting in meetings):
        raise IcpVoiceError(f"{folder}: no meeting has a question with the turns that answer it.")
    if len(meetings) == 1:
        problems.append("One meeting alone: no other one to put its questions to, so abstention is not measured.")
    return _measured(ground, len(meetings), _trials(meetings), problems)


def measure_corrections(ground: Ground) -> AnswerQuality:
    """Measure on a workspace: each category's question should find the highlights that people confirmed for it.

    It is put to all highlights, and to those that are left when all are taken out to which the category holds. Only
    the search is measured: what the tags themselves say of a passage is not used.
    """
    if ground.heard is None:
        raise IcpVoiceError("This takes a workspace.", hint="Name one with --workspace.")
    highlights = ground.heard.highlights.select(View(coded=False))
    asked = [
        (category.question, category.name)
        for category in ground.codebook
        if any(category.name in one.labels for one in ground.corrections.values())
    ]
    if not asked:
        raise IcpVoiceError(
            "Nobody has confirmed a tag in this workspace yet.", hint="`icp-voice tag ID --confirm CATEGORY` does."
        )
    place = {document: number for number, document in enumerate(dict.fromkeys(one.document for one in highlights))}
    speakers = [one.speaker for one in highlights]
    documents = [place[one.document] for one in highlights]
    texts = [one.text for one in highlights]
    everything = collection(ground, texts, speakers, documents, turns=False)
    questions, vectors = read_questions(ground, [question for question, _ in asked])
    trials = []
    gold: set[int] = set()
    for number, (_, category) in enumerate(asked):
        confirmed = {i for i, one in enumerate(highlights) if category in _labels(ground, one.id)}
        gold |= confirmed
        left = [i for i, one in enumerate(highlights) if category not in one.categories]
        own = ask(questions[number], vectors[number], everything)
        hit, recall = found(own.scores, confirmed)
        without = collection(
            ground, [texts[i] for i in left], [speakers[i] for i in left], [documents[i] for i in left], turns=False
        )
        there = ask(questions[number], vectors[number], without).verdict.score if left else None
        trials.append(Trial(hit, recall, own.verdict.score, there))
    note = (
        "Each category's guiding question is asked, and only confirmed highlights count as its answers: what nobody has "
        "looked at yet counts against the search, so read hits and recall as lower bounds."
    )
    return _measured(ground, len(place), trials, [note, *few(len(gold))])


def _labels(ground: Ground, highlight: str) -> frozenset[str]:
    found = ground.corrections.get(highlight)
    return found.labels if found else frozenset()


def _trials(meetings: Sequence[Meeting]) -> list[Trial]:
    far, near = ({(i, n): j for i, n, j in elsewhere(meetings, near=nearest)} for nearest in (False, True))

    def likely(i: int, number: int, other: int | None) -> float | None:
        if other is None:
            return None
        asker = meetings[i]
        put = ask(asker.questions[number], asker.question_vectors[number], meetings[other].collection)
        return put.verdict.score

    trials = []
    for i, meeting in enumerate(meetings):
        for number, question in enumerate(meeting.questions):
            own = ask(question, meeting.question_vectors[number], meeting.collection)
            hit, recall = found(own.scores, meeting.relevant[number])
            there, beside = (likely(i, number, table.get((i, number))) for table in (far, near))
            trials.append(Trial(hit, recall, own.verdict.score, there, beside))
    return trials


def found(scores: Floats | Numbers, relevant: frozenset[int] | set[int]) -> tuple[bool, float]:
    """Return whether one of the ten best turns is relevant, and the share of relevant turns in the best sixth.

    The higher of `scores`, of shape (turns,), is the better; of equal ones the earlier turn.
    """
    import numpy as np

    order = [int(i) for i in np.argsort(-scores, kind="stable")]
    sixth = set(order[: round(len(order) / READ)])
    return bool(relevant & set(order[:FIRST])), len(relevant & sixth) / max(1, len(relevant))


def likeness(meetings: Sequence[Meeting]) -> Numbers:
    """Return how much the words of any two meetings are alike: cosine of tf-idf, shape (meetings, meetings)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(
        [" ".join(meeting.collection.texts) for meeting in meetings]
    )
    alike: Numbers = (words @ words.T).toarray()
    return alike


def unlike(alike: Numbers, number: int) -> list[int]:
    """Return the half of the meetings that is least like one of them, the least alike first."""
    others = sorted((j for j in range(len(alike)) if j != number), key=lambda j: (alike[number][j], j))
    return others[: max(1, len(others) // 2)]


def elsewhere(meetings: Sequence[Meeting], *, near: bool = False) -> Iterator[tuple[int, int, int]]:
    """Yield (meeting, question, other meeting): one of the half that is least like it in turn, or the one most alike.

    A meeting on the same subject may well answer in part, so that the unlike half is what a question is refused by.
    """
    if len(meetings) < 2:
        return
    alike = likeness(meetings)
    for i, meeting in enumerate(meetings):
        far = unlike(alike, i)
        nearest = max((j for j in range(len(meetings)) if j != i), key=lambda j: (alike[i][j], j))
        for number in range(len(meeting.questions)):
            yield i, number, nearest if near else far[(7 * i + number) % len(far)]


def _measured(ground: Ground, talks: int, trials: Sequence[Trial], notes: Sequence[str]) -> AnswerQuality:
    import numpy as np

    threshold = ground.tools.settings.answers.threshold
    hits = np.array([trial.hit for trial in trials], dtype=np.float64)
    recalls = np.array([trial.recall for trial in trials], dtype=np.float64)
    pairs = [(trial.here, trial.elsewhere) for trial in trials if trial.elsewhere is not None]
    here, there = (np.array([pair[k] for pair in pairs], dtype=np.float64) for k in range(2))
    beside = np.array([trial.beside for trial in trials if trial.beside is not None], dtype=np.float64)
    wrongly, rightly = here < threshold, there < threshold
    refused = int(wrongly.sum() + rightly.sum())
    precision, recall = _drawn_refusals(wrongly, rightly)
    return AnswerQuality(
        talks=talks,
        questions=len(trials),
        threshold=threshold,
        hit_at_10=float(hits.mean()),
        hit_interval=drawn_means(hits),
        turn_recall=float(recalls.mean()),
        recall_interval=drawn_means(recalls),
        auc=_auc(here, there) if pairs else None,
        auc_interval=_drawn_auc(here, there),
        not_answered=score(int(rightly.sum()), refused, len(pairs)) if pairs else None,
        precision_interval=precision,
        recall_of_no_interval=recall,
        auc_same_subject=_auc(here, beside) if len(beside) else None,
        notes=tuple(notes),
    )


def _wins(here: Numbers, there: Numbers) -> Numbers:
    """Return 1 where a question's own talk scores higher than another question's other one, .5 where equal."""
    wins: Numbers = (here[:, None] > there) + 0.5 * (here[:, None] == there)
    return wins


def _auc(here: Numbers, there: Numbers) -> float:
    return float(_wins(here, there).mean())


def _drawn_auc(here: Numbers, there: Numbers) -> Interval | None:
    import numpy as np

    if not len(here):
        return None
    wins = _wins(here, there)
    drawn = [((weights @ wins) * weights).sum(axis=1) / len(here) ** 2 for weights in draws(len(here))]
    return interval(np.concatenate(drawn))


def _drawn_refusals(wrongly: NDArray[np.bool_], rightly: NDArray[np.bool_]) -> tuple[Interval | None, Interval | None]:
    """Return the intervals of precision and recall of "not answered"."""
    import numpy as np

    if not len(rightly):
        return None, None
    sums = np.concatenate([weights @ np.stack([wrongly, rightly], axis=1) for weights in draws(len(rightly))])
    with np.errstate(invalid="ignore"):
        precision = sums[:, 1] / sums.sum(axis=1)
    return interval(precision), interval(sums[:, 1] / len(rightly))
