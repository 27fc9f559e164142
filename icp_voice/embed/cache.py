"""Texts to vectors through the store: only what no run has embedded before costs time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from icp_voice.embed.embedder import Embedder
from icp_voice.store import Store
from icp_voice.store.vectors import stacked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

CHUNK = 4096


def embed_texts(
    store: Store, embedder: Embedder, texts: Sequence[str], advance: Callable[[int], None] | None = None
) -> Matrix:
    """Return an array of shape (texts, dimensions); vectors that were missing are made and kept, chunk by chunk.

    An interrupted call loses at most one chunk.
    """
    known = store.vectors.read(embedder.name, texts)
    missing = sorted({text for text in texts if text not in known}, key=lambda text: (len(text), text))
    for first in range(0, len(missing), CHUNK):
        chunk = missing[first : first + CHUNK]
        matrix = embedder.embed(chunk, advance)
        with store.transaction():
            store.vectors.put(embedder.name, chunk, matrix)
        known.update((text, row.tobytes()) for text, row in zip(chunk, matrix, strict=True))
    return stacked(known, texts)
