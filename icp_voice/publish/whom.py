"""Whom figures such as "n of N ICP accounts" are about, and the two halves of the time in which it was said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from icp_voice.publish.material import ACCOUNT, DOCUMENT, Group, Halves


def whom(
    tag: str,
    *,
    accounts: frozenset[str],
    tagged: Iterable[str],
    heard: Iterable[str],
    spoken: Callable[[], Iterable[str]],
) -> Group:
    """Return the accounts of the tag, else all that were heard of, else the documents in which something was said."""
    members, voiced = accounts.intersection(tagged), accounts.intersection(heard)
    if members:
        return Group(
            label=f"{tag} accounts",
            unit=ACCOUNT,
            tagged=True,
            members=members,
            heard=members & voiced,
            others=voiced - members,
        )
    if voiced:
        return Group(label="accounts", unit=ACCOUNT, tagged=False, members=accounts, heard=voiced, others=frozenset())
    documents = frozenset(spoken())
    return Group(label="documents", unit=DOCUMENT, tagged=False, members=documents, heard=documents, others=frozenset())


def halves(group: Group, said: Iterable[tuple[str, str, str]]) -> Halves:
    """Split (date, account, document) of what says something by the documents' median date: one old one does not move it."""
    dated = {(day, account, document) for text, account, document in said if (day := _day(text))}
    if not dated:
        return Halves(middle="", early=frozenset(), late=frozenset())
    days = sorted({document: day for day, _, document in dated}.values())
    middle = days[(len(days) - 1) // 2]
    counted = group.heard | group.others

    def voices(*, late: bool) -> frozenset[str]:
        return counted & {
            document if group.unit == DOCUMENT else account
            for day, account, document in dated
            if (day > middle) == late
        }

    return Halves(middle=middle, early=voices(late=False), late=voices(late=True))


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""
