"""Tickets synced from the Zendesk fake, in a process of their own: seconds, documents a second, memory.

python benchmarks/sources.py [--tickets 10000]

The fake answers from another process and without holding anything against its contract, so that only the client's own
work and loopback are measured. Pacing is off: a vendor's limit, not this program, decides how long a real first sync
takes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = (sys.executable, "-m", "icp_voice")
WORDS = (
    "The approval queue at plant {0} is terribly slow at month end, we sit there until nine every evening. "
    "Invoice {0} was matched twice, and nobody could tell us why. We need it to tell us before it posts."
)


@dataclass(frozen=True)
class Measured:
    seconds: float
    cpu: float
    peak_mb: float
    said: str


def serve(pipe: Connection, tickets: int) -> None:
    """Be the vendor: send the address, then change as many tickets as are asked for, until nothing is."""
    sys.path.insert(0, str(ROOT))
    import logging

    from pytest_httpserver import HTTPServer

    from tests.fakes import zendesk

    class Fake(zendesk.Fake):
        def _hold(self, check: Any, request: Any) -> None:
            self.requests.clear()

        def _check_request(self, request: Any) -> None:
            pass

    zendesk.PAGE = 100
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with HTTPServer("127.0.0.1", 0) as server:
        fake = Fake(server)
        for number in range(1, tickets + 1):
            fake.clock += 60
            fake.add(number, WORDS.format(number))
            fake.log = []  # what comes back is looked up in a list: it is made whole below
        fake.log = list(range(1, tickets + 1))
        pipe.send(fake.base_url)
        while changed := pipe.recv():
            for number in range(1, changed + 1):
                fake.update(number, WORDS.format(f"{number} in the north"))
            pipe.send(changed)
            server.log.clear()


def sync(workspace: Path) -> Measured:
    """Sync once, and return the wall seconds, the processor's, and the peak of resident memory."""
    environment = {**os.environ, "ICP_VOICE_ZENDESK_TOKEN": "zd-secret-token", "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile("w+") as out:
        start = time.perf_counter()
        process = subprocess.Popen(
            [*PROGRAM, "sync", "zendesk"], cwd=workspace, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read()
    if process.returncode:
        sys.exit(said)
    return Measured(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said)


def row(what: str, documents: int, measured: Measured) -> str:
    rate = f"{documents / measured.seconds:,.0f}" if documents else ""
    return (
        f"| {what} | {measured.seconds:.1f} s | {measured.cpu:.1f} s | {rate} | {measured.peak_mb:.0f} MB |"
        f" {measured.said.strip().splitlines()[-1].removeprefix('zendesk: ')} |"
    )


def _told(said: str) -> str:
    return next(line.removeprefix("zendesk: ") for line in said.splitlines() if line.startswith("zendesk: "))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=10_000)
    tickets = parser.parse_args().tickets
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    vendor = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, tickets), daemon=True)
    vendor.start()
    base_url = ours.recv()
    print("| what | wall | processor | documents/s | peak memory | the command said |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        workspace = Path(scratch) / "acme"
        told = ["--company", "Ours", "--domain", "ours.example"]
        subprocess.run(
            [*PROGRAM, "init", str(workspace), *told],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        with (workspace / "icp-voice.toml").open("a") as settings:
            settings.write(f'\n[connectors.zendesk]\nsubdomain = "acme"\nbase_url = "{base_url}"\n')
            settings.write('email = "ann@ours.example"\nexports_per_minute = 1e6\nrequests_per_minute = 1e6\n')
        print(row(f"first sync, {tickets:,} tickets", tickets, sync(workspace)), flush=True)
        print(row("again, nothing new", 0, sync(workspace)), flush=True)
        changed = max(1, tickets // 100)
        ours.send(changed)
        ours.recv()
        print(row(f"again, {changed:,} changed", changed, sync(workspace)), flush=True)
    ours.send(0)
    vendor.join(10)


if __name__ == "__main__":
    main()
