"""Do themes stay who they are when words are added, and are they as many as a person would make?

    python benchmarks/theme_growth.py FILE.csv|jsonl --text COLUMN [--most 2000] [--draws 3]

Nine tenths of the texts are read and understood, then the last tenth is added: told is which share of the passages that
had a theme are still in a theme of that id. The same is told of a workspace that begins small and is given a tenth
more again and again, so that themes mature meanwhile. Then small workspaces are made of samples of the same texts, and told is
how many themes a category of 60 to 300 passages falls into, and how many of its passages have none.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from icp_voice.evaluate.rows import read_rows
from icp_voice.workspace import Workspace

SEED = 5
SMALL, LEAST, LARGEST = 400, 60, 300
HEAD = "\n| category | passages | themes | without a theme |\n|---|---|---|---|"
Themes = dict[str, dict[str, str | None]]  # category -> passage -> theme


def texts(path: Path, column: str) -> list[str]:
    """Return the distinct texts of a column, in the file's order."""
    form = json.dumps({column: "Exports time out."})
    said = (str(row.fields.get(column) or "") for row in read_rows(path, form)[0])
    return list(dict.fromkeys(text for text in said if text.strip()))


def opened(folder: Path) -> Workspace:
    """Return a new workspace."""
    return Workspace.init(folder, company="Nobody", domains=["nobody.example"])


def understood(workspace: Workspace, said: Sequence[str], name: str) -> Themes:
    """Add texts, run, and return the theme of each passage by category."""
    file = workspace.folder / name
    file.write_text("".join(json.dumps({"text": text}) + "\n" for text in said), "utf-8")
    workspace.add(file, mapping={"text": "text", "kind": "survey"})
    workspace.run()
    found: Themes = {}
    for category in workspace.codebook.names:
        members = workspace.store.themes.memberships(category)
        found[category] = {highlight: one.theme for highlight, one in members.items()}
    return found


def kept(said: Sequence[str], folder: Path) -> tuple[int, float]:
    """Return how many passages had a theme before a tenth was added, and which share of them kept its id."""
    workspace, cut = opened(folder), len(said) * 9 // 10
    before = understood(workspace, said[:cut], "first.jsonl")
    after = understood(workspace, said[cut:], "more.jsonl")
    had = [(category, one, theme) for category, themes in before.items() for one, theme in themes.items() if theme]
    same = sum(after[category].get(one) == theme for category, one, theme in had)
    return len(had), same / len(had) if had else 1.0


def grown(said: Sequence[str], folder: Path) -> tuple[list[float], Themes]:
    """Let a small workspace grow to all texts by tenths; return the share kept in each run, and the themes at the end."""
    workspace, size, shares = opened(folder), SMALL, []
    before = understood(workspace, said[:size], "first.jsonl")
    while size < len(said):
        more = said[size : size * 11 // 10]
        after = understood(workspace, more, f"{size}.jsonl")
        had = [(category, one, theme) for category, themes in before.items() for one, theme in themes.items() if theme]
        shares.append(sum(after[category].get(one) == theme for category, one, theme in had) / len(had))
        before, size = after, size + len(more)
    return shares, before


def told(found: Themes) -> None:
    """Print a line for each category of 60 to 300 passages."""
    for category, members in found.items():
        if LEAST <= len(members) <= LARGEST:
            themes = {theme for theme in members.values() if theme}
            alone = sum(theme is None for theme in members.values())
            print(f"| {category} | {len(members)} | {len(themes)} | {alone} |", flush=True)


def main() -> None:
    """Measure, and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--text", required=True)
    parser.add_argument("--most", type=int, default=2_000)
    parser.add_argument("--draws", type=int, default=3)
    options = parser.parse_args()
    known = texts(options.file, options.text)
    chance = random.Random(SEED)
    print("| draw | passages with a theme | kept their theme's id |\n|---|---|---|")
    shares = []
    with tempfile.TemporaryDirectory() as scratch:
        for draw in range(options.draws):
            said = chance.sample(known, min(options.most, len(known)))
            had, share = kept(said, Path(scratch) / f"grown{draw}")
            shares.append(share)
            print(f"| {draw + 1} | {had:,} | {share:.1%} |", flush=True)
        print(f"\nMean {statistics.mean(shares):.1%}")
        by_run, themes = grown(chance.sample(known, min(options.most, len(known))), Path(scratch) / "by tenths")
        print(f"\nBy tenths, {len(by_run)} runs: {min(by_run):.1%} or more, mean {statistics.mean(by_run):.1%}\n{HEAD}")
        told(themes)
        print(HEAD)
        for draw in range(options.draws):
            said = chance.sample(known, min(SMALL, len(known)))
            told(understood(opened(Path(scratch) / f"small{draw}"), said, "some.jsonl"))


if __name__ == "__main__":
    main()
