"""What is told to people who see a page: sentences that speak of the command line are left out."""

from __future__ import annotations

import re

_SENTENCES = re.compile(r"(?<=[.;?!])\s+(?=[A-Z`])")
_OF_THE_TERMINAL = re.compile(r"(?:^|[\s`(])--[a-z]|icp-voice [a-z]")


def plain(text: str) -> str:
    """Return a hint or a warning without what is of use only at a command line: a page has its own fields for that."""
    return " ".join(one for one in _SENTENCES.split(text) if not _OF_THE_TERMINAL.search(one)).rstrip(";")
