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
        self._keep_first_said(highlight, category)
        score = 0.0 if state is TagState.REJECTED else 1.0
        self._db.execute(
            "insert or replace into tag (highlight, category, coder, score, state, reason) values (?, ?, ?, ?, ?, ?)",
            (highlight, category, PERSON + by, score, state, SAID),
        )
        # From now on it is a passage that a person marked: another way of cutting passages must not lose what was said.
        self._db.execute("update highlight set by = 'person' where id = ?", (highlight,))

    def decided(self, highlight: str, category: str, *, by: str) -> bool:
        """Say whether this person has decided about this tag."""
        row = self._db.execute(
            "select 1 from tag where highlight = ? and category = ? and coder = ?", (highlight, category, PERSON + by)
        ).fetchone()
        return row is not None

    def withdraw(self, highlight: str, category: str, *, by: str) -> None:
        """Take back what a person decided about one tag."""
        self._db.execute(
            "delete from tag where highlight = ? and category = ? and coder = ?", (highlight, category, PERSON + by)
        )

    def _keep_first_said(self, highlight: str, category: str) -> None:
        """Keep what the model says of a tag that no person has decided about: from then on it is taught."""
        self._db.execute(
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

    def said(self) -> list[tuple[str, str, str, str, bool]]:
        """Return (highlight, document, category, coder, holds) for all that people and models say of what is there."""
        rows = self._db.execute(
            "select tag.highlight, live.document, category, coder, state != 'rejected' from tag"
            " join live_highlight as live on live.id = tag.highlight order by tag.highlight, category, coder"
        )
        return [(*row, bool(holds)) for *row, holds in rows.fetchall()]

    def first_said(self) -> list[tuple[str, str, str, str, bool]]:
        """Return the same for what a model said of a tag before a person did, whether or not it proposed it."""
        rows = self._db.execute(
            "select first_said.highlight, live.document, category, coder, score > 0 from first_said"
            " join live_highlight as live on live.id = first_said.highlight order by first_said.highlight, category"
        )
        return [(*row, bool(holds)) for *row, holds in rows.fetchall()]

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

    def all_held(self) -> dict[str, dict[str, float]]:
        """Return category -> highlight -> score, for all categories at once."""
        rows = self._db.execute(
            "select category, highlight, score from held_tag where highlight in (select id from live_highlight)"
            " order by category, highlight"
        )
        held: dict[str, dict[str, float]] = {}
        for category, highlight, score in rows.fetchall():
            held.setdefault(category, {})[highlight] = score
        return held
