"""Files come in by the browser, are shown before they are kept, and are kept by work that can be watched."""

from __future__ import annotations

import asyncio
import html
import io
import re
import threading
import tracemalloc
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from icp_voice import lock
from icp_voice.access import Role, open_access
from icp_voice.demo import open_demo
from icp_voice.errors import IcpVoiceError
from icp_voice.jobs import Job, Jobs, JobState, StepProgress, open_jobs
from icp_voice.jobs.work import work_off
from icp_voice.model import CellState
from icp_voice.profile.coverage_news import CellChange
from icp_voice.store.uploads import MOST_FILES
from icp_voice.web import working
from icp_voice.web.app import build
from icp_voice.web.arriving import streamed
from icp_voice.web.watching import Watching
from icp_voice.workspace import Workspace
from tests.web.conftest import PASSWORD, csrf, send

VTT = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Dana Whitlock>How did you first hear of us?

00:00:05.000 --> 00:00:09.000
<v Nell Quist>A colleague at my last job told me about it over lunch.
"""
SURVEY = """Company,Person,Mail,Remark,Score
Alder Foods,Ann Lee,ann@alder.example,The approval queue is slow at month end for all of us.,3
Birch Tools,Bo Ek,bo@birch.example,Matching is brilliant and saves us two days each month.,9
"""


@pytest.fixture
def jobs(folder: Path) -> Iterator[Jobs]:
    opened = open_jobs(folder)
    yield opened
    opened.close()


def opened(client: TestClient) -> str:
    """Begin an upload as the script does; return its address."""
    answer = client.post("/upload/open", headers={"x-csrf-token": csrf(client)})
    assert answer.status_code == 201
    return answer.headers["location"]


def put(client: TestClient, batch: str, name: str, words: bytes | str, **more: str):
    headers = {"x-csrf-token": csrf(client), "hx-request": "true", "content-type": "application/octet-stream"}
    return client.post(f"{batch}/files", params={"name": name}, content=words, headers=headers | more)


def uploaded(client: TestClient, **files: str | bytes) -> str:
    batch = opened(client)
    for name, words in files.items():
        assert put(client, batch, name.replace("__", "."), words).status_code == 204
    return batch


def text_of(client: TestClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def left_over(folder: Path) -> list[str]:
    return [path.name for path in (folder / "uploads").rglob("*") if path.is_file() and path.name.isdigit()]


def test_a_file_is_shown_as_it_would_be_kept_and_nothing_is_kept(researcher: TestClient, served: Workspace) -> None:
    before = served.counts().documents
    batch = uploaded(researcher, call__vtt=VTT)
    text = text_of(researcher, f"{batch}/1")
    for said in ("call.vtt", "WebVTT transcript", "no account", "one of our people", "told me about it over lunch"):
        assert said in text
    assert "Keep 1 file and read it" in text
    assert served.fresh().counts().documents == before


def test_a_form_without_scripts_brings_many_files_and_tells_which_were_refused(researcher: TestClient) -> None:
    files = [("files", ("a.vtt", VTT)), ("files", ("../../b.vtt", VTT)), ("files", (".hidden", b"x"))]
    answer = researcher.post("/upload/new", data={"csrf": csrf(researcher)}, files=files)
    assert answer.status_code == 303
    text = text_of(researcher, answer.headers["location"])
    assert "2 files uploaded. Not taken: .hidden: left out, it is a hidden file." in text
    assert " a.vtt " in text and " b.vtt " in text


def test_a_form_without_a_file_says_so(researcher: TestClient) -> None:
    answer = researcher.post("/upload/new", data={"csrf": csrf(researcher)}, files=[("files", ("", b""))])
    assert answer.status_code == 422
    assert "No file was chosen." in answer.text


def test_what_a_person_says_is_shown_and_kept(researcher: TestClient, served: Workspace, folder: Path) -> None:
    batch = uploaded(researcher, call__vtt=VTT)
    account = served.store.accounts.all()[3]
    form = {"account": account.name, "was_account": "", "date": "2026-03-04", "was_date": "", "kind": "interview"}
    answer = send(researcher, f"{batch}/1", **form, speaker=["Dana Whitlock", "Nell Quist"], side=["", "unknown"])
    assert answer.status_code == 303
    text = text_of(researcher, f"{batch}/1")
    assert account.name in text and "4 Mar 2026" in text and "somebody's side is not known" in text
    served.keep(batch.rpartition("/")[2])
    (kept,) = [one for one in served.fresh().documents() if one.file == "uploads/call.vtt"]
    assert (kept.account, kept.date, kept.kind) == (account.id, "2026-03-04", "interview")
    assert {one.name: str(one.side) for one in kept.speakers} == {"Dana Whitlock": "vendor", "Nell Quist": "unknown"}


def test_what_is_left_as_it_was_found_is_nobodys_word(researcher: TestClient, served: Workspace) -> None:
    batch = uploaded(researcher, call__vtt=VTT)
    form = {
        "account": "As found",
        "was_account": "As found",
        "date": "2026-03-04",
        "was_date": "2026-03-04",
        "kind": "",
    }
    send(researcher, f"{batch}/1", **form, speaker=["Dana Whitlock"], side=[""])
    (staged,) = served.uploads.batch(batch.rpartition("/")[2]).files
    said = served.upload_choices(staged)
    assert (said.account, said.date, said.kind, dict(said.sides)) == ("", "", "", {})


def test_an_account_that_nobody_knows_is_refused_unless_it_is_said_to_be_new(researcher: TestClient) -> None:
    batch = uploaded(researcher, call__vtt=VTT)
    answer = send(researcher, f"{batch}/1", account="Quist Looms")
    assert answer.status_code == 404 and "Quist Looms" in answer.text
    assert send(researcher, f"{batch}/1", account="Quist Looms", new="1").status_code == 303
    text = text_of(researcher, f"{batch}/1")
    assert "Quist Looms new account" in text


def test_columns_of_a_table_can_be_said_to_mean_something_else(researcher: TestClient) -> None:
    batch = uploaded(researcher, survey__csv=SURVEY)
    columns = ["Company", "Person", "Mail", "Remark", "Score"]
    meanings = ["attribute", "speaker", "email", "text", "attribute"]
    assert send(researcher, f"{batch}/1/columns", column=columns, meaning=meanings).status_code == 303
    text = text_of(researcher, f"{batch}/1")
    assert "Ann Lee" in text and "Respondent" not in text


def test_the_same_is_said_of_all_files_and_one_is_left_out(researcher: TestClient) -> None:
    batch = uploaded(researcher, a__vtt=VTT, b__vtt=VTT.replace("lunch", "dinner"))
    assert send(researcher, f"{batch}/all", account="Quist Looms", new="1", date="2026-02-01").status_code == 303
    for number in (1, 2):
        text = text_of(researcher, f"{batch}/{number}")
        assert "Quist Looms" in text and "1 Feb 2026" in text
    assert send(researcher, f"{batch}/2/leave", left="1").status_code == 303
    text = text_of(researcher, batch)
    assert "Keep 1 file and read it" in text and "1 left out." in text
    send(researcher, f"{batch}/1/leave", left="1")
    assert send(researcher, f"{batch}/keep").status_code == 422
    send(researcher, f"{batch}/2/leave")
    assert "Keep 1 file and read it" in text_of(researcher, batch)


@pytest.mark.parametrize(
    ("name", "words", "told"),
    [
        ("empty.txt", b"", "The file is empty"),
        ("call.vtt", b"\x89PNG\r\n\x1a\n" + bytes(50), "it is a PNG image"),
        ("odd.csv", b"Ref,Wert\n1,Gut\n", "No column with text"),
        ("bomb.zip", None, "cannot be read"),
    ],
)
def test_what_cannot_be_read_says_why_and_costs_nothing(
    researcher: TestClient, name: str, words: bytes | None, told: str
) -> None:
    if words is None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("zeros.txt", bytes(30_000_000))
        words = packed.getvalue()
    batch = uploaded(researcher, **{name.replace(".", "__"): words})
    assert told in text_of(researcher, f"{batch}/1")


def test_names_of_strangers_are_shown_and_lead_nowhere(researcher: TestClient, folder: Path) -> None:
    batch = opened(researcher)
    assert put(researcher, batch, "../../<script>alert(1)</script>/../x.vtt", VTT).status_code == 204
    page = researcher.get(batch).text
    assert "&lt;script&gt;alert(1)&lt;" in page and "<script>alert" not in page
    assert left_over(folder) == ["0001"]
    assert not list(folder.parent.rglob("x.vtt"))


def test_a_file_that_is_too_large_leaves_nothing_and_says_how_large_it_may_be(
    researcher: TestClient, folder: Path
) -> None:
    settings = folder / "icp-voice.toml"
    settings.write_text(settings.read_text().replace("[limits]", "[limits]\nfile_mb = 1"))
    batch = opened(researcher)
    answer = put(researcher, batch, "large.txt", b"x" * (2 * 1024 * 1024))
    assert answer.status_code == 422 and "large.txt: larger than 1 MB" in answer.text
    assert left_over(folder) == []


def test_an_upload_holds_so_many_files_and_no_more(researcher: TestClient, served: Workspace) -> None:
    batch = opened(researcher)
    for number in range(MOST_FILES):
        with served.uploads.add(batch.rpartition("/")[2], f"{number}.txt"):
            pass
    answer = put(researcher, batch, "one-more.txt", b"x")
    assert answer.status_code == 422 and f"at most {MOST_FILES} files" in answer.text
    page = researcher.get(batch)
    assert page.status_code == 200 and page.text.count('class="upfile waits"') == MOST_FILES


def test_more_files_than_a_form_may_hold_are_refused(researcher: TestClient) -> None:
    files = [("files", (f"{number}.txt", b"x")) for number in range(1_001)]
    answer = researcher.post("/upload/new", data={"csrf": csrf(researcher)}, files=files)
    assert answer.status_code == 400 and "Too many files" in answer.text


def test_an_upload_that_breaks_off_leaves_nothing(app_client: Callable[[str], TestClient], folder: Path) -> None:
    client = app_client("Rae")
    batch = opened(client)
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    headers = {"cookie": cookies, "x-csrf-token": csrf(client), "host": "127.0.0.1"}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": f"{batch}/files",
        "raw_path": f"{batch}/files".encode(),
        "query_string": b"name=call.vtt",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "state": {},
    }
    arriving = iter(
        [{"type": "http.request", "body": b"x" * 3_000_000, "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive() -> dict[str, object]:
        return next(arriving)

    async def answered(message: object) -> None:
        pass

    asyncio.run(client.app(scope, receive, answered))
    assert left_over(folder) == []
    assert "No file has arrived here yet" in text_of(client, batch)


def test_a_large_file_on_its_way_takes_little_memory(served: Workspace) -> None:
    batch = served.uploads.open(by="Rae").id
    piece, count = b"x" * 65_536, 800

    class Sender:
        async def stream(self) -> AsyncIterator[bytes]:
            for _ in range(count):
                yield bytes(piece)

    tracemalloc.start()
    asyncio.run(streamed(served.uploads, batch, "large.txt", Sender()))  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert served.uploads.staged(batch, 1).size == len(piece) * count
    assert peak < 8_000_000


def test_viewers_see_nothing_of_uploads_and_send_nothing(viewer: TestClient, researcher: TestClient) -> None:
    batch = uploaded(researcher, call__vtt=VTT)
    for path in ("/upload", batch, f"{batch}/1"):
        answer = viewer.get(path)
        assert answer.status_code == 403 and "lunch" not in answer.text
    assert put(viewer, batch, "x.vtt", VTT).status_code == 403
    assert send(viewer, f"{batch}/keep").status_code == 403
    assert send(viewer, "/jobs/1/cancel").status_code == 403


@pytest.mark.parametrize("path", ["/open", "/new", "/{}/files?name=x", "/{}/keep", "/{}/1", "/{}/discard"])
def test_a_request_without_the_sessions_secret_is_refused(researcher: TestClient, path: str) -> None:
    batch = uploaded(researcher, call__vtt=VTT)
    assert researcher.post("/upload" + path.format(batch.rpartition("/")[2]), content=b"x").status_code == 403


def test_what_is_thrown_away_is_gone(researcher: TestClient, folder: Path) -> None:
    batch = uploaded(researcher, call__vtt=VTT)
    assert "1 file" in text_of(researcher, "/upload")
    assert send(researcher, f"{batch}/discard").headers["location"] == "/upload"
    assert left_over(folder) == []
    assert researcher.get(batch).status_code == 404


def test_uploads_that_were_thrown_away_do_not_count_among_those_that_wait(served: Workspace) -> None:
    for _ in range(60):
        served.uploads.discard(served.uploads.open(by="Rae").id)


# -- work ----------------------------------------------------------------------------------------------------------


def test_keeping_is_work_that_can_be_looked_at(
    researcher: TestClient, jobs: Jobs, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "pipelines" / "default.toml").write_text("steps = []\n")
    batch = uploaded(researcher, call__vtt=VTT, bad__vtt=b"\x89PNG\r\n\x1a\n" + bytes(50))
    where = send(researcher, f"{batch}/keep").headers["location"]
    job = jobs.job(int(where.rpartition("/")[2]))
    assert (job.kind, job.by, job.state) == ("keep", "Rae", JobState.QUEUED)
    assert "Waits for its turn" in text_of(researcher, where)
    assert "These files are being kept" in text_of(researcher, batch)
    monkeypatch.setattr("signal.signal", lambda *given: None)
    monkeypatch.setattr(lock, "PATIENCE", lock.PATIENCE)
    assert work_off(folder, job.id) == 0
    text = text_of(researcher, where)
    assert "Done" in text and "1 new transcript" in text and "Read it" in text
    assert "bad.vtt Not kept: not a file of words" in text
    assert "Keep and read an upload" in text_of(researcher, "/jobs")
    assert "cannot be read" in text_of(researcher, f"{batch}/2")
    assert " kept " in text_of(researcher, f"{batch}/1")


def test_work_that_waits_is_cancelled_and_goes_on_when_asked(researcher: TestClient, jobs: Jobs) -> None:
    job = jobs.start("run", by="Rae")
    assert send(researcher, f"/jobs/{job.id}/cancel").status_code == 303
    assert jobs.job(job.id).state is JobState.CANCELLED
    assert "Go on" in text_of(researcher, f"/jobs/{job.id}")
    where = send(researcher, f"/jobs/{job.id}/again").headers["location"]
    assert jobs.job(int(where.rpartition("/")[2])).state is JobState.QUEUED
    assert researcher.get("/jobs/999").status_code == 404


def test_viewers_watch_and_have_no_buttons(viewer: TestClient, jobs: Jobs) -> None:
    job = jobs.start("run", by="Rae")
    page = viewer.get(f"/jobs/{job.id}")
    assert page.status_code == 200 and "/cancel" not in page.text


def test_every_page_tells_what_is_at_work(researcher: TestClient, jobs: Jobs) -> None:
    jobs.claim(jobs.start("run", by="Rae").id, 0)
    jobs.progress(1, {"tags": (2, 5)})
    assert "Sorting into categories: 40%" in text_of(researcher, "/jobs/line")


def test_events_tell_how_it_goes_and_end_with_the_job(researcher: TestClient, jobs: Jobs) -> None:
    job = jobs.start("run", by="Rae")
    jobs.cancel(job.id)
    answer = researcher.get(f"/jobs/{job.id}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "event: over\n" in answer.text and "Cancelled" in answer.text
    assert all(line.startswith(("data: ", "event: ", "retry: ", "")) for line in answer.text.splitlines())


def test_all_who_watch_a_job_share_one_look(jobs: Jobs) -> None:
    job = jobs.start("run", by="Rae")
    asked: list[int] = []

    class Counting:
        def version(self, id: int) -> int:
            asked.append(id)
            return jobs.version(id)

        def job(self, id: int) -> Job:
            return jobs.job(id)

    place = SimpleNamespace(jobs=Counting(), ending=threading.Event())
    watching = Watching(place)  # type: ignore[arg-type]

    async def watch() -> list[JobState]:
        return [seen.state async for seen in watching.changes(job.id) if seen]

    async def many() -> list[list[JobState]]:
        watchers = [asyncio.create_task(watch()) for _ in range(20)]
        await asyncio.sleep(1.2)
        gone = asyncio.create_task(watch())
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.to_thread(jobs.cancel, job.id)
        return await asyncio.gather(*watchers)

    told = asyncio.run(many())
    assert told == [[JobState.QUEUED, JobState.CANCELLED]] * 20
    assert 3 <= len(asked) <= 7
    assert not watching._looks


def test_watching_ends_with_the_server(jobs: Jobs) -> None:
    job = jobs.start("run", by="Rae")
    place = SimpleNamespace(jobs=jobs, ending=threading.Event())

    async def watch() -> int:
        seen = 0
        async for _ in Watching(place).changes(job.id):  # type: ignore[arg-type]
            seen += 1
            place.ending.set()
        return seen

    assert asyncio.run(asyncio.wait_for(watch(), 5)) >= 1


def test_steps_are_told_by_how_far_they_are() -> None:
    steps = (
        StepProgress(step="reading", done=3, total=3),
        StepProgress(step="questions"),
        StepProgress(step="tags", done=5, total=20),
        StepProgress(step="own_step"),
    )
    job = Job(id=1, kind="keep", by="Rae", state=JobState.RUNNING, at="", steps=steps)
    assert [(bar.title, bar.state, bar.percent) for bar in working.bars(job)] == [
        ("Reading files", "done", 100),
        ("Seeing what we asked", "done", 100),
        ("Sorting into categories", "now", 25),
        ("Own step", "waits", 0),
    ]
    assert working.line(job) == "Sorting into categories: 25%"
    between = replace(job, steps=(*steps[:2], StepProgress(step="tags", done=20, total=20), steps[3]))
    assert working.line(between) == "Own step: 0%"


def test_the_invented_company_is_asked_for_in_an_empty_folder(tmp_path: Path) -> None:
    access = open_access(tmp_path)
    access.add_person("Ada", PASSWORD, Role.ADMIN)
    access.close()
    client = TestClient(build(tmp_path), base_url="http://127.0.0.1", follow_redirects=False)
    client.post("/sign-in", data={"name": "Ada", "password": PASSWORD})
    page = client.get("/start").text
    secret = re.search(r'name="csrf" value="([^"]+)"', page)
    assert secret
    answer = client.post("/start/sample", data={"csrf": secret[1]})
    assert answer.headers["location"] == "/jobs/1"
    assert "Make the invented company" in text_of(client, "/jobs/1")


def test_the_invented_company_is_made_only_in_an_empty_folder(researcher: TestClient) -> None:
    answer = send(researcher, "/start/sample")
    assert answer.status_code == 422 and "already" in answer.text


def test_a_place_for_a_look_is_given_back_when_a_look_fails(researcher: TestClient) -> None:
    batch = opened(researcher)
    for _ in range(8):
        assert researcher.get(f"{batch}/7").status_code == 404


def test_the_same_for_all_says_nothing_of_what_is_not_said(served: Workspace) -> None:
    from icp_voice.ingest.choices import Choices

    batch = served.uploads.open(by="Rae").id
    with served.uploads.add(batch, "call.vtt") as writer:
        writer.write(VTT.encode())
    served.choose_upload(batch, 1, Choices(new_account="Quist Looms", kind="interview"))
    assert served.choose_for_all(batch, Choices(date="2026-02-01")) == 1
    said = served.upload_choices(served.uploads.staged(batch, 1))
    assert (said.new_account, said.kind, said.date) == ("Quist Looms", "interview", "2026-02-01")
    with pytest.raises(IcpVoiceError):
        served.choose_for_all(batch, Choices(date="soon"))


def test_a_folder_in_which_a_server_has_begun_can_become_the_invented_company(tmp_path: Path) -> None:
    open_access(tmp_path).close()
    started = open_jobs(tmp_path)
    assert not started.working()
    assert open_demo(tmp_path).settings.company == "Ledgermoor"
    started.close()


def test_what_is_sent_from_the_page_of_an_account_is_kept_as_its_words(
    researcher: TestClient, served: Workspace
) -> None:
    account = served.accounts()[-1]
    page = researcher.get("/upload", params={"account": account.id}).text
    assert f'data-account="{account.id}"' in page
    assert html.escape(account.name, quote=False) in page
    sent = {"csrf": csrf(researcher), "account": account.id}
    answer = researcher.post(
        "/upload/new", data=sent, files=[("files", ("a.vtt", VTT)), ("files", ("b.vtt", VTT + "x"))]
    )
    batch = answer.headers["location"].rpartition("/")[2]
    staged = served.uploads.batch(batch).files
    assert [served.upload_choices(one).account for one in staged] == [account.id] * 2
    assert researcher.get("/upload", params={"account": "nobody knows it"}).status_code == 404


def test_work_that_is_done_tells_which_cells_closed(researcher: TestClient, served: Workspace, jobs: Jobs) -> None:
    matrix = served.coverage()
    cell = next(one for one in matrix.cells if one.state is CellState.COVERED)
    weak = next(one for one in matrix.cells if one.state is CellState.WEAK)
    job = jobs.start("run")
    assert jobs.claim(job.id, 1)
    jobs.learned(
        job.id,
        [
            CellChange(account=one.account, category=one.category, was=CellState.UNKNOWN, now=one.state)
            for one in (cell, weak)
        ],
    )
    jobs.finish(job.id, JobState.DONE)
    text = text_of(researcher, f"/jobs/{job.id}")
    title = served.codebook[cell.category].title
    assert "1 cell is closed" in text
    assert f"covered {served.account(cell.account).name}: {title} was unknown" in text
    assert f"/gaps?account={cell.account}&amp;cell={cell.category}" in researcher.get(f"/jobs/{job.id}").text
