"""The ICP rule: conditions on an account's attributes, as a small frozen tree that is evaluated in Python.

A rule is nothing but conditions joined by `and` and `or`. A missing value holds in no condition but `is null`, as in
SQL.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from icp_voice.errors import RuleError, did_you_mean
from icp_voice.model import Account, Value

BUILT_IN = ("id", "name", "domain")

_OPPOSITE = {
    "=": "!=",
    "<": ">=",
    ">": "<=",
    "in": "not in",
    "like": "not like",
    "between": "not between",
    "is null": "is not null",
}
_OPPOSITE |= {opposite: operator for operator, opposite in _OPPOSITE.items()}
_NUMERIC = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of a rule as it stands for one account.

    `short` is how far a number is from what the condition asks, None where that cannot be counted.
    """

    text: str
    column: str
    value: Value
    held: bool
    short: float | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition: a column, an operator such as `>=` or `not in`, and the values it compares with."""

    column: str
    operator: str
    values: tuple[Value, ...] = ()

    @property
    def text(self) -> str:
        """The condition as a user may write it."""
        shown = [_shown(value) for value in self.values]
        if self.operator in ("in", "not in"):
            return f"{self.column} {self.operator} ({', '.join(shown)})"
        return " ".join([self.column, self.operator, " and ".join(shown)]).strip()

    def holds(self, account: Account) -> bool:
        """Tell whether the condition holds for an account."""
        values = _values(account, self.column)
        if self.operator in ("is null", "is not null"):
            return (not values) == (self.operator == "is null")
        if self.operator in ("!=", "not in", "not like"):
            # An account with several domains differs from a value only if none of them equals it.
            opposite = _OPPOSITE[self.operator]
            return bool(values) and not any(_holds(value, opposite, self.values) for value in values)
        return any(_holds(value, self.operator, self.values) for value in values)

    def opposite(self) -> Leaf:
        """Return the condition that holds where this one does not, but for missing values."""
        return Leaf(self.column, _OPPOSITE[self.operator], self.values)

    def condition(self, account: Account) -> Condition:
        """Return the condition as it stands for an account."""
        values = _values(account, self.column)
        value = values[0] if len(values) == 1 else ", ".join(str(one) for one in values) or None
        held = self.holds(account)
        short = None if held or len(values) != 1 else _short(values[0], self.operator, self.values)
        return Condition(text=self.text, column=self.column, value=value, held=held, short=short)


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions and groups of which `every` one must hold, or else any."""

    every: bool
    parts: tuple[Node, ...]

    def holds(self, account: Account) -> bool:
        """Tell whether the group holds for an account."""
        return (all if self.every else any)(part.holds(account) for part in self.parts)


Node = Leaf | Group


@dataclass(frozen=True, slots=True)
class Rule:
    """A parsed rule. `text` is as the user wrote it."""

    text: str
    tree: Node

    @property
    def columns(self) -> frozenset[str]:
        """The columns that the rule names, in snake case."""
        return frozenset(leaf.column for leaf in _leaves(self.tree))

    def unknown(self, known_columns: Iterable[str]) -> list[str]:
        """Return the columns that the rule names and no account has, in the order written."""
        known = {_key(name) for name in (*BUILT_IN, *known_columns)}
        return list(dict.fromkeys(leaf.column for leaf in _leaves(self.tree) if _key(leaf.column) not in known))

    def check(self, known_columns: Iterable[str], where: str = "ICP rule") -> None:
        """Raise RuleError if the rule names a column that no account has."""
        names = [*BUILT_IN, *(name for name in known_columns if name not in BUILT_IN)]
        known = {_key(name) for name in names}
        for leaf in _leaves(self.tree):
            if _key(leaf.column) not in known:
                shown = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
                raise RuleError(
                    f'{where}: no column "{leaf.column}".', hint=f"Known: {shown}.{did_you_mean(leaf.column, names)}"
                )

    def matches(self, account: Account) -> bool:
        """Tell whether the rule holds for an account."""
        return self.tree.holds(account)

    def explain(self, account: Account) -> list[Condition]:
        """Return every condition of the rule, in the order written, as it stands for the account."""
        return [leaf.condition(account) for leaf in _leaves(self.tree)]

    def near_miss(self, account: Account) -> Condition | None:
        """Return the one condition that keeps the account out; None if it is in, or out for more than one reason.

        Where either of several would do (they are joined by `or`), it is the one that is missed by least.
        """
        failing = _to_mend(self.tree, account)
        return failing[0] if failing is not None and len(failing) == 1 else None


def _leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from _leaves(part)


def _to_mend(node: Node, account: Account) -> list[Condition] | None:
    """Return the fewest conditions that would have to hold as well; None stands for more than one."""
    if node.holds(account):
        return []
    if isinstance(node, Leaf):
        return [node.condition(account)]
    found = [_to_mend(part, account) for part in node.parts]
    if node.every:
        wanted = [condition for conditions in found for condition in conditions or []]
        return wanted if None not in found and len(wanted) <= 1 else None
    single = [conditions for conditions in found if conditions is not None]
    return min(single, key=lambda conditions: _distance(conditions[0]), default=None)


def _distance(condition: Condition) -> float:
    if condition.short is None or not isinstance(condition.value, int | float):
        return math.inf
    return condition.short / max(abs(condition.value) + condition.short, 1e-9)


def snake(name: str) -> str:
    """Return the name of a column in small letters, with `_` for all that is no letter or digit."""
    return re.sub(r"[\W_]+", "_", name).strip("_").casefold()


@functools.lru_cache(maxsize=4096)
def _key(name: str) -> str:
    return snake(name).replace("_", "")


def _values(account: Account, column: str) -> tuple[Value, ...]:
    """Return what the account has in a column: nothing where it is missing, several for domains."""
    key = _key(column)
    found: Iterable[Value]
    if key in BUILT_IN:
        found = {"id": (account.id,), "name": (account.name,), "domain": account.domains}[key]
    elif column in account.attributes:
        found = (account.attributes[column],)
    else:
        found = [value for name, value in account.attributes.items() if _key(name) == key][:1]
    return tuple(value for value in found if not _missing(value))


def _missing(value: Value) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value != value


def _holds(value: Value, operator: str, wanted: tuple[Value, ...]) -> bool:
    if operator in ("=", "in"):
        return any(_equal(value, one) for one in wanted)
    if operator == "like":
        return _like(_text(value), _text(wanted[0]))
    orders = [_order(value, one) for one in wanted]
    if operator == "between":
        return None not in orders and orders[0] in (0, 1) and orders[1] in (0, -1)
    if operator == "not between":
        return orders[0] == -1 or orders[1] == 1
    allowed = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[operator]
    return orders[0] in allowed


def _equal(value: Value, wanted: Value) -> bool:
    if _is_number(value) or _is_number(wanted):
        left, right = _number(value), _number(wanted)
        if left is not None and right is not None:
            return left == right
    return _text(value) == _text(wanted)


def _order(value: Value, wanted: Value) -> int | None:
    """Return -1, 0 or 1 for smaller, equal, greater; None where a number meets a text that is none."""
    left, right = _number(value), _number(wanted)
    if left is not None and right is not None:
        return (left > right) - (left < right)
    if _is_number(value) or _is_number(wanted):
        return None
    first, second = _text(value), _text(wanted)
    return (first > second) - (first < second)


def _short(value: Value, operator: str, wanted: tuple[Value, ...]) -> float | None:
    number = _number(value)
    bounds = [_number(one) for one in wanted]
    if number is None or operator not in ("=", "<", "<=", ">", ">=", "between"):
        return None
    distances = [abs(bound - number) for bound in bounds if bound is not None]
    return min(distances) if distances else None


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Value) -> int | float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) < 40 and _NUMERIC.fullmatch(value.strip()):
        number = float(value.strip().replace(",", ""))
        return number if math.isfinite(number) else None
    return None


def _text(value: Value) -> str:
    text = str(value)
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip().casefold()


def _shown(value: Value) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value).lower() if isinstance(value, bool) else f"{value}"


def _like(text: str, pattern: str) -> bool:
    """Match `%` (any run) and `_` (any one character) in at most len(text) x len(pattern) steps.

    A regular expression made of the pattern could take exponentially long for `%a%a%a%...`.
    """
    at = star = mark = 0
    seen_star = False
    position = 0
    while position < len(text):
        if at < len(pattern) and pattern[at] == "%":
            seen_star, star, mark = True, at, position
            at += 1
        elif at < len(pattern) and pattern[at] in ("_", text[position]):
            at, position = at + 1, position + 1
        elif seen_star:
            mark += 1
            at, position = star + 1, mark
        else:
            return False
    return not pattern[at:].strip("%")
