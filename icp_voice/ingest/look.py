"""A look at a file before anything of it is kept: its format, what it brings, and what its columns are taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from icp_voice.errors import UnreadableFile
from icp_voice.ingest import crm, formats
from icp_voice.ingest.columns import find_column, snake
from icp_voice.ingest.formats import coded, table
from icp_voice.ingest.layout import KEYS, Layout, find_layout
from icp_voice.ingest.source import Source
from icp_voice.ingest.tables import Table, read_table

SAMPLES: Final = 3
LONGEST_SAMPLE: Final = 80
MOST_COLUMNS: Final = 200
ATTRIBUTE: Final = "attribute"

# What a list of companies says of them; a table of what people said has few of these.
_FIRMOGRAPHIC: Final = (
    *("industry", "sector", "employees", "employee_count", "number_of_employees", "headcount", "company_size", "size"),
    *("revenue", "annual_revenue", "arr", "arr_usd", "acv", "acv_usd", "mrr", "country", "region", "plan", "tier"),
    *("status", "lifecycle_stage", "account_owner", "owner", "customer_since", "erp", "city", "billing_country"),
    *("account_status", "account_type", "contract_value", "renewal_date", "billing_city", "hq", "founded"),
)
# What such a list says in sentences is about the companies, and not said by them.
_ABOUT: Final = frozenset("description about notes note comments remarks details tags address".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column with some of its cells and what it is taken for: a field, "attribute", or empty where it is left out."""

    name: str
    samples: tuple[str, ...] = ()
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a file is. `fields` are what a column can be chosen for; `error` says why nothing of it can be read."""

    format: str = ""
    purpose: Literal["", "documents", "accounts", "project"] = ""
    columns: tuple[Column, ...] = ()
    fields: tuple[str, ...] = ()
    error: str = ""
    hint: str = ""


def look_at(source: Source, purpose: str = "") -> Look:
    """Say what a file is; a person may have said for which `purpose` it comes."""
    try:
        found = formats.detect(source)
    except UnreadableFile as error:
        return Look(error=error.message, hint=error.hint)
    if found.NAME == coded.NAME:
        return Look(format=found.NAME, purpose="project")
    if found.NAME != table.NAME:
        return Look(format=found.NAME, purpose="documents")
    try:
        rows = read_table(source)
    except UnreadableFile as error:
        return Look(format=found.NAME, purpose="documents", error=error.message, hint=error.hint)
    if purpose == "accounts" or (purpose != "documents" and looks_like_accounts(rows)):
        return _as_accounts(source, rows)
    return _as_words(source, rows)


def looks_like_accounts(table: Table) -> bool:
    """Whether a table lists companies, and not what people said: a company in each row, each but once, and no words.

    Sentences about a company, such as its description, are no words of its people.
    """
    try:
        columns = crm.account_columns(table.columns, {})
    except UnreadableFile:
        return False
    place = table.columns.index(columns["name"])
    names = [row.texts[place] for row in table.rows if row.texts[place]]
    if not names or len(set(names)) < 0.9 * len(names):
        return False
    known = bool({"id", "domain"} & columns.keys())
    signs = sum(bool(find_column([column], _FIRMOGRAPHIC)) for column in table.columns)
    words = _words(table)
    if not words:
        return known or signs > 0
    return known and signs >= 2 and all(snake(column) in _ABOUT for column in words)


def _words(table: Table) -> list[str]:
    """Return the columns in which somebody says something; a bare heading is none."""
    try:
        layout = find_layout(table, {})
    except UnreadableFile:
        return []
    titled = layout.columns.get("title", ())
    return [column for column, _ in layout.texts if column not in titled]


def _as_accounts(source: Source, table_: Table) -> Look:
    error = hint = ""
    columns: Mapping[str, str] = {}
    try:
        columns = crm.account_columns(table_.columns, source.mapping)
    except UnreadableFile as refused:
        error, hint = refused.message, refused.hint
    meanings = {column: key for key, column in columns.items()}
    shown = _columns(table_, meanings)
    return Look(
        format=table.NAME,
        purpose="accounts",
        columns=shown,
        fields=crm.KEYS,
        error=error,
        hint=hint,
    )


def _as_words(source: Source, table_: Table) -> Look:
    meanings: Mapping[str, str] = {}
    error = hint = ""
    try:
        meanings = _meanings(find_layout(table_, source.mapping))
    except UnreadableFile as refused:
        error, hint = refused.message, refused.hint
    return Look(
        format=table.NAME,
        purpose="documents",
        columns=_columns(table_, meanings),
        fields=KEYS,
        error=error,
        hint=hint,
    )


def _meanings(layout: Layout) -> dict[str, str]:
    """Return column -> what it is taken for; words come before what a column says beside them."""
    found = {column: "text" for column, _ in layout.texts}
    if layout.comment:
        found[layout.comment] = "answer"
    for key, columns in layout.columns.items():
        for column in columns:
            found.setdefault(column, "speaker" if key == "respondent" else key)
    return found


def _columns(table_: Table, meanings: Mapping[str, str]) -> tuple[Column, ...]:
    return tuple(
        Column(name=name, samples=_samples(table_, place), meaning=meanings.get(name, ATTRIBUTE))
        for place, name in enumerate(table_.columns[:MOST_COLUMNS])
    )


def _samples(table_: Table, place: int) -> tuple[str, ...]:
    """Return the first cells of a column that say something, each once and not too long."""
    found: dict[str, None] = {}
    for row in table_.rows[:200]:
        text = " ".join(row.texts[place].split())
        if text:
            found.setdefault(text if len(text) <= LONGEST_SAMPLE else text[: LONGEST_SAMPLE - 1] + "…")
        if len(found) == SAMPLES:
            break
    return tuple(found)


def mapping_of(meanings: Sequence[tuple[str, str]], fields: Sequence[str]) -> dict[str, str]:
    """Return field -> column for columns whose meaning a person has gone through; what has none is left out for good."""
    chosen: dict[str, str] = {}
    for column, meaning in meanings:
        if meaning in fields:
            chosen[meaning] = f"{chosen[meaning]}+{column}" if meaning in chosen else column
    return {field: chosen.get(field, "") for field in fields}
