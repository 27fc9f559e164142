"""Two editions, or one and the document as it is now, compared and shown: what the store knows of why they differ."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from icp_voice.errors import unknown
from icp_voice.model import TagState
from icp_voice.publish.comparison import compare
from icp_voice.publish.difference import Comparison
from icp_voice.publish.freezing import evidence_saying, turn_keys
from icp_voice.publish.ledger import Evidence, Ledger
from icp_voice.publish.paper import Place
from icp_voice.publish.render import Around, environment
from icp_voice.publish.report import ENDINGS, tidy
from icp_voice.publish.sections import ICP_SECTIONS
from icp_voice.publish.turned import ELSEWHERE
from icp_voice.store import Store

ERASED = "its words were erased, or changed at their source"
REJECTED = "a person rejected it"
UNCODED = "it is coded otherwise now"


def compared(store: Store, then: Ledger, now: Ledger, titles: tuple[str, str]) -> Comparison:
    """Compare two ledgers with what became of themes by decisions and runs, and why quotes are gone."""
    merged, split = _became(store)
    documents = sorted({one.document for ledger in (then, now) for one in ledger.quotes})
    return compare(
        then,
        now,
        titles=titles,
        merged=merged,
        split=split,
        why=_why(store, documents),
        show=evidence_saying(store, documents),
    )


def show_comparison(
    comparison: Comparison, format: str = "html", *, folder: Path | None = None, place: Place | None = None
) -> str:
    """Return a comparison as a part of an "html" page or as "markdown"; quotes link to their `place`, if there is one."""
    if format not in ENDINGS:
        raise unknown("format", format, ENDINGS)
    titles = {name: section.title for name, section in ICP_SECTIONS.items()} | {ELSEWHERE: "Elsewhere"}
    around = Around(place=place or (lambda said: ""))
    template = environment(format, folder).get_template(f"comparison.{ENDINGS[format]}.j2")
    text = template.render(**around.given(format), comparison=comparison, titles=titles, linked=place is not None)
    return tidy(text) if format == "markdown" else text


def comparison_page(comparison: Comparison, company: str, *, folder: Path | None = None) -> str:
    """Return a comparison as an HTML page of its own."""
    from markupsafe import Markup

    inner = Markup(show_comparison(comparison, "html", folder=folder))
    return environment("html", folder).get_template("comparison_page.html.j2").render(company=company, inner=inner)


def _became(store: Store) -> tuple[dict[str, str], dict[str, str]]:
    """Return theme -> the theme it went into, and theme -> the theme it was split from, by runs and then by people."""
    merged: dict[str, str] = {}
    split: dict[str, str] = {}
    for event in store.themes.events():
        if event.kind == "merged":
            merged |= dict.fromkeys(event.others, event.theme)
        elif event.kind == "split":
            split |= dict.fromkeys(event.others, event.theme)
    decisions = [one for one in store.theme_decisions.all() if not one.undone and one.to]
    split |= {str(one.to): one.theme for one in decisions if one.kind == "split"}
    for category in {one.category for one in decisions}:
        merged |= store.theme_decisions.came_to(category)
    return merged, split


def _why(store: Store, documents: list[str]) -> Callable[[Evidence], str]:
    """Return what tells why a quote holds nothing any more, by what the store knows now."""
    here = {(document, key) for (document, _), key in turn_keys(store, documents).items()}
    rows = store.db.execute("select distinct highlight from tag where state = ?", (TagState.REJECTED,)).fetchall()
    rejected = {highlight for (highlight,) in rows}

    def why(quote: Evidence) -> str:
        if (quote.document, quote.key) not in here:
            return ERASED
        return REJECTED if quote.id in rejected else UNCODED

    return why
