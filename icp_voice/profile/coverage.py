"""Account x category: what is known of whom, and why it counts as known or not."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from icp_voice.model import Account, Cell, CellState
from icp_voice.settings import Category, Codebook, Settings
from icp_voice.store import Store
from icp_voice.store.asked import Asked


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said by one account in one category."""

    highlights: int
    newest: str
    speakers: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """The matrix: one cell for each account and category, accounts by name, categories in the codebook's order."""

    accounts: tuple[Account, ...]
    cells: tuple[Cell, ...]
    as_of: str

    def cell(self, account: str, category: str) -> Cell:
        """Return one cell."""
        return self._places[account, category]

    def of_account(self, account: str) -> list[Cell]:
        """Return the cells of one account, in the codebook's order."""
        return self._rows.get(account, [])

    def of(self, category: str) -> list[Cell]:
        """Return the cells of one category."""
        return [cell for cell in self.cells if cell.category == category]

    @cached_property
    def _places(self) -> dict[tuple[str, str], Cell]:
        return {(cell.account, cell.category): cell for cell in self.cells}

    @cached_property
    def _rows(self) -> dict[str, list[Cell]]:
        rows: dict[str, list[Cell]] = defaultdict(list)
        for cell in self.cells:
            rows[cell.account].append(cell)
        return rows


def coverage(store: Store, settings: Settings, codebook: Codebook) -> Coverage:
    """Return the matrix of the ICP accounts, measured at the date of the newest document."""
    accounts = sorted(store.accounts.all(tag=settings.coverage.tag), key=lambda account: (account.name, account.id))
    return matrix(store, settings, codebook, accounts)


def matrix(store: Store, settings: Settings, codebook: Iterable[Category], accounts: Iterable[Account]) -> Coverage:
    """Return the matrix of some accounts."""
    as_of = store.documents.newest_date()
    oldest = _days_before(as_of, settings.coverage.stale_after_days)
    heard = _heard(store)
    asked = _asked(store)
    listed = tuple(accounts)
    cells = tuple(
        _cell(
            account.id, category, heard.get((account.id, category.name)), asked.get((account.id, category.name)), oldest
        )
        for account in listed
        for category in codebook
    )
    return Coverage(listed, cells, as_of)


def voices(store: Store) -> dict[str, set[str]]:
    """Return account id -> names of the customers heard there."""
    rows = store.db.query(
        "select distinct document.account, turn.speaker from live_highlight as highlight"
        " join document on document.id = highlight.document"
        " join turn on turn.document = highlight.document and turn.position = highlight.turn where document.account <> ''"
    )
    heard: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        heard[row["account"]].add(row["speaker"])
    return heard


def _cell(account: str, category: Category, heard: Heard | None, asked: Asked | None, oldest: str) -> Cell:
    known = heard or Heard(0, "", ())
    state, reason = _state(known, asked, category, oldest)
    return Cell(
        account=account,
        category=category.name,
        state=state,
        highlights=known.highlights,
        newest=known.newest,
        speakers=len(known.speakers),
        reason=reason,
    )


def _state(heard: Heard, asked: Asked | None, category: Category, oldest: str) -> tuple[CellState, str]:
    if heard.newest and heard.newest < oldest:
        return CellState.STALE, f"the newest word is of {heard.newest}"
    count = f"{heard.highlights} highlight{'s' if heard.highlights != 1 else ''}"
    told = f"{count} by {', '.join(name or 'someone unnamed' for name in heard.speakers)}"
    if heard.highlights >= category.enough:
        return CellState.COVERED, told
    if asked:
        beside = f", and elsewhere only {told}" if heard.highlights else ""
        return (
            CellState.UNANSWERED,
            f"asked{f' on {asked.date}' if asked.date else ''} ({asked.file}), not answered{beside}",
        )
    if heard.highlights:
        return CellState.WEAK, f"only {told}; {category.enough} are wanted"
    return CellState.UNKNOWN, "nothing was said, nobody asked"


def _heard(store: Store) -> Mapping[tuple[str, str], Heard]:
    rows = store.db.query(
        "select document.account, held_tag.category, count(distinct highlight.id) as highlights,"
        " max(document.date) as newest, json_group_array(distinct turn.speaker) as speakers from held_tag"
        " join live_highlight as highlight on highlight.id = held_tag.highlight join document on document.id = highlight.document"
        " join turn on turn.document = highlight.document and turn.position = highlight.turn"
        " where document.account <> '' group by document.account, held_tag.category"
    )
    return {
        (row["account"], row["category"]): Heard(
            row["highlights"], row["newest"], tuple(sorted(json.loads(row["speakers"])))
        )
        for row in rows
    }


def _asked(store: Store) -> dict[tuple[str, str], Asked]:
    """Return the newest unanswered question per cell."""
    found: dict[tuple[str, str], Asked] = {}
    for asked in store.questions.unanswered():
        found.setdefault((asked.account, asked.category), asked)
    return found


def _days_before(day: str, days: int) -> str:
    try:
        return (date.fromisoformat(day) - timedelta(days=days)).isoformat()
    except ValueError:
        return ""
