"""Files come in: found, read, recognised, settled and kept. A file that cannot be read costs nothing but its own line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from icp_voice.errors import UnreadableFile
from icp_voice.ingest import newcomers, speakers
from icp_voice.ingest.apart.reader import read_documents
from icp_voice.ingest.choices import Choices, settled_by
from icp_voice.ingest.fates import Fate, Verdict, verdicts
from icp_voice.ingest.files import file_name
from icp_voice.ingest.matching import AccountIndex, with_account
from icp_voice.ingest.prints import prints
from icp_voice.model import Document, Kind
from icp_voice.settings import Settings
from icp_voice.store import Store
from icp_voice.store.documents import Kept, Print, short_hash

# What documents of an unforeseen shape can raise; what concerns the store itself is not among them.
MISFITS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, MemoryError)


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that was not read, why, and what to do."""

    file: str
    error: str
    hint: str = ""


@dataclass(slots=True)
class Added:
    """What became of the files: document ids by what happened to them, and what was not read.

    `again` names files that were duplicates of what has changed since: their words count once they are read again.
    `gone` names records that their source no longer shows; `paused` is when a source that was asked too much goes on.
    """

    files: int = 0
    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    errors: list[Unread] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    paused: str = ""

    def take(self, other: Added) -> None:
        """Put what became of other files beside these."""
        self.files += other.files
        self.new += other.new
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.duplicates += other.duplicates
        self.again += other.again
        self.warnings += other.warnings
        self.errors += other.errors
        self.gone += other.gone
        self.paused = self.paused or other.paused


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
        self._settled = store.documents.assignments()
        self._paths: dict[str, Path] = {}
        self._within: dict[str, str] = {}  # the archive in which a file lies
        self._choices: dict[str, Choices] = {}
        self._became: dict[str, Added] = {}
        self._released: set[str] = set()
        self.know_accounts()

    @property
    def added(self) -> Added:
        """What became of all files so far."""
        added = Added()
        for one in self._became.values():
            added.take(one)
        added.again = sorted(self._released)
        added.warnings += [f"read again: {file} (what it said as well has changed)" for file in added.again]
        return added

    def became(self, name: str) -> Added:
        """Return what became of one file that was read, with all that lay in it."""
        added = Added()
        for file, one in self._became.items():
            if self._within.get(file, file) == name:
                added.take(one)
        return added

    def read(self, path: Path, *, name: str = "", choices: Choices | None = None) -> None:
        """Read one file and keep what it holds, or note why it cannot be read.

        It is known as `name`, or else by its path; `choices` is what a person said of it.
        """
        name = name or file_name(path, self._workspace)
        self._paths[name] = path
        if choices:
            self._choices[name] = choices
        self._read(name)
        # A duplicate that was read before its original changed is read once more: the order of files tells nothing.
        once_more = dict(self._paths)
        while released := sorted({self._within.get(file, file) for file in self._released} & once_more.keys()):
            once_more.pop(released[0])
            for file in [file for file in self._became if self._within.get(file, file) == released[0]]:
                self._became.pop(file)
            self._read(released[0])

    def _read(self, name: str) -> None:
        try:
            mapping = self._choices[name].mapping if name in self._choices else self._mapping
            documents = read_documents(self._paths[name], name, self._settings.limits, mapping)
        except UnreadableFile as error:
            self._note(name, Added(files=1, errors=[Unread(name, error.message, error.hint)]))
        else:
            for file, group in groupby(documents, key=lambda document: document.file):
                if file != name:
                    self._within[file] = name
                self.keep(file, list(group))

    def keep(self, file: str, documents: Sequence[Document]) -> bool:
        """Keep all documents of one file in one transaction, or none of them and note why; return which it was."""
        became = Added(files=1)
        try:
            with self._store.transaction():
                self._keep_all(file, documents, became)
        except (UnreadableFile, *MISFITS) as error:
            odd = error if isinstance(error, UnreadableFile) else _odd(error)
            became = Added(files=1, errors=[Unread(file, odd.message, odd.hint)])
            self.know_accounts()
        else:
            self._released.discard(file)
            self._released.update(became.again)
        self._note(file, became)
        return not became.errors

    def others(self, documents: Sequence[Document]) -> list[Kept]:
        """Return what is kept of a file beside these, which are all that it holds now."""
        here = {mark.key for mark in prints(dated(documents))}
        known = self._store.documents.of_file(documents[0].file)
        for key in self._store.documents.duplicates_of_file(documents[0].file).keys() - here:
            self._store.documents.forget_duplicate(documents[0].file, key)
        return [kept for key, kept in sorted(known.items()) if key not in here]

    def release(self, files: Iterable[str]) -> None:
        """Say that these files hold words which nothing else says any more: they count once they are read again."""
        self._released.update(files)

    def _note(self, file: str, became: Added) -> None:
        self._became.setdefault(file, Added()).take(became)

    def know_accounts(self) -> None:
        """Learn the accounts anew, after some have come."""
        self._index = AccountIndex(self._store.accounts.all())
        self._sides = sides(self._settings, self._index)

    def _keep_all(self, file: str, documents: Sequence[Document], became: Added) -> None:
        dates = dated(documents)
        choices = self._choices.get(self._within.get(file, file)) or Choices()
        if self._new_accounts or choices.new_accounts:
            self._bring_accounts(dates)
        account = self._chosen_account(choices, dates)
        for verdict in verdicts(self._store.documents, file, dates):
            chosen = settled_by(choices, verdict.document, account, alone=len(dates) == 1)
            self._keep_one(verdict, chosen, became)
        for document in documents:
            became.warnings += [f"{file}: {warning}" for warning in document.warnings]

    def _keep_one(self, verdict: Verdict, chosen: Mapping[str, str], became: Added) -> None:
        store = self._store.documents
        document, mark, before = verdict.document, verdict.mark, verdict.before
        if verdict.fate is Fate.UNCHANGED:
            became.unchanged.append(before.id if before else mark.key)
            self._choose(before or verdict.alike, chosen)
            return
        store.forget_duplicate(document.file, mark.key)
        if verdict.alike:
            self._choose(verdict.alike, chosen)
            self._keep_alike(document, mark, verdict.alike, before, became)
            return
        if before and before.fingerprint != mark.fingerprint:
            became.again += store.forget_duplicates_of(before.id)
        identity = before.id if before else self._new_id(document, mark)
        self._settle(identity, chosen)
        store.put(self._resolved(replace(document, id=identity)), mark)
        (became.updated if before else became.new).append(identity)

    def _choose(self, kept: Kept | None, chosen: Mapping[str, str]) -> None:
        """Let a person's word hold for a document that is kept already."""
        if kept and chosen:
            self._settle(kept.id, chosen)
            if document := self._store.documents.get(kept.id, bare=True):
                known = _overridden(document, self._settled[kept.id])
                self._store.documents.put_what(kept.id, known.kind, known.date)

    def _settle(self, document: str, chosen: Mapping[str, str]) -> None:
        for field_, value in chosen.items():
            self._store.documents.assign(document, field_, value)
            self._settled.setdefault(document, {})[field_] = value

    def _keep_alike(self, document: Document, mark: Print, alike: Kept, before: Kept | None, became: Added) -> None:
        """Keep the richer of two that hold the same words, whichever came first."""
        store = self._store.documents
        if before:
            became.again += store.remove(before.id)
        if (-mark.richness, document.file, mark.key) < (-alike.richness, alike.file, alike.key):
            store.put(self._resolved(replace(document, id=alike.id)), mark)
            displaced = Print(alike.key, alike.fingerprint, alike.content, alike.richness)
            store.put_duplicate(alike.file, displaced, place=alike.place, document=alike.id)
        else:
            store.put_duplicate(document.file, mark, place=document.place, document=alike.id)
        became.duplicates.append(alike.id)

    def _new_id(self, document: Document, mark: Print) -> str:
        """Return an id made from the words; those who had these words before may hold it, and keep it.

        What a source took away and shows again has the id that it had.
        """
        before = self._store.sources.remembered_id(document.file, mark.key)
        if before and not self._store.documents.has(before):
            return before
        identity, taken = short_hash(mark.fingerprint), 0
        while self._store.documents.has(identity):
            identity = short_hash(mark.fingerprint, document.file, *range(taken))
            taken += 1
        return identity

    def _resolved(self, document: Document) -> Document:
        settled = self._settled.get(document.id, {})
        known = _overridden(document, settled)
        return with_account(speakers.resolve(known, self._sides, settled), self._index, settled)

    def _chosen_account(self, choices: Choices, documents: Sequence[Document]) -> str:
        """Return the id of the account that a person chose for a file, made if it was named as new."""
        said = choices.account or choices.new_account
        found = self._index.find(said) if said else ""
        if choices.account and not found:
            raise UnreadableFile("the account that was chosen is not known any more", hint="Choose another one.")
        if found or not said:
            return found
        told = [speakers.resolve(document, self._sides, {}) for document in documents]
        made = newcomers.account_named(said, told, self._settings.domains)
        self._store.accounts.put([made])
        self.know_accounts()
        return made.id

    def _bring_accounts(self, documents: Iterable[Document]) -> None:
        """Make an account of each name that rows give and nobody knows."""
        if fresh := newcomers.accounts_in(documents, self._index, self._settings.domains):
            self._store.accounts.put(fresh)
            self.know_accounts()


def sides(settings: Settings, index: AccountIndex) -> speakers.Sides:
    """Return what is known of ourselves and of the accounts, for telling sides."""
    return speakers.Sides(
        company=settings.company,
        domains=frozenset(settings.domains),
        people=frozenset(person.casefold() for person in settings.people),
        account_domains=index.domains,
        account_names=index.names,
    )


def dated(documents: Iterable[Document]) -> list[Document]:
    """Return the documents, each with the date of its file's name where it has none of its own."""
    return [replace(document, date=document.date or date_in(document.file)) for document in documents]


def _overridden(document: Document, settled: Mapping[str, str]) -> Document:
    """Return the document of the kind and with the date that a person settled."""
    kind = Kind(settled["kind"]) if "kind" in settled else document.kind
    return replace(document, kind=kind, date=settled.get("date", document.date))


def date_in(file: str) -> str:
    """Return the date that a file's name or folder holds (2026-05-12, 20260512, 2026_05_12), or an empty string."""
    for part in reversed(file.split("/")):
        found = re.search(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)", part)
        if found:
            return "-".join(found.groups())
    return ""


def _odd(error: Exception) -> UnreadableFile:
    return UnreadableFile(f"could not be read ({type(error).__name__})", hint="Please report this file's form.")
