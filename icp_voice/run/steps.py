"""The steps. Each deals with what it has not dealt with in its present version, and returns how much that was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TypeVar

from icp_voice.analysis import facts, highlight, questions, redact
from icp_voice.embed import embed_texts
from icp_voice.model import Fact, View
from icp_voice.run.coding import Coder, choose_heard
from icp_voice.run.grouping import Coded, group_category, moment
from icp_voice.run.tools import Tools
from icp_voice.run.versions import (
    Versions,
    fact_mark,
    of_fact,
    of_facts,
    of_highlights,
    of_questions,
    of_redaction,
    of_search,
    of_tags,
    of_vectors,
)
from icp_voice.store import Store
from icp_voice.store.documents import turn_keys
from icp_voice.store.redactions import Hidden

Advance = Callable[[int, int], None]
Step = Callable[[Store, Tools, Advance], int]
T = TypeVar("T")
DOCUMENTS = 500
HIGHLIGHTS = 4096
FACTS = 500


def mark_highlights(store: Store, tools: Tools, advance: Advance) -> int:
    """Mark the passages in customers' turns."""
    versions = of_highlights(store, tools)
    pending = _pending(store, "highlights", versions)
    if pending:
        tools.get_ready()
    for chunk in _chunks(pending, DOCUMENTS):
        documents = store.documents.all(turns=True, only=chunk, fill_roles=False, bare=True)
        found = highlight.passages(documents, tools.language)
        with store.transaction():
            for identity, spans in found.items():
                store.highlights.put(identity, spans)
            store.progress.put("highlights", {identity: versions[identity] for identity in chunk})
        advance(len(chunk), len(pending))
    return len(pending)


def read_questions(store: Store, tools: Tools, advance: Advance) -> int:
    """Tell which of our own questions ask for which category, so that a question without an answer is seen."""
    versions = of_questions(store, tools)
    pending = _pending(store, "questions", versions)
    if not pending:
        return 0
    guides = questions.guides(tools.codebook)
    guide_vectors = embed_texts(store, tools.embedder, [text for _, text in guides])
    for chunk in _chunks(pending, DOCUMENTS):
        ours = [
            (identity, turn, question)
            for identity in chunk
            for turn, text in store.questions.ours(identity)
            for question in questions.questions_in(text)
        ]
        vectors = embed_texts(store, tools.embedder, [question for *_, question in ours])
        found: dict[str, set[tuple[int, str]]] = {identity: set() for identity in chunk}
        for (identity, turn, _), vector in zip(ours, vectors, strict=True):
            if category := questions.asked(guides, guide_vectors, vector):
                found[identity].add((turn, category))
        with store.transaction():
            for identity, categories in found.items():
                store.questions.put(identity, sorted(categories))
            store.progress.put("questions", {identity: versions[identity] for identity in chunk})
        advance(len(chunk), len(pending))
    return len(pending)


def tag_highlights(store: Store, tools: Tools, advance: Advance) -> int:
    """Let the model code every passage by the codebook; people's corrections teach it and outrank it."""
    if tools.codebook.own:
        choose_heard(store)
    coder = Coder(store, tools)
    versions = of_tags(store, coder)
    pending = _pending(store, "tags", versions)
    for chunk in _chunks(pending, HIGHLIGHTS):
        tags = coder.tags(store.highlights.texts(chunk))
        with store.transaction():
            store.tags.put(coder.name, tags)
            store.progress.put("tags", {identity: versions[identity] for identity in tags})
        advance(len(chunk), len(pending))
    return len(pending)


def make_vectors(store: Store, tools: Tools, advance: Advance) -> int:
    """Embed the passages that carry a category: themes are made of their vectors."""
    return _embed_pending(store, tools, "vectors", of_vectors(store, tools), advance)


def group_themes(store: Store, tools: Tools, advance: Advance) -> int:
    """Group the highlights of each category into themes; what is known keeps its theme, its id and its name."""
    changed, run, coder, coded = 0, store.themes.next_run(), Coder(store, tools), Coded(store)
    for category in tools.codebook:
        changed += group_category(store, tools, category.name, run=run, coder=coder, coded=coded)
        advance(1, len(tools.codebook.categories))
    return changed


def find_facts(store: Store, tools: Tools, advance: Advance) -> int:
    """Read the coded highlights for roles, competitors, channels, steps, durations, criteria and budgets."""
    pending = _pending(store, "facts", of_facts(store, tools))
    if not pending:
        return 0
    settings, mark = tools.settings, fact_mark(tools)
    finder = _fact_finder(mark, settings.models.language, settings.competitors, (settings.company,), tools.folder)
    for chunk in _chunks(pending, FACTS):
        highlights = store.highlights.select(View(coded=False), ids=chunk, bare=True)
        passages = [
            facts.Passage(
                text=one.text,
                context=one.context,
                categories=frozenset(one.categories),
                role=one.role,
                company=one.account_name,
            )
            for one in highlights
        ]
        stated = [
            Fact(
                kind=fact.kind,
                value=fact.value,
                highlight=one.id,
                start=one.start + fact.start,
                end=one.start + fact.end,
            )
            for one, found in zip(highlights, finder.find(passages), strict=True)
            for fact in found
        ]
        # Somebody may have decided about a passage since the step began: noted is what was read, not what stood there.
        read = {
            one.id: of_fact(mark, one.context, one.role, one.account_name, sorted(one.categories)) for one in highlights
        }
        with store.transaction():
            store.facts.put(list(read), stated)
            store.progress.put("facts", read)
        advance(len(chunk), len(pending))
    return len(pending)


def make_searchable(store: Store, tools: Tools, advance: Advance) -> int:
    """Embed all other passages, so that questions find them too. It comes last: nothing else waits for it."""
    return _embed_pending(store, tools, "search", of_search(store, tools), advance)


def propose_redactions(store: Store, tools: Tools, advance: Advance) -> int:
    """Find what should perhaps not be shown to everybody: addresses, numbers that pass their check, names if asked."""
    privacy, versions = tools.settings.privacy, of_redaction(store, tools)
    contacts: dict[str, list[str]] = {}
    for contact in store.accounts.contacts() if privacy.find_names else ():
        contacts.setdefault(contact.account, []).append(contact.name)
    pending, at = _pending(store, "redaction", versions), moment()
    for chunk in _chunks(pending, DOCUMENTS):
        with store.transaction():
            for document in store.documents.all(turns=True, only=chunk, fill_roles=False, bare=True):
                known = [*(speaker.name for speaker in document.speakers), *contacts.get(document.account, ())]
                names = known if privacy.find_names else ()
                hidden = [
                    Hidden(key=key, start=found.start, end=found.end, why=found.why)
                    for turn, key in zip(document.turns, turn_keys(document.turns), strict=True)
                    for found in redact.find(turn.text, region=privacy.phone_region, names=names)
                ]
                store.redactions.propose(document.id, hidden, at=at)
            store.progress.put("redaction", {identity: versions[identity] for identity in chunk})
        advance(len(chunk), len(pending))
    return len(pending)


STEPS: dict[str, Step] = {
    "highlights": mark_highlights,
    "questions": read_questions,
    "tags": tag_highlights,
    "vectors": make_vectors,
    "themes": group_themes,
    "facts": find_facts,
    "redaction": propose_redactions,
    "search": make_searchable,
}


@lru_cache(maxsize=2)
def _fact_finder(
    mark: str, language: str, competitors: tuple[str, ...], ours: tuple[str, ...], folder: Path
) -> facts.FactFinder:
    """Return the finder of facts that this mark stands for; a process that runs again has it already."""
    return facts.FactFinder(language, competitors=competitors, ours=ours, workspace=folder)


def _embed_pending(store: Store, tools: Tools, step: str, versions: Versions, advance: Advance) -> int:
    """Embed the words of those highlights with which a step has not dealt; return how many texts that are."""
    made, pending = 0, _pending(store, step, versions)
    for chunk in _chunks(pending, HIGHLIGHTS):
        said = sorted({text for _, text, _ in store.highlights.texts(chunk)})
        missing = store.vectors.missing(tools.embedder.name, said)
        if missing:
            embed_texts(store, tools.embedder, missing)
        with store.transaction():
            store.progress.put(step, {identity: versions[identity] for identity in chunk})
        made += len(missing)
        advance(len(chunk), len(pending))
    return made


def _pending(store: Store, step: str, versions: Versions) -> list[str]:
    done = store.progress.versions(step)
    return sorted(subject for subject, version in versions.items() if done.get(subject) != version)


def _chunks(items: Sequence[T], size: int) -> Iterator[list[T]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk
