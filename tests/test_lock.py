"""Two processes on one workspace: the second waits, and is told who holds it."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from icp_voice import lock
from icp_voice.errors import WorkspaceError
from icp_voice.lock import Lock

HOLD = """
import sys, time
from pathlib import Path
from icp_voice.lock import Lock
with Lock(Path(sys.argv[1])).held("run"):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(path, seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path), str(seconds)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    return process


def test_the_second_process_waits_and_is_told_for_whom(tmp_path):
    told: list[str] = []
    with holder(tmp_path / "voice.lock", 1.0) as process:
        start = time.monotonic()
        with Lock(tmp_path / "voice.lock", told.append).held("add"):
            assert time.monotonic() - start > 0.3
    assert told == [f"waiting: process {process.pid} (icp-voice run) holds the workspace"]


def test_who_waits_too_long_gets_an_error_that_names_the_holder(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE", 0.3)
    with holder(tmp_path / "voice.lock", 30) as process:
        with (
            pytest.raises(WorkspaceError, match=rf"process {process.pid} \(icp-voice run\)"),
            Lock(tmp_path / "voice.lock").held("add"),
        ):
            pass
        process.kill()


def test_a_killed_holder_leaves_the_workspace_free(tmp_path):
    with holder(tmp_path / "voice.lock", 30) as process:
        process.kill()
    with Lock(tmp_path / "voice.lock").held("add"):
        pass


def test_the_same_process_may_hold_it_twice(tmp_path):
    held = Lock(tmp_path / "voice.lock")
    with held.held("run"), held.held("add"):
        pass
