"""icp-voice beside the thirty lines that one would write instead, in turns, each run a new process with an empty folder.

    python benchmarks/against.py FILE.csv --text COLUMN --label COLUMN [--most 2000] [--runs 3]

The thirty lines (`thirty_lines.py`) embed, cluster and tag the texts in memory. icp-voice reads the file into a new
workspace, tags and groups by category, and keeps it all; "to themes and tags" ends where these are kept, "everything"
also reads facts and makes all passages searchable. V-measure and ARI of the themes are those of `icp-voice evaluate
themes` on the same texts, in a process of its own.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
INSIDE = """
import json, sys, time
from icp_voice.workspace import Workspace
folder, file, column = sys.argv[1:]
marks = {}
workspace = Workspace.init(folder, company="Nobody", domains=["nobody.example"])
workspace.add(file, mapping={"text": column, "kind": "survey"})
ran = workspace.run(lambda step, done, total: marks.__setitem__(step, time.time()))
print(json.dumps({"themes": marks["themes"], "tagged": len(workspace.highlights())}))
"""


def timed(*command: str | Path) -> tuple[float, float, float, str]:
    """Run a process; return when it began (clock time), its wall seconds, its peak memory in MB, and what it printed."""
    with tempfile.TemporaryFile("w+") as out:
        began, start = time.time(), time.perf_counter()
        environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
        process = subprocess.Popen(list(map(str, command)), stdout=out, stderr=subprocess.DEVNULL, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read()
    if process.returncode:
        sys.exit(f"failed: {' '.join(map(str, command))[:300]}")
    return began, seconds, used.ru_maxrss / 1024, said


def v_measure(labels: list[str], topics: list[int]) -> tuple[float, float]:
    """Return V-measure and ARI; an unassigned text is a theme of its own kind, as BERTopic gives it (-1)."""
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    return float(v_measure_score(labels, topics)), float(adjusted_rand_score(labels, topics))


def main() -> None:
    """Run both in turns, and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--text", required=True)
    parser.add_argument("--label", required=True)
    parser.add_argument("--most", type=int)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with options.file.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[: options.most]
    labels = [row[options.label] for row in rows]
    python = sys.executable
    theirs, ours, to_themes, their_peak, our_peak = [], [], [], [], []
    topics: list[int] = []
    with tempfile.TemporaryDirectory() as scratch:
        texts = Path(scratch) / "texts.csv"
        with texts.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [options.text, options.label])
            writer.writeheader()
            writer.writerows({key: row[key] for key in (options.text, options.label)} for row in rows)
        for run in range(options.runs):
            _, seconds, peak, said = timed(python, HERE / "thirty_lines.py", texts, options.text)
            theirs.append(seconds)
            their_peak.append(peak)
            topics = json.loads(said)["topics"]
            folder = Path(scratch) / f"workspace{run}"
            began, seconds, peak, said = timed(python, "-c", INSIDE, folder, texts, options.text)
            ours.append(seconds)
            our_peak.append(peak)
            to_themes.append(json.loads(said)["themes"] - began)
        ask = ("evaluate", "themes", texts, "--text", options.text, "--label", options.label, "--format", "json")
        _, grouping, grouping_peak, said = timed(python, "-m", "icp_voice", *ask)
        measured = json.loads(said)
    v, ari = v_measure(labels, topics)
    median = statistics.median
    found = len(set(topics) - {-1})
    print(f"{len(rows)} texts of {options.file.name}, medians of {options.runs} runs in turns\n")
    print("| what | seconds | times faster | peak memory | V-measure | ARI | themes |\n|---|---|---|---|---|---|---|")
    print(f"| thirty lines | {median(theirs):.1f} | 1 | {median(their_peak):.0f} MB | {v:.3f} | {ari:.3f} | {found} |")
    for what, seconds in (("icp-voice, to themes and tags", to_themes), ("icp-voice, everything", ours)):
        ratio = median([a / b for a, b in zip(theirs, seconds, strict=True)])
        print(f"| {what} | {median(seconds):.1f} | {ratio:.1f} | {median(our_peak):.0f} MB | | | |")
    print(
        f"| `icp-voice evaluate themes`, all texts in one heap | {grouping:.1f} | {median(theirs) / grouping:.1f} |"
        f" {grouping_peak:.0f} MB | {measured['v_measure']:.3f} | {measured['ari']:.3f} | {measured['themes']} |"
    )


if __name__ == "__main__":
    main()
