"""Deliveries acknowledged a second by `icp-voice hooks serve` while a run holds the workspace, and how long each waits.

python benchmarks/hooks.py [--deliveries 2000]

The server is a process of its own on loopback; every delivery is signed as Zendesk signs, over a connection that is
kept. Each acknowledgement is on the disk before it is sent.
"""

from __future__ import annotations

import argparse
import base64
import hmac
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from icp_voice.lock import Lock  # noqa: E402
from icp_voice.workspace import Workspace  # noqa: E402

SECRET = "a-signing-secret"


def deliver(connection: http.client.HTTPConnection, number: int) -> float:
    """Deliver one event and return how many seconds its acknowledgement took."""
    kind = "zen:event-type:ticket.comment_added"
    body = json.dumps(
        {"id": f"event-{number}", "type": kind, "detail": {"id": str(number)}, "event": {"a": "b" * 1500}}
    )
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    made = base64.b64encode(hmac.new(SECRET.encode(), (stamp + body).encode(), "sha256").digest()).decode()
    headers = {"X-Zendesk-Webhook-Signature": made, "X-Zendesk-Webhook-Signature-Timestamp": stamp}
    start = time.perf_counter()
    connection.request("POST", "/hooks/zendesk", body, headers)
    answer = connection.getresponse()
    told = answer.read()
    assert answer.status == 200, told
    return time.perf_counter() - start


def burst(port: int, first: int, deliveries: int, at_once: int) -> tuple[float, list[float]]:
    """Deliver over several connections at once; return the seconds of all and of each."""
    took: list[float] = []

    def client(numbers: range) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        took.extend([deliver(connection, number) for number in numbers])
        connection.close()

    shares = [range(first + one, first + deliveries, at_once) for one in range(at_once)]
    threads = [threading.Thread(target=client, args=(share,)) for share in shares]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start, sorted(took)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--deliveries", type=int, default=2000)
    deliveries = parser.parse_args().deliveries
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.init(Path(folder) / "ws", company="Ours")
        with (workspace.folder / "icp-voice.toml").open("a") as settings:
            settings.write('\n[connectors.zendesk]\nsubdomain = "acme"\n')
        environment = {**os.environ, "ICP_VOICE_ZENDESK_SIGNING_SECRET": SECRET, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "icp_voice", "hooks", "serve", "--port", "0"]
        with (
            Lock(workspace.folder / "voice.lock").held("run"),
            subprocess.Popen(
                command,
                cwd=workspace.folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            ) as server,
        ):
            try:
                assert server.stdout is not None
                port = int(re.findall(r":(\d+)", server.stdout.readline())[0])
                burst(port, 0, 50, 1)
                print("| connections at once | deliveries per second | median | 99 of 100 within | longest |")
                print("|---|---|---|---|---|")
                for number, at_once in enumerate((1, 8, 32), start=1):
                    seconds, took = burst(port, number * 1_000_000, deliveries, at_once)
                    shown = [statistics.median(took), took[int(len(took) * 0.99)], took[-1]]
                    cells = " | ".join(f"{1000 * one:.1f} ms" for one in shown)
                    print(f"| {at_once} | {deliveries / seconds:,.0f} | {cells} |")
            finally:
                server.kill()


if __name__ == "__main__":
    main()
