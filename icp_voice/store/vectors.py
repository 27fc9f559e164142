"""Vectors, kept by model and text, so that equal sentences are embedded once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlite_utils import Database

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

REMEMBERED = 200_000


def text_hash(text: str) -> str:
    """Return the key under which a text's vector is kept."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


class Vectors:
    """The vector table: float32 rows as plain bytes."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._there: set[tuple[str, str]] = set()  # what has been seen in the file; vectors are never taken away

    def missing(self, model: str, texts: Iterable[str]) -> list[str]:
        """Return the distinct texts that this model has not embedded yet, in the order given."""
        by_hash = {text_hash(text): text for text in texts}
        asked = [key for key in by_hash if (model, key) not in self._there]
        rows = self._db.execute(
            "select value from json_each(?) as wanted where not exists"
            " (select 1 from vector where model = ? and text_hash = wanted.value)",
            (json.dumps(asked), model),
        )
        absent = [key for (key,) in rows.fetchall()]
        # What is written in a transaction may yet be taken back, and of millions the memory should not be full.
        if not self._db.conn.in_transaction and len(self._there) < REMEMBERED:
            self._there.update((model, key) for key in set(asked).difference(absent))
        return [by_hash[key] for key in absent]

    def put(self, model: str, texts: Sequence[str], matrix: Matrix) -> None:
        """Keep one vector per text."""
        self._db.conn.executemany(
            "insert or replace into vector (model, text_hash, vector) values (?, ?, ?)",
            [(model, text_hash(text), row.tobytes()) for text, row in zip(texts, matrix, strict=True)],
        )

    def get(self, model: str, texts: Sequence[str]) -> Matrix:
        """Return an array of shape (texts, dimensions); KeyError if a text was not embedded."""
        import numpy as np

        keys = [text_hash(text) for text in texts]
        rows = self._db.execute(
            "select text_hash, vector from vector where model = ? and text_hash in (select value from json_each(?))",
            (model, json.dumps(sorted(set(keys)))),
        )
        found = dict(rows.fetchall())
        if not keys:
            return np.zeros((0, 0), dtype=np.float32)
        return np.frombuffer(b"".join(found[key] for key in keys), dtype=np.float32).reshape(len(keys), -1)
