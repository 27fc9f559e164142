"""The gaps a page at a time: of a kind, an account, a category, and how many there are of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from icp_voice.errors import unknown
from icp_voice.model import Gap
from icp_voice.profile.gaps import KINDS, NO_FEEDBACK, ONE_ROLE, ONE_VOICE, QUESTION, THIN
from icp_voice.store import Store

# In the order in which they weigh.
ORDER = tuple(dict.fromkeys((NO_FEEDBACK, QUESTION, *KINDS.values(), ONE_VOICE, THIN, ONE_ROLE)))


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedGap:
    """A gap with the name of its account, which is empty for one of no account."""

    gap: Gap
    account_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsPage:
    """Gaps `start` to `start + len(rows)` of `total` that fit; `kinds` counts each kind among all other filters."""

    rows: tuple[NamedGap, ...]
    start: int
    total: int
    of: int
    kinds: tuple[tuple[str, int], ...]


def gaps_page(
    store: Store, gaps: Sequence[Gap], *, kind: str, account: str, category: str, start: int, most: int
) -> GapsPage:
    """Return some gaps, in the order in which they are told."""
    if kind and kind not in ORDER:
        raise unknown("kind of gap", kind, ORDER)
    within = [gap for gap in gaps if account in {"", gap.account} and category in {"", gap.category}]
    fitting = [gap for gap in within if kind in {"", gap.kind}]
    start = max(0, start)
    shown = fitting[start : start + max(0, most)]
    counts = Counter(gap.kind for gap in within)
    return GapsPage(
        rows=_named(store, shown),
        start=start,
        total=len(fitting),
        of=len(gaps),
        kinds=tuple((one, counts[one]) for one in ORDER if counts[one] or one == kind),
    )


def _named(store: Store, gaps: Iterable[Gap]) -> tuple[NamedGap, ...]:
    listed = list(gaps)
    names = store.accounts.names({gap.account for gap in listed})
    return tuple(NamedGap(gap=gap, account_name=names.get(gap.account, gap.account)) for gap in listed)
