"""The text of an ICP rule as a tree of conditions; sqlglot reads it, and all that is not a plain condition is refused.

Nothing is ever handed to a database or to `eval`. `not` is pushed down to the single conditions while the tree is
built, so a rule is nothing but conditions joined by `and` and `or`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from icp_voice.errors import RuleError
from icp_voice.model import Value
from icp_voice.profile.rules import Group, Leaf, Node, Rule, snake

MAX_LENGTH = 10_000

if TYPE_CHECKING:
    from sqlglot import exp

MAX_DEPTH = 50
ALLOWED = "Allowed: and, or, not, ( ), = != <> < <= > >=, in, like, between, is null, on columns and plain values."
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


def parse_rule(text: str) -> Rule:
    """Parse a rule such as `status = 'active' and acv_usd >= 40000`. Raise RuleError for anything else."""
    if not text.strip():
        raise RuleError("ICP rule: it is empty.", hint="Write for example status = 'active' and acv_usd >= 40000")
    if len(text) > MAX_LENGTH:
        raise RuleError(f"ICP rule: {len(text):,} characters are too long.", hint=f"At most {MAX_LENGTH:,}.")
    return Rule(text=text.strip(), tree=read_tree(text))


def read_tree(text: str) -> Node:
    """Read `status = 'active' and acv_usd >= 40000` as a tree. Raise RuleError for anything else."""
    return _node(_expression(text), negated=False)


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
        at = _position(text, error.errors[0]) if error.errors else None
        raise RuleError(f"ICP rule: it cannot be read{_near(near)}.", hint=ALLOWED, position=at) from None
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
        told = "ICP rule: a quotation mark or comment is not closed."
        raise RuleError(told, hint=ALLOWED, position=max(text.rfind("'"), text.rfind('"'), 0)) from None
    depth = run = 0
    for token in tokens:
        kind = token.token_type.name
        depth += (kind in ("L_PAREN", "L_BRACKET", "L_BRACE")) - (kind in ("R_PAREN", "R_BRACKET", "R_BRACE"))
        run = 0 if kind in ("VAR", "IDENTIFIER", "STRING", "NUMBER", "R_PAREN", "COMMA") else run + 1
        if max(depth, run) > MAX_DEPTH:
            raise _too_deep()


def _too_deep() -> RuleError:
    return RuleError("ICP rule: it is nested too deeply.", hint=f"At most {MAX_DEPTH} brackets inside one another.")


def column_position(text: str, column: str) -> int | None:
    """Return where a column first stands in the text of a rule, if it stands there as one word."""
    import sqlglot

    found = (token.start for token in sqlglot.tokenize(text) if token.text and snake(token.text) == column)
    return next(found, None)


def _position(text: str, error: Mapping[str, Any]) -> int | None:
    """Return where in the text the parser stopped: it tells only what stands before and there."""
    before, there = str(error.get("start_context") or ""), str(error.get("highlight") or "")
    at = text.find(before + there) if before + there else -1
    return at + len(before) if at >= 0 else None


def _near(highlight: object) -> str:
    return f' near "{str(highlight)[:40]}"' if highlight else ""


def _node(expression: exp.Expr, *, negated: bool) -> Node:
    from sqlglot import exp

    expression, negated = _unwrapped(expression, negated)
    for kind in (exp.And, exp.Or):
        if isinstance(expression, kind):
            parts = tuple(_node(part, negated=negated) for part in _chain(expression, kind))
            return Group(every=(kind is exp.And) != negated, parts=parts)
    leaf = _leaf(expression)
    return leaf.opposite() if negated else leaf


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


def _leaf(expression: exp.Expr) -> Leaf:
    from sqlglot import exp

    signs: dict[type[exp.Expr], str]
    signs = {exp.EQ: "=", exp.NEQ: "!=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
    if type(expression) in signs:
        _only(expression, "this", "expression")
        return _comparison(expression.this, signs[type(expression)], expression.args["expression"])
    if isinstance(expression, exp.Is) and isinstance(expression.args.get("expression"), exp.Null):
        _only(expression, "this", "expression")
        return Leaf(_column(expression.this), "is null")
    if isinstance(expression, exp.Between):
        _only(expression, "this", "low", "high")
        low, high = _value(expression.args["low"]), _value(expression.args["high"])
        return Leaf(_column(expression.this), "between", (low, high))
    if isinstance(expression, exp.In):
        return _membership(expression)
    if isinstance(expression, exp.Like):
        return _likeness(expression)
    if isinstance(expression, exp.Column):
        raise RuleError(
            f'ICP rule: "{_column(expression)}" stands alone.', hint=f"Say what it must be: {_column(expression)} = ..."
        )
    raise _refused(expression)


def _comparison(left: exp.Expr, operator: str, right: exp.Expr) -> Leaf:
    from sqlglot import exp

    if isinstance(right, exp.Column) and not isinstance(left, exp.Column):
        left, operator, right = right, _MIRRORED[operator], left
    return Leaf(_column(left), operator, (_value(right),))


def _membership(expression: exp.In) -> Leaf:
    _only(expression, "this", "expressions", "negate")
    values = tuple(_value(value) for value in expression.args.get("expressions") or [])
    if not values:
        raise RuleError("ICP rule: the brackets after in are empty.", hint="Write for example region in ('EU', 'UK')")
    return Leaf(_column(expression.this), "not in" if expression.args.get("negate") else "in", values)


def _likeness(expression: exp.Like) -> Leaf:
    # Some versions of the parser keep the `not` of `not like` in the node, others wrap the node into a `not`.
    _only(expression, "this", "expression", "negate")
    pattern = _value(expression.args["expression"])
    if not isinstance(pattern, str):
        raise RuleError("ICP rule: like needs a text in single quotes.", hint="Write for example name like 'Brack%'")
    return Leaf(_column(expression.this), "not like" if expression.args.get("negate") else "like", (pattern,))


def _only(expression: exp.Expr, *names: str) -> None:
    """Refuse a node that says more than we evaluate, so that nothing written in a rule is quietly ignored."""
    if any(value not in (None, False, []) for name, value in expression.args.items() if name not in names):
        raise _refused(expression)


def _column(expression: exp.Expr) -> str:
    from sqlglot import exp

    if isinstance(expression, exp.Column):
        _only(expression, "this", "table")
        name = snake(".".join(part.name for part in expression.parts))
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
