"""Changing one key of a TOML file that people write too: comments, order and everything else stay as they were."""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Array

WIDTH = 100


def write_whole(path: Path, text: str) -> None:
    """Write a file as a whole: whoever reads it meanwhile, or after a crash, finds the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            os.chmod(beside, path.stat().st_mode & 0o777)
        else:
            os.chmod(beside, 0o644)
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def changed(text: str, changes: Mapping[str, Any]) -> str:
    """Return the text with some keys set, given as "company" or "tags.threshold"; None takes a key away.

    A key that stands there as a comment, as defaults do in a new workspace, is set in its place.
    """
    for key, value in changes.items():
        group, _, name = key.rpartition(".")
        text = _set(text if value is None else _uncommented(text, group, name, value), group, name, value)
    return text


def as_item(value: Any) -> Any:
    """Return a value as tomlkit writes it: a list of sentences stands one in a line."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    array = tomlkit.array()
    array.extend(value)
    return _in_lines(array, value)


def _in_lines(array: Array, value: Sequence[Any]) -> Array:
    return array.multiline(len(json.dumps(list(value), ensure_ascii=False)) > WIDTH)


def _set(text: str, group: str, name: str, value: Any) -> str:
    document = tomlkit.parse(text)
    table: Any = document
    if group:
        if group not in document and value is None:
            return text
        table = document.setdefault(group, tomlkit.table())
    if value is None:
        table.pop(name, None)
    elif table.get(name) != as_item(value):
        table[name] = as_item(value)
    return tomlkit.dumps(document)


def _uncommented(text: str, group: str, name: str, value: Any) -> str:
    """Take the # away before a default that stands as a comment in its group; else return the text as it is."""
    lines = text.splitlines(keepends=True)
    here = ""
    for at, line in enumerate(lines):
        if found := re.fullmatch(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?\n?", line):
            here = found[1].strip()
        elif here == group and re.match(rf"#\s*{re.escape(name)}\s*=", line):
            lines[at] = f"{name} = {tomlkit.item(as_item(value)).as_string()}\n"
            return _if_only(text, "".join(lines), group, name)
    return text


def _if_only(text: str, done: str, group: str, name: str) -> str:
    """Return what was done if it set this key and nothing else: a line may also stand inside a longer text."""
    try:
        before, after = tomllib.loads(text), tomllib.loads(done)
    except tomllib.TOMLDecodeError:
        return text
    table = after.get(group, {}) if group else after
    if table.pop(name, None) is None:
        return text
    if group and not table and group not in before:
        del after[group]
    return done if before == after else text
