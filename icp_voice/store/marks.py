"""Passages that people marked: made, taken away, and brought back, with the model's passages that lie under them."""

from __future__ import annotations

from sqlite_utils import Database

from icp_voice.store.highlights import COLUMNS, Highlights, Span, put_outdone_aside

# Turns may have moved in their document since a passage was put aside; one whose words are gone stays aside.
BACK = """
insert or ignore into highlight (id, document, turn, start, end, context, by, key)
select put_aside.id, put_aside.document, turn.position, put_aside.start, put_aside.end, put_aside.context,
  put_aside.by, put_aside.key
from put_aside join turn on turn.document = put_aside.document and turn.key = put_aside.key
"""


class Marks:
    """What people do to the highlight table, and the put_aside table."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def made_by(self, highlight: str) -> str:
        """Return whether a `model` or a `person` made a highlight; empty if there is none of this id."""
        row = self._db.execute("select by from highlight where id = ?", (highlight,)).fetchone()
        return str(row[0]) if row else ""

    def was_made_by(self, highlight: str) -> str:
        """Return who made a highlight before people decided anything about it."""
        row = self._db.execute(
            "select 1 from tag_before where highlight = ? and made = 'model' limit 1", (highlight,)
        ).fetchone()
        return "model" if row else self.made_by(highlight)

    def put(self, document: str, span: Span) -> None:
        """Keep what a person marked; a model's passages under it are put aside."""
        self._db.execute("delete from put_aside where id = ?", (span.id,))
        Highlights(self._db).mark(document, [span])

    def give_back(self, highlight: str) -> None:
        """Let a passage that a model had made be the model's again."""
        self._db.execute("update highlight set by = 'model' where id = ?", (highlight,))

    def take_away(self, highlight: str) -> None:
        """Put a person's passage aside; the model's passages that lay under it are there again."""
        document = self._db.execute("select document from highlight where id = ?", (highlight,)).fetchone()[0]
        self._db.execute(f"insert or replace into put_aside select {COLUMNS} from highlight where id = ?", (highlight,))
        self._db.execute("delete from highlight where id = ?", (highlight,))
        self._db.execute(f"{BACK} where put_aside.document = ? and put_aside.by = 'model'", (document,))
        self._db.execute("delete from put_aside where document = ? and by = 'model'", (document,))
        put_outdone_aside(self._db, document)

    def bring_back(self, highlight: str) -> bool:
        """Bring back a passage that was taken away; return False if its words are no longer there."""
        self._db.execute(f"{BACK} where put_aside.id = ?", (highlight,))
        row = self._db.execute("select document from highlight where id = ?", (highlight,)).fetchone()
        if row is None:
            return False
        self._db.execute("delete from put_aside where id = ?", (highlight,))
        put_outdone_aside(self._db, row[0])
        return True
