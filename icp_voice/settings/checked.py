"""Reading a TOML file into a checked value: pydantic does the checking, this words its findings for people."""

from __future__ import annotations

import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from icp_voice.errors import SettingsError, did_you_mean

_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")  # of a group of ours, of a dataclass


class Checked(BaseModel):
    """A frozen group of settings that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


T = TypeVar("T", bound=Checked)


def read_toml(path: Path) -> dict[str, Any]:
    """Return the table in `path`, or raise SettingsError naming the line that cannot be read."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(f"{path.name}: there is no such file in {path.parent}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name}: not valid TOML: {error}.") from error


def check(kind: type[T], values: object, *, where: str) -> T:
    """Build `kind` from `values`; the first thing that is not allowed becomes one SettingsError."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise _worded(kind, error, where) from error


def _worded(kind: type[BaseModel], error: ValidationError, where: str) -> SettingsError:
    # A misspelt key is both unknown and missing: the first says more.
    found = min(error.errors(), key=lambda one: one["type"] not in _UNKNOWN_KEY)
    path = [str(part) for part in found["loc"]]
    key = ".".join(path)
    if found["type"] in _UNKNOWN_KEY:
        allowed = _keys_at(kind, path[:-1])
        return SettingsError(
            f'{where}: there is no key "{key}".',
            hint=f"Allowed here: {', '.join(allowed)}.{did_you_mean(path[-1], allowed)}",
            field=key,
        )
    if found["type"] == "missing":
        return SettingsError(f'{where}: the key "{key}" is missing.', field=key)
    told = found["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return SettingsError(f'{where}: "{key}" is {found["input"]!r}, but it {told}.', field=key)


def _keys_at(kind: type[BaseModel], path: list[str]) -> list[str]:
    for part in path:
        inner = kind.model_fields[part].annotation if part in kind.model_fields else None
        if is_dataclass(inner):
            return [field.name for field in fields(inner)]
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        kind = inner
    return list(kind.model_fields)
