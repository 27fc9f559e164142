"""One SQLite file and the tables in it, opened together; each table group is kept by a class of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from icp_voice.store.account_rows import AccountRows
from icp_voice.store.accounts import Accounts
from icp_voice.store.arrangement import Arrangements
from icp_voice.store.asked import Questions
from icp_voice.store.before import Before
from icp_voice.store.changes import Changes
from icp_voice.store.counted import Counted
from icp_voice.store.documents import Documents
from icp_voice.store.editions import Editions
from icp_voice.store.facts import Facts
from icp_voice.store.highlights import Highlights
from icp_voice.store.interviews import Interviews
from icp_voice.store.marks import Marks
from icp_voice.store.pages import Pages
from icp_voice.store.positions import Positions
from icp_voice.store.progress import Progress
from icp_voice.store.redactions import Privacy, Redactions
from icp_voice.store.schema import migrations
from icp_voice.store.search import Search
from icp_voice.store.sources import Sources
from icp_voice.store.tags import Tags
from icp_voice.store.theme_decisions import ThemeDecisions
from icp_voice.store.theme_pages import ThemePages
from icp_voice.store.themes import Themes
from icp_voice.store.vectors import Vectors
from icp_voice.store.views import Views
from icp_voice.store.written import Written


@dataclass(frozen=True, slots=True)
class Store:
    """The open file and its tables."""

    db: Database
    accounts: Accounts
    documents: Documents
    highlights: Highlights
    tags: Tags
    themes: Themes
    theme_decisions: ThemeDecisions
    facts: Facts
    questions: Questions
    vectors: Vectors
    search: Search
    positions: Positions
    views: Views
    before: Before
    progress: Progress
    counted: Counted
    account_rows: AccountRows
    interviews: Interviews
    sources: Sources
    changes: Changes
    marks: Marks
    redactions: Redactions
    arrangement: Arrangements
    editions: Editions
    pages: Pages
    theme_pages: ThemePages
    written: Written

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together or not at all; one inside another is part of it.

        It waits for the right to write before anything is read: what is read inside cannot change until it ends, and
        a short decision beside a long run is neither refused nor lost.
        """
        if self.db.conn.in_transaction:
            with self.db.atomic():
                yield
            return
        self.db.conn.execute("begin immediate")
        try:
            yield
            self.db.conn.execute("commit")
        except BaseException:
            self.db.conn.rollback()
            raise

    def close(self) -> None:
        """Close the file."""
        self.db.close()


def open_store(path: Path, privacy: Privacy | None = None) -> Store:
    """Open the file at `path`, making it or bringing it up to date as needed; `privacy` is what is hidden when it is read."""
    # A server hands a connection from thread to thread, never to two at once; SQLite itself allows both.
    db = Database(sqlite3.connect(path, check_same_thread=False))
    db.conn.execute("pragma busy_timeout = 20000")
    if str(path) != ":memory:":
        db.conn.execute("pragma journal_mode = wal")
        db.conn.execute("pragma synchronous = normal")
    db.conn.execute("pragma temp_store = memory")
    if migrations.pending(db):
        migrations.apply(db)
    redactions = Redactions(db, privacy or Privacy())
    pages = Pages(db, redactions)
    return Store(
        db,
        Accounts(db),
        Documents(db, redactions),
        Highlights(db, redactions),
        Tags(db),
        Themes(db, redactions),
        ThemeDecisions(db),
        Facts(db, redactions),
        Questions(db),
        Vectors(db),
        Search(db),
        Positions(db),
        Views(db),
        Before(db),
        Progress(db),
        Counted(db),
        AccountRows(db),
        Interviews(db),
        Sources(db),
        Changes(db),
        Marks(db),
        redactions,
        Arrangements(db),
        Editions(db),
        pages,
        ThemePages(db, pages),
        Written(db),
    )
