"""The other way to group: BERTopic with PCA and hdbscan, for those who know it and want to compare.

Its dimension reduction is PCA and not UMAP, which drifts with the order of the texts and compiles for a minute. Texts
are put into one order first, and what hdbscan leaves over joins its nearest theme where that is near enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from icp_voice.analysis.theme_groups import ALONE, Grouping, means, numbered

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

DIMENSIONS = 15
NEAR = 0.5
FEWEST = 12


def group(
    texts: Sequence[str], vectors: Matrix, *, smallest: int = 3, random_state: int = 0, beside: int = 0
) -> Grouping:
    """Group texts, given as unit vectors of shape (n, d), as `theme_groups.group` does; see there.

    Fewer than 12 texts stay without a theme: hdbscan says nothing of so few.
    """
    import numpy as np
    from threadpoolctl import threadpool_limits

    labels = np.full(len(texts), -1, dtype=np.int64)
    if len(texts) >= FEWEST:
        order = sorted(range(len(texts)), key=lambda i: texts[i])
        with threadpool_limits(limits=1):
            labels[order] = _topics([texts[i] for i in order], vectors[order], smallest, random_state)
            labels = _nearest(vectors, labels)
    return numbered(texts, vectors, labels, [ALONE if label < 0 else "" for label in labels])


def _topics(texts: list[str], vectors: Matrix, smallest: int, random_state: int) -> NDArray[np.int64]:
    import numpy as np
    from bertopic import BERTopic
    from hdbscan import HDBSCAN
    from sklearn.decomposition import PCA

    size = max(smallest, round(len(texts) ** 0.5 / 4))
    model = BERTopic(
        embedding_model=None,
        umap_model=PCA(n_components=min(DIMENSIONS, len(texts) - 1), random_state=random_state),
        hdbscan_model=HDBSCAN(
            min_cluster_size=size, min_samples=1, cluster_selection_method="leaf", core_dist_n_jobs=1
        ),
        calculate_probabilities=False,
        verbose=False,
    )
    topics, _ = model.fit_transform(texts, embeddings=vectors)
    return np.asarray(topics, dtype=np.int64)


def _nearest(vectors: Matrix, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give what has no theme to the nearest one, if its centroid is near."""
    import numpy as np

    left = np.flatnonzero(labels < 0)
    if not len(left) or labels.max() < 0:
        return labels
    close = np.round(vectors[left] @ means(vectors, labels).T, 5)
    joined = labels.copy()
    joined[left] = np.where(close.max(axis=1) >= NEAR, close.argmax(axis=1), -1)
    return joined
