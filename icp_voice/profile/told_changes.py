"""Changes in words: who did what to which thing, with where that thing is now. Words of customers are never among them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from icp_voice.model import Change
from icp_voice.settings import Codebook
from icp_voice.store import Store
from icp_voice.store.document_pages import lines


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldChange:
    """A change as people read it: `text` goes on from who did it, `about` names the thing, empty if it is gone.

    `kind` is what the thing is (theme, document, passage, account, view, edition, category, settings), `target` leads
    to it: an id or name; for a passage the document with turn, start and end.
    """

    change: Change
    text: str
    about: str = ""
    kind: str = ""
    target: str = ""


# verb -> the words, what kind of thing the subject is
_WORDS: Mapping[str, tuple[str, str]] = {
    "mark": ("made a quote", "passage"),
    "unmark": ("took a quote away", "passage"),
    "rename theme": ("renamed a theme", "theme"),
    "hide theme": ("hid a theme", "theme"),
    "show theme": ("showed a theme again", "theme"),
    "merge themes": ("merged themes", "theme"),
    "split theme": ("split a theme", "theme"),
    "redact": ("hid words", "document"),
    "reject redaction": ("showed hidden words again", ""),
    "confirm redaction": ("hid words that had been proposed", ""),
    "category": ("changed a category", "category"),
    "category removed": ("took a category out", "category"),
    "category hidden": ("hid a category", "category"),
    "category shown": ("showed a category again", "category"),
    "categories ordered": ("changed the order of the categories", ""),
    "set password": ("set a new password for", "person"),
    "remove person": ("removed", "person"),
    "make token": ("made an API token for", "person"),
    "revoke token": ("revoked an API token", ""),
    "end sessions": ("signed out everywhere", "person"),
    "set icp": ("changed which accounts are ICP", ""),
    "remove icp rule": ("removed the ICP rule", ""),
    "merge accounts": ("merged an account into another", "account"),
    "put contact": ("added or corrected a person of", "account"),
    "remove contact": ("removed a person of", "account"),
    "assign": ("settled the account or the speakers of", "document"),
    "settle document": ("settled kind or date of", "document"),
    "save view": ("saved a view", "view"),
    "remove view": ("removed a view", ""),
    "rename view": ("renamed a view", "view"),
    "freeze edition": ("froze an edition", "edition"),
    "hide in document": ("hid something in the ICP document", ""),
    "show in document": ("showed something again in the ICP document", ""),
    "order in document": ("changed the order in the ICP document", ""),
    "annotate in document": ("wrote a note in the ICP document", ""),
    "write in document": ("wrote a paragraph in the ICP document", ""),
    "remove in document": ("removed a paragraph from the ICP document", ""),
    "add view in document": ("added a view to the ICP document", "view"),
    "remove view in document": ("took a view out of the ICP document", ""),
    "undo in document": ("took back a change of the ICP document", ""),
}
_COUNTED: Mapping[str, str] = {
    "run": "ran what is new",
    "add": "added documents",
    "import coded": "imported coded quotes",
    "import accounts": "imported accounts",
    "sync": "read a source",
    "fetch": "read records of a source anew",
    "receive": "received what a source delivered",
    "remove": "threw an upload out",
}


# What is counted, in this order: what one of it and many of it are called.
_COUNTS: Mapping[str, tuple[str, str]] = {
    "files": ("file", "files"),
    "accounts": ("account", "accounts"),
    "contacts": ("person", "people"),
    "highlights": ("quote", "quotes"),
    "codings": ("coding", "codings"),
    "new": ("new", "new"),
    "updated": ("updated", "updated"),
    "duplicates": ("known already", "known already"),
    "errors": ("not read", "not read"),
}


def told_changes(store: Store, codebook: Codebook, changes: Sequence[Change]) -> tuple[ToldChange, ...]:
    """Return changes in words, in their order."""
    teller = _Teller(store, codebook, changes)
    return tuple(teller.told(change) for change in changes)


class _Teller:
    """Words changes; what they are about is looked up once for all of them."""

    def __init__(self, store: Store, codebook: Codebook, changes: Sequence[Change]) -> None:
        self._store = store
        self._titles: dict[str, str] = {one.name: one.title for one in (*codebook, *codebook.hidden)}
        self._subjects = json.dumps(sorted({change.subject for change in changes}))
        self._ids = [change.subject for change in changes]
        self._special: Mapping[str, Callable[[Change], ToldChange]] = {
            "confirm": lambda one: self._passage(one, f"said a quote is {self._category(one)}"),
            "reject": lambda one: self._passage(one, f"said a quote is not {self._category(one)}"),
            "mark interview": lambda one: self._account(one, f"marked somebody as {one.detail.get('state', '')} at"),
            "put account": lambda one: self._account(one, "added or corrected an account", str(one.detail["account"])),
            "tag account": lambda one: self._account(one, _tagged(one)),
            "redact words": lambda one: ToldChange(
                change=one, text=f"hid words in {_many(one.detail.get('documents'), 'document')}"
            ),
            "settings": lambda one: ToldChange(change=one, text=_settings(one), about="Settings", kind="settings"),
            "add person": lambda one: ToldChange(
                change=one, text=f"let somebody in as {one.detail.get('role')}:", about=one.subject
            ),
            "set role": lambda one: ToldChange(
                change=one, text=f"made {one.detail.get('role')} of {one.detail.get('before')}", about=one.subject
            ),
            "move highlight": self._moved,
            "undo": self._undo,
        }

    def told(self, change: Change) -> ToldChange:
        """Return one change in words."""
        if change.verb in self._special:
            return self._special[change.verb](change)
        if change.verb in _COUNTED:
            counts = "" if change.verb == "run" else ", ".join(_counts(change.detail))
            return ToldChange(change=change, text=_COUNTED[change.verb] + (f": {counts}" if counts else ""))
        text, kind = _WORDS.get(change.verb, (change.verb, ""))
        if kind in ("", "person"):
            return ToldChange(change=change, text=text, about=change.subject if kind else "")
        return {
            "passage": self._passage,
            "account": self._account,
            "theme": self._theme,
            "document": self._document,
        }.get(kind, self._named(kind))(change, text)

    def _named(self, kind: str) -> Callable[[Change, str], ToldChange]:
        def told(change: Change, text: str) -> ToldChange:
            name = self._titles.get(change.subject, change.subject)
            return ToldChange(change=change, text=text, about=name, kind=kind, target=change.subject)

        return told

    def _passage(self, change: Change, text: str) -> ToldChange:
        where = self._places.get(change.subject)
        kind = "passage" if where else ""
        return ToldChange(
            change=change, text=text, about="where it stands" if where else "", kind=kind, target=where or ""
        )

    def _theme(self, change: Change, text: str, theme: str = "") -> ToldChange:
        theme = theme or change.subject
        name = self._themes.get(theme, "")
        return ToldChange(change=change, text=text, about=name, kind="theme" if name else "", target=theme)

    def _account(self, change: Change, text: str, account: str = "") -> ToldChange:
        account = account or change.subject
        found = self._store.accounts.get(account)
        kind = "account" if found else ""
        return ToldChange(change=change, text=text, about=found.name if found else account, kind=kind, target=account)

    def _document(self, change: Change, text: str) -> ToldChange:
        title = self._documents.get(change.subject, "")
        kind = "document" if title else ""
        return ToldChange(change=change, text=text, about=title or "a document", kind=kind, target=change.subject)

    def _moved(self, change: Change) -> ToldChange:
        return self._theme(change, "moved a quote into the theme", str(change.detail.get("theme", "")))

    def _undo(self, change: Change) -> ToldChange:
        whose, verb = str(change.detail.get("of", "")), str(change.detail.get("verb", ""))
        of = f" {whose}’s" if whose and whose != change.by else ""
        number = f" {change.subject}" if change.subject else ""
        return ToldChange(change=change, text=f"took back{of} change{number}" + (f" ({verb})" if verb else ""))

    def _category(self, change: Change) -> str:
        name = str(change.detail.get("category", ""))
        return self._titles.get(name, name)

    @cached_property
    def _themes(self) -> dict[str, str]:
        return self._store.themes.names()

    @cached_property
    def _documents(self) -> dict[str, str]:
        return {one.id: one.title or one.file for one in lines(self._store.db, self._store.redactions, self._ids)}

    @cached_property
    def _places(self) -> dict[str, str]:
        rows = self._store.db.execute(
            "select id, document, turn, start, end from live_highlight where id in (select value from json_each(?))",
            (self._subjects,),
        )
        return {row[0]: f"{row[1]}#t{row[2]}-{row[3]}-{row[4]}" for row in rows.fetchall()}


def _counts(detail: Mapping[str, object]) -> Iterator[str]:
    for name, (one, many) in _COUNTS.items():
        if count := detail.get(name):
            yield f"{count:,} {one if count == 1 else many}"


def _settings(change: Change) -> str:
    keys = change.detail.get("keys")
    named = ", ".join(map(str, keys)) if isinstance(keys, list) else ""
    return (
        "changed "
        + (named or "nothing")
        + (f"; {_many(change.detail['speakers'], 'speaker')} changed side" if change.detail.get("speakers") else "")
        + " in"
    )


def _tagged(change: Change) -> str:
    tag, held = change.detail.get("tag", ""), change.detail.get("held")
    return (
        f"left it to the {tag} rule whether it holds"
        if held is None
        else f"{'put into' if held else 'kept out of'} {tag}:"
    )


def _many(count: object, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
