"""What reports are made of, and the ICP document as a page shows it, kept until the store says something else.

Everybody in this process who has the file open shares it. What is made anew after a write is as little as the write
asks for: after somebody arranged the document, only its sections; after a tag was corrected, what is reckoned from tags,
and of what was said only that account's. Whoever only reads may be shown what was made last, with its hour, as long as nothing
that stands in it has been hidden since.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from threading import Lock, RLock
from typing import Generic, TypeVar

from icp_voice.model import Answer, Highlight, View
from icp_voice.publish.gather import Said, gather, read_said, rearranged
from icp_voice.publish.material import Material
from icp_voice.settings import Codebook, Settings
from icp_voice.store import Store
from icp_voice.store.redactions import Privacy
from icp_voice.store.written import Numbers

# More passages than these are read together with all others: one pass over everything is then cheaper.
MANY = 20_000
MOST_MADE, MOST_BESIDE = 256, 8
Made = TypeVar("Made")


class Freshness(StrEnum):
    """How new a report has to be for whoever reads it, where something was written since it was made.

    `NEWEST` is waited for. `SHARED` is the newest, too, unless one would have to wait for what is reckoned for somebody
    else: then the last one is shown. `LAST` is the last one in any case. No last one is shown from before words were
    hidden or the document arranged.
    """

    NEWEST = "newest"
    SHARED = "shared"
    LAST = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where material comes from: the store, and what the workspace says of how to read it."""

    store: Store
    settings: Settings
    codebook: Codebook
    ask: Callable[[View], Answer]
    folder: Path


@dataclass(frozen=True, slots=True)
class _State:
    """What kept material was made from; `counted` is up to which write accounts were reckoned."""

    numbers: Numbers
    settings: Settings
    codebook: Codebook
    privacy: Privacy
    counted: int

    def reads_like(self, other: _State) -> bool:
        """Tell whether both read the store in the same way."""
        return (self.privacy, self.settings, self.codebook) == (other.privacy, other.settings, other.codebook)

    def may_stand_for(self, other: _State) -> bool:
        """Tell whether what was made then may be shown now: since then nothing was hidden, and nothing was arranged."""
        here, there = self.numbers, other.numbers
        proposed = here.proposed == there.proposed or not self.privacy.proposed
        return proposed and (here.hidden, here.arranged) == (there.hidden, there.arranged) and self.reads_like(other)


@dataclass(frozen=True, slots=True)
class _Last(Generic[Made]):
    """What was made last under a key."""

    state: _State
    made: Made
    at: datetime


class Kept:
    """The material of one store and what was made of it. Several threads may share it."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._state: _State | None = None
        self._material: Material | None = None
        self._made: dict[Hashable, object] = {}
        self._beside: tuple[_State, dict[Hashable, object]] | None = None
        self._last: dict[Hashable, _Last[object]] = {}

    def material(self, source: Source) -> Material:
        """Return what reports are made of now."""
        if source.store.db.conn.in_transaction:
            return _gathered(source)
        with self._lock:
            # Read before anything else is: what is written meanwhile makes the next one look again.
            now = _state(source)
            if self._material is None or self._state != now:
                self._material = self._anew(source, now)
                self._state, self._made = now, {}
            return self._material

    def made(self, source: Source, key: Hashable, make: Callable[[Material], Made]) -> Made:
        """Return what `make` makes of the material, made once per state of the store and key."""
        with self._lock:
            material = self.material(source)
            if material is not self._material:
                return make(material)
            if key not in self._made:
                if len(self._made) >= MOST_MADE:
                    self._made.clear()
                self._made[key] = make(material)
            found: Made = self._made[key]  # type: ignore[assignment]
            return found

    def read(
        self,
        source: Source,
        key: Hashable,
        make: Callable[[Material], Made],
        freshness: Freshness,
    ) -> tuple[Made, datetime | None]:
        """Return what `make` makes of the material, as new as that, and of which moment it is; None for now."""
        if source.store.db.conn.in_transaction:
            return self.made(source, key, make), None
        now, last = _state(source), self._last.get(key)
        if last is not None:
            current = last.state == now
            if current or (last.state.may_stand_for(now) and self._may_be_last(freshness)):
                found: Made = last.made  # type: ignore[assignment]
                return found, None if current else last.at
        with self._lock:
            made, at = self.made(source, key, make), datetime.now(UTC)
            if self._state is not None:
                self._last[key] = _Last(self._state, made, at)
            return made, None

    def _may_be_last(self, freshness: Freshness) -> bool:
        """Tell whether what was made last is new enough, given whether something is reckoned for somebody else."""
        if freshness is not Freshness.SHARED:
            return freshness is Freshness.LAST
        if self._lock.acquire(blocking=False):
            self._lock.release()
            return False
        return True

    def beside(self, source: Source, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what `make` makes of the store beside the material, made once per state of the store and key."""
        if source.store.db.conn.in_transaction:
            return make()
        now = _state(source)
        with self._lock:
            if self._beside is None or self._beside[0] != now:
                self._beside = (now, {})
            made = self._beside[1]
            if key not in made:
                if len(made) >= MOST_BESIDE:
                    made.clear()
                made[key] = make()
            found: Made = made[key]  # type: ignore[assignment]
            return found

    def _anew(self, source: Source, now: _State) -> Material:
        """Return the material of now, made from the kept one as far as that still holds."""
        was, known = self._state, self._material
        if was is None or known is None or not was.reads_like(now) or was.numbers.rest != now.numbers.rest:
            return _gathered(source)
        if was.numbers.tags == now.numbers.tags:
            return rearranged(known, source.store)
        highlights = _recoded(source.store, known.highlights, was.counted)
        return _gathered(source) if highlights is None else _gathered(source, (known.documents, highlights))


def _state(source: Source) -> _State:
    store = source.store
    return _State(
        store.written.numbers(), source.settings, source.codebook, store.redactions.privacy, store.counted.version()
    )


def _gathered(source: Source, said: Said | None = None) -> Material:
    return gather(
        source.store,
        source.settings,
        source.codebook,
        source.ask,
        folder=source.folder,
        said=said or read_said(source.store),
    )


def _recoded(store: Store, known: Mapping[str, Highlight], since: int) -> dict[str, Highlight] | None:
    """Return the highlights, those of accounts that were written about since read anew; None if they are too many."""
    ids = store.written.passages_of(store.counted.since(since))
    if len(ids) > MANY:
        return None
    gone = set(ids)
    fresh = {one.id: one for one in store.highlights.select(View(), ids=ids)}
    if fresh.keys() == gone & known.keys():
        return {id: fresh.get(id, one) for id, one in known.items()}
    both = [*(one for id, one in known.items() if id not in gone), *fresh.values()]
    both.sort(key=lambda one: (one.file, len(one.place), one.place, one.turn, one.start))
    return {one.id: one for one in both}


_SHARED: weakref.WeakValueDictionary[Path, Kept] = weakref.WeakValueDictionary()
_LOCK = Lock()


def kept_of(file: Path) -> Kept:
    """Return what is kept of the store at `file`, the same for everybody in this process who has it open."""
    with _LOCK:
        return _SHARED.setdefault(file.resolve(), Kept())
