"""Themes and who belongs to them, with what people renamed, hid and moved."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from icp_voice.model import Theme


@dataclass(frozen=True, slots=True)
class Membership:
    """One highlight's place in one category: its theme, or none with the reason."""

    highlight: str
    theme: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ThemeEvent:
    """One line of the ledger."""

    run: int
    category: str
    kind: str
    theme: str
    size: int
    before: int
    others: tuple[str, ...]


class Themes:
    """The theme and theme_member tables."""

    def __init__(self, db: Database) -> None:
        self._db = db

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

    def put_events(self, category: str, events: Iterable[tuple[str, str, int, int, Iterable[str]]]) -> None:
        """Add to the ledger: (kind, theme, members now, members before, other themes) of one run."""
        run = self._db.execute("select coalesce(max(run), 0) + 1 from theme_event").fetchone()[0]
        self._db.conn.executemany(
            "insert into theme_event (run, category, kind, theme, size, before, others) values (?, ?, ?, ?, ?, ?, ?)",
            [
                (run, category, kind, theme, size, before, json.dumps(list(others)))
                for kind, theme, size, before, others in events
            ],
        )

    def events(self) -> list[ThemeEvent]:
        """Return the ledger: which themes were born, grew, split, merged or faded, run by run."""
        rows = self._db.query("select * from theme_event order by run, category, theme, kind")
        return [ThemeEvent(**{**row, "others": tuple(json.loads(row["others"]))}) for row in rows]

    def move(self, highlight: str, category: str, theme: str | None) -> None:
        """Let a person put a highlight into a theme, or out of all; no run moves it again."""
        self._db.execute("insert or replace into theme_pin values (?, ?, ?)", (highlight, category, theme))
        self._db.execute(
            "insert into theme_member (highlight, category, theme, reason, position) values (?, ?, ?, '', 1000000)"
            " on conflict (highlight, category) do update set theme = excluded.theme, reason = ''",
            (highlight, category, theme),
        )

    def merge(self, theme: str, into: str) -> None:
        """Let a person put all highlights of one theme into another; no run takes them apart again."""
        self._db.execute(
            "insert or replace into theme_pin select highlight, category, ? from theme_member where theme = ?",
            (into, theme),
        )
        self._db.execute("update theme_pin set theme = ? where theme = ?", (into, theme))
        self._db.execute("update theme_member set theme = ? where theme = ?", (into, theme))
        self._db.execute("delete from theme where id = ?", (theme,))

    def rename(self, theme: str, name: str) -> None:
        """Give a theme a person's name; no run changes it again."""
        self._db.execute("update theme set name = ?, named_by = 'person' where id = ?", (name, theme))

    def hide(self, theme: str, *, hidden: bool) -> None:
        """Leave a theme out of the reports, or show it again."""
        self._db.execute("update theme set hidden = ? where id = ?", (int(hidden), theme))

    def all(self, *, category: str = "", account_tag: str = "ICP") -> list[Theme]:
        """Return the themes with their highlights, those of most tagged accounts first, then most accounts."""
        members = self._members(account_tag)
        rows = self._db.query(
            "select * from theme where (:category = '' or category = :category) order by id", {"category": category}
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
        return themes

    def _members(self, account_tag: str) -> Mapping[str, list[tuple[str, str, bool]]]:
        members: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
        rows = self._db.execute(
            "select theme_member.theme, theme_member.highlight, document.account,"
            " document.account in (select account from tagged where tag = ?) from theme_member"
            " join live_highlight as highlight on highlight.id = theme_member.highlight"
            " join document on document.id = highlight.document"
            " where theme is not null order by theme_member.theme, theme_member.position",
            (account_tag,),
        )
        for theme, highlight, account, tagged in rows.fetchall():
            members[theme].append((highlight, account, bool(tagged)))
        return members


def _accounts(members: Iterable[tuple[str, str, bool]], *, tagged_only: bool) -> tuple[str, ...]:
    return tuple(sorted({account for _, account, tagged in members if account and (tagged or not tagged_only)}))
