"""The tables that are handed out as CSV: flat rows of what the document shows, now or in an edition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from icp_voice.publish.ledger import Claim, Evidence, Ledger
from icp_voice.publish.material import Material
from icp_voice.publish.quotes import Saying

Row = dict[str, Any]
Show = Callable[[Evidence, Ledger], Saying]
LIST = "; "


def of_ledger(name: str, basis: Ledger, show: Show) -> list[Row]:
    """Return a table that both the present and an edition have: one of `BOTH`."""
    return BOTH[name](basis, show)


def of_material(name: str, material: Material) -> list[Row]:
    """Return a table that only the present has: one of `NOW`."""
    return NOW[name](material)


def _themes(basis: Ledger, show: Show) -> list[Row]:
    return [{"category": basis.categories.get(one.of, one.of), **_claim(one, basis)} for one in basis.themes]


def _facts(basis: Ledger, show: Show) -> list[Row]:
    return [{"kind": one.of, **_claim(one, basis)} for one in basis.facts]


def _claim(one: Claim, basis: Ledger) -> Row:
    return {
        "name": one.name,
        "members": one.members,
        "of_members": len(basis.members),
        "heard": len(basis.heard),
        "others": one.others,
        "quotes": len(one.quotes),
        "id": one.id,
    }


def _matrix(basis: Ledger, show: Show) -> list[Row]:
    rows: dict[str, Row] = {}
    for account, category, state in basis.cells:
        row = rows.setdefault(account, {"account": basis.names.get(account, account), "id": account})
        row[category] = state
    return list(rows.values())


def _gaps(basis: Ledger, show: Show) -> list[Row]:
    return [
        {
            "kind": kind,
            "account": basis.names.get(account, account),
            "category": basis.categories.get(category, category),
            "question": question,
        }
        for kind, account, category, question in basis.gaps
    ]


def _quotes(basis: Ledger, show: Show) -> list[Row]:
    """Return every quote with its words as far as they are kept, and the themes that it stands in."""
    themes = _themes_of(basis.themes)
    rows = []
    for one in basis.quotes:
        said = show(one, basis)
        rows.append(
            {
                "account": said.account,
                "date": one.date,
                "categories": LIST.join(basis.categories.get(name, name) for name in one.categories),
                "themes": LIST.join(themes.get(one.id, ())),
                "text": said.text,
                "kept": "no" if said.gone else "yes",
                "document": one.document,
                "turn": "" if said.gone else said.turn,
                "start": one.start,
                "end": one.end,
                "id": one.id,
            }
        )
    return rows


def _themes_of(themes: Iterable[Claim]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for theme in themes:
        for quote in theme.quotes:
            found.setdefault(quote, []).append(theme.name)
    return found


def _plan(material: Material) -> list[Row]:
    return [
        {
            "place": place,
            "account": material.name(one.account),
            "person": one.person,
            "role": one.role,
            "email": one.email,
            "reason": one.reason,
            "closes": len(one.closes),
            "questions": LIST.join(one.questions),
        }
        for place, one in enumerate(material.plan.interviews, start=1)
    ]


def _accounts(material: Material) -> list[Row]:
    names = sorted({name for one in material.accounts.values() for name in one.attributes})
    return [
        {
            "id": one.id,
            "name": one.name,
            "domains": LIST.join(one.domains),
            "tags": LIST.join(one.tags),
            "heard": "yes" if one.id in material.group.heard | material.group.others else "no",
            **{name: one.attributes.get(name, "") for name in names if name not in ("id", "name", "domains", "tags")},
        }
        for one in material.accounts.values()
    ]


BOTH: dict[str, Callable[[Ledger, Show], list[Row]]] = {
    "themes": _themes,
    "facts": _facts,
    "matrix": _matrix,
    "gaps": _gaps,
    "quotes": _quotes,
}
NOW: dict[str, Callable[[Material], list[Row]]] = {"plan": _plan, "accounts": _accounts}
TABLES = (*BOTH, *NOW)
