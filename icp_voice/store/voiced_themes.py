"""Which themes each document speaks of, in the order of the documents: what saturation is reckoned from."""

from __future__ import annotations

from collections.abc import Hashable

from sqlite_utils import Database

from icp_voice.store.page_tables import refresh


def themes_state(db: Database) -> Hashable:
    """Return what differs as soon as a theme gains or loses a member, or is hidden or shown."""
    decisions = db.execute("select count(*), coalesce(sum(undone), 0) from theme_decision").fetchone()
    sizes = db.execute(
        "select theme.id, theme.hidden, (select count(*) from theme_member where theme = theme.id) from theme order by id"
    )
    return tuple(decisions), tuple(sizes.fetchall())


def voiced_themes(db: Database) -> dict[str, dict[str, set[str]]]:
    """Return category -> document -> the themes it speaks of, by the documents' dates; undated ones come last.

    A document that speaks of a category and of none of its themes has none.
    """
    refresh(db)
    shown = {row[0] for row in db.execute("select id from theme where hidden = 0").fetchall()}
    found: dict[str, dict[str, set[str]]] = {}
    rows = db.execute(
        "select held.category, held.document, member.theme from page_tag as held"
        " left join theme_member as member on member.highlight = held.id and member.category = held.category"
    )
    for category, document, theme in rows.fetchall():
        found.setdefault(category, {}).setdefault(document, set()).update({theme} & shown)
    order = db.execute("select id from page_document order by date = '', date, file, depth, place, id").fetchall()
    return {
        category: {document: themes[document] for (document,) in order if document in themes}
        for category, themes in found.items()
    }
