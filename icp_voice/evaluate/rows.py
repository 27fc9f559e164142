"""Rows of a file to measure on, and what is wrong with some of them: a bad row is told, and costs the others nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from icp_voice.errors import IcpVoiceError, UnreadableFile, did_you_mean
from icp_voice.ingest import source
from icp_voice.ingest.csv_rows import read_csv
from icp_voice.limits import Limits
from icp_voice.surrogates import replace_surrogates_in

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
    """What is wrong with one row, or with a file that is one, without the words in it."""


def read_rows(path: Path, form: str) -> tuple[list[Row], list[str]]:
    """Return the rows of a JSONL, CSV, TSV or JSON file, and what is wrong with those that could not be read.

    `form` says what a row looks like, for whoever has a file without one.
    """
    if path.is_dir():
        raise UnreadableFile(f"{path} is a folder.", hint=f"Name one file in it; allowed: {', '.join(ENDINGS)}.")
    if path.suffix.lower() not in ENDINGS:
        raise UnreadableFile(
            f"{path.name}: rows are not read from such a file.", hint=f"Allowed: {', '.join(ENDINGS)}."
        )
    try:
        return _read(path, form)
    except BadRow as error:
        raise UnreadableFile(f"{path}: {error}.", hint=form) from error


def _read(path: Path, form: str) -> tuple[list[Row], list[str]]:
    if path.suffix.lower() == ".json":
        return kept(_splits(read_json(path)), lambda row: Row(row.where, _fields(row.fields["row"])), path, form)
    text = _text(path)
    if path.suffix.lower() in {".csv", ".tsv"}:
        return _table(path, text, form)
    if _is_array(text):
        raise BadRow("it is one JSON array; write one object per line, or let the name of the file end in .json")
    lines = (Row(f"line {n}", {"line": line}) for n, line in enumerate(text.split("\n"), start=1) if line.strip())
    return kept(lines, lambda row: Row(row.where, _fields(parsed(row.fields["line"]))), path, form)


def kept(rows: Iterable[Row], read: Callable[[Row], T], path: Path, form: str) -> tuple[list[T], list[str]]:
    """Return what `read` makes of the rows and what is wrong with the others; raise, with their form, if no row is left."""
    good: list[T] = []
    problems: list[str] = []
    for row in rows:
        try:
            good.append(read(row))
        except BadRow as error:
            problems.append(f"{path.name} {row.where}: {error}")
    if not good:
        first = f" The first: {problems[0]}." if problems else ""
        raise UnreadableFile(f"{path.name}: there is no row to measure on.{first}", hint=form)
    return good, problems


def must_be_folder(folder: Path, hint: str) -> None:
    """Raise if there is no folder of this name; `hint` says what it should hold."""
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        raise UnreadableFile(f"{folder} {what}.", hint=hint)


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
    return parsed(_text(path))


def parsed(text: str) -> Any:
    """Return what JSON says, without lone surrogates, which no model can read."""
    try:
        return replace_surrogates_in(source.read_json(text))
    except UnreadableFile as error:
        raise BadRow("not valid JSON") from error


def _text(path: Path) -> str:
    try:
        return source.Source(file=path.name, data=path.read_bytes()).text
    except OSError as error:
        raise BadRow(f"it cannot be opened: {error.strerror}") from error
    except UnreadableFile as error:
        raise BadRow(error.message) from error


def _is_array(text: str) -> bool:
    """Tell whether a text is one JSON array of rows, and not a line with a pair of strings."""
    if not text.lstrip().startswith("["):
        return False
    try:
        value = parsed(text)
    except BadRow:
        return False
    return isinstance(value, list) and any(isinstance(row, dict | list) for row in value)


def _fields(value: Any) -> Mapping[str, Any]:
    """Return an object as it is, and a pair of strings as text and label."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and len(value) == 2:
        return dict(zip(PAIR, value, strict=True))
    raise BadRow("not an object")


def _splits(table: Any) -> Iterator[Row]:
    """Yield the rows of a JSON file: a list, or an object whose values are lists, as data sets in parts have it."""
    parts = table if isinstance(table, dict) else {"row": table}
    for name, part in parts.items():
        if not isinstance(part, list):
            raise BadRow("not a list of rows, nor an object of such lists")
        for number, row in enumerate(part, start=1):
            yield Row(f"{name} {number}", {"row": row})


def _table(path: Path, text: str, form: str) -> tuple[list[Row], list[str]]:
    told: list[str] = []
    try:
        records, _ = read_csv(text, None, told, Limits())
    except UnreadableFile as error:
        raise BadRow(error.message) from error
    if len(records) < 2:
        raise UnreadableFile(
            f"{path.name}: there is no row to measure on.", hint=f"The first line names the columns. {form}"
        )
    names = [str(cell or "").strip() for cell in records[0].cells]
    twice = [name for name, times in Counter(names).items() if name and times > 1]
    if twice:
        raise BadRow(f'several columns have the name "{twice[0]}"; give each its own, or take one out')
    rows = [
        Row(f"row {one.number}", dict(zip(names, (cell or "" for cell in one.cells), strict=False)), cells=True)
        for one in records[1:]
    ]
    return rows, [f"{path.name}: {problem}" for problem in told]
