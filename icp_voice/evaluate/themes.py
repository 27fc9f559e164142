"""How well themes, found without labels, fit the labels that people gave: counts, V-measure, ARI, words, seconds.

The texts are grouped as the first run of a workspace would group them, by its `[themes]` settings or the shipped ones.
What has no theme counts as one more group, all together. V-measure: Rosenberg and Hirschberg (2007); ARI, the adjusted
Rand index: Hubert and Arabie (1985); both as scikit-learn computes them.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from icp_voice.analysis import naming, themes
from icp_voice.errors import IcpVoiceError
from icp_voice.evaluate.coherence import diversity, npmi
from icp_voice.evaluate.ground import Ground
from icp_voice.evaluate.rows import BadRow, Row, column, kept, read_rows, said
from icp_voice.run.grouping import grouper

WORDS = 10


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with the label that a person gave it."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Found:
    """The theme of each text, -1 for none, with the reasons; the words of each theme; how long each part took."""

    model: str
    labels: list[int]
    reasons: list[str]
    words: list[tuple[str, ...]]
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ThemeQuality:
    """What was measured. `out_unassigned` is the share without theme among texts that belong to no label.

    Fewer than two themes, or rows with a label, leave nothing to compare: the four figures that compare are None then.
    """

    rows: int
    themes: int
    labels: int
    v_measure: float | None
    ari: float | None
    unassigned: float
    out_unassigned: float | None
    reasons: Mapping[str, int]
    npmi: float | None
    diversity: float | None
    seconds: Mapping[str, float]
    biggest: float
    notes: tuple[str, ...]


def measure_file(
    ground: Ground, path: Path, *, text: str, label: str, out: str = "", skip: Sequence[str] = ()
) -> ThemeQuality:
    """Measure on the rows of a file, by the names of its columns; `out` is the label of what belongs nowhere."""
    rows, problems = read_labelled(path, text=text, label=label)
    known = {one.label for one in rows}
    for name in (*((out,) if out else ()), *skip):
        if name not in known:
            shown = ", ".join(sorted(known)[:12]) + (" ..." if len(known) > 12 else "")
            raise IcpVoiceError(f'{path.name}: no row is labelled "{name}".', hint=f"Known: {shown}.")
    left = [one for one in rows if one.label not in skip]
    if not any(one.label != out for one in left):
        raise IcpVoiceError(f"{path.name}: no row with a label is left to compare with.")
    return measure(ground, left, out=out, notes=problems)


def measure_corrections(ground: Ground) -> ThemeQuality:
    """Measure on the highlights of which people confirmed exactly one category, as their labels."""
    rows = [
        Labelled(one.text, category)
        for _, one in sorted(ground.corrections.items())
        if len(one.labels) == 1
        for category in one.labels
    ]
    if len({one.label for one in rows}) < 2:
        raise IcpVoiceError(
            "Too few tags are confirmed in this workspace to compare themes with.",
            hint="It takes highlights with one confirmed category each, of two categories or more.",
        )
    note = (
        "The labels are the confirmed categories: this tells whether themes keep them apart, and nothing of the themes "
        "within one. What a passage is about may well cut across what it does."
    )
    return measure(ground, rows, notes=[note])


def read_labelled(path: Path, *, text: str, label: str) -> tuple[list[Labelled], list[str]]:
    """Return the texts and labels of a file and what is wrong with other rows."""
    form = f'Form of a row: {{"{text}": "My card was refused.", "{label}": "card_refused"}}.'
    rows, problems = read_rows(path, form)
    column(rows, text, path, "--text")
    column(rows, label, path, "--label")
    labelled, more = kept(rows, lambda row: Labelled(said(row, text), _label(row, label)), path, form)
    return labelled, [*problems, *more]


def _label(row: Row, name: str) -> str:
    value = row.fields.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise BadRow(f'"{name}" is missing or not one label')
    return str(value).strip()


def measure(ground: Ground, rows: Sequence[Labelled], *, out: str = "", notes: Sequence[str] = ()) -> ThemeQuality:
    """Group the texts and compare with their labels; those labelled `out` are grouped too, and counted apart."""
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    found = find(ground, [one.text for one in rows])
    inside = [i for i, one in enumerate(rows) if not out or one.label != out]
    outside = [i for i, one in enumerate(rows) if out and one.label == out]
    truth = [rows[i].label for i in inside]
    given = [found.labels[i] for i in inside]
    sizes = Counter(label for label in found.labels if label >= 0)
    told = len(sizes) > 1 and len(inside) > 1
    if not told:
        few = f"{len(sizes)} theme{'s' * (len(sizes) != 1)} in {len(inside)} row{'s' * (len(inside) != 1)} with a label"
        notes = [*notes, f"{few}: V-measure, ARI, NPMI and diversity say nothing below two of each, and are left out."]
    return ThemeQuality(
        rows=len(rows),
        themes=len(sizes),
        labels=len(set(truth)),
        v_measure=float(v_measure_score(truth, given)) if told else None,
        ari=float(adjusted_rand_score(truth, given)) if told else None,
        unassigned=_unassigned(given),
        out_unassigned=_unassigned([found.labels[i] for i in outside]) if outside else None,
        reasons=dict(sorted(Counter(why(reason) for reason in found.reasons if reason).items())),
        npmi=npmi(found.words, [one.text for one in rows]) if told else None,
        diversity=diversity(found.words) if told else None,
        seconds=found.seconds,
        biggest=max(sizes.values(), default=0) / len(rows),
        notes=tuple(notes),
    )


def find(ground: Ground, texts: Sequence[str]) -> Found:
    """Group texts as a first run does, and tell each theme's ten words."""
    clock = [time.perf_counter()]
    settings, model = ground.tools.settings.themes, ground.tools.embedder.name
    clock.append(time.perf_counter())
    vectors = ground.embed(texts)
    clock.append(time.perf_counter())
    ids = [f"{number:09}" for number in range(len(texts))]
    regrouped = themes.regroup(
        "measured",
        themes.Previous(),
        ids,
        texts,
        vectors,
        smallest=settings.smallest,
        grouper=grouper(settings.method),
    )
    clock.append(time.perf_counter())
    members = [[int(identity) for identity in held] for held in regrouped.members.values()]
    words = naming.keywords(
        [[texts[i] for i in held] for held in members], naming.Reader(ground.tools.language), most=WORDS
    )
    clock.append(time.perf_counter())
    labels = [-1] * len(texts)
    for number, held in enumerate(members):
        for i in held:
            labels[i] = number
    parts = ("loading", "embedding", "grouping", "words")
    return Found(
        model=model,
        labels=labels,
        reasons=[regrouped.reasons.get(identity, "") for identity in ids],
        words=words,
        seconds={part: after - before for part, before, after in zip(parts, clock, clock[1:], strict=False)},
    )


def why(reason: str) -> str:
    """Return a reason without the names of the two themes that a text may stand between."""
    return re.sub(r"^between .*", "between two themes", reason)


def _unassigned(labels: Sequence[int]) -> float:
    return sum(label < 0 for label in labels) / max(len(labels), 1)
