"""Vectors of texts that are only tried: made once, remembered while the process lives, and written nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from icp_voice.store.store import Store
from icp_voice.store.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

# Vectors of 384 numbers: some 30 MB.
MOST = 20_000


class Unkept(Vectors):
    """A store's vectors with others beside them that stay in memory."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.db)
        self._made: dict[tuple[str, str], Matrix] = {}

    def missing(self, model: str, texts: Iterable[str]) -> list[str]:
        """Return the distinct texts that this model has not embedded yet, in the order given."""
        return super().missing(model, (text for text in texts if (model, text) not in self._made))

    def put(self, model: str, texts: Sequence[str], vectors: Matrix) -> None:
        """Remember one vector per text."""
        if len(self._made) + len(texts) > MOST:
            self._made.clear()
        self._made.update(zip(((model, text) for text in texts), vectors, strict=True))

    def get(self, model: str, texts: Sequence[str]) -> Matrix:
        """Return an array of shape (texts, dimensions)."""
        import numpy as np

        kept = [text for text in dict.fromkeys(texts) if (model, text) not in self._made]
        found = dict(zip(kept, super().get(model, kept), strict=True)) if kept else {}
        rows = [found[text] if text in found else self._made[model, text] for text in texts]
        return np.stack(rows) if rows else super().get(model, [])


@dataclass(frozen=True, slots=True)
class Reading(Store):
    """A store in which nothing is written, so that it waits for nobody who does."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do what is inside; there is nothing to keep."""
        yield


def unkept(store: Store) -> Store:
    """Return the store with vectors that are not written."""
    parts = {field.name: getattr(store, field.name) for field in fields(store)}
    return Reading(**{**parts, "vectors": Unkept(store)})
