"""Numbers in words and digits, and with them lengths of time and sums of money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc

ONES = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
}
TENS = {
    word: 10 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "grand": 1_000,
    "k": 1_000,
    "million": 1_000_000,
    "m": 1_000_000,
    "mio": 1_000_000,
}
DIGITS = re.compile(r"^\d{1,3}(,\d{3})+$|^\d+(\.\d+)?$")
SUFFIXED = re.compile(r"^(\d+(?:\.\d+)?)(k|m|mio)$")
UNITS = {
    "minute": "minute", "min": "minute", "hour": "hour", "day": "day", "week": "week", "wk": "week", "month": "month",
    "quarter": "quarter", "year": "year", "yr": "year", "fortnight": "fortnight",
}  # fmt: skip
CURRENCIES = {
    **dict.fromkeys(("$", "us$", "usd", "dollar", "buck"), "dollars"),
    **dict.fromkeys(("€", "eur", "euro"), "euros"),
    **dict.fromkeys(("£", "gbp", "pound", "quid"), "pounds"),
    **dict.fromkeys(("chf", "franc"), "francs"),
    **dict.fromkeys(("sek", "krona", "kronor"), "kronor"),
    **dict.fromkeys(("nok", "dkk", "krone", "kroner"), "kroner"),
    **{"yen": "yen", "rupee": "rupees"},
}
VAGUE = {"couple": "a couple of", "few": "a few", "several": "several"}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number or length as said: tokens [start, end) and its plain words, "3 to 4 months" or "50,000 dollars"."""

    start: int
    end: int
    words: str
    value: float = 0.0


def number_at(doc: Doc, start: int) -> tuple[float, int] | None:
    """Read a number that begins at a token: its value and the token after it."""
    total, group, place = 0.0, 0.0, start
    seen = False
    while place < len(doc):
        word = doc[place].lower_
        number = _simple(word)
        if number is not None:
            tens_before = group % 100 >= 20 and number < 10 and word in ONES
            if seen and _simple(doc[place - 1].lower_) is not None and not tens_before:
                break
            group += number
        elif word in SCALES and (seen or (place > start and doc[place - 1].lower_ == "a")):
            scale = SCALES[word]
            if scale == 100:
                group = max(group, 1) * 100
            else:
                total, group = total + max(group, 1) * scale, 0
        elif (
            word == "a"
            and not seen
            and place + 1 < len(doc)
            and doc[place + 1].lower_ in {"hundred", "thousand", "million"}
        ):
            place += 1
            continue
        elif not (seen and _joins(doc, place)):
            break
        seen = True
        place += 1
    return (total + group, place) if seen else None


def lengths(doc: Doc) -> Iterator[Amount]:
    """Yield the lengths of time in a text: "six-week", "two or three months", "half a year", "a couple of weeks"."""
    place = 0
    while place < len(doc):
        found = _length_at(doc, place)
        if found:
            yield found
        place = found.end if found else place + 1


def sums(doc: Doc) -> Iterator[tuple[Amount, bool]]:
    """Yield the sums in a text, with whether a currency (or "k", "grand") was named."""
    place = 0
    while place < len(doc):
        signed = CURRENCIES.get(doc[place].lower_) if not doc[place].is_alpha or len(doc[place]) == 3 else None
        read = number_at(doc, place + 1 if signed else place) if place + (1 if signed else 0) < len(doc) else None
        if not read:
            place += 1
            continue
        (value, end), lower = read, ""
        if upper := _upper(doc, place + (1 if signed else 0), value, end):
            lower, (value, end) = f"{_plain(upper[0])} to ", upper[1:]
        named = signed or (_currency(doc[end].lower_) if end < len(doc) else None)
        close = end + 1 if named and not signed else end
        thousands = value >= 1_000 and any(
            token.lower_.rstrip(".").endswith(("k", "grand", "m")) for token in doc[place:end]
        )
        yield Amount(place, close, f"{lower}{_plain(value)} {named or ''}".strip(), value), bool(named or thousands)
        place = close


def _upper(doc: Doc, start: int, value: float, end: int) -> tuple[float, float, int] | None:
    """Read on from a sum to the upper one of two: "30 to 40k", "between 30 and 40 thousand"; both have one scale."""
    if end + 1 >= len(doc):
        return None
    between = start > 0 and doc[start - 1].lower_ == "between" and doc[end].lower_ == "and"
    above = number_at(doc, end + 1) if between or doc[end].lower_ in {"to", "-", "\u2013"} else None
    if not above or above[0] <= value:
        return None
    scaled = value * 1000 if value < 1000 <= above[0] and above[0] / 1000 > value else value
    return scaled, *above


def _length_at(doc: Doc, start: int) -> Amount | None:
    word = doc[start].lower_
    following = [token.lower_ for token in doc[start + 1 : start + 4]]
    if word == "half" and following[:1] in (["a"], ["an"]) and len(following) > 1 and following[1] in UNITS:
        return Amount(start, start + 3, f"half a {following[1]}")
    if word in {"a", "an", "one", "another"} and following and following[0] in UNITS:
        half = [token.lower_ for token in doc[start + 2 : start + 5]] == ["and", "a", "half"]
        words = f"1.5 {UNITS[following[0]]}s" if half else f"1 {UNITS[following[0]]}"
        return Amount(start, start + (5 if half else 2), words, 1.5 if half else 1.0)
    vague = start + (1 if word == "a" and following[:1] and following[0] in VAGUE else 0)
    if doc[vague].lower_ in VAGUE:
        unit = vague + (2 if vague + 1 < len(doc) and doc[vague + 1].lower_ == "of" else 1)
        if unit < len(doc) and (name := _unit(doc[unit].lower_)):
            return Amount(start, unit + 1, f"{VAGUE[doc[vague].lower_]} {name}s")
    return _counted(doc, start)


def _counted(doc: Doc, start: int) -> Amount | None:
    read = number_at(doc, start)
    if not read or (start > 0 and _simple(doc[start - 1].lower_) is not None):
        return None
    value, end = read
    words = _plain(value)
    if end + 1 < len(doc) and doc[end].lower_ in {"to", "or", "-", "\u2013"} and (upper := number_at(doc, end + 1)):
        words, value, end = f"{words} to {_plain(upper[0])}", upper[0], upper[1]
    if end + 2 < len(doc) and [token.lower_ for token in doc[end : end + 3]] == ["and", "a", "half"]:
        words, value, end = _plain(value + 0.5), value + 0.5, end + 3
    if end < len(doc) and doc[end].lower_ == "-":
        end += 1
    if end < len(doc) and doc[end].lower_ in {"working", "business", "full", "long", "whole"}:
        end += 1
    name = _unit(doc[end].lower_) if end < len(doc) else None
    if not name:
        return None
    end += 1
    if end + 2 < len(doc) and [token.lower_ for token in doc[end : end + 3]] == ["and", "a", "half"]:
        words, value, end = _plain(value + 0.5), value + 0.5, end + 3
    return Amount(start, end, f"{words} {name}{'' if words == '1' else 's'}", value)


def _unit(word: str) -> str | None:
    return UNITS.get(word) or UNITS.get(word.removesuffix("s"))


def _currency(word: str) -> str | None:
    return CURRENCIES.get(word) or CURRENCIES.get(word.removesuffix("s"))


def _simple(word: str) -> float | None:
    if word in ONES or word in TENS:
        return float(ONES.get(word, 0) + TENS.get(word, 0))
    if DIGITS.match(word):
        return float(word.replace(",", ""))
    if suffixed := SUFFIXED.match(word):
        return float(suffixed[1]) * SCALES[suffixed[2]]
    return None


def _joins(doc: Doc, place: int) -> bool:
    """Tell whether "and" or a hyphen goes on with the number ("a hundred and eighty", "twenty-five")."""
    if place + 1 >= len(doc):
        return False
    after = doc[place + 1].lower_
    if doc[place].lower_ == "and":
        return doc[place - 1].lower_ in {"hundred", "thousand"} and _simple(after) is not None
    return doc[place].lower_ == "-" and doc[place - 1].lower_ in TENS and after in ONES


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
