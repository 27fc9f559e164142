"""Where every highlight stands, as arrays and without its words: what questions are searched in is made of this."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlite_utils import Database

from icp_voice.model import View
from icp_voice.store.documents import Documents
from icp_voice.store.filter import OF_DOCUMENTS, OF_HIGHLIGHTS, conditions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Version:
    """Two numbers that grow: `written` with whatever is written, `moved` only with what changes where passages stand.

    `written` tells of one connection alone what it has seen; `moved` is the same for all who have the file open.
    """

    written: tuple[int, int]
    moved: int


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """n highlights in the order they were said, document after document. All arrays are of shape (n,).

    `row` and `turn` are the numbers that the highlight and its turn have in their tables, `place` that of the document
    in its table, and `document` counts the documents from 0. `account` points into `accounts` (-1: nobody's), and
    `speaker` into `speakers`, which hold name, role and account of each one who speaks.
    """

    ids: NDArray[np.bytes_]
    row: Integers
    turn: Integers
    place: Integers
    document: Integers
    account: Integers
    accounts: tuple[str, ...]
    speaker: Integers
    speakers: tuple[str, ...]

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self.row)


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of a highlight, and those of its turn that go before it."""

    text: str
    before: str


class Positions:
    """Reads the live highlights without making a value of each."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def version(self) -> Version | None:
        """Return the store's version as this connection sees it; None while a write of its own is not finished."""
        if self._db.conn.in_transaction:
            return None
        others = int(self._db.execute("pragma data_version").fetchone()[0])
        moved = int(self._db.execute("select number from moved").fetchone()[0])
        return Version((others, self._db.conn.total_changes), moved)

    def all(self) -> Standing:
        """Return where all live highlights stand."""
        import numpy as np

        rows = self._db.execute(
            "select highlight.rowid, highlight.id, turn.rowid, document.rowid, document.account, turn.speaker"
            " from live_highlight as live join highlight on highlight.id = live.id"
            " join document on document.id = highlight.document"
            " join turn on turn.document = highlight.document and turn.position = highlight.turn"
            " order by document.file, length(document.place), document.place, document.id, highlight.turn,"
            " highlight.start, highlight.id"
        ).fetchall()
        row, ids, turn, place, accounts, names = zip(*rows, strict=True) if rows else ((),) * 6
        owners, account = _numbered(accounts)
        labels = self._labels()
        speakers, speaker = _numbered(
            [labels[who] for who in zip(place, names, strict=True)] if rows else [],
        )
        documents = np.array(place, dtype=np.int64)
        return Standing(
            ids=np.array([identity.encode() for identity in ids], dtype=np.bytes_),
            row=np.array(row, dtype=np.int64),
            turn=np.array(turn, dtype=np.int64),
            place=documents,
            document=np.cumsum(np.diff(documents, prepend=documents[:1]) != 0, dtype=np.int64),
            account=np.where(np.array([bool(one) for one in owners])[account], account, -1) if rows else account,
            accounts=owners,
            speaker=speaker,
            speakers=speakers,
        )

    def _labels(self) -> dict[tuple[int, str], str]:
        """Return (document, name) -> name, role and account, for every customer."""
        roles = Documents(self._db).known_roles()
        rows = self._db.execute(
            "select document.rowid, document.account, speaker.name, speaker.role, coalesce(account.name, '')"
            " from speaker join document on document.id = speaker.document"
            " left join account on account.id = document.account where speaker.side = 'customer'"
        )
        return {
            (place, name): f"{name}, {role or roles.get((account, name), '')}, {account_name}"
            for place, account, name, role, account_name in rows.fetchall()
        }

    def spoken(self, ids: Sequence[str]) -> list[Spoken]:
        """Return the words of some highlights, in the order of `ids`; of one that is gone meanwhile, none."""
        rows = self._db.execute(
            "select highlight.id, substr(turn.text, highlight.start + 1, highlight.end - highlight.start),"
            " substr(turn.text, 1, highlight.start) from highlight join turn"
            " on turn.document = highlight.document and turn.position = highlight.turn"
            " where highlight.id in (select value from json_each(?))",
            (json.dumps(list(ids)),),
        )
        found = {identity: Spoken(text, before) for identity, text, before in rows.fetchall()}
        return [found.get(identity, Spoken("", "")) for identity in ids]

    def documents(self, view: View) -> Integers:
        """Return the numbers of the documents that a view holds; what it asks of highlights is not looked at."""
        where, values = conditions(self._db, View(coded=False, **{name: getattr(view, name) for name in OF_DOCUMENTS}))
        return self._column(
            f"select document.rowid from document left join account on account.id = document.account where {where}",
            values,
        )

    def highlights(self, view: View) -> Integers:
        """Return the numbers of the highlights of which a view's category, theme, speaker, role and words hold."""
        asked = {name: getattr(view, name) for name in OF_HIGHLIGHTS}
        where, values = conditions(self._db, View(coded=view.coded, **asked))
        return self._column(f"select highlight.rowid from highlight where {where}", values)

    def held(self, category: str) -> tuple[Integers, Floats]:
        """Return the numbers of the highlights to which a category holds, and how surely it does."""
        import numpy as np

        rows = self._db.execute(
            "select highlight.rowid, held_tag.score from held_tag join highlight on highlight.id = held_tag.highlight"
            " where held_tag.category = ?",
            (category,),
        ).fetchall()
        numbers, scores = zip(*rows, strict=True) if rows else ((), ())
        return np.array(numbers, dtype=np.int64), np.array(scores, dtype=np.float32)

    def stating(self, kind: str) -> Integers:
        """Return the numbers of the highlights that state a fact of a kind."""
        return self._column(
            "select distinct highlight.rowid from fact join highlight on highlight.id = fact.highlight"
            " where fact.kind = :kind and exists (select 1 from tag where tag.highlight = fact.highlight"
            " and (tag.state = 'confirmed' or tag.state = 'proposed' and not exists (select 1 from tag as said"
            " where said.highlight = tag.highlight and said.category = tag.category and said.state = 'rejected')))",
            {"kind": kind},
        )

    def _column(self, query: str, values: dict[str, object]) -> Integers:
        import numpy as np

        return np.array([row[0] for row in self._db.execute(query, values).fetchall()], dtype=np.int64)


def _numbered(names: Iterable[str]) -> tuple[tuple[str, ...], Integers]:
    """Return the distinct names in the order met, and the number of each one's name."""
    import numpy as np

    numbers: dict[str, int] = {}
    of_each = [numbers.setdefault(name, len(numbers)) for name in names]
    return tuple(numbers), np.array(of_each, dtype=np.int64)
