"""Values of a report as JSON and back: quotes without their words, and whatever an older version did not know yet.

Reading is lenient: what is not there becomes the field's default, or nothing of its type; what is not known is passed
over. So an edition can be read long after its values have got another shape.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin

from icp_voice.publish.quotes import Saying
from icp_voice.settings import Category

T = TypeVar("T")
Find = Callable[[Mapping[str, Any]], Saying]
Place = Callable[[Saying], dict[str, Any]]
CATEGORY_FIELDS = ("name", "title", "definition", "question", "expected_of", "enough")


def plain(value: Any, place: Place) -> Any:
    """Return a value as JSON knows it; `place` says what is kept of a quote."""
    if isinstance(value, Saying):
        return place(value)
    if isinstance(value, Category):
        return {name: getattr(value, name) for name in CATEGORY_FIELDS}
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name), place) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one, place) for key, one in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(plain(one, place) for one in value)
    if isinstance(value, tuple | list):
        return [plain(one, place) for one in value]
    return value.value if isinstance(value, Enum) else value


def read(hint: type[T], value: Any, find: Find) -> T:
    """Return a value of a type out of its JSON; `find` makes a quote of what was kept of it."""
    return typing.cast(T, _read(hint, value, find))


def _read(hint: Any, value: Any, find: Find) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        chosen = next((one for one in get_args(hint) if one is not type(None)), None)
        return None if value is None else _read(chosen, value, find)
    if hint is Saying:
        return find(value if isinstance(value, dict) else {})
    if hint is Category:
        return _category(value if isinstance(value, dict) else {})
    if is_dataclass(hint):
        return _record(hint, value if isinstance(value, dict) else {}, find)
    if origin is tuple:
        return _tuple(get_args(hint), value if isinstance(value, list) else [], find)
    if origin in (frozenset, list):
        return origin(_read(get_args(hint)[0], one, find) for one in (value if isinstance(value, list) else ()))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        inner = get_args(hint)[1]
        return {key: _read(inner, one, find) for key, one in (value if isinstance(value, dict) else {}).items()}
    return _simple(hint, value)


def _record(hint: Any, value: Mapping[str, Any], find: Find) -> Any:
    hints = _hints(hint)
    return hint(
        **{
            one.name: _read(hints[one.name], value[one.name], find) if one.name in value else _missing(one, hints, find)
            for one in fields(hint)
        }
    )


def _missing(field: Any, hints: Mapping[str, Any], find: Find) -> Any:
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    return _read(hints[field.name], None, find)


def _tuple(inner: Sequence[Any], value: Sequence[Any], find: Find) -> tuple[Any, ...]:
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_read(inner[0], one, find) for one in value)
    filled = [*value, *[None] * len(inner)]
    return tuple(_read(one, filled[place], find) for place, one in enumerate(inner))


def _simple(hint: Any, value: Any) -> Any:
    """Return text, a number or a choice; what does not fit its type gives way to nothing of the type."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value) if value in {one.value for one in hint} else next(iter(hint))
    if hint is float and isinstance(value, int):
        return float(value)
    if hint in (str, int, float, bool):
        return value if isinstance(value, hint) else hint()
    return value


def _category(value: Mapping[str, Any]) -> Category:
    known = {name: value[name] for name in CATEGORY_FIELDS if name in value}
    return Category(**{"name": "unknown", "title": "", "definition": "", "question": "", **known})


@cache
def _hints(of: Any) -> dict[str, Any]:
    return typing.get_type_hints(of)
