"""What is known of connected sources: their records by id and version, those that are gone there, other ids of accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from icp_voice.store.editions import Editions
from icp_voice.store.progress import WITH_HIGHLIGHTS
from icp_voice.store.redactions import Redactions


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One record of a source as it was when it was read; `gone` says why the source no longer shows it."""

    record: str
    file: str
    version: str = ""
    moment: str = ""
    gone: str = ""


class Sources:
    """The source_record and source_account tables."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def version(self, source: str, record: str) -> str:
        """Return the version in which a record was read, or an empty string if it was not or is gone."""
        row = self._db.execute(
            "select version from source_record where source = ? and record = ? and gone = ''", (source, record)
        ).fetchone()
        return str(row[0]) if row else ""

    def put(self, source: str, records: Iterable[Seen]) -> None:
        """Note records as they were read."""
        self._db.conn.executemany(
            "insert or replace into source_record (source, record, file, version, moment, gone)"
            " values (?, ?, ?, ?, ?, ?)",
            [(source, one.record, one.file, one.version, one.moment, one.gone) for one in records],
        )

    def mark_gone(self, source: str, record: str, why: str) -> bool:
        """Note that the source no longer shows a record; return whether it was known and shown until now."""
        changed = self._db.execute(
            "update source_record set gone = ?, version = '' where source = ? and record = ? and gone = ''",
            (why, source, record),
        )
        return bool(changed.rowcount)

    def between(self, source: str, since: str, until: str) -> list[str]:
        """Return the records that happened from `since` up to, not including, `until` and are not gone."""
        rows = self._db.execute(
            "select record from source_record where source = ? and gone = '' and moment >= ? and moment < ?"
            " order by record",
            (source, since, until),
        )
        return [row[0] for row in rows.fetchall()]

    def gone(self, source: str) -> list[Seen]:
        """Return the records of a source that are gone there, by id."""
        rows = self._db.query(
            "select record, file, version, moment, gone from source_record where source = ? and gone <> ''"
            " order by record",
            (source,),
        )
        return [Seen(**row) for row in rows]

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return source -> (records shown there, records gone)."""
        rows = self._db.execute("select source, sum(gone = ''), sum(gone <> '') from source_record group by source")
        return {source: (shown, gone) for source, shown, gone in rows.fetchall()}

    def forget_versions(self, source: str) -> None:
        """Have every record read anew when it comes again."""
        self._db.execute("update source_record set version = '' where source = ?", (source,))

    def call_account(self, source: str, record: str, account: str) -> None:
        """Note under which id an account is known that a source calls by another."""
        self._db.execute("insert or replace into source_account values (?, ?, ?)", (source, record, account))

    def account_names(self) -> dict[str, str]:
        """Return the sources' own ids of accounts -> the ids under which these are known; ambiguous ones left out."""
        rows = self._db.execute(
            "select record, min(account) from source_account group by record having count(distinct account) = 1"
        )
        return {record: account for record, account in rows.fetchall()}

    def remember_id(self, file: str, key: str, document: str) -> None:
        """Note under which id a document was known that is taken away, in case it returns with other words."""
        self._db.execute("insert or replace into source_gone values (?, ?, ?)", (file, key, document))

    def remembered_id(self, file: str, key: str) -> str:
        """Return the id under which a document was known before it was taken away, or an empty string."""
        row = self._db.execute("select document from source_gone where file = ? and key = ?", (file, key)).fetchone()
        return str(row[0]) if row else ""

    def forget_duplicates_in(self, file: str) -> None:
        """Forget that a record said what another document says as well."""
        self._db.execute("delete from duplicate where file = ?", (file,))

    def erase(self, document: str) -> None:
        """Take away the passages and facts of a document that is gone; what people said of them stays, without words."""
        self._forget_names(document)
        Editions(self._db).forget(document)
        Redactions(self._db).forget_proposals(document)
        here = "select id from highlight where document = ?"
        self._db.execute(f"delete from fact where highlight in ({here})", (document,))
        self._db.execute(f"delete from theme_member where highlight in ({here})", (document,))
        self._db.execute(f"delete from done where step in {WITH_HIGHLIGHTS} and subject in ({here})", (document,))
        self._db.execute("delete from done where step in ('highlights', 'questions') and subject = ?", (document,))
        self._db.execute("delete from asked where document = ?", (document,))
        self._db.execute(f"delete from skipped where highlight in ({here})", (document,))
        self._db.execute("delete from put_aside where document = ?", (document,))
        self._db.execute("delete from highlight where document = ?", (document,))

    def _forget_names(self, document: str) -> None:
        """Dissolve the themes that are named in this document's words; the next run groups and names the rest anew."""
        said = [
            text.casefold() for (text,) in self._db.execute("select text from turn where document = ?", (document,))
        ]
        for theme, name in self._db.execute("select id, name from theme where named_by = 'model'").fetchall():
            if any(name.casefold() in text for text in said):
                self._db.execute("delete from theme_member where theme = ?", (theme,))
                self._db.execute("delete from theme where id = ?", (theme,))
