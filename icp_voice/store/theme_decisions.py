"""What people decided about themes: a list in which each line can be taken back, and where it leaves each highlight.

Lines that stand are read from the first to the last: a move, a merge or a split says where highlights belong, and a
later one outdoes an earlier. The table `theme_pin` keeps the outcome; no run moves a highlight that is pinned.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from icp_voice.model import Theme
from icp_voice.store.tags import Tags

TAKEN_BACK = "alone: a person took back where it was put; the next run looks for its place"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeDecision:
    """One line: what a person decided, and what was there before.

    `kind` is renamed, hidden, shown, moved, merged or split. `to` is the theme that highlights went to (None: out of
    all), `was` where each was before; `name` is the theme's name after it, `name_was` before it. `tagged` says that
    a move gave the highlight the category, `named` that a person named what was split off.
    """

    number: int
    at: str
    by: str
    category: str
    kind: str
    theme: str
    name: str = ""
    name_was: str = ""
    named_by_was: str = ""
    to: str | None = None
    to_name: str = ""
    highlights: tuple[str, ...] = ()
    was: Mapping[str, str | None] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    hidden: bool = False
    tagged: bool = False
    named: bool = False
    undone: bool = False


class ThemeDecisions:
    """The theme_decision table, and what follows from it for theme, theme_member and theme_pin."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self, category: str = "") -> list[ThemeDecision]:
        """Return the decisions, first to last; those taken back are marked so."""
        rows = self._db.query(
            "select * from theme_decision where :category = '' or category = :category order by number",
            {"category": category},
        )
        return [_read(row) for row in rows]

    def latest(self) -> int:
        """Return the number of the decision that was made last."""
        return int(self._db.execute("select coalesce(max(number), 0) from theme_decision").fetchone()[0])

    def standing(self, category: str) -> list[ThemeDecision]:
        """Return the decisions that nobody took back."""
        return [decision for decision in self.all(category) if not decision.undone]

    def rename(self, theme: str, name: str, *, by: str, at: str) -> None:
        """Give a theme a person's name; no run changes it again."""
        row = self._theme(theme)
        before = {"name_was": row["name"], "named_by_was": row["named_by"]}
        self._note(row["category"], "renamed", theme, by=by, at=at, name=name, **before)
        self._db.execute("update theme set name = ?, named_by = 'person' where id = ?", (name, theme))

    def hide(self, theme: str, *, hidden: bool, by: str, at: str) -> None:
        """Leave a theme out of the reports, or show it again."""
        row = self._theme(theme)
        kind = "hidden" if hidden else "shown"
        self._note(row["category"], kind, theme, by=by, at=at, name=row["name"], hidden=bool(row["hidden"]))
        self._db.execute("update theme set hidden = ? where id = ?", (int(hidden), theme))

    def move(self, highlight: str, category: str, theme: str | None, *, by: str, at: str, tagged: bool = False) -> None:
        """Put a highlight into a theme, or out of all; `tagged` says that this gave it the category, too."""
        name = self._theme(theme)["name"] if theme else ""
        moved = {"to": theme, "name": name, "highlights": [highlight], "tagged": tagged}
        self._note(category, "moved", theme or "", by=by, at=at, was=self._places(category, [highlight]), **moved)
        self._settle(category)

    def merge(self, theme: str, into: str, *, by: str, at: str) -> None:
        """Put all highlights of one theme into another; no run takes them apart again."""
        row, members = self._theme(theme), self.members(theme)
        gone = {key: row[key] for key in ("name", "named_by", "hidden")} | {"keywords": json.loads(row["keywords"])}
        gone["named_by_was"] = gone.pop("named_by")
        target = {"to": into, "to_name": self._theme(into)["name"], "highlights": members}
        self._note(row["category"], "merged", theme, by=by, at=at, was=dict.fromkeys(members, theme), **(gone | target))
        self._settle(row["category"])
        self._db.execute("delete from theme where id = ?", (theme,))

    def split(self, theme: str, highlights: Sequence[str], made: Theme, *, by: str, at: str) -> None:
        """Make highlights of a theme the new theme `made`; no run puts them back."""
        row = self._theme(theme)
        self._db.execute(
            "insert into theme (id, category, name, keywords, named_by, hidden) values (?, ?, ?, ?, ?, 0)",
            (made.id, made.category, made.name, json.dumps(list(made.keywords)), made.named_by),
        )
        apart = {"to": made.id, "to_name": made.name, "name": row["name"], "highlights": list(highlights)}
        apart["named"] = made.named_by == "person"
        self._note(row["category"], "split", theme, by=by, at=at, was=dict.fromkeys(highlights, theme), **apart)
        self._settle(row["category"])

    def undo(self, number: int) -> None:
        """Take a decision back: what it changed is again as it was, unless a later decision says otherwise."""
        decision = next(one for one in self.all() if one.number == number)
        before = self._pins(decision.category)
        self._db.execute("update theme_decision set undone = 1 where number = ?", (number,))
        after = self._settle(decision.category)
        if decision.tagged:
            Tags(self._db).withdraw(decision.highlights[0], decision.category, by=decision.by)
        if decision.kind == "merged":
            self._db.execute(
                "insert or ignore into theme (id, category, name, keywords, named_by, hidden) values (?, ?, ?, ?, ?, ?)",
                (
                    decision.theme,
                    decision.category,
                    decision.name,
                    json.dumps(decision.keywords),
                    decision.named_by_was,
                    int(decision.hidden),
                ),
            )
        places: dict[str, str | None] = {id: decision.theme for id in self._followers(decision, after)}
        places |= {id: decision.was[id] for id in decision.highlights if id in decision.was and id not in after}
        lost = {id for id in before if id not in after and id not in places}
        self._put_back(decision.category, places, lost)
        if decision.kind == "split" and not self.members(decision.to or ""):
            self._db.execute("delete from theme where id = ?", (decision.to,))
        self._settle_themes(decision)

    def outcome(self, category: str) -> tuple[dict[str, str], set[str], set[str]]:
        """Return people's names by theme, the themes people hid, and those they merged into or split off."""
        names: dict[str, str] = {}
        hidden: set[str] = set()
        made: set[str] = set()
        for decision in self.standing(category):
            if decision.kind == "renamed":
                names[decision.theme] = decision.name
            elif decision.kind == "hidden":
                hidden.add(decision.theme)
            elif decision.kind == "shown":
                hidden.discard(decision.theme)
            elif decision.kind in {"merged", "split"} and decision.to:
                made.add(decision.to)
            if decision.kind == "split" and decision.to and decision.named:
                names[decision.to] = decision.to_name
        return names, hidden, made

    def came_to(self, category: str) -> dict[str, str]:
        """Return theme -> the theme it was merged into, at the end of the chain."""
        into = {one.theme: one.to for one in self.standing(category) if one.kind == "merged" and one.to}
        return {theme: _end(theme, into) for theme in into}

    def _note(self, category: str, kind: str, theme: str, *, by: str, at: str, **detail: Any) -> None:
        self._db.execute(
            "insert into theme_decision (at, by, category, kind, theme, detail) values (?, ?, ?, ?, ?, ?)",
            (at, by, category, kind, theme, json.dumps(detail)),
        )

    def _pins(self, category: str) -> dict[str, str | None]:
        """Return where the decisions that stand leave each highlight they speak of."""
        pins: dict[str, str | None] = {}
        for decision in self.standing(category):
            if decision.kind == "merged":
                moved = [id for id, theme in pins.items() if theme == decision.theme]
                pins |= dict.fromkeys([*decision.highlights, *moved], decision.to)
            elif decision.kind in {"moved", "split"}:
                pins |= dict.fromkeys(decision.highlights, decision.to)
        return pins

    def _settle(self, category: str) -> dict[str, str | None]:
        """Keep the outcome as pins, and put the pinned highlights where they belong."""
        pins = self._pins(category)
        self._db.execute("delete from theme_pin where category = ?", (category,))
        self._db.conn.executemany(
            "insert into theme_pin (highlight, category, theme) values (?, ?, ?)",
            [(highlight, category, theme) for highlight, theme in sorted(pins.items())],
        )
        self._place(category, pins)
        return pins

    def _place(self, category: str, places: Mapping[str, str | None], reason: str = "") -> None:
        self._db.conn.executemany(
            "insert into theme_member (highlight, category, theme, reason, position) values (?, ?, ?, ?, 1000000)"
            " on conflict (highlight, category) do update set theme = excluded.theme, reason = excluded.reason"
            " where theme is not excluded.theme",
            [
                (highlight, category, theme, "" if theme else reason or "alone: a person took it out of its theme")
                for highlight, theme in sorted(places.items())
            ],
        )

    def _followers(self, decision: ThemeDecision, pins: Mapping[str, str | None]) -> list[str]:
        """Return whom later runs put into a theme that was split off, if nothing else holds that theme together."""
        if decision.kind != "split" or not decision.to or decision.to in pins.values():
            return []
        return self.members(decision.to)

    def _put_back(self, category: str, places: Mapping[str, str | None], lost: Iterable[str]) -> None:
        """Put highlights where they were, or where that theme has gone; without one, the next run finds a place."""
        there = {row[0] for row in self._db.execute("select id from theme where category = ?", (category,)).fetchall()}
        came = self.came_to(category)
        resolved = {id: came.get(theme, theme) if theme else None for id, theme in places.items()}
        resolved = {id: theme if theme in there else None for id, theme in resolved.items()}
        self._place(category, resolved, TAKEN_BACK)
        self._db.conn.executemany(
            "delete from theme_member where highlight = ? and category = ?", [(id, category) for id in sorted(lost)]
        )

    def _settle_themes(self, undone: ThemeDecision) -> None:
        """Give a theme the name and the state that the decisions about it leave it with."""
        names, hidden, _ = self.outcome(undone.category)
        if undone.kind == "renamed":
            first = next(one for one in self.all() if one.kind == "renamed" and one.theme == undone.theme)
            kept = names.get(undone.theme)
            name, by = (kept, "person") if kept else (first.name_was, first.named_by_was)
            self._db.execute("update theme set name = ?, named_by = ? where id = ?", (name, by, undone.theme))
        elif undone.kind in {"hidden", "shown"}:
            about = [one for one in self.all() if one.kind in {"hidden", "shown"} and one.theme == undone.theme]
            state = int(about[0].hidden if all(one.undone for one in about) else undone.theme in hidden)
            self._db.execute("update theme set hidden = ? where id = ?", (state, undone.theme))

    def _theme(self, theme: str) -> dict[str, Any]:
        return next(iter(self._db.query("select * from theme where id = ?", (theme,))))

    def members(self, theme: str) -> list[str]:
        """Return the highlights of a theme, by id."""
        rows = self._db.execute("select highlight from theme_member where theme = ? order by highlight", (theme,))
        return [row[0] for row in rows.fetchall()]

    def _places(self, category: str, highlights: Iterable[str]) -> dict[str, str | None]:
        """Return highlight -> theme for those of these that have been grouped."""
        rows = self._db.execute(
            "select highlight, theme from theme_member where category = ? and highlight in"
            " (select value from json_each(?))",
            (category, json.dumps(list(highlights))),
        )
        return dict(rows.fetchall())


def _end(theme: str, into: Mapping[str, str]) -> str:
    seen = {theme}
    while theme in into and into[theme] not in seen:
        theme = into[theme]
        seen.add(theme)
    return theme


def _read(row: Mapping[str, Any]) -> ThemeDecision:
    detail = json.loads(row["detail"])
    lists = {key: tuple(detail[key]) for key in ("highlights", "keywords") if key in detail}
    fields = {key: row[key] for key in ("number", "at", "by", "category", "kind", "theme")}
    old = {} if "to" in detail or row["kind"] != "moved" else {"to": row["theme"] or None}
    return ThemeDecision(
        **fields, **(old | detail | lists | {"hidden": bool(detail.get("hidden"))}), undone=bool(row["undone"])
    )
