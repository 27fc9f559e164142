"""How fast the pages of a large workspace answer: a Markdown table for BENCHMARKS.md.

    python benchmarks/web.py --make FOLDER [--highlights 100000] [--understood]
    python benchmarks/web.py --verbs FOLDER
    python benchmarks/web.py FOLDER

What `--make` draws a run has not read yet; with `--understood` one has, as in a workspace that is in use.

`--verbs` times in one process what pages call: the median and the slowest of 15 calls while nothing is written, and the
median of 5 calls each of which follows a person's decision, so that nothing that was counted before can be used.
The workspace is not left as it was: decisions are made in it.

With a folder alone, a copy of it (of one made anew, if there is no such folder) is served by `icp-voice serve` and read
over HTTP (`web_pages.py`): each page, a thousand pages in a row, and pages while 200 transcripts are taken in.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from icp_voice.model import TagState, View
from icp_voice.workspace import Workspace

WARM, AFTER_WRITES = 15, 5


def verbs(workspace: Workspace) -> Mapping[str, Callable[[], object]]:
    """Return what pages call, by name."""
    document = workspace.documents_page(most=1).items[0].id
    theme = workspace.themes_page(most=1).items[0].id
    last = workspace.highlights_page(most=200).next
    narrow = View(account_tag="ICP", kind="ticket", since="2026", attributes={"industry": "Retail"})
    return {
        "highlights_page()": lambda: workspace.highlights_page(),
        "highlights_page(category, surest)": lambda: workspace.highlights_page(
            View(category="pain_point"), sort="surest"
        ),
        "highlights_page(ICP, tickets, 2026, industry)": lambda: workspace.highlights_page(narrow),
        "highlights_page(words)": lambda: workspace.highlights_page(View(words="invoices approval")),
        "highlights_page(role)": lambda: workspace.highlights_page(View(role="CFO")),
        "highlights_page(next)": lambda: workspace.highlights_page(start_after=last),
        "facets()": lambda: workspace.facets(),
        "facets(ICP, tickets, 2026, industry)": lambda: workspace.facets(narrow),
        "themes_page()": lambda: workspace.themes_page(),
        "themes_page(category)": lambda: workspace.themes_page("pain_point"),
        "theme_page(id)": lambda: workspace.theme_page(theme),
        "grouped(ICP, tickets, 2026, industry)": lambda: workspace.grouped(narrow),
        "documents_page()": lambda: workspace.documents_page(),
        "documents_page(search)": lambda: workspace.documents_page(search="logistics"),
        "document_page(id)": lambda: workspace.document_page(document),
        "counts()": lambda: workspace.counts(),
        "three_next()": lambda: workspace.three_next(),
        "whats_new()": lambda: workspace.whats_new("2026-06-01T00:00:00Z"),
        "changes()": lambda: workspace.changes(),
        "icp()": lambda: workspace.icp(),
        "coverage()": lambda: workspace.coverage(),
        "gaps()": lambda: workspace.gaps(),
        "plan()": lambda: workspace.plan(),
        "themes()": lambda: workspace.themes(),
        "ask()": lambda: workspace.ask("What is hard at month end?", View(account_tag="ICP")),
    }


def measure(workspace: Workspace) -> None:
    """Print a table of how long each verb takes."""
    ids = [one.id for one in workspace.highlights_page(View(category="pain_point"), most=200).items]
    print("| verb | warm, median of 15 | slowest | after a decision, median of 5 |\n|---|---|---|---|", flush=True)
    decided = 0
    for name, call in verbs(workspace).items():
        call()
        warm = [_taken(call) for _ in range(WARM)]
        after = []
        for _ in range(AFTER_WRITES):
            decided += 1
            with workspace.store.transaction():
                workspace.store.tags.decide(
                    ids[decided % len(ids)], "pain_point", by=f"p{decided}", state=TagState.CONFIRMED
                )
            after.append(_taken(call))
        warmed, slowest, written = statistics.median(warm), max(warm), statistics.median(after)
        print(f"| `{name}` | {warmed:.1f} ms | {slowest:.1f} ms | {written:.0f} ms |", flush=True)


def _taken(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    """Parse, call, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--make", type=Path, metavar="FOLDER", help="make a large workspace in a new folder")
    parser.add_argument("--highlights", type=int, default=100_000, help="how many highlights it holds")
    parser.add_argument("--understood", action="store_true", help="let a run understand what is made")
    parser.add_argument("--verbs", type=Path, metavar="FOLDER", help="time what pages call on such a workspace")
    parser.add_argument(
        "served", nargs="?", type=Path, metavar="FOLDER", help="serve such a workspace and read its pages"
    )
    parser.add_argument(
        "--loads", type=int, default=1_000, help="how many pages are loaded in a row; 0: only the upload"
    )
    chosen = parser.parse_args()
    if chosen.make:
        from large_workspace import make

        workspace = make(chosen.make, chosen.highlights)
        if chosen.understood:
            workspace.run()
        workspace.counts()
        workspace.store.close()
    if chosen.verbs:
        measure(Workspace(chosen.verbs))
    if chosen.served:
        from large_workspace import make
        from web_pages import measure_pages

        if not chosen.served.exists():
            make(chosen.served, chosen.highlights).store.close()
        measure_pages(chosen.served, loads=chosen.loads)


if __name__ == "__main__":
    main()
