"""Files come in: found, read, recognised, settled and kept. A file that cannot be read costs nothing but its own line."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from icp_voice.errors import UnreadableFile
from icp_voice.ingest import formats, speakers
from icp_voice.ingest.matching import AccountIndex, with_account
from icp_voice.ingest.prints import prints
from icp_voice.ingest.source import Source
from icp_voice.model import Account, Document
from icp_voice.settings import Settings
from icp_voice.store import Store
from icp_voice.store.documents import Kept, Print, short_hash

LARGEST = 200 * 1024 * 1024
IGNORED = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that was not read, why, and what to do."""

    file: str
    error: str
    hint: str = ""


@dataclass(slots=True)
class Added:
    """What became of the files: document ids by what happened to them, and what was not read."""

    files: int = 0
    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    errors: list[Unread] = field(default_factory=list)


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files named and those below the folders named, in order, hidden ones left out."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for found in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in found.relative_to(path).parts)
            if found.is_file() and not hidden and found.name not in IGNORED:
                yield found


def file_name(path: Path, workspace: Path) -> str:
    """Return the name under which a file is known: seen from the workspace where that is near, else the whole path."""
    relative = Path(os.path.relpath(path.resolve(), workspace.resolve()))
    near = relative.parts.count("..") <= 2
    return (relative if near else path.resolve()).as_posix()


class Arrivals:
    """Reads files into a store. `mapping` names columns of tables; `new_accounts` lets rows bring accounts along."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        workspace: Path,
        *,
        mapping: Mapping[str, str] | None = None,
        new_accounts: bool = False,
    ) -> None:
        self._store = store
        self._settings = settings
        self._workspace = workspace
        self._mapping = dict(mapping or {})
        self._new_accounts = new_accounts
        self._index = AccountIndex(store.accounts.all())
        self._sides = sides(settings, self._index)
        self._settled = store.documents.assignments()
        self.added = Added()

    def read(self, path: Path) -> None:
        """Read one file and keep what it holds, or note why it cannot be read."""
        name = file_name(path, self._workspace)
        self.added.files += 1
        try:
            documents = formats.parse(Source(file=name, data=_bytes(path), mapping=self._mapping))
            self.keep(name, documents)
        except UnreadableFile as error:
            self.added.errors.append(Unread(name, error.message, error.hint))
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, MemoryError) as error:
            # A parser met what it was not made for: that is this file's line and not the end of the run.
            self.added.errors.append(
                Unread(name, f"could not be read ({type(error).__name__})", "Please report this file's form.")
            )

    def keep(self, file: str, documents: Sequence[Document]) -> None:
        """Keep all documents of one file in one transaction."""
        dated = [replace(document, date=document.date or date_in(file)) for document in documents]
        marks = prints(dated)
        with self._store.transaction():
            if self._new_accounts:
                self._bring_accounts(dated)
            known = self._store.documents.of_file(file)
            aside = self._store.documents.duplicates_of_file(file)
            replaced = _replaced(known, marks, dated)
            for document, mark in zip(dated, marks, strict=True):
                if mark.content == aside.get(mark.key):
                    self.added.unchanged.append(mark.key)
                else:
                    self._keep_one(document, mark, known.get(mark.key) or replaced.get(mark.key))
        for document in documents:
            self.added.warnings += [f"{file}: {warning}" for warning in document.warnings]

    def _keep_one(self, document: Document, mark: Print, before: Kept | None) -> None:
        store = self._store.documents
        if before and before.content == mark.content:
            self.added.unchanged.append(before.id)
            return
        store.forget_duplicate(document.file, mark.key)
        alike = store.of_fingerprint(mark.fingerprint)
        if alike and (before is None or alike.id != before.id):
            self._keep_alike(document, mark, alike, before)
            return
        identity = before.id if before else self._new_id(document, mark)
        store.put(self._resolved(replace(document, id=identity)), mark)
        (self.added.updated if before else self.added.new).append(identity)

    def _keep_alike(self, document: Document, mark: Print, alike: Kept, before: Kept | None) -> None:
        """Keep the richer of two that hold the same words, whichever came first."""
        store = self._store.documents
        if before:
            store.remove(before.id)
        if (-mark.richness, document.file, mark.key) < (-alike.richness, alike.file, alike.key):
            store.put(self._resolved(replace(document, id=alike.id)), mark)
            displaced = Print(alike.key, alike.fingerprint, alike.content, alike.richness)
            store.put_duplicate(alike.file, displaced, place=alike.place, document=alike.id)
        else:
            store.put_duplicate(document.file, mark, place=document.place, document=alike.id)
        self.added.duplicates.append(alike.id)

    def _new_id(self, document: Document, mark: Print) -> str:
        identity = short_hash(mark.fingerprint)
        return short_hash(mark.fingerprint, document.file) if self._store.documents.has(identity) else identity

    def _resolved(self, document: Document) -> Document:
        settled = self._settled.get(document.id, {})
        return with_account(speakers.resolve(document, self._sides, settled), self._index, settled)

    def _bring_accounts(self, documents: Iterable[Document]) -> None:
        """Make an account of each name that rows give and nobody knows, with the rows' other columns."""
        fresh: dict[str, Account] = {}
        for document in documents:
            for hint in document.hints[:1]:
                if not self._index.find(hint):
                    earlier = fresh[hint].attributes if hint in fresh else {}
                    attributes = {**earlier, **document.attributes}
                    fresh[hint] = Account(id=hint, name=hint, attributes=attributes)
        if fresh:
            self._store.accounts.put(fresh.values())
            self._index = AccountIndex(self._store.accounts.all())
            self._sides = sides(self._settings, self._index)


def sides(settings: Settings, index: AccountIndex) -> speakers.Sides:
    """Return what is known of ourselves and of the accounts, for telling sides."""
    return speakers.Sides(
        company=settings.company,
        domains=frozenset(settings.domains),
        people=frozenset(person.casefold() for person in settings.people),
        account_domains=index.domains,
        account_names=index.names,
    )


def date_in(file: str) -> str:
    """Return the date that a file's name or folder holds (2026-05-12, 20260512, 2026_05_12), or an empty string."""
    for part in reversed(file.split("/")):
        found = re.search(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)", part)
        if found:
            return "-".join(found.groups())
    return ""


def _replaced(known: Mapping[str, Kept], marks: Sequence[Print], documents: Sequence[Document]) -> dict[str, Kept]:
    """Pair rows that are new with rows that are gone from the same place: those have changed, and are not new."""
    keys = Counter(mark.key for mark in marks)
    gone = {kept.place: kept for key, kept in known.items() if key not in keys}
    pairs = zip(marks, documents, strict=True)
    return {
        mark.key: gone[document.place] for mark, document in pairs if mark.key not in known and document.place in gone
    }


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableFile(f"larger than {LARGEST >> 20} MB", hint="Split the file.")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            error.strerror or "cannot be opened", hint="Check the path and its permissions."
        ) from error
