"""How long a question takes on a large workspace, and how much memory: a Markdown table for BENCHMARKS.md.

    python benchmarks/asking.py [--sizes 1000 10000 100000] [--synthetic 1000000] [--folder KEEP]

Passages are two sentences each, drawn from the shipped examples and the sample company's customers, eight to a document
of sixteen turns, five documents to an account. Up to the largest of `--sizes` the vector of a passage is the mean of its
two sentences' vectors; for `--synthetic` it is random. Tags are drawn as often as they hold in the examples.

Each store is asked in a process of its own. "first" is the whole process up to its first answer; "warm" the median of
20 questions that were not asked before, half of them within a view, after four others; "processor's time" their mean,
which does not count what other programs held up; "after a write" the first
question after a person confirmed a tag.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icp_voice.model import Account, Document, Kind, Side, Speaker, Tag, Turn, View
from icp_voice.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SEED = 7
PER_DOCUMENT, PER_ACCOUNT, AT_ONCE = 8, 5, 2_000
WARMING = (
    "What do customers say about invoices?",
    "What is hard at month end?",
    "How did you first hear of us?",
    "What do customers say about the approval workflow when discussing month end?",
)
QUESTIONS = (
    "What problems do customers have with exports to Excel?",
    "Why do customers leave?",
    "Who is involved when a new tool is bought?",
    "What do customers love?",
    "What do users think about the mobile app?",
    "How long does the implementation take?",
    "What do customers say about the price?",
    "Is the support team quick to answer?",
    "What goes wrong with integrations to the accounting system?",
    "What did controllers say about permissions when discussing onboarding?",
)
VIEWS = (
    View(),
    View(account_tag="ICP"),
    View(kind="ticket"),
    View(since="2025-06"),
    View(category="pain_point"),
    View(account="A-7"),
)


def sentences(workspace: Workspace) -> list[str]:
    """Return the distinct sentences of the shipped examples and of the sample company's customers, by length."""
    from icp_voice.demo import SAMPLE

    with tempfile.TemporaryDirectory() as folder:
        sample = Workspace.init(Path(folder) / "sample", company="Sample", domains=["quillspan.example"])
        sample.import_accounts(SAMPLE / "accounts.csv")
        sample.add(SAMPLE / "documents")
        said = [turn.text for document in sample.store.documents.all(turns=True) for turn in document.turns]
        sample.store.close()
    texts = [*said, *(example.text for example in workspace.codebook.examples)]
    cut = workspace.tools.language.sentences(texts)
    found = {text[start:end] for text, borders in zip(texts, cut, strict=True) for start, end in borders}
    return sorted((one for one in found if 25 <= len(one) <= 220 and "\n" not in one), key=lambda one: (len(one), one))


def build(folder: Path, size: int, *, synthetic: bool) -> None:
    """Make a workspace of `size` passages, as adding and understanding would leave it."""
    import numpy as np

    workspace = Workspace.init(folder, company="Ours", domains=["ours.example"])
    store, embedder = workspace.store, workspace.tools.embedder
    known = sentences(workspace)
    vectors = embedder.embed(known)
    draw, noise = random.Random(SEED), np.random.default_rng(SEED)
    store.db.execute("pragma synchronous = off")
    accounts = 1 + size // (PER_DOCUMENT * PER_ACCOUNT)
    with store.transaction():
        store.accounts.put(
            Account(id=f"A-{n}", name=f"Firm {n}", attributes={"size": n % 400}) for n in range(accounts)
        )
    workspace.set_icp(where="size >= 200")
    numbers = range(-(-size // PER_DOCUMENT))
    for first in numbers[::AT_ONCE]:
        with store.transaction():
            texts: list[tuple[str, int, int]] = []
            for number in numbers[first : first + AT_ONCE]:
                texts += list(_document(store, draw, known, number, workspace.codebook.names))
            pairs = np.array([pair for _, *pair in texts])
            matrix = vectors[pairs[:, 0]] + vectors[pairs[:, 1]]
            if synthetic:
                matrix = noise.standard_normal(matrix.shape, dtype=np.float32)
            matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
            store.vectors.put(embedder.name, [text for text, *_ in texts], matrix)
    store.close()


def _document(
    store: Any, draw: random.Random, known: Sequence[str], number: int, categories: Sequence[str]
) -> Iterator[tuple[str, int, int]]:
    """Write one document with its passages and tags; yield each one's text, and the numbers of its two sentences."""
    from icp_voice.store.documents import Print, turn_keys
    from icp_voice.store.highlights import Span

    pairs = [(draw.randrange(len(known)), draw.randrange(len(known))) for _ in range(PER_DOCUMENT)]
    texts = [f"{known[one]} {known[other]}" for one, other in pairs]
    turns = tuple(
        turn
        for text in texts
        for turn in (Turn(text=draw.choice(WARMING), speaker="Vera Field"), Turn(text=text, speaker="Ann Lee"))
    )
    identity = f"doc{number:07}"
    document = Document(
        id=identity,
        file=f"calls/{number:07}.txt",
        kind=draw.choice([Kind.CALL, Kind.TICKET, Kind.INTERVIEW]),
        date=f"{draw.choice([2024, 2025])}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}",
        account=f"A-{number // PER_ACCOUNT}",
        speakers=(
            Speaker(name="Vera Field", side=Side.VENDOR),
            Speaker(name="Ann Lee", side=Side.CUSTOMER, role=draw.choice(["Controller", "CFO", "AP Manager"])),
        ),
        turns=turns,
    )
    store.documents.put(document, Print(key="", fingerprint=identity, content=identity, richness=1))
    keys = turn_keys(turns)
    spans = [
        Span(f"{identity}-{n}", 2 * n + 1, 0, len(text), WARMING[1], keys[2 * n + 1]) for n, text in enumerate(texts)
    ]
    store.highlights.put(identity, spans)
    coded = {
        span.id: [Tag(category=draw.choice(categories), score=round(draw.uniform(0.5, 1), 3), coder="model:drawn")]
        for span in spans
        if draw.random() < 0.6
    }
    store.db.conn.executemany(
        "insert into tag (highlight, category, coder, score, state, reason) values (?, ?, ?, ?, 'proposed', '')",
        [(highlight, tag.category, tag.coder, tag.score) for highlight, [tag] in coded.items()],
    )
    yield from ((text, *pair) for text, pair in zip(texts, pairs, strict=True))


def measure(folder: Path, started: float) -> dict[str, float]:
    """Ask in this process, which began at `started` (seconds since 1970)."""
    workspace = Workspace(folder)
    workspace.ask(WARMING[0])
    first = time.time() - started
    for question in WARMING[1:]:
        for view in VIEWS:
            workspace.ask(question, view)
    before = time.process_time()
    taken = [_taken(workspace, question, view) for question in QUESTIONS for view in (View(), _view(question))]
    worked = (time.process_time() - before) / len(taken)
    some = next(iter(workspace.ask(QUESTIONS[1]).quotes)).highlight
    workspace.confirm(some.id, "pain_point")
    written = _taken(workspace, WARMING[1], View())
    snapshot = workspace.index.snapshot(workspace.store, workspace.tools.embedder)
    return {
        "passages": len(snapshot),
        "first": round(first, 2),
        "warm": round(1000 * statistics.median(taken), 1),
        "worked": round(1000 * worked, 1),
        "slowest": round(1000 * max(taken), 1),
        "written": round(1000 * written),
        "vectors_mb": round(snapshot.matrix.nbytes / 1e6),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _view(question: str) -> View:
    return VIEWS[1 + QUESTIONS.index(question) % (len(VIEWS) - 1)]


def _taken(workspace: Workspace, question: str, view: View) -> float:
    began = time.perf_counter()
    workspace.ask(question, view)
    return time.perf_counter() - began


def told(measured: dict[str, float], what: str) -> str:
    """Return one row of the table."""
    one = measured
    return (
        f"| {one['passages']:,}{what} | {one['first']:.2f} s | {one['warm']:.0f} ms | {one['worked']:.0f} ms"
        f" | {one['slowest']:.0f} ms"
        f" | {one['written']:.0f} ms | {one['vectors_mb']:,} MB | {one['peak_mb']:,} MB |"
    )


def main() -> None:
    """Parse, call, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--synthetic", type=int, default=0, help="also ask so many passages with random vectors")
    parser.add_argument("--folder", type=Path, help="keep the workspaces here, and use those that are there")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--started", type=float, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(json.dumps(measure(chosen.measure, chosen.started)))
        return
    print(
        "| passages | first | warm | processor's time | slowest of 20 | after a write | vectors | peak memory |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as scratch:
        for size, synthetic in [*((size, False) for size in chosen.sizes), (chosen.synthetic, True)]:
            if not size:
                continue
            folder = (chosen.folder or Path(scratch)) / f"{size}{'-synthetic' * synthetic}"
            if not folder.exists():
                build(folder, size, synthetic=synthetic)
            command = [sys.executable, __file__, "--measure", str(folder), "--started", str(time.time())]
            root = Path(__file__).resolve().parents[1]
            environment = {**os.environ, "PYTHONPATH": str(root)}
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
            print(told(json.loads(done.stdout.splitlines()[-1]), " (random vectors)" * synthetic), flush=True)


if __name__ == "__main__":
    main()
