"""Headings in two rows, as SurveyMonkey writes them: the question above, and below it what each column of it is for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from icp_voice.ingest.asked import asked_of
from icp_voice.ingest.columns import snake

_SIGNS: Final = frozenset(("respondent_id", "collector_id"))
_OPEN: Final = frozenset(("response", "open-ended response", ""))
_CONTACT: Final = frozenset(
    """address 1|address 2|address|city/town|state/province|zip/postal code|country|phone number""".split("|")
)


def joined_heads(upper: Sequence[str], lower: Sequence[str]) -> list[str] | None:
    """Return one heading for each column of a SurveyMonkey export; None where the second row is an answer."""
    names = [snake(name) for name in upper]
    ids = [lower[at] for at, name in enumerate(names) if name in _SIGNS and at < len(lower)]
    if not _SIGNS <= set(names) or any(ids) or not any(lower):
        return None
    heads: list[str] = []
    question = ""
    for at, name in enumerate(upper):
        question = name or question
        part = lower[at] if at < len(lower) else ""
        if part.casefold() in _OPEN:
            heads.append(question)
        elif asked_of(part) or part.casefold() in _CONTACT:
            heads.append(part)  # of "Please tell us about yourself", what is asked says enough
        else:
            heads.append(f"{question} – {part}")
    return heads
