"""The settings as a page shows them: every field with its title, help, kind and value; and how they are changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from icp_voice.errors import SettingsError, did_you_mean
from icp_voice.limits import Limits
from icp_voice.model import Value
from icp_voice.settings.checked import check, read_toml
from icp_voice.settings.settings import FILE, Settings
from icp_voice.settings.toml_file import changed, write_whole

Given = Value | list[str] | tuple[str, ...]
# What one line of a list holds; a form's text area gives them all at once.
LISTS = frozenset({"domains", "people", "competitors"})
# A source's settings are its own; they stand on the page of sources.
ELSEWHERE = frozenset({"connectors"})

_LIMITS: Mapping[str, tuple[str, str]] = {
    "memory_mb": ("Memory", "What the process that reads a file may take, in MB."),
    "cpu_seconds": ("Computing time", "Seconds of computing that one file may take."),
    "seconds": ("Time", "Seconds that one file may take, waiting included."),
    "file_mb": ("Size of a file", "In MB. A larger one is not read."),
    "unpacked_mb": ("Size of an archive", "What a ZIP archive may unpack to, in MB."),
    "members": ("Files in an archive", "How many files an archive may hold."),
    "ratio": ("Packing of an archive", "How many times larger an archive may be unpacked than packed."),
    "rows": ("Rows", "How many rows of a table are read."),
    "cells": ("Cells", "How many cells of a table are read."),
    "cell_characters": ("Length of a cell", "How many characters of one cell are read."),
    "pages": ("Pages", "How many pages of a PDF are read."),
    "documents": ("Documents", "How many documents one file may hold."),
    "turns": ("Turns", "How many turns of speech one document may hold."),
    "characters": ("Characters", "How many characters of one document are read."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting as a form shows it. `name` is its key, such as "tags.threshold".

    `kind` is "text", "list" (one a line), "number", "whole" or "choice"; `least` and `most` bound a number.
    """

    name: str
    group: str
    title: str
    help: str
    value: Value | tuple[str, ...]
    default: Value | tuple[str, ...]
    kind: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None


def settings_form(settings: Settings) -> tuple[Setting, ...]:
    """Return every setting that a person may change, in the order of the file."""
    return tuple(_settings(Settings, settings, ""))


def with_changes(folder: Path, changes: Mapping[str, Given | None]) -> tuple[str, Settings]:
    """Return the text of the settings file with some keys changed, and what it says; nothing is written.

    None puts a key back to its default. Raise SettingsError, with the key as its field, for what is not allowed.
    """
    path = folder / FILE
    table = read_toml(path)
    known = {setting.name: setting for setting in settings_form(check(Settings, table, where=FILE))}
    for key, value in changes.items():
        if key not in known:
            hint = f"Known: {', '.join(known)}.{did_you_mean(key, known)}"
            raise SettingsError(f'{FILE}: there is no key "{key}" to change.', hint=hint, field=key)
        _put(table, key, _given(known[key], value))
    wanted = check(Settings, table, where=FILE)
    as_checked = {setting.name: setting.value for setting in settings_form(wanted)}
    # Written as it was understood ("0.5" of a form is 0.5), and what is no change is not touched.
    written = {
        key: None if value is None else as_checked[key]
        for key, value in changes.items()
        if value is None or as_checked[key] != known[key].value
    }
    return changed(path.read_text("utf-8"), written), wanted


def write_text(folder: Path, text: str) -> None:
    """Write the settings file."""
    write_whole(folder / FILE, text)


def _given(setting: Setting, value: Given | None) -> Given | None:
    if setting.kind == "list" and value is not None:
        lines = value.splitlines() if isinstance(value, str) else [str(one) for one in _listed(value)]
        return tuple(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))
    return value.strip() if isinstance(value, str) else value


def _listed(value: Given) -> list[str] | tuple[str, ...]:
    return value if isinstance(value, list | tuple) else (str(value),)


def _put(table: dict[str, Any], key: str, value: Given | None) -> None:
    group, _, name = key.rpartition(".")
    inner = table.setdefault(group, {}) if group else table
    if value is None:
        inner.pop(name, None)
    else:
        inner[name] = value


def _settings(kind: type[BaseModel], values: BaseModel, group: str) -> Iterator[Setting]:
    for name, info in kind.model_fields.items():
        value = getattr(values, name)
        if isinstance(value, Limits):
            yield from _limits(value, name)
        elif isinstance(value, BaseModel):
            yield from _settings(type(value), value, name)
        elif name not in ELSEWHERE:
            yield _setting(name, info, value, group)


def _setting(name: str, info: FieldInfo, value: Any, group: str) -> Setting:
    choices = tuple(get_args(info.annotation)) if get_origin(info.annotation) is Literal else ()
    whole, number = isinstance(value, int), isinstance(value, float)
    kind = "choice" if choices else "whole" if whole else "number" if number else "text"
    bounds = {type(one).__name__: one for one in info.metadata}
    return Setting(
        name=f"{group}.{name}".lstrip("."),
        group=group,
        title=info.title or name,
        help=info.description or "",
        value=value,
        default="" if info.is_required() else info.default,
        kind="list" if name in LISTS else kind,
        choices=choices,
        least=getattr(bounds.get("Ge"), "ge", None),
        most=getattr(bounds.get("Le"), "le", None),
    )


def _limits(limits: Limits, group: str) -> Iterator[Setting]:
    for field in dataclasses.fields(limits):
        title, help = _LIMITS[field.name]
        yield Setting(
            name=f"{group}.{field.name}",
            group=group,
            title=title,
            help=help,
            value=getattr(limits, field.name),
            default=getattr(Limits(), field.name),
            kind="whole",
            least=128 if field.name == "memory_mb" else 1,
        )
