"""How time grows with size: a first run, a run with one text in a hundred added, and what each step of them costs.

    python benchmarks/growth.py [--sizes 1000 10000 100000] [--plot docs/images/growth.svg]

Survey answers are drawn from the sentences of the shipped examples and of the sample company, as `asking.py` draws
them, and read as a user's file would be: every size has an empty workspace, and every `add` with its `run` is a process
of its own. Seconds are wall time from the process's start; "work" leaves out starting and loading the models.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from against import timed
from asking import sentences

from icp_voice.workspace import Workspace

SEED = 23
INSIDE = """
import json, sys, time
from pathlib import Path
from icp_voice.workspace import Workspace
folder, file = sys.argv[1:]
marks = {"began": time.time()}
known = (Path(folder) / "voice.db").exists()
workspace = Workspace(folder) if known else Workspace.init(folder, company="Nobody", domains=["nobody.example"])
tools = workspace.tools
tools.get_ready(); tools.embedder.embed(["One text."])
marks["loaded"] = time.time()
workspace.add(file, mapping={"text": "text", "account": "account", "kind": "survey"})
marks["add"] = time.time()
workspace.run(lambda step, done, total: marks.__setitem__(step, time.time()))
marks["end"] = time.time()
print(json.dumps({"marks": marks, "highlights": workspace.store.highlights.count()}))
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """One add and run of a process of its own: seconds, MB, how many highlights there were then."""

    seconds: float
    work: float
    peak: float
    highlights: int
    steps: dict[str, float]


def texts(size: int, known: list[str], draw: random.Random) -> list[str]:
    """Return so many distinct answers of one sentence or two."""
    found: dict[str, None] = {}
    while len(found) < size:
        found[" ".join(draw.sample(known, draw.choice((1, 2, 2))))] = None
    return list(found)


def ran(folder: Path, file: Path) -> Ran:
    """Add the file to the workspace and run, in a process of its own."""
    _, seconds, peak, said = timed(sys.executable, "-c", INSIDE, folder, file)
    told = json.loads(said)
    marks = told["marks"]
    ends = sorted((at, step) for step, at in marks.items() if step not in {"began", "loaded", "end"})
    steps, before = {}, marks["loaded"]
    for at, step in ends:
        steps[step], before = at - before, at
    return Ran(seconds, marks["end"] - marks["loaded"], peak, told["highlights"], steps)


def write(path: Path, rows: list[str]) -> Path:
    """Write answers as a file of a survey, five to an account."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "account"])
        writer.writerows((text, f"A-{number // 5}") for number, text in enumerate(rows))
    return path


def plot(path: Path, firsts: dict[int, Ran], agains: dict[int, Ran]) -> None:
    """Draw seconds against size, both by powers of ten, as an SVG."""
    width, height, left, bottom = 560, 340, 60, 40
    points = [(size, one.work) for each in (firsts, agains) for size, one in each.items()]
    low_x, high_x = (math.log10(f(size for size, _ in points)) for f in (min, max))
    low_y = math.floor(math.log10(min(seconds for _, seconds in points)))
    high_y = math.ceil(math.log10(max(seconds for _, seconds in points)))

    def at(size: float, seconds: float) -> tuple[float, float]:
        x = left + (math.log10(size) - low_x) / (high_x - low_x) * (width - left - 20)
        return x, height - bottom - (math.log10(seconds) - low_y) / (high_y - low_y) * (height - bottom - 20)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for power in range(low_y, high_y + 1):
        _, y = at(10**low_x, 10**power)
        parts.append(f'<path d="M{left} {y:.0f}H{width - 20}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:g} s</text>')
    for size in firsts:
        x, _ = at(size, 10**low_y)
        parts.append(f'<text x="{x:.0f}" y="{height - 18}" text-anchor="middle">{size:,}</text>')
    parts.append(f'<text x="{width / 2:.0f}" y="{height - 3}" text-anchor="middle">texts</text>')
    smallest = min(firsts)
    for name, color, dash, line in (
        ("first run", "#0b5cad", "", {size: one.work for size, one in firsts.items()}),
        ("run with 1% more", "#b3541e", "", {size: one.work for size, one in agains.items()}),
        (
            "n log n",
            "#888",
            ' stroke-dasharray="4 4"',
            {size: firsts[smallest].work * size * math.log(size) / (smallest * math.log(smallest)) for size in firsts},
        ),
    ):
        drawn = [at(size, min(seconds, 10.0**high_y)) for size, seconds in line.items()]
        path_of = "L".join(f"{x:.1f} {y:.1f}" for x, y in drawn)
        parts.append(f'<path d="M{path_of}" fill="none" stroke="{color}" stroke-width="2"{dash}/>')
        x, y = drawn[-1]
        parts.append(f'<text x="{x - 6:.0f}" y="{y - 8:.0f}" text-anchor="end" fill="{color}">{name}</text>')
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", "utf-8")


def main() -> None:
    """Measure each size, print Markdown tables, and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    firsts, agains = {}, {}
    with tempfile.TemporaryDirectory() as scratch:
        known = sentences(Workspace.init(Path(scratch) / "known", company="Ours", domains=["ours.example"]))
        draw = random.Random(SEED)
        for size in options.sizes:
            said = texts(size + size // 100, known, draw)
            folder = Path(scratch) / f"of{size}"
            firsts[size] = ran(folder, write(Path(scratch) / f"first{size}.csv", said[:size]))
            agains[size] = ran(folder, write(Path(scratch) / f"more{size}.csv", said[size:]))
            print(f"{size}: {firsts[size]} {agains[size]}", file=sys.stderr, flush=True)
    print("| texts | highlights | first run | of it work | peak memory | with 1% more | of it work | times faster |")
    print("|---|---|---|---|---|---|---|---|")
    for size, one in firsts.items():
        more = agains[size]
        print(
            f"| {size:,} | {one.highlights:,} | {one.seconds:.1f} s | {one.work:.1f} s | {one.peak:.0f} MB |"
            f" {more.seconds:.1f} s | {more.work:.1f} s | {one.seconds / more.seconds:.1f} |"
        )
    steps = dict.fromkeys(step for one in firsts.values() for step in one.steps)
    print("\n| step, seconds | " + " | ".join(f"{size:,} | 1% more" for size in firsts) + " |")
    print("|---|" + "---|---|" * len(firsts))
    for step in steps:
        cells = (f"{each[size].steps.get(step, 0):.2f}" for size in firsts for each in (firsts, agains))
        print(f"| {step} | " + " | ".join(cells) + " |")
    if options.plot:
        plot(options.plot, firsts, agains)


if __name__ == "__main__":
    main()
