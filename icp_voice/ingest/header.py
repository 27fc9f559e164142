"""What a file says of itself before anybody speaks: its title and day, whose talk it is, and who takes part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from icp_voice.ingest.cues import tidy
from icp_voice.ingest.dates import is_day, read_date
from icp_voice.ingest.headlines import headline_at, heads_a_talk
from icp_voice.ingest.labels import is_role, key, person
from icp_voice.model import Kind, Side, Speaker, Value

_DURATION: Final = re.compile(r"(?:\d+\s?h(?:ours?)?\s*)?\d+\s?m(?:in(?:utes?)?)?(?:\s*\d+\s?s(?:ec(?:onds?)?)?)?")
_FIELDS: Final = {
    "title": "title|meeting|meeting title|subject|topic|call",
    "date": "date|meeting date|call date|interview date|recording date|session date|date of interview|date of call|"
    "date of the interview|date of the call|date of meeting|date and time|datum|recorded|recorded on|held|held on|"
    "conducted|conducted on|when|published|published on",
    "account": "account|account name|company|customer|client|organisation|organization",
    "people": "participants|participant|attendees|speakers|people|present|guests|interviewees|interviewee|with",
    "interviewer": "interviewer|interviewers|host|moderator|facilitator|researcher",
    "kind": "kind|type",
    "url": "url|link|recording",
    "author": "from|author|written by",
    "other": "to|cc|duration|length|location|place|venue|language|time|source|product|project|version|status",
}
FIELD: Final[Mapping[str, str]] = {word: name for name, words in _FIELDS.items() for word in words.split("|")}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a file says of itself before anybody speaks."""

    title: str = ""
    date: str = ""
    url: str = ""
    kind: Kind | None = None
    hints: tuple[str, ...] = ()
    people: tuple[Speaker, ...] = ()
    interviewer: str = ""
    author: str = ""
    attributes: Mapping[str, Value] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def header(lines: Sequence[str], headings: Collection[int] = ()) -> tuple[About, int]:
    """Read `Date: 2026-05-12` and the like at the head of a text; return it with the number of lines it took.

    `headings` are the places of lines that are set as headings: they say nothing, but do not end the head either.
    """
    labels = Counter(field_of(line)[0] for line in lines if ":" in line[:40])
    fields: list[tuple[str, str]] = []
    titles: list[str] = []
    heading, taken = "", 0
    bare = labels["subject"] != 1  # `From:` and `To:` head a mail, not a talk
    for number, line in enumerate(lines[:60]):
        name, value = field_of(line)
        if not line.strip():
            continue
        if name in FIELD and value and labels[name] == 1 and _fits(FIELD[name], value):
            if bare and name in ("from", "to", "cc"):
                break
            fields.append((name, value))
            taken = number + 1
        elif stated := _bare_field(line):
            fields.append(stated)
            taken = number + 1
        elif number in headings:
            heading = heading or tidy(line)
        elif len(titles) < 2 and not name and (day := headline_at(lines, number)):
            titles.append(tidy(line).strip("#=* "))
            fields.append(("date", day))
            taken = number + 1
        elif not fields and _is_title(line, titles or [heading] * bool(heading), lines[number + 1 :]):
            titles.append(tidy(line).strip("#=* "))
        else:
            break
    # A first line is a title only when the lines that tell about the file follow it.
    title = " – ".join(filter(None, [heading, *titles]))
    about = about_from([*([("title", title)] if title and fields else []), *fields])
    return about, taken


def _is_title(line: str, titles: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a line may be the title, or stand below it where what tells about the file follows at once."""
    label = field_of(line)[0]
    if len(line.split()) > 14 or (label and not heads_a_talk(label)):
        return False
    following = next((one for one in below if one.strip()), "")
    return not titles or (len(titles) == 1 and line.strip()[-1] not in ".!?:," and field_of(following)[0] in FIELD)


def _bare_field(line: str) -> tuple[str, str] | None:
    """Read a line that is nothing but a day or a duration, as recorders put it below the title."""
    if len(line) > 50:
        return None
    if is_day(line):
        return "date", line.strip()
    if _DURATION.fullmatch(line.strip()):
        return "duration", line.strip()
    return None


def _fits(kind: str, value: str) -> bool:
    """Whether a value is short enough to be what its name says, and not somebody's first words."""
    most = {"people": 120, "interviewer": 12, "title": 25}.get(kind, 12)
    said = r"[!?]|(?<!\d)[.] [A-Z]" if kind == "date" else r"[!?]|[.] [A-Z]"  # `3. April 2026` is one day
    return len(value.split()) <= most and (kind == "title" or not re.search(said, value))


def field_of(line: str) -> tuple[str, str]:
    """Read `Name: value`; the name is in small letters, and both are empty where a line is none."""
    # Possessive where spaces follow spaces: a line of nothing else would take hours.
    found = re.match(
        r"(?:[-*]\s*+)?\**+([A-Za-z][A-Za-z /]{1,30}?)\s*+(\([^()]{1,30}\))?\**+\s*+:\**+(?:\s+|(?=\d))(\S.*)$",
        line.strip(),
    )
    if not found:
        return "", ""
    # `Date/Datum` is one thing in two languages; `Date (DD/MM/YYYY)` tells how the day is written.
    names = [name.strip() for name in found[1].casefold().split("/")]
    name = next((name for name in names if name in FIELD), found[1].casefold())
    return name, f"{found[3].strip()} {found[2] or ''}".strip()


def about_from(fields: Iterable[tuple[str, object]]) -> About:
    """Read what a header or front matter states; unknown names become attributes."""
    about = About()
    for name, value in fields:
        known = FIELD.get(name.casefold().replace("_", " ").strip(), "")
        about = _READERS[known](about, value) if known in _READERS else _with_attribute(about, name, value)
    return about


def _scalar(value: object) -> str:
    return tidy(str(value)) if isinstance(value, str | int | float | date) else ""


def _with_attribute(about: About, name: str, value: object) -> About:
    text = _scalar(value)
    return replace(about, attributes={**about.attributes, tidy(name)[:80]: text[:500]}) if text else about


def _with_title(about: About, value: object) -> About:
    return replace(about, title=about.title or _scalar(value))


def _with_date(about: About, value: object) -> About:
    text = _scalar(value)
    day = read_date(text)
    if day or not text:
        return replace(about, date=about.date or day)
    return replace(about, warnings=(*about.warnings, f'the date "{text[:40]}" could not be read; write YYYY-MM-DD'))


def _with_account(about: About, value: object) -> About:
    names = [_scalar(one) for one in value] if isinstance(value, list) else [_scalar(value)]
    return replace(about, hints=tuple(dict.fromkeys([*about.hints, *filter(None, names)])))


def _with_kind(about: About, value: object) -> About:
    text = _scalar(value).lower()
    if text in list(Kind):
        return replace(about, kind=Kind(text))
    known = ", ".join(Kind)
    return replace(about, warnings=(*about.warnings, f'the kind "{text[:40]}" is not known; known: {known}'))


def _with_url(about: About, value: object) -> About:
    text = _scalar(value).strip("<>")
    if re.match(r"https?://\S+$", text):
        return replace(about, url=about.url or text)
    return _with_attribute(about, "url", value)


def _with_people(about: About, value: object) -> About:
    people = {key(one.name): one for one in about.people}
    people |= {key(one.name): one for one in _people(value, about) if key(one.name) not in people}
    return replace(about, people=tuple(people.values()))


def _with_interviewer(about: About, value: object) -> About:
    asking = [replace(one, side=Side.VENDOR, reason="the file says: interviewer") for one in _people(value, about)]
    names = {key(one.name) for one in asking}
    known = {key(one.name): one for one in about.people}
    asking = [replace(known.get(key(one.name), one), side=one.side, reason=one.reason) for one in asking]
    others = [one for one in about.people if key(one.name) not in names]
    first = asking[0].name if asking else ""
    return replace(about, people=(*asking, *others), interviewer=about.interviewer or first)


def _with_author(about: About, value: object) -> About:
    about = _with_people(about, value)
    author = _people(value, about)
    return replace(about, author=author[0].name if author else "")


_READERS: Final = {
    "author": _with_author,
    "title": _with_title,
    "date": _with_date,
    "account": _with_account,
    "people": _with_people,
    "interviewer": _with_interviewer,
    "kind": _with_kind,
    "url": _with_url,
}


def _people(value: object, about: About) -> list[Speaker]:
    if isinstance(value, list):
        found = [_one_person(one) for one in value[:200]]
    else:
        text = _scalar(value)
        parts = re.split(";" if ";" in text else r",(?![^()]*\))|\s+and\s+|\s*&\s+", text)[:200]
        if any(is_role(part) for part in parts[1:]) and ";" not in text and "(" not in text:
            parts = [text]  # one person: name, job, company
        found = [person(part, listed=True) for part in parts if part.strip()]
    return [one for one in found if one.name]


def _one_person(value: object) -> Speaker:
    if not isinstance(value, dict):
        return person(_scalar(value), listed=True)
    stated = {str(name).casefold(): _scalar(one) for name, one in value.items()}
    side = stated.get("side", "").lower()
    known = side in list(Side)
    return Speaker(
        name=stated.get("name", "") or stated.get("email", ""),
        role=stated.get("role", "") or stated.get("title", ""),
        company=stated.get("company", "") or stated.get("account", ""),
        email=stated.get("email", "").lower(),
        side=Side(side) if known else Side.UNKNOWN,
        reason="the file says so" if known else "",
    )
