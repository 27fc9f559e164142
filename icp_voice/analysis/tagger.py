"""Which categories a passage carries, with calibrated probabilities, over the vectors of `icp_voice.embed.passages`.

For the shipped categories a linear model is learned when the encoder is trained, from what a teacher says of thousands
of examples and passages, and ships with it (`load_head`). What a workspace adds, its own examples and people's
corrections, is learned on top at first use: a small step away from the shipped model, held back by a Gaussian prior
(MAP estimate of logistic regression with the shipped log-odds as offset; Bishop 2006, section 4.5). A category of a
user's own has no shipped model and is learned from its handful of examples. Examples hold far more of each category
than what people say in passing does, so all scores are shifted to a prior share.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from icp_voice.embed.passages import read_manifest
from icp_voice.embed.weights import digest
from icp_voice.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Matrix = NDArray[np.float32]
    Booleans = NDArray[np.bool_]
    Numbers = NDArray[np.float64]

PRIOR: Mapping[str, float] = MappingProxyType(
    {
        "pain_point": 0.28,
        "praise": 0.07,
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

THRESHOLD = 0.4
"""The shipped rule: a passage carries a category whose probability is at least this."""

VERSION = "5"
HEAD = Path(__file__).resolve().parent / "tag_head.safetensors"
STRENGTH = 5.0
STEP = 2.0
STEP_OF_ALL = 0.25
# What is corrected first was chosen because the model was unsure of it: only many tell how many passages carry a category.
MANY = 50
NEWTON_STEPS = 50
SMALLEST_MOVE = 1e-8
FEW_NEGATIVES = 50
BORROWED_WEIGHT = 0.5
LEAST_SHARE = 0.2
MOST_LIFT = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A linear model of evidence for categories: log-odds above those of a category's share among all passages.

    `coef` has shape (categories, dimensions), `intercept` (categories,). `center`, of shape (dimensions,), is what all
    passages have in common: a correction is about what its passage has besides, and so moves few others.
    """

    categories: tuple[str, ...]
    coef: Numbers
    intercept: Numbers
    center: Numbers


@functools.cache
def load_head() -> Head:
    """Return the shipped model, its scores as true as passages that nothing was trained on make them.

    It was learned from what the layers had just been taught, so how sure it is says little: `slope` and `offset` are what
    other passages made of its evidence.
    """
    import numpy as np
    from safetensors.numpy import load_file

    manifest = read_manifest()
    if not HEAD.is_file() or digest(HEAD) != manifest["head_sha256"]:
        raise ModelError(
            f"{HEAD} is not the file that was trained.", hint="Install icp-voice again, or train it again."
        )
    held = load_file(HEAD)
    slope, offset = manifest["slope"], manifest["offset"]
    coef, intercept = held["coef"].astype(np.float64), held["intercept"].astype(np.float64)
    center = held["center"].astype(np.float64)
    return Head(tuple(manifest["categories"]), coef * slope, intercept * slope + offset, center)


@dataclass(frozen=True, slots=True)
class Nearest:
    """The positive example that is most like a passage: its row in what `fit` was given, and their cosine."""

    row: int
    similarity: float


class Tagger:
    """A calibrated multi-label classifier of vectors, with scikit-learn's contract.

    `head` is the model that learning starts from, for those categories that it has; `prior` gives the share of passages
    that carry a category, for all or for some of them. Without a head, `strength` is the inverse of the ridge, and
    `most_lift` how much more the positive rows may count where they are few.
    """

    def __init__(
        self,
        categories: Sequence[str],
        *,
        head: Head | None = None,
        prior: Mapping[str, float] | None = None,
        strength: float = STRENGTH,
        most_lift: float = MOST_LIFT,
        random_state: int = 0,
    ) -> None:
        self.categories = tuple(categories)
        self.head = head
        self.prior = prior
        self.strength = strength
        self.most_lift = most_lift
        self.random_state = random_state

    def fit(self, vectors: Matrix, labels: ArrayLike, known: ArrayLike, weights: ArrayLike | None = None) -> Self:
        """Learn from vectors of shape (n, dimensions), and labels and known of shape (n, categories).

        A row counts for a category only where it is known. Weights, of shape (n,), say how much a row counts. With a
        head there may be no rows at all.
        """
        import numpy as np
        from threadpoolctl import threadpool_limits

        self.vectors_ = np.asarray(vectors, dtype=np.float32)
        carried = np.asarray(labels, dtype=bool).reshape(len(self.vectors_), len(self.categories))
        judged = np.asarray(known, dtype=bool).reshape(carried.shape)
        counts = np.ones(len(self.vectors_)) if weights is None else np.asarray(weights, dtype=np.float64)
        self.labels_ = carried & judged
        dimensions = self.head.coef.shape[1] if self.head else self.vectors_.shape[1]
        self.coef_ = np.zeros((len(self.categories), dimensions))
        self.intercept_ = np.full(len(self.categories), -np.inf)
        # On one thread the sums are always taken in the same order, so the model does not depend on the machine's load.
        with threadpool_limits(limits=1):
            for j, category in enumerate(self.categories):
                if self.head and category in self.head.categories:
                    self._fit_on_top(j, self.head, judged[:, j], counts)
                else:
                    self._fit_alone(j, judged[:, j], counts)
        return self

    def _fit_on_top(self, j: int, head: Head, judged: Booleans, counts: Numbers) -> None:
        """Take a step from the head towards what these rows say, the smaller the fewer they are."""
        import numpy as np

        k = head.categories.index(self.categories[j])
        self.coef_[j] = head.coef[k]
        self.intercept_[j] = head.intercept[k] + _log_odds(self._prior(self.categories[j]))
        if judged.any():
            said = self.vectors_[judged].astype(np.float64)
            rows = np.c_[said - head.center, np.ones(len(said))]
            base = said @ self.coef_[j] + self.intercept_[j]
            step = _map_step(rows, self.labels_[judged, j].astype(np.float64), counts[judged], base)
            self.coef_[j] += step[:-1]
            self.intercept_[j] += step[-1] - head.center @ step[:-1]

    def _fit_alone(self, j: int, judged: Booleans, counts: Numbers) -> None:
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
        share_of = np.where(carried, share_of * min(max(lift, 1.0), self.most_lift), share_of)
        rows = share_of > 0
        if carried[rows].all():
            return
        model = LogisticRegression(C=self.strength, max_iter=300, tol=1e-5, random_state=self.random_state)
        model.fit(self.vectors_[rows], carried[rows], sample_weight=share_of[rows])
        share = float(share_of[carried].sum() / share_of.sum())
        self.coef_[j] = model.coef_[0]
        self.intercept_[j] = float(model.intercept_[0]) - _log_odds(share) + _log_odds(self._prior(self.categories[j]))

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
        probabilities: Numbers = np.where(np.isneginf(log_odds), 0.0, _share_of(log_odds))
        return probabilities

    def predict(self, vectors: Matrix) -> Booleans:
        """Return by the shipped rule which categories each passage carries, of shape (n, categories)."""
        carried: Booleans = self.predict_proba(vectors) >= THRESHOLD
        return carried

    def nearest(self, vectors: Matrix, category: str) -> list[Nearest]:
        """Return for each vector the positive example of a category that it is most like: the reason for a tag."""
        import numpy as np

        rows = np.flatnonzero(self.labels_[:, self.categories.index(category)])
        return nearest(vectors, self.vectors_[rows], rows) if len(rows) else []


def nearest(vectors: Matrix, positives: Matrix, rows: Sequence[int] | NDArray[np.intp]) -> list[Nearest]:
    """Return for each vector the most similar of `positives`, named by its number in `rows`."""
    import numpy as np

    cosines = np.asarray(vectors, dtype=np.float32) @ positives.T
    best = cosines.argmax(axis=1)
    return [Nearest(int(rows[k]), float(cosines[i, k])) for i, k in enumerate(best)]


def _map_step(rows: Numbers, truth: Numbers, counts: Numbers, base: Numbers) -> Numbers:
    """Return the step, of shape (dimensions + 1,), by damped Newton; the last entry is the one for all passages."""
    import numpy as np

    hold = np.full(rows.shape[1], 1 / STEP)
    hold[-1] = (len(rows) + MANY) / len(rows) / STEP_OF_ALL

    def loss(step: Numbers) -> float:
        log_odds = base + rows @ step
        return float(counts @ (np.logaddexp(0.0, log_odds) - truth * log_odds) + hold @ step**2 / 2)

    step = np.zeros(rows.shape[1])
    best = loss(step)
    for _ in range(NEWTON_STEPS):
        now = _share_of(base + rows @ step)
        gradient = rows.T @ (counts * (now - truth)) + hold * step
        curve = (rows * (counts * now * (1 - now))[:, None]).T @ rows
        move = np.linalg.solve(curve + np.diag(hold), gradient)
        while (found := loss(step - move)) > best and np.abs(move).max() > SMALLEST_MOVE:
            move /= 2
        step, best = step - move, found
        if np.abs(move).max() <= SMALLEST_MOVE:
            break
    return step


def _share_of(log_odds: Numbers) -> Numbers:
    import numpy as np

    share: Numbers = 1 / (1 + np.exp(-np.clip(log_odds, -700, 700)))
    return share


def _log_odds(share: float) -> float:
    import math

    return math.log(share / (1 - share))
