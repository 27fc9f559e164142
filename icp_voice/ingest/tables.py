"""Tables out of CSV, XLSX and JSON rows: where the header is, what a column holds, which column is meant.

A cell is kept twice: as the text that was written and as the value it stands for. A column becomes numbers or ISO dates
only as a whole, so that ids with leading zeros stay what they are. A percentage becomes the number before the sign.
"""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import json
import math
import re
import unicodedata
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from icp_voice.errors import UnreadableFile, did_you_mean
from icp_voice.ingest.source import Source
from icp_voice.model import Value

MAX_ROWS = 1_000_000
MAX_CELLS = 20_000_000
MAX_CELL_LENGTH = 1_000_000
MAX_SHEET_LINES = 1_048_576
MAX_ZIP_MEMBERS = 5_000
MAX_ZIP_BYTES = 200_000_000
MAX_ZIP_RATIO = 200
HEADER_WITHIN = 20
NO_DELIMITER = "\x1f"

_WRAPPERS = (
    *("rows", "data", "items", "results", "records", "tickets", "reviews", "responses", "answers", "notes"),
    *("accounts", "companies", "organizations"),
)
_BLANK = frozenset("n/a na n.a. - -- \u2013 \u2014 null none nan #n/a #ref! #value! #div/0!".split())


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    number: int
    cells: Sequence[Value]
    sheet: str = ""
    unit: str = "row"


def read_table(source: Source, *, most: int | None = None) -> Table:
    """Read a CSV, XLSX, NDJSON or JSON file as one table; with `most`, only about so many rows of it.

    Raise UnreadableFile where there is no header or the file is broken.
    """
    if is_xlsx(source.data):
        return _from_xlsx(source, most)
    if source.data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile("an old Excel file (.xls)", hint="Save it as .xlsx or CSV and add that.")
    if source.text.lstrip()[:1] in ("{", "["):
        return _from_json(source.text, most)
    return _from_csv(source.text, most)


def is_xlsx(data: bytes) -> bool:
    """Tell by the content whether it is an Excel workbook."""
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False


# Names of columns ----------------------------------------------------------------------------------------------------


def snake(name: str) -> str:
    """Turn "ACV (USD)" into `acv_usd` and "orgSize" into `org_size`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", unicodedata.normalize("NFKC", name))
    return re.sub(r"[\W_]+", "_", spaced).strip("_").lower()


def find_column(
    columns: Sequence[str], synonyms: Iterable[str], mapping: Mapping[str, str] | None = None, *, key: str = ""
) -> str | None:
    """Return the column that `mapping[key]` names, or else the first synonym's column, or None.

    Raise UnreadableFile where the mapping names a column that does not exist.
    """
    if mapping and mapping.get(key):
        return _existing(columns, mapping[key], key)
    known: dict[str, str] = {}
    for column in columns:
        known.setdefault(_squashed(column), column)
    return next((known[_squashed(synonym)] for synonym in synonyms if _squashed(synonym) in known), None)


def mapped_columns(columns: Sequence[str], wanted: str, key: str) -> tuple[str, ...]:
    """Return the columns that a mapping such as "survey+respondent" joins."""
    if _squashed(wanted) in map(_squashed, columns):
        return (_existing(columns, wanted, key),)
    return tuple(_existing(columns, part.strip(), key) for part in wanted.split("+"))


def columns_hint(columns: Sequence[str]) -> str:
    """Return `Columns: a, b, c.` for an error, cut where there are very many."""
    more = f" and {len(columns) - 30} more" if len(columns) > 30 else ""
    return f"Columns: {', '.join(columns[:30])}{more}."


def rows_named(numbers: Sequence[int], unit: str = "row", *, most: int = 5) -> str:
    """Return `row 7`, `rows 7 and 19` or `rows 7, 8, 9, 10, 11 and 4 more`."""
    shown = [str(number) for number in numbers[:most]]
    if len(numbers) > most:
        shown = [", ".join(shown), f"{len(numbers) - most} more"]
    elif len(shown) > 1:
        shown = [", ".join(shown[:-1]), shown[-1]]
    return f"{unit}{'s' if len(numbers) != 1 else ''} {' and '.join(shown)}"


def _existing(columns: Sequence[str], wanted: str, key: str) -> str:
    for column in columns:
        if column == wanted:
            return column
    for column in columns:
        if _squashed(column) == _squashed(wanted):
            return column
    hint = columns_hint(columns) + did_you_mean(wanted, columns)
    raise UnreadableFile(f'no column "{wanted}" for {key}', hint=hint)


def _squashed(name: str) -> str:
    return snake(name).replace("_", "")


# CSV -----------------------------------------------------------------------------------------------------------------


def _from_csv(text: str, most: int | None) -> Table:
    first, _, rest = text.partition("\n")
    declared = re.fullmatch(r"sep=(.)", first.strip("\ufeff \r"))
    delimiter = declared[1] if declared else sniff(text)
    limit = csv.field_size_limit(MAX_CELL_LENGTH * 2)
    told: list[str] = []
    try:
        records = _capped(_csv_records(rest if declared else text, delimiter, int(bool(declared)), told), most, told)
        return _with_header(list(records), told, decimal_comma=delimiter == ";")
    except csv.Error as error:
        raise UnreadableFile(f"a broken CSV file: {error}") from error
    finally:
        csv.field_size_limit(limit)


def sniff(text: str) -> str:
    """Return the delimiter that cuts the first lines most evenly; NO_DELIMITER where none does."""
    scores = [(*_evenness(text, delimiter), delimiter) for delimiter in ",;\t|"]
    share, _, delimiter = max(scores, key=lambda score: score[:2])
    return delimiter if share >= 0.6 else NO_DELIMITER


def _evenness(text: str, delimiter: str) -> tuple[float, int]:
    """Return the share of the first lines that have the usual number of cells, and that number."""
    try:
        rows = list(itertools.islice(csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter), 60))
    except csv.Error:
        return 0.0, 0
    # The last row may have been cut in the middle.
    whole = rows[:-1] if len(text) > 200_000 and len(rows) > 1 else rows
    counts = Counter(len(row) for row in whole if any(cell.strip() for cell in row))
    several = {count: times for count, times in counts.items() if count > 1}
    if not several:
        return 0.0, 0
    usual, times = max(several.items(), key=lambda item: (item[1], item[0]))
    return round(times / sum(counts.values()), 1), usual


def _csv_records(text: str, delimiter: str, before: int, told: list[str]) -> Iterator[_Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    last: list[str] = []
    number = before
    for number, row in enumerate(reader, 1 + before):
        last = row
        if any(cell.strip() for cell in row):
            yield _Record(number=number, cells=[_cell(cell) for cell in row])
    # A cell holds a newline only if it was quoted.
    if last and "\n" in last[-1].strip() and not text.rstrip().endswith('"'):
        told.append(f"A quotation mark in row {number} is never closed: all after it is one cell.")


# XLSX ----------------------------------------------------------------------------------------------------------------


def _from_xlsx(source: Source, most: int | None) -> Table:
    check_zip(source.data)
    import openpyxl

    told: list[str] = []
    try:
        # openpyxl warns of decorations that it does not read; they hold no words.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(io.BytesIO(source.data), read_only=True, data_only=True)
            sheets = [_sheet_records(sheet) for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
            hidden = [str(sheet.title) for sheet in workbook.worksheets if sheet.sheet_state != "visible"]
            told += [f'The hidden sheet "{name}" was left out.' for name in hidden]
            tables = [list(_capped(records, most, told)) for records in sheets]
            workbook.close()
    except UnreadableFile:
        raise
    except Exception as error:
        # openpyxl meets a damaged workbook with whatever its innards raise: KeyError, ValueError, ParseError, ...
        raise UnreadableFile(f"a damaged Excel file ({type(error).__name__})") from error
    return _joined([records for records in tables if records], told, most)


def _sheet_records(sheet: Any) -> Iterator[_Record]:
    # The size that a sheet claims may be wrong or hostile (one cell at XFD1048576), so it is forgotten first.
    sheet.reset_dimensions()
    for number, row in enumerate(itertools.islice(sheet.iter_rows(), MAX_SHEET_LINES), 1):
        cells = [_xlsx_value(cell) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield _Record(number=number, cells=cells, sheet=str(sheet.title))


def _xlsx_value(cell: Any) -> Value:
    value = cell.value
    if isinstance(value, str):
        return _cell(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, float | int) and not isinstance(value, bool) and "%" in str(cell.number_format):
        return _tidy(round(value * 100, 10))
    if value is None or isinstance(value, bool):
        return value
    return _tidy(value) if isinstance(value, float | int) else str(value)


def _joined(sheets: list[list[_Record]], told: list[str], most: int | None) -> Table:
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
        if {_squashed(column) for column in table.columns} == {_squashed(column) for column in columns}:
            tables.append(table)
        else:
            told.append(f'Sheet "{name}" has other columns than "{sheets[0][0].sheet}" and was left out.')
    if len(tables) == 1:
        return Table(columns=columns, rows=tables[0].rows, warnings=(*told, *tables[0].warnings))
    records = [_reordered(row, table.columns, columns) for table in tables for row in table.rows]
    told += [warning for table in tables for warning in table.warnings]
    return _typed(columns, list(_capped(iter(records), most, told, headed=False)), told)


def _reordered(row: Row, own: Sequence[str], wanted: Sequence[str]) -> _Record:
    by_name = {_squashed(column): index for index, column in enumerate(own)}
    cells = [row.values[by_name[_squashed(column)]] for column in wanted]
    return _Record(number=row.number, cells=cells, sheet=row.sheet, unit=row.unit)


def check_zip(data: bytes) -> None:
    """Refuse a zip archive that would unpack to more than the budget, or whose XML declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_members(members)
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    _check_prolog(archive, member)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise UnreadableFile("a damaged or encrypted archive") from error


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    total = sum(member.file_size for member in members)
    if len(members) > MAX_ZIP_MEMBERS or total > MAX_ZIP_BYTES:
        hint = f"At most {MAX_ZIP_BYTES // 1_000_000} MB in {MAX_ZIP_MEMBERS:,} parts are read."
        raise UnreadableFile(f"it unpacks to {total // 1_000_000:,} MB in {len(members):,} parts", hint=hint)
    for member in members:
        if member.flag_bits & 1:
            raise UnreadableFile("it is protected by a password", hint="Save it without one.")
        if member.file_size > 1_000_000 and member.file_size > MAX_ZIP_RATIO * max(member.compress_size, 1):
            raise UnreadableFile(f"its part {member.filename[:60]} is packed like a zip bomb")


def _check_prolog(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse `<!DOCTYPE`, which Office never writes: it is only good for entities that read files or explode."""
    with archive.open(member) as part:
        if b"<!DOCTYPE" in part.read(20_000).replace(b"\0", b"").upper():
            raise UnreadableFile(f"its part {member.filename[:60]} declares a document type")


# JSON ----------------------------------------------------------------------------------------------------------------


def _from_json(text: str, most: int | None) -> Table:
    told: list[str] = []
    bad: list[int] = []
    items: list[tuple[int, dict[str, Value]]] = []
    unit, found = json_rows(text)
    for number, item in itertools.islice(found, MAX_ROWS + 1 if most is None else most):
        if isinstance(item, dict):
            items.append((number, _flat(item)))
        else:
            bad.append(number)
    if bad:
        told.append(f"No JSON objects, left out: {rows_named(bad, unit)}.")
    columns = list(dict.fromkeys(name for _, item in items for name in item))
    if not columns:
        raise UnreadableFile("no JSON objects in it")
    records = (_Record(number=number, cells=[item.get(name) for name in columns], unit=unit) for number, item in items)
    return _typed(columns, list(_capped(records, None, told, headed=False)), told)


def json_rows(text: str) -> tuple[str, Iterator[tuple[int, object]]]:
    """Return what the items are counted in (row or line), and the items with their number, broken ones as None.

    They are those of a JSON array, of an object that wraps one, or of JSON lines.
    """
    if text.lstrip().startswith("["):
        return "row", _array_items(text)
    lines = ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
    number, first = next(lines, (0, ""))
    item = _loaded(first)
    whole = item if item is not None and first.strip() == text.strip() else None if item is not None else _loaded(text)
    if isinstance(whole, dict):
        return "row", iter(enumerate(_wrapped(whole), 1))
    return "line", itertools.chain([(number, item)], ((number, _loaded(line)) for number, line in lines))


def _wrapped(item: dict[str, Any]) -> list[object]:
    """Return the rows of `{"tickets": [...]}`; any other object is a row itself."""
    for name in _WRAPPERS:
        rows = item.get(name)
        if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
            return rows
    return [item]


def _array_items(text: str) -> Iterator[tuple[int, object]]:
    decoder = json.JSONDecoder()
    position = text.index("[") + 1
    for number in itertools.count(1):
        position = _skipped(text, position)
        if text[position : position + 1] == "]":
            return
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            line = text.count("\n", 0, position) + 1
            raise UnreadableFile(f"broken JSON after line {line}") from error
        yield number, item
        position = _skipped(text, position)
        if text[position : position + 1] == ",":
            position += 1


_SPACE = re.compile(r"\s*")


def _skipped(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _flat(item: Mapping[str, Any], before: str = "", depth: int = 0) -> dict[str, Value]:
    """Lay nested objects flat (`requester.name`) and join lists of plain values with commas."""
    flat: dict[str, Value] = {}
    for name, value in item.items():
        if isinstance(value, dict) and depth < 3:
            flat |= _flat(value, f"{before}{name}.", depth + 1)
        else:
            flat[f"{before}{name}"] = _json_value(value)
    return flat


def _json_value(value: Any) -> Value:
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return ", ".join(str(one) for one in value) or None
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        return _cell(value)
    return value if value is None or isinstance(value, bool) else _tidy(value)


# Header and rows -----------------------------------------------------------------------------------------------------


def _capped(records: Iterator[_Record], most: int | None, told: list[str], *, headed: bool = True) -> Iterator[_Record]:
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
            record = _Record(number=record.number, cells=short, sheet=record.sheet, unit=record.unit)
        yield record
    if cut:
        told.append(f"{_count(cut, 'row')} had a cell of over {MAX_CELL_LENGTH:,} characters, which was cut.")


def _with_header(records: list[_Record], told: list[str], *, decimal_comma: bool = False) -> Table:
    at = _header_at(records)
    if at is None:
        raise UnreadableFile("no header row", hint="The first row of a table names its columns.")
    header = [_text(cell) for cell in records[at].cells]
    body = [record for record in records[at + 1 :] if [_text(cell) for cell in record.cells] != header]
    if len(body) < len(records) - at - 1:
        told.append(f"The header is repeated {_count(len(records) - at - 1 - len(body), 'time')}; left out.")
    width = len(header)
    long = [record.number for record in body if any(cell is not None for cell in record.cells[width:])]
    if long:
        told.append(f"{_count(len(long), 'row')} had more cells than the header, left out there ({rows_named(long)}).")
    kept = [
        index
        for index, name in enumerate(header)
        if name or any(index < len(record.cells) and record.cells[index] is not None for record in body)
    ]
    cut = [
        _Record(
            number=record.number,
            cells=[record.cells[index] if index < len(record.cells) else None for index in kept],
            sheet=record.sheet,
            unit=record.unit,
        )
        for record in body
    ]
    return _typed(_distinct([header[index] or f"Column {index + 1}" for index in kept]), cut, told, decimal_comma)


def _header_at(records: list[_Record]) -> int | None:
    """Return the index of the first row that is about as wide as the table, if it reads like names of columns."""
    filled = [sum(cell is not None for cell in record.cells) for record in records[: HEADER_WITHIN + 20]]
    if not filled:
        return None
    width = sorted(filled)[int((len(filled) - 1) * 0.7)]
    for index, count in enumerate(filled[:HEADER_WITHIN]):
        if count >= max(width * 0.6, min(width, 2)):
            return index if _reads_like_header(records[index]) else None
    return None


def _reads_like_header(record: _Record) -> bool:
    names = [_text(cell) for cell in record.cells if cell is not None]
    odd = [name for name in names if _NUMBER.fullmatch(name) or _date_parts(name) or len(name) > 400]
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


def _typed(columns: Sequence[str], records: list[_Record], told: list[str], decimal_comma: bool = False) -> Table:
    texts = [tuple(_text(cell) for cell in record.cells) for record in records]
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


_NO_CHARACTERS = re.compile("[\x00\ud800-\udfff]")


def _cell(text: str) -> str | None:
    # Half surrogate pairs, which JSON may spell out, can be stored nowhere.
    return _NO_CHARACTERS.sub("\ufffd", text).strip() or None


def _text(value: Value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tidy(value: int | float) -> Value:
    """Return 5 for 5.0, nothing for "not a number", and text for integers that no database column holds."""
    if isinstance(value, int):
        return value if abs(value) < 2**63 else str(value)
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


# What a column holds -------------------------------------------------------------------------------------------------

_CURRENCY = r"(?:US\$|[$€£¥]|USD|EUR|GBP|CHF)"
_NUMBER = re.compile(
    rf"(?P<minus>[-\u2212])?\s?(?P<before>{_CURRENCY})?\s?(?P<minus2>[-\u2212])?"
    rf"(?P<digits>\d[\d.,'\u2019 \u00a0\u202f\u2009]*)\s?(?P<after>{_CURRENCY}|%)?"
)
_POINT = re.compile(r"(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?:\.\d+)?")
_COMMA = re.compile(r"(?:0|[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d*)(?:,\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:['\u2019 \u00a0\u202f\u2009]\d{3})+(?:[.,]\d+)?")
_TIME = (
    r"(?:[T ,]+(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp][Mm])?\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_DATES = (
    re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})" + _TIME),
    re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})" + _TIME),
    re.compile(r"(?P<one>\d{1,2})[-/](?P<two>\d{1,2})[-/](?P<year>\d{4}|\d{2})" + _TIME),
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[ .-]+(?P<name>[A-Za-z]{3,9})[.,]?[ -]+(?P<year>\d{4})" + _TIME),
    re.compile(r"(?P<name>[A-Za-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})" + _TIME),
)
_MONTHS = "january february march april may june july august september october november december".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Date:
    """A date as written. Where `swap` is set, `day` and `month` may be the other way round."""

    year: int
    month: int
    day: int
    time: str = ""
    swap: bool = False


def typed_column(cells: Sequence[Value], *, decimal_comma: bool = False) -> tuple[list[Value], bool]:
    """Return the values of a column, and whether it holds dates whose day and month cannot be told apart."""
    meant = [cell for cell in cells if cell is not None]
    if not any(isinstance(cell, str) for cell in meant):
        if len({type(cell) is bool for cell in meant}) < 2:
            return list(cells), False
        return [None if cell is None else _text(cell) for cell in cells], False
    held = [cell for cell in meant if not (isinstance(cell, str) and cell.lower() in _BLANK)]
    numbers = _numbers(held, decimal_comma)
    if numbers is not None:
        return _refilled(cells, numbers), False
    dates, doubt = _dates(held)
    if dates is not None:
        return _refilled(cells, dates), False
    return [None if cell is None else _text(cell) for cell in cells], doubt


def iso_date(text: str) -> str:
    """Return the day that a text such as "4 Mar 2026" or "2026-03-04T10:00Z" names; empty where it is not plain."""
    date = _date_parts(text.strip())
    if date is None or (date.swap and date.day != date.month and max(date.day, date.month) <= 12):
        return ""
    return (_iso(date, swapped=date.swap and date.month > 12) or "")[:10]


def _refilled(cells: Sequence[Value], values: Sequence[Value]) -> list[Value]:
    waiting = iter(values)
    blank = [cell is None or (isinstance(cell, str) and cell.lower() in _BLANK) for cell in cells]
    return [None if empty else next(waiting) for empty in blank]


def _numbers(cells: Sequence[Value], decimal_comma: bool) -> list[Value] | None:
    """Read a whole column as numbers, or not at all. Signs of currency must be the same in all cells, and so must %."""
    if not cells:
        return None
    found: list[re.Match[str]] = []
    for cell in cells:
        match = None if isinstance(cell, bool) else _NUMBER.fullmatch(_text(cell))
        if match is None:
            return None
        found.append(match)
    signs = {match["before"] or match["after"] or "" for match in found if match["digits"].strip("0.,")}
    if len(signs) > 1 and ("%" in signs or len(signs - {""}) > 1):
        return None
    digits = [_ungrouped(match["digits"]) for match in found]
    styles = ((_COMMA, ".", ","), (_POINT, ",", ".")) if decimal_comma else ((_POINT, ",", "."), (_COMMA, ".", ","))
    for pattern, thousands, point in styles:
        if all(pattern.fullmatch(one) for one in digits):
            plain = [one.replace(thousands, "").replace(point, ".") for one in digits]
            return _signed(found, plain)
    return None


def _ungrouped(digits: str) -> str:
    return re.sub(r"['\u2019 \u00a0\u202f\u2009]", "", digits) if _GROUPED.fullmatch(digits.strip()) else digits.strip()


def _signed(found: list[re.Match[str]], plain: list[str]) -> list[Value] | None:
    # Sixteen digits and more are ids, which a float would round.
    if any(len(one.replace(".", "")) > 15 for one in plain):
        return None
    whole = not any("." in one for one in plain)
    signs = [-1 if match["minus"] or match["minus2"] else 1 for match in found]
    return [sign * (int(one) if whole else float(one)) for sign, one in zip(signs, plain, strict=True)]


def _dates(cells: Sequence[Value]) -> tuple[list[Value] | None, bool]:
    found: list[_Date] = []
    for cell in cells:
        date = _date_parts(cell) if isinstance(cell, str) else None
        if date is None:
            return None, False
        found.append(date)
    slashed = [date for date in found if date.swap]
    month_first = any(date.day > 12 for date in slashed)
    day_first = any(date.month > 12 for date in slashed)
    if slashed and month_first == day_first and any(date.day != date.month for date in slashed):
        return None, not month_first
    dates = [_iso(date, swapped=date.swap and day_first) for date in found]
    return (None, False) if not dates or None in dates else (list(dates), False)


def _date_parts(text: str) -> _Date | None:
    if not 6 <= len(text) <= 40:
        return None
    for pattern in _DATES:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        part = match.groupdict()
        year = int(part["year"]) + (2000 if len(part["year"]) == 2 else 0)
        if part.get("one"):
            # Month first, unless the whole column says otherwise.
            return _Date(year=year, month=int(part["one"]), day=int(part["two"]), time=_time(part), swap=True)
        month = int(part["month"]) if part.get("month") else _month(part["name"])
        return _Date(year=year, month=month, day=int(part["day"]), time=_time(part)) if month else None
    return None


def _month(name: str) -> int:
    fits = [number for number, month in enumerate(_MONTHS, 1) if month.startswith(name.lower())]
    return fits[0] if len(fits) == 1 else 9 if name.lower() == "sept" else 0


def _time(part: Mapping[str, str | None]) -> str:
    """Return `T10:30:00Z`, or nothing for midnight without a zone, which is how a mere day is often written."""
    if not part["h"]:
        return ""
    half = (part["half"] or "").lower()
    hour = int(part["h"]) % 12 + (12 if half == "pm" else 0) if half else int(part["h"])
    zone = (part["zone"] or "").replace("UTC", "Z")
    written = f"T{hour:02}:{part['m']}:{part['s'] or '00'}{zone}"
    return "" if written == "T00:00:00" else written


def _iso(date: _Date, *, swapped: bool) -> str | None:
    month, day = (date.day, date.month) if swapped else (date.month, date.day)
    try:
        return datetime.date(date.year, month, day).isoformat() + date.time
    except ValueError:
        return None
