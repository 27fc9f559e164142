"""Measure the tagger on passages that people have labelled.

    python benchmarks/tag_quality.py FILE.jsonl [--format json] [--engine torch]

Rows are {"context": ..., "text": ..., "labels": [...], "maybe": [...]}; a label under "maybe" counts neither way.
F1 at the best threshold, found with hindsight, stands beside F1 by the shipped rule: the gap is what calibration costs.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from icp_voice.analysis.tagger import THRESHOLD, Tagger
from icp_voice.embed.passages import open_passage_encoder, passage_text
from icp_voice.settings.codebook import Codebook, load_codebook

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Booleans = NDArray[np.bool_]
    Numbers = NDArray[np.float64]

MAIN = ("pain_point", "buying_process", "discovery_channel", "why_they_buy", "praise", "churn_reason")


@dataclass(frozen=True, slots=True)
class Quality:
    """How well one category is found."""

    precision: float
    recall: float
    f1: float
    support: int
    best_f1: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A labelled row of the file."""

    context: str
    text: str
    labels: frozenset[str]
    maybe: frozenset[str]


def read(path: Path) -> list[Passage]:
    """Return the rows of a file."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        Passage(row.get("context", ""), row["text"], frozenset(row["labels"]), frozenset(row.get("maybe", ())))
        for row in rows
    ]


def quality(probabilities: Numbers, truth: Booleans) -> Quality:
    """Compare one category's probabilities with the truth."""
    import numpy as np

    said = probabilities >= THRESHOLD
    hits = int((said & truth).sum())
    ranked = np.cumsum(truth[np.argsort(-probabilities, kind="stable")])
    best = 2 * ranked / (np.arange(1, len(truth) + 1) + truth.sum())
    return Quality(
        precision=round(hits / max(int(said.sum()), 1), 3),
        recall=round(hits / max(int(truth.sum()), 1), 3),
        f1=round(2 * hits / max(int(said.sum() + truth.sum()), 1), 3),
        support=int(truth.sum()),
        best_f1=round(float(best.max(initial=0.0)), 3),
    )


def shipped_tagger(codebook: Codebook, engine: str) -> Tagger:
    """Return the tagger as a new workspace has it."""
    import numpy as np

    examples = codebook.examples
    vectors = open_passage_encoder(engine).embed([passage_text(row.context, row.text) for row in examples])
    labels = np.array([[name in row.labels for name in codebook.names] for row in examples])
    known = np.array([[name in row.known for name in codebook.names] for row in examples])
    return Tagger(codebook.names).fit(vectors, labels, known)


def measure(passages: Sequence[Passage], engine: str = "auto") -> dict[str, Quality]:
    """Return the quality of each category that the passages carry or could carry."""
    import numpy as np

    codebook = load_codebook()
    tagger = shipped_tagger(codebook, engine)
    vectors = open_passage_encoder(engine).embed([passage_text(row.context, row.text) for row in passages])
    probabilities = tagger.predict_proba(vectors)
    found: dict[str, Quality] = {}
    for j, name in enumerate(codebook.names):
        truth = np.array([name in row.labels for row in passages])
        judged = np.array([name not in row.maybe or name in row.labels for row in passages])
        if truth.any() or name in MAIN:
            found[name] = quality(probabilities[judged, j], truth[judged])
    return found


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description="Measure the tagger on passages that people have labelled.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--engine", choices=("auto", "openvino", "torch"), default="auto")
    options = parser.parse_args()
    found = measure(read(options.file), options.engine)
    macro_f1 = sum(found[name].f1 for name in MAIN if name in found) / len(MAIN)
    if options.format == "json":
        keys = ("precision", "recall", "f1", "support")
        categories = {name: {key: getattr(row, key) for key in keys} for name, row in found.items()}
        print(json.dumps({"macro_f1": round(macro_f1, 3), "categories": categories}, indent=2))
        return
    print(f"{'category':20} precision  recall     F1  support  best F1")
    for name, row in found.items():
        print(f"{name:20} {row.precision:9.3f} {row.recall:7.3f} {row.f1:6.3f} {row.support:8} {row.best_f1:8.3f}")
    best = sum(found[name].best_f1 for name in MAIN if name in found) / len(MAIN)
    print(f"{'mean of the six':20} {'':9} {'':7} {macro_f1:6.3f} {'':8} {best:8.3f}")


if __name__ == "__main__":
    main()
