"""What each step's work is made from: a subject with another version than when it was dealt with is dealt with anew.

A highlight's id stands for its words, so that nobody has to read these to know that they are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from icp_voice.analysis import facts, highlight, questions, redact
from icp_voice.run.coding import Coder
from icp_voice.run.tools import Tools
from icp_voice.store import Store
from icp_voice.store.documents import short_hash

Versions = dict[str, str]


def of_highlights(store: Store, tools: Tools) -> Versions:
    """Return document -> what its passages are marked by."""
    return store.documents.versions(highlight.VERSION, tools.settings.models.language)


def of_questions(store: Store, tools: Tools) -> Versions:
    """Return document -> what our questions in it are told by."""
    return store.documents.versions(tools.embedder.name, questions.LIKE, *questions.guides(tools.codebook))


def of_tags(store: Store, coder: Coder) -> Versions:
    """Return highlight -> what its tags are made from."""
    return {identity: short_hash(coder.version, context) for identity, context in store.highlights.contexts().items()}


def of_vectors(store: Store, tools: Tools) -> Versions:
    """Return highlight -> the embedder, for those that carry a category of the codebook."""
    held = store.tags.all_held()
    return _embedded((identity for name in tools.codebook.names for identity in held.get(name, ())), tools)


def of_facts(store: Store, tools: Tools) -> Versions:
    """Return highlight -> what its facts are found by, for those that carry a category."""
    categories: dict[str, list[str]] = {}
    for category, held in sorted(store.tags.all_held().items()):
        for identity in held:
            categories.setdefault(identity, []).append(category)
    mark = fact_mark(tools)
    return {
        identity: of_fact(mark, *beside, categories[identity])
        for identity, beside in store.highlights.beside().items()
        if identity in categories
    }


def of_fact(mark: str, context: str, role: str, company: str, categories: Sequence[str]) -> str:
    """Return what the facts of one passage are found by; its categories are sorted."""
    return short_hash(mark, context, role, company, *categories)


def of_redaction(store: Store, tools: Tools) -> Versions:
    """Return document -> what is proposed to be hidden in it by."""
    privacy = tools.settings.privacy
    contacts = [(one.account, one.name) for one in store.accounts.contacts()] if privacy.find_names else []
    return store.documents.versions(
        redact.VERSION, privacy.phone_region, privacy.find_names, short_hash(*sorted(contacts))
    )


def of_search(store: Store, tools: Tools) -> Versions:
    """Return highlight -> the embedder, for all."""
    return _embedded(store.highlights.contexts(), tools)


def fact_mark(tools: Tools) -> str:
    """Return what facts depend on besides the passages."""
    settings = tools.settings
    return facts.mark(
        settings.models.language,
        competitors=settings.competitors,
        ours=(settings.company,),
        workspace=tools.folder,
    )


def _embedded(highlights: Iterable[str], tools: Tools) -> Versions:
    return dict.fromkeys(highlights, tools.embedder.name)
