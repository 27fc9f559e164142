"""Rows that belong to one conversation: the messages of a chat, or a ticket with a row for each answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from icp_voice.ingest.dates import iso_date
from icp_voice.ingest.layout import Layout
from icp_voice.ingest.row_words import (
    Left,
    attributes_of,
    date_of,
    hints_of,
    kind_of,
    row_document,
    speaker_of,
    written,
)
from icp_voice.ingest.tables import Row
from icp_voice.ingest.vendors.parts import People
from icp_voice.ingest.vocabulary import SIDES
from icp_voice.model import Document, Kind, Side, Speaker, Turn

_NO = frozenset(("false", "no", "n", "0", "private", "internal"))
_YES = frozenset(("true", "yes", "y", "1", "private", "internal"))


def documents_of(file: str, layout: Layout, rows: Sequence[Row], left: Left) -> Iterator[Document]:
    """Yield a document for each row that holds words, or for each conversation that rows belong to."""
    for group in _groups(layout, [row for row in rows if _is_open(layout, row, left)]):
        alone = "conversation" not in layout.columns and not layout.comment
        found = row_document(file, layout, group[0], left) if alone else _conversation(file, layout, group, left)
        if found:
            yield found


def _is_open(layout: Layout, row: Row, left: Left) -> bool:
    """Whether a row is for the customer's eyes; a ticket's own words stay, whatever is said of the answer beside them."""
    hidden = layout.value(row, "public").lower() in _NO or layout.value(row, "private").lower() in _YES
    left.private += hidden
    return not hidden or bool(layout.comment)


def _groups(layout: Layout, rows: Sequence[Row]) -> list[list[Row]]:
    if "conversation" not in layout.columns:
        return [[row] for row in rows]
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(layout.value(row, "conversation") or row.place, []).append(row)
    return [_in_time(layout, group) for group in groups.values()]


def _in_time(layout: Layout, rows: list[Row]) -> list[Row]:
    """Return rows in the order of their times, where all of them have one; else as they stand."""
    column = layout.columns.get("moment") or layout.columns.get("date")
    if not column:
        return rows
    times = [str(row.values[layout.place[column[0]]] or "") for row in rows]
    return [rows[at] for at in sorted(range(len(rows)), key=times.__getitem__)] if all(map(iso_date, times)) else rows


def _conversation(file: str, layout: Layout, rows: Sequence[Row], left: Left) -> Document | None:
    people = People()
    turns: list[Turn] = []
    said: set[str] = set()
    for row in rows:
        for speaker, text in _sayings(layout, row, left):
            if layout.comment and text in said:  # the ticket's own words stand in each of its rows
                continue
            said.add(text)
            turns.append(Turn(text=text, speaker=people.add(speaker.name, speaker).name))
    if not turns:
        left.wordless += [row.number for row in rows]
        return None
    first = rows[0]
    kind = kind_of(layout, first)
    speakers = people.in_order(turns)
    customer = next((one for one in speakers if one.side is Side.CUSTOMER), Speaker(name=""))
    emails = dict.fromkeys(one.email for one in speakers if one.email and one.side is not Side.VENDOR)
    return Document(
        file=file,
        place=first.place if len(rows) == 1 else f"{first.place} and {len(rows) - 1} more",
        kind=kind,
        title=layout.value(first, "title"),
        date=date_of(layout, first, left),
        url=layout.value(first, "url"),
        speakers=speakers,
        turns=tuple(turns),
        hints=tuple(dict.fromkeys((*hints_of(layout, first, customer), *emails))),
        identity=layout.value(first, "conversation") or layout.value(first, "id"),
        attributes=attributes_of(layout, first),
    )


def _sayings(layout: Layout, row: Row, left: Left) -> Iterator[tuple[Speaker, str]]:
    """Yield who says what in a row: the ticket's words are the requester's, the comment its author's."""
    speaker = _speaker(layout, row)
    if speaker is None:
        left.machines += 1
        return
    opener = _requester(layout, row) if layout.comment else speaker
    for column, _ in layout.texts:
        if text := written(layout, row.texts[layout.place[column]]):
            yield opener, text
    hidden = layout.value(row, "public").lower() in _NO or layout.value(row, "private").lower() in _YES
    if layout.comment and not hidden and (text := written(layout, row.texts[layout.place[layout.comment]])):
        yield (opener if speaker.name == opener.name else speaker), text


def _requester(layout: Layout, row: Row) -> Speaker:
    columns = {key: found for key, found in layout.columns.items() if key != "author"}
    return speaker_of(replace(layout, columns=columns), row, Kind.TICKET)


def _speaker(layout: Layout, row: Row) -> Speaker | None:
    """Return who wrote a message, None for a machine; the side is that which the row states."""
    stated = SIDES.get(layout.value(row, "side").lower(), "")
    if stated == "bot":
        return None
    columns = dict(layout.columns)
    if "author" in columns:
        columns.pop("respondent", None)
        if layout.comment:
            columns.pop("email", None)
    speaker = speaker_of(replace(layout, columns=columns), row, Kind.NOTE)
    if not stated:
        return replace(speaker, company="")
    name = speaker.name if speaker.name != "Author" else stated.capitalize()
    said = layout.value(row, "side").lower()
    return replace(speaker, name=name, side=Side(stated), reason=f"the row says: {said}")
