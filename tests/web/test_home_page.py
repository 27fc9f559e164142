"""Home: figures, what is new, what to do next, and the first steps in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from icp_voice.access import open_access
from icp_voice.web.app import build
from icp_voice.workspace import Workspace
from tests.web.conftest import PASSWORD, csrf, send

WORDS = """Vera Field: And what is hard at month end?
Ann Lee: The approval queue is terribly slow at month end, we sit there until nine every evening.
"""


@pytest.fixture
def alone(tmp_path: Path) -> TestClient:
    """A client in an empty folder, let in by the link that the server prints."""
    client = TestClient(
        build(tmp_path / "new"), base_url="http://127.0.0.1", raise_server_exceptions=False, follow_redirects=False
    )
    (tmp_path / "new").mkdir()
    client.get(f"/open?token={open_access(tmp_path / 'new').one_time_link()}")
    return client


def test_home_tells_what_there_is_and_what_to_do_next(researcher: TestClient, served: Workspace) -> None:
    there, text = served.counts(), researcher.get("/").text
    assert f"{there.highlights:,}</span>" in text.replace("\n", "")
    assert f"of {there.icp_accounts}" in text
    for todo in served.three_next():
        assert todo.text in text
    assert 'class="cell unknown"' in text


def test_a_viewer_sees_what_there_is_and_nothing_to_do(viewer: TestClient) -> None:
    text = viewer.get("/").text
    assert "What is known of whom" in text
    assert "Three things to do next" not in text


def test_what_is_new_is_told_for_a_whole_visit(app_client, folder: Path, tmp_path: Path) -> None:
    access = open_access(folder, clock=lambda: 1_700_000_000.0)
    access.sign_in("Rae", PASSWORD, "192.0.2.9")
    access.close()
    call = tmp_path / "call.txt"
    call.write_text(WORDS, "utf-8")
    Workspace(folder, by="Ada").add(call)
    client = app_client("Rae")
    for _ in range(2):
        text = client.get("/").text
        assert "Since you were here" in text
        assert "came in." in text
        assert "<b>Ada</b> added documents" in text


def test_the_first_visit_has_nothing_to_compare_with(researcher: TestClient) -> None:
    assert "Since you were here" not in researcher.get("/").text


def test_an_empty_folder_asks_who_we_are_and_then_leads_to_accounts_and_upload(alone: TestClient) -> None:
    assert alone.get("/").headers["location"] == "/start"
    secret = alone.get("/start").text.split('name="csrf" value="')[1].split('"')[0]
    assert alone.post("/start", data={"csrf": secret, "company": " "}).status_code == 422
    made = alone.post("/start", data={"csrf": secret, "company": "Ours", "domains": "ours.example"})
    assert made.headers["location"] == "/"
    text = alone.get("/").text
    assert "Three steps" in text
    for address in ("/accounts/import", "/accounts/new", "/upload", "/document"):
        assert f'href="{address}"' in text
    assert alone.get("/start").headers["location"] == "/"


def test_an_account_that_is_typed_in_is_the_first_step_done(alone: TestClient) -> None:
    secret = alone.get("/start").text.split('name="csrf" value="')[1].split('"')[0]
    alone.post("/start", data={"csrf": secret, "company": "Ours"})
    Workspace(alone.app.state.site.folder).put_account(name="Alder Foods", domains=["alder.example"])
    text = alone.get("/").text
    assert "1 account known, 0 of them ICP." in text
    assert 'href="/accounts/rule"' in text


def test_a_run_is_started_once_and_seen_on_home(researcher: TestClient) -> None:
    first, second = send(researcher, "/runs"), send(researcher, "/runs")
    assert first.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert "Reading what is new, for Rae" in researcher.get("/").text


def test_failed_work_is_told_with_a_way_on(researcher: TestClient) -> None:
    jobs = researcher.app.state.site.jobs
    job = jobs.start("run", by="Rae")
    jobs.claim(job.id, 0)
    jobs.mend()
    text = researcher.get("/").text
    assert "<b>Interrupted:</b>" in text
    assert f'href="/jobs/{job.id}"' in text


def test_a_viewer_starts_no_run(viewer: TestClient) -> None:
    assert viewer.post("/runs", data={"csrf": csrf(viewer)}).status_code == 403
