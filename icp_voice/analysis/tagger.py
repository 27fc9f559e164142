"""Which categories a passage carries, with calibrated probabilities, learned from examples in a second.

One linear model per category over the vectors of `icp_voice.embed.passages`. It is fitted at first use from the shipped
examples, a workspace's own and people's corrections, so that a new category with a handful of examples works at once.
Examples hold far more of each category than what people say in passing does, so the scores are shifted from the
examples' share to a prior share; and they are shrunk by what cross-validation of the whole training measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from icp_voice.embed.passages import Calibration, calibration

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Matrix = NDArray[np.float32]
    Booleans = NDArray[np.bool_]
    Numbers = NDArray[np.float64]

PRIOR: Mapping[str, float] = MappingProxyType(
    {
        "pain_point": 0.22,
        "praise": 0.09,
        "feature_request": 0.06,
        "goal": 0.05,
        "buying_process": 0.07,
        "discovery_channel": 0.05,
        "why_they_buy": 0.06,
        "churn_reason": 0.04,
        "trigger": 0.04,
    }
)
OTHER_PRIOR = 0.10
"""The share of passages that carry a category of a user's own, unless `prior` says otherwise."""

THRESHOLD = 0.5
"""The shipped rule: a passage carries a category whose probability is at least this."""

STRENGTH = 2.0
VERSION = "2"
FEW_NEGATIVES = 50
BORROWED_WEIGHT = 0.5
LEAST_SHARE = 0.2
MOST_LIFT = 10.0


@dataclass(frozen=True, slots=True)
class Nearest:
    """The positive example that is most like a passage: its row in what `fit` was given, and their cosine."""

    row: int
    similarity: float


class Tagger:
    """A calibrated multi-label classifier of vectors, with scikit-learn's contract.

    `prior` gives the share of passages that carry a category, for all or for some of them; `calibration` replaces the
    one that was measured for the categories of the shipped codebook.
    """

    def __init__(
        self,
        categories: Sequence[str],
        *,
        prior: Mapping[str, float] | None = None,
        calibration: Calibration | None = None,
        strength: float = STRENGTH,
        random_state: int = 0,
    ) -> None:
        self.categories = tuple(categories)
        self.prior = prior
        self.calibration = calibration
        self.strength = strength
        self.random_state = random_state

    def fit(self, vectors: Matrix, labels: ArrayLike, known: ArrayLike, weights: ArrayLike | None = None) -> Self:
        """Learn from vectors of shape (n, dimensions), and labels and known of shape (n, categories).

        A row counts for a category only where it is known. Weights, of shape (n,), say how much a row counts.
        """
        import numpy as np
        from threadpoolctl import threadpool_limits

        carried = np.asarray(labels, dtype=bool)
        judged = np.asarray(known, dtype=bool)
        counts = np.ones(len(vectors)) if weights is None else np.asarray(weights, dtype=np.float64)
        self.vectors_ = np.asarray(vectors, dtype=np.float32)
        self.labels_ = carried & judged
        dimensions = self.vectors_.shape[1]
        self.coef_ = np.zeros((len(self.categories), dimensions))
        self.intercept_ = np.full(len(self.categories), -np.inf)
        # On one thread the sums are always taken in the same order, so the model does not depend on the machine's load.
        with threadpool_limits(limits=1):
            for j in range(len(self.categories)):
                self._fit_category(j, judged[:, j], counts)
        return self

    def _fit_category(self, j: int, judged: Booleans, counts: Numbers) -> None:
        import numpy as np
        from sklearn.linear_model import LogisticRegression

        carried = self.labels_[:, j]
        if not carried.any():
            return
        share_of = counts * judged
        if (judged & ~carried).sum() < FEW_NEGATIVES:
            borrowed = ~judged & self._unlike(carried)
            share_of = share_of + counts * borrowed * BORROWED_WEIGHT
        # A handful of examples among thousands of others would be fitted as noise, so they are made to count for more.
        others = float(share_of[~carried].sum())
        lift = LEAST_SHARE / (1 - LEAST_SHARE) * others / float(share_of[carried].sum())
        share_of = np.where(carried, share_of * min(max(lift, 1.0), MOST_LIFT), share_of)
        rows = share_of > 0
        if carried[rows].all():
            return
        model = LogisticRegression(C=self.strength, max_iter=300, tol=1e-5, random_state=self.random_state)
        model.fit(self.vectors_[rows], carried[rows], sample_weight=share_of[rows])
        share = float(share_of[carried].sum() / share_of.sum())
        correct = self.calibration or calibration(self.categories[j])
        self.coef_[j] = model.coef_[0] * correct.slope
        evidence = correct.slope * (float(model.intercept_[0]) - _log_odds(share)) + correct.offset
        self.intercept_[j] = evidence + _log_odds(self._prior(self.categories[j]))

    def _unlike(self, carried: Booleans) -> Booleans:
        """Say which rows are less like the nearest positive example than these are like one another."""
        import numpy as np

        positives = self.vectors_[carried]
        among = positives @ positives.T
        np.fill_diagonal(among, -1.0)
        usual = float(np.median(among.max(axis=1))) if len(positives) > 1 else 0.8
        nearest: Booleans = (self.vectors_ @ positives.T).max(axis=1) < usual
        return nearest

    def _prior(self, category: str) -> float:
        given = self.prior or {}
        return given.get(category, PRIOR.get(category, OTHER_PRIOR))

    def predict_proba(self, vectors: Matrix, lift: Numbers | None = None) -> Numbers:
        """Return probabilities of shape (n, categories); 0 for a category without examples.

        `lift`, of the same shape, is added to the log odds: what is known of a passage besides its vector.
        """
        import numpy as np
        from threadpoolctl import threadpool_limits

        with threadpool_limits(limits=1):
            log_odds = np.asarray(vectors, dtype=np.float64) @ self.coef_.T + self.intercept_
        log_odds = log_odds if lift is None else log_odds + lift
        probabilities: Numbers = np.where(np.isneginf(log_odds), 0.0, 1 / (1 + np.exp(-np.clip(log_odds, -700, 700))))
        return probabilities

    def predict(self, vectors: Matrix) -> Booleans:
        """Return by the shipped rule which categories each passage carries, of shape (n, categories)."""
        carried: Booleans = self.predict_proba(vectors) >= THRESHOLD
        return carried

    def nearest(self, vectors: Matrix, category: str) -> list[Nearest]:
        """Return for each vector the positive example of a category that it is most like: the reason for a tag."""
        import numpy as np

        rows = np.flatnonzero(self.labels_[:, self.categories.index(category)])
        if not len(rows):
            return []
        cosines = np.asarray(vectors, dtype=np.float32) @ self.vectors_[rows].T
        best = cosines.argmax(axis=1)
        return [Nearest(int(rows[k]), float(cosines[i, k])) for i, k in enumerate(best)]


def _log_odds(share: float) -> float:
    import math

    return math.log(share / (1 - share))
