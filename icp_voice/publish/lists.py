"""Lists as they are downloaded: flat rows for spreadsheets, with the names that a page shows."""

from __future__ import annotations

from collections.abc import Mapping

from icp_voice.model import Highlight, View
from icp_voice.profile.theme_history import ThemeChange
from icp_voice.profile.unassigned import Unassigned
from icp_voice.publish.cards import ThemeCard
from icp_voice.publish.tables import LIST, Row


def quote_row(one: Highlight, titles: Mapping[str, str], names: Mapping[str, str]) -> Row:
    """Return a highlight: its words, who said them and where, its categories and themes."""
    return {
        "text": one.text,
        "asked": one.context,
        "account": one.account_name,
        "speaker": one.speaker,
        "role": one.role,
        "kind": one.kind,
        "date": one.date,
        "categories": LIST.join(titles.get(name, name) for name in one.categories),
        "themes": LIST.join(names[theme] for theme in one.themes.values() if theme in names),
        "document": one.document,
        "turn": one.turn,
        "start": one.start,
        "end": one.end,
        "id": one.id,
    }


def theme_row(one: ThemeCard, titles: Mapping[str, str]) -> Row:
    """Return a theme with its figures."""
    return {
        "category": titles.get(one.category, one.category),
        "name": one.name,
        "members": one.members.n,
        "of_members": one.members.of,
        "share_low": round(one.members.low, 3),
        "share_high": round(one.members.high, 3),
        "others": one.others.n,
        "of_others": one.others.of,
        "mentions": one.mentions,
        "trend": "" if one.trend is None else "rising" if one.trend.rising else "falling",
        "trend_p": "" if one.trend is None else round(one.trend.p, 4),
        "hidden": "yes" if one.hidden else "no",
        "id": one.id,
    }


def change_row(one: ThemeChange, titles: Mapping[str, str]) -> Row:
    """Return a line of the history of themes."""
    return {
        "at": one.at,
        "by": one.by,
        "category": titles.get(one.category, one.category),
        "what": one.text,
        "taken_back": "yes" if one.undone else "no",
        "theme": one.theme,
    }


def loose_row(one: Unassigned, titles: Mapping[str, str], names: Mapping[str, str]) -> Row:
    """Return a highlight that stands in no theme, and why."""
    row = quote_row(one.highlight, titles, names)
    return {"text": row.pop("text"), "why": one.reason, "category": titles.get(one.category, one.category), **row}


def view_row(one: View, address: str) -> Row:
    """Return a saved view, and where it opens."""
    return {"name": one.name, "question": one.question, "address": address}
