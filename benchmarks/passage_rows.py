"""What the passage encoder learns from: the shipped examples, the forms they could have been said in, and talk without labels."""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from icp_voice.evaluate.tag_rows import read_passages
from icp_voice.evaluate.tags import MAIN as MAIN_CATEGORIES
from icp_voice.settings.codebook import JUDGED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Booleans = NDArray[np.bool_]

EXAMPLES = Path(__file__).resolve().parent.parent / "pipelines" / "examples"
CATEGORIES = JUDGED
MAIN = len(MAIN_CATEGORIES)  # these stand first
NAMES = "Anna Ben Priya Host Interviewer Participant Juan Mei Omar Lucy Tom Sara Speaker P4 Q Moderator".split()
BLOCK = 12  # examples written one after the other resemble each other: they are left out together
NOISES = re.compile(r"\{[^}]*\}|<[^>]*>")
SENTENCES = re.compile(r"(?<=[.?!])\s+")
FEWEST_WORDS, MOST_WORDS, WORDS_BEFORE = 5, 70, 45


@dataclass(frozen=True, slots=True)
class Row:
    """A passage, and the group it is held out with; of talk nobody knows the labels."""

    context: str
    text: str
    labels: frozenset[str] = frozenset()
    group: int = 0


@dataclass(frozen=True, slots=True)
class Forms:
    """How likely a passage takes each of the forms it could have been said in.

    `mixed` beside a neutral one, `plain` without punctuation, `named` behind a speaker's name, after a `strange` context;
    and, where a teacher tells the labels, `joined` with any other, `cut` from its middle, or `alone` without its context.
    """

    mixed: float = 0.15
    plain: float = 0.12
    named: float = 0.10
    strange: float = 0.1
    joined: float = 0.0
    cut: float = 0.0
    alone: float = 0.0


TAUGHT = Forms(mixed=0.2, plain=0.15, named=0.1, strange=0.2, joined=0.15, cut=0.12, alone=0.06)
"""The forms in which a teacher reads passages."""


def read_examples(folder: Path = EXAMPLES) -> list[Row]:
    """Return all examples; neighbours in a file share a group."""
    rows: list[Row] = []
    for number, path in enumerate(sorted(folder.glob("*.jsonl"))):
        for i, line in enumerate(path.read_text("utf-8").splitlines()):
            row = json.loads(line)
            rows.append(Row(row.get("context", ""), row["text"], frozenset(row["labels"]), number * 1000 + i // BLOCK))
    return rows


def read_labelled(path: Path) -> tuple[list[Row], Booleans]:
    """Return the passages of a file as `icp-voice evaluate tags` takes it, and which of their labels are arguable."""
    import numpy as np

    said, problems = read_passages(path, CATEGORIES)
    for problem in problems:
        print(problem, file=sys.stderr)
    rows = [Row(one.context, one.text, one.labels) for one in said]
    return rows, np.array([[name in one.maybe for name in CATEGORIES] for one in said])


def read_talk(folder: Path) -> list[Row]:
    """Return passages of one to three sentences of meetings in QMSum's JSON form, each with what was said before it."""
    rows: list[Row] = []
    for path in sorted(folder.glob("*.json")):
        before, chance = "", random.Random(path.name)
        for turn in json.loads(path.read_text("utf-8"))["meeting_transcripts"]:
            sentences = [one for one in SENTENCES.split(_tidy(turn["content"])) if one]
            while sentences:
                size = chance.choice((1, 1, 2, 2, 3))
                text, sentences = " ".join(sentences[:size]), sentences[size:]
                if FEWEST_WORDS <= len(text.split()) <= MOST_WORDS:
                    rows.append(Row(" ".join(before.split()[-WORDS_BEFORE:]), text))
                before = text
    return rows


def _tidy(text: str) -> str:
    text = re.sub(r"\s+([.,?!'])", r"\1", NOISES.sub(" ", text))
    return re.sub(r"\s+", " ", text).strip(" -,")


def labels_of(rows: Sequence[Row]) -> Booleans:
    """Return which row carries which category, of shape (rows, categories)."""
    import numpy as np

    return np.array([[category in row.labels for category in CATEGORIES] for row in rows], dtype=bool)


def varied(row: Row, rows: Sequence[Row], neutral: Sequence[Row], forms: Forms, chance: random.Random) -> Row:
    """Return the row in one of the forms it could have been said in."""
    context, text = row.context, row.text
    is_short_answer = bool(context) and len(text.split()) < 8
    if chance.random() < forms.mixed and not is_short_answer:
        text = _beside(text, chance.choice(neutral).text, chance)
    if chance.random() < forms.plain:
        text = re.sub(r"[.,;:!?]", "", text).lower()
    if chance.random() < forms.named:
        text = f"{chance.choice(NAMES)}: {text}"
    if not context and chance.random() < forms.strange:
        context = chance.choice(neutral).text
    drawn = chance.random()
    if drawn < forms.joined:
        text = _beside(text, chance.choice(rows).text, chance)
    elif drawn < forms.joined + forms.cut:
        text = _middle(text, chance)
    elif drawn < forms.joined + forms.cut + forms.alone:
        context = ""
    return replace(row, context=context, text=text)


def _beside(text: str, other: str, chance: random.Random) -> str:
    return f"{text} {other}" if chance.random() < 0.5 else f"{other} {text}"


def _middle(text: str, chance: random.Random) -> str:
    words = text.split()
    if len(words) <= 8:
        return text
    size = chance.randint(5, len(words) - 1)
    first = chance.randint(0, len(words) - size)
    return " ".join(words[first : first + size])
