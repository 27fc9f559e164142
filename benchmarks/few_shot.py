"""How well a category of one's own is told by a handful of examples: precision, recall and F1 at the shipped threshold.

    python benchmarks/few_shot.py FILE --text COLUMN --label COLUMN [--labels 20] [--draws 3] [--counter 50]

Each of so many labels in turn is added to the shipped codebook as a category, with a few texts of that label as examples
and nothing else but its name, unless so many texts of other labels are its counter-examples. All other texts of the file
are then read as passages, those of other labels too. Texts are drawn with a fixed seed.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from icp_voice import home
from icp_voice.evaluate.rows import read_rows
from icp_voice.run import Tools
from icp_voice.run.coding import HEARD, Coder
from icp_voice.settings import Category, Settings, load_codebook
from icp_voice.settings.codebook import with_draft
from icp_voice.store import Store, open_store

SEED, SIZES, LEAST, MOST_TEXTS = 11, (3, 5, 10, 20), 30, 3_000
OWN = "own"


def main() -> None:
    """Read, draw, measure, print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--text", required=True)
    parser.add_argument("--label", required=True)
    parser.add_argument("--labels", type=int, default=20, help="so many labels, drawn from those with enough texts")
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--counter", type=int, default=0, help="so many texts of other labels are counter-examples")
    options = parser.parse_args()
    rows, _ = read_rows(options.file, json.dumps({options.text: "Exports time out.", options.label: "exports"}))
    said = {str(row.fields[options.text]).strip(): str(row.fields[options.label]) for row in rows}
    draw = random.Random(SEED)
    texts = draw.sample(sorted(said), min(len(said), MOST_TEXTS))
    under: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        under[said[text]].append(text)
    large = sorted(label for label, held in under.items() if len(held) >= LEAST)
    labels = draw.sample(large, min(options.labels, len(large)))
    tools, store = Tools(Settings(company="nobody"), load_codebook(), home.PACKAGE), open_store(Path(":memory:"))
    print(f"{len(texts):,} texts, {len(labels)} labels of {len(under)}, {options.draws} draws each\n")
    print("| examples | precision | recall | F1, median | F1, worst tenth |\n|---|---|---|---|---|")
    for size in SIZES:
        found = [
            _measured(store, tools, label, draw.sample(under[label], size), texts, said, options.counter)
            for label in labels
            for _ in range(options.draws)
        ]
        precision, recall, f1 = (sorted(one[part] for one in found) for part in range(3))
        print(
            f"| {size} | {statistics.median(precision):.2f} | {statistics.median(recall):.2f} |"
            f" {statistics.median(f1):.2f} | {f1[len(f1) // 10]:.2f} |",
            flush=True,
        )


def _measured(
    store: Store,
    tools: Tools,
    label: str,
    examples: Sequence[str],
    texts: Sequence[str],
    said: dict[str, str],
    counter: int,
) -> tuple[float, float, float]:
    """Return precision, recall and F1 of a category with these examples, on all other texts."""
    words = label.replace("_", " ")
    beside = [text for text in texts if said[text] != label]
    if counter > len(beside):
        sys.exit(f"--counter {counter}: only {len(beside)} texts have another label than {label}.")
    others = random.Random(SEED).sample(beside, counter)
    draft = Category(
        name=OWN,
        title=words,
        definition=words,
        question=words,
        examples=tuple(examples),
        counter_examples=tuple(others),
    )
    heard = random.Random(SEED).sample(texts, min(HEARD, len(texts)))
    coder = Coder(store, tools.anew(tools.settings, with_draft(tools.codebook, draft)), (), heard)
    given = {*examples, *others}
    rest = [text for text in texts if text not in given]
    told = coder.tags([(text, text, "") for text in rest])
    tagged = {text for text, tags in told.items() if any(tag.category == OWN for tag in tags)}
    truth = {text for text in rest if said[text] == label}
    right = len(tagged & truth)
    return right / max(len(tagged), 1), right / len(truth), 2 * right / (len(tagged) + len(truth))


if __name__ == "__main__":
    main()
