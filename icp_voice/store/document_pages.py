"""Documents a page at a time, each with what a list of them shows and what is still to be settled about it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from icp_voice.model import Page, Side
from icp_voice.store.cursor import Cursor, Order
from icp_voice.store.filter import containing
from icp_voice.store.page_tables import refresh
from icp_voice.store.redactions import Redactions

NO_ACCOUNT, NO_SIDE, NO_DATE = "account", "speakers", "date"
FILE = ("document.file", "document.depth", "document.place", "document.id")
ORDERS = {
    "newest": Order(("document.date desc", *FILE)),
    "file": Order(FILE),
    "highlights": Order(("document.coded desc", "document.id")),
}
TABLES = "page_document as document"
LINE = f"""
select document.id, kept.file, kept.place, kept.title, kept.kind, kept.date, kept.account,
  coalesce(account.name, '') as account_name, document.source, document.coded as highlights,
  (select count(*) from speaker where speaker.document = document.id) as speakers,
  (select count(*) from speaker where speaker.document = document.id and speaker.side = '{Side.UNKNOWN}') as unknown
from page_document as document join document as kept on kept.id = document.id
left join account on account.id = kept.account
where document.id in (select value from json_each(:ids))
"""
# What is meant by the words that are looked for: they stand in the title, the file's name, or the account's name.
FOUND = """document.id in (select kept.id from document as kept left join account on account.id = kept.account
  where kept.title like :search escape '\\' or kept.file like :search escape '\\' or account.name like :search escape '\\')"""
# What is not known of a document, one by one.
LACKING = {
    NO_ACCOUNT: "document.account = ''",
    NO_DATE: "document.date = ''",
    NO_SIDE: f"""exists
  (select 1 from speaker where speaker.document = document.id and speaker.side = '{Side.UNKNOWN}')""",
}
UNSETTLED = f"({' or '.join(LACKING.values())})"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """A document in a list: `speakers` and coded `highlights` are counts.

    `needs` says what is not known of it: "account", "speakers" (somebody's side), "date".
    """

    id: str
    file: str
    place: str
    title: str
    kind: str
    date: str
    account: str
    account_name: str
    source: str
    highlights: int
    speakers: int
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which documents are looked for. `unsettled` are those of which something is not known, `needs` says what."""

    search: str = ""
    account: str = ""
    kind: str = ""
    source: str = ""
    unmatched: bool = False
    unsettled: bool = False
    needs: str = ""


def documents_page(
    db: Database, redactions: Redactions, wanted: Wanted, *, sort: str, cursor: Cursor, most: int
) -> Page[DocumentLine]:
    """Return some of the documents that are looked for."""
    refresh(db)
    where, values = _conditions(wanted)
    total = int(db.execute(f"select count(*) from {TABLES} where {where}", values).fetchone()[0])
    ids, after, before = ORDERS[sort].page(db, TABLES, where, values, cursor=cursor, most=most)
    return Page(items=lines(db, redactions, ids), total=total, next=after, previous=before)


def lines(db: Database, redactions: Redactions, ids: Sequence[str]) -> tuple[DocumentLine, ...]:
    """Return documents as a list shows them, in the order of their ids."""
    rows = {row["id"]: row for row in db.query(LINE, {"ids": json.dumps(list(ids))})}
    veil = redactions.veil(ids)
    for row in rows.values():
        row["title"] = veil.phrases(row["id"], row["title"])
    return tuple(_line(rows[identity]) for identity in ids if identity in rows)


def _conditions(wanted: Wanted) -> tuple[str, dict[str, object]]:
    parts, values = ["1"], {}
    for name in ("account", "kind", "source"):
        if value := getattr(wanted, name):
            parts.append(f"document.{name} = :{name}")
            values[name] = value
    if wanted.search:
        parts.append(FOUND)
        values["search"] = containing(wanted.search)
    if wanted.unmatched:
        parts.append(LACKING[NO_ACCOUNT])
    if wanted.unsettled:
        parts.append(UNSETTLED)
    if wanted.needs:
        parts.append(LACKING[wanted.needs])
    return " and ".join(parts), values


def _line(row: dict[str, Any]) -> DocumentLine:
    lacking = {NO_ACCOUNT: not row["account"], NO_SIDE: bool(row.pop("unknown")), NO_DATE: not row["date"]}
    return DocumentLine(**row, needs=tuple(name for name, lacks in lacking.items() if lacks))
