"""Rows of a table as documents: survey answers, tickets, reviews and notes, one document each."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.columns import columns_hint, find_column, snake
from icp_voice.ingest.dates import iso_date
from icp_voice.ingest.json_rows import json_rows
from icp_voice.ingest.layout import Layout, find_layout
from icp_voice.ingest.rows import rows_named
from icp_voice.ingest.sheets import is_xlsx
from icp_voice.ingest.source import Source
from icp_voice.ingest.tables import Row, Table, read_table
from icp_voice.ingest.vocabulary import NO_ANSWER, REVIEW_PARTS, TEXTS
from icp_voice.model import Document, Kind, Side, Speaker, Turn, Value

NAME = "table (csv, xlsx, json rows)"
SUFFIXES = (".csv", ".tsv", ".tab", ".xlsx", ".xls", ".jsonl", ".ndjson")
ASKER = Speaker(name="Question", side=Side.VENDOR, reason="the question of the form")


@dataclass(slots=True)
class _Left:
    """What was left out, to be told once."""

    unanswered: int = 0
    wordless: list[int] = field(default_factory=list)
    dateless: list[int] = field(default_factory=list)

    def warnings(self, layout: Layout, unit: str) -> list[str]:
        told = []
        if self.wordless:
            noun = unit if len(self.wordless) == 1 else f"{unit}s"
            told.append(f"{len(self.wordless):,} {noun} without words left out ({rows_named(self.wordless, unit)}).")
        if self.unanswered and len(layout.texts) > 1:
            noun = "answer" if self.unanswered == 1 else "answers"
            told.append(f'{self.unanswered:,} empty or "n/a" {noun} left out.')
        if self.dateless:
            told.append(f"{len(self.dateless):,} unclear dates left out ({rows_named(self.dateless, unit)}).")
        return told


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
    """Return a document for each row that holds words."""
    table = read_table(source)
    layout = find_layout(table, source.mapping)
    left = _Left()
    documents = [document for row in table.rows if (document := _document(source.file, layout, row, left))]
    if not documents:
        raise UnreadableFile("no row with words in it", hint=columns_hint(table.columns))
    told = (*table.warnings, *layout.warnings, *left.warnings(layout, table.rows[0].unit))
    return [replace(documents[0], warnings=told), *documents[1:]]


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
    return (0.9 if known >= 2 else 0.4) if told and even else 0.0


# A row ---------------------------------------------------------------------------------------------------------------


def _document(file: str, layout: Layout, row: Row, left: _Left) -> Document | None:
    answers = _answers(layout, row, left)
    if not answers:
        left.wordless.append(row.number)
        return None
    kind = _row_kind(layout, row)
    speaker = _speaker(layout, row, kind)
    turns: list[Turn] = []
    for heading, text in answers:
        if heading:
            turns.append(Turn(text=heading, speaker=ASKER.name))
        turns.append(Turn(text=text, speaker=speaker.name))
    asked = any(heading for heading, _ in answers)
    return Document(
        file=file,
        place=row.place,
        kind=kind,
        title=layout.value(row, "title") if layout.columns.get("title") != (layout.texts[0][0],) else "",
        date=_date(layout, row, left),
        url=layout.value(row, "url"),
        speakers=(ASKER, speaker) if asked else (speaker,),
        turns=tuple(turns),
        hints=_hints(layout, row, speaker),
        identity=layout.value(row, "id") or layout.value(row, "respondent"),
        attributes=_attributes(layout, row),
    )


def _answers(layout: Layout, row: Row, left: _Left) -> list[tuple[str, str]]:
    """Return the row's (question, answer) pairs; no question is an empty string."""
    question = folded(layout.value(row, "question"))
    answers = []
    for column, heading in layout.texts:
        text = folded(row.texts[layout.place[column]])
        if text.lower().strip("()[] ") in NO_ANSWER or not text:
            left.unanswered += 1
        else:
            answers.append((question or folded(heading), text))
    if not answers and layout.kind is Kind.TICKET and (title := folded(layout.value(row, "title"))):
        return [("", title)]
    return answers


def folded(text: str) -> str:
    """Fold white space inside lines, and several empty lines into one."""
    lines = [" ".join(line.split()) for line in text.replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _row_kind(layout: Layout, row: Row) -> Kind:
    said = layout.value(row, "kind").lower()
    return Kind(said) if said in set(Kind) else layout.kind


def _speaker(layout: Layout, row: Row, kind: Kind) -> Speaker:
    """Return who wrote the row: a customer if the row names a respondent, or if only customers fill in such forms."""
    email = layout.value(row, "email")
    respondent, author = layout.value(row, "respondent"), layout.value(row, "author")
    # A note is written about a contact, not by one.
    named = author or respondent if kind is Kind.NOTE else respondent or author
    mail = next((value for value in (email, named) if re.fullmatch(r"\S+@\S+\.\w+", value)), "")
    side, reason = Side.UNKNOWN, ""
    if kind is not Kind.NOTE and (respondent or email):
        side, reason = Side.CUSTOMER, "the row's respondent"
    elif kind in (Kind.SURVEY, Kind.REVIEW) or (kind is Kind.TICKET and not author):
        side, reason = Side.CUSTOMER, f"who writes a {kind} is a customer"
    company = layout.value(row, "account") if len(layout.columns.get("account", ())) == 1 else ""
    return Speaker(
        name=_name(named, mail, layout.value(row, "id") or str(row.number), side),
        side=side,
        role=layout.value(row, "role"),
        email=mail,
        company=company if side is Side.CUSTOMER else "",
        reason=reason,
    )


def _name(said: str, mail: str, number: str, side: Side) -> str:
    if said and re.search(r"[^\W\d_]", said):
        return " ".join(said.split())
    if said:
        return f"Respondent {said}"
    return mail or (f"Respondent {number}" if side is Side.CUSTOMER else "Author")


def _date(layout: Layout, row: Row, left: _Left) -> str:
    text = layout.value(row, "date")
    if not text:
        return ""
    value = row.values[layout.place[layout.columns["date"][0]]]
    date = iso_date(str(value)) or iso_date(text)
    if not date:
        left.dateless.append(row.number)
    return date


def _attributes(layout: Layout, row: Row) -> dict[str, Value]:
    found = ((name, row.values[layout.place[column]]) for column, name in layout.attributes)
    return {name: value for name, value in found if value is not None}


def _hints(layout: Layout, row: Row, speaker: Speaker) -> tuple[str, ...]:
    """Return what the row says of its account, the plainest first."""
    said = [layout.value(row, key) for key in ("account", "account_id", "domain")]
    return tuple(dict.fromkeys(hint for hint in (*said, speaker.email) if hint))
