"""What is worth a person's look next: proposed tags of which the model is least sure, mixed so that each one teaches.

The queue goes round the categories, and in each of them round the accounts; in each account the tag that is nearest to
undecided comes first. What a person skipped comes last. It is a query: nothing is kept but what was skipped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from icp_voice.model import Highlight, Tag, TagState
from icp_voice.store import Store
from icp_voice.store.page_tables import refresh
from icp_voice.store.tags import BY_PEOPLE

UNDECIDED: Final = 0.5
SURE: Final = 0.75
NEAR: Final = 0.05
ALIKE: Final = 0.1
# Of each category so many of the nearest to undecided are looked at, half of them from above and half from below.
LOOKED_AT: Final = 400
# While a run writes, a passage may be gone before the copy knows it: others are ready in its place.
SPARE: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """A proposed tag to decide about: `why` it is asked, `other` what else the model sees in the passage.

    `people` is what others have decided about the passage.
    """

    highlight: Highlight
    category: str
    score: float
    why: str
    other: tuple[tuple[str, float], ...] = ()
    people: tuple[Tag, ...] = ()

    @property
    def key(self) -> str:
        """What `review(after=...)` takes to go on behind this item."""
        return f"{self.highlight.id}:{self.category}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A page of the queue, how many tags are `left` to look at, and about how many people have `decided`."""

    items: tuple[ReviewItem, ...]
    left: int
    decided: int


NOT_DECIDED = f"""
not exists (select 1 from tag as other where other.highlight = tag.highlight and other.category = tag.category
  and other.{BY_PEOPLE.replace(" and coder", " and other.coder")})
"""
TAGGED = "(:account_tag = '' or document.account in (select account from tagged where tag = :account_tag))"
# One category's nearest to undecided, from one side, as they stand in the copy that is kept ready for pages. The index
# gives them in order: no more are read than are wanted.
NEAREST = """
select tag.highlight, tag.category, tag.score, document.account as account,
  0 as skipped, abs(tag.score - :undecided) as away
from tag indexed by tag_open
join page_highlight as highlight on highlight.id = tag.highlight
join page_document as document on document.id = highlight.document
where tag.state = 'proposed' and tag.category = {category} and tag.score >= {low} and tag.score < {high}
  and {not_decided} and {tagged} and not exists (select 1 from skipped
    where skipped.by = :by and skipped.highlight = tag.highlight and skipped.category = tag.category)
order by tag.score {order}, tag.highlight limit :looked_at
"""
SKIPPED = """
select tag.highlight, tag.category, tag.score, document.account as account,
  skipped.turn as skipped, abs(tag.score - :undecided) as away
from skipped
join tag on tag.highlight = skipped.highlight and tag.category = skipped.category and tag.state = 'proposed'
join page_highlight as highlight on highlight.id = tag.highlight
join page_document as document on document.id = highlight.document
where skipped.by = :by and tag.category in ({categories}) and tag.score >= :low and tag.score < :sure
  and {not_decided} and {tagged}
"""
# What people have confirmed scores 1, what they have rejected does not stand there.
LEFT = """
select count(*) from page_tag where category in (select value from json_each(:names)) and score >= :low and score < :sure
 and exists (select 1 from page_document as document join tagged on tagged.account = document.account
  where document.id = page_tag.document and tagged.tag = :account_tag)
"""
QUEUE = """
with candidate as ({candidates}),
of_account as (
  select *, row_number() over (partition by category, account, skipped order by away, highlight) as nth from candidate
),
mixed as (
  select *, row_number() over (partition by category, skipped order by nth, away, highlight) as place from of_account
),
queue as (
  select *, row_number() over (order by skipped, place, away, category, highlight) as number from mixed
)
select highlight, category, score from queue
where number > coalesce((select number from queue where highlight || ':' || category = :after), 0)
order by highlight || ':' || category = :first desc, number limit :most
"""


def review(
    store: Store,
    categories: Sequence[str],
    *,
    by: str,
    threshold: float,
    most: int = 20,
    after: str = "",
    first: str = "",
    account_tag: str = "",
) -> Review:
    """Return the next tags that a person should decide about, in these categories, behind the one called `after`.

    The one called `first` comes first, if it is open. With `account_tag` only accounts that carry it are asked about.
    """
    values: dict[str, Any] = {
        "by": by,
        "after": after,
        "most": most + SPARE,
        "first": first,
        "account_tag": account_tag,
    }
    refresh(store.db)
    rows: list[tuple[str, str, float]] = []
    if categories:
        sql, more = _queue(categories, threshold)
        rows = store.db.execute(sql, {**values, **more}).fetchall()
    highlights = store.highlights.known([row[0] for row in rows])
    said = store.highlights.said([row[0] for row in rows])
    items = tuple(
        _item(highlights[highlight], category, score, said.get(highlight, ()), threshold)
        for highlight, category, score in rows
        if highlight in highlights
    )[:most]
    left = _left(store, categories, threshold, account_tag)
    return Review(items=items, left=left, decided=_decided(store, categories))


def skip(store: Store, highlight: str, category: str, *, by: str) -> None:
    """Put a tag at the end of a person's queue."""
    store.db.execute(
        "insert or replace into skipped (by, highlight, category, turn)"
        " select :by, :highlight, :category, coalesce(max(turn), 0) + 1 from skipped where by = :by",
        {"by": by, "highlight": highlight, "category": category},
    )


def _queue(categories: Sequence[str], threshold: float) -> tuple[str, dict[str, Any]]:
    """Return the query of the queue with the values it needs."""
    values: dict[str, Any] = {"low": threshold, "middle": max(threshold, UNDECIDED), "sure": SURE}
    values |= {"undecided": UNDECIDED, "looked_at": LOOKED_AT // 2}
    parts = []
    for number, category in enumerate(categories):
        values[f"category{number}"] = category
        for low, high, order in ((":middle", ":sure", "asc"), (":low", ":middle", "desc")):
            nearest = NEAREST.format(
                category=f":category{number}", low=low, high=high, order=order, not_decided=NOT_DECIDED, tagged=TAGGED
            )
            parts.append(f"select * from ({nearest})")
    named = ", ".join(f":category{number}" for number in range(len(categories)))
    parts.append(SKIPPED.format(categories=named, not_decided=NOT_DECIDED, tagged=TAGGED))
    return QUEUE.format(candidates=" union all ".join(parts)), values


def _left(store: Store, categories: Sequence[str], threshold: float, account_tag: str) -> int:
    """Return how many tags are neither sure nor decided, of all accounts or of those that carry a tag."""
    row = store.db.execute(
        LEFT if account_tag else LEFT.partition(" and exists")[0],
        {"names": json.dumps(list(categories)), "low": threshold, "sure": SURE, "account_tag": account_tag},
    ).fetchone()
    return int(row[0])


def _decided(store: Store, categories: Sequence[str]) -> int:
    """Return about how many tags people have decided."""
    rows = store.db.execute(
        f"select category, count(distinct highlight) from tag indexed by tag_people where {BY_PEOPLE} group by category"
    )
    return sum(count for category, count in rows.fetchall() if category in categories)


def _item(highlight: Highlight, category: str, score: float, said: Sequence[Tag], threshold: float) -> ReviewItem:
    people = tuple(tag for tag in said if tag.state is not TagState.PROPOSED)
    settled = {tag.category for tag in people}
    other = {
        tag.category: tag.score
        for tag in said
        if tag.state is TagState.PROPOSED and tag.category != category and tag.category not in settled
    }
    ranked = tuple(sorted(other.items(), key=lambda one: (-one[1], one[0])))
    why = _why(score, other, threshold)
    return ReviewItem(highlight=highlight, category=category, score=score, why=why, other=ranked, people=people)


def _why(score: float, other: Mapping[str, float], threshold: float) -> str:
    if abs(score - UNDECIDED) <= NEAR:
        why = f"as likely as not ({score:.2f})"
    elif score < threshold + NEAR:
        why = f"just over the line ({score:.2f}, from {threshold:.2f} on it counts)"
    else:
        why = f"likely, not sure ({score:.2f})"
    near = [name for name, value in sorted(other.items()) if abs(value - score) <= ALIKE]
    return why + (f"; as likely {' and '.join(near)}" if near else "")
