"""Rows of an Excel workbook, sheet by sheet; hidden sheets are left out."""

from __future__ import annotations

import datetime
import io
import itertools
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.cells import storable, tidy_number
from icp_voice.ingest.rows import Record, capped
from icp_voice.ingest.zips import Budget, check_zip
from icp_voice.limits import Limits
from icp_voice.model import Value

MAX_SHEET_LINES = 1_048_576

# A sheet is read as a stream, so it may be long; a document type stands at the head of a part, if anywhere.
_BUDGET = Budget(parts=5_000, head=20_000, is_xml=lambda name: name.endswith((".xml", ".rels")))


def is_xlsx(data: bytes) -> bool:
    """Tell by the content whether it is an Excel workbook."""
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False


def read_sheets(data: bytes, most: int | None, told: list[str], limits: Limits) -> list[list[Record]]:
    """Return the rows of each visible sheet that has any; add to `told` what was left out."""
    check_zip(data, _BUDGET, limits, what="the Excel file")
    import openpyxl

    try:
        # openpyxl warns of decorations that it does not read; they hold no words.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = [_sheet_records(sheet) for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
            hidden = [str(sheet.title) for sheet in workbook.worksheets if sheet.sheet_state != "visible"]
            told += [f'The hidden sheet "{name}" was left out.' for name in hidden]
            tables = [list(capped(records, most, told, limits)) for records in sheets]
            workbook.close()
    except (UnreadableFile, MemoryError):
        raise
    except Exception as error:
        # openpyxl meets a damaged workbook with whatever its innards raise: KeyError, ValueError, ParseError, ...
        raise UnreadableFile(f"a damaged Excel file ({type(error).__name__})") from error
    return [records for records in tables if records]


def _sheet_records(sheet: Any) -> Iterator[Record]:
    # The size that a sheet claims may be wrong or hostile (one cell at XFD1048576), so it is forgotten first.
    sheet.reset_dimensions()
    for number, row in enumerate(itertools.islice(sheet.iter_rows(), MAX_SHEET_LINES), 1):
        cells = [_xlsx_value(cell) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield Record(number=number, cells=cells, sheet=str(sheet.title))


def _xlsx_value(cell: Any) -> Value:
    value = cell.value
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, float | int) and not isinstance(value, bool) and "%" in str(cell.number_format):
        return tidy_number(round(value * 100, 10))
    if value is None or isinstance(value, bool):
        return value
    return tidy_number(value) if isinstance(value, float | int) else str(value)
