"""Rows of a table as documents: survey answers, tickets, reviews and notes, one document each.

Which column means what is told by its name, by what its cells hold, or by the user (`--map text=Comment`).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from icp_voice.errors import UnreadableFile, did_you_mean
from icp_voice.ingest.source import Source
from icp_voice.ingest.tables import (
    Row,
    Table,
    columns_hint,
    find_column,
    is_xlsx,
    iso_date,
    json_rows,
    mapped_columns,
    read_table,
    rows_named,
    snake,
)
from icp_voice.model import Document, Kind, Side, Speaker, Turn, Value

NAME = "table (csv, xlsx, json rows)"
SUFFIXES = (".csv", ".tsv", ".tab", ".xlsx", ".xls", ".jsonl", ".ndjson")
KEYS = ("text", "question", "account", "speaker", "role", "email", "date", "id", "title", "url", "kind", "segment")
ASKER = Speaker(name="Question", side=Side.VENDOR, reason="the question of the form")

_TEXTS = (
    *("text", "comment", "comments", "description", "body", "answer", "answer_text", "feedback", "verbatim"),
    *("message", "note", "notes", "content", "response", "response_text", "review", "review_text", "comment_text"),
    *("free_text", "open_text", "customer_comment", "additional_comments", "remarks", "remark", "quote", "details"),
)
_FORM_TEXTS = frozenset(
    "comment comments comment_text answer answer_text feedback verbatim response response_text".split()
)
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "question_text", "prompt", "survey_question"),
    "account": (
        *("account", "account_name", "company", "company_name", "organisation", "organization", "organisation_name"),
        *("organization_name", "requester_organisation", "requester_organization", "customer_company", "client"),
        *("customer", "employer"),
    ),
    "account_id": ("account_id", "company_id", "organization_id", "organisation_id", "customer_id"),
    "domain": ("domain", "company_domain", "account_domain", "website", "company_website"),
    "respondent": (
        *("respondent", "respondent_name", "requester", "requester_name", "reviewer", "reviewer_name", "reporter"),
        *("customer_name", "contact_name", "contact", "participant", "participant_name", "interviewee", "user_name"),
        *("username", "user", "full_name", "submitted_by", "respondent_id", "participant_id", "user_id", "name"),
    ),
    "author": ("author", "speaker", "author_name", "written_by", "from", "created_by", "owner"),
    "role": (
        *("role", "job_title", "position", "respondent_role", "reviewer_role", "reviewer_title", "contact_title"),
        *("user_role", "persona", "job_role"),
    ),
    "email": (
        *("email", "e_mail", "email_address", "respondent_email", "requester_email", "reviewer_email"),
        *("contact_email", "customer_email", "user_email", "from_email"),
    ),
    "date": (
        *("date", "created_at", "created", "created_date", "submitted_at", "submitted", "submission_date"),
        *("date_submitted", "review_date", "response_date", "timestamp", "completed_at", "end_date", "start_date"),
        *("opened_at", "opened", "published", "published_at", "created_time", "time", "updated_at"),
    ),
    "id": (
        *("id", "ticket_id", "response_id", "review_id", "note_id", "answer_id", "submission_id", "case_number"),
        *("case_id", "ticket_number", "ticket", "issue_key", "key", "number"),
    ),
    "title": ("subject", "title", "headline", "review_title", "ticket_subject", "summary"),
    "url": ("url", "link", "permalink", "ticket_url", "review_url", "href"),
    "kind": ("kind", "document_kind", "type"),
}
_REVIEW_PARTS = (
    *("pros", "cons", "pro", "con", "likes", "dislikes", "strengths", "weaknesses", "what_do_you_like_best"),
    *("what_do_you_dislike", "advice_to_management", "recommendations"),
)
_REVIEW_SIGNS = frozenset(("review", "review_text", "review_id", "reviewer", "reviewer_name", "stars", "star_rating"))
_TICKET_SIGNS = frozenset(
    (
        *("ticket", "ticket_id", "ticket_number", "ticket_url", "case_number", "case_id", "issue_key", "subject"),
        *("requester", "requester_name", "requester_email", "priority", "assignee"),
    )
)
_FORM_SIGNS = frozenset("respondent respondent_id response_id submission_id nps nps_score csat survey score".split())
_OURS = re.compile(
    r"internal|private|agent|resolution|reply|replies|vendor_response|our_|assignee|transcript|tags?$|url$"
)
_ASKS = re.compile(
    r"(what|how|why|which|where|who|when|do|does|did|is|are|can|could|would|have|has|if|please|describe|tell|any|anything)\b",
    re.IGNORECASE,
)
_NO_ANSWER = frozenset(
    (
        *("n/a", "na", "n.a.", "n.a", "n / a", "none", "nil", "null", "nan", "-", "--", "---", "\u2013", "\u2014"),
        *(".", "..", "...", "?", "/", "x", "#n/a", "no comment", "no comments", "no answer", "no response"),
        *("not applicable",),
    )
)
_ABOUT_YOU = (
    ("role", re.compile(r"\byour?\b.*\b(role|job|title|position)\b|\bjob title\b", re.IGNORECASE)),
    ("email", re.compile(r"\be-?mail\b", re.IGNORECASE)),
    ("respondent", re.compile(r"\b(your|full) name\b", re.IGNORECASE)),
    ("account", re.compile(r"\b(name of your|which|what) (company|organi[sz]ation|employer)\b", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which column means what. `texts` pairs each column of words with the heading to be shown as its question."""

    texts: tuple[tuple[str, str], ...]
    columns: Mapping[str, tuple[str, ...]]
    kind: Kind
    place: Mapping[str, int]
    attributes: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()

    def value(self, row: Row, key: str) -> str:
        """Return what the row has under a key; several columns are joined by a space."""
        columns = self.columns.get(key)
        if not columns:
            return ""
        texts = [row.texts[self.place[column]] for column in columns]
        return " ".join(text for text in texts if text)


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
    words = (*_TEXTS, *_REVIEW_PARTS)
    told = [column for column, _ in layout.texts if column.endswith("?") or _by_name([column], words)]
    known = len(told) + sum(bool(columns) for columns in layout.columns.values())
    # A line of prose has a comma here and there; the rows of a table are filled alike.
    even = len(table.columns) > 3 or sum(all(row.texts) for row in table.rows) * 2 >= len(table.rows)
    return (0.9 if known >= 2 else 0.4) if told and even else 0.0


# Which column is what ------------------------------------------------------------------------------------------------


def find_layout(table: Table, mapping: Mapping[str, str]) -> Layout:
    """Find the columns by the user's mapping, their names or their cells; UnreadableFile where none holds words."""
    _check_keys(mapping)
    place = {column: index for index, column in enumerate(table.columns)}
    columns = _known_columns(table, mapping, place)
    warnings: list[str] = []
    texts = _texts(table, place, columns, mapping, warnings)
    kind = _kind(table.columns, [column for column, _ in texts], columns, mapping)
    columns = _job_titles(columns, kind)
    if kind is Kind.NOTE and not {"author", "respondent", "email", "kind"} & set(columns):
        warnings.append("No column says who wrote the rows. If customers did, say so: --map kind=survey")
    # A column that is joined with another to name the account says something of its own as well.
    single = {found[0] for found in columns.values() if len(found) == 1}
    used = {column for column, _ in texts} | single
    names = _attribute_names([column for column in table.columns if column not in used])
    segment = columns.get("segment", ())
    attributes = (*names, *((column, "segment") for column in segment))
    return Layout(texts=texts, columns=columns, kind=kind, place=place, attributes=attributes, warnings=tuple(warnings))


def _check_keys(mapping: Mapping[str, str]) -> None:
    for key in mapping:
        if key not in KEYS:
            raise UnreadableFile(
                f'nothing is called "{key}" in a mapping', hint=f"Known: {', '.join(KEYS)}.{did_you_mean(key, KEYS)}"
            )


def _known_columns(table: Table, mapping: Mapping[str, str], place: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Find all columns but those of words. A column means one thing only, whatever asks for it first."""
    columns: dict[str, tuple[str, ...]] = {}
    for key in KEYS:
        wanted = mapping.get(key)
        if wanted and key != "text" and not (key == "kind" and wanted in set(Kind)):
            columns["respondent" if key == "speaker" else key] = mapped_columns(table.columns, wanted, key)
    # Columns that are joined may mean something of their own as well.
    taken = {found[0] for found in columns.values() if len(found) == 1}
    if mapping.get("text"):
        taken |= set(mapped_columns(table.columns, mapping["text"], "text"))
    for key, synonyms in _SYNONYMS.items():
        found = None if key in columns else find_column([c for c in table.columns if c not in taken], synonyms)
        if found and (key != "kind" or _are_kinds(table, place[found])):
            columns[key] = (found,)
            taken.add(found)
    _add_full_name(columns, table.columns)
    for column in table.columns:
        about = next((key for key, pattern in _ABOUT_YOU if _is_question(column) and pattern.search(column)), "")
        if about and about not in columns and column not in taken:
            columns[about] = (column,)
    return columns


def _add_full_name(columns: dict[str, tuple[str, ...]], names: Sequence[str]) -> None:
    first, last = _by_name(names, ("first_name", "firstname")), _by_name(names, ("last_name", "lastname", "surname"))
    if first and last and "respondent" not in columns:
        columns["respondent"] = (first, last)


def _are_kinds(table: Table, index: int) -> bool:
    found = {row.texts[index].lower() for row in table.rows if row.texts[index]}
    return bool(found) and found <= set(Kind)


def _by_name(columns: Sequence[str], synonyms: Iterable[str]) -> str | None:
    return find_column(columns, synonyms)


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
        return tuple((column, column if len(chosen) > 1 or _is_question(column) else "") for column in chosen)
    taken = {column for found in columns.values() for column in found}
    free = [column for column in table.columns if column not in taken]
    named = _by_name(free, _TEXTS)
    if named and "question" in columns:
        return ((named, ""),)
    parts = [column for column in free if _by_name([column], _REVIEW_PARTS)]
    asked = [column for column in free if _is_question(column) and _is_open(table, place[column])]
    prose = [column for column in free if not _OURS.search(snake(column)) and _is_prose(table, place[column])]
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
    plain = len(chosen) == 1 and chosen[0] == named and not _is_question(named)
    return tuple((column, "" if plain else column) for column in chosen)


def _is_question(header: str) -> bool:
    words = header.split()
    return header.rstrip().endswith("?") or len(words) >= 8 or (len(words) >= 4 and bool(_ASKS.match(header)))


def _is_open(table: Table, index: int) -> bool:
    """Tell whether the cells of a column are words, and not numbers, dates, yes and no, or addresses."""
    texts = [row.texts[index] for row in table.rows if row.texts[index]]
    values = [row.values[index] for row in table.rows if row.values[index] is not None]
    if not texts or not all(isinstance(value, str) for value in values) or iso_date(str(values[0])[:10]):
        return False
    return not {text.lower() for text in texts} <= {"yes", "no", "y", "n", "true", "false"} | _NO_ANSWER


def _is_prose(table: Table, index: int) -> bool:
    texts = [text for row in table.rows[:500] if (text := row.texts[index]).lower() not in {"", *_NO_ANSWER}]
    words = sum(len(text.split()) for text in texts)
    return bool(texts) and words >= 6 * len(texts) and _is_open(table, index)


def _kind(
    names: Sequence[str], texts: Sequence[str], columns: Mapping[str, tuple[str, ...]], mapping: Mapping[str, str]
) -> Kind:
    if mapping.get("kind") in set(Kind):
        return Kind(mapping["kind"])
    signs = {snake(name) for name in names}
    if signs & {*_REVIEW_PARTS, *_REVIEW_SIGNS} or {"rating", "title"} <= signs:
        return Kind.REVIEW
    if signs & _TICKET_SIGNS:
        return Kind.TICKET
    form = "question" in columns or len(texts) > 1 or signs & _FORM_SIGNS or any(map(_is_question, texts))
    if form or snake(texts[0]) in _FORM_TEXTS:
        return Kind.SURVEY
    return Kind.SURVEY if {"respondent", "email", "role"} & set(columns) and "author" not in columns else Kind.NOTE


def _job_titles(columns: dict[str, tuple[str, ...]], kind: Kind) -> dict[str, tuple[str, ...]]:
    """In a survey, "Title" beside a person is that person's job."""
    title = columns.get("title", ("",))[0]
    person = {"respondent", "email"} & set(columns)
    if kind is not Kind.SURVEY or snake(title) != "title" or "role" in columns or not person:
        return columns
    return {**{key: found for key, found in columns.items() if key != "title"}, "role": (title,)}


def _attribute_names(columns: Sequence[str]) -> list[tuple[str, str]]:
    seen: Counter[str] = Counter()
    names = []
    for column in columns:
        name = snake(column) or "column"
        seen[name] += 1
        names.append((column, name if seen[name] == 1 else f"{name}_{seen[name]}"))
    return names


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
        if text.lower().strip("()[] ") in _NO_ANSWER or not text:
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
