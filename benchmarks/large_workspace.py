"""A large workspace to measure on: what adding, connecting, understanding and correcting would leave, drawn at random.

Eight passages to a document and five documents to an account, as `asking.py` draws them: sentences of the shipped
examples and of the sample company's customers. Four of ten accounts are ICP; one document of fifty has no account, one
of forty no date; tickets come from a connected source; people decided about one passage of a hundred; two thirds of what
carries a category lie in one of about 150 themes, a few of which are large and most of which are small.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from asking import sentences

from icp_voice.model import Account, Contact, Document, Fact, Kind, Side, Speaker, Tag, TagState, Theme, Turn, View
from icp_voice.store.documents import Print, short_hash, turn_keys
from icp_voice.store.highlights import Span
from icp_voice.store.sources import Seen
from icp_voice.store.themes import Membership, ThemeEvent
from icp_voice.workspace import Workspace

if TYPE_CHECKING:
    from icp_voice.store import Store

SEED = 11
PER_DOCUMENT, PER_ACCOUNT, AT_ONCE = 8, 5, 1_000
THEMES = 150
LAST, DAYS = date(2026, 6, 30), 730
MODEL = "model:drawn"
ASKED = (
    "What is hard at month end?",
    "How did you first hear of us?",
    "What made you choose us?",
    "Tell me more about that, please.",
    "And then?",
)
FIRST_NAMES = "Ann Ben Cleo Dana Eli Fay Gus Hana Ivo June Karl Lena Milo Nora Omar Pia Quin Rosa Sam Tess".split()
LAST_NAMES = "Lee Park Meyer Rossi Novak Silva Khan Brandt Okafor Lind Moreau Sato Weiss Dunn Costa Berg".split()
ROLES = ("Controller", "CFO", "AP Manager", "Head of Finance", "Accountant", "COO", "")
SOURCES = {Kind.TICKET: "zendesk", Kind.CHAT: "intercom"}
DRAWN: Mapping[str, Sequence[str]] = {
    "industry": ("Logistics", "Retail", "Health", "Software", "Manufacturing", "Education", "Food"),
    "region": ("DACH", "Nordics", "Benelux", "UK", "Iberia"),
    "plan": ("Starter", "Team", "Business"),
    "stage": ("customer", "customer", "customer", "churned"),
}
FACTS = (
    ("role", ("CFO", "controller", "IT")),
    ("channel", ("a colleague", "search", "a fair")),
    ("competitor", ("Paperly", "Ledgerly")),
    ("duration", ("2 weeks", "3 months")),
)


@dataclass(frozen=True, slots=True)
class _Heard:
    """One drawn document as it is kept, its passages and what they are made of."""

    document: Document
    spans: tuple[Span, ...]
    pairs: tuple[tuple[int, int], ...]


def make(folder: Path, highlights: int) -> Workspace:
    """Make a workspace with so many highlights in a new folder, and return it."""
    workspace = Workspace.init(folder, company="Ours", domains=["ours.example"], people=["Vera Field"])
    draw, known = random.Random(SEED), sentences(workspace)
    store = workspace.store
    store.db.execute("pragma synchronous = off")
    accounts = max(1, highlights // (PER_DOCUMENT * PER_ACCOUNT))
    with store.transaction():
        store.accounts.put(_accounts(draw, accounts))
        store.accounts.put_contacts(_contacts(draw, accounts))
    workspace.set_icp(where="size >= 240")
    _words(workspace, draw, known, highlights, accounts)
    with store.transaction():
        _themes(store, draw, workspace.codebook.names)
    with store.transaction():
        _facts(store, draw)
    _saved(workspace)
    _done(workspace)
    store.db.execute("pragma wal_checkpoint(truncate)")
    store.db.execute("pragma synchronous = normal")
    return workspace


def _accounts(draw: random.Random, count: int) -> Iterator[Account]:
    for number in range(count):
        attributes = {name: draw.choice(values) for name, values in DRAWN.items()}
        yield Account(
            id=f"A-{number}",
            name=f"{draw.choice(LAST_NAMES)} {attributes['industry']} {number}",
            domains=(f"firm{number}.example",),
            attributes={**attributes, "size": draw.randrange(400)},
        )


def _contacts(draw: random.Random, count: int) -> Iterator[Contact]:
    for number in range(count):
        for _ in range(2):
            name = f"{draw.choice(FIRST_NAMES)} {draw.choice(LAST_NAMES)}"
            yield Contact(account=f"A-{number}", name=name, role=draw.choice(ROLES), email="someone@firm.example")


def _words(workspace: Workspace, draw: random.Random, known: Sequence[str], highlights: int, accounts: int) -> None:
    """Write documents with their passages, vectors, questions and tags."""
    import numpy as np

    store, embedder = workspace.store, workspace.tools.embedder
    names, vectors = workspace.codebook.names, embedder.embed(known)
    heard = (_heard(draw, known, number, accounts) for number in range(-(-highlights // PER_DOCUMENT)))
    while chunk := list(islice(heard, AT_ONCE)):
        with store.transaction():
            for one in chunk:
                _keep(store, draw, one, names)
            texts = [turn.text for one in chunk for turn in one.document.turns[1::2]]
            pairs = np.array([pair for one in chunk for pair in one.pairs])
            matrix = vectors[pairs[:, 0]] + vectors[pairs[:, 1]]
            matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
            store.vectors.put(embedder.name, texts, matrix)


def _heard(draw: random.Random, known: Sequence[str], number: int, accounts: int) -> _Heard:
    pairs = tuple((draw.randrange(len(known)), draw.randrange(len(known))) for _ in range(PER_DOCUMENT))
    texts = [f"{known[one]} {known[other]}" for one, other in pairs]
    who = f"{draw.choice(FIRST_NAMES)} {draw.choice(LAST_NAMES)}"
    kind = draw.choice([Kind.CALL, Kind.CALL, Kind.INTERVIEW, Kind.TICKET, Kind.TICKET, Kind.CHAT])
    timed = kind in {Kind.CALL, Kind.INTERVIEW}
    asked = [draw.choice(ASKED) for _ in texts]
    spoken = [pair for pair in zip(asked, texts, strict=True)]
    turns = tuple(
        Turn(text=text, speaker=name, start_ms=20_000 * at if timed else None)
        for at, (text, name) in enumerate(
            (text, name) for ours, theirs in spoken for text, name in ((ours, "Vera Field"), (theirs, who))
        )
    )
    source = SOURCES.get(kind, "")
    day = (LAST - timedelta(days=draw.randrange(DAYS))).isoformat()
    identity = short_hash("drawn", number)
    role, unknown = draw.choice(ROLES), draw.random() < 0.03
    dated, account = draw.random() >= 0.025, number // PER_ACCOUNT % accounts
    at_account = draw.random() >= 0.02
    # By the address a run finds the account again.
    email = f"someone@firm{account}.example" if at_account else ""
    speakers = [
        Speaker(name="Vera Field", side=Side.VENDOR),
        Speaker(name=who, side=Side.CUSTOMER, role=role, email=email),
    ]
    if unknown:
        speakers.append(Speaker(name="Speaker 3", side=Side.UNKNOWN))
    document = Document(
        id=identity,
        file=f"{source}/{number}" if source else f"calls/{day[:4]}/{number:06}.vtt",
        title=f"{kind.value.title()} {number}",
        kind=kind,
        date=day if dated else "",
        account=f"A-{account}" if at_account else "",
        account_reason="named in the file",
        speakers=tuple(speakers),
        turns=turns,
    )
    keys = turn_keys(turns)
    spans = tuple(
        Span(short_hash(identity, n), 2 * n + 1, 0, len(text), asked[n], keys[2 * n + 1])
        for n, text in enumerate(texts)
    )
    return _Heard(document, spans, pairs)


def _keep(store: Store, draw: random.Random, heard: _Heard, names: Sequence[str]) -> None:
    document = heard.document
    store.documents.put(document, Print(key="", fingerprint=document.id, content=document.id, richness=1))
    store.highlights.put(document.id, heard.spans)
    if document.kind in SOURCES:
        seen = Seen(record=document.title.split()[-1], file=document.file, version="1", moment=document.date)
        store.sources.put(SOURCES[document.kind], [seen])
    store.questions.put(document.id, [(2 * draw.randrange(PER_DOCUMENT), draw.choice(names))])
    tags = {span.id: _tags(draw, names) for span in heard.spans}
    store.tags.put(MODEL, tags)
    store.progress.put("tags", dict.fromkeys(tags, "drawn"))
    for highlight, proposed in tags.items():
        if proposed and draw.random() < 0.01:
            state = draw.choice([TagState.CONFIRMED, TagState.CONFIRMED, TagState.REJECTED])
            store.tags.decide(highlight, proposed[0].category, by="anna", state=state)


def _tags(draw: random.Random, names: Sequence[str]) -> list[Tag]:
    """Six of ten carry a category, one of eight of these a second; the first of the codebook are the frequent ones."""
    if draw.random() > 0.6:
        return []
    weights = [len(names) - at for at in range(len(names))]
    chosen = dict.fromkeys(draw.choices(names, weights, k=2 if draw.random() < 0.125 else 1))
    return [Tag(category=name, score=round(0.45 + 0.55 * draw.random(), 3), coder=MODEL) for name in chosen]


def _themes(store: Store, draw: random.Random, names: Sequence[str]) -> None:
    held = store.tags.all_held()
    for category in names:
        ids = sorted(held.get(category, ()))
        count = max(1, THEMES // len(names))
        themes = [short_hash("theme", category, number) for number in range(count)]
        weights = [1 / (number + 2) for number in range(count)]
        members = [
            Membership(one, draw.choices(themes, weights)[0], "")
            if draw.random() < 0.66
            else Membership(one, None, "alone: nothing else is near")
            for one in ids
        ]
        draw.shuffle(members)
        named = [
            Theme(
                id=theme,
                category=category,
                name=f"{category.replace('_', ' ')} {number + 1}: {draw.choice(ASKED).lower().rstrip('?.')}",
                keywords=("month", "export", "approval"),
                highlights=(),
                hidden=number == count - 1,
            )
            for number, theme in enumerate(themes)
        ]
        store.themes.put(category, named, members)
        store.themes.put_full(category, len(ids))
        sizes = {theme: sum(one.theme == theme for one in members) for theme in themes}
        store.themes.put_events(
            ThemeEvent(
                run=1,
                at="2026-07-01T08:00:00+00:00",
                category=category,
                kind="born",
                theme=one.id,
                size=sizes[one.id],
                names={one.id: one.name},
            )
            for one in named
        )


def _facts(store: Store, draw: random.Random) -> None:
    for first in sorted(store.tags.all_held().get("buying_process", ())):
        kind, values = draw.choice(FACTS)
        store.facts.put([first], [Fact(kind=kind, value=draw.choice(values), highlight=first, start=0, end=10)])


def _saved(workspace: Workspace) -> None:
    workspace.save_view(View(name="Month end", account_tag="ICP", question="What goes wrong at month end?"))
    workspace.save_view(View(name="Carbon", question="What do customers say about carbon footprint reports?"))
    workspace.save_view(View(name="Tickets in 2026", kind=Kind.TICKET, since="2026"))


def _done(workspace: Workspace) -> None:
    """Note that every step has seen all of it, so that a run on this workspace only deals with what is added."""
    from icp_voice.run import versions
    from icp_voice.run.coding import Coder

    store, tools = workspace.store, workspace.tools
    seen = {
        "highlights": versions.of_highlights(store, tools),
        "questions": versions.of_questions(store, tools),
        "tags": versions.of_tags(store, Coder(store, tools)),
        "vectors": versions.of_vectors(store, tools),
        "facts": versions.of_facts(store, tools),
        "search": versions.of_search(store, tools),
    }
    with store.transaction():
        for step, done in seen.items():
            store.progress.put(step, done)
