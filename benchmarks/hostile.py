"""What files that mean harm cost, each read by a fresh process: `python benchmarks/hostile.py [FILE...]`.

Prints a Markdown table for BENCHMARKS.md: size, seconds, the most memory of the process that reads and of the one that
asks, and the error line. With `--speed`, what reading apart costs beside reading in the same process.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from icp_voice.errors import UnreadableFile
from icp_voice.ingest import formats
from icp_voice.ingest.apart import process, reader
from icp_voice.ingest.source import Source
from icp_voice.limits import Limits
from tests.hostile import HOSTILE, rows

TALK = "Ann Lee: The approval queue is slow at month end, number {}.\nVera Field: I see. How slow is it?\n" * 15


def measure(path: Path) -> None:
    """Read one file and print what it took: run in a process of its own, for memory is only ever told as a peak."""
    before = peak_mb()
    began, times = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        documents = reader.read_documents(path, path.name, Limits())
        told = [warning for document in documents for warning in document.warnings]
        line = f"{len(documents):,} documents" + (f"; {told[0]}" if told else "")
    except UnreadableFile as error:
        line = f"{error.message}. {error.hint}"
    seconds = time.perf_counter() - began
    parent = peak_mb() - before
    process.close_all()
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = child.ru_utime + child.ru_stime - times.ru_utime - times.ru_stime
    print(json.dumps([seconds, spent, child.ru_maxrss // 1024, parent, line]))


def peak_mb() -> int:
    """Return the most memory of this process; what `getrusage` tells counts what the one that started it held."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024


def table(only: list[str]) -> None:
    """Measure every input, or those named."""
    print("| input | size | seconds | of computing | reader, peak MB | asker, more MB | what is told |")
    print("|---|---:|---:|---:|---:|---:|---|")
    with tempfile.TemporaryDirectory() as folder:
        for one in HOSTILE:
            if only and one.file not in only:
                continue
            path = Path(folder, one.file)
            path.write_bytes(one.make())
            done = subprocess.run(
                [sys.executable, __file__, "--measure", str(path)], capture_output=True, text=True, check=True
            )
            seconds, spent, child, parent, line = json.loads(done.stdout)
            size = path.stat().st_size
            shown = f"{size / 2**20:,.1f} MB" if size > 2**20 else f"{size / 2**10:,.1f} KB"
            line = line.replace("|", "\\|")[:160]
            cells = (one.file, shown, f"{seconds:.1f}", f"{spent:.1f}", f"{child:,}", f"{parent:,}", line)
            print("|", " | ".join(cells), "|", flush=True)
            path.unlink()


def speed() -> None:
    """Compare reading apart with reading here: 200 small transcripts, and a table of 10,000 rows."""
    talks = {f"{number}.txt": TALK.format(*range(number, number + 15)).encode() for number in range(200)}
    print("| files | here, s | apart, s | more |\n|---|---:|---:|---:|")
    for name, files in (("200 transcripts", talks), ("one CSV of 10,000 rows", {"rows.csv": rows(10_000)})):
        here = best(files, lambda data, file: formats.parse(Source(file=file, data=data)))
        apart = best(files, lambda data, file: reader.documents_in(data, file, Limits()))
        print(f"| {name} | {here:.2f} | {apart:.2f} | {apart / here - 1:+.0%} |", flush=True)
    process.close_all()


def best(files: dict[str, bytes], read: Callable[[bytes, str], object]) -> float:
    """Return the least of three times; the first one starts the process."""
    took = []
    for _ in range(3):
        began = time.perf_counter()
        for file, data in files.items():
            read(data, file)
        took.append(time.perf_counter() - began)
    return min(took)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["--speed"]:
        speed()
    else:
        table(sys.argv[1:])
