"""What questions are searched in, kept in memory while a process lives: where passages stand, their vectors and words.

The store stays the truth: before each question a number tells whether anything was written since. If so, where passages
stand is read anew, and of the passages themselves only those that were not known.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from icp_voice.embed import Embedder, embed_texts
from icp_voice.model import View
from icp_voice.profile import retrieve
from icp_voice.profile.matrix import Matrix
from icp_voice.profile.words import Words
from icp_voice.store import Store
from icp_voice.store.filter import OF_DOCUMENTS, OF_HIGHLIGHTS
from icp_voice.store.positions import Standing, Version
from icp_voice.store.search import word_count

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float32]

CHUNK = 8192
MOST_KEPT = 64
# So many vectors of passages that are gone may stay before all are read anew.
GONE = 4096


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The n live passages of one moment, in the order they were said.

    `vector` (n,) is the number of each one's vector in `matrix`. Views and categories that were looked up are kept.
    """

    standing: Standing
    matrix: Matrix
    vector: Integers
    words: Words
    _views: dict[tuple[object, ...], Integers] = field(default_factory=dict)
    _held: dict[str, Floats] = field(default_factory=dict)

    def anew(self) -> Snapshot:
        """Return the same passages, nothing known yet of views and categories."""
        return replace(self, _views={}, _held={})

    def __len__(self) -> int:
        """Return how many passages there are."""
        return len(self.vector)

    @cached_property
    def _in_line(self) -> bool:
        """Whether vectors stand in the order of the passages, as they do until something is added before others."""
        import numpy as np

        return len(self.vector) == len(self.matrix) and bool((np.diff(self.vector) == 1).all())

    def ids(self, passages: Integers) -> list[str]:
        """Return the ids of some passages."""
        return [identity.decode() for identity in self.standing.ids[passages].tolist()]

    def close(self, asked: Floats) -> Floats:
        """Return the rounded cosines (n, 2) of all passages to the two texts of a question, of shape (2, d)."""
        import numpy as np

        texts = asked[:1] if np.array_equal(asked[0], asked[1]) else asked
        found = [
            retrieve.rounded(one if self._in_line else one[self.vector]) for one in self.matrix.cosines(list(texts))
        ]
        close: Floats = np.stack([found[0], found[-1]]).T
        return close

    def members(self, store: Store, view: View) -> Integers:
        """Return which passages belong to a view, coded or not, in order."""
        import numpy as np

        of_documents = tuple(_hashable(getattr(view, name)) for name in OF_DOCUMENTS)
        of_highlights = tuple(getattr(view, name) for name in OF_HIGHLIGHTS)
        key = (*of_documents, *of_highlights)
        if key not in self._views:
            mask = np.ones(len(self), dtype=np.bool_)
            if any(of_documents):
                mask &= np.isin(self.standing.place, store.positions.documents(view))
            if any(of_highlights):
                mask &= np.isin(self.standing.row, store.positions.highlights(view))
            _make_room(self._views)
            self._views[key] = np.flatnonzero(mask)
        return self._views[key]

    def held(self, store: Store, category: str) -> Floats:
        """Return how surely a category holds for each passage, 0 where it does not, as (n,)."""
        import numpy as np

        if category not in self._held:
            numbers, scores = store.positions.held(category)
            held = np.zeros(len(self), dtype=np.float32)
            if len(numbers):
                order = np.argsort(numbers)
                at = np.minimum(np.searchsorted(numbers[order], self.standing.row), len(numbers) - 1)
                found = numbers[order][at] == self.standing.row
                held[found] = scores[order][at[found]]
            _make_room(self._held)
            self._held[category] = held
        return self._held[category]

    def stating(self, store: Store, kind: str) -> Floats:
        """Return 1 for each passage that states a fact of a kind, else 0, as (n,)."""
        import numpy as np

        key = f"fact:{kind}"
        if key not in self._held:
            _make_room(self._held)
            self._held[key] = np.isin(self.standing.row, store.positions.stating(kind)).astype(np.float32)
        return self._held[key]


class Index:
    """The passages of one store, brought up to date when they are asked for. Several threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._model = ""
        self._snapshot: Snapshot | None = None
        self._moved: int | None = None
        self._seen: weakref.WeakKeyDictionary[object, Version] = weakref.WeakKeyDictionary()
        self._matrix = Matrix(0)
        self._ids: list[NDArray[np.bytes_]] = []
        self._spans: list[Integers] = []
        self._guides: dict[str, Floats] = {}

    def snapshot(self, store: Store, embedder: Embedder) -> Snapshot:
        """Return the passages as they are now; those that were never embedded are."""
        with self._lock:
            if embedder.name != self._model:
                self._forget(embedder.name)
            version = store.positions.version()
            if self._snapshot is not None and version is not None and version == self._seen.get(store.db):
                return self._snapshot
            if self._snapshot is None or version is None or version.moved != self._moved:
                self._snapshot = self._read(store, embedder)
            else:
                self._snapshot = self._snapshot.anew()
            self._moved = version.moved if version else None
            # What was embedded just now was written by ourselves, and is nothing new.
            now = store.positions.version()
            if version and now and (now.moved, now.written[0]) == (version.moved, version.written[0]):
                self._seen[store.db] = now
            return self._snapshot

    def guides(self, store: Store, embedder: Embedder, texts: Sequence[str]) -> Floats:
        """Return the vectors of guiding questions, made once, as (texts, dimensions)."""
        import numpy as np

        with self._lock:
            if embedder.name != self._model:
                self._forget(embedder.name)
            unknown = [text for text in dict.fromkeys(texts) if text not in self._guides]
            if unknown:
                self._guides.update(zip(unknown, embed_texts(store, embedder, unknown), strict=True))
            return np.stack([self._guides[text] for text in texts])

    def _forget(self, model: str) -> None:
        self._model, self._snapshot, self._guides = model, None, {}
        self._matrix, self._ids, self._spans = Matrix(0), [], []

    def _read(self, store: Store, embedder: Embedder) -> Snapshot:
        import numpy as np

        standing = store.positions.all()
        numbers = self._numbers()
        if len(numbers) > 2 * len(standing) + GONE:
            self._forget(embedder.name)
            numbers = {}
        ids = standing.ids.tolist()
        self._learn(store, embedder, [identity for identity in ids if identity not in numbers])
        numbers = self._numbers()
        vector = np.array([numbers[identity] for identity in ids], dtype=np.int64)
        spans = np.concatenate([np.zeros((0, 2), dtype=np.int64), *self._spans])[vector]
        lengths = store.search.lengths(np.unique(standing.turn))
        words = Words(standing.turn, spans[:, 0], spans[:, 1], lengths.words, lengths.turns, lengths.mean)
        return Snapshot(standing, self._matrix, vector, words)

    def _numbers(self) -> dict[bytes, int]:
        """Return the id of each passage that is known, with the number of its vector."""
        known = [identity for part in self._ids for identity in part.tolist()]
        return dict(zip(known, range(len(known)), strict=True))

    def _learn(self, store: Store, embedder: Embedder, ids: Sequence[bytes]) -> None:
        """Take in passages that were not known: their vectors, and which of their turn's words they span."""
        import numpy as np

        for first in range(0, len(ids), CHUNK):
            chunk = ids[first : first + CHUNK]
            spoken = store.positions.spoken([identity.decode() for identity in chunk])
            vectors = embed_texts(store, embedder, [one.text for one in spoken])
            if not len(self._matrix):
                self._matrix = Matrix(vectors.shape[1])
            self._matrix.append(vectors)
            before = np.array([word_count(one.before) for one in spoken], dtype=np.int64)
            within = np.array([word_count(one.text) for one in spoken], dtype=np.int64)
            self._ids.append(np.array(chunk, dtype=np.bytes_))
            self._spans.append(np.stack([before, before + within]).T)


def _hashable(asked: object) -> object:
    return tuple(sorted(asked.items())) if isinstance(asked, Mapping) else asked


def _make_room(kept: dict[Any, Any]) -> None:
    if len(kept) >= MOST_KEPT:
        kept.clear()


_SHARED: weakref.WeakValueDictionary[Path, Index] = weakref.WeakValueDictionary()


def index_of(file: Path) -> Index:
    """Return the index of the store at `file`, the same one for everybody in this process who has it open."""
    return _SHARED.setdefault(file.resolve(), Index())
