"""In a real browser: a transcript comes in, is set right by hand, is read, and its quote stands in the report."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from icp_voice.jobs import open_jobs
from icp_voice.workspace import Workspace
from tests.web.conftest import Served

if TYPE_CHECKING:
    from playwright.sync_api import Page

WORDS = (
    "Our procurement board of eleven people decides about every purchase, and the general counsel signs the contract."
)
VTT = f"""WEBVTT

00:00:01.000 --> 00:00:04.000
<v Dana Whitlock>Who decides about buying such a tool at your company?

00:00:05.000 --> 00:00:09.000
<v Nell Quist>{WORDS}

00:00:10.000 --> 00:00:14.000
<v Someone>I would also like the export to work for once.
"""
PATIENCE = 90_000


def written(folder: Path, count: int = 1) -> list[str]:
    paths = [folder.parent / f"2026-05-{12 + number:02} Quist call.vtt" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text(VTT.replace("export", f"export number {number}"), "utf-8")
    return [str(path) for path in paths]


def choose(page: Page, files: list[str]) -> None:
    page.goto("/upload")
    page.set_input_files("[data-choose]:not([webkitdirectory])", files)
    page.wait_for_url("**/upload/*")
    page.wait_for_selector(f".upfile [data-state] >> nth={len(files) - 1}")


def test_a_transcript_comes_in_is_set_right_and_is_read(browser_page: Callable[..., Page], server: Served) -> None:
    page = browser_page("Rae")
    choose(page, written(server.folder))
    page.get_by_label("Account", exact=True).fill("Calder Optics")
    page.get_by_label("Account", exact=True).blur()
    page.wait_for_selector(".gist >> text=Calder Optics")
    page.get_by_label(re.compile("^Someone")).select_option("vendor")
    page.get_by_role("button", name="Keep 1 file and read it").click()
    page.wait_for_url("**/jobs/*")
    page.wait_for_selector(".side #work a")
    page.wait_for_selector("text=What came of it", timeout=PATIENCE)
    assert page.inner_text("[data-part=state]") == "Done"
    page.wait_for_function("document.title === 'Keep and read an upload – Done'")
    page.wait_for_timeout(500)  # the line of all pages is told anew, and leaves the title as it is
    assert page.title() == "Keep and read an upload – Done"
    assert "1 new transcript" in page.inner_text("[data-part=news]")
    page.get_by_role("link", name="Read it").click()
    page.wait_for_url("**/documents/*")
    assert WORDS in re.sub(r"\s+", " ", page.inner_text("main"))

    workspace = Workspace(server.folder)
    document = next(one for one in workspace.documents() if "Quist call" in one.file)
    assert {one.name: str(one.side) for one in document.speakers}["Someone"] == "vendor"
    account = next(one for one in workspace.store.accounts.all() if one.id == document.account)
    assert account.name == "Calder Optics"
    assert "procurement board of eleven people" in workspace.report()


def test_work_is_left_come_back_to_and_cancelled(browser_page: Callable[..., Page], server: Served) -> None:
    page = browser_page("Rae")
    choose(page, written(server.folder, 3))
    page.get_by_role("button", name="Keep 3 files and read them").click()
    page.wait_for_url("**/jobs/*")
    where = page.url
    page.goto("/")
    page.goto(where)
    page.get_by_role("button", name="Cancel").click()
    page.wait_for_selector("[data-part=state]:has-text('Cancelled')", timeout=PATIENCE)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_selector("text=What came of it", timeout=PATIENCE)
    assert page.url != where
    assert len([one for one in Workspace(server.folder).documents() if "Quist call" in one.file]) == 3


def test_a_file_that_is_too_large_is_refused_beside_others(browser_page: Callable[..., Page], server: Served) -> None:
    settings = server.folder / "icp-voice.toml"
    settings.write_text(settings.read_text().replace("[limits]", "[limits]\nfile_mb = 1"))
    large = server.folder.parent / "large.txt"
    large.write_bytes(b"x" * 1_500_000)
    page = browser_page("Rae")
    page.goto("/upload")
    page.set_input_files("[data-choose]:not([webkitdirectory])", [str(large), *written(server.folder)])
    page.wait_for_selector("text=Larger than 1 MB")
    page.get_by_role("link", name="Go on with 1 file").click()
    page.wait_for_url("**/upload/*")
    assert page.locator(".upfile").count() == 1


def test_a_file_that_cannot_be_read_is_not_counted_among_those_to_keep(
    browser_page: Callable[..., Page], server: Served
) -> None:
    broken = server.folder.parent / "broken.docx"
    broken.write_bytes(b"PK\x03\x04 and then nothing")
    page = browser_page("Rae")
    choose(page, [str(broken), *written(server.folder, 2)])
    page.wait_for_selector("[data-told] >> text=1 not readable")
    assert page.get_by_role("button", name="Keep 2 files and read them").is_visible()


def test_where_no_file_can_be_read_there_is_nothing_to_keep(browser_page: Callable[..., Page], server: Served) -> None:
    broken = server.folder.parent / "broken.docx"
    broken.write_bytes(b"PK\x03\x04 and then nothing")
    page = browser_page("Rae")
    choose(page, [str(broken)])
    page.wait_for_selector("[data-state=bad]")
    page.wait_for_selector("[data-keep]", state="hidden")


def test_a_server_that_ends_does_not_wait_for_who_watches(browser_page: Callable[..., Page], server: Served) -> None:
    jobs = open_jobs(server.folder)
    page = browser_page("Rae")
    with jobs.worker():  # as if a process of another server were at work
        job = jobs.start("run", by="Rae")
        page.goto(f"/jobs/{job.id}")
        page.wait_for_selector("text=Waits for its turn")
        page.wait_for_timeout(600)
        began = time.monotonic()
        server.end()
        assert time.monotonic() - began < 3
    jobs.cancel(job.id)
    jobs.close()
