"""Tags: what a model proposes and what people make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlite_utils import Database

from icp_voice.model import Tag, TagState

PERSON = "person:"
SAID = "said by a person"


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

    def decide(self, highlight: str, category: str, *, by: str, state: TagState) -> None:
        """Keep what a person decided about one tag; it outranks every model, now and after any run."""
        score = 0.0 if state is TagState.REJECTED else 1.0
        self._db.execute(
            "insert or replace into tag (highlight, category, coder, score, state, reason) values (?, ?, ?, ?, ?, ?)",
            (highlight, category, PERSON + by, score, state, SAID),
        )

    def bring(self, coder: str, decided: Iterable[tuple[str, Tag]]) -> int:
        """Keep what a person decided elsewhere, as (highlight, tag); what they decided here stands. Return what is new."""
        before = self._db.conn.total_changes
        self._db.conn.executemany(
            "insert or ignore into tag (highlight, category, coder, score, state, reason) values (?, ?, ?, ?, ?, ?)",
            [(highlight, tag.category, PERSON + coder, tag.score, tag.state, tag.reason) for highlight, tag in decided],
        )
        return self._db.conn.total_changes - before

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
