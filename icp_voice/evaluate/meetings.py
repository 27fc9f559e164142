"""Talks that questions are put to: meetings in QMSum's JSON form, and what comes of putting a question to one.

The form is that of QMSum (Zhong et al. 2021, NAACL): `meeting_transcripts`, a list of {"speaker", "content"}, and
`specific_query_list`, a list of {"query", "relevant_text_span": [[first turn, last turn], ...]}, turns counted from 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icp_voice.errors import UnreadableFile
from icp_voice.evaluate.ground import Ground
from icp_voice.evaluate.rows import BadRow, Row, kept, must_be_folder, read_json
from icp_voice.profile.question import Question
from icp_voice.profile.retrieve import LOOKED_AT, Bm25, Passages, Verdict, answerable, closeness, rank

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

HINT = "Name a folder with one .json file for each meeting, in QMSum's form: see docs/evaluate.md."


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """Passages ready to be asked, with who said them, their vectors of shape (n, d) and their words."""

    texts: Sequence[str]
    passages: Passages
    vectors: Floats
    words: Bm25


@dataclass(frozen=True, slots=True, eq=False)
class Meeting:
    """A talk, and its questions with their vectors (questions, 2, d) and the numbers of the turns that answer them."""

    name: str
    collection: Collection
    questions: Sequence[Question]
    question_vectors: Floats
    relevant: Sequence[frozenset[int]]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One question put to one collection: scores of shape (n,), and what tells whether it is answered at all."""

    question: Question
    scores: Floats
    close: Floats
    lexical: Floats
    best: Sequence[str]
    frequencies: Sequence[int]

    @property
    def given(self) -> dict[str, Any]:
        """What `retrieve.signals` and `retrieve.answerable` are told."""
        return {
            "close": self.close,
            "lexical": self.lexical,
            "texts": self.best,
            "frequencies": self.frequencies,
        }

    @property
    def verdict(self) -> Verdict:
        """How likely it is that the passages answer the question."""
        return answerable(self.question, **self.given)


def read_meetings(ground: Ground, folder: Path, *, most: int | None = None) -> tuple[list[Meeting], list[str]]:
    """Return the meetings of a folder by name, at most `most`, and what is wrong with other files."""
    must_be_folder(folder, HINT)
    paths = sorted(folder.glob("*.json"))[:most]
    if not paths:
        raise UnreadableFile(f"{folder} holds no .json files.", hint=HINT)
    files = [Row(path.name, {"path": path}) for path in paths]
    tables, problems = kept(files, lambda row: (row.where, _checked(row.fields["path"])), folder, HINT)
    problems += [problem for name, table in tables for problem in _outside(name, table)]
    return [_meeting(ground, name, table) for name, table in tables], problems


def _checked(path: Path) -> Mapping[str, Any]:
    """Return what a file holds if it has the form of a meeting."""
    table = read_json(path)
    keys = ("meeting_transcripts", "specific_query_list")
    if not isinstance(table, dict) or not all(isinstance(table.get(key), list) for key in keys):
        raise BadRow(f"not a meeting: it needs the lists {' and '.join(keys)}")
    for turn in table[keys[0]]:
        if not isinstance(turn, dict) or not all(isinstance(turn.get(key), str) for key in ("speaker", "content")):
            raise BadRow("a turn without speaker or content")
    for query in table[keys[1]]:
        if not isinstance(query, dict) or not isinstance(query.get("query"), str):
            raise BadRow("a question without words")
        _spans(query)
    if not table[keys[0]]:
        raise BadRow("no turns")
    return table


def _spans(query: Mapping[str, Any]) -> list[tuple[int, int]]:
    try:
        return [(int(first), int(last)) for first, last in query.get("relevant_text_span") or []]
    except (TypeError, ValueError) as error:
        raise BadRow('"relevant_text_span" is not a list of [first turn, last turn]') from error


def _inside(query: Mapping[str, Any], turns: int) -> list[tuple[int, int]]:
    """Return the spans of a question that lie in a meeting of so many turns."""
    return [(first, last) for first, last in _spans(query) if 0 <= first <= last < turns]


def _outside(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with spans that do not lie in the meeting; they are left out."""
    turns = len(table["meeting_transcripts"])
    for number, query in enumerate(table["specific_query_list"], start=1):
        inside = _inside(query, turns)
        for first, last in _spans(query):
            if (first, last) not in inside:
                yield (
                    f"{name} question {number}: the span [{first}, {last}] is left out; "
                    f"the meeting has the turns 0 to {turns - 1}"
                )


def _meeting(ground: Ground, name: str, table: Mapping[str, Any]) -> Meeting:
    turns = table["meeting_transcripts"]
    queries = [query for query in table["specific_query_list"] if _inside(query, len(turns))]
    texts = [_clean(turn["content"]) for turn in turns]
    questions, vectors = read_questions(ground, [query["query"] for query in queries])
    return Meeting(
        name=name,
        collection=collection(ground, texts, [turn["speaker"] for turn in turns], [0] * len(turns)),
        questions=questions,
        question_vectors=vectors,
        relevant=[
            frozenset(i for first, last in _inside(query, len(texts)) for i in range(first, last + 1))
            for query in queries
        ],
    )


def read_questions(ground: Ground, texts: Sequence[str]) -> tuple[list[Question], Floats]:
    """Return the questions and their vectors, of shape (questions, 2, d)."""
    questions = Question.read_all(texts, ground.tools.language)
    vectors = ground.embed([text for question in questions for text in question.texts])
    return questions, vectors.reshape(len(questions), 2, -1 if len(questions) else 0)


def collection(
    ground: Ground, texts: Sequence[str], speakers: Sequence[str], documents: Sequence[int], *, turns: bool = True
) -> Collection:
    """Return texts as they are asked, with who said each and the number of the document that each is from.

    Whole `turns` tell the more the longer they are; highlights have had their small talk taken out.
    """
    import numpy as np

    names = tuple(sorted(set(speakers)))
    place = {name: number for number, name in enumerate(names)}
    return Collection(
        texts=texts,
        passages=Passages(
            document=np.array(documents, dtype=np.int64),
            speaker=np.array([place[name] for name in speakers], dtype=np.int64),
            speakers=names,
            length=np.array([len(text) for text in texts], dtype=np.int64) if turns else None,
        ),
        vectors=ground.embed([text or "." for text in texts]),
        words=Bm25(texts),
    )


def _clean(text: str) -> str:
    """Take off the transcribers' marks and the blanks before punctuation."""
    text = re.sub(r"\{[a-z]+\}", " ", text)
    return " ".join(re.sub(r"\s+([.,?!;:'])", r"\1", text).split())


def ask(question: Question, vectors: Floats, asked: Collection) -> Asked:
    """Put a question, with its two vectors, to a collection."""
    import numpy as np

    close = closeness(asked.vectors, vectors)
    lexical = asked.words.of(question)
    scores = rank(question, asked.passages, close=close, lexical=lexical)
    best = np.argsort(-scores, kind="stable")[:LOOKED_AT]
    return Asked(
        question=question,
        scores=scores,
        close=close,
        lexical=lexical,
        best=[asked.texts[int(i)] for i in best],
        frequencies=[asked.words.frequency(term) for term in question.all_terms],
    )
