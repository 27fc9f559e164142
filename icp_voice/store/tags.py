"""Tags: what a model proposes and what people make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from icp_voice.model import Tag, TagState

PERSON = "person:"
SAID = "said by a person"
BY_PEOPLE = "coder >= 'person:' and coder < 'person;'"
SAYING = "live.id, live.document, live.turn, live.start, live.end, category, coder"
FORGET_FIRST_SAID = f"""
delete from first_said where highlight = :highlight and category = :category and not exists (
  select 1 from tag where tag.highlight = :highlight and tag.category = :category and {BY_PEOPLE})
"""
# A passage is a model's again if a model made it, nobody has decided about it any more and nobody marked it.
A_MODELS_AGAIN = f"""
update highlight set by = 'model' where id = :highlight
  and exists (select 1 from tag_before where highlight = :highlight and made = 'model')
  and not exists (select 1 from tag where highlight = :highlight and {BY_PEOPLE})
  and not exists (select 1 from change where subject = :highlight and verb = 'mark' and undone = 0)
"""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a highlight stands: in which turn of which document, from which character to which."""

    document: str
    turn: int
    start: int
    end: int


Saying = tuple[str, Place, str, str, bool]


class Tags:
    """The tag table."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, coder: str, proposed: Mapping[str, Iterable[Tag]]) -> None:
        """Set what a model says of some highlights, in place of what any model said of them before."""
        self._db.conn.executemany(
            "delete from tag where highlight = ? and coder like 'model:%'", [(highlight,) for highlight in proposed]
        )
        self._db.conn.executemany(
            "insert into tag (highlight, category, coder, score, state, reason) values (?, ?, ?, ?, ?, ?)",
            [
                (highlight, tag.category, coder, tag.score, tag.state, tag.reason)
                for highlight, tags in proposed.items()
                for tag in tags
            ],
        )

    def decide(self, highlight: str, category: str, *, by: str, state: TagState) -> int:
        """Keep what a person decided about one tag; it outranks every model, now and after any run.

        Return the number under which `restore` knows what was there before.
        """
        before = self._keep_before(highlight, category, by, first=self._keep_first_said(highlight, category))
        score = 0.0 if state is TagState.REJECTED else 1.0
        self._db.execute(
            "insert or replace into tag (highlight, category, coder, score, state, reason) values (?, ?, ?, ?, ?, ?)",
            (highlight, category, PERSON + by, score, state, SAID),
        )
        # From now on it is a passage that a person marked: another way of cutting passages must not lose what was said.
        self._db.execute("update highlight set by = 'person' where id = ?", (highlight,))
        return before

    def decided(self, highlight: str, category: str, *, by: str) -> bool:
        """Say whether this person has decided about this tag."""
        row = self._db.execute(
            "select 1 from tag where highlight = ? and category = ? and coder = ?", (highlight, category, PERSON + by)
        ).fetchone()
        return row is not None

    def withdraw(self, highlight: str, category: str, *, by: str) -> int:
        """Take back what a person decided about one tag; return the number for `restore`."""
        before = self._keep_before(highlight, category, by, first=False)
        self._db.execute(
            "delete from tag where highlight = ? and category = ? and coder = ?", (highlight, category, PERSON + by)
        )
        return before

    def restore(self, before: int) -> None:
        """Bring back what a person had said of a tag before a decision, and what was known of its passage."""
        kept = next(iter(self._db.query("select * from tag_before where number = ?", (before,))))
        self._db.execute(
            "delete from tag where highlight = :highlight and category = :category and coder = :coder", _key(kept)
        )
        if kept["held"]:
            self._db.execute(
                "insert into tag (highlight, category, coder, score, state, reason)"
                " values (:highlight, :category, :coder, :score, :state, :reason)",
                {**_key(kept), **{name: kept[name] for name in ("score", "state", "reason")}},
            )
        if kept["first"]:
            self._db.execute(FORGET_FIRST_SAID, {name: kept[name] for name in ("highlight", "category")})
        self._db.execute(A_MODELS_AGAIN, {"highlight": kept["highlight"]})

    def hand_on(self, before: int, to: int) -> None:
        """Let a later decision know as its before what an earlier one that is taken back knew."""
        self._db.execute(
            "update tag_before set (held, score, state, reason, first) ="
            " (select held, score, state, reason, max(first, tag_before.first) from tag_before as earlier"
            " where earlier.number = ?) where number = ?",
            (before, to),
        )

    def of_person(self, highlight: str, by: str) -> list[str]:
        """Return the categories about which a person has decided at a highlight."""
        rows = self._db.execute(
            "select category from tag where highlight = ? and coder = ? order by category", (highlight, PERSON + by)
        )
        return [row[0] for row in rows.fetchall()]

    def people(self, highlight: str) -> list[str]:
        """Return who has decided anything about a highlight."""
        rows = self._db.execute(
            f"select distinct coder from tag where highlight = ? and {BY_PEOPLE} order by coder", (highlight,)
        )
        return [row[0].removeprefix(PERSON) for row in rows.fetchall()]

    def _keep_before(self, highlight: str, category: str, by: str, *, first: bool) -> int:
        """Keep what a person says of a tag now; return the number of what was kept."""
        cursor = self._db.execute(
            """
            insert into tag_before (highlight, category, coder, held, score, state, reason, made, first)
            select :highlight, :category, :coder, tag.coder is not null, coalesce(tag.score, 0),
              coalesce(tag.state, ''), coalesce(tag.reason, ''),
              coalesce((select by from highlight where id = :highlight), ''), :first
            from (select 1) left join tag
              on tag.highlight = :highlight and tag.category = :category and tag.coder = :coder
            """,
            {"highlight": highlight, "category": category, "coder": PERSON + by, "first": int(first)},
        )
        return int(cursor.lastrowid or 0)

    def _keep_first_said(self, highlight: str, category: str) -> bool:
        """Keep what the model says of a tag that no person has decided about: from then on it is taught."""
        cursor = self._db.execute(
            """
            insert or ignore into first_said (highlight, category, coder, score)
            select :highlight, :category, model.coder, coalesce(
              (select max(score) from tag where highlight = :highlight and category = :category
                and coder like 'model:%'), 0)
            from (select coalesce(
              (select coder from tag where highlight = :highlight and coder like 'model:%' limit 1),
              (select coder from tag where coder like 'model:%' limit 1)) as coder) as model
            where model.coder is not null
              and exists (select 1 from done where step = 'tags' and subject = :highlight)
              and not exists (select 1 from tag where highlight = :highlight and category = :category
                and coder like 'person:%')
            """,
            {"highlight": highlight, "category": category},
        )
        return cursor.rowcount > 0

    def said(self) -> list[Saying]:
        """Return (highlight, place, category, coder, holds) for all that people and models say of what is there."""
        rows = self._db.execute(
            f"select {SAYING}, state != 'rejected' from tag"
            " join live_highlight as live on live.id = tag.highlight order by live.id, category, coder"
        )
        return [_saying(*row) for row in rows.fetchall()]

    def first_said(self) -> list[Saying]:
        """Return the same for what a model said of a tag before a person did, whether or not it proposed it."""
        rows = self._db.execute(
            f"select {SAYING}, score > 0 from first_said"
            " join live_highlight as live on live.id = first_said.highlight order by live.id, category"
        )
        return [_saying(*row) for row in rows.fetchall()]

    def bring(self, coder: str, decided: Iterable[tuple[str, Tag]]) -> int:
        """Keep what a person decided elsewhere, as (highlight, tag); what they decided here stands. Return what is new."""
        cursor = self._db.conn.executemany(
            "insert or ignore into tag (highlight, category, coder, score, state, reason) values (?, ?, ?, ?, ?, ?)",
            [(highlight, tag.category, PERSON + coder, tag.score, tag.state, tag.reason) for highlight, tag in decided],
        )
        return cursor.rowcount

    def coded(self) -> dict[str, list[Tag]]:
        """Return highlight -> what every coder, people and models, says of it, for highlights that hold."""
        rows = self._db.execute(
            "select highlight, category, coder, score, state, reason from tag"
            " where highlight in (select id from live_highlight) order by highlight, category, coder"
        )
        coded: dict[str, list[Tag]] = {}
        for highlight, category, coder, score, state, reason in rows.fetchall():
            tag = Tag(category=category, coder=coder, score=score, state=TagState(state), reason=reason)
            coded.setdefault(highlight, []).append(tag)
        return coded

    def decisions(self) -> list[tuple[str, str, bool]]:
        """Return (highlight, category, holds) for all that people decided about highlights that are there."""
        rows = self._db.execute(
            "select highlight, category, max(state = 'confirmed') from tag where coder like 'person:%'"
            " and highlight in (select id from live_highlight) group by highlight, category order by highlight, category"
        )
        return [(highlight, category, bool(holds)) for highlight, category, holds in rows.fetchall()]

    def held(self, category: str) -> dict[str, float]:
        """Return highlight -> score for those to which the category holds."""
        rows = self._db.execute(
            "select highlight, score from held_tag where category = ? and highlight in (select id from live_highlight)"
            " order by highlight",
            (category,),
        )
        return dict(rows.fetchall())

    def all_held(self) -> dict[str, dict[str, float]]:
        """Return category -> highlight -> score, for all categories at once."""
        live = {identity for (identity,) in self._db.execute("select id from live_highlight").fetchall()}
        held: dict[str, dict[str, float]] = {}
        for category, highlight, score in sorted(
            self._db.execute("select category, highlight, score from held_tag").fetchall()
        ):
            if highlight in live:
                held.setdefault(category, {})[highlight] = score
        return held


def _saying(
    highlight: str, document: str, turn: int, start: int, end: int, category: str, coder: str, holds: int
) -> Saying:
    return highlight, Place(document, turn, start, end), category, coder, bool(holds)


def _key(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("highlight", "category", "coder")}
