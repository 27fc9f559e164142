"""What is known of each account, kept in memory while a process lives: after a write, only what was written about is read.

The store stays the truth: triggers note which accounts were written about, and each time somebody asks, those are
reckoned anew. Values in here hold names, counts and dates, no words.
"""

from __future__ import annotations

import weakref
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import RLock
from typing import TypeVar

from icp_voice.model import Side
from icp_voice.profile.people import Person, known_roles, people_of, unnamed
from icp_voice.store import Store
from icp_voice.store.asked import Asked
from icp_voice.store.counted import Said, Voice

MOST_KEPT = 64
# More accounts than this part of all are read together with the rest: one pass over everything is then cheaper.
MANY = 0.3
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said by one account in one category; `roles` are those of its speakers, with how often each spoke."""

    highlights: int
    newest: str
    speakers: tuple[str, ...]
    roles: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """One account: `heard` if a customer's word is kept, `voices` of whom passages are, the newest question per category."""

    heard: bool = False
    cells: Mapping[str, Heard] = field(default_factory=dict)
    asked: Mapping[str, Asked] = field(default_factory=dict)
    voices: frozenset[str] = frozenset()
    people: tuple[Person, ...] = ()


NOTHING = Known()


class Knowledge:
    """What is known of all accounts of one store. Several threads may share it."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._version = -1
        self._hidden = False
        self._known: dict[str, Known] = {}
        self._kept: dict[Hashable, object] = {}

    def all(self, store: Store) -> Mapping[str, Known]:
        """Return what is known of each account of which anything is; the same mapping while nothing is written."""
        with self._lock:
            version = store.counted.version()
            if store.redactions.privacy.names != self._hidden:
                self._version, self._hidden = -1, store.redactions.privacy.names
            if version != self._version or store.db.conn.in_transaction:
                self._read(store, version)
            return self._known

    def kept(self, store: Store, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return what `make` makes of the present state, made once per state and key."""
        with self._lock:
            self.all(store)
            if store.db.conn.in_transaction:
                return make()
            if key not in self._kept:
                made = make()
                if len(self._kept) >= MOST_KEPT:
                    self._kept.clear()
                self._kept[key] = made
            return self._kept[key]  # type: ignore[return-value]

    def _read(self, store: Store, version: int) -> None:
        changed: list[str] | None = store.counted.since(self._version) if self._version >= 0 else None
        if changed is not None and len(changed) > MANY * (len(self._known) + 10):
            changed = None
        known = dict(self._known) if changed is not None else {}
        for account in changed or ():
            known.pop(account, None)
        known.update(read(store, changed))
        self._known, self._kept = known, {}
        # What is written and not yet committed may be taken back: it is read again the next time.
        self._version = -1 if store.db.conn.in_transaction else version


def read(store: Store, accounts: Collection[str] | None = None) -> dict[str, Known]:
    """Read what is known of accounts (all, or these) from the store; names that the settings hide are not in it."""
    voices: dict[str, list[Voice]] = defaultdict(list)
    for voice in store.counted.voices(accounts):
        voices[voice.account].append(voice)
    contacts: dict[str, list[Person]] = defaultdict(list)
    for account, name, role, email in store.counted.contacts(accounts):
        contacts[account].append(Person(account=account, name=name, role=role, email=email))
    said: dict[str, list[Said]] = defaultdict(list)
    for one in store.counted.said(accounts):
        said[one.document].append(one)
    asked: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for document, category, turn in store.counted.asked(accounts):
        asked[document].append((category, turn))
    aliases = store.redactions.aliases()
    return {
        account: _known(contacts[account], voices[account], said, asked, partial(aliases.of, account))
        for account in {*voices, *contacts}
    }


def _known(
    contacts: list[Person],
    voices: list[Voice],
    said: Mapping[str, list[Said]],
    asked: Mapping[str, list[tuple[str, int]]],
    shown: Callable[[str], str],
) -> Known:
    customers = [voice for voice in voices if voice.side == Side.CUSTOMER and voice.speaks]
    unanswered = _unanswered(voices, customers, said, asked)
    failed: dict[str, set[str]] = defaultdict(set)
    for one in unanswered:
        failed[one.document].add(one.category)
    newest: dict[str, Asked] = {}
    by_file = sorted(unanswered, key=lambda one: one.file)
    for one in sorted(by_file, key=lambda one: one.date, reverse=True):
        newest.setdefault(one.category, one)
    return Known(
        heard=bool(customers),
        cells=_cells(customers, said, known_roles(contacts, voices), shown),
        asked=newest,
        voices=frozenset(shown(voice.name) for voice in customers if voice.marked),
        people=unnamed(people_of(contacts, voices, failed), contacts, shown),
    )


def _unanswered(
    voices: list[Voice],
    customers: list[Voice],
    said: Mapping[str, list[Said]],
    asked: Mapping[str, list[tuple[str, int]]],
) -> list[Asked]:
    """Return the questions in whose document no customer says anything of the category afterwards."""
    speakers = {(voice.document, voice.name) for voice in customers}
    found = []
    for voice in {voice.document: voice for voice in voices}.values():
        last: dict[str, int] = {}
        for one in said.get(voice.document, ()):
            if (voice.document, one.speaker) in speakers:
                last[one.category] = max(last.get(one.category, -1), one.turn)
        found += [
            Asked(voice.account, category, voice.document, turn, voice.file, voice.date)
            for category, turn in asked.get(voice.document, ())
            if turn >= last.get(category, -1)
        ]
    return found


def _cells(
    customers: list[Voice], said: Mapping[str, list[Said]], roles: Mapping[str, str], shown: Callable[[str], str]
) -> dict[str, Heard]:
    by_category: dict[str, list[tuple[Voice, int]]] = defaultdict(list)
    for voice in {(voice.document, voice.name): voice for voice in customers}.values():
        for one in said.get(voice.document, ()):
            if one.speaker == voice.name:
                by_category[one.category].append((voice, one.highlights))
    return {
        category: Heard(
            sum(count for _, count in spoken),
            max(voice.date for voice, _ in spoken),
            tuple(sorted({shown(voice.name) for voice, _ in spoken})),
            tuple((voice.role or roles.get(voice.name, ""), count) for voice, count in spoken),
        )
        for category, spoken in by_category.items()
    }


_OF: weakref.WeakKeyDictionary[object, Knowledge] = weakref.WeakKeyDictionary()
_SHARED: weakref.WeakValueDictionary[Path, Knowledge] = weakref.WeakValueDictionary()
_LOCK = RLock()


def knowledge_of(store: Store) -> Knowledge:
    """Return what is known of a store's accounts, shared by all in this process who have its file open."""
    with _LOCK:
        if store.db not in _OF:
            file = store.db.execute("pragma database_list").fetchone()[2]
            _OF[store.db] = _SHARED.setdefault(Path(file).resolve(), Knowledge()) if file else Knowledge()
        return _OF[store.db]
