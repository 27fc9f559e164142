"""Tables out of CSV, XLSX and JSON rows: where the header is, and a name for each column.

A cell is kept twice: as the text that was written and as the value it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.cells import as_text, is_datum, typed_column
from icp_voice.ingest.columns import squashed
from icp_voice.ingest.csv_rows import read_csv
from icp_voice.ingest.json_rows import read_json_rows
from icp_voice.ingest.rows import Record, capped, counted, rows_named
from icp_voice.ingest.sheets import is_xlsx, read_sheets
from icp_voice.ingest.source import Source
from icp_voice.ingest.two_heads import joined_heads
from icp_voice.limits import Limits
from icp_voice.model import Value

HEADER_WITHIN = 20
MOST_COLUMNS = 16_384  # as many as a sheet of Excel has


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: `texts` as written, `values` as they are meant, both in the order of the table's columns."""

    number: int
    texts: tuple[str, ...]
    values: tuple[Value, ...]
    sheet: str = ""
    unit: str = "row"

    @property
    def place(self) -> str:
        """Where the row stands: "row 12", "line 7" or "Sheet1 row 4"."""
        return f"{self.sheet} {self.unit} {self.number}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Named columns and their rows; `warnings` tell what was left out."""

    columns: tuple[str, ...]
    rows: list[Row]
    warnings: tuple[str, ...] = ()


def read_table(source: Source, *, most: int | None = None) -> Table:
    """Read a CSV, XLSX, NDJSON or JSON file as one table; with `most`, only about so many rows of it.

    Raise UnreadableFile where there is no header or the file is broken.
    """
    return source.once("table", lambda: _read(source, None)) if most is None else _read(source, most)


def _read(source: Source, most: int | None) -> Table:
    told: list[str] = []
    if is_xlsx(source.data):
        return _joined(read_sheets(source.data, most, told, source.limits), told, most, source.limits)
    if source.data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile("an old Excel file (.xls)", hint="Save it as .xlsx or CSV and add that.")
    if source.text.lstrip()[:1] in ("{", "["):
        columns, records = read_json_rows(source.text, most, told, source.limits)
        return _typed(columns, records, told)
    records, decimal_comma = read_csv(source.text, most, told, source.limits)
    return _with_header(records, told, decimal_comma=decimal_comma)


def _joined(sheets: list[list[Record]], told: list[str], most: int | None, limits: Limits) -> Table:
    """Join the sheets whose header is that of the first; tell of the others."""
    tables = [_with_header(records, []) for records in sheets[:1]]
    if not tables:
        raise UnreadableFile("the workbook is empty")
    columns = tables[0].columns
    for records in sheets[1:]:
        name = records[0].sheet
        try:
            table = _with_header(records, [])
        except UnreadableFile:
            table = Table(columns=(), rows=[])
        if {squashed(column) for column in table.columns} == {squashed(column) for column in columns}:
            tables.append(table)
        else:
            told.append(f'Sheet "{name}" has other columns than "{sheets[0][0].sheet}" and was left out.')
    if len(tables) == 1:
        return Table(columns=columns, rows=tables[0].rows, warnings=(*told, *tables[0].warnings))
    records = [_reordered(row, table.columns, columns) for table in tables for row in table.rows]
    told += [warning for table in tables for warning in table.warnings]
    return _typed(columns, list(capped(iter(records), most, told, limits, headed=False)), told)


def _reordered(row: Row, own: Sequence[str], wanted: Sequence[str]) -> Record:
    by_name = {squashed(column): index for index, column in enumerate(own)}
    cells = [row.values[by_name[squashed(column)]] for column in wanted]
    return Record(number=row.number, cells=cells, sheet=row.sheet, unit=row.unit)


def _with_header(records: list[Record], told: list[str], *, decimal_comma: bool = False) -> Table:
    at = _header_at(records)
    if at is None:
        raise UnreadableFile("no header row", hint="The first row of a table names its columns.")
    at = _below_codes(records, at)
    header = [as_text(cell) for cell in records[at].cells]
    below = [as_text(cell) for cell in records[at + 1].cells] if at + 1 < len(records) else []
    if joined := joined_heads(header, below):
        header, at = joined, at + 1
    rows = [record for record in records[at + 1 :] if not _are_codes(record)]
    body = [record for record in rows if [as_text(cell) for cell in record.cells] != header]
    if len(body) < len(rows):
        told.append(f"The header is repeated {counted(len(rows) - len(body), 'time')}; left out.")
    width = len(header)
    if width > MOST_COLUMNS:
        raise UnreadableFile(f"it has {width:,} columns; at most {MOST_COLUMNS:,} are read")
    long = [record.number for record in body if any(cell is not None for cell in record.cells[width:])]
    if long:
        told.append(f"{counted(len(long), 'row')} had more cells than the header, left out there ({rows_named(long)}).")
    kept = [
        index
        for index, name in enumerate(header)
        if name or any(index < len(record.cells) and record.cells[index] is not None for record in body)
    ]
    cut = [
        Record(
            number=record.number,
            cells=[record.cells[index] if index < len(record.cells) else None for index in kept],
            sheet=record.sheet,
            unit=record.unit,
        )
        for record in body
    ]
    return _typed(_distinct([header[index] or f"Column {index + 1}" for index in kept]), cut, told, decimal_comma)


def _header_at(records: list[Record]) -> int | None:
    """Return the index of the first row that is about as wide as the table, if it reads like names of columns."""
    filled = [sum(cell is not None for cell in record.cells) for record in records[: HEADER_WITHIN + 20]]
    if not filled:
        return None
    width = sorted(filled)[int((len(filled) - 1) * 0.7)]
    for index, count in enumerate(filled[:HEADER_WITHIN]):
        if count >= max(width * 0.6, min(width, 2)):
            return index if _reads_like_header(records[index]) else None
    return None


def _below_codes(records: list[Record], at: int) -> int:
    """Return the row with the questions: Qualtrics writes codes above them and ids of its own below."""
    told = at + 2 < len(records) and _are_codes(records[at + 2])
    return at + 1 if told else at


def _are_codes(record: Record) -> bool:
    filled = [as_text(cell) for cell in record.cells if cell is not None]
    return bool(filled) and all(cell.startswith('{"ImportId"') for cell in filled)


def _reads_like_header(record: Record) -> bool:
    names = [as_text(cell) for cell in record.cells if cell is not None]
    odd = [name for name in names if is_datum(name) or len(name) > 400]
    if not any(letter.isalnum() for name in names for letter in name):
        return False
    return len(odd) * 3 <= len(names) and not any(re.fullmatch(r"\S+@\S+\.\w+|https?://\S+", name) for name in names)


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Make names of columns distinct: a second "Comment" is "Comment 2"."""
    seen: dict[str, int] = {}
    distinct = []
    for name in (" ".join(name.split()) for name in names):
        seen[name] = seen.get(name, 0) + 1
        while seen[name] > 1 and f"{name} {seen[name]}" in seen:
            seen[name] += 1
        distinct.append(name if seen[name] == 1 else f"{name} {seen[name]}")
        seen.setdefault(distinct[-1], 1)
    return tuple(distinct)


def _typed(columns: Sequence[str], records: list[Record], told: list[str], decimal_comma: bool = False) -> Table:
    texts = [tuple(as_text(cell) for cell in record.cells) for record in records]
    typed: list[Sequence[Value]] = []
    for index, column in enumerate(columns):
        values, doubt = typed_column([record.cells[index] for record in records], decimal_comma=decimal_comma)
        if doubt:
            told.append(f'The dates in "{column}" may be day/month or month/day and were not read; write 2026-03-04.')
        typed.append(values)
    rows = [
        Row(number=record.number, texts=words, values=values, sheet=record.sheet, unit=record.unit)
        for record, words, values in zip(records, texts, zip(*typed, strict=True), strict=True)
    ]
    return Table(columns=tuple(columns), rows=rows, warnings=tuple(told))
