"""Rows before they are a table: numbered cells as a reader finds them, how many are read, and how they are told of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from icp_voice.limits import Limits, raise_hint
from icp_voice.model import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The cells of one row and where they stand: `number` counts rows of a sheet or lines of a file, as `unit` says."""

    number: int
    cells: Sequence[Value]
    sheet: str = ""
    unit: str = "row"


def capped(
    records: Iterator[Record], most: int | None, told: list[str], limits: Limits, *, headed: bool = True
) -> Iterator[Record]:
    """Pass rows on until a limit is reached, cutting overlong cells; what was left out is told."""
    rows = -1 if headed else 0
    cells = cut = 0
    longest = limits.cell_characters
    for record in records:
        cells += len(record.cells)
        if most is not None and rows >= most:
            break
        if rows >= limits.rows or cells > limits.cells:
            setting = "rows" if rows >= limits.rows else "cells"
            limit = f"at most {getattr(limits, setting):,} {setting} are read"
            told.append(f"cut after {rows:,} rows: {limit}. {raise_hint(setting)}")
            break
        rows += 1
        if any(isinstance(cell, str) and len(cell) > longest for cell in record.cells):
            cut += 1
            short = [cell[:longest] if isinstance(cell, str) else cell for cell in record.cells]
            record = Record(number=record.number, cells=short, sheet=record.sheet, unit=record.unit)
        yield record
    if cut:
        told.append(f"{counted(cut, 'row')} had a cell of over {longest:,} characters, which was cut there.")


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
