"""How much a workspace holds, and how much of it is still to be settled: counted through the page tables."""

from __future__ import annotations

from sqlite_utils import Database

from icp_voice.model import Side
from icp_voice.store.page_tables import refresh

# Below this score a tag that no person decided about is worth a look.
SURE = 0.75
COUNTS = f"""
select
  (select count(*) from account) as accounts,
  (select count(*) from tagged join account on account.id = tagged.account where tag = :tag) as icp_accounts,
  (select count(distinct account) from page_document where heard and account in
    (select account from tagged where tag = :tag)) as icp_heard,
  (select count(*) from page_document) as documents,
  (select coalesce(sum(passages), 0) from page_document) as passages,
  (select coalesce(sum(coded), 0) from page_document) as highlights,
  (select count(*) from theme where not hidden) as themes,
  (select count(*) from page_document where account = '') as unmatched,
  (select count(*) from speaker where side = '{Side.UNKNOWN}') as unknown_speakers,
  (select count(*) from page_document where date = '') as undated,
  (select count(*) from page_tag where score < {SURE}) as unsure
"""
ARRIVED = """
  from arrival join page_document as document on document.id = arrival.document where arrival.at > :since
"""


class Totals:
    """Counts what there is, and what came since a moment."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self, tag: str) -> dict[str, int]:
        """Return how much there is, by name."""
        refresh(self._db)
        return {name: int(count) for name, count in next(self._db.query(COUNTS, {"tag": tag})).items()}

    def since(self, moment: str) -> dict[str, int]:
        """Return how many documents, coded highlights and accounts in them arrived after a moment."""
        refresh(self._db)
        query = (
            "select count(*) as documents, coalesce(sum(document.coded), 0) as highlights,"
            f" count(distinct nullif(document.account, '')) as accounts {ARRIVED}"
        )
        return {name: int(count) for name, count in next(self._db.query(query, {"since": moment})).items()}

    def arrived(self, moment: str, most: int) -> list[str]:
        """Return the documents that arrived after a moment, the latest first."""
        rows = self._db.execute(
            f"select document.id {ARRIVED} order by arrival.number desc limit :most", {"since": moment, "most": most}
        )
        return [row[0] for row in rows.fetchall()]

    def changes_since(self, moment: str) -> int:
        """Return how many changes people made after a moment."""
        return int(self._db.execute("select count(*) from change where at > ?", (moment,)).fetchone()[0])

    def unheard(self, tag: str) -> tuple[str, str, int]:
        """Return id and name of the first account of a tag of which no word is kept, and how many there are."""
        rows = self._db.execute(
            "select account.id, account.name, count(*) over () from tagged join account on account.id = tagged.account"
            " where tagged.tag = ? and account.id not in (select account from page_document where heard)"
            " order by account.name, account.id limit 1",
            (tag,),
        ).fetchone()
        return tuple(rows) if rows else ("", "", 0)
