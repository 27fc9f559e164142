"""First lines that name a talk and its day, such as `Interview with Ann Lee, Harbor Foods, 3 April 2026`.

What somebody says may hold a day as well. A headline is told from it by its shape: few words, no verb and nobody
spoken of as I, we or they, and the day at one of its ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from icp_voice.ingest.dates import day_at_an_end

_TALKS: Final = frozenset(
    """interview interviews call meeting transcript transcription notes note conversation talk session demo discussion
    minutes workshop debrief review kickoff kick-off qbr check-in checkin visit survey chat recording gespräch
    gesprächsnotiz protokoll""".split()
)
_SAID: Final = frozenset(
    """i i'm i've we we're we've you you're he she it it's they us me our my your their his her this that these those
    is are was were be been am has have had do does did will would can could should may might must not no yes so
    because but if when since until before after went started ended got made said told came moved changed fails failed
    works worked need needs want wants""".split()
)
_SMALL: Final = frozenset("with and of for the at on in by from to a an und mit von vom bei am & x vs".split())
_MOST_WORDS: Final = 16


def headline_day(line: str) -> str:
    """Return the day as a headline has it; empty where the line is none, or is nothing but a day."""
    line = " ".join(line.strip().strip("#*=_").split())
    if len(line) > 160 or len(line.split()) > _MOST_WORDS or re.search(r"[!?;]|\.$|\.\s+[A-Z][a-z]+ [a-z]", line):
        return ""
    day, rest = day_at_an_end(line)
    words = [word.strip(".,:()[]|'’\"“”–—-") for word in rest.split()]
    words = [word for word in words if word]
    plain = {word.casefold().replace("’", "'") for word in words}
    if not day or not words or plain & _SAID or plain <= _SMALL:
        return ""
    if plain & _TALKS:
        return day
    # A name and a time of day head a message, not a talk.
    return day if ":" not in day and all(_is_name(word) for word in words) else ""


def heads_a_talk(label: str) -> bool:
    """Whether words before a colon name a talk: `Customer interview: Harbor Foods`."""
    return not _TALKS.isdisjoint(label.casefold().split())


def headline_at(lines: Sequence[str], number: int) -> str:
    """Return the day of a headline above words that no other line is like: where many lines are, they head messages."""
    day = headline_day(lines[number])
    others = [line for at, line in enumerate(lines[:60]) if at != number and line.strip()]
    return day if day and others and not any(map(headline_day, others)) else ""


def _is_name(word: str) -> bool:
    return word.casefold() in _SMALL or word[:1].isupper() or not word[:1].isalpha()
