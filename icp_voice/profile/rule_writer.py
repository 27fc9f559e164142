"""A rule written for people who do not write rules: rows of column, comparison and value become its text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from icp_voice.errors import FormError
from icp_voice.model import Value
from icp_voice.profile.rules import Leaf, snake

# What a row can say, as it is shown, and the operator that a rule has for it.
COMPARISONS = {
    "is": "=",
    "is not": "!=",
    "is one of": "in",
    "contains": "like",
    "at least": ">=",
    "at most": "<=",
    "more than": ">",
    "less than": "<",
    "is filled": "is not null",
    "is empty": "is null",
}
JOINED = ("and", "or")
_ALONE = ("is filled", "is empty")
_NUMBERS = ("at least", "at most", "more than", "less than")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One condition as it was chosen; `value` is what was typed, several are set apart by commas."""

    column: str
    comparison: str
    value: str = ""


def write_rule(rows: Iterable[Row], joined: str = "and") -> str:
    """Return the rule that says all of the rows, joined by "and" or "or"; rows without a column are left out."""
    if joined not in JOINED:
        raise FormError(f'Conditions are joined by and, or by or; not by "{joined}".', hint="", field="join")
    return f" {joined} ".join(_written(row) for row in rows if row.column.strip())


def condition(column: str, value: Value) -> str:
    """Return the condition that a column has a value."""
    return Leaf(column, "=", (value,)).text


def _written(row: Row) -> str:
    if row.comparison not in COMPARISONS:
        hint = f"Allowed: {', '.join(COMPARISONS)}."
        raise FormError(f'There is no comparison "{row.comparison}".', hint=hint, field="comparison")
    column, operator, typed = snake(row.column), COMPARISONS[row.comparison], row.value.strip()
    if row.comparison in _ALONE:
        return Leaf(column, operator).text
    if not typed:
        raise FormError(f"{row.column} {row.comparison}: a value is missing.", hint="Type one.", field="value")
    if operator == "in":
        words = [word.strip() for word in typed.split(",")]
        return Leaf(column, operator, tuple(_value(word) for word in words if word)).text
    if operator == "like":
        return Leaf(column, operator, (f"%{typed}%",)).text
    value = _value(typed)
    if row.comparison in _NUMBERS and isinstance(value, bool):
        raise FormError(f"{row.column}: {typed} has no order.", hint="Use is, or is not.", field="value")
    return Leaf(column, operator, (value,)).text


def _value(typed: str) -> Value:
    """Return a number or yes and no where they were typed; "40,000" stands for one where no list is meant."""
    if typed.casefold() in ("true", "false"):
        return typed.casefold() == "true"
    bare = typed.replace(",", "")
    try:
        number = float(bare)
    except ValueError:
        return typed
    if not bare.lstrip("+-").replace(".", "", 1).isdigit() or (bare.startswith("0") and bare[1:2].isdigit()):
        return typed
    return int(number) if number.is_integer() else number
