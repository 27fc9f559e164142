"""The steps. Each deals with what it has not dealt with in its present version, and returns how much that was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TypeVar

from icp_voice.analysis import facts, highlight, questions, redact
from icp_voice.embed import Embedder, embed_texts
from icp_voice.model import Fact, View
from icp_voice.run.coding import Coder, choose_heard
from icp_voice.run.grouping import Coded, group_category, moment
from icp_voice.run.tools import Tools
from icp_voice.store import Store
from icp_voice.store.documents import short_hash, turn_keys
from icp_voice.store.redactions import Hidden

Advance = Callable[[int, int], None]
Step = Callable[[Store, Tools, Advance], int]
T = TypeVar("T")
DOCUMENTS = 500
HIGHLIGHTS = 4096
FACTS = 500


def mark_highlights(store: Store, tools: Tools, advance: Advance) -> int:
    """Mark the passages in customers' turns."""
    versions = store.documents.versions(highlight.VERSION, tools.settings.models.language)
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
    guides = questions.guides(tools.codebook)
    versions = store.documents.versions(tools.embedder.name, questions.LIKE, *guides)
    pending = _pending(store, "questions", versions)
    if not pending:
        return 0
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
    passages = store.highlights.texts()
    versions = {identity: short_hash(coder.version, *said) for identity, *said in passages}
    pending = set(_pending(store, "tags", versions))
    fresh = [passage for passage in passages if passage[0] in pending]
    for chunk in _chunks(fresh, HIGHLIGHTS):
        tags = coder.tags(chunk)
        with store.transaction():
            store.tags.put(coder.name, tags)
            store.progress.put("tags", {identity: versions[identity] for identity in tags})
        advance(len(chunk), len(fresh))
    return len(fresh)


def make_vectors(store: Store, tools: Tools, advance: Advance) -> int:
    """Embed the passages that carry a category: themes are made of their vectors."""
    held = store.tags.all_held()
    coded = {identity for name in tools.codebook.names for identity in held.get(name, ())}
    texts = sorted({text for identity, text, _ in store.highlights.texts() if identity in coded})
    return _embed_missing(store, tools.embedder, texts, advance)


def group_themes(store: Store, tools: Tools, advance: Advance) -> int:
    """Group the highlights of each category into themes; what is known keeps its theme, its id and its name."""
    changed, run, coder, coded = 0, store.themes.next_run(), Coder(store, tools), Coded(store)
    for category in tools.codebook:
        changed += group_category(store, tools, category.name, run=run, coder=coder, coded=coded)
        advance(1, len(tools.codebook.categories))
    return changed


def find_facts(store: Store, tools: Tools, advance: Advance) -> int:
    """Read the coded highlights for roles, competitors, channels, steps, durations, criteria and budgets."""
    settings = tools.settings
    names = (settings.competitors, (settings.company,))
    mark = facts.mark(settings.models.language, competitors=names[0], ours=names[1], workspace=tools.folder)
    coded = {one.id: one for one in store.highlights.select(View(), bare=True)}
    versions = {
        identity: short_hash(mark, one.text, one.context, one.role, one.account_name, *one.categories)
        for identity, one in coded.items()
    }
    pending = _pending(store, "facts", versions)
    if not pending:
        return 0
    finder = _fact_finder(mark, settings.models.language, *names, tools.folder)
    for chunk in _chunks(pending, FACTS):
        passages = [
            facts.Passage(
                text=one.text,
                context=one.context,
                categories=frozenset(one.categories),
                role=one.role,
                company=one.account_name,
            )
            for one in (coded[identity] for identity in chunk)
        ]
        stated = [
            Fact(
                kind=fact.kind,
                value=fact.value,
                highlight=identity,
                start=coded[identity].start + fact.start,
                end=coded[identity].start + fact.end,
            )
            for identity, found in zip(chunk, finder.find(passages), strict=True)
            for fact in found
        ]
        with store.transaction():
            store.facts.put(chunk, stated)
            store.progress.put("facts", {identity: versions[identity] for identity in chunk})
        advance(len(chunk), len(pending))
    return len(pending)


def make_searchable(store: Store, tools: Tools, advance: Advance) -> int:
    """Embed all other passages, so that questions find them too. It comes last: nothing else waits for it."""
    texts = sorted({text for _, text, _ in store.highlights.texts()})
    return _embed_missing(store, tools.embedder, texts, advance)


def propose_redactions(store: Store, tools: Tools, advance: Advance) -> int:
    """Find what should perhaps not be shown to everybody: addresses, numbers that pass their check, names if asked."""
    privacy = tools.settings.privacy
    contacts: dict[str, list[str]] = {}
    for contact in store.accounts.contacts() if privacy.find_names else ():
        contacts.setdefault(contact.account, []).append(contact.name)
    mark = (redact.VERSION, privacy.phone_region, privacy.find_names, short_hash(*sorted(contacts.items())))
    versions = store.documents.versions(*mark)
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


def _embed_missing(store: Store, embedder: Embedder, texts: Sequence[str], advance: Advance) -> int:
    missing = store.vectors.missing(embedder.name, texts)
    if missing:
        embed_texts(store, embedder, missing, lambda done: advance(done, len(missing)))
    return len(missing)


def _pending(store: Store, step: str, versions: dict[str, str]) -> list[str]:
    done = store.progress.versions(step)
    return sorted(subject for subject, version in versions.items() if done.get(subject) != version)


def _chunks(items: Sequence[T], size: int) -> Iterator[list[T]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk
