"""Accounts as pages show them: fifty of thousands, found, sorted and counted in SQL; and what their columns hold."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from icp_voice.model import Account, Value
from icp_voice.store.accounts import Accounts
from icp_voice.store.filter import containing
from icp_voice.store.page_tables import refresh

# What a page can be sorted by; any other word is an attribute's name.
SORTS = {
    "name": "account.name collate nocase",
    "id": "account.id",
    "documents": "documents",
    "highlights": "highlights",
    "newest": "newest",
    "tag": "tagged",
}
COMMONEST = 12
_TOLD = {"integer": "number", "real": "number", "true": "yes or no", "false": "yes or no", "text": "text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One account with what is known of it: documents, coded highlights, date of the newest document, people.

    `by` says whether it carries the tag that was asked for by "rule" or by "hand" ("out": kept out by hand).
    """

    account: Account
    by: str
    documents: int
    highlights: int
    newest: str
    contacts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsPage:
    """Some accounts, and how many there are in all."""

    rows: tuple[AccountRow, ...]
    total: int
    start: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountColumn:
    """A column that a rule may name. `kind` is "text", "number", "date" or "yes or no"; `filled` of `accounts` have it.

    `low` and `high` are the range of numbers and dates, `commonest` the values with how many accounts have them.
    """

    name: str
    kind: str
    filled: int
    accounts: int
    distinct: int
    low: Value
    high: Value
    commonest: tuple[tuple[Value, int], ...]


def accounts_page(
    db: Database,
    *,
    tag: str,
    search: str = "",
    only: str = "",
    ids: Iterable[str] | None = None,
    sort: str = "name",
    start: int = 0,
    most: int = 50,
) -> AccountsPage:
    """Return a page of the accounts whose id, name, domain or person holds `search`.

    `tag` is the one whose reason is told, `only` leaves those that carry a tag, `ids` those named. "-" before what it
    is sorted by turns the order.
    """
    refresh(db)
    where, values = _conditions(search, only, ids)
    found = f"from account where {where}"
    total = int(db.execute(f"select count(*) {found}", values).fetchone()[0])
    key = sort.removeprefix("-")
    by = SORTS.get(key, "(select value from json_each(account.attributes) where key = :sorted)")
    order = f"{by} is null or {by} = '', {by} {'desc' if sort.startswith('-') else 'asc'}, account.name, account.id"
    rows = db.execute(
        "select account.id, coalesce(heard.documents, 0) as documents, coalesce(heard.highlights, 0) as highlights,"
        " coalesce(heard.newest, '') as newest, (select count(*) from contact where contact.account = account.id),"
        " (select case when tagged.by is not null then tagged.by end from tagged"
        "   where tagged.account = account.id and tagged.tag = :tag) as tagged"
        " from account left join (select account, count(*) as documents, sum(coded) as highlights, max(date) as newest"
        "   from page_document group by account) as heard on heard.account = account.id"
        f" where {where} order by {order} limit :most offset :start",
        {**values, "tag": tag, "sorted": key, "most": most, "start": start},
    ).fetchall()
    accounts = {account.id: account for account in Accounts(db).some([row[0] for row in rows])}
    out = {account for account, held in Accounts(db).by_hand(tag).items() if not held}
    return AccountsPage(
        rows=tuple(
            AccountRow(
                account=accounts[identity],
                by=tagged or ("out" if identity in out else ""),
                documents=documents,
                highlights=highlights,
                newest=newest,
                contacts=contacts,
            )
            for identity, documents, highlights, newest, contacts, tagged in rows
        ),
        total=total,
        start=start,
        most=most,
    )


def _conditions(search: str, only: str, ids: Iterable[str] | None) -> tuple[str, dict[str, object]]:
    parts: list[str] = ["1"]
    values: dict[str, object] = {}
    for number, word in enumerate(search.split()):
        name = f"word{number}"
        values[name] = containing(word)
        like = f"like :{name} escape '\\'"
        parts.append(
            f"(account.id {like} or account.name {like} or account.domains {like} or exists (select 1 from contact"
            f" where contact.account = account.id and (contact.name {like} or contact.email {like})))"
        )
    if only:
        parts.append("account.id in (select account from tagged where tag = :only)")
        values["only"] = only
    if ids is not None:
        parts.append("account.id in (select value from json_each(:ids))")
        values["ids"] = json.dumps(list(ids))
    return " and ".join(parts), values


def account_columns(db: Database) -> tuple[AccountColumn, ...]:
    """Return the attributes of the accounts, those that most have first, with their types, ranges and values."""
    accounts = int(db.execute("select count(*) from account").fetchone()[0])
    found: dict[str, list[tuple[Value, str, int]]] = defaultdict(list)
    rows = db.execute(
        "select each.key, each.value, each.type, count(*) from account, json_each(account.attributes) as each"
        " where each.type <> 'null' group by 1, 2, 3"
    )
    for name, value, kind, count in rows.fetchall():
        found[name].append((value, kind, count))
    columns = [_column(name, values, accounts) for name, values in found.items()]
    return tuple(sorted(columns, key=lambda column: (-column.filled, column.name)))


def _column(name: str, found: Sequence[tuple[Value, str, int]], accounts: int) -> AccountColumn:
    kinds = {_TOLD.get(kind, "text") for _, kind, _ in found}
    kind = kinds.pop() if len(kinds) == 1 else "text"
    values = [(bool(value) if kind == "yes or no" else value, count) for value, _, count in found]
    if kind == "text" and all(_is_day(value) for value, _ in values):
        kind = "date"
    ranged = sorted(value for value, _ in values) if kind in ("number", "date") else []  # type: ignore[type-var]
    commonest = sorted(values, key=lambda one: (-one[1], str(one[0])))[:COMMONEST]
    return AccountColumn(
        name=name,
        kind=kind,
        filled=sum(count for _, count in values),
        accounts=accounts,
        distinct=len(values),
        low=ranged[0] if ranged else None,
        high=ranged[-1] if ranged else None,
        commonest=tuple(commonest),
    )


def _is_day(value: Value) -> bool:
    return isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-" and value[:4].isdigit()
