"""Account x category: what is known of whom, and why it counts as known or not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from icp_voice.model import Account, Cell, CellState
from icp_voice.profile.known import NOTHING, Heard, knowledge_of
from icp_voice.settings import Category, Codebook, Settings
from icp_voice.store import Store
from icp_voice.store.asked import Asked
from icp_voice.store.redactions import Aliases


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
    def counts(self) -> dict[str, Counter[CellState]]:
        """Return category -> state -> accounts."""
        counted: dict[str, Counter[CellState]] = defaultdict(Counter)
        for cell in self.cells:
            counted[cell.category][cell.state] += 1
        return counted

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

    def make() -> Coverage:
        accounts = store.accounts.all(tag=settings.coverage.tag)
        return matrix(store, settings, codebook, sorted(accounts, key=lambda account: (account.name, account.id)))

    as_of = store.documents.newest_date()
    wanted = (settings.coverage.tag, settings.coverage.stale_after_days, as_of, store.redactions.privacy.names)
    categories = tuple((category.name, category.enough) for category in codebook)
    return knowledge_of(store).kept(store, ("coverage", *wanted, categories), make)


def matrix(store: Store, settings: Settings, codebook: Iterable[Category], accounts: Iterable[Account]) -> Coverage:
    """Return the matrix of some accounts."""
    as_of = store.documents.newest_date()
    oldest = _days_before(as_of, settings.coverage.stale_after_days)
    known = knowledge_of(store).all(store)
    listed, categories, aliases = tuple(accounts), tuple(codebook), store.redactions.aliases()
    cells = []
    for account in listed:
        of_account = known.get(account.id, NOTHING)
        cells += [
            _cell(
                account.id,
                category,
                _named(aliases, account.id, of_account.cells.get(category.name)),
                of_account.asked.get(category.name),
                oldest,
            )
            for category in categories
        ]
    return Coverage(listed, tuple(cells), as_of)


def voices(store: Store) -> dict[str, frozenset[str]]:
    """Return account id -> names of the customers heard there."""
    return {account: known.voices for account, known in knowledge_of(store).all(store).items() if known.voices}


def _named(aliases: Aliases, account: str, heard: Heard | None) -> Heard | None:
    """Return what was heard, by people who are called as the settings have it."""
    if heard is None or not aliases:
        return heard
    return replace(heard, speakers=tuple(aliases.of(account, name) for name in heard.speakers))


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


def _days_before(day: str, days: int) -> str:
    try:
        return (date.fromisoformat(day) - timedelta(days=days)).isoformat()
    except ValueError:
        return ""
