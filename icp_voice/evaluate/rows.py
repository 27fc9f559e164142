"""Rows of a file to measure on, and what is wrong with some of them: a bad row is told, and costs the others nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from icp_voice.errors import IcpVoiceError, UnreadableFile, did_you_mean
from icp_voice.ingest.csv_rows import read_csv
from icp_voice.ingest.source import Source
from icp_voice.limits import Limits

T = TypeVar("T")
ENDINGS = (".jsonl", ".ndjson", ".csv", ".tsv", ".json")
PAIR = ("text", "label")


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `where` says which ("line 7"), `cells` that it is of a table, where all values are texts."""

    where: str
    fields: Mapping[str, Any]
    cells: bool = False


class BadRow(Exception):
    """What is wrong with one row, without the words in it."""


def read_rows(path: Path) -> tuple[list[Row], list[str]]:
    """Return the rows of a JSONL, CSV, TSV or JSON file, and what is wrong with those that could not be read."""
    if path.is_dir():
        raise UnreadableFile(f"{path} is a folder.", hint=f"Name one file in it; allowed: {', '.join(ENDINGS)}.")
    if path.suffix.lower() not in ENDINGS:
        raise UnreadableFile(
            f"{path.name}: rows are not read from such a file.", hint=f"Allowed: {', '.join(ENDINGS)}."
        )
    text = _text(path)
    if path.suffix.lower() == ".json":
        return kept(_splits(path, text), lambda row: Row(row.where, _fields(row.fields["row"])), path)
    if path.suffix.lower() in {".csv", ".tsv"}:
        return _table(path, text)
    lines = (Row(f"line {n}", {"line": line}) for n, line in enumerate(text.split("\n"), start=1) if line.strip())
    return kept(lines, lambda row: Row(row.where, _fields(_parsed(row.fields["line"]))), path)


def kept(rows: Iterable[Row], read: Callable[[Row], T], path: Path) -> tuple[list[T], list[str]]:
    """Return what `read` makes of the rows and what is wrong with the others; raise if no row is left."""
    good: list[T] = []
    problems: list[str] = []
    for row in rows:
        try:
            good.append(read(row))
        except BadRow as error:
            problems.append(f"{path.name} {row.where}: {error}")
    if not good:
        first = f" The first: {problems[0]}." if problems else ""
        raise UnreadableFile(f"{path.name}: there is no row to measure on.{first}")
    return good, problems


def column(rows: Sequence[Row], name: str, path: Path, option: str) -> None:
    """Raise if no row has a column of this name."""
    known = list(dict.fromkeys(key for row in rows for key in row.fields))
    if name not in known:
        raise IcpVoiceError(
            f'{path.name}: no column "{name}" ({option}).',
            hint=f"Known: {', '.join(known)}.{did_you_mean(name, known)}",
        )


def said(row: Row, name: str) -> str:
    """Return the words in a column, which must not be empty."""
    value = row.fields.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadRow(f'"{name}" is missing or empty')
    return value.strip()


def read_json(path: Path) -> Any:
    """Return what a JSON file holds."""
    try:
        return json.loads(_text(path))
    except ValueError as error:
        raise UnreadableFile(f"{path.name}: not valid JSON.") from error


def _text(path: Path) -> str:
    try:
        return Source(file=path.name, data=path.read_bytes()).text
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be opened: {error.strerror}.") from error


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise BadRow("not valid JSON") from error


def _fields(value: Any) -> Mapping[str, Any]:
    """Return an object as it is, and a pair of strings as text and label."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and len(value) == 2:
        return dict(zip(PAIR, value, strict=True))
    raise BadRow("not an object")


def _splits(path: Path, text: str) -> Iterator[Row]:
    """Yield the rows of a JSON file: a list, or an object whose values are lists, as data sets in parts have it."""
    try:
        table = json.loads(text)
    except ValueError as error:
        raise UnreadableFile(f"{path.name}: not valid JSON.") from error
    parts = table if isinstance(table, dict) else {"row": table}
    for name, part in parts.items():
        if not isinstance(part, list):
            raise UnreadableFile(f"{path.name}: not a list of rows, nor an object of such lists.")
        for number, row in enumerate(part, start=1):
            yield Row(f"{name} {number}", {"row": row})


def _table(path: Path, text: str) -> tuple[list[Row], list[str]]:
    told: list[str] = []
    records, _ = read_csv(text, None, told, Limits())
    if len(records) < 2:
        raise UnreadableFile(f"{path.name}: there is no row to measure on.", hint="The first line names the columns.")
    names = [str(cell or "").strip() for cell in records[0].cells]
    rows = [
        Row(f"row {one.number}", dict(zip(names, (cell or "" for cell in one.cells), strict=False)), cells=True)
        for one in records[1:]
    ]
    return rows, [f"{path.name}: {problem}" for problem in told]
