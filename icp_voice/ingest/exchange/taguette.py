"""Taguette's SQLite file: documents as HTML, highlights in bytes of their words, tags by path, and who marked what.

The file is read in memory, as tables only: no view, trigger or function of it ever runs.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.exchange.alignment import Alignment
from icp_voice.ingest.exchange.pagetext import PageText, page_text
from icp_voice.ingest.exchange.project import Code, Coded, Left, Passage, Project, text_mark
from icp_voice.ingest.exchange.reading import NO_WORDS, OUTSIDE, Marked, document_of, passages
from icp_voice.ingest.files import shown
from icp_voice.ingest.source import Source
from icp_voice.limits import Limits, raise_hint
from icp_voice.model import Document

MAGIC: Final = b"SQLite format 3\x00"
_TABLES: Final = {
    "projects": ("id", "name"),
    "documents": ("id", "project_id", "name", "contents"),
    "tags": ("id", "project_id", "path", "description"),
    "highlights": ("id", "document_id", "start_offset", "end_offset", "snippet"),
    "highlight_tags": ("highlight_id", "tag_id"),
}
_COMMANDS: Final = ("id", "user_login", "payload")
_FOUND_AGAIN: Final = "(note) passages found by their words, for their place did not hold them"


def is_database(data: bytes) -> bool:
    """Whether it is an SQLite file with Taguette's tables."""
    return data.startswith(MAGIC) and b"highlight_tags" in data and b"start_offset" in data


def project(source: Source) -> Project:
    """Read all projects of the file."""
    database = _Tables(source.data, source.limits)
    try:
        return _Reader(source, database).read()
    except (sqlite3.Error, UnicodeDecodeError, OverflowError):
        raise UnreadableFile("the database is damaged", hint="Export it again from Taguette.") from None
    finally:
        database.close()


class _Tables:
    """A database in memory from which only the known columns of ordinary tables are read."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._most = limits.rows
        self._db = sqlite3.connect(":memory:")
        self._db.text_factory = lambda text: text.decode("utf-8", "replace")
        # A file left in write-ahead mode cannot be opened in memory; what it holds is whole without the log.
        plain = data[:18] + b"\x01\x01" + data[20:] if data[18:20] == b"\x02\x02" else data
        try:
            self._db.deserialize(plain)
            self._db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(limits.characters, 1_000_000) * 4)
            self._db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            for pragma in ("trusted_schema = off", "query_only = on", "cell_size_check = on", "mmap_size = 0"):
                self._db.execute(f"pragma {pragma}")
            self._check()
        except (sqlite3.Error, UnicodeDecodeError):
            self.close()
            raise UnreadableFile("the database is damaged", hint="Export it again from Taguette.") from None
        except UnreadableFile:
            self.close()
            raise
        self._db.set_authorizer(_only_reads)

    def close(self) -> None:
        self._db.close()

    def rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """Yield the known columns of a table, by its first column."""
        columns = ", ".join(f'"{column}"' for column in _TABLES[table])
        yield from self._bounded(f'select {columns} from "{table}" order by 1, 2')

    def commands(self) -> Iterator[tuple[Any, ...]]:
        """Yield what was done, and by whom; nothing if the file does not say."""
        if "commands" in self._names:
            yield from self._bounded("select id, user_login, payload from commands order by 1")

    def _bounded(self, query: str) -> Iterator[tuple[Any, ...]]:
        for number, row in enumerate(self._db.execute(query)):
            if number >= self._most * 10:
                raise UnreadableFile("there are too many rows in the database", hint=raise_hint("rows"))
            yield row

    def _check(self) -> None:
        """Refuse what only looks like Taguette's tables: views, virtual tables, missing columns."""
        found = self._db.execute("select name, type, sql from sqlite_master").fetchall()
        kinds = {str(name): (str(kind), str(sql or "")) for name, kind, sql in found if kind in ("table", "view")}
        self._names = frozenset(kinds)
        wanted = {**_TABLES, **({"commands": _COMMANDS} if "commands" in kinds else {})}
        for table, columns in wanted.items():
            kind, sql = kinds.get(table, ("", ""))
            if kind != "table" or not sql.lstrip().casefold().startswith("create table"):
                raise UnreadableFile(f'it is no database of Taguette: "{table}" is no table in it')
            there = {str(row[1]) for row in self._db.execute(f'pragma table_xinfo("{table}")') if row[6] == 0}
            if missing := [column for column in columns if column not in there]:
                raise UnreadableFile(f'it is no database of Taguette: "{table}" has no column {missing[0]}')


def _only_reads(action: int, first: str | None, second: str | None, base: str | None, inside: str | None) -> int:
    """Allow SELECT on the known columns and nothing else: no function, no view, no trigger."""
    known = {**_TABLES, "commands": _COMMANDS}
    if action == sqlite3.SQLITE_SELECT:
        return sqlite3.SQLITE_OK
    reads = action == sqlite3.SQLITE_READ and first in known and (not second or second in known[first])
    return sqlite3.SQLITE_OK if reads and inside is None else sqlite3.SQLITE_DENY


class _Reader:
    """Puts the tables together."""

    def __init__(self, source: Source, tables: _Tables) -> None:
        self._source = source
        self._left = Left()
        self._projects = {number: " ".join(str(name).split()) for number, name in tables.rows("projects")}
        self._documents = list(tables.rows("documents"))
        self._tags = list(tables.rows("tags"))
        paths = {number: str(path) for number, _, path, _ in self._tags}
        self._coded: dict[object, list[str]] = {}
        for highlight, tag in tables.rows("highlight_tags"):
            if tag in paths:
                self._coded.setdefault(highlight, []).append(paths[tag])
        self._marked: dict[object, list[tuple[object, int, int, str]]] = {}
        for number, document, start, end, snippet in tables.rows("highlights"):
            if isinstance(start, int) and isinstance(end, int):
                self._marked.setdefault(document, []).append((number, start, end, str(snippet)))
            else:
                self._left.add(OUTSIDE)
        self._coders = dict(_who(tables.commands()))

    def read(self) -> Project:
        documents: list[Document] = []
        sources: list[str] = []
        texts: list[str] = []
        found: list[Passage] = []
        taken: set[str] = set()
        for number, project, name, contents in self._documents:
            page = page_text(str(contents))
            try:
                document = document_of(self._file(project, str(name), taken), page.text, self._source.limits)
            except UnreadableFile:
                self._left.add(NO_WORDS)
                continue
            document = replace(document, title=document.title or shown(str(name))[:200])
            marked = list(self._passages(number, page))
            words = Alignment(page.text, document.turns)
            found += passages(len(documents), page.text, marked, words, self._left)
            documents.append(document)
            sources.append(str(number))
            texts.append(text_mark(page.text))
        return Project(
            origin="Taguette",
            codes=tuple(self._codes()),
            documents=tuple(documents),
            sources=tuple(sources),
            texts=tuple(texts),
            passages=tuple(found),
            left=self._left.told(),
        )

    def _file(self, project: object, name: str, taken: set[str]) -> str:
        folder = f"{self._projects.get(project, '')}/" if len(self._projects) > 1 else ""
        base = shown((folder + " ".join(name.split()).replace("/", "-")) or "document")[:200]
        unique = base
        number = 2
        while unique in taken:
            unique, number = f"{base} ({number})", number + 1
        taken.add(unique)
        return f"{self._source.file}/{unique}"

    def _codes(self) -> Iterator[Code]:
        """Yield the tags; in Taguette the path is the whole name, whatever dots stand in it."""
        seen: dict[str, Code] = {}
        for _, _, path, description in self._tags:
            known = seen.get(str(path))
            told = " ".join(str(description or "").split()) or (known.description if known else "")
            seen[str(path)] = Code(id=str(path), path=(" ".join(str(path).split()) or "unnamed",), description=told)
        yield from seen.values()

    def _passages(self, document: object, page: PageText) -> Iterator[Marked]:
        for number, start, end, snippet in self._marked.get(document, ()):
            low, high = self._placed(page, start, end, _bare(_words_of(snippet)))
            coder = self._coders.get(number, "")
            yield low, high, [Coded(code=path, coder=coder) for path in self._coded.get(number, [])]

    def _placed(self, page: PageText, start: int, end: int, said: str) -> tuple[int, int]:
        """Return the place of a passage; where its place holds other words, that of its words if there is just one."""
        low, high = page.place(start), page.place(end, end=True)
        if not said or (0 <= low < high and _bare(page.text[low:high]) == said):
            return low, high
        kept = [place for place, sign in enumerate(page.text) if not sign.isspace()]
        bare = _bare(page.text)
        at = bare.find(said)
        if at < 0 or bare.find(said, at + 1) >= 0:
            return -1, -1
        self._left.add(_FOUND_AGAIN)
        return kept[at], kept[at + len(said) - 1] + 1


def _who(commands: Iterator[tuple[Any, ...]]) -> Iterator[tuple[object, str]]:
    """Yield (highlight, login) for who last marked it."""
    for _, login, payload in commands:
        try:
            said = json.loads(payload)
        except (ValueError, TypeError, RecursionError):
            continue
        if isinstance(said, dict) and said.get("type") == "highlight_add" and isinstance(login, str):
            number = said.get("highlight_id", said.get("id"))
            if isinstance(number, int):
                yield number, " ".join(login.split())


def _words_of(html: str) -> str:
    return page_text(html).text


def _bare(text: str) -> str:
    return "".join(text.split())
