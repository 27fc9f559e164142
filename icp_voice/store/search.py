"""Full-text search: where in which turns the words of a question stand."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sqlite_utils import Database

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float32]

TOKENIZER = "porter unicode61 remove_diacritics 2"  # as the table turn_search has it
LONGEST = 22  # a turn has fewer words than two to this power
TOKEN = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")


def word_count(text: str) -> int:
    """Return how many words a text has, as FTS5 counts them."""
    return len(TOKEN.findall(text))


def words_before(text: str, place: int) -> int:
    """Return how many words of a text end before a place or at it."""
    return sum(word.end() <= place for word in TOKEN.finditer(text))


@dataclass(frozen=True, slots=True, eq=False)
class Lengths:
    """Of m turns (their numbers in the table, in order) how many words each has; of all turns how many, and the mean."""

    words: Floats
    turns: int
    mean: float


class Search:
    """The turn_search table (FTS5, porter stemming), read as lists of places rather than as ranked rows.

    FTS5's own ranking cannot be limited to some turns without ranking all the others first. A place is one number:
    that of the turn, shifted by `LONGEST` bits, plus that of the word in it.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    @cached_property
    def _stemmer(self) -> sqlite3.Connection:
        """A table of its own in memory, which cuts words up and stems them as turn_search does."""
        stemmer = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        stemmer.execute(f'create virtual table said using fts5 (text, tokenize="{TOKENIZER}")')
        stemmer.execute("create virtual table stem using fts5vocab (said, instance)")
        return stemmer

    def stems(self, term: str) -> tuple[str, ...]:
        """Return what a word or phrase is looked up as."""
        self._stemmer.execute("delete from said")
        self._stemmer.execute("insert into said (text) values (?)", (term,))
        return tuple(stem for (stem,) in self._stemmer.execute("select term from stem order by offset"))

    def ready(self, words: str) -> tuple[str, ...]:
        """Return what some words are looked up as, with all ready to look them up in SQL: temp.turn_stem and counts."""
        self._open()
        self._db.conn.create_function("word_count", 1, word_count, deterministic=True)
        self._db.conn.create_function("words_before", 2, words_before, deterministic=True)
        return self.stems(words)

    def _open(self) -> None:
        self._db.execute(
            "create virtual table if not exists temp.turn_stem using fts5vocab (main, turn_search, instance)"
        )

    def places(self, stem: str) -> Integers:
        """Return the places where a stem stands, in order."""
        import numpy as np

        self._open()
        # One long string is read several times faster than a row for each place.
        row = self._db.execute(
            f"select group_concat((doc << {LONGEST}) + offset) from temp.turn_stem where term = ?", (stem,)
        ).fetchone()
        return np.sort(np.fromstring(row[0], dtype=np.int64, sep=",")) if row[0] else np.zeros(0, dtype=np.int64)

    def lengths(self, turns: Integers) -> Lengths:
        """Return how many words turns have; `turns` are their numbers."""
        import numpy as np

        rows = self._db.execute("select id, sz from turn_search_docsize order by id").fetchall()
        numbers = np.array([number for number, _ in rows], dtype=np.int64)
        words = np.array([_varint(size) for _, size in rows], dtype=np.float32)
        if not len(rows):
            return Lengths(np.zeros(len(turns), dtype=np.float32), 0, 1.0)
        at = np.minimum(np.searchsorted(numbers, turns), len(rows) - 1)
        own = np.where(numbers[at] == turns, words[at], np.float32(0))
        return Lengths(own, len(rows), max(1.0, float(words.mean(dtype=np.float64))))


def _varint(size: bytes) -> int:
    """Return the number that SQLite writes as its variable-length integer: seven bits a byte, the highest first."""
    number = 0
    for byte in size:
        number = (number << 7) | (byte & 0x7F)
    return number
