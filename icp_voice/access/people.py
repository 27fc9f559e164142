"""People: their names, roles and passwords. There is an admin as long as there are people."""

from __future__ import annotations

import sqlite3
import unicodedata
from typing import Final

from icp_voice.access import passwords
from icp_voice.access.file import File
from icp_voice.access.nouns import ME, Person, Role
from icp_voice.errors import AccessError, UnknownName, unknown

LONGEST: Final = 64


class People:
    """The people who may come in."""

    def __init__(self, file: File) -> None:
        self._file = file

    def people(self) -> list[Person]:
        """Return everybody, by name."""
        rows = self._file.rows("select name, role, created, last_seen from person order by key")
        return [Person(name=row[0], role=Role(row[1]), created=row[2], last_seen=row[3]) for row in rows]

    def has_people(self) -> bool:
        """Whether there is anybody; if so, one comes in by name and password only."""
        return bool(self._file.rows("select 1 from person limit 1"))

    def person(self, name: str) -> Person:
        """Return a person by name, in whatever case; UnknownName if there is none."""
        key = key_of(name)
        rows = self._file.rows("select name, role, created, last_seen from person where key = ?", key)
        if not rows:
            raise self._unknown(name)
        return Person(name=rows[0][0], role=Role(rows[0][1]), created=rows[0][2], last_seen=rows[0][3])

    def add_person(self, name: str, password: str, role: Role) -> Person:
        """Let somebody in. The first one has to be an admin, and ends the sessions that one-time links began."""
        name, now = _checked_name(name), self._file.clock()
        passwords.check_password(password, name)
        kept = passwords.hashed(password)
        with self._file.transaction() as conn:
            if conn.execute("select 1 from person where key = ?", (key_of(name),)).fetchone():
                raise AccessError(
                    f'There is a "{name}" already.', hint="Take another name, or give them a new password."
                )
            if role is not Role.ADMIN:
                _keep_an_admin(conn, "The first person has to be an admin.", "Add the admin first.")
            conn.execute(
                "insert into person (name, key, role, password, created, last_seen) values (?, ?, ?, ?, ?, 0)",
                (name, key_of(name), role.value, kept, now),
            )
            conn.execute("delete from session where person is null")
            conn.execute("delete from link")
        return Person(name=name, role=role, created=now)

    def set_password(self, name: str, password: str) -> None:
        """Give a person another password; this ends their sessions. Their tokens stay good until they are revoked."""
        person = self.person(name)
        passwords.check_password(password, person.name)
        kept = passwords.hashed(password)
        with self._file.transaction() as conn:
            identity = self._id(conn, name)
            conn.execute("update person set password = ? where id = ?", (kept, identity))
            conn.execute("delete from session where person = ?", (identity,))

    def set_role(self, name: str, role: Role) -> None:
        """Give a person another role; it holds at once, in open sessions and for tokens too."""
        with self._file.transaction() as conn:
            conn.execute("update person set role = ? where id = ?", (role.value, self._id(conn, name)))
            _keep_an_admin(conn, f"{name} is the last admin.", "Make somebody else an admin first.")

    def remove_person(self, name: str) -> None:
        """Let a person in no longer; this ends their sessions and tokens."""
        with self._file.transaction() as conn:
            identity = self._id(conn, name)
            conn.execute("delete from person where id = ?", (identity,))
            _keep_an_admin(conn, f"{name} is the last admin.", "Make somebody else an admin first.")
            conn.execute("delete from session where person = ?", (identity,))
            conn.execute("delete from token where person = ?", (identity,))

    def _id(self, conn: sqlite3.Connection, name: str) -> int:
        row = conn.execute("select id from person where key = ?", (key_of(name),)).fetchone()
        if row is None:
            raise unknown("person", name, [one[0] for one in conn.execute("select name from person")])
        return int(row[0])

    def _unknown(self, name: str) -> UnknownName:
        return unknown("person", name, [person.name for person in self.people()])


def key_of(name: str) -> str:
    """Return a name as it is compared: case, width and the spelling of accents do not matter."""
    folded = unicodedata.normalize("NFKC", name.strip()[: LONGEST + 1]).casefold()
    return unicodedata.normalize("NFKC", folded)


def checked_text(text: str, what: str) -> str:
    """Return a name or label without space around it; AccessError if it is empty, too long, or cannot be shown."""
    text = unicodedata.normalize("NFC", text.strip())
    if not 1 <= len(text) <= LONGEST:
        raise AccessError(f"{what} has {len(text)} characters.", hint=f"It has 1 to {LONGEST}.")
    # Marks that turn the direction or have no width would let two names look the same.
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for letter in text):
        raise AccessError(f"{what} holds control characters.", hint="Use letters, digits, spaces and signs.")
    return text


def _checked_name(name: str) -> str:
    name = checked_text(name, "The name")
    if key_of(name) == ME:
        raise AccessError(
            f'"{name}" is what changes are signed with where nobody has a name.', hint="Take another name."
        )
    return name


def _keep_an_admin(conn: sqlite3.Connection, refusal: str, hint: str) -> None:
    if not conn.execute("select 1 from person where role = ?", (Role.ADMIN.value,)).fetchone():
        raise AccessError(refusal, hint=hint)
