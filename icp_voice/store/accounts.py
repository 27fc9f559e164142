"""Accounts, the people known at them, and their tags by rule and by hand."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlite_utils import Database

from icp_voice.model import Account, Contact


class Accounts:
    """The account, contact and account_tag tables."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, accounts: Iterable[Account]) -> None:
        """Add accounts, or update those whose id is known; their tags stay."""
        self._db.conn.executemany(
            "insert into account (id, name, domains, attributes) values (?, ?, ?, ?)"
            " on conflict (id) do update set"
            " name = excluded.name, domains = excluded.domains, attributes = excluded.attributes",
            [
                (account.id, account.name, json.dumps(account.domains), _json(account.attributes))
                for account in accounts
            ],
        )

    def put_contacts(self, contacts: Iterable[Contact]) -> None:
        """Add people who can be asked, or update their role and address."""
        self._db.conn.executemany(
            "insert into contact (account, name, role, email) values (?, ?, ?, ?)"
            " on conflict (account, name) do update set role = excluded.role, email = excluded.email",
            [(contact.account, contact.name, contact.role, contact.email) for contact in contacts],
        )

    def all(self, *, tag: str = "") -> list[Account]:
        """Return the accounts, by id; with `tag`, only those that carry it."""
        tags: dict[str, list[str]] = defaultdict(list)
        for account, held in self._db.execute("select account, tag from tagged order by account, tag").fetchall():
            tags[account].append(held)
        accounts = (
            _account(row, tags.get(row["id"], ())) for row in self._db.query("select * from account order by id")
        )
        return [account for account in accounts if not tag or tag in account.tags]

    def contacts(self) -> list[Contact]:
        """Return all people known from the CRM, by account and name."""
        rows = self._db.query("select account, name, role, email from contact order by account, name")
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


def _account(row: Mapping[str, Any], tags: Iterable[str]) -> Account:
    return Account(
        id=row["id"],
        name=row["name"],
        domains=tuple(json.loads(row["domains"])),
        attributes=json.loads(row["attributes"]),
        tags=tuple(tags),
    )


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), ensure_ascii=False, sort_keys=True)
