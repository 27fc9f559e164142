"""How much people's corrections teach: F1 on the passages that nobody corrected, against the number of corrections.

    python benchmarks/learning_curve.py FILE.jsonl [--draws 10]

Rows as for `icp-voice evaluate tags`. A half of them, drawn anew each time, is never corrected and measures. In the
other half a person corrects tags in the order in which the review would show them, the unsure first: one correction is
one verdict on one passage and one category. F1 is over all tags of the six main categories together, since a half holds
some of them once or never.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from icp_voice.evaluate.ground import Ground
from icp_voice.evaluate.tag_rows import read_passages
from icp_voice.evaluate.tags import MAIN
from icp_voice.settings import Example

SIZES = (0, 10, 30, 60, 100, 200)


def main() -> None:
    """Draw, correct, measure, print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--draws", type=int, default=10)
    options = parser.parse_args()
    ground = Ground.shipped()
    passages, _ = read_passages(options.file, ground.codebook.names)
    said = [one.said for one in passages]
    columns = [ground.codebook.names.index(name) for name in MAIN]
    truth = np.array([[name in one.labels for name in MAIN] for one in passages])
    judged = np.array([[name not in one.maybe or name in one.labels for name in MAIN] for one in passages])
    shipped = ground.coder(())
    base, threshold = shipped.scores(said)[:, columns], shipped.threshold
    found: dict[int, list[float]] = {size: [] for size in SIZES}
    for draw in range(options.draws):
        measured = np.random.default_rng(draw).permutation(len(passages))[: len(passages) // 2]
        corrected = np.setdiff1d(np.arange(len(passages)), measured)
        unsure = sorted(
            (abs(float(base[i, j]) - threshold), int(i), j) for i in corrected for j in range(len(MAIN)) if judged[i, j]
        )
        for size in SIZES:
            verdicts: dict[int, dict[str, bool]] = {}
            for _, i, j in unsure[:size]:
                verdicts.setdefault(i, {})[MAIN[j]] = bool(truth[i, j])
            taught = [
                Example(
                    said[i][1],
                    said[i][2],
                    frozenset(name for name, holds in verdict.items() if holds),
                    frozenset(verdict),
                )
                for i, verdict in sorted(verdicts.items())
            ]
            scores = ground.coder(taught).scores([said[i] for i in measured])[:, columns]
            tagged = (scores >= threshold) & judged[measured]
            right = (tagged & truth[measured]).sum()
            found[size].append(float(2 * right / (tagged.sum() + (truth & judged)[measured].sum())))
    print("| corrections | F1 on the rest, mean | gain, mean [lowest, highest] |\n|---|---|---|")
    for size in SIZES:
        gains = np.array(found[size]) - np.array(found[0])
        print(f"| {size} | {np.mean(found[size]):.3f} | {gains.mean():+.3f} [{gains.min():+.3f}, {gains.max():+.3f}] |")


if __name__ == "__main__":
    main()
