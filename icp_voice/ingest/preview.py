"""What would become of a file if it were kept: shown to a person, who may say otherwise, before anything is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Final, Literal

from icp_voice.errors import UnreadableFile
from icp_voice.ingest import account_preview, speakers
from icp_voice.ingest.add import MISFITS, dated, sides
from icp_voice.ingest.apart.reader import Looked, look
from icp_voice.ingest.choices import Choices, SameName, settled_by
from icp_voice.ingest.fates import Fate, Verdict, verdicts
from icp_voice.ingest.look import Column, Look
from icp_voice.ingest.matching import AccountIndex, with_account
from icp_voice.ingest.titles import format_title
from icp_voice.model import Account, Document, Kind, Side, Speaker, Turn
from icp_voice.settings import Settings
from icp_voice.store import Store
from icp_voice.store.documents import turn_keys

FIRST_DOCUMENTS: Final = 5
FIRST_TURNS: Final = 6
FIRST_ACCOUNTS: Final = 8
MOST_WARNINGS: Final = 20
# So much of what is known must come again for a file to be taken for a newer version of it.
SAME: Final = 0.3

Confidence = Literal["settled", "sure", "likely", "guess", "none"]
_SURE: Final = ("the file says", "mail address")
_LIKELY: Final = ("company of a speaker", "folder")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedDocument:
    """One document as it would be kept. `document` has its first turns only; `turns` counts all of them.

    `known_as` names the file in which the same words are known already.
    """

    document: Document
    fate: Fate
    turns: int
    account_name: str = ""
    confidence: Confidence = "none"
    suggested_account: str = ""
    known_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedAccounts:
    """What an import of accounts would bring; `first` are some of them."""

    accounts: int
    new: int
    changed: int
    contacts: int
    first: tuple[Account, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would become of one file. With an `error` nothing of it would be kept.

    `fates` counts its documents by what would become of them; `speakers` are those of all documents, the most heard
    first. `columns` and `fields` are those of a table. `name_known` says that the file's name is known with other words;
    `same_name` is then what would be done, unless a person says otherwise.
    """

    file: str
    format: str = ""
    purpose: Literal["", "documents", "accounts", "project"] = ""
    fates: Mapping[Fate, int] = field(default_factory=dict)
    documents: tuple[PreviewedDocument, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    accounts: PreviewedAccounts | None = None
    columns: tuple[Column, ...] = ()
    fields: tuple[str, ...] = ()
    name_known: bool = False
    same_name: SameName = ""
    warnings: tuple[str, ...] = ()
    error: str = ""
    hint: str = ""

    @property
    def total(self) -> int:
        """How many documents there are in the file."""
        return sum(self.fates.values())

    @property
    def needs(self) -> tuple[str, ...]:
        """What is not known of the documents shown: "account", "speakers" (no side of somebody), "date"."""
        if self.purpose != "documents" or self.error:
            return ()
        known = {Fate.DUPLICATE, Fate.UNCHANGED}
        words = [one for one in self.documents if one.fate not in known]
        missing = {
            "account": any(not one.account_name for one in words),
            "speakers": bool(words) and any(speaker.side is Side.UNKNOWN for speaker in self.speakers),
            "date": any(not one.document.date for one in words),
        }
        return tuple(name for name, lacks in missing.items() if lacks)


def preview(
    store: Store,
    settings: Settings,
    path: Path,
    name: str,
    choices: Choices | None = None,
    *,
    known_file: bool = False,
    coming: Sequence[Account] = (),
) -> Preview:
    """Return what would become of a file known as `name`; nothing is kept.

    `known_file` says that a file of this name was kept before, even if none of its documents bears just this name;
    `coming` are accounts that will be known before it is kept.
    """
    said = choices or Choices()
    looked = look(path, name, settings.limits, said.mapping, purpose=said.purpose)
    told = _told(name, looked.look)
    if told.error:
        return told
    try:
        if told.purpose == "accounts":
            return _with_accounts(told, store, looked)
        if told.purpose == "project":
            return _with_project(told, looked)
        reader = _Reader(store, settings, said, coming, alone=len(looked.documents) == 1)
        return _with_documents(told, store, looked, reader, known_file=known_file)
    except UnreadableFile as error:
        return replace(told, error=error.message, hint=error.hint)
    except MISFITS as error:
        odd = f"could not be read ({type(error).__name__})"
        return replace(told, error=odd, hint="Please report this file's form.")


def same_name(store: Store, documents: Sequence[Document], file: str) -> SameName:
    """Say what to do with a file whose name is known: it updates what shares enough of its words with it."""
    known = store.documents.of_file(file)
    if not known:
        return "update"
    before = {key for kept in known.values() for key in store.documents.turn_keys(kept.id)}
    now = {key for document in documents for key in turn_keys(document.turns)}
    return "update" if not before or len(before & now) >= SAME * min(len(before), len(now)) else "both"


def _told(name: str, found: Look) -> Preview:
    return Preview(
        file=name,
        format=format_title(found, name),
        purpose=found.purpose,
        columns=found.columns,
        fields=found.fields,
        error=found.error,
        hint=found.hint,
    )


def _with_accounts(told: Preview, store: Store, looked: Looked) -> Preview:
    found = account_preview.preview(store, looked.look, looked.accounts, told.file)
    if found.error:
        return replace(told, error=found.error, hint=found.hint)
    counted = PreviewedAccounts(
        accounts=found.accounts,
        new=found.new,
        changed=found.changed,
        contacts=found.contacts,
        first=tuple(looked.accounts.accounts[:FIRST_ACCOUNTS]),
    )
    return replace(told, accounts=counted, warnings=found.warnings[:MOST_WARNINGS])


def _with_project(told: Preview, looked: Looked) -> Preview:
    if not looked.project:
        raise UnreadableFile("nobody coded anything in it")
    words = looked.project.documents
    shown = tuple(
        PreviewedDocument(document=_short(one), fate=Fate.NEW, turns=len(one.turns)) for one in words[:FIRST_DOCUMENTS]
    )
    return replace(told, documents=shown, fates={Fate.NEW: len(words)} if words else {})


def _with_documents(told: Preview, store: Store, looked: Looked, reader: _Reader, *, known_file: bool) -> Preview:
    documents = dated(looked.documents)
    known = store.documents.of_file(told.file)
    found = [
        verdict
        for file, group in groupby(documents, key=lambda one: one.file)
        for verdict in verdicts(store.documents, file, list(group))
    ]
    fates = Counter(verdict.fate for verdict in found)
    name_known = bool(known or known_file) and bool(fates[Fate.UPDATED] or fates[Fate.NEW])
    suggested: SameName = reader.choices.same_name or (same_name(store, documents, told.file) if name_known else "")
    if name_known and suggested == "both":
        found = [_by_itself(verdict) for verdict in found]
        fates = Counter(verdict.fate for verdict in found)
    everyone = [reader.resolved(verdict) for verdict in found]
    return replace(
        told,
        fates={fate: fates[fate] for fate in Fate if fates[fate]},
        documents=tuple(
            reader.shown(one, verdict) for one, verdict in zip(everyone[:FIRST_DOCUMENTS], found, strict=False)
        ),
        speakers=_heard(everyone),
        name_known=name_known,
        same_name=suggested if name_known else "",
        warnings=tuple(warning for one in documents for warning in one.warnings)[:MOST_WARNINGS],
    )


def _by_itself(verdict: Verdict) -> Verdict:
    """Return what becomes of a document when its file is kept beside the one that bears its name."""
    if verdict.fate is Fate.UPDATED:
        return replace(verdict, fate=Fate.NEW, before=None)
    return replace(verdict, fate=Fate.DUPLICATE, alike=verdict.before) if verdict.fate is Fate.UNCHANGED else verdict


class _Reader:
    """Tells sides and accounts of documents as they would be told if they were kept."""

    def __init__(
        self, store: Store, settings: Settings, choices: Choices, coming: Sequence[Account], *, alone: bool
    ) -> None:
        accounts = list({one.id: one for one in (*store.accounts.all(), *coming)}.values())
        self._names = {account.id: account.name for account in accounts}
        self._index = AccountIndex(accounts)
        self._sides = sides(settings, self._index)
        self._settled = store.documents.assignments()
        self.choices = choices
        self._alone = alone

    def resolved(self, verdict: Verdict) -> Document:
        """Return the document with its sides, its account and what a person said of it."""
        kept = verdict.before or verdict.alike
        settled = dict(self._settled.get(kept.id, {})) if kept else {}
        account = self._index.find(self.choices.account) if self.choices.account else ""
        settled |= settled_by(self.choices, verdict.document, account, alone=self._alone)
        kind = Kind(settled.get("kind", verdict.document.kind))
        document = replace(verdict.document, kind=kind, date=settled.get("date", verdict.document.date))
        return with_account(speakers.resolve(document, self._sides, settled), self._index, settled)

    def shown(self, document: Document, verdict: Verdict) -> PreviewedDocument:
        """Return a document as a preview shows it."""
        new = self.choices.new_account if not document.account else ""
        return PreviewedDocument(
            document=_short(document),
            fate=verdict.fate,
            turns=len(document.turns),
            account_name=self._names.get(document.account, "") or new,
            confidence=_confidence(document),
            suggested_account="" if document.account else _suggested(document),
            known_as=verdict.alike.file if verdict.alike else "",
        )


def _short(document: Document) -> Document:
    return replace(document, turns=tuple(map(_short_turn, document.turns[:FIRST_TURNS])), warnings=())


def _short_turn(turn: Turn) -> Turn:
    return turn if len(turn.text) <= 400 else replace(turn, text=turn.text[:399].rstrip() + "…")


def _confidence(document: Document) -> Confidence:
    if document.account_reason == "settled by hand":
        return "settled"
    if not document.account:
        return "none"
    if document.account_reason.startswith(_SURE):
        return "sure"
    return "likely" if document.account_reason.startswith(_LIKELY) else "guess"


def _suggested(document: Document) -> str:
    """Return the name of a company that the file gives and nobody knows yet."""
    customers = [one.company for one in document.speakers if one.company and one.side != "vendor"]
    return next((hint for hint in (*document.hints, *customers) if hint and "@" not in hint), "")


def _heard(documents: Iterable[Document]) -> tuple[Speaker, ...]:
    """Return everybody who speaks, each once, those of most documents first; at most a hundred."""
    seen: dict[str, Speaker] = {}
    count: Counter[str] = Counter()
    for document in documents:
        for speaker in document.speakers:
            seen.setdefault(speaker.name, speaker)
            count[speaker.name] += 1
    return tuple(sorted(seen.values(), key=lambda one: -count[one.name]))[:100]
