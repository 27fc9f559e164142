"""The tables of `access.db`, as numbered steps. Of passwords, sessions, links and tokens only hashes are kept."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("icp_voice_access")


@migrations()
def m001_people(db: Database) -> None:
    """People, their sessions and tokens, links that are good once, and tries that failed."""
    # key: the name as it is compared; ids are never given twice, so nothing of one person falls to another
    db.execute(
        "create table person (id integer primary key autoincrement, name text not null, key text not null unique,"
        " role text not null, password text not null, created real not null, last_seen real not null)"
    )
    # person: null for the one who came in by a link
    db.execute(
        "create table session (digest text primary key, person integer, created real not null, seen real not null)"
        " without rowid"
    )
    db.execute("create index session_person on session (person)")
    db.execute("create table link (digest text primary key, expires real not null) without rowid")
    db.execute(
        "create table token (id integer primary key autoincrement, digest text not null unique, person integer not null,"
        " label text not null, role text not null, created real not null, expires real not null, last_used text not null)"
    )
    db.execute("create index token_person on token (person)")
    # name: a digest, for people type passwords where names belong; address: without what a sender may vary at will
    db.execute("create table try (id integer primary key, name text not null, address text not null, at real not null)")
    db.execute("create index try_address on try (address, at)")
    db.execute("create index try_at on try (at)")


@migrations()
def m002_visits(db: Database) -> None:
    """When whoever is signed in was here before this visit."""
    db.execute("alter table session add column since real not null default 0")
    # `me` is no person, so when they were last seen is kept apart
    db.execute("create table mine (seen real not null)")
    db.execute("insert into mine select coalesce(max(seen), 0) from session where person is null")
