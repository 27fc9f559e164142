"""Sessions: how they begin, by password or by a link that is good once, how long they hold, and how they end."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from typing import Any, Final

from icp_voice.access import passwords
from icp_voice.access.file import File, digest
from icp_voice.access.nouns import ME, Person, Role, Session
from icp_voice.access.people import key_of
from icp_voice.access.tries import Tries
from icp_voice.errors import AccessError, SignInRefused

IDLE: Final = 12 * 3600.0
LONGEST: Final = 14 * 86_400.0
LINK: Final = 10 * 60.0
NOTED: Final = 60.0
"""That somebody is there is written down once in so many seconds."""
AWAY: Final = 30 * 60.0
"""Who was not heard of for so long begins another visit."""

_REFUSED: Final = ("Name and password do not fit.", "Try again; an admin can give you a new password.")


class Sessions:
    """Who is signed in. Of a session's token only a hash is kept; its CSRF token follows from it and is kept nowhere."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._tries = Tries(file)

    def sign_in(self, name: str, password: str, address: str) -> Session:
        """Begin a session by name and password; `address` is where the try comes from.

        SignInRefused does not tell whether there is such a person; TooManyTries says how long to wait.
        """
        key = key_of(name)
        self._tries.begin(key, address)
        passwords.ready()
        rows = self._file.rows("select id, password from person where key = ?", key)
        identity, kept = rows[0] if rows else (None, None)
        if not passwords.fits(password, kept):
            raise SignInRefused(_REFUSED[0], hint=_REFUSED[1])
        renewed = passwords.hashed(password) if passwords.is_outdated(kept) else kept
        with self._file.transaction() as conn:
            # Another thread may have removed the person or changed the password meanwhile.
            changed = conn.execute(
                "update person set password = ? where id = ? and password = ?", (renewed, identity, kept)
            )
            if not changed.rowcount:
                raise SignInRefused(_REFUSED[0], hint=_REFUSED[1])
            session = self._begin(conn, identity)
        self._tries.succeeded(key, address)
        return session

    def one_time_link(self) -> str:
        """Return a token that begins one session of `me`, within ten minutes; only while there are no people."""
        token, now = secrets.token_urlsafe(32), self._file.clock()
        with self._file.transaction() as conn:
            if _has_people(conn):
                raise AccessError("This workspace has people.", hint="Sign in with name and password.")
            conn.execute("delete from link where expires <= ?", (now,))
            conn.execute("insert into link values (?, ?)", (digest(token), now + LINK))
        return token

    def redeem(self, token: str) -> Session:
        """Begin a session of `me`, who may all, by a one-time link's token."""
        with self._file.transaction() as conn:
            used = conn.execute(
                "delete from link where digest = ? and expires > ?", (digest(token), self._file.clock())
            )
            if not used.rowcount or _has_people(conn):
                raise SignInRefused(
                    "This link was used before, or is too old.", hint="Start icp-voice serve anew for another."
                )
            return self._begin(conn, None)

    def session(self, token: str) -> Session | None:
        """Return the session of a token if it holds; that its person is there makes it hold on."""
        now, kept = self._file.clock(), digest(token)
        rows = self._file.rows(
            "select s.created, s.seen, s.since, s.person, p.name, p.role, p.created, p.last_seen from session s"
            " left join person p on p.id = s.person where s.digest = ?",
            kept,
        )
        if not rows:
            return None
        created, seen, since, identity = rows[0][:4]
        person = _person(rows[0][3:])
        if person is None or _expires(created, seen) <= now:
            self.end_session(token)
            return None
        if now - seen >= NOTED:
            with self._file.transaction() as conn:
                before = max(seen, _last_seen(conn, identity))
                since = before if now - before >= AWAY else since
                conn.execute("update session set seen = ?, since = ? where digest = ?", (now, since, kept))
                _note_seen(conn, identity, now)
            seen = now
        return Session(token=token, person=person, csrf=_csrf(token), expires=_expires(created, seen), since=since)

    def end_session(self, token: str) -> None:
        """Sign out."""
        with self._file.transaction() as conn:
            conn.execute("delete from session where digest = ?", (digest(token),))

    def end_sessions_of(self, name: str) -> int:
        """Sign a person out everywhere; return how many sessions that ended. `me` are those that came by a link."""
        whose = "is null" if name == ME else "= (select id from person where key = ?)"
        with self._file.transaction() as conn:
            values = () if name == ME else (key_of(name),)
            return conn.execute(f"delete from session where person {whose}", values).rowcount

    def _begin(self, conn: sqlite3.Connection, identity: int | None) -> Session:
        token, now = secrets.token_urlsafe(32), self._file.clock()
        conn.execute("delete from session where seen <= ? or created <= ?", (now - IDLE, now - LONGEST))
        before = _last_seen(conn, identity)
        # Who signs in again soon goes on with the same visit.
        since = before if now - before >= AWAY else _visit(conn, identity, before)
        conn.execute(
            "insert into session (digest, person, created, seen, since) values (?, ?, ?, ?, ?)",
            (digest(token), identity, now, now, since),
        )
        _note_seen(conn, identity, now)
        row = (None, None, None, None, None)
        if identity is not None:
            of = "select id, name, role, created, last_seen from person where id = ?"
            row = conn.execute(of, (identity,)).fetchone()
        person = _person(row)
        assert person is not None
        return Session(token=token, person=person, csrf=_csrf(token), expires=_expires(now, now), since=since)


def _last_seen(conn: sqlite3.Connection, identity: int | None) -> float:
    """Return when a person was last heard of; without an id, when `me` was."""
    sql = "select seen from mine" if identity is None else f"select last_seen from person where id = {int(identity)}"
    row = conn.execute(sql).fetchone()
    return float(row[0]) if row else 0.0


def _note_seen(conn: sqlite3.Connection, identity: int | None, now: float) -> None:
    if identity is None:
        conn.execute("update mine set seen = ?", (now,))
    else:
        conn.execute("update person set last_seen = ? where id = ?", (now, identity))


def _visit(conn: sqlite3.Connection, identity: int | None, before: float) -> float:
    """Return since when the latest visit of a person has told what is new; `before` where none is known."""
    row = conn.execute("select since from session where person is ? order by seen desc limit 1", (identity,)).fetchone()
    return float(row[0]) if row else before


def _person(row: tuple[Any, ...]) -> Person | None:
    identity, name, role, created, last_seen = row
    if identity is None:
        return Person(name=ME, role=Role.ADMIN)
    return Person(name=name, role=Role(role), created=created, last_seen=last_seen) if name else None


def _csrf(token: str) -> str:
    return hmac.new(token.encode("utf-8", "surrogatepass"), b"icp-voice csrf", hashlib.sha256).hexdigest()


def _expires(created: float, seen: float) -> float:
    return min(seen + IDLE, created + LONGEST)


def _has_people(conn: sqlite3.Connection) -> bool:
    return conn.execute("select 1 from person limit 1").fetchone() is not None
