"""Vectors, kept by model and text, so that equal sentences are embedded once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlite_utils import Database

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]


def text_hash(text: str) -> str:
    """Return the key under which a text's vector is kept."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


class Vectors:
    """The vector table: float32 rows as plain bytes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def missing(self, model: str, texts: Iterable[str]) -> list[str]:
        """Return the distinct texts that this model has not embedded yet, in the order given."""
        by_hash = {text_hash(text): text for text in texts}
        rows = self._db.execute(
            "select value from json_each(?) as wanted where not exists"
            " (select 1 from vector where model = ? and text_hash = wanted.value)",
            (json.dumps(list(by_hash)), model),
        )
        return [by_hash[key] for (key,) in rows.fetchall()]

    def put(self, model: str, texts: Sequence[str], matrix: Matrix) -> None:
        """Keep one vector per text."""
        self._db.conn.executemany(
            "insert or replace into vector (model, text_hash, vector) values (?, ?, ?)",
            [(model, text_hash(text), row.tobytes()) for text, row in zip(texts, matrix, strict=True)],
        )

    def read(self, model: str, texts: Sequence[str]) -> dict[str, bytes]:
        """Return text -> its vector's bytes, for those that this model has embedded."""
        keys = {text: text_hash(text) for text in texts}
        rows = self._db.execute(
            "select text_hash, vector from vector where model = ? and text_hash in (select value from json_each(?))",
            (model, json.dumps(sorted(set(keys.values())))),
        )
        found = dict(rows.fetchall())
        return {text: found[key] for text, key in keys.items() if key in found}

    def get(self, model: str, texts: Sequence[str]) -> Matrix:
        """Return an array of shape (texts, dimensions); KeyError if a text was not embedded."""
        return stacked(self.read(model, texts), texts)


def stacked(vectors: Mapping[str, bytes], texts: Sequence[str]) -> Matrix:
    """Return the vectors of texts, given as float32 bytes by text, as an array of shape (texts, dimensions)."""
    import numpy as np

    if not texts:
        return np.zeros((0, 0), dtype=np.float32)
    return np.frombuffer(b"".join(vectors[text] for text in texts), dtype=np.float32).reshape(len(texts), -1)
