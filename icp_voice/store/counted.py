"""What is written about which account: rows to reckon its cells and its people from, and which accounts to look at anew."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlite_utils import Database

# A person's word outranks a model's, as in the view held_tag; here within some accounts only.
HELD = """
select document, category, speaker, count(*) as highlights, max(turn) as turn from (
  select highlight.document, highlight.turn, turn.speaker, tag.category
  from document
  join highlight on highlight.document = document.id
  join turn on turn.document = highlight.document and turn.position = highlight.turn and turn.key = highlight.key
  join tag on tag.highlight = highlight.id
  where {among}
  group by highlight.id, tag.category
  having max(tag.state = 'confirmed') or not max(tag.state = 'rejected')
) group by document, category, speaker
"""


@dataclass(frozen=True, slots=True)
class Voice:
    """Someone who speaks in a document; `marked` counts the passages of theirs, coded or not."""

    account: str
    document: str
    file: str
    date: str
    name: str
    email: str
    role: str
    side: str
    speaks: int
    marked: int


@dataclass(frozen=True, slots=True)
class Said:
    """How often a speaker of a document said something of a category, and in which turn last."""

    document: str
    category: str
    speaker: str
    highlights: int
    turn: int


class Counted:
    """Reads the `counted` table, which triggers keep, and what the accounts in it said."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def version(self) -> int:
        """Return a number that grows with every write that changes what is known of any account."""
        return int(self._db.execute("select coalesce(max(number), 0) from counted").fetchone()[0])

    def since(self, version: int) -> list[str]:
        """Return the accounts that were written about after a version."""
        rows = self._db.execute("select account from counted where number > ? order by account", (version,))
        return [row[0] for row in rows.fetchall()]

    def voices(self, accounts: Collection[str] | None = None) -> list[Voice]:
        """Return who speaks in the documents of accounts (all, or these), by file and place."""
        among, given = _among("document.account", accounts)
        rows = self._db.execute(
            "select document.account, document.id, document.file, document.date, speaker.name, speaker.email,"
            " speaker.role, speaker.side, exists (select 1 from turn where turn.document = document.id"
            " and turn.speaker = speaker.name) as speaks, coalesce(marked.count, 0)"
            " from document join speaker on speaker.document = document.id left join ("
            f"select highlight.document, turn.speaker, count(*) as count from document join highlight"
            " on highlight.document = document.id join turn on turn.document = highlight.document"
            f" and turn.position = highlight.turn and turn.key = highlight.key where {among}"
            " group by highlight.document, turn.speaker) as marked"
            " on marked.document = document.id and marked.speaker = speaker.name"
            f" where {among} order by document.file, length(document.place), document.place, speaker.position",
            given,
        )
        return [Voice(*row) for row in rows.fetchall()]

    def said(self, accounts: Collection[str] | None = None) -> list[Said]:
        """Return what was coded in the documents of accounts, whoever said it."""
        among, given = _among("document.account", accounts)
        return [Said(*row) for row in self._db.execute(HELD.format(among=among), given).fetchall()]

    def asked(self, accounts: Collection[str] | None = None) -> list[tuple[str, str, int]]:
        """Return (document, category, last turn) for what we asked in the documents of accounts."""
        among, given = _among("document.account", accounts)
        rows = self._db.execute(
            "select asked.document, asked.category, max(asked.turn) from document"
            f" join asked on asked.document = document.id where {among} group by asked.document, asked.category",
            given,
        )
        return list(rows.fetchall())

    def contacts(self, accounts: Collection[str] | None = None) -> list[tuple[str, str, str, str]]:
        """Return (account, name, role, email) of the people known from the CRM or added by hand, by name."""
        among, given = _among("account", accounts)
        rows = self._db.execute(
            f"select account, name, role, email from contact where {among} order by account, name", given
        )
        return list(rows.fetchall())


def _among(column: str, accounts: Collection[str] | None) -> tuple[str, dict[str, str]]:
    if accounts is None:
        return f"{column} <> ''", {}
    return f"{column} <> '' and {column} in (select value from json_each(:accounts))", {
        "accounts": json.dumps(sorted(accounts))
    }
