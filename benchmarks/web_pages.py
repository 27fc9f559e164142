"""Pages over HTTP: how long each takes, what memory a thousand of them leave, and whether an upload holds them up."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from icp_voice.access import Role, open_access
from icp_voice.model import View
from icp_voice.workspace import Workspace

WARM, LIMIT, FIRST, MOST_GROWTH = 15, 300, 200, 1.05
TRANSCRIPTS = 200
WATCHED = 1_200  # seconds of the job during which pages are read, at the most
NAME = "Bench"


@dataclass(frozen=True)
class Served:
    """A server that is up, as a process, and a client that is signed in."""

    client: httpx.Client
    process: psutil.Process

    @property
    def memory(self) -> float:
        """Resident memory in MB."""
        return self.process.memory_info().rss / 2**20

    def taken(self, address: str) -> tuple[float, int]:
        """Load a page; return the milliseconds, and the status."""
        began = time.perf_counter()
        answer = self.client.get(address)
        return 1000 * (time.perf_counter() - began), answer.status_code


def measure_pages(folder: Path, *, loads: int) -> None:
    """Print what pages of a copy of a workspace cost."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copytree(folder, Path(place) / "ws"))
        pages = addresses(Workspace(copy))
        password = secrets.token_urlsafe(16)
        open_access(copy).add_person(NAME, password, Role.ADMIN)
        with served(copy, password) as site:
            if loads:
                each(site, pages)
                many(site, pages, loads)
            while_uploading(site, pages)


def addresses(workspace: Workspace) -> list[str]:
    """Return every page, with filters and with something of what the workspace holds."""
    page = workspace.highlights_page(View(category="pain_point"))
    quote = next(one for one in page.items if one.account)
    theme = workspace.themes_page("pain_point", most=1).items[0].id
    narrow = "category=pain_point&kind=ticket&account_tag=ICP&since=2026-01"
    return [
        "/",
        "/document",
        "/themes",
        "/themes?category=pain_point",
        "/themes?category=pain_point&account_tag=ICP",
        f"/themes/{theme}",
        "/themes/unassigned?category=pain_point",
        "/themes/history",
        "/ask",
        f"/ask?{narrow}",
        "/ask?words=invoices+approval",
        "/ask?q=What+takes+them+too+long%3F",
        "/ask?q=How+did+they+hear+of+us%3F&account_tag=ICP",
        "/views",
        "/documents",
        "/documents?search=call&sort=highlights",
        f"/documents/{quote.document}",
        f"/documents/{quote.document}?h={quote.id}",
        "/review",
        "/review?category=pain_point",
        "/accounts",
        "/accounts?search=an&sort=-highlights",
        f"/accounts/{quote.account}",
        "/accounts/rule",
        "/gaps",
        "/gaps?sort=gaps",
        "/plan",
        "/upload",
        "/jobs",
        "/changes",
        "/settings",
        "/settings/codebook",
        "/settings/models",
        "/settings/sources",
        "/me",
        "/api",
        "/api/v1/highlights?most=200",
        f"/api/v1/highlights?{narrow}",
        "/api/v1/facets",
        "/api/v1/themes",
        "/api/v1/coverage",
        "/api/v1/gaps",
        "/api/v1/plan",
    ]


@contextmanager
def served(folder: Path, password: str) -> Iterator[Served]:
    """Serve a folder as its own process, and sign in."""
    command = [sys.executable, "-m", "icp_voice", "serve", str(folder), "--port", "0", "--no-browser"]
    root = str(Path(__file__).resolve().parents[1])
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": root}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout is not None
        try:
            base = next(found[0] for line in server.stdout if (found := re.search(r"https?://[^\s/]+", line)))
            with httpx.Client(base_url=base, timeout=120) as client:
                entered = client.post("/sign-in", data={"name": NAME, "password": password})
                assert entered.status_code == 303, entered.status_code
                yield Served(client, psutil.Process(server.pid))
        finally:
            server.terminate()


def each(site: Served, pages: list[str]) -> None:
    """Print a table of the pages."""
    print(f"| page | first | warm, median of {WARM} | slowest | within {LIMIT} ms |\n|---|--:|--:|--:|---|", flush=True)
    for address in pages:
        first, status = site.taken(address)
        if status != 200:
            print(f"| `{_shown(address)}` | {status} | | | |", flush=True)
            continue
        warm = [site.taken(address)[0] for _ in range(WARM)]
        good = "yes" if statistics.median(warm) <= LIMIT else "**no**"
        numbers = f"{first:.0f} ms | {statistics.median(warm):.0f} ms | {max(warm):.0f} ms"
        print(f"| `{_shown(address)}` | {numbers} | {good} |", flush=True)


def many(site: Served, pages: list[str], loads: int) -> None:
    """Print the memory before, at 200 and after many loads."""
    before, at_first = site.memory, 0.0
    for number in range(loads):
        if number == FIRST:
            at_first = site.memory
        site.taken(pages[number % len(pages)])
    grown = site.memory / at_first
    verdict = "flat" if grown < MOST_GROWTH else "grows"
    print(
        f"\n{loads} loads: {before:.0f} MB before, {at_first:.0f} MB at {FIRST}, {site.memory:.0f} MB after"
        f" ({100 * (grown - 1):+.1f} %, {verdict})",
        flush=True,
    )


def while_uploading(site: Served, pages: list[str]) -> None:
    """Print how long pages take while transcripts are sent, kept and understood."""
    secret = re.search(r'name="csrf" value="([^"]+)"', site.client.get("/").text)
    assert secret
    headers = {"x-csrf-token": secret[1]}
    batch = site.client.post("/api/v1/uploads", headers=headers).json()["id"]
    sending, reading = [], []
    for number in range(TRANSCRIPTS):
        began = time.perf_counter()
        target = f"/api/v1/uploads/{batch}/files"
        sent = site.client.post(target, params={"name": f"new {number}.txt"}, content=_talk(number), headers=headers)
        assert sent.status_code == 201, sent.text
        sending.append(1000 * (time.perf_counter() - began))
        if number % 4 == 0:
            reading.append(site.taken(pages[number // 4 % len(pages)])[0])
    print(
        f"\nsending {TRANSCRIPTS} files: median {statistics.median(sending):.0f} ms; pages meanwhile:", _told(reading)
    )
    job = site.client.post(f"/api/v1/uploads/{batch}/keep", headers=headers).json()["id"]
    reading, began, state = [], time.perf_counter(), "queued"
    slow: list[tuple[float, str]] = []
    while state in ("queued", "running") and time.perf_counter() - began < WATCHED:
        address = pages[len(reading) % len(pages)]
        reading.append(site.taken(address)[0])
        slow.append((reading[-1], address))
        state = site.client.get(f"/api/v1/jobs/{job}").json()["state"]
    print(f"the job ({state} after {time.perf_counter() - began:.0f} s), pages meanwhile:", _told(reading))
    told = ", ".join(f"{_shown(address)} {took:.0f} ms" for took, address in sorted(slow, reverse=True)[:8])
    print("slowest:", told, flush=True)
    site.client.post(f"/api/v1/jobs/{job}/cancel", headers=headers)


def _told(taken: list[float]) -> str:
    within = sum(one <= LIMIT for one in taken)
    return (
        f"{len(taken)} loaded, median {statistics.median(taken):.0f} ms, {100 * within / len(taken):.0f}% within"
        f" {LIMIT} ms, slowest {max(taken):.0f} ms"
    )


def _shown(address: str) -> str:
    return re.sub(r"[0-9a-f]{12}", "ID", address)


def _talk(number: int) -> bytes:
    """Return a transcript of its own."""
    said = "\n".join(
        f"Vera Field: And what came of it in week {week}?\n"
        f"Ann Lee {number}: In week {week} our approval queue number {number} held {number + week} invoices, and that is slow."
        for week in range(1, 9)
    )
    return said.encode()
