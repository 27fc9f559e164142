"""Names of files as strangers give them, made such that they can be shown, kept and told apart; none is ever a path."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from icp_voice.errors import UnreadableFile

LONGEST_PART: Final = 120
LONGEST: Final = 240
_UNSHOWN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_LEFT_OUT: Final = frozenset(("thumbs.db", "desktop.ini", ".ds_store"))


def safe_name(given: str) -> str:
    r"""Return a name made of the last parts of what a browser gives: `calls/Acme/call.vtt` for `..\calls/Acme//call.vtt`.

    Raise UnreadableFile for what systems leave in folders, hidden files, and the file of secrets.
    """
    text = unicodedata.normalize("NFC", _UNSHOWN.sub("", given))
    parts = [part.strip() for part in re.split(r"[/\\]", text)]
    kept = [
        _short(part) for part in parts if part and not set(part) <= {".", " "} and not re.fullmatch("[A-Za-z]:", part)
    ]
    name = kept[-1] if kept else "file"
    if name.casefold() in _LEFT_OUT or name.startswith("."):
        raise UnreadableFile(f"{name}: left out, it is a hidden file", hint="Choose files that hold words.")
    if name.casefold().startswith("secrets.toml"):
        raise UnreadableFile(f"{name}: left out, it holds secrets", hint="Secrets stay where they are.")
    while len(kept) > 1 and len("/".join(kept)) > LONGEST:
        kept.pop(0)
    return "/".join(kept) or name


def with_number(name: str, taken: Callable[[str], bool]) -> str:
    """Return the name, or `call (2).vtt` and so on, the first that is not taken."""
    folder, slash, last = name.rpartition("/")
    stem, dot, ending = last.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (last, "")
    found, number = name, 1
    while taken(found):
        number += 1
        found = f"{folder}{slash}{stem} ({number}){ending}"
    return found


def _short(part: str) -> str:
    """Cut what is too long; the ending stays, for it may tell the format."""
    if len(part) <= LONGEST_PART:
        return part
    stem, dot, ending = part.rpartition(".")
    if not stem or len(ending) > 10:
        return part[:LONGEST_PART].rstrip()
    return stem[: LONGEST_PART - len(ending) - 1].rstrip() + dot + ending
