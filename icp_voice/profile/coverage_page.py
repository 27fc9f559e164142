"""The matrix a page at a time: some of its rows, and what all of them count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from icp_voice.errors import IcpVoiceError, unknown
from icp_voice.model import Account, Cell, CellState
from icp_voice.profile.coverage import Coverage
from icp_voice.settings import Codebook

SORTS = ("name", "gaps", "newest", "oldest")


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """One account with its cells, in the codebook's order; `open` counts those of expected categories not covered."""

    account: Account
    cells: tuple[Cell, ...]
    open: int
    newest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePage:
    """Rows `start` to `start + len(rows)` of `total` that fit; `of` accounts are in the matrix.

    `totals` counts over all of the matrix: category -> state -> accounts.
    """

    rows: tuple[CoverageRow, ...]
    start: int
    total: int
    of: int
    categories: tuple[str, ...]
    totals: Mapping[str, Mapping[CellState, int]]
    as_of: str


def coverage_page(
    coverage: Coverage,
    codebook: Codebook,
    *,
    sort: str = "name",
    start: int = 0,
    most: int = 50,
    state: str = "",
    category: str = "",
) -> CoveragePage:
    """Return some rows; `state` and `category` leave only the accounts that have such a cell."""
    if sort not in SORTS:
        raise IcpVoiceError(f'The matrix cannot be sorted by "{sort}".', hint=f"Allowed: {', '.join(SORTS)}.")
    if state and state not in set(CellState):
        raise unknown("state of a cell", state, list(CellState))
    if category:
        codebook[category]
    expected = frozenset(one.name for one in codebook if one.expected_of == "icp")
    fitting = [account for account in coverage.accounts if _fits(coverage.of_account(account.id), state, category)]
    by_cells = {account.id: coverage.of_account(account.id) for account in fitting} if sort != "name" else {}
    # Each of these keeps the order by name among equals.
    if sort == "gaps":
        fitting.sort(key=lambda account: -_open(by_cells[account.id], expected))
    elif sort in {"newest", "oldest"}:
        fitting.sort(key=lambda account: _newest(by_cells[account.id]), reverse=sort == "newest")
    start = max(0, start)
    return CoveragePage(
        rows=tuple(_row(account, coverage, expected) for account in fitting[start : start + max(0, most)]),
        start=start,
        total=len(fitting),
        of=len(coverage.accounts),
        categories=codebook.names,
        totals={name: coverage.counts.get(name, Counter()) for name in codebook.names},
        as_of=coverage.as_of,
    )


def _fits(cells: list[Cell], state: str, category: str) -> bool:
    if not state:
        return not category or any(cell.category == category and cell.highlights for cell in cells)
    return any(cell.state == state and category in {"", cell.category} for cell in cells)


def _open(cells: list[Cell], expected: frozenset[str]) -> int:
    return sum(cell.category in expected and cell.state is not CellState.COVERED for cell in cells)


def _newest(cells: list[Cell]) -> str:
    return max((cell.newest for cell in cells), default="")


def _row(account: Account, coverage: Coverage, expected: frozenset[str]) -> CoverageRow:
    cells = coverage.of_account(account.id)
    return CoverageRow(account=account, cells=tuple(cells), open=_open(cells, expected), newest=_newest(cells))
