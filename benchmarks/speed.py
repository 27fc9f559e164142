"""Speed and memory, measured on whole processes, written to BENCHMARKS.md between its markers.

python benchmarks/speed.py [--runs 3] [--data ../shared/data]
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = Path(sys.executable).with_name("icp-voice")
START, END = "<!-- speed: start -->", "<!-- speed: end -->"


@dataclass(frozen=True)
class Measured:
    seconds: float
    peak_mb: float
    said: str


def measure(*arguments: str | Path, cwd: Path, cache: Path | None = None) -> Measured:
    """Run the program once: wall seconds, and the peak of its resident memory as the system counts it."""
    environment = {**os.environ, **({"ICP_VOICE_CACHE": str(cache)} if cache else {})}
    with tempfile.TemporaryFile("w+") as out:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(PROGRAM), *map(str, arguments)], cwd=cwd, env=environment, stdout=out, stderr=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read()
    if process.returncode:
        sys.exit(f"failed: {arguments}\n{said}")
    return Measured(seconds, used.ru_maxrss / 1024, said)


def row(what: str, runs: list[Measured], bound: str = "") -> str:
    seconds = [run.seconds for run in runs]
    spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
    peak = statistics.median(run.peak_mb for run in runs)
    return f"| {what} | {statistics.median(seconds):.2f} s | {spread} | {peak:.0f} MB | {bound} |"


def jupyter(folder: Path, data: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    measure("init", folder, "--company", "Notebook makers", "--domain", "jupyter.example", cwd=folder.parent)
    measure(
        "add",
        data,
        "--map",
        "account=respondent",
        "--map",
        "kind=survey",
        "--new-accounts",
        "-w",
        folder,
        cwd=folder.parent,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        rows.append(row("`icp-voice --help`", [measure("--help", cwd=folder) for _ in range(5)], "under 0.5 s"))
        cold = measure("demo", "cold", cwd=folder, cache=folder / "cache")
        rows.append(row("`icp-voice demo`, first time on a machine (the model is converted)", [cold]))
        demos = [measure("demo", f"demo{i}", cwd=folder) for i in range(options.runs)]
        rows.append(row("`icp-voice demo` into an empty folder", demos))
        rows.append(
            row(
                "`icp-voice demo` again", [measure("demo", "demo0", cwd=folder) for _ in range(options.runs)], "seconds"
            )
        )
        answers = options.data / "jupyter" / "feedback_2015.jsonl"
        if answers.is_file():
            rows += survey_rows(folder, answers, options.runs)
    write(rows)


def survey_rows(folder: Path, answers: Path, runs: int) -> list[str]:
    place = folder / "jupyter"
    first = []
    for _ in range(runs):
        jupyter(place, answers)
        first.append(measure("run", "-w", place, cwd=folder))
    found = [row("`run`, 8,287 survey answers from cold", first, "peak under 2.5 GB")]
    again = []
    idle = []
    for i in range(runs):
        added = folder / f"new{i}.json"
        turns = [{"speaker": "Zoe", "text": f"Diffing notebooks is painful, attempt {i}, and merging is worse."}]
        speakers = [{"name": "Zoe", "side": "customer"}]
        document = {"icp_voice": 1, "kind": "ticket", "account": "1", "speakers": speakers, "turns": turns}
        added.write_text(json.dumps(document), "utf-8")
        measure("add", added, "-w", place, cwd=folder)
        again.append(measure("run", "-w", place, cwd=folder))
        idle.append(measure("run", "-w", place, cwd=folder))
    told = [float(re.search(r"\(([\d.]+) s\)", run.said).group(1)) for run in again]  # type: ignore[union-attr]
    bound = f"under 3 s besides start and model load; its steps took {statistics.median(told):.1f} s"
    found.append(row("`run` again after one new document", again, bound))
    found.append(row("`run` again with nothing new", idle))
    asked = [measure("ask", "What is hard about version control?", "-w", place, cwd=folder) for _ in range(runs)]
    found.append(row("`ask`, a process of its own", asked))
    return found


def processor() -> str:
    found = (
        re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()) if Path("/proc/cpuinfo").exists() else None
    )
    return found.group(1) if found else platform.processor()


def write(rows: list[str]) -> None:
    today = datetime.date.today().isoformat()
    head = f"Measured {today} on {os.cpu_count()} cores of {processor()}, Python {platform.python_version()}: `make bench`."
    table = ["| what | median | range | peak memory | bound |", "|---|---|---|---|---|", *rows]
    text = "\n".join([START, "", head, "", *table, "", END])
    path = ROOT / "BENCHMARKS.md"
    before = path.read_text("utf-8")
    path.write_text(re.sub(f"{START}.*{END}", lambda _: text, before, flags=re.S), "utf-8")
    print(text)


if __name__ == "__main__":
    main()
