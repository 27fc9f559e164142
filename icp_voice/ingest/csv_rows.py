"""Rows of a CSV file: its delimiter is told by how evenly it cuts the first lines."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.cells import storable
from icp_voice.ingest.rows import Record, capped
from icp_voice.limits import Limits

NO_DELIMITER = "\x1f"


def read_csv(text: str, most: int | None, told: list[str], limits: Limits) -> tuple[list[Record], bool]:
    """Return the rows, and whether their numbers have a decimal comma; add to `told` what was left out."""
    first, _, rest = text.partition("\n")
    declared = re.fullmatch(r"sep=(.)", first.strip("\ufeff \r"))
    delimiter = declared[1] if declared else sniff(text)
    limit = csv.field_size_limit(limits.cell_characters * 2)
    try:
        records = _records(rest if declared else text, delimiter, int(bool(declared)), told)
        return list(capped(records, most, told, limits)), delimiter == ";"
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


def _records(text: str, delimiter: str, before: int, told: list[str]) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    last: list[str] = []
    number = before
    for number, row in enumerate(reader, 1 + before):
        last = row
        if any(cell.strip() for cell in row):
            yield Record(number=number, cells=[storable(cell) for cell in row])
    # A cell holds a newline only if it was quoted.
    if last and "\n" in last[-1].strip() and not text.rstrip().endswith('"'):
        told.append(f"A quotation mark in row {number} is never closed: all after it is one cell.")
