"""The codebook's file changed entry by entry: what stands in the others, comments included, stays as it was."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from icp_voice import home
from icp_voice.errors import SettingsError, unknown
from icp_voice.settings.checked import check
from icp_voice.settings.codebook import FILE, SHIPPED, Category, checked_categories, load_codebook
from icp_voice.settings.toml_file import as_item, write_whole

_LISTS = ("asked_as", "interview_questions", "examples", "counter_examples")
_NEEDED = ("name", "title", "definition", "question")
_HEADER = re.compile(r"\s*\[\[\s*category\s*\]\]\s*(?:#.*)?")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One category with its text: the comments above it, its table, and what follows it."""

    name: str
    text: str


def draft(given: Mapping[str, object] | Category, known: Iterable[Category], *, trying: bool = False) -> Category:
    """Return a checked category out of what a form holds; of one that is known, only what is given changes.

    Lists may be texts with one sentence a line. `trying` asks for no more than one example. SettingsError names the
    key as its `field`.
    """
    if isinstance(given, Category):
        given = given.model_dump()
    name = str(given.get("name", "")).strip()
    before = next((one.model_dump() for one in known if one.name == name), {})
    values = {**before, **{key: _plain(key, value) for key, value in given.items()}}
    where = f'{FILE}, category "{name}"'
    for key in () if trying else _NEEDED:
        if not values.get(key):
            raise SettingsError(f"{where}: {key} is empty.", hint="Say it in a few words.", field=key)
    filled = {key: values.get(key) or name for key in _NEEDED} if trying else {}
    category = check(Category, {**values, **filled}, where=where)
    twice = set(category.examples) & set(category.counter_examples)
    if twice:
        raise SettingsError(
            f"{where}: {len(twice)} sentences are examples and counter-examples at once.",
            hint="Take them out of one of the two.",
            field="counter_examples",
        )
    if trying and not category.examples:
        raise SettingsError(f"{where}: there is no example to learn from.", hint="Give one.", field="examples")
    return category


def put_category(workspace: Path, category: Category) -> None:
    """Write a category into the workspace's codebook, in its place or at the end; what does not fit is not written."""
    head, entries = _read(workspace)
    new = _Entry(category.name, _changed("[[category]]\n", category))
    known = {entry.name for entry in entries}
    done = [
        _Entry(entry.name, _changed(entry.text, category)) if entry.name == category.name else entry
        for entry in entries
    ]
    _write(workspace, head, done if category.name in known else [*done, new])


def remove_category(workspace: Path, name: str) -> bool:
    """Take a category out: one of the workspace's own leaves the file, a shipped one is hidden. Return if it is kept."""
    head, entries = _read(workspace)
    _known(name, entries)
    if name not in SHIPPED:
        _write(workspace, head, [entry for entry in entries if entry.name != name])
        return False
    hide_category(workspace, name, hidden=True)
    return True


def hide_category(workspace: Path, name: str, *, hidden: bool) -> None:
    """Let a category be looked for no more, or again."""
    head, entries = _read(workspace)
    _known(name, entries)
    _write(workspace, head, [_hidden(entry, hidden) if entry.name == name else entry for entry in entries])


def order_categories(workspace: Path, names: Sequence[str]) -> None:
    """Put the categories into this order; those not named come after, as they stood."""
    head, entries = _read(workspace)
    for name in names:
        _known(name, entries)
    place = {name: at for at, name in enumerate(names)}
    _write(workspace, head, sorted(entries, key=lambda entry: place.get(entry.name, len(place))))


def _plain(key: str, value: object) -> object:
    if key in _LISTS:
        lines = value.splitlines() if isinstance(value, str) else value if isinstance(value, list | tuple) else [value]
        return tuple(dict.fromkeys(line for one in lines if (line := " ".join(str(one).split()))))
    return " ".join(value.split()) if isinstance(value, str) else value


def _known(name: str, entries: Sequence[_Entry]) -> None:
    if name not in {entry.name for entry in entries}:
        raise unknown("category", name, [entry.name for entry in entries])


def _read(workspace: Path) -> tuple[str, list[_Entry]]:
    """Return what stands above the first category, and the entries."""
    text = home.find("pipelines", FILE, workspace).read_text("utf-8")
    table = tomllib.loads(text)
    checked_categories(table)
    head, texts = _cut(text)
    read = [_entry_in(one) for one in texts]
    if read != table["category"] or tomllib.loads(head):
        # Written as inline tables, or with such a line inside a text: entries are written anew, without comments.
        head, texts = "", [_changed("[[category]]\n", Category(**entry)) for entry in table["category"]]
    return head, [_Entry(entry["name"], one) for entry, one in zip(table["category"], texts, strict=True)]


def _cut(text: str) -> tuple[str, list[str]]:
    """Cut before each category, and before the comment lines right above it."""
    lines = text.splitlines(keepends=True)
    starts: list[int] = []
    for at, line in enumerate(lines):
        if _HEADER.fullmatch(line.rstrip("\r\n")):
            while starts and at - 1 > starts[-1] and lines[at - 1].startswith("#"):
                at -= 1
            starts.append(at)
    ends = [*starts[1:], len(lines)]
    return "".join(lines[: starts[0] if starts else len(lines)]), [
        "".join(lines[start:end]) for start, end in zip(starts, ends, strict=True)
    ]


def _entry_in(text: str) -> dict[str, Any] | None:
    try:
        entries = tomllib.loads(text).get("category", [])
    except tomllib.TOMLDecodeError:
        return None
    return entries[0] if len(entries) == 1 else None


def _changed(text: str, category: Category) -> str:
    document = tomlkit.parse(text)
    table: Any = document["category"][0]
    defaults = {name: field.default for name, field in Category.model_fields.items()}
    for key, value in category.model_dump().items():
        wanted = list(value) if isinstance(value, tuple) else value
        if (key not in table and value == defaults[key]) or (key in table and table[key] == wanted):
            continue
        table[key] = as_item(value)
    return tomlkit.dumps(document)


def _hidden(entry: _Entry, hidden: bool) -> _Entry:
    document = tomlkit.parse(entry.text)
    table: Any = document["category"][0]
    table.pop("hidden", None)
    if hidden:
        table["hidden"] = True
    return _Entry(entry.name, tomlkit.dumps(document))


def _write(workspace: Path, head: str, entries: Sequence[_Entry]) -> None:
    """Write the file if what it would say is allowed."""
    blocks = [block for block in (head.rstrip("\n"), *(entry.text.strip("\n") for entry in entries)) if block]
    text = "\n\n".join(blocks) + "\n"
    checked_categories(tomllib.loads(text))
    path = workspace / "pipelines" / FILE
    before = path.read_text("utf-8") if path.is_file() else None
    write_whole(path, text)
    try:
        load_codebook(workspace)
    except SettingsError:
        # A file of examples beside it may name a category that goes.
        path.unlink() if before is None else write_whole(path, before)
        raise
