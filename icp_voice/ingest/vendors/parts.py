"""What all vendors' records have in common: values that may be missing or of another type, people, and what is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.cells import tidy_number
from icp_voice.ingest.cues import tidy
from icp_voice.ingest.rows import counted
from icp_voice.model import Speaker, Turn, Value

Json = Mapping[str, Any]
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"
_MILLISECONDS_FROM = 10**11  # seconds reach this in the year 5138, milliseconds did in 1973


class Left(Counter[str]):
    """What was left out, by what it is ("internal note"), to be told once for a whole file."""

    def warnings(self) -> tuple[str, ...]:
        """Return `2 internal notes left out`, `3 mails without own words left out` and the like."""
        told = []
        for what, number in sorted(self.items()):
            noun, *rest = re.split(r"(?= (?:without|that|of|with)\b)", what, maxsplit=1)
            if number:
                told.append(f"{counted(number, noun)}{''.join(rest)} left out")
        return tuple(told)


def record(value: object) -> Json:
    """Return a JSON object, an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def records(value: object) -> list[Json]:
    """Return the objects of a JSON list; nothing of anything else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def counted_records(value: object, left: Left, what: str) -> list[Json]:
    """Return the objects of a JSON list, and count what else is in it as left out."""
    found = records(value)
    if isinstance(value, list) and len(value) > len(found):
        left[f"{what} that could not be read"] += len(value) - len(found)
    return found


def text(value: object) -> str:
    """Return a string or a number as text with its white space folded; nothing of anything else."""
    return tidy(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def body(value: object) -> str:
    """Return what somebody wrote, its lines kept."""
    return value if isinstance(value, str) else ""


def whole(value: object) -> int | None:
    """Return a sensible number of milliseconds, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**10:
        return None
    return round(value)


def instant(value: object) -> str:
    """Return an ISO time, or seconds or milliseconds since 1970, as `2026-05-01T09:00:00Z`; else an empty string."""
    try:
        if isinstance(value, str) and not re.fullmatch(r"\d{9,14}(?:\.\d+)?", value.strip()):
            found = datetime.fromisoformat(value.strip())
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).strftime(_INSTANT)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return ""
        seconds = float(value)
        seconds /= 1000 if seconds >= _MILLISECONDS_FROM else 1
        return datetime.fromtimestamp(seconds, UTC).strftime(_INSTANT)
    except (ValueError, OverflowError, OSError):
        return ""


def day(value: object) -> str:
    """Return the day of an ISO time or of seconds or milliseconds since 1970, in UTC; else an empty string."""
    if isinstance(value, str) and re.fullmatch(r"\d{9,14}(?:\.\d+)?", value.strip()):
        value = float(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return (
                datetime.fromtimestamp(value / 1000 if value >= _MILLISECONDS_FROM else value, UTC).date().isoformat()
            )
        except (ValueError, OverflowError, OSError):
            return ""
    try:
        return datetime.fromisoformat(value.strip()).date().isoformat() if isinstance(value, str) else ""
    except ValueError:
        return ""


def attributes(pairs: Iterable[tuple[str, object]]) -> dict[str, Value]:
    """Return those values that are plain and not empty; a list of plain values is joined with commas."""
    found: dict[str, Value] = {}
    for name, value in pairs:
        if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
            value = ", ".join(str(one) for one in value)
        if isinstance(value, bool):
            found[name] = value
        elif isinstance(value, int | float):
            found[name] = tidy_number(value)
        elif isinstance(value, str) and tidy(value):
            found[name] = tidy(value)[:500]
    return found


def hints(*values: object) -> tuple[str, ...]:
    """Return what names the account, each once, the plainest first."""
    return tuple(dict.fromkeys(found for value in values if (found := text(value))))


@dataclass(slots=True)
class People:
    """Who takes part, by the vendor's id; two people of one name are told apart by their mail address or a number."""

    _by_id: dict[str, Speaker] = field(default_factory=dict)

    def add(self, identity: object, speaker: Speaker) -> Speaker:
        """Know somebody by an id; return them under a name of their own."""
        key = text(identity) or f"name:{speaker.name}"
        if key in self._by_id:
            return self._by_id[key]
        taken = {one.name: one for one in self._by_id.values()}
        same = taken.get(speaker.name)
        if same and not (same.email and same.email == speaker.email):
            tried = [f"{speaker.name} ({speaker.email})"] if speaker.email else []
            tried += [f"{speaker.name} ({number})" for number in range(2, len(taken) + 3)]
            speaker = replace(speaker, name=next(name for name in tried if name not in taken))
        self._by_id[key] = same if same and same.name == speaker.name else speaker
        return self._by_id[key]

    def get(self, identity: object) -> Speaker | None:
        """Return who has an id, if anybody."""
        return self._by_id.get(text(identity))

    def in_order(self, turns: Sequence[Turn]) -> tuple[Speaker, ...]:
        """Return everybody once: who speaks in the order of the turns, then who never does."""
        known = {one.name: one for one in self._by_id.values()}
        heard = dict.fromkeys(turn.speaker for turn in turns if turn.speaker)
        return (
            *(known.get(name) or Speaker(name=name) for name in heard),
            *(known[n] for n in known if n not in heard),
        )


def without_words(what: str) -> UnreadableFile:
    """Return the error for a record in which nobody says anything."""
    return UnreadableFile(f"there are no words in the {what}")
