"""Rows of a JSON file: the objects of an array, of an object that wraps one, or of JSON lines, laid flat."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.cells import storable, tidy_number
from icp_voice.ingest.rows import Record, capped, rows_named
from icp_voice.limits import Limits
from icp_voice.model import Value

_WRAPPERS = (
    *("rows", "data", "items", "results", "records", "tickets", "reviews", "responses", "answers", "notes"),
    *("accounts", "companies", "organizations"),
)
_SPACE = re.compile(r"\s*")


def read_json_rows(text: str, most: int | None, told: list[str], limits: Limits) -> tuple[list[str], list[Record]]:
    """Return the names of all objects' values, and a row for each object; add to `told` what was left out."""
    bad: list[int] = []
    items: list[tuple[int, dict[str, Value]]] = []
    unit, found = json_rows(text)
    for number, item in itertools.islice(found, limits.rows + 1 if most is None else most):
        if isinstance(item, dict):
            items.append((number, _flat(item)))
        else:
            bad.append(number)
    if bad:
        told.append(f"No JSON objects, left out: {rows_named(bad, unit)}.")
    columns = list(dict.fromkeys(name for _, item in items for name in item))
    if not columns:
        raise UnreadableFile("no JSON objects in it")
    records = (Record(number=number, cells=[item.get(name) for name in columns], unit=unit) for number, item in items)
    return columns, list(capped(records, None, told, limits, headed=False))


def json_rows(text: str) -> tuple[str, Iterator[tuple[int, object]]]:
    """Return what the items are counted in (row or line), and the items with their number, broken ones as None.

    They are those of a JSON array, of an object that wraps one, or of JSON lines.
    """
    if text.lstrip().startswith("["):
        return "row", _array_items(text)
    lines = ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
    number, first = next(lines, (0, ""))
    item = _loaded(first)
    whole = item if item is not None and first.strip() == text.strip() else None if item is not None else _loaded(text)
    if isinstance(whole, dict):
        return "row", iter(enumerate(_wrapped(whole), 1))
    return "line", itertools.chain([(number, item)], ((number, _loaded(line)) for number, line in lines))


def _wrapped(item: dict[str, Any]) -> list[object]:
    """Return the rows of `{"tickets": [...]}`; any other object is a row itself."""
    for name in _WRAPPERS:
        rows = item.get(name)
        if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
            return rows
    return [item]


def _array_items(text: str) -> Iterator[tuple[int, object]]:
    decoder = json.JSONDecoder()
    position = text.index("[") + 1
    for number in itertools.count(1):
        position = _skipped(text, position)
        if text[position : position + 1] == "]":
            return
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            line = text.count("\n", 0, position) + 1
            raise UnreadableFile(f"broken JSON after line {line}") from error
        yield number, item
        position = _skipped(text, position)
        if text[position : position + 1] == ",":
            position += 1


def _skipped(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _flat(item: Mapping[str, Any], before: str = "", depth: int = 0) -> dict[str, Value]:
    """Lay nested objects flat (`requester.name`) and join lists of plain values with commas."""
    flat: dict[str, Value] = {}
    for name, value in item.items():
        if isinstance(value, dict) and depth < 3:
            flat |= _flat(value, f"{before}{name}.", depth + 1)
        else:
            flat[f"{before}{name}"] = _json_value(value)
    return flat


def _json_value(value: Any) -> Value:
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return ", ".join(str(one) for one in value) or None
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        return storable(value)
    return value if value is None or isinstance(value, bool) else tidy_number(value)
