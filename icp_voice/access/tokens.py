"""Tokens: keys by which programs act as a person, until they expire or are revoked."""

from __future__ import annotations

import secrets
import time
from typing import Final

from icp_voice.access.file import File, digest
from icp_voice.access.nouns import Person, Role, Token, lower
from icp_voice.access.people import checked_text, key_of
from icp_voice.errors import AccessError, UnknownName, unknown

PREFIX: Final = "icpv_"
"""By which a scanner of leaked keys, and its finder, knows what it is."""
DAYS, MOST_DAYS = 90, 366
_DAY: Final = 86_400.0
_COLUMNS: Final = "t.id, p.name, t.label, t.role, t.created, t.expires, t.last_used"


class Tokens:
    """The tokens of all people. Of a token only a hash is kept."""

    def __init__(self, file: File) -> None:
        self._file = file

    def make_token(self, person: str, label: str, role: Role, *, days: int = DAYS) -> tuple[str, Token]:
        """Return a new key, which cannot be shown again, and what is kept of it. `role` is at most the person's own."""
        label = checked_text(label, "The label")
        if not 1 <= days <= MOST_DAYS:
            raise AccessError(f"A token cannot hold for {days} days.", hint=f"It holds for 1 to {MOST_DAYS}.")
        raw, now = PREFIX + secrets.token_urlsafe(32), self._file.clock()
        expires = now + days * _DAY
        with self._file.transaction() as conn:
            row = conn.execute("select id, name, role from person where key = ?", (key_of(person),)).fetchone()
            if row is None:
                raise unknown("person", person, [one[0] for one in conn.execute("select name from person")])
            if not Role(row[2]).may(role):
                raise AccessError(
                    f"{row[1]} is {row[2]}, so a token of theirs cannot be {role}.", hint="Take a lower role."
                )
            made = conn.execute(
                "insert into token (digest, person, label, role, created, expires, last_used)"
                " values (?, ?, ?, ?, ?, ?, '')",
                (digest(raw), row[0], label, role.value, now, expires),
            )
            identity = made.lastrowid or 0
        return raw, Token(id=identity, person=row[1], label=label, role=role, created=now, expires=expires)

    def person_of_token(self, raw: str) -> Person | None:
        """Return who acts by a key, with the lower of the token's role and their own; None if it is not good."""
        if not raw.startswith(PREFIX):
            return None
        now, kept = self._file.clock(), digest(raw)
        rows = self._file.rows(
            "select t.role, t.last_used, p.name, p.role, p.created, p.last_seen from token t"
            " join person p on p.id = t.person where t.digest = ? and t.expires > ?",
            kept,
            now,
        )
        if not rows:
            return None
        role, last_used, name, own, created, last_seen = rows[0]
        today = time.strftime("%Y-%m-%d", time.gmtime(now))
        if last_used != today:
            with self._file.transaction() as conn:
                conn.execute("update token set last_used = ? where digest = ?", (today, kept))
        return Person(name=name, role=lower(Role(role), Role(own)), created=created, last_seen=last_seen)

    def tokens(self, person: str = "") -> list[Token]:
        """Return the tokens of a person, or all, the newest first; those that have expired among them."""
        where, values = ("where p.key = ?", (key_of(person),)) if person else ("", ())
        rows = self._file.rows(
            f"select {_COLUMNS} from token t join person p on p.id = t.person {where} order by t.id desc", *values
        )
        return [
            Token(
                id=row[0],
                person=row[1],
                label=row[2],
                role=Role(row[3]),
                created=row[4],
                expires=row[5],
                last_used=row[6],
            )
            for row in rows
        ]

    def revoke_token(self, id: int, *, person: str = "") -> None:
        """End a token; with a person only if it is theirs. UnknownName if there is no such token."""
        where, values = (
            (" and person = (select id from person where key = ?)", (key_of(person),)) if person else ("", ())
        )
        with self._file.transaction() as conn:
            if not conn.execute(f"delete from token where id = ?{where}", (id, *values)).rowcount:
                raise UnknownName(f"No token {id}.", hint="`icp-voice tokens list` shows those that there are.")
