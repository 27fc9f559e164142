"""Highlights: spans of turns. Their words are cut from the turn each time they are read."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from icp_voice.model import Highlight, Side, Tag, TagState, View
from icp_voice.store.documents import Documents
from icp_voice.store.filter import conditions
from icp_voice.store.progress import WITH_HIGHLIGHTS
from icp_voice.store.redactions import Redactions

JOINED = """
from live_highlight as highlight
join document on document.id = highlight.document
join turn on turn.document = highlight.document and turn.position = highlight.turn
left join account on account.id = document.account
left join speaker on speaker.document = highlight.document and speaker.name = turn.speaker
"""
SELECT = f"""
select highlight.id, highlight.document, highlight.turn, highlight.start, highlight.end, highlight.context,
  substr(turn.text, highlight.start + 1, highlight.end - highlight.start) as text,
  document.account, coalesce(account.name, '') as account_name, document.file, document.place, document.kind,
  document.title, document.url, document.date, turn.speaker, turn.start_ms,
  coalesce(speaker.side, 'unknown') as side, coalesce(speaker.role, '') as role
{JOINED}
"""
BESIDE = f"""
select highlight.id, highlight.context, coalesce(speaker.role, ''), document.account, coalesce(account.name, ''), turn.speaker
{JOINED}
"""
ORDER = "order by document.file, length(document.place), document.place, highlight.turn, highlight.start"
COLUMNS = "id, document, turn, start, end, context, by, key"
# A model's passage of which people marked half or more, unless a person decided something about it.
OUTDONE = """
from highlight where document = ? and by = 'model'
  and not exists (select 1 from tag where tag.highlight = highlight.id and tag.coder like 'person:%')
  and exists (select 1 from highlight as own where own.document = highlight.document and own.key = highlight.key
    and own.by = 'person'
    and 2 * (min(own.end, highlight.end) - max(own.start, highlight.start)) >= highlight.end - highlight.start)
"""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a new highlight lies, before it is read back as a `Highlight`; `key` stands for its turn's words."""

    id: str
    turn: int
    start: int
    end: int
    context: str
    key: str


class Highlights:
    """The highlight table, read together with its turn, document, account, tags and themes."""

    def __init__(self, db: Database, redactions: Redactions | None = None) -> None:
        self._db = db
        self._redactions = redactions or Redactions(db)

    def put(self, document: str, spans: Iterable[Span]) -> None:
        """Set what a model marks in a document; what people marked stays, and stands before it."""
        self._db.execute("delete from highlight where document = ? and by = 'model'", (document,))
        self._db.execute("delete from put_aside where document = ? and by = 'model'", (document,))
        self._db.conn.executemany(
            "insert or ignore into highlight (id, document, turn, start, end, context, by, key)"
            " values (?, ?, ?, ?, ?, ?, 'model', ?)",
            [(span.id, document, span.turn, span.start, span.end, span.context, span.key) for span in spans],
        )
        put_outdone_aside(self._db, document)

    def mark(self, document: str, spans: Iterable[Span]) -> None:
        """Keep what a person marked: no run and no re-import takes it away, nor marks most of the same words again."""
        self._db.conn.executemany(
            "insert into highlight (id, document, turn, start, end, context, by, key)"
            " values (?, ?, ?, ?, ?, ?, 'person', ?) on conflict (id) do update set by = 'person'",
            [(span.id, document, span.turn, span.start, span.end, span.context, span.key) for span in spans],
        )
        put_outdone_aside(self._db, document)

    def drop_orphans(self) -> None:
        """Take away what belonged to documents and highlights that are no longer there; people's tags are kept."""
        self._db.execute("delete from highlight where by = 'model' and document not in (select id from document)")
        gone = "highlight not in (select id from highlight where document in (select id from document))"
        self._db.execute(f"delete from tag where {gone} and coder like 'model:%'")
        self._db.execute("delete from theme_member where highlight not in (select id from live_highlight)")
        self._db.execute(f"delete from fact where {gone}")
        self._db.execute(
            f"delete from done where step in {WITH_HIGHLIGHTS} and subject not in (select id from highlight)"
        )

    def holds(self, highlight: str) -> bool:
        """Say whether a highlight is there: its turn says the same words, and a customer says them."""
        return self._db.execute("select 1 from live_highlight where id = ?", (highlight,)).fetchone() is not None

    def turn_of(self, document: str, highlight: str) -> int | None:
        """Return the number of the turn in which a highlight of a document lies, or None if it is gone."""
        row = self._db.execute(
            "select turn from highlight where id = ? and document = ?", (highlight, document)
        ).fetchone()
        return None if row is None else int(row[0])

    def count(self, view: View | None = None) -> int:
        """Return how many highlights belong to a view."""
        where, values = conditions(self._db, view or View())
        return int(self._db.execute(f"select count(*) {JOINED} where {where}", values).fetchone()[0])

    def select(
        self, view: View | None = None, *, ids: Iterable[str] | None = None, bare: bool = False
    ) -> list[Highlight]:
        """Return the highlights of a view in the order they were said, with tags and themes.

        What is redacted is hidden; `bare` is for the run, which understands words where they are kept.
        """
        where, values = conditions(self._db, view or View())
        if ids is not None:
            where += " and highlight.id in (select value from json_each(:ids))"
            values["ids"] = json.dumps(list(ids))
        rows = list(self._db.query(f"{SELECT} where {where} {ORDER}", values))
        chosen = [row["id"] for row in rows]
        tags = {highlight: outranked(said) for highlight, said in self.said(chosen).items()}
        themes = self._themes(json.dumps(chosen))
        roles = Documents(self._db).known_roles(None if ids is None else {row["account"] for row in rows})
        for row in rows:
            row["role"] = row["role"] or roles.get((row["account"], row["speaker"]), "")
        if not bare:
            self._redactions.hide_in(rows)
        return [_highlight(row, tags.get(row["id"], ()), themes.get(row["id"], {})) for row in rows]

    def known(self, ids: Sequence[str]) -> dict[str, Highlight]:
        """Return id -> highlight, coded or not, in the order of the ids, but for those that are gone meanwhile."""
        found = {one.id: one for one in self.select(View(coded=False), ids=ids)}
        return {identity: found[identity] for identity in ids if identity in found}

    def some(self, most: int) -> list[str]:
        """Return the ids of the first so many highlights by id: ids are hashes, so these are as good as drawn."""
        rows = self._db.execute("select id from live_highlight order by id limit ?", (most,))
        return [row[0] for row in rows.fetchall()]

    def texts(self, ids: Iterable[str] | None = None) -> list[tuple[str, str, str]]:
        """Return (id, text, context) of every highlight, or of those named, by id, as it was said.

        This is for what understands words and hands none out.
        """
        wanted = "" if ids is None else " where highlight.id in (select value from json_each(:ids))"
        rows = self._db.execute(
            "select highlight.id, substr(turn.text, highlight.start + 1, highlight.end - highlight.start),"
            " highlight.context from live_highlight as highlight join turn"
            f" on turn.document = highlight.document and turn.position = highlight.turn{wanted}",
            {"ids": json.dumps(list(ids or ()))},
        )
        return sorted(rows.fetchall())

    def contexts(self) -> dict[str, str]:
        """Return id -> context of every highlight that holds. Its words are the same as long as its id is."""
        return dict(self._db.execute("select id, context from live_highlight").fetchall())

    def beside(self) -> dict[str, tuple[str, str, str]]:
        """Return id -> (context, role, account's name) of every highlight that holds: what is known beside its words."""
        rows = self._db.execute(BESIDE).fetchall()
        roles = Documents(self._db).known_roles()
        return {
            identity: (context, role or roles.get((account, speaker), ""), name)
            for identity, context, role, account, name, speaker in rows
        }

    def said(self, ids: Sequence[str]) -> dict[str, tuple[Tag, ...]]:
        """Return highlight -> what every coder says of it, by category, for those of which anything is said."""
        tags: dict[str, list[Tag]] = defaultdict(list)
        rows = self._db.query(
            "select * from tag where highlight in (select value from json_each(?)) order by highlight, category, coder",
            (json.dumps(list(ids)),),
        )
        for row in rows:
            tags[row["highlight"]].append(
                Tag(
                    category=row["category"],
                    score=row["score"],
                    coder=row["coder"],
                    state=TagState(row["state"]),
                    reason=row["reason"],
                )
            )
        return {highlight: tuple(of) for highlight, of in tags.items()}

    def _themes(self, ids: str) -> dict[str, dict[str, str]]:
        themes: dict[str, dict[str, str]] = defaultdict(dict)
        rows = self._db.query(
            "select highlight, category, theme from theme_member where theme is not null"
            " and highlight in (select value from json_each(?)) order by highlight, category",
            (ids,),
        )
        for row in rows:
            themes[row["highlight"]][row["category"]] = row["theme"]
        return themes


def put_outdone_aside(db: Database, document: str) -> None:
    """Put those passages of a model aside that a person's take the place of."""
    db.execute(f"insert or replace into put_aside select {COLUMNS} {OUTDONE}", (document,))
    db.execute(f"delete {OUTDONE}", (document,))


def outranked(tags: Iterable[Tag]) -> tuple[Tag, ...]:
    """Return one tag per category: a person's before the model's, confirmed before rejected."""
    best: dict[str, Tag] = {}
    for tag in tags:
        if tag.category not in best or _rank(tag) > _rank(best[tag.category]):
            best[tag.category] = tag
    return tuple(best[category] for category in sorted(best))


def _rank(tag: Tag) -> int:
    return (TagState.PROPOSED, TagState.REJECTED, TagState.CONFIRMED).index(tag.state)


def _highlight(row: Mapping[str, Any], tags: tuple[Tag, ...], themes: Mapping[str, str]) -> Highlight:
    return Highlight(**{**row, "side": Side(row["side"])}, tags=tags, themes=dict(themes))
