"""The linear model over passages' vectors: learned from labels or from a teacher, its scores made true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from passage_rows import CATEGORIES, MAIN, Row, labels_of

from icp_voice.analysis.tagger import PRIOR, Head, Tagger
from icp_voice.evaluate.tags import best_f1

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Booleans = NDArray[np.bool_]
    Matrix = NDArray[np.float32]
    Numbers = NDArray[np.float64]

STRENGTH = 0.5
MOST_LIFT = 10.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """What evidence becomes: `slope` times it, plus `offset`."""

    slope: float
    offset: float


def head_of_labels(vectors: Matrix, rows: Sequence[Row]) -> Head:
    """Return what tells the rows' labels by their vectors, of shape (rows, dimensions)."""
    import numpy as np

    labels = labels_of(rows)
    share = labels.mean(axis=0)
    prior = dict(zip(CATEGORIES, share.tolist(), strict=True))
    taught = Tagger(CATEGORIES, prior=prior, strength=STRENGTH, most_lift=MOST_LIFT)
    taught.fit(vectors, labels, np.ones_like(labels))
    return Head(CATEGORIES, taught.coef_, taught.intercept_ - _log_odds(share), vectors.mean(axis=0).astype(np.float64))


def head_of_lesson(vectors: Matrix, said: Matrix, center: Matrix) -> Head:
    """Return what tells what a teacher said, probabilities of shape (rows, categories): logistic regression on these.

    `center`, of shape (dimensions,), is the middle of the examples, among which each category is as frequent as others.
    """
    import numpy as np
    from scipy.optimize import minimize

    design = np.c_[vectors, np.ones(len(vectors))].astype(np.float64)
    found = np.zeros((len(CATEGORIES), design.shape[1]))
    for j, truth in enumerate(said.T.astype(np.float64)):

        def loss(line: Numbers, truth: Numbers = truth) -> tuple[float, Numbers]:
            odds = design @ line
            wrong = 1 / (1 + np.exp(-odds)) - truth
            held = np.r_[line[:-1], 0.0] / STRENGTH
            return float(np.sum(np.logaddexp(0, odds) - truth * odds) + held @ line / 2), design.T @ wrong + held

        found[j] = minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    share = said.mean(axis=0).astype(np.float64)
    return Head(CATEGORIES, found[:, :-1], found[:, -1] - _log_odds(share), center.astype(np.float64))


def evidence(head: Head, vectors: Matrix) -> Numbers:
    """Return log-odds above those of a category's share, of shape (rows, categories)."""
    found: Numbers = vectors @ head.coef.T + head.intercept
    return found


def calibration_of(found: Numbers, rows: Sequence[Row]) -> Calibration:
    """Return what makes the evidence of rows that were left out right on the whole, given their own shares."""
    import numpy as np

    labels = labels_of(rows)
    prior = np.broadcast_to(_log_odds(labels.mean(axis=0)), labels.shape)
    return _calibrated(found, labels, prior, np.ones_like(labels))


def calibration_on(found: Numbers, rows: Sequence[Row], arguable: Booleans) -> Calibration:
    """Return what makes the evidence of labelled passages true, at the prior shares that ship.

    The six main categories count alike; what is `arguable`, of shape (rows, categories), counts for neither side.
    """
    import numpy as np

    labels = labels_of(rows)
    prior = np.broadcast_to(_log_odds(np.array([PRIOR[name] for name in CATEGORIES])), labels.shape)
    main = np.arange(len(CATEGORIES)) < MAIN
    return _calibrated(found, labels, prior, ~arguable & main)


def _calibrated(found: Numbers, labels: Booleans, prior: Numbers, counts: Booleans) -> Calibration:
    import numpy as np
    from scipy.optimize import minimize

    def loss(chosen: Numbers) -> float:
        odds = prior[counts] + chosen[0] * found[counts] + chosen[1]
        return float(np.mean(np.logaddexp(0, odds) - labels[counts] * odds))

    slope, offset = minimize(loss, np.array([0.7, 0.5])).x
    return Calibration(round(float(slope), 4), round(float(offset), 4))


def told(name: str, found: Numbers, rows: Sequence[Row], arguable: Booleans) -> str:
    """Return a line of a table: average precision and F1 with hindsight, of each main category and their means."""
    import numpy as np
    from sklearn.metrics import average_precision_score

    labels = labels_of(rows)
    sure = [~arguable[:, j] for j in range(MAIN)]
    precision = [average_precision_score(labels[sure[j], j], found[sure[j], j]) for j in range(MAIN)]
    f1 = [best_f1(found[sure[j], j], labels[sure[j], j])[0] for j in range(MAIN)]
    parts = [f"{one:.2f}, {other:.2f}" for one, other in zip(precision, f1, strict=True)]
    return f"| {name} | {' | '.join(parts)} | {np.mean(precision):.2f}, {np.mean(f1):.2f} |"


def _log_odds(share: Numbers) -> Numbers:
    import numpy as np

    odds: Numbers = np.log(share / (1 - share))
    return odds
