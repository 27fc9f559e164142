"""The embedder beside sentence-transformers as it is used (torch, single precision), same weights, in turns.

    python benchmarks/embedding.py FILE.csv --text COLUMN [--most 2000] [--runs 3]

Both have read some texts before they are timed. Times are medians; "times faster" is the median of the runs' ratios.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from icp_voice.embed import open_embedder
from icp_voice.embed.weights import DEFAULT, find_weights

WARM = 64


def timed(embed: Callable[[list[str]], np.ndarray], texts: list[str]) -> tuple[float, np.ndarray]:
    """Return the seconds that the texts take, and their vectors."""
    start = time.perf_counter()
    vectors = embed(texts)
    return time.perf_counter() - start, vectors


def main() -> None:
    """Time both in turns, compare their vectors, and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--text", required=True)
    parser.add_argument("--most", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with options.file.open(encoding="utf-8", newline="") as file:
        texts = list(dict.fromkeys(row[options.text] for row in csv.DictReader(file)))[: options.most]
    ours = open_embedder(DEFAULT)
    reference = SentenceTransformer(str(find_weights(DEFAULT)), device="cpu")
    for embed in (ours.embed, reference.encode):
        embed(texts[:WARM])
    ours_took, reference_took, near = [], [], 1.0
    for _ in range(options.runs):
        took, vectors = timed(reference.encode, texts)
        reference_took.append(took)
        took, found = timed(ours.embed, texts)
        ours_took.append(took)
        near = min(near, float((vectors * found).sum(axis=1).min()))
    ratios = [a / b for a, b in zip(reference_took, ours_took, strict=True)]
    print(f"{len(texts)} texts of {options.file.name}, medians of {options.runs} runs in turns\n")
    print("| engine | texts a second | times faster | smallest cosine to torch |\n|---|---|---|---|")
    print(f"| sentence-transformers, torch fp32 | {len(texts) / statistics.median(reference_took):.0f} | 1 | 1 |")
    speed = len(texts) / statistics.median(ours_took)
    print(f"| {ours.name} | {speed:.0f} | {statistics.median(ratios):.1f} | {near:.5f} |")


if __name__ == "__main__":
    main()
