"""Which columns of a table tell of the one who answers: asked for in the form, or kept by the tool that sent it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from icp_voice.ingest.asked import asked_in, asked_of
from icp_voice.ingest.columns import find_column, snake
from icp_voice.ingest.tables import Table
from icp_voice.ingest.vocabulary import RESPONDENT_IDS, is_question

_FIRST = ("first_name", "firstname", "recipient_first_name")
_LAST = ("last_name", "lastname", "surname", "recipient_last_name")


def with_answerer(
    columns: dict[str, tuple[str, ...]], table: Table, free: Sequence[str], refused: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Add who answered, with job, company and mail, from the `free` columns. A name goes before an id."""
    found = dict(columns)
    free = [column for column in free if (column,) not in columns.values()]
    for told in (asked_of, _asked_at_length):
        for column in free:
            about = told(column)
            if about and about not in {*found, *refused} and (column,) not in found.values():
                found[about] = (column,)
    free = [column for column in free if (column,) not in found.values()]
    if "respondent" not in {*found, *refused}:
        found |= _named_in_two(free) or _called(free)
    return found | _ids(found, free, table, refused)


def _asked_at_length(column: str) -> str:
    return asked_in(column) if is_question(column) else ""


def _cells(table: Table, column: str) -> list[str]:
    index = table.columns.index(column)
    return [row.texts[index] for row in table.rows if row.texts[index]]


def _named_in_two(free: Sequence[str]) -> dict[str, tuple[str, ...]]:
    first, last = find_column(free, _FIRST), find_column(free, _LAST)
    return {"respondent": (first, last)} if first and last else {}


def _called(free: Sequence[str]) -> dict[str, tuple[str, ...]]:
    called = find_column(free, RESPONDENT_IDS)
    return {"respondent": (called,)} if called else {}


def _ids(
    found: dict[str, tuple[str, ...]], free: Sequence[str], table: Table, refused: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return what an id of the one who answers is beside a name: the row's id, or, if it is one, the mail address."""
    more: dict[str, tuple[str, ...]] = {}
    for column in [one for one in free if find_column([one], RESPONDENT_IDS) and (one,) not in found.values()]:
        cells = _cells(table, column)
        if all(re.fullmatch(r"\S+@\S+\.\w+", cell) for cell in cells):
            about = "email"
        elif snake(column).endswith("_id") and len(set(cells)) == len(table.rows):
            about = "id"
        else:
            continue
        if about not in {*found, *more, *refused}:
            more[about] = (column,)
    return more
