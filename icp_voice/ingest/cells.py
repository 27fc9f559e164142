"""What a cell holds, and what a whole column does: numbers, dates or words.

A column becomes numbers or ISO dates only as a whole, so that ids with leading zeros stay what they are. A percentage
becomes the number before the sign.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from icp_voice.ingest.dates import column_dates, is_date
from icp_voice.model import Value
from icp_voice.surrogates import replace_surrogates

_BLANK = frozenset("n/a na n.a. - -- \u2013 \u2014 null none nan #n/a #ref! #value! #div/0!".split())
_CURRENCY = r"(?:US\$|[$€£¥]|USD|EUR|GBP|CHF)"
_NUMBER = re.compile(
    rf"(?P<minus>[-\u2212])?\s?(?P<before>{_CURRENCY})?\s?(?P<minus2>[-\u2212])?"
    rf"(?P<digits>\d[\d.,'\u2019 \u00a0\u202f\u2009]*)\s?(?P<after>{_CURRENCY}|%)?"
)
_POINT = re.compile(r"(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?:\.\d+)?")
_COMMA = re.compile(r"(?:0|[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d*)(?:,\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:['\u2019 \u00a0\u202f\u2009]\d{3})+(?:[.,]\d+)?")


def storable(text: str) -> str | None:
    """Return a text as it can be kept, or None where there is nothing in it."""
    return replace_surrogates(text.replace("\x00", "\ufffd")).strip() or None


def as_text(value: Value) -> str:
    """Return a value as text, `true` and `false` in small letters."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def tidy_number(value: int | float) -> Value:
    """Return 5 for 5.0, nothing for "not a number", and text for integers that no database column holds."""
    if isinstance(value, int):
        return value if abs(value) < 2**63 else str(value)
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def is_datum(text: str) -> bool:
    """Tell whether a text is a number or a date, and so hardly the name of a column."""
    return bool(_NUMBER.fullmatch(text)) or is_date(text)


def typed_column(cells: Sequence[Value], *, decimal_comma: bool = False) -> tuple[list[Value], bool]:
    """Return the values of a column, and whether it holds dates whose day and month cannot be told apart."""
    meant = [cell for cell in cells if cell is not None]
    if not any(isinstance(cell, str) for cell in meant):
        if len({type(cell) is bool for cell in meant}) < 2:
            return list(cells), False
        return [None if cell is None else as_text(cell) for cell in cells], False
    held = [cell for cell in meant if not (isinstance(cell, str) and cell.lower() in _BLANK)]
    numbers = _numbers(held, decimal_comma)
    if numbers is not None:
        return _refilled(cells, numbers), False
    dates, doubt = column_dates(held)
    if dates is not None:
        return _refilled(cells, dates), False
    return [None if cell is None else as_text(cell) for cell in cells], doubt


def _refilled(cells: Sequence[Value], values: Sequence[Value]) -> list[Value]:
    waiting = iter(values)
    blank = [cell is None or (isinstance(cell, str) and cell.lower() in _BLANK) for cell in cells]
    return [None if empty else next(waiting) for empty in blank]


def _numbers(cells: Sequence[Value], decimal_comma: bool) -> list[Value] | None:
    """Read a whole column as numbers, or not at all. Signs of currency must be the same in all cells, and so must %."""
    if not cells:
        return None
    found: list[re.Match[str]] = []
    for cell in cells:
        match = None if isinstance(cell, bool) else _NUMBER.fullmatch(as_text(cell))
        if match is None:
            return None
        found.append(match)
    signs = {match["before"] or match["after"] or "" for match in found if match["digits"].strip("0.,")}
    if len(signs) > 1 and ("%" in signs or len(signs - {""}) > 1):
        return None
    digits = [_ungrouped(match["digits"]) for match in found]
    styles = ((_COMMA, ".", ","), (_POINT, ",", ".")) if decimal_comma else ((_POINT, ",", "."), (_COMMA, ".", ","))
    for pattern, thousands, point in styles:
        if all(pattern.fullmatch(one) for one in digits):
            plain = [one.replace(thousands, "").replace(point, ".") for one in digits]
            return _signed(found, plain)
    return None


def _ungrouped(digits: str) -> str:
    return re.sub(r"['\u2019 \u00a0\u202f\u2009]", "", digits) if _GROUPED.fullmatch(digits.strip()) else digits.strip()


def _signed(found: list[re.Match[str]], plain: list[str]) -> list[Value] | None:
    # Sixteen digits and more are ids, which a float would round.
    if any(len(one.replace(".", "")) > 15 for one in plain):
        return None
    whole = not any("." in one for one in plain)
    signs = [-1 if match["minus"] or match["minus2"] else 1 for match in found]
    return [sign * (int(one) if whole else float(one)) for sign, one in zip(signs, plain, strict=True)]
