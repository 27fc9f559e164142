"""Themes, who belongs to them and who to none, and the ledger of what became of them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlite_utils import Database

from icp_voice.model import Theme
from icp_voice.store.redactions import Redactions
from icp_voice.store.veil import Veil

BETWEEN = re.compile(r"between (\w+) and (\w+)$")
WANTED = "(:category = '' or category = :category) and (:only = '' or id = :only)"


@dataclass(frozen=True, slots=True)
class Membership:
    """One highlight's place in one category: its theme, or none with the reason.

    The reason is "alone: ...", or "between A and B" with the ids of two themes.
    """

    highlight: str
    theme: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeEvent:
    """One line of the ledger; `names` are those that the themes it speaks of had on that day."""

    run: int
    at: str
    category: str
    kind: str
    theme: str
    size: int
    before: int = 0
    others: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


class Themes:
    """The theme and theme_member tables."""

    def __init__(self, db: Database, redactions: Redactions | None = None) -> None:
        self._db = db
        self._redactions = redactions or Redactions(db)

    def memberships(self, category: str) -> dict[str, Membership]:
        """Return highlight -> membership for all that were grouped in a category."""
        rows = self._db.execute(
            "select highlight, theme, reason from theme_member where category = ? order by highlight", (category,)
        )
        return {row[0]: Membership(*row) for row in rows.fetchall()}

    def pins(self, category: str) -> dict[str, str | None]:
        """Return highlight -> theme for all that people moved; None stands for no theme."""
        rows = self._db.execute("select highlight, theme from theme_pin where category = ?", (category,))
        return dict(rows.fetchall())

    def put(self, category: str, themes: Iterable[Theme], members: Iterable[Membership]) -> None:
        """Set the themes of a category and who belongs to them; members come with the most typical first."""
        self._db.execute("delete from theme where category = ?", (category,))
        self._db.execute("delete from theme_member where category = ?", (category,))
        self._db.conn.executemany(
            "insert into theme (id, category, name, keywords, named_by, hidden) values (?, ?, ?, ?, ?, ?)",
            [
                (theme.id, category, theme.name, json.dumps(theme.keywords), theme.named_by, int(theme.hidden))
                for theme in themes
            ],
        )
        self._db.conn.executemany(
            "insert into theme_member (highlight, category, theme, reason, position) values (?, ?, ?, ?, ?)",
            [
                (member.highlight, category, member.theme, member.reason, position)
                for position, member in enumerate(members)
            ],
        )

    def full(self, category: str) -> int:
        """Return how many highlights a category had when all of them were last grouped anew."""
        row = self._db.execute("select value from meta where key = ?", (f"themes:{category}",)).fetchone()
        return int(row[0]) if row else 0

    def put_full(self, category: str, count: int) -> None:
        """Keep how many highlights a category had when all of them were grouped anew."""
        self._db.execute("insert or replace into meta (key, value) values (?, ?)", (f"themes:{category}", str(count)))

    def next_run(self) -> int:
        """Return the number under which the next run enters the ledger."""
        return int(self._db.execute("select coalesce(max(run), 0) + 1 from theme_event").fetchone()[0])

    def put_events(self, events: Iterable[ThemeEvent]) -> None:
        """Add to the ledger."""
        self._db.conn.executemany(
            "insert into theme_event (run, at, category, kind, theme, size, before, others, names)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    event.run,
                    event.at,
                    event.category,
                    event.kind,
                    event.theme,
                    event.size,
                    event.before,
                    json.dumps(list(event.others)),
                    json.dumps(dict(event.names), ensure_ascii=False),
                )
                for event in events
            ],
        )

    def events(self, category: str = "") -> list[ThemeEvent]:
        """Return the ledger: which themes were born, grew, split, merged or faded, run by run."""
        rows = self._db.query(
            "select * from theme_event where :category = '' or category = :category order by run, category, rowid",
            {"category": category},
        )
        return [
            ThemeEvent(**{**row, "others": tuple(json.loads(row["others"])), "names": json.loads(row["names"])})
            for row in rows
        ]

    def names(self, category: str = "", *, bare: bool = False) -> dict[str, str]:
        """Return id -> name of the themes, hidden ones as well; `bare` with words that are redacted."""
        rows = self._db.execute(
            "select id, name from theme where :category = '' or category = :category order by category, id",
            {"category": category},
        )
        names = dict(rows.fetchall())
        veil = Veil() if bare else self._redactions.veil()
        return {theme: self.shown_words(veil, theme, (name,))[0] for theme, name in names.items()} if veil else names

    def shown_words(self, veil: Veil, theme: str, texts: Sequence[str]) -> tuple[str, ...]:
        """Return a theme's name or keywords without redacted words that nobody reads in its highlights either."""
        words = veil.hidden_words
        if not any(words.touches(text) for text in texts):
            return tuple(texts)
        rows = self._db.execute("select highlight from theme_member where theme = ? order by position", (theme,))
        members = [row[0] for row in rows.fetchall()]
        return tuple(words.mask(text, self._redactions.shown(members, veil)) for text in texts)

    def loose(self, category: str = "") -> list[tuple[str, str, str]]:
        """Return (category, highlight, reason) for all that were grouped and have no theme, by category and words."""
        rows = self._db.execute(
            "select theme_member.category, theme_member.highlight, theme_member.reason from theme_member"
            " join live_highlight as highlight on highlight.id = theme_member.highlight"
            " join held_tag on held_tag.highlight = highlight.id and held_tag.category = theme_member.category"
            " where theme is null and (:category = '' or theme_member.category = :category)"
            " order by theme_member.category, theme_member.position",
            {"category": category},
        )
        return list(rows.fetchall())

    def all(self, *, category: str = "", account_tag: str = "ICP", bare: bool = False, only: str = "") -> list[Theme]:
        """Return the themes with their highlights, those of most tagged accounts first, then most accounts.

        `only` is the id of one that is wanted alone.
        Redacted words are hidden in names and keywords, unless `bare`, which is for whoever writes them back.
        """
        members = self._members(account_tag, category, only)
        rows = self._db.query(
            f"select * from theme where {WANTED} order by id",
            {"category": category, "only": only},
        )
        themes = [
            Theme(
                id=row["id"],
                category=row["category"],
                name=row["name"],
                keywords=tuple(json.loads(row["keywords"])),
                named_by=row["named_by"],
                hidden=bool(row["hidden"]),
                highlights=tuple(highlight for highlight, _, _ in members[row["id"]]),
                accounts=_accounts(members[row["id"]], tagged_only=False),
                icp_accounts=_accounts(members[row["id"]], tagged_only=True),
            )
            for row in rows
        ]
        themes.sort(
            key=lambda theme: (-len(theme.icp_accounts), -len(theme.accounts), -len(theme.highlights), theme.id)
        )
        veil = Veil() if bare else self._redactions.veil()
        return [self._veiled(theme, veil) for theme in themes] if veil else themes

    def _veiled(self, theme: Theme, veil: Veil) -> Theme:
        name, *keywords = self.shown_words(veil, theme.id, (theme.name, *theme.keywords))
        return replace(theme, name=name, keywords=tuple(keywords))

    def _members(self, account_tag: str, category: str, only: str) -> Mapping[str, list[tuple[str, str, bool]]]:
        members: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
        rows = self._db.execute(
            "select theme_member.theme, theme_member.highlight, document.account,"
            " document.account in (select account from tagged where tag = :tag) from theme_member"
            " join live_highlight as highlight on highlight.id = theme_member.highlight"
            " join document on document.id = highlight.document"
            f" where theme in (select id from theme where {WANTED}) order by theme_member.theme, theme_member.position",
            {"tag": account_tag, "category": category, "only": only},
        )
        for theme, highlight, account, tagged in rows.fetchall():
            members[theme].append((highlight, account, bool(tagged)))
        return members


def _accounts(members: Iterable[tuple[str, str, bool]], *, tagged_only: bool) -> tuple[str, ...]:
    return tuple(sorted({account for _, account, tagged in members if account and (tagged or not tagged_only)}))


def between(reason: str) -> tuple[str, str] | None:
    """Return the ids of the two themes that a highlight is said to stand between, or None for any other reason."""
    found = BETWEEN.match(reason)
    return (found[1], found[2]) if found else None
