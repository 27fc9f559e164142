"""What one account's page shows of its documents, themes and facts, counted in SQL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

# A highlight holds while a customer says it in the same words, and a category while no person rejected it.
HOLDS = """
  exists (select 1 from turn join speaker on speaker.document = turn.document and speaker.name = turn.speaker
    and speaker.side = 'customer' where turn.document = highlight.document and turn.position = highlight.turn
    and turn.key = highlight.key)
"""
CODED = """
  exists (select 1 from tag where tag.highlight = highlight.id {and_category} group by tag.category
    having max(tag.state = 'confirmed') or not max(tag.state = 'rejected'))
"""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document in a list; `highlights` counts the coded passages in it."""

    id: str
    title: str
    kind: str
    date: str
    file: str
    place: str
    highlights: int


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme, and how many highlights of the account it holds."""

    id: str
    category: str
    name: str
    highlights: int


@dataclass(frozen=True, slots=True)
class FactRow:
    """Something stated, how often, and the highlight of the newest document that states it."""

    kind: str
    value: str
    mentions: int
    highlight: str


class AccountRows:
    """Reads what belongs to one account."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def ids(self, account: str) -> list[str]:
        """Return the ids of the documents."""
        rows = self._db.execute("select id from document where account = ? order by id", (account,))
        return [row[0] for row in rows.fetchall()]

    def stating(self, account: str) -> list[str]:
        """Return the highlights that state a fact."""
        rows = self._db.execute(
            "select distinct highlight.id from document cross join highlight on highlight.document = document.id"
            " cross join fact on fact.highlight = highlight.id where document.account = ? order by highlight.id",
            (account,),
        )
        return [row[0] for row in rows.fetchall()]

    def document_count(self, account: str) -> int:
        """Return how many documents there are."""
        return int(self._db.execute("select count(*) from document where account = ?", (account,)).fetchone()[0])

    def documents(self, account: str, *, start: int, most: int) -> list[DocumentRow]:
        """Return some of the documents, the newest first."""
        rows = self._db.execute(
            "select id, title, kind, date, file, place, (select count(*) from highlight where highlight.document = document.id"
            f" and {HOLDS} and {CODED.format(and_category='')}) from document where account = ?"
            " order by date desc, file, length(place), place limit ? offset ?",
            (account, most, start),
        )
        return [DocumentRow(*row) for row in rows.fetchall()]

    def highlight_count(self, account: str) -> int:
        """Return how many coded passages there are."""
        rows = self._db.execute(
            "select count(*) from document join highlight on highlight.document = document.id"
            f" where document.account = ? and {HOLDS} and {CODED.format(and_category='')}",
            (account,),
        )
        return int(rows.fetchone()[0])

    def themes(self, account: str) -> list[ThemeRow]:
        """Return the themes that hold something of it, those of most highlights first; hidden ones are left out."""
        rows = self._db.execute(
            "select theme.id, theme.category, theme.name, count(*) as highlights from document"
            " join highlight on highlight.document = document.id"
            " join theme_member on theme_member.highlight = highlight.id"
            " join theme on theme.id = theme_member.theme and theme.hidden = 0"
            f" where document.account = ? and {HOLDS}"
            f" and {CODED.format(and_category='and tag.category = theme.category')}"
            " group by theme.id order by highlights desc, theme.name, theme.id",
            (account,),
        )
        return [ThemeRow(*row) for row in rows.fetchall()]

    def facts(self, account: str) -> list[FactRow]:
        """Return what was stated, by kind, what was stated most often first."""
        rows = self._db.execute(
            "select kind, value, count(*) as mentions, max(said) from ("
            "select fact.kind, fact.value, document.date || ' ' || fact.highlight as said from document"
            " cross join highlight on highlight.document = document.id cross join fact on fact.highlight = highlight.id"
            f" where document.account = ? and {HOLDS}) group by kind, value order by kind, mentions desc, value",
            (account,),
        )
        return [
            FactRow(kind, value, mentions, said.rsplit(" ", 1)[1]) for kind, value, mentions, said in rows.fetchall()
        ]
