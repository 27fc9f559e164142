"""Gathering what reports are made of, out of the store and the profile."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from icp_voice.analysis.fact_settings import load_fact_settings
from icp_voice.model import Account, Answer, Document, Highlight, Side, TagState, Theme, View
from icp_voice.profile.coverage import coverage, matrix
from icp_voice.profile.gaps import churned_accounts, gaps
from icp_voice.profile.icp import heard_accounts, icp
from icp_voice.profile.plan import plan
from icp_voice.profile.saturation import saturation
from icp_voice.publish.arrangement import Arrangement, arrangement, settled
from icp_voice.publish.material import Material, Method
from icp_voice.publish.sections import ICP_SECTIONS
from icp_voice.publish.whom import halves, whom
from icp_voice.settings import Codebook, Settings
from icp_voice.store import Store

PEOPLE = 8
PERSON = "person:"
Said = tuple[Mapping[str, Document], Mapping[str, Highlight]]
PACKAGES = ("icp-voice", "sqlite-utils", "sentence-transformers", "bertopic")


def gather(
    store: Store,
    settings: Settings,
    codebook: Codebook,
    ask: Callable[[View], Answer],
    *,
    people: int = PEOPLE,
    folder: Path | None = None,
    said: Said | None = None,
) -> Material:
    """Gather everything once. `folder` is the workspace, whose own reports/ come before the shipped ones.

    `said` is what was said, if it has been read already.
    """
    tag = settings.coverage.tag
    accounts = {account.id: account for account in store.accounts.all()}
    documents, highlights = said or read_said(store)
    group = whom(
        tag,
        accounts=frozenset(accounts),
        tagged=store.accounts.tagged(tag),
        heard=heard_accounts(store),
        spoken=lambda: [highlight.document for highlight in highlights.values()],
    )
    of_tagged = coverage(store, settings, codebook)
    shown = of_tagged if group.tagged else matrix(store, settings, codebook, _by_name(accounts, group.heard))
    answers = _Answers(ask)
    found = gaps(store, settings, codebook, of_tagged, answers)
    all_themes = store.themes.all(account_tag=tag)
    themes = tuple(theme for theme in all_themes if not theme.hidden)
    facts = load_fact_settings(folder)
    arranged = _arranged(store, codebook, themes, highlights)
    coded: dict[str, list[Highlight]] = defaultdict(list)
    for highlight in highlights.values():
        for category in dict.fromkeys(highlight.categories):
            coded[category].append(highlight)
    return Material(
        company=settings.company,
        codebook=codebook,
        icp=icp(store, tag),
        group=group,
        accounts=accounts,
        churned=tuple(account.id for account in churned_accounts(store, settings)),
        churned_rule=settings.coverage.churned,
        coverage=shown,
        gaps=tuple(found),
        plan=plan(store, codebook, found, people=people),
        themes=themes,
        highlights=highlights,
        facts=tuple(fact for fact in store.facts.all() if fact.highlight in highlights),
        hidden=len(all_themes) - len(themes),
        hidden_themes=frozenset(theme.id for theme in all_themes if theme.hidden),
        documents=documents,
        asked=tuple((view, answers(view)) for view in store.views.all() if view.question),
        halves=halves(group, ((one.date, one.account, one.document) for one in highlights.values())),
        saturation={one.name: saturation(one.name, coded.get(one.name, ()), themes) for one in codebook},
        fact_order={(one.kind, one.value): place for place, one in enumerate(facts.value)},
        fact_means={(one.kind, one.value): one.means for one in facts.value},
        method=_method(store, settings, documents.values(), highlights.values()),
        folder=folder,
        arrangement=arranged,
        shown_views=_shown_views(store, arranged),
    )


def read_said(store: Store) -> Said:
    """Return the documents and the highlights by their ids, in the order in which they were said."""
    documents = {document.id: document for document in store.documents.all(turns=True)}
    return documents, {highlight.id: highlight for highlight in store.highlights.select(View())}


def rearranged(material: Material, store: Store) -> Material:
    """Return the same as it is arranged now, where nothing else was written since."""
    held = _arranged(store, material.codebook, material.themes, material.highlights)
    return replace(material, arrangement=held, shown_views=_shown_views(store, held))


def _arranged(
    store: Store, codebook: Codebook, themes: Iterable[Theme], highlights: Mapping[str, Highlight]
) -> Arrangement:
    """Return how people arranged the document, as far as what they arranged is still there."""
    lines = store.arrangement.all()
    if not lines:
        return Arrangement()
    into = {theme: end for one in codebook for theme, end in store.theme_decisions.came_to(one.name).items()}
    return settled(
        arrangement(lines),
        themes={theme.id for theme in themes},
        quotes=highlights.keys(),
        views={view.name for view in store.views.all()},
        sections=ICP_SECTIONS,
        came_to=lambda theme: into.get(theme, theme),
    )


def _shown_views(store: Store, arranged: Arrangement) -> tuple[tuple[View, tuple[Highlight, ...]], ...]:
    """Return the views that stand in the document, with what they hold if they ask nothing."""
    views = {view.name: view for view in store.views.all()}
    placed = [views[name] for name, _ in arranged.views]
    return tuple((view, () if view.question else tuple(store.highlights.select(view))) for view in placed)


class _Answers:
    """Asks each question once, whoever wants to know."""

    def __init__(self, ask: Callable[[View], Answer]) -> None:
        self._ask = ask
        self._known: dict[str, Answer] = {}

    def __call__(self, view: View) -> Answer:
        key = repr(replace(view, name=""))
        if key not in self._known:
            self._known[key] = self._ask(view)
        return self._known[key]


def _by_name(accounts: Mapping[str, Account], chosen: Iterable[str]) -> list[Account]:
    return sorted(
        (accounts[identity] for identity in chosen if identity in accounts), key=lambda one: (one.name, one.id)
    )


def _method(store: Store, settings: Settings, documents: Iterable[Document], highlights: Iterable[Highlight]) -> Method:
    listed, coded = list(documents), list(highlights)
    held = [tag for highlight in coded for tag in highlight.tags if tag.category in highlight.categories]
    customers = {
        (document.account or document.id, speaker.name)
        for document in listed
        for speaker in document.speakers
        if speaker.side is Side.CUSTOMER
    }
    unknown = {
        (document.id, speaker.name)
        for document in listed
        for speaker in document.speakers
        if speaker.side is Side.UNKNOWN
    }
    states = Counter(
        state for (state,) in store.db.execute("select state from tag where coder like 'person:%'").fetchall()
    )
    return Method(
        kinds=tuple(Counter(str(document.kind) for document in listed).most_common()),
        customers=len(customers),
        passages=store.highlights.count(View(coded=False)),
        coded=len(coded),
        tags=len(held),
        coders=tuple(sorted(Counter(tag.coder for tag in held).items(), key=lambda one: (-one[1], one[0]))),
        confirmed=states[TagState.CONFIRMED],
        rejected=states[TagState.REJECTED],
        undated=sum(not document.date for document in listed),
        unmatched=tuple(
            document.title or document.file.rsplit("/", 1)[-1] for document in listed if not document.account
        ),
        unknown_speakers=len(unknown),
        duplicates=len(store.documents.duplicates()),
        models=(("meaning", settings.models.embedding), ("language", settings.models.language)),
        versions=(("SQLite", sqlite3.sqlite_version), *_versions(PACKAGES)),
    )


def _versions(packages: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for package in packages:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return found
