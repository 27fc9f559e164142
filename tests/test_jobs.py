"""Jobs go on by themselves: one at a time, cancelled or killed at any moment, and the next one goes on from there."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from icp_voice import lock
from icp_voice.errors import IcpVoiceError
from icp_voice.jobs import Job, Jobs, JobState, Supervisor, open_jobs
from icp_voice.jobs import work as work_module
from icp_voice.jobs.work import work_off
from icp_voice.model import CellState
from icp_voice.workspace import FileResult, Workspace
from tests.conftest import CALL
from tests.test_preview import CRM, upload, upload_as

PATIENCE = 60.0


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Undo what a job changes in its own process, for those that are done in this one."""
    monkeypatch.setattr(lock, "PATIENCE", lock.PATIENCE)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def jobs(workspace: Workspace) -> Iterator[Jobs]:
    opened = open_jobs(workspace.folder)
    yield opened
    opened.close()


@pytest.fixture
def quick(workspace: Workspace) -> None:
    """Let a run have no steps: these tests are about who does the work, not about the work."""
    (workspace.folder / "pipelines" / "default.toml").write_text("steps = []\n", "utf-8")


def until(jobs: Jobs, id: int, good: Callable[[Job], bool]) -> Job:
    deadline = time.monotonic() + PATIENCE
    while not good(job := jobs.job(id)):
        assert time.monotonic() < deadline, job
        time.sleep(0.02)
    return job


def over(job: Job) -> bool:
    return job.over


def pid_of(jobs: Jobs, id: int) -> int:
    with sqlite3.connect(jobs.folder / "jobs.db") as db:
        return int(db.execute("select pid from job where id = ?", (id,)).fetchone()[0])


@pytest.mark.usefixtures("quick")
def test_an_upload_is_kept_by_a_process_of_its_own(workspace: Workspace, jobs: Jobs) -> None:
    batch = upload_as(workspace, {"Fir Optics call.txt": CALL, "crm.csv": CRM, "bad.png": b"\x89PNG" + bytes(30)})
    with Supervisor(jobs):
        asked = jobs.start("keep", {"batch": batch}, by="anna")
        assert (asked.state, asked.by) == (JobState.QUEUED, "anna")
        job = until(jobs, asked.id, over)
    assert (job.state, job.error) == (JobState.DONE, "")
    assert job.steps[0].step == "reading" and (job.steps[0].done, job.steps[0].total) == (3, 3)
    lines = {one.file: one for one in job.lines}
    assert (lines["crm.csv"].purpose, lines["crm.csv"].new, lines["crm.csv"].updated) == ("accounts", 1, 1)
    assert (lines["Fir Optics call.txt"].new, lines["Fir Optics call.txt"].error) == (1, "")
    assert lines["bad.png"].error == "not a file of words: it is a PNG image, not text"
    assert [one.account for one in workspace.documents()] == ["A-9"]
    assert job.at <= job.started <= job.ended
    assert any(change.by == "anna" for change in workspace.changes())


def test_a_job_has_a_low_priority_that_counts_beside_the_server(workspace: Workspace, jobs: Jobs) -> None:
    batch = upload_as(workspace, {f"{number}.txt": f"{CALL}Ann Lee: Number {number}.\n" for number in range(20)})
    with Supervisor(jobs):
        asked = jobs.start("keep", {"batch": batch})
        until(jobs, asked.id, lambda job: any(step.step == "highlights" for step in job.steps))
        pid = pid_of(jobs, asked.id)
        assert os.getpriority(os.PRIO_PROCESS, pid) == min(os.getpriority(os.PRIO_PROCESS, 0) + 15, 19)
        # Of another session, its priority would count for nothing where each session is given its own share.
        assert (os.getsid(pid), os.getpgid(pid)) == (os.getsid(0), pid)
        jobs.cancel(asked.id)
        until(jobs, asked.id, over)


@pytest.mark.usefixtures("quick")
def test_two_hundred_files_are_kept_in_one_job(workspace: Workspace, jobs: Jobs) -> None:
    files: dict[str, str | bytes] = {
        f"{number:03}.txt": f"Vera Field: What is hard?\nAnn Lee: Step {number} of the approval takes {number} days.\n"
        for number in range(200)
    }
    batch = upload_as(workspace, files)
    with Supervisor(jobs):
        job = until(jobs, jobs.start("keep", {"batch": batch}).id, over)
    assert job.state is JobState.DONE
    assert (len(job.lines), sum(one.new for one in job.lines)) == (200, 200)
    assert len(workspace.documents()) == 200


@pytest.mark.usefixtures("quick")
def test_one_job_at_a_time_in_the_order_in_which_they_were_asked_for(workspace: Workspace, jobs: Jobs) -> None:
    first = jobs.start("keep", {"batch": upload(workspace, one__txt=CALL)})
    second = jobs.start("keep", {"batch": upload(workspace, two__txt="Bo Ek: It is slow.\n")})
    with Supervisor(jobs):
        until(jobs, second.id, over)
    one, two = jobs.job(first.id), jobs.job(second.id)
    assert one.state is two.state is JobState.DONE
    assert one.ended <= two.started
    assert [job.id for job in jobs.jobs()] == [second.id, first.id]


def test_the_same_job_is_not_asked_for_twice(jobs: Jobs) -> None:
    assert jobs.start("run").id == jobs.start("run").id
    assert jobs.start("run").id != jobs.start("sync").id


def test_an_unknown_kind_is_refused(jobs: Jobs) -> None:
    with pytest.raises(IcpVoiceError, match="No kind of job"):
        jobs.start("format disk")
    with pytest.raises(IcpVoiceError, match='No job "7"'):
        jobs.job(7)


def test_a_job_that_waits_is_cancelled_at_once(jobs: Jobs) -> None:
    job = jobs.cancel(jobs.start("run").id)
    assert (job.state, job.over, jobs.next()) == (JobState.CANCELLED, True, 0)


def test_a_running_job_is_cancelled_and_goes_on_when_started_again(workspace: Workspace, jobs: Jobs) -> None:
    batch = upload_as(workspace, {f"{number}.txt": f"{CALL}Ann Lee: Number {number}.\n" for number in range(20)})
    with Supervisor(jobs):
        asked = jobs.start("keep", {"batch": batch})
        until(jobs, asked.id, lambda job: any(step.step == "highlights" and step.done for step in job.steps))
        began = time.monotonic()
        asked_to_end = jobs.cancel(asked.id)
        assert asked_to_end.cancelling or asked_to_end.state is JobState.CANCELLED
        job = until(jobs, asked.id, over)
        assert time.monotonic() - began < 12
        assert (job.state, job.error) == (JobState.CANCELLED, "")
        assert len(job.lines) == 20  # what was kept is told, and stays
        assert len(workspace.documents()) == 20
        again = until(jobs, jobs.again(job.id).id, over)
    assert again.state is JobState.DONE
    assert len(workspace.documents()) == 20
    assert len(workspace.highlights()) > 0


def test_a_job_whose_process_is_killed_is_found_and_goes_on(workspace: Workspace, jobs: Jobs) -> None:
    batch = upload_as(workspace, {f"{number}.txt": f"{CALL}Ann Lee: Number {number}.\n" for number in range(120)})
    with Supervisor(jobs):
        asked = jobs.start("keep", {"batch": batch})
        until(jobs, asked.id, lambda job: len(job.lines) >= 10)
        os.kill(pid_of(jobs, asked.id), signal.SIGKILL)
        job = until(jobs, asked.id, over)
        assert (job.state, job.error) == (JobState.INTERRUPTED, "its process ended (SIGKILL).")
        assert job.hint == "Start it again: it goes on from there."
        kept = len(workspace.documents())
        assert 10 <= kept < 120
        workspace.folder.joinpath("pipelines/default.toml").write_text("steps = []\n", "utf-8")
        again = until(jobs, jobs.again(asked.id).id, over)
    assert again.state is JobState.DONE
    assert len(workspace.documents()) == 120
    assert {one.state for one in workspace.uploads.batch(batch).files} == {"kept"}


def test_a_job_killed_in_the_middle_of_a_run_goes_on_to_the_same_end(workspace: Workspace, jobs: Jobs) -> None:
    batch = upload_as(workspace, {f"{number}.txt": f"{CALL}Ann Lee: Number {number}.\n" for number in range(10)})
    with Supervisor(jobs):
        asked = jobs.start("keep", {"batch": batch})
        until(jobs, asked.id, lambda job: any(step.step == "highlights" and step.done for step in job.steps))
        os.kill(pid_of(jobs, asked.id), signal.SIGKILL)
        assert until(jobs, asked.id, over).state is JobState.INTERRUPTED
        assert until(jobs, jobs.again(asked.id).id, over).state is JobState.DONE
    found = workspace.highlights()
    assert len(workspace.documents()) == 10 and found
    assert len({one.id for one in found}) == len({(one.document, one.turn, one.start, one.end) for one in found})
    assert [one.done for one in workspace.run()] == [0] * len(workspace.run_steps())


@pytest.mark.usefixtures("quick")
def test_a_job_outlives_the_server_that_started_it(workspace: Workspace, jobs: Jobs) -> None:
    batch = upload_as(workspace, {f"{number}.txt": f"{CALL}Ann Lee: Number {number}.\n" for number in range(60)})
    with Supervisor(jobs):
        asked = jobs.start("keep", {"batch": batch})
        until(jobs, asked.id, lambda job: job.state is JobState.RUNNING)
    assert until(jobs, asked.id, over).state is JobState.DONE


def test_the_next_server_finds_what_was_interrupted(jobs: Jobs) -> None:
    asked = jobs.start("run")
    assert jobs.claim(asked.id, 2**22 + 1)
    assert not Supervisor(jobs).tend()
    job = jobs.job(asked.id)
    assert (job.state, job.error) == (JobState.INTERRUPTED, "Its process ended before the work was done.")


def test_a_job_at_work_is_left_alone_by_another_server(jobs: Jobs) -> None:
    asked = jobs.start("run")
    with jobs.worker().acquire(timeout=1):
        assert jobs.claim(asked.id, 2**22 + 1)
        assert Supervisor(open_jobs(jobs.folder)).tend()
        assert jobs.job(asked.id).state is JobState.RUNNING
        assert not jobs.claim(asked.id, 99)


def test_a_job_without_its_upload_fails_with_a_reason(jobs: Jobs) -> None:
    asked = jobs.start("keep", {"batch": "../../etc"})
    assert work_off(jobs.folder, asked.id) == 0
    job = jobs.job(asked.id)
    assert (job.state, job.error) == (JobState.FAILED, 'No upload "../../etc".')


def test_something_unforeseen_is_told_in_one_line_without_words(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, workspace: Workspace
) -> None:
    def broken(self: Workspace, progress: object = None) -> None:
        raise ValueError("Ann Lee said: the approval queue is slow")

    monkeypatch.setattr(Workspace, "run", broken)
    asked = jobs.start("run")
    work_off(jobs.folder, asked.id)
    job = jobs.job(asked.id)
    assert job.state is JobState.FAILED
    assert job.error == "It stopped at something unforeseen (ValueError)."
    log = (workspace.folder / "jobs.log").read_text()
    assert "run ValueError: work.py:" in log and "Ann Lee" not in log
    assert (workspace.folder / "jobs.log").stat().st_mode & 0o077 == 0


def test_the_log_stays_small(workspace: Workspace, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_module, "_LOG_BYTES", 1_000)
    job = jobs.start("run")
    for _ in range(200):
        work_module._log(workspace.folder, job, ValueError("x"))
    assert 100 < (workspace.folder / "jobs.log").stat().st_size < 1_200


def test_who_watches_sees_every_state_and_the_end(jobs: Jobs) -> None:
    asked = jobs.start("run")
    seen: list[tuple[str, int]] = []
    for job in jobs.watch(asked.id):
        seen.append((job.state, sum(step.done for step in job.steps)))
        if job.state is JobState.QUEUED:
            jobs.claim(asked.id, 1)
        elif not job.steps:
            jobs.progress(asked.id, {"reading": (3, 9)})
        else:
            jobs.finish(asked.id, JobState.DONE)
    assert seen == [("queued", 0), ("running", 0), ("running", 3), ("done", 3)]


def test_code_that_must_not_block_can_watch_too(jobs: Jobs) -> None:
    asked = jobs.start("run")

    async def states() -> list[str]:
        seen = []
        async for job in jobs.watching(asked.id):
            seen.append(str(job.state))
            jobs.cancel(asked.id)
        return seen

    assert asyncio.run(states()) == ["queued", "cancelled"]


def test_what_is_told_of_a_file_again_replaces_its_line(jobs: Jobs) -> None:
    asked = jobs.start("run")
    for new in (1, 0):
        jobs.line(asked.id, FileResult(file="a.txt", new=new))
        jobs.line(asked.id, FileResult(file="b.txt"))
    assert [(one.file, one.new) for one in jobs.job(asked.id).lines] == [("a.txt", 0), ("b.txt", 0)]


def test_versions_grow_with_every_change(jobs: Jobs) -> None:
    first, second = jobs.start("run"), jobs.start("sync")
    before = jobs.version()
    jobs.note(first.id, "waiting")
    assert jobs.version() == jobs.version(first.id) == before + 1
    assert jobs.version(second.id) == before
    assert jobs.job(first.id).note == "waiting"


def test_progress_is_written_at_most_four_times_a_second(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, written = jobs.start("run"), []
    monkeypatch.setattr(jobs, "progress", lambda id, steps: written.append(steps))
    progress = work_module._Progress(jobs, asked.id)
    for _ in range(1_000):
        progress.advanced("tags", 1, 1_000)
    assert 2 <= len(written) <= 4
    assert written[-1] == {"tags": (1_000, 1_000)}


def test_only_the_owner_may_read_the_jobs(jobs: Jobs) -> None:
    assert (Path(jobs.folder) / "jobs.db").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("quick")
def test_a_job_waits_for_another_process_and_says_so(workspace: Workspace, jobs: Jobs) -> None:
    with Supervisor(jobs):
        with workspace.writing("test"):
            asked = jobs.start("run")
            job = until(jobs, asked.id, lambda job: bool(job.note))
            assert job.state is JobState.RUNNING
            assert job.note == f"waiting: process {os.getpid()} (icp-voice test) holds the workspace"
        job = until(jobs, asked.id, over)
    assert (job.state, job.note) == (JobState.DONE, "")


@pytest.mark.usefixtures("quick")
def test_settings_that_cannot_be_read_are_the_jobs_error(workspace: Workspace, jobs: Jobs) -> None:
    (workspace.folder / "icp-voice.toml").write_text('company = "Ours"\ncolour = "red"\n', "utf-8")
    asked = jobs.start("run")
    work_off(jobs.folder, asked.id)
    job = jobs.job(asked.id)
    assert job.state is JobState.FAILED and "colour" in job.error


def test_a_sync_tells_what_became_of_each_source(jobs: Jobs, quick: None) -> None:
    asked = jobs.start("sync", {"sources": ["nowhere"]})
    work_off(jobs.folder, asked.id)
    job = jobs.job(asked.id)
    assert (job.state, job.error) == (JobState.FAILED, 'No connected source "nowhere".')


def test_a_job_tells_which_cells_of_the_matrix_it_has_changed(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(demo, tmp_path / "ws")
    workspace = Workspace(tmp_path / "ws")
    words = {one.account: one for one in workspace.highlights()}
    asked = next(one for one in workspace.coverage().cells if one.state is CellState.UNKNOWN and one.account in words)
    heard = words[asked.account]

    def run(self: Workspace, progress: object = None) -> None:
        self.confirm(heard.id, asked.category)

    monkeypatch.setattr(Workspace, "run", run)
    jobs = open_jobs(workspace.folder)
    job = jobs.start("run")
    assert work_off(workspace.folder, job.id) == 0
    (change,) = jobs.job(job.id).cells
    assert (change.account, change.category, change.was) == (asked.account, asked.category, CellState.UNKNOWN)
    assert change.now is Workspace(workspace.folder).coverage().cell(asked.account, asked.category).state
    assert change.now is not CellState.UNKNOWN
    assert work_off(workspace.folder, jobs.start("run").id) == 0
    assert jobs.jobs(1)[0].id == 2
    assert jobs.job(2).cells == ()
    jobs.close()
