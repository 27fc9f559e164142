"""Rows of a table as documents: survey answers, tickets, reviews and notes, one each; chats by their conversation."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.asked import asked_of
from icp_voice.ingest.columns import columns_hint, find_column, snake
from icp_voice.ingest.json_rows import json_rows
from icp_voice.ingest.layout import find_layout
from icp_voice.ingest.row_threads import documents_of
from icp_voice.ingest.row_words import Left
from icp_voice.ingest.sheets import is_xlsx
from icp_voice.ingest.source import Source
from icp_voice.ingest.tables import Table, read_table
from icp_voice.ingest.vocabulary import REVIEW_PARTS, SYNONYMS, TEXTS
from icp_voice.model import Document

NAME = "table (csv, xlsx, json rows)"
SUFFIXES = (".csv", ".tsv", ".tab", ".xlsx", ".xls", ".jsonl", ".ndjson")


def matches(source: Source) -> float:
    """Tell how surely the file is a table with words in it."""
    if is_xlsx(source.data):
        return 1.0
    named = source.file.lower().endswith(SUFFIXES)
    if source.data.startswith(b"\xd0\xcf\x11\xe0"):
        return 0.5 if named else 0.0
    try:
        if _is_conversation(source.text):
            return 0.0
        table = read_table(source, most=60)
    except (UnreadableFile, RecursionError):
        return 0.3 if named else 0.0
    return _likeness(table, source, named)


def parse(source: Source) -> list[Document]:
    """Return a document for each row that holds words, or for each conversation that rows belong to."""
    table = read_table(source)
    layout = find_layout(table, source.mapping)
    left = Left()
    documents = list(documents_of(source.file, layout, table.rows, left))
    if not documents:
        raise UnreadableFile("no row with words in it", hint=columns_hint(table.columns))
    told = (*table.warnings, *layout.warnings, *left.warnings(layout, table.rows[0].unit))
    return [replace(documents[0], warnings=told), *documents[1:]]


_FEW = 4  # rows; of more, the evenness of their cells is no accident
_HEADINGS = tuple({*TEXTS, *REVIEW_PARTS, *itertools.chain(*SYNONYMS.values())})

# Is it a table of words? ---------------------------------------------------------------------------------------------


def _is_conversation(text: str) -> bool:
    """Tell whether JSON holds conversations, timed cues or settings instead of rows; other formats read those."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    _, rows = json_rows(text)
    found = [row for _, row in itertools.islice(rows, 2) if isinstance(row, dict)]
    if not found or {"start", "end", "text"} <= set(found[0]):
        return True
    values = list(found[0].values())
    inner = [one for value in values if isinstance(value, list) for one in value]
    spoken = any(isinstance(one, dict) and {"text", "speaker", "content"} & set(one) for one in inner)
    alone = len(found) == 1 and not text.lstrip().startswith("[")
    nested = any(isinstance(value, dict) for value in values) or any(isinstance(one, dict | list) for one in inner)
    return spoken or (alone and nested)


def _likeness(table: Table, source: Source, named: bool) -> float:
    ruled = any(all(re.fullmatch(r"(:?-+:?)?", text) for text in row.texts) for row in table.rows[:1])
    timed = {snake(column) for column in table.columns} == {"start", "end", "text"}
    if ruled or timed or (not named and (len(table.columns) < 2 or not table.rows)):
        return 0.0
    try:
        layout = find_layout(table, source.mapping)
    except UnreadableFile:
        return 0.6 if named else 0.0
    if named or source.mapping:
        return 0.9
    words = (*TEXTS, *REVIEW_PARTS)
    told = [column for column, _ in layout.texts if column.endswith("?") or find_column([column], words)]
    known = len(told) + sum(bool(columns) for columns in layout.columns.values())
    # A line of prose has a comma here and there; the rows of a table are filled alike.
    even = len(table.columns) > 3 or sum(all(row.texts) for row in table.rows) * 2 >= len(table.rows)
    if len(table.rows) <= _FEW and source.text.lstrip()[:1] not in ("{", "["):
        # Two sentences with a comma each are cut as evenly as a table of two lines; only its headings tell that it is.
        headed = sum(_is_heading(column) for column in table.columns)
        narrow = len(table.columns) <= 3 and len(table.rows) == 1
        even = even and headed >= (len(table.columns) if narrow else min(3, (len(table.columns) + 1) // 2))
    return (0.9 if known >= 2 else 0.4) if told and even else 0.0


def _is_heading(column: str) -> bool:
    return column.endswith("?") or bool(asked_of(column)) or find_column([column], _HEADINGS) is not None
