"""What a page puts around the ICP document's parts: where quotes and categories lead, and the buttons to arrange it."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from icp_voice.publish.outline import Outline
from icp_voice.publish.render import Around
from icp_voice.web.show import place, query, templates

REPORTS = (
    ("icp", "/document", "ICP document"),
    ("pain-points", "/document/pain-points", "Pain points"),
    ("buying-process", "/document/buying-process", "Buying process"),
)
FORMATS = (("docx", "Word"), ("html", "Web page"), ("markdown", "Markdown"))


def way(what: str) -> str:
    """Return where the quotes of a category are found, or the rule of who is ICP."""
    return "/accounts/rule" if what == "rule" else "/ask" + query(category=what)


# Section -> the tables that it shows, as they are named among the downloads.
TABLES_OF = {
    "glance": (("matrix", "What is known of whom"),),
    "firmographics": (("accounts", "Accounts"),),
    "pain_points": (("themes", "Themes"), ("quotes", "Quotes")),
    "buying_process": (("facts", "Facts"),),
    "discovery": (("facts", "Facts"),),
    "gaps": (("gaps", "Gaps"), ("plan", "Interview plan")),
}
ONLY_NOW = ("accounts", "plan")


def reading(edition: int = 0) -> Around:
    """Return what stands around the parts while somebody reads the document, or an edition of it."""

    def tools(part: str, value: Any) -> Markup:
        tables = TABLES_OF.get(value.name, ()) if part == "hidden" else ()
        links = [
            Markup('<a href="/downloads/tables/{}{}" download>{} <small>CSV</small></a>').format(
                name, query(edition=edition or ""), title
            )
            for name, title in tables
            if not edition or name not in ONLY_NOW
        ]
        return (
            Markup('<p class="tables small soft">As a table: {}</p>').format(Markup(" ").join(links))
            if links
            else Markup()
        )

    return Around(name=f"reading {edition}", place=place, ways=way, tools=tools)


def arranging(outline: Outline, views: tuple[str, ...], pinned: frozenset[str], noted: frozenset[str]) -> Around:
    """Return what stands around the parts while somebody arranges the document."""
    macros = templates().get_template("_arrange.html.j2").module

    def tools(part: str, value: Any) -> Markup:
        if not (shown := getattr(macros, f"{part}_tools", None)):
            return Markup()
        return Markup(shown(value, outline=outline, views=views, pinned=pinned, noted=noted))

    return Around(name="arranging", place=place, ways=way, tools=tools)
