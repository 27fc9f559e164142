"""How much one file may cost: the limits under [limits] in icp-voice.toml, each with what it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

MEGABYTE = 1024 * 1024
Whole = Annotated[int, Ge(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What reading one file may take. What ends a file's reading is an error; what cuts it is told as a warning.

    `memory_mb`, `cpu_seconds` and `seconds` bound the process that reads; `file_mb` the file itself; `unpacked_mb`,
    `members` and `ratio` an archive; the others cut what comes out of it.
    """

    memory_mb: Annotated[int, Ge(128)] = 2048
    cpu_seconds: Whole = 60
    seconds: Whole = 180
    file_mb: Whole = 200
    unpacked_mb: Whole = 200
    members: Whole = 20_000
    ratio: Whole = 200
    rows: Whole = 200_000
    cells: Whole = 5_000_000
    cell_characters: Whole = 1_000_000
    pages: Whole = 5_000
    documents: Whole = 200_000
    turns: Whole = 500_000
    characters: Whole = 50_000_000


def raise_hint(setting: str) -> str:
    """Return what to do about a file that one of the limits has stopped."""
    return f"Split it, or raise {setting} under [limits] in icp-voice.toml."
