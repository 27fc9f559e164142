"""The interview guide of one person, made from what is kept of their account alone, so that it is there at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from icp_voice.errors import IcpVoiceError, unknown
from icp_voice.model import Interview, InterviewPlan, View
from icp_voice.profile.coverage import matrix
from icp_voice.profile.icp import Icp
from icp_voice.publish.guides import Guide, guide_of, guides_text
from icp_voice.publish.material import ACCOUNT, Group, Halves, Material, Method
from icp_voice.settings import Codebook, Settings
from icp_voice.store import Store

FORMATS = ("html", "markdown", "docx")
MOST_DOCUMENTS = 8
BLANK_LINES = re.compile(r"\n{3,}")
NO_METHOD = Method(
    kinds=(),
    customers=0,
    passages=0,
    coded=0,
    tags=0,
    coders=(),
    confirmed=0,
    rejected=0,
    undated=0,
    unmatched=(),
    unknown_speakers=0,
    duplicates=0,
    models=(),
    versions=(),
)


def one_guide(
    store: Store,
    settings: Settings,
    codebook: Codebook,
    interview: Interview,
    format: str,
    *,
    folder: Path | None = None,
) -> str | bytes:
    """Return a guide as "html", as "markdown", or as the bytes of a "docx" file."""
    return many_guides(store, settings, codebook, [interview], format, folder=folder)


def many_guides(
    store: Store,
    settings: Settings,
    codebook: Codebook,
    interviews: Sequence[Interview],
    format: str,
    *,
    folder: Path | None = None,
) -> str | bytes:
    """Return the guides of some interviews, one after another, as one file."""
    if format not in FORMATS:
        raise unknown("format of a guide", format, FORMATS)
    if not interviews:
        raise IcpVoiceError("The plan is empty: there is nobody to write a guide for.", hint="Add accounts first.")
    material = _material(store, settings, codebook, interviews[0], folder)
    made = shown_guides(store, settings, codebook, interviews, folder=folder)
    if format == "html":
        return guides_text(material, made, format)
    text = BLANK_LINES.sub("\n\n", guides_text(material, made, "markdown")).strip() + "\n"
    if format == "markdown":
        return text
    from icp_voice.publish.docx import About, word_file

    whom = f"{interviews[0].person or 'someone not heard yet'}, {material.name(interviews[0].account)}"
    title = f"Interview guide: {whom}" if len(interviews) == 1 else f"{len(interviews)} interview guides"
    return word_file(text, About(title=title, company=settings.company, as_of=material.as_of))


def shown_guides(
    store: Store,
    settings: Settings,
    codebook: Codebook,
    interviews: Sequence[Interview],
    *,
    folder: Path | None = None,
) -> tuple[Guide, ...]:
    """Return what the guides of some interviews show."""
    return tuple(
        guide_of(_material(store, settings, codebook, one, folder), one, place, len(interviews))
        for place, one in enumerate(interviews, start=1)
    )


def _material(
    store: Store, settings: Settings, codebook: Codebook, interview: Interview, folder: Path | None
) -> Material:
    """Return what a guide draws on; all else is empty."""
    account = store.accounts.get(interview.account)
    accounts = {account.id: account} if account else {}
    documents = [row.id for row in store.account_rows.documents(interview.account, start=0, most=MOST_DOCUMENTS)]
    # All are read and the coded ones kept: asking the store for coded ones would look at those of every account.
    said = [one for one in store.highlights.select(View(account=interview.account, coded=False)) if one.categories]
    return Material(
        company=settings.company,
        codebook=codebook,
        icp=Icp(tag=settings.coverage.tag, rule="", accounts=(), near_misses=(), kept_out=(), without_feedback=()),
        group=Group(
            label="accounts",
            unit=ACCOUNT,
            tagged=False,
            members=frozenset(accounts),
            heard=frozenset(accounts),
            others=frozenset(),
        ),
        accounts=accounts,
        churned=(),
        churned_rule="",
        coverage=matrix(store, settings, codebook, accounts.values()),
        gaps=interview.closes,
        plan=InterviewPlan(interviews=(interview,)),
        themes=(),
        highlights={one.id: one for one in said},
        facts=(),
        hidden=0,
        documents={document.id: document for document in store.documents.all(only=documents, fill_roles=False)},
        asked=(),
        halves=Halves(middle="", early=frozenset(), late=frozenset()),
        saturation={},
        fact_order={},
        fact_means={},
        method=NO_METHOD,
        folder=folder,
    )
