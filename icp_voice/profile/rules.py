"""The ICP rule: a condition on an account's attributes, parsed into a small frozen tree and evaluated in Python.

sqlglot only reads the text; nothing is ever handed to a database or to `eval`. `not` is pushed down to the single
conditions while the tree is built, so a rule is nothing but conditions joined by `and` and `or`. A missing value holds
in no condition but `is null`, as in SQL.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icp_voice.errors import RuleError, did_you_mean
from icp_voice.model import Account, Value

if TYPE_CHECKING:
    from sqlglot import exp

MAX_LENGTH = 10_000
MAX_DEPTH = 50
BUILT_IN = ("id", "name", "domain")
ALLOWED = "Allowed: and, or, not, ( ), = != <> < <= > >=, in, like, between, is null, on columns and plain values."

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
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
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
class _Leaf:
    column: str
    operator: str
    values: tuple[Value, ...] = ()

    @property
    def text(self) -> str:
        shown = [_shown(value) for value in self.values]
        if self.operator in ("in", "not in"):
            return f"{self.column} {self.operator} ({', '.join(shown)})"
        return " ".join([self.column, self.operator, " and ".join(shown)]).strip()

    def holds(self, account: Account) -> bool:
        values = _values(account, self.column)
        if self.operator in ("is null", "is not null"):
            return (not values) == (self.operator == "is null")
        if self.operator in ("!=", "not in", "not like"):
            # An account with several domains differs from a value only if none of them equals it.
            opposite = _OPPOSITE[self.operator]
            return bool(values) and not any(_holds(value, opposite, self.values) for value in values)
        return any(_holds(value, self.operator, self.values) for value in values)

    def condition(self, account: Account) -> Condition:
        values = _values(account, self.column)
        value = values[0] if len(values) == 1 else ", ".join(str(one) for one in values) or None
        held = self.holds(account)
        short = None if held or len(values) != 1 else _short(values[0], self.operator, self.values)
        return Condition(text=self.text, column=self.column, value=value, held=held, short=short)


@dataclass(frozen=True, slots=True)
class _Group:
    every: bool
    parts: tuple[_Node, ...]

    def holds(self, account: Account) -> bool:
        return (all if self.every else any)(part.holds(account) for part in self.parts)


_Node = _Leaf | _Group


@dataclass(frozen=True, slots=True)
class Rule:
    """A parsed rule. `text` is as the user wrote it."""

    text: str
    tree: _Node

    @property
    def columns(self) -> frozenset[str]:
        """The columns that the rule names, in snake case."""
        return frozenset(leaf.column for leaf in _leaves(self.tree))

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


def parse_rule(text: str) -> Rule:
    """Parse a rule such as `status = 'active' and acv_usd >= 40000`. Raise RuleError for anything else."""
    if not text.strip():
        raise RuleError("ICP rule: it is empty.", hint="Write for example status = 'active' and acv_usd >= 40000")
    if len(text) > MAX_LENGTH:
        raise RuleError(f"ICP rule: {len(text):,} characters are too long.", hint=f"At most {MAX_LENGTH:,}.")
    return Rule(text=text.strip(), tree=_node(_expression(text), negated=False))


# Reading the text ----------------------------------------------------------------------------------------------------


def _expression(text: str) -> exp.Expr:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import ParseError, SqlglotError

    _check_depth(text)
    try:
        return sqlglot.parse_one(text, into=exp.Condition)
    except RecursionError:
        raise _too_deep() from None
    except ParseError as error:
        near = error.errors[0].get("highlight") if error.errors else None
        raise RuleError(f"ICP rule: it cannot be read{_near(near)}.", hint=ALLOWED) from None
    except (SqlglotError, ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        # The parser stumbles over some texts that are no SQL at all; to the user that is the same as "cannot be read".
        raise RuleError("ICP rule: it cannot be read.", hint=ALLOWED) from error


def _check_depth(text: str) -> None:
    """Refuse what would drive the parser deep into itself: nested brackets and long runs of prefixes such as `not`."""
    import sqlglot
    from sqlglot.errors import TokenError

    try:
        tokens = sqlglot.tokenize(text)
    except TokenError:
        raise RuleError("ICP rule: a quotation mark or comment is not closed.", hint=ALLOWED) from None
    depth = run = 0
    for token in tokens:
        kind = token.token_type.name
        depth += (kind in ("L_PAREN", "L_BRACKET", "L_BRACE")) - (kind in ("R_PAREN", "R_BRACKET", "R_BRACE"))
        run = 0 if kind in ("VAR", "IDENTIFIER", "STRING", "NUMBER", "R_PAREN", "COMMA") else run + 1
        if max(depth, run) > MAX_DEPTH:
            raise _too_deep()


def _too_deep() -> RuleError:
    return RuleError("ICP rule: it is nested too deeply.", hint=f"At most {MAX_DEPTH} brackets inside one another.")


def _near(highlight: object) -> str:
    return f' near "{str(highlight)[:40]}"' if highlight else ""


def _node(expression: exp.Expr, *, negated: bool) -> _Node:
    from sqlglot import exp

    expression, negated = _unwrapped(expression, negated)
    for kind in (exp.And, exp.Or):
        if isinstance(expression, kind):
            parts = tuple(_node(part, negated=negated) for part in _chain(expression, kind))
            return _Group(every=(kind is exp.And) != negated, parts=parts)
    leaf = _leaf(expression)
    return _Leaf(leaf.column, _OPPOSITE[leaf.operator], leaf.values) if negated else leaf


def _unwrapped(expression: exp.Expr, negated: bool) -> tuple[exp.Expr, bool]:
    from sqlglot import exp

    while isinstance(expression, exp.Paren | exp.Not):
        _only(expression, "this")
        negated = negated != isinstance(expression, exp.Not)
        expression = expression.this
    return expression, negated


def _chain(expression: exp.Expr, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    """Yield the parts of `a and b and c` without recursion, however long it is."""
    stack = [expression]
    while stack:
        part = stack.pop()
        if isinstance(part, kind):
            _only(part, "this", "expression")
            stack += [part.args["expression"], part.this]
        else:
            yield part


def _leaf(expression: exp.Expr) -> _Leaf:
    from sqlglot import exp

    signs: dict[type[exp.Expr], str]
    signs = {exp.EQ: "=", exp.NEQ: "!=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
    if type(expression) in signs:
        _only(expression, "this", "expression")
        return _comparison(expression.this, signs[type(expression)], expression.args["expression"])
    if isinstance(expression, exp.Is) and isinstance(expression.args.get("expression"), exp.Null):
        _only(expression, "this", "expression")
        return _Leaf(_column(expression.this), "is null")
    if isinstance(expression, exp.Between):
        _only(expression, "this", "low", "high")
        low, high = _value(expression.args["low"]), _value(expression.args["high"])
        return _Leaf(_column(expression.this), "between", (low, high))
    if isinstance(expression, exp.In):
        return _membership(expression)
    if isinstance(expression, exp.Like):
        return _likeness(expression)
    if isinstance(expression, exp.Column):
        raise RuleError(
            f'ICP rule: "{_column(expression)}" stands alone.', hint=f"Say what it must be: {_column(expression)} = ..."
        )
    raise _refused(expression)


def _comparison(left: exp.Expr, operator: str, right: exp.Expr) -> _Leaf:
    from sqlglot import exp

    if isinstance(right, exp.Column) and not isinstance(left, exp.Column):
        left, operator, right = right, _MIRRORED[operator], left
    return _Leaf(_column(left), operator, (_value(right),))


def _membership(expression: exp.In) -> _Leaf:
    _only(expression, "this", "expressions", "negate")
    values = tuple(_value(value) for value in expression.args.get("expressions") or [])
    if not values:
        raise RuleError("ICP rule: the brackets after in are empty.", hint="Write for example region in ('EU', 'UK')")
    return _Leaf(_column(expression.this), "not in" if expression.args.get("negate") else "in", values)


def _likeness(expression: exp.Like) -> _Leaf:
    # Some versions of the parser keep the `not` of `not like` in the node, others wrap the node into a `not`.
    _only(expression, "this", "expression", "negate")
    pattern = _value(expression.args["expression"])
    if not isinstance(pattern, str):
        raise RuleError("ICP rule: like needs a text in single quotes.", hint="Write for example name like 'Brack%'")
    return _Leaf(_column(expression.this), "not like" if expression.args.get("negate") else "like", (pattern,))


def _only(expression: exp.Expr, *names: str) -> None:
    """Refuse a node that says more than we evaluate, so that nothing written in a rule is quietly ignored."""
    if any(value not in (None, False, []) for name, value in expression.args.items() if name not in names):
        raise _refused(expression)


def _column(expression: exp.Expr) -> str:
    from sqlglot import exp

    if isinstance(expression, exp.Column):
        _only(expression, "this", "table")
        name = _snake(".".join(part.name for part in expression.parts))
        if name:
            return name
    if isinstance(expression, exp.Literal):
        raise RuleError(
            f"ICP rule: {_written(expression)} stands where a column must.", hint="Write for example acv_usd >= 40000"
        )
    raise _refused(expression)


def _value(expression: exp.Expr) -> Value:
    from sqlglot import exp

    if isinstance(expression, exp.Literal):
        return str(expression.this) if expression.is_string else _literal_number(str(expression.this))
    if isinstance(expression, exp.Boolean):
        return bool(expression.this)
    if isinstance(expression, exp.Neg) and isinstance(expression.this, exp.Literal) and not expression.this.is_string:
        return -_literal_number(str(expression.this.this))
    if isinstance(expression, exp.Null):
        raise RuleError("ICP rule: nothing compares with null.", hint="Write is null or is not null.")
    if isinstance(expression, exp.Column):
        word = _written(expression).strip('"')
        raise RuleError(f'ICP rule: "{word}" stands where a value must.', hint=f"Text needs single quotes: '{word}'")
    raise _refused(expression)


def _literal_number(text: str) -> int | float:
    try:
        number = float(text)
    except ValueError:
        number = math.inf
    if not math.isfinite(number):
        raise RuleError(f"ICP rule: {text[:40]} is no number.", hint=ALLOWED)
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _refused(expression: exp.Expr) -> RuleError:
    from sqlglot import exp

    if isinstance(expression, exp.Block):
        return RuleError("ICP rule: only one condition, without semicolons.", hint=ALLOWED)
    return RuleError(f"ICP rule: {_written(expression)} is not allowed.", hint=ALLOWED)


def _written(expression: exp.Expr) -> str:
    from sqlglot.errors import SqlglotError

    try:
        text = " ".join(expression.sql().split())
    except (SqlglotError, RecursionError, ValueError, TypeError, AttributeError):
        text = type(expression).__name__.lower()
    return text if len(text) <= 40 else text[:37] + "..."


# Evaluating ----------------------------------------------------------------------------------------------------------


def _leaves(node: _Node) -> Iterator[_Leaf]:
    if isinstance(node, _Leaf):
        yield node
    else:
        for part in node.parts:
            yield from _leaves(part)


def _to_mend(node: _Node, account: Account) -> list[Condition] | None:
    """Return the fewest conditions that would have to hold as well; None stands for more than one."""
    if node.holds(account):
        return []
    if isinstance(node, _Leaf):
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


def _snake(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name).strip("_").casefold()


def _key(name: str) -> str:
    return _snake(name).replace("_", "")


def _values(account: Account, column: str) -> tuple[Value, ...]:
    """Return what the account has in a column: nothing where it is missing, several for domains."""
    key = _key(column)
    found: Iterable[Value]
    if key in BUILT_IN:
        found = {"id": (account.id,), "name": (account.name,), "domain": account.domains}[key]
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
    return unicodedata.normalize("NFKC", str(value)).strip().casefold()


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
