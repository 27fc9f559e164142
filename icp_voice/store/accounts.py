"""Accounts, the people known at them, and their tags by rule and by hand."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from icp_voice.model import Account, Contact

MOST_KEPT = 20_000


class Accounts:
    """The account, contact and account_tag tables."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._kept: tuple[tuple[int, int], list[Account]] | None = None

    def put(self, accounts: Iterable[Account]) -> None:
        """Add accounts, or update those whose id is known; their tags stay, and so does what a person said of them.

        One that was merged into another is that other, and is not added again.
        """
        self._db.conn.executemany(
            "insert into account (id, name, domains, attributes) values (?, ?, ?, ?)"
            " on conflict (id) do update set"
            " name = excluded.name, domains = excluded.domains, attributes = excluded.attributes",
            [
                (account.id, account.name, json.dumps(account.domains), _json(account.attributes))
                for account in self.as_kept(accounts)
            ],
        )

    def as_kept(self, accounts: Iterable[Account]) -> list[Account]:
        """Return accounts that arrive as they will be kept: corrected by what people said, without merged ones."""
        arriving, merged = list(accounts), self.merged()
        said = self._said({account.id for account in arriving})
        also: dict[str, list[str]] = defaultdict(list)
        for account, domains in self._db.execute("select account, domains from account_alias order by id").fetchall():
            also[account] += json.loads(domains)
        return [
            _corrected(account, said[account.id], also[account.id]) for account in arriving if account.id not in merged
        ]

    def put_contacts(self, contacts: Iterable[Contact]) -> None:
        """Add people who can be asked, or update their role and address."""
        merged = self.merged()
        self._db.conn.executemany(
            "insert into contact (account, name, role, email) values (?, ?, ?, ?)"
            " on conflict (account, name) do update set role = excluded.role, email = excluded.email",
            [
                (merged.get(contact.account, contact.account), contact.name, contact.role, contact.email)
                for contact in contacts
            ],
        )

    def remove_contact(self, account: str, name: str) -> bool:
        """Forget a person of an account; return whether one of this name was known."""
        done = self._db.conn.execute("delete from contact where account = ? and name = ?", (account, name))
        return bool(done.rowcount)

    def in_use(self, account: str) -> bool:
        """Say whether people, decisions by hand, documents by hand, talks, sources or other names hang on an account."""
        where = {
            "contact": "account = ?",
            "account_tag": "account = ? and by = 'hand'",
            "assignment": "field = 'account' and value = ?",
            "interview": "account = ?",
            "source_account": "account = ?",
            "account_alias": "account = ?",
        }
        found = (self._db.execute(f"select 1 from {table} where {of}", (account,)) for table, of in where.items())
        return any(one.fetchone() for one in found)

    def say(self, account: str, fields: Mapping[str, object]) -> None:
        """Keep what a person says of an account: its "name", "domains", or "attribute:NAME" (None: it has none)."""
        self._db.conn.executemany(
            "insert or replace into account_said (account, field, value) values (?, ?, ?)",
            [(account, field, json.dumps(value, ensure_ascii=False)) for field, value in fields.items()],
        )

    def _said(self, accounts: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return account -> field -> what a person said of it."""
        said: dict[str, dict[str, Any]] = defaultdict(dict)
        rows = self._db.execute(
            "select account, field, value from account_said where account in (select value from json_each(?))",
            (json.dumps(sorted(accounts)),),
        )
        for account, field, value in rows.fetchall():
            said[account][field] = json.loads(value)
        return said

    def merged(self) -> dict[str, str]:
        """Return the id of each account that was merged into another -> that other's id."""
        return dict(self._db.execute("select id, account from account_alias").fetchall())

    def merge(self, one: Account, into: Account) -> None:
        """Let one account be another from now on: its people, tags by hand, words and what it was called."""
        self._db.execute("update account_alias set account = ? where account = ?", (into.id, one.id))
        self._db.execute(
            "insert or replace into account_alias (id, name, domains, account) values (?, ?, ?, ?)",
            (one.id, one.name, json.dumps(one.domains), into.id),
        )
        self._db.execute("delete from account_said where account = ? and field in ('name', 'domains')", (one.id,))
        for table in ("contact", "account_tag", "account_said"):
            self._db.execute(f"update or ignore {table} set account = ? where account = ?", (into.id, one.id))
            self._db.execute(f"delete from {table} where account = ?", (one.id,))
        for table in ("document", "source_account", "interview"):
            self._db.execute(f"update {table} set account = ? where account = ?", (into.id, one.id))
        self._db.execute("update assignment set value = ? where field = 'account' and value = ?", (into.id, one.id))
        self._db.execute("delete from account where id = ?", (one.id,))
        self.put([replace(into, attributes={**one.attributes, **into.attributes})])

    def all(self, *, tag: str = "") -> list[Account]:
        """Return the accounts, by id; with `tag`, only those that carry it."""
        return [account for account in self._all() if not tag or tag in account.tags]

    def _all(self) -> list[Account]:
        """Return all accounts, as they were read before if nothing was written since."""
        if self._db.conn.in_transaction:
            return self._read()
        others = int(self._db.execute("pragma data_version").fetchone()[0])
        version = (others, self._db.conn.total_changes)
        if self._kept is None or self._kept[0] != version:
            found = self._read()
            self._kept = (version, found) if len(found) <= MOST_KEPT else None
            return found
        return self._kept[1]

    def _read(self, among: str = "", values: Sequence[str] = ()) -> list[Account]:
        """Return the accounts with their tags and other names; `among` leaves some, as the end of "where id"."""
        tags: dict[str, list[str]] = defaultdict(list)
        also: dict[str, list[str]] = defaultdict(list)
        of, own = (f" where account {among}", f" where id {among}") if among else ("", "")
        for account, tag in self._db.execute(f"select account, tag from tagged{of} order by account, tag", values):
            tags[account].append(tag)
        for known, name, account in self._db.execute(
            f"select id, name, account from account_alias{of} order by id", values
        ):
            also[account] += [known, name]
        rows = self._db.query(f"select * from account{own} order by id", values)
        return [_account(row, tags.get(row["id"], ()), also.get(row["id"], ())) for row in rows]

    def ids(self) -> list[str]:
        """Return the ids of all accounts."""
        return [row[0] for row in self._db.execute("select id from account").fetchall()]

    def names(self, accounts: Iterable[str]) -> dict[str, str]:
        """Return account id -> name for those that are known."""
        rows = self._db.query(
            "select id, name from account where id in (select value from json_each(?))", (json.dumps(list(accounts)),)
        )
        return {row["id"]: row["name"] for row in rows}

    def get(self, account: str) -> Account | None:
        """Return one account by its id."""
        return next(iter(self.some([account])), None)

    def some(self, ids: Iterable[str]) -> list[Account]:
        """Return the accounts with these ids, by id."""
        return self._read("in (select value from json_each(?))", [json.dumps(list(ids))])

    def contacts(self, account: str = "") -> list[Contact]:
        """Return all people known from the CRM, or those of one account, by account and name."""
        rows = self._db.query(
            "select account, name, role, email from contact where ? in ('', account) order by account, name", (account,)
        )
        return [Contact(**row) for row in rows]

    def columns(self) -> set[str]:
        """Return the names of all attributes that any account has."""
        rows = self._db.query("select distinct each.key as name from account, json_each(account.attributes) as each")
        return {row["name"] for row in rows}

    def tag_by_rule(self, tag: str, accounts: Iterable[str]) -> None:
        """Set who carries `tag` by rule; what was decided by hand stays."""
        self._db.execute("delete from account_tag where tag = ? and by = 'rule'", (tag,))
        self._db.conn.executemany(
            "insert into account_tag (account, tag, by, held) values (?, ?, 'rule', 1)",
            [(account, tag) for account in accounts],
        )

    def forget_by_hand(self, tag: str, account: str) -> None:
        """Let the rule alone tell whether an account carries `tag`."""
        self._db.execute("delete from account_tag where tag = ? and account = ? and by = 'hand'", (tag, account))

    def tag_by_hand(self, tag: str, account: str, *, held: bool) -> None:
        """Let an account carry `tag`, or keep it from it, whatever the rule says."""
        self._db.execute("insert or replace into account_tag values (?, ?, 'hand', ?)", (account, tag, int(held)))

    def tagged(self, tag: str) -> dict[str, str]:
        """Return account id -> "rule" or "hand" for those that carry `tag`."""
        rows = self._db.query("select account, by from tagged where tag = ? order by account", (tag,))
        return {row["account"]: row["by"] for row in rows}

    def by_hand(self, tag: str) -> dict[str, bool]:
        """Return account id -> in or out, for all that a person decided."""
        rows = self._db.query("select account, held from account_tag where tag = ? and by = 'hand'", (tag,))
        return {row["account"]: bool(row["held"]) for row in rows}

    def remember(self, key: str, value: str) -> None:
        """Keep one word about the workspace, such as the ICP rule."""
        self._db.execute("insert or replace into meta (key, value) values (?, ?)", (key, value))

    def recall(self, key: str) -> str:
        """Return what was remembered under `key`, or an empty string."""
        return next((row["value"] for row in self._db.query("select value from meta where key = ?", (key,))), "")


def _corrected(account: Account, said: Mapping[str, Any], also: Iterable[str]) -> Account:
    """Return an account as a person says it is; `also` are the domains of those that were merged into it."""
    typed = {field.removeprefix("attribute:"): value for field, value in said.items() if field.startswith("attribute:")}
    attributes = {**account.attributes, **typed}
    return replace(
        account,
        name=said.get("name", account.name),
        domains=tuple(dict.fromkeys((*said.get("domains", account.domains), *also))),
        attributes={name: value for name, value in attributes.items() if value is not None or name not in typed},
    )


def _account(row: Mapping[str, Any], tags: Iterable[str], also: Iterable[str] = ()) -> Account:
    return Account(
        id=row["id"],
        name=row["name"],
        domains=tuple(json.loads(row["domains"])),
        attributes=json.loads(row["attributes"]),
        tags=tuple(tags),
        also=tuple(also),
    )


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), ensure_ascii=False, sort_keys=True)
