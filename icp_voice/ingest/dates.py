"""Days as people write them: a cell or a whole column that is a date, and the day that a line of text names."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from icp_voice.model import Value

_TIME = (
    r"(?:[T ,]+(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp][Mm])?\s*(?P<zone>Z|(?:UTC|GMT)(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2})?)?"
)
_DATES = (
    re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})" + _TIME),
    re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})" + _TIME),
    re.compile(r"(?P<one>\d{1,2})[-/](?P<two>\d{1,2})[-/](?P<year>\d{4}|\d{2})" + _TIME),
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[ .-]+(?P<name>[A-Za-z]{3,9})[.,]?[ -]+(?P<year>\d{4})" + _TIME),
    re.compile(r"(?P<name>[A-Za-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})" + _TIME),
)
_MONTHS = "january february march april may june july august september october november december".split()
_DAY_WORDS: Final = frozenset(
    """mon monday tue tuesday wed wednesday thu thursday fri friday sat saturday sun sunday at am pm utc gmt cet cest
    est edt pst pdt st nd rd th montag dienstag mittwoch donnerstag freitag samstag sonntag uhr den""".split()
)
_SHORT_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        "jan january januar|feb february februar|mar march märz|apr april|may mai|jun june juni|jul july juli|aug august|"
        "sep sept september|oct october oktober|nov november|dec december dezember".split("|"),
        start=1,
    )
    for name in names.split()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Date:
    """A date as written. Where `swap` is set, `day` and `month` may be the other way round."""

    year: int
    month: int
    day: int
    time: str = ""
    swap: bool = False


def iso_date(text: str) -> str:
    """Return the day that a text such as "4 Mar 2026" or "2026-03-04T10:00Z" names; empty where it is not plain."""
    date = _date_parts(text.strip())
    if date is None or (date.swap and date.day != date.month and max(date.day, date.month) <= 12):
        return ""
    return (_iso(date, swapped=date.swap and date.month > 12) or "")[:10]


def is_date(text: str) -> bool:
    """Tell whether a text is a date and nothing else, even one whose day and month cannot be told apart."""
    return _date_parts(text) is not None


def column_dates(cells: Sequence[Value]) -> tuple[list[Value] | None, bool]:
    """Read a whole column as dates, or not at all; and say whether day and month were what could not be told apart."""
    found: list[_Date] = []
    for cell in cells:
        date = _date_parts(cell) if isinstance(cell, str) else None
        if date is None:
            return None, False
        found.append(date)
    slashed = [date for date in found if date.swap]
    month_first = any(date.day > 12 for date in slashed)
    day_first = any(date.month > 12 for date in slashed)
    if slashed and month_first == day_first and any(date.day != date.month for date in slashed):
        return None, not month_first
    dates = [_iso(date, swapped=date.swap and day_first) for date in found]
    return (None, False) if not dates or None in dates else (list(dates), False)


def _date_parts(text: str) -> _Date | None:
    if not 6 <= len(text) <= 40:
        return None
    for pattern in _DATES:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        part = match.groupdict()
        year = int(part["year"]) + (2000 if len(part["year"]) == 2 else 0)
        if part.get("one"):
            # Month first, unless the whole column says otherwise.
            return _Date(year=year, month=int(part["one"]), day=int(part["two"]), time=_time(part), swap=True)
        month = int(part["month"]) if part.get("month") else _month(part["name"])
        return _Date(year=year, month=month, day=int(part["day"]), time=_time(part)) if month else None
    return None


def _month(name: str) -> int:
    fits = [number for number, month in enumerate(_MONTHS, 1) if month.startswith(name.lower())]
    return fits[0] if len(fits) == 1 else 9 if name.lower() == "sept" else 0


def _time(part: Mapping[str, str | None]) -> str:
    """Return `T10:30:00Z`, or nothing for midnight without a zone, which is how a mere day is often written."""
    if not part["h"]:
        return ""
    half = (part["half"] or "").lower()
    hour = int(part["h"]) % 12 + (12 if half == "pm" else 0) if half else int(part["h"])
    zone = _zone(part["zone"] or "")
    written = f"T{hour:02}:{part['m']}:{part['s'] or '00'}{zone}"
    return "" if written == "T00:00:00" else written


def _zone(text: str) -> str:
    """Return `Z`, `+02:00` for `GMT+2`, and what is an offset as it is."""
    found = re.fullmatch(r"(?:UTC|GMT)(?:([+-])(\d{1,2})(?::?(\d{2}))?)?", text)
    if not found:
        return text
    return f"{found[1]}{int(found[2]):02}:{found[3] or '00'}" if found[1] else "Z"


def _iso(date: _Date, *, swapped: bool) -> str | None:
    month, day = (date.day, date.month) if swapped else (date.month, date.day)
    try:
        return datetime.date(date.year, month, day).isoformat() + date.time
    except ValueError:
        return None


def read_date(text: str) -> str:
    """Read a day as YYYY-MM-DD: ISO, `May 12, 2026`, `12 May 2026`, `12.05.2026`, `13/5/2026`; else empty.

    `03/04/2026` is a day only where something tells which number is the month: `Fri 03/04/2026`.
    """
    text = text[:200]
    iso = re.search(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", text)
    if iso:
        return _day(iso[1], iso[2], iso[3])
    written = re.search(r"\b([^\W\d_]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b", text)
    if written and written[1].lower() in _SHORT_MONTHS:
        return _day(written[3], _SHORT_MONTHS[written[1].lower()], written[2])
    written = re.search(r"\b(\d{1,2})(?:st|nd|rd|th|\.)? (?:of )?([^\W\d_]{3,9})\.?,? (\d{4})\b", text)
    if written and written[2].lower() in _SHORT_MONTHS:
        return _day(written[3], _SHORT_MONTHS[written[2].lower()], written[1])
    dotted = re.search(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b", text)
    if dotted:
        return _day(dotted[3], dotted[2], dotted[1])
    slashed = re.search(r"\b(\d{1,2})[/-](\d{1,2})[/-](\d{4})\b", text)
    return _settled(slashed[3], slashed[1], slashed[2], text) if slashed else ""


def _settled(year: str, one: str, two: str, text: str) -> str:
    """Return the day that `03/04/2026` means where only one is possible, or a weekday or a named order tells which."""
    day_first, month_first = _day(year, two, one), _day(year, one, two)
    if not (day_first and month_first) or day_first == month_first:
        return day_first or month_first
    if order := re.search(r"\b(dd?[/-]mm?|mm?[/-]dd?)\b", text, re.I):
        return day_first if order[1][0] in "dD" else month_first
    weekday = re.search(r"\b(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b", text, re.I)
    fits = [day for day in (day_first, month_first) if weekday and _is_on(day, weekday[1])]
    return fits[0] if len(fits) == 1 else ""


def _is_on(day: str, weekday: str) -> bool:
    return _WEEKDAYS[datetime.date.fromisoformat(day).weekday()] == weekday[:3].lower()


def day_at_an_end(line: str) -> tuple[str, str]:
    """Return the day with which a line ends or begins, as it is written, and the rest of the line; else empty texts."""
    found = list(_WRITTEN_DAY.finditer(line[:200]))
    if len(found) != 1:
        return "", ""
    before, after = line[: found[0].start()], line[found[0].end() :]
    if before.strip(_BESIDE) and after.strip(_BESIDE):
        return "", ""
    return found[0][0].strip(), (before.strip(_BESIDE) or after.strip(_BESIDE))


_WEEKDAYS: Final = "mon tue wed thu fri sat sun".split()
_BESIDE: Final = " ,:|·•()[]–—-_/"  # what stands between a day and the words beside it
_NAMED_MONTH: Final = f"(?:{'|'.join(sorted(_SHORT_MONTHS, key=len, reverse=True))})"
_WRITTEN_DAY: Final = re.compile(
    r"(?:\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? )?"
    rf"(?:\b\d{{4}}-\d{{1,2}}-\d{{1,2}}|\b\d{{1,2}}\.\d{{1,2}}\.\d{{4}}\b|\b\d{{1,2}}[/-]\d{{1,2}}[/-]\d{{4}}\b|"
    rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)? (?:of )?{_NAMED_MONTH}\b\.?,? \d{{4}}\b|"
    rf"\b{_NAMED_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}\b)"
    r"(?:[T ,]+(?:at )?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?Z?(?:\s?[ap]m\b)?(?:\s(?:UTC|GMT|CES?T|[EP][SD]T)\b)?)?",
    re.I,
)


def is_day(line: str) -> bool:
    """Tell whether a line is nothing but a day, perhaps with the weekday and the time zone."""
    words = re.findall(r"[^\W\d_]+", line.lower())
    return bool(read_date(line)) and all(word in _DAY_WORDS or word in _SHORT_MONTHS for word in words)


def _day(year: str, month: str | int, day: str) -> str:
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
