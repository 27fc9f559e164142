"""Rows before they are a table: numbered cells as a reader finds them, how many are read, and how they are told of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from icp_voice.model import Value

MAX_ROWS = 1_000_000
MAX_CELLS = 20_000_000
MAX_CELL_LENGTH = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The cells of one row and where they stand: `number` counts rows of a sheet or lines of a file, as `unit` says."""

    number: int
    cells: Sequence[Value]
    sheet: str = ""
    unit: str = "row"


def capped(records: Iterator[Record], most: int | None, told: list[str], *, headed: bool = True) -> Iterator[Record]:
    """Pass rows on until a limit is reached, cutting overlong cells; what was left out is told."""
    rows = -1 if headed else 0
    cells = cut = 0
    for record in records:
        cells += len(record.cells)
        if most is not None and rows >= most:
            break
        if rows >= MAX_ROWS or cells > MAX_CELLS:
            told.append(f"Only {rows:,} rows were read: at most {MAX_ROWS:,} rows and {MAX_CELLS:,} cells are.")
            break
        rows += 1
        if any(isinstance(cell, str) and len(cell) > MAX_CELL_LENGTH for cell in record.cells):
            cut += 1
            short = [cell[:MAX_CELL_LENGTH] if isinstance(cell, str) else cell for cell in record.cells]
            record = Record(number=record.number, cells=short, sheet=record.sheet, unit=record.unit)
        yield record
    if cut:
        told.append(f"{counted(cut, 'row')} had a cell of over {MAX_CELL_LENGTH:,} characters, which was cut.")


def rows_named(numbers: Sequence[int], unit: str = "row", *, most: int = 5) -> str:
    """Return `row 7`, `rows 7 and 19` or `rows 7, 8, 9, 10, 11 and 4 more`."""
    shown = [str(number) for number in numbers[:most]]
    if len(numbers) > most:
        shown = [", ".join(shown), f"{len(numbers) - most} more"]
    elif len(shown) > 1:
        shown = [", ".join(shown[:-1]), shown[-1]]
    return f"{unit}{'s' if len(numbers) != 1 else ''} {' and '.join(shown)}"


def counted(number: int, noun: str) -> str:
    """Return `1 row` or `1,200 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
