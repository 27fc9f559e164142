"""Which column of a table of words means what: told by the user's mapping, by its name, or by what its cells hold."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.answerers import with_answerer
from icp_voice.ingest.columns import attribute_names, check_keys, columns_hint, find_column, mapped_columns, snake
from icp_voice.ingest.dates import iso_date
from icp_voice.ingest.tables import Row, Table
from icp_voice.ingest.vocabulary import (
    COMMENTS,
    FORM_SIGNS,
    FORM_TEXTS,
    NO_ANSWER,
    OPENINGS,
    OURS,
    REVIEW_PARTS,
    REVIEW_SIGNS,
    SIDES,
    SYNONYMS,
    TEXTS,
    TICKET_SIGNS,
    is_question,
)
from icp_voice.model import Kind

KEYS = (
    *("text", "question", "account", "speaker", "role", "email", "date", "id", "title", "url", "kind", "segment"),
    *("conversation", "side"),
)
_FLAGS = frozenset("true false yes no y n 1 0 public private internal external".split())
# What the cells of a column must be for it to mean what its name says.
_ONLY: Mapping[str, Container[str]] = {"kind": frozenset(Kind), "side": SIDES, "public": _FLAGS, "private": _FLAGS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which column means what. `texts` pairs each column of words with the heading to be shown as its question.

    `comment` is the column of answers to what `texts` say; rows with one `conversation` belong together.
    """

    texts: tuple[tuple[str, str], ...]
    columns: Mapping[str, tuple[str, ...]]
    kind: Kind
    place: Mapping[str, int]
    attributes: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    comment: str = ""

    def value(self, row: Row, key: str) -> str:
        """Return what the row has under a key; several columns are joined by a space."""
        columns = self.columns.get(key)
        if not columns:
            return ""
        texts = [row.texts[self.place[column]] for column in columns]
        return " ".join(text for text in texts if text)


def find_layout(table: Table, mapping: Mapping[str, str]) -> Layout:
    """Find the columns by the user's mapping, their names or their cells; UnreadableFile where none holds words."""
    check_keys(mapping, KEYS)
    place = {column: index for index, column in enumerate(table.columns)}
    columns = _known_columns(table, mapping, place)
    warnings: list[str] = []
    texts = _texts(table, place, columns, mapping, warnings)
    comment = "" if mapping.get("text") else _comment(table.columns, columns, [column for column, _ in texts])
    if comment:
        texts = tuple((column, heading) for column, heading in texts if column != comment)
    columns = _conversing(table, place, columns, comment)
    kind = _kind(table.columns, [column for column, _ in texts], columns, mapping)
    columns = _job_titles(columns, kind)
    if kind is Kind.NOTE and not {"author", "respondent", "email", "kind"} & set(columns):
        warnings.append("No column says who wrote the rows. If customers did, say so: --map kind=survey")
    # A column that is joined with another to name the account says something of its own as well.
    single = {found[0] for found in columns.values() if len(found) == 1}
    used = {column for column, _ in texts} | single | {comment}
    names = attribute_names([column for column in table.columns if column not in used])
    segment = columns.get("segment", ())
    attributes = (*names, *((column, "segment") for column in segment))
    return Layout(
        texts=texts,
        columns=columns,
        kind=kind,
        place=place,
        attributes=attributes,
        warnings=tuple(warnings),
        comment=comment,
    )


def _known_columns(table: Table, mapping: Mapping[str, str], place: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Find all columns but those of words. A column means one thing only, whatever asks for it first."""
    columns: dict[str, tuple[str, ...]] = {}
    refused = {"respondent" if key == "speaker" else key for key, wanted in mapping.items() if not wanted}
    for key in KEYS:
        wanted = mapping.get(key)
        if wanted and key != "text" and not (key == "kind" and wanted in set(Kind)):
            columns["respondent" if key == "speaker" else key] = mapped_columns(table.columns, wanted, key)
    # Columns that are joined may mean something of their own as well.
    taken = {found[0] for found in columns.values() if len(found) == 1}
    if mapping.get("text"):
        taken |= set(mapped_columns(table.columns, mapping["text"], "text"))
    filled = [column for column in table.columns if any(row.texts[place[column]] for row in table.rows)]
    for key, synonyms in SYNONYMS.items():
        if key in columns or key in refused:
            continue
        # Whoever answers may be told by another column where the first such is empty.
        able = filled if key in ("respondent", "email", "account", "role") else table.columns
        found = find_column([column for column in able if column not in taken], synonyms)
        if found and (key not in _ONLY or _are_all(table, place[found], _ONLY[key])):
            columns[key] = (found,)
            taken.add(found)
    if "#" in place and "id" not in {*columns, *refused} and not _repeats(table, place["#"]):
        columns["id"] = ("#",)  # Typeform's
    free = [column for column in filled if column not in taken]
    return with_answerer(columns, table, free, refused)


def _are_all(table: Table, index: int, known: Container[str]) -> bool:
    found = {row.texts[index].lower() for row in table.rows if row.texts[index]}
    return bool(found) and all(one in known for one in found)


def _repeats(table: Table, index: int) -> bool:
    found = [row.texts[index] for row in table.rows if row.texts[index]]
    return len(set(found)) < len(found)


def _comment(names: Sequence[str], columns: Mapping[str, tuple[str, ...]], texts: Sequence[str]) -> str:
    """Return the column of answers to a ticket, where the ticket's own words stand in another."""
    if not any(snake(name) in OPENINGS for name in texts) or not {"author", "public", "moment"} & set(columns):
        return ""
    taken = {column for found in columns.values() for column in found}
    return find_column([name for name in names if name not in taken and snake(name) not in OPENINGS], COMMENTS) or ""


def _conversing(
    table: Table, place: Mapping[str, int], columns: dict[str, tuple[str, ...]], comment: str
) -> dict[str, tuple[str, ...]]:
    """Find out whether rows belong together: by a column for that, or because one ticket has a row for each answer."""
    given = columns.get("conversation", ())
    if given and not all(_repeats(table, place[column]) for column in given):
        columns = {key: found for key, found in columns.items() if key != "conversation"}
    role = columns.get("role", ())
    if len(role) == 1 and "side" not in columns and _are_all(table, place[role[0]], SIDES):
        columns = {**{key: found for key, found in columns.items() if key != "role"}, "side": role}
    told = comment or {"author", "side"} & set(columns)
    if "conversation" not in columns and "question" not in columns and told and (found := columns.get("id", ())):
        if len(found) == 1 and _repeats(table, place[found[0]]):
            columns = {**columns, "conversation": found}
    return columns


def _texts(
    table: Table,
    place: Mapping[str, int],
    columns: Mapping[str, tuple[str, ...]],
    mapping: Mapping[str, str],
    warnings: list[str],
) -> tuple[tuple[str, str], ...]:
    """Return the columns of words, each with its heading where that is to be read as a question."""
    if mapping.get("text"):
        chosen = mapped_columns(table.columns, mapping["text"], "text")
        return tuple((column, column if len(chosen) > 1 or is_question(column) else "") for column in chosen)
    taken = {column for found in columns.values() for column in found}
    free = [column for column in table.columns if column not in taken]
    named = find_column(free, TEXTS)
    if named and "question" in columns:
        return ((named, ""),)
    parts = [column for column in free if find_column([column], REVIEW_PARTS)]
    asked = [column for column in free if is_question(column) and _is_open(table, place[column])]
    prose = [column for column in free if not OURS.search(snake(column)) and _is_prose(table, place[column])]
    if parts:
        chosen = tuple(column for column in free if column in (*parts, named))
    elif asked or not named:
        chosen = tuple(column for column in free if column in (*asked, *prose, named))
    else:
        chosen = (named,)
        if others := [column for column in prose if column != named]:
            joined = "+".join([named, *others])
            warnings.append(f'"{", ".join(others)}" went to the attributes. For the words: --map "text={joined}"')
    if not chosen:
        if title := columns.get("title"):
            return ((title[0], ""),)
        hint = f"{columns_hint(table.columns)} Name one with --map text=COLUMN"
        raise UnreadableFile("no column with text", hint=hint)
    plain = len(chosen) == 1 and chosen[0] == named and not is_question(named)
    return tuple((column, "" if plain else column) for column in chosen)


def _is_open(table: Table, index: int) -> bool:
    """Tell whether the cells of a column are words, and not numbers, dates, yes and no, or addresses."""
    texts = [row.texts[index] for row in table.rows if row.texts[index]]
    values = [row.values[index] for row in table.rows if row.values[index] is not None]
    if not texts or not all(isinstance(value, str) for value in values) or iso_date(str(values[0])[:10]):
        return False
    return not {text.lower() for text in texts} <= {"yes", "no", "y", "n", "true", "false"} | NO_ANSWER


def _is_prose(table: Table, index: int) -> bool:
    texts = [text for row in table.rows[:500] if (text := row.texts[index]).lower() not in {"", *NO_ANSWER}]
    words = sum(len(text.split()) for text in texts)
    return bool(texts) and words >= 6 * len(texts) and _is_open(table, index)


def _kind(
    names: Sequence[str], texts: Sequence[str], columns: Mapping[str, tuple[str, ...]], mapping: Mapping[str, str]
) -> Kind:
    if mapping.get("kind") in set(Kind):
        return Kind(mapping["kind"])
    signs = {snake(name) for name in names}
    if signs & {*REVIEW_PARTS, *REVIEW_SIGNS} or {"rating", "title"} <= signs:
        return Kind.REVIEW
    if signs & TICKET_SIGNS:
        return Kind.TICKET
    if "conversation" in columns:
        return Kind.CHAT
    form = "question" in columns or len(texts) > 1 or signs & FORM_SIGNS or any(map(is_question, texts))
    if form or snake(texts[0]) in FORM_TEXTS:
        return Kind.SURVEY
    return Kind.SURVEY if {"respondent", "email", "role"} & set(columns) and "author" not in columns else Kind.NOTE


def _job_titles(columns: dict[str, tuple[str, ...]], kind: Kind) -> dict[str, tuple[str, ...]]:
    """In a survey, "Title" beside a person is that person's job."""
    title = columns.get("title", ("",))[0]
    person = {"respondent", "email"} & set(columns)
    if kind is not Kind.SURVEY or snake(title) != "title" or "role" in columns or not person:
        return columns
    return {**{key: found for key, found in columns.items() if key != "title"}, "role": (title,)}
