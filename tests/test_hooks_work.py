"""What was acknowledged is worked off: once, later if it must be, and whatever happens in between."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner

from icp_voice import lock
from icp_voice.cli.main import app
from icp_voice.errors import IcpVoiceError
from icp_voice.ingest import sync
from icp_voice.ingest.add import Added
from icp_voice.ingest.hooks import working
from icp_voice.ingest.pull.api import Patience
from icp_voice.store import deliveries as queue
from icp_voice.workspace import Workspace
from tests.fakes import zendesk
from tests.fakes.base import answer
from tests.hooking import SECRETS, Hooks, told, until
from tests.test_sources import connect, expected, fill, heard

HOLD = """
import sqlite3, sys
from pathlib import Path
from icp_voice.lock import Lock
folder = Path(sys.argv[1])
with Lock(folder / "voice.lock").held("run"):
    db = sqlite3.connect(folder / "voice.db", isolation_level=None)
    db.execute("begin immediate")
    print("held", flush=True)
    sys.stdin.readline()
    db.execute("rollback")
"""


@pytest.fixture
def fake(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[zendesk.Fake]:
    made = zendesk.Fake(httpserver)
    monkeypatch.setattr(sync, "PATIENCE", Patience(backoff=0.01, budget=1, attempts=2))
    monkeypatch.setenv("ICP_VOICE_ZENDESK_TOKEN", made.SECRETS["token"])
    for name, (field, secret) in SECRETS.items():
        monkeypatch.setenv(f"ICP_VOICE_{name}_{field}".upper(), secret)
    yield made
    assert made.violations == []


@pytest.fixture
def connected(workspace: Workspace, fake: zendesk.Fake) -> Workspace:
    return connect(workspace, "zendesk", fake.settings())


class Clock:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.at = time.time()

    def time(self) -> float:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(working, "time", made)
    return made


def deliver(workspace: Workspace, *records: str, source: str = "zendesk") -> None:
    events = [(f"event {record}", [record], b"") for record in records]
    workspace.deliveries.put(source, events, time.time() - 1)


def states(workspace: Workspace) -> dict[str, tuple[str, int]]:
    return {one.records[0]: (one.state, one.attempts) for one in workspace.deliveries.pending()}


# -- a busy workspace -----------------------------------------------------------------------------------------------


@contextmanager
def held(workspace: Workspace) -> Iterator[None]:
    """Have another process hold the workspace, and SQLite's own lock in it, as a run does."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", HOLD, str(workspace.folder)], text=True, **pipes) as holder:  # type: ignore[call-overload]
        assert holder.stdout.readline() == "held\n"
        yield
        holder.stdin.write("\n")


def test_a_burst_during_a_run_is_acknowledged_at_once_and_all_of_it_is_worked_off_once(fake, connected):
    fill(fake, 1, 20)
    with held(connected):
        server = Served(connected.folder)
        with ThreadPoolExecutor(8) as pool:
            seconds = list(pool.map(lambda number: _timed(server.hooks, number), range(200)))
        assert connected.deliveries.count("waiting") == 200
    assert max(seconds) < 3  # what the strictest vendor waits for; BENCHMARKS.md has the figures of an idle machine
    until(lambda: connected.deliveries.count("done") == 200)
    server.end(signal.SIGTERM)
    assert heard(connected) == expected(fake, *range(1, 21))
    assert len(connected.documents()) == 20
    assert fake.asked("/comments") < 2 * 200  # deliveries of one ticket are worked off together


def test_while_another_process_holds_the_workspace_deliveries_wait_and_it_costs_no_attempt(
    fake, connected, monkeypatch
):
    monkeypatch.setattr(lock, "PATIENCE", 0.2)
    fill(fake, 1, 2)
    deliver(connected, "1", "2")
    with held(connected):
        assert "(icp-voice run) has held the workspace" in connected.work_deliveries().held
        assert states(connected) == {"1": ("waiting", 0), "2": ("waiting", 0)}
    assert connected.work_deliveries().done == 2


def _timed(hooks: Hooks, number: int) -> float:
    start = time.perf_counter()
    assert hooks.deliver("zendesk", told("zendesk", str(number % 20 + 1), number)).json() == {"result": "taken"}
    return time.perf_counter() - start


def test_two_workers_do_not_work_at_once(connected, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE", 0.2)
    inside, leave = threading.Event(), threading.Event()

    def wait(name, records):
        inside.set()
        leave.wait(10)
        return Added()

    def hold() -> None:
        other = Workspace(connected.folder)
        deliver(other, "1")
        other.fetch = wait  # type: ignore[method-assign]
        other.work_deliveries()

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(10)
    with pytest.raises(IcpVoiceError, match="hooks work"):
        connected.work_deliveries()
    leave.set()
    thread.join()


# -- what fails -----------------------------------------------------------------------------------------------------


def test_a_source_that_fails_is_left_alone_and_the_others_go_on(fake, connected, clock):
    fill(fake, 1, 1)
    deliver(connected, "1")
    fake.expired = True
    connected.deliveries.put("generic", [("e", ["note-1"], json.dumps(_note()).encode())], clock.at)
    worked = connected.work_deliveries()
    assert (worked.done, worked.failed) == (1, 1)
    assert list(heard(connected)) == ["generic://note-1"]
    (waits,) = connected.deliveries.pending()
    assert (waits.state, waits.attempts) == ("waiting", 1) and "credentials are refused" in waits.reason
    assert [rest.source for rest in connected.deliveries.rests(clock.at)] == ["zendesk"]
    asked = len(fake.requests)
    assert connected.work_deliveries().failed == 0 and len(fake.requests) == asked
    fake.expired = False
    clock.at += 31
    assert connected.work_deliveries().done == 1
    assert connected.deliveries.rests(clock.at) == [] and set(heard(connected)) == {"generic://note-1", fake.file(1)}


def _note() -> dict[str, object]:
    what = told("generic", "note-1")
    del what["id"]
    return dict(what)


def test_a_record_that_cannot_be_read_costs_the_others_nothing(fake, connected, clock):
    fill(fake, 1, 3)
    fake.said[2][0]["created_at"] = fake.said[2][0]["body"] = 17
    fake.tickets[2]["tags"] = 5
    deliver(connected, "1", "2", "3")
    fake.violations.clear()
    worked = connected.work_deliveries()
    fake.violations.clear()
    assert worked.done + worked.failed == 3
    assert {fake.file(1), fake.file(3)} <= set(heard(connected))


def test_what_fails_waits_longer_each_time_and_at_last_for_a_person(fake, connected, clock):
    deliver(connected, "1")
    fake.expired = True
    waits = []
    while (found := connected.deliveries.pending())[0].state == "waiting":
        clock.at = max(found[0].due, *(rest.until for rest in connected.deliveries.rests(0)), clock.at) + 1
        connected.work_deliveries()
        waits.append(connected.deliveries.pending()[0].due - clock.at)
    assert len(waits) == queue.MOST_ATTEMPTS and waits == sorted(waits) and waits[-1] <= 6 * 3600 + 1
    clock.at += 10**6
    assert connected.work_deliveries().failed == 0
    fake.expired = False
    fill(fake, 1, 1)
    assert connected.deliveries.retry([], clock.at) == 1
    assert connected.work_deliveries().done == 1 and heard(connected) == expected(fake, 1)


def test_a_limit_that_is_reached_costs_no_attempt(fake, connected, clock):
    fill(fake, 1, 1)
    deliver(connected, "1")
    fake.next(answer({}, 429, Retry_After="7200"))
    connected.work_deliveries()
    assert states(connected) == {"1": ("waiting", 0)}
    assert connected.work_deliveries().done == 0
    clock.at += working.PAUSE + 1
    assert connected.work_deliveries().done == 1


def test_one_that_failed_before_is_tried_alone(fake, connected, clock, monkeypatch):
    asked: list[list[str]] = []
    opened = connected.fetch

    def fetch(name, records):
        asked.append(list(records))
        return opened(name, records)

    monkeypatch.setattr(connected, "fetch", fetch)
    fill(fake, 1, 3)
    deliver(connected, "1", "2", "3")
    fake.expired = True
    connected.work_deliveries()
    fake.expired = False
    clock.at += 60
    assert connected.work_deliveries().done == 3
    assert asked == [["1", "2", "3"], ["1"], ["2"], ["3"]]


def test_a_fault_of_ours_ends_nothing_and_is_listed(fake, connected, clock, monkeypatch):
    def broken(name, records):
        raise ZeroDivisionError("the customer said")

    monkeypatch.setattr(connected, "fetch", broken)
    deliver(connected, "1")
    assert connected.work_deliveries().failed == 1
    (found,) = connected.deliveries.pending()
    assert (found.state, found.reason) == ("waiting", "could not be worked off (ZeroDivisionError)")


def test_a_source_that_is_no_longer_connected_is_named(workspace, clock):
    deliver(workspace, "1")
    workspace.work_deliveries()
    assert "No connected source" in workspace.deliveries.pending()[0].reason


# -- the queue ------------------------------------------------------------------------------------------------------


def test_event_ids_are_known_for_thirty_days_after_the_work(fake, connected, clock):
    fill(fake, 1, 1)
    deliver(connected, "1")
    connected.work_deliveries()
    clock.at += 29 * 86_400
    connected.work_deliveries()
    assert connected.deliveries.put("zendesk", [("event 1", ["1"], b"")], clock.at) == 0
    clock.at += 2 * 86_400
    connected.work_deliveries()
    assert connected.deliveries.put("zendesk", [("event 1", ["1"], b"")], clock.at) == 1


def test_what_waits_is_not_forgotten_however_old(connected, clock):
    deliver(connected, "1")
    connected.deliveries.prune(clock.at + 10**9)
    assert states(connected) == {"1": ("waiting", 0)}


def test_events_of_one_request_are_kept_all_or_none(connected):
    with pytest.raises(Exception, match="int"):
        connected.deliveries.put("zendesk", [("e1", ["1"], b""), (7, ["2"], b"")], 1.0)  # type: ignore[list-item]
    with pytest.raises(Exception, match="NOT NULL"):
        connected.deliveries.put("zendesk", [("e1", ["1"], b""), ("e2", ["2"], None)], 1.0)  # type: ignore[list-item]
    assert connected.deliveries.pending() == []


def test_two_events_of_one_id_at_two_sources_are_two(connected):
    assert [connected.deliveries.put(name, [("e", ["1"], b"")], 1.0) for name in ("zendesk", "slack")] == [1, 1]


# -- the program ----------------------------------------------------------------------------------------------------


def call(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)
    return done.exit_code, done.output


def test_the_listing_tells_what_waits_why_and_where_to_register(fake, connected):
    fake.expired = True
    deliver(connected, "1")
    code, said = call("hooks", "work", "-w", connected.folder)
    assert code == 1 and "0 worked off, 1 failed, 1 wait" in said
    code, said = call("hooks", "-w", connected.folder)
    assert code == 0 and "credentials are refused" in said and "1 wait, 0 failed" in said
    assert "zendesk: https://YOUR.ADDRESS/hooks/zendesk" in said
    assert "secret: ICP_VOICE_ZENDESK_SIGNING_SECRET [ICP_VOICE_ZENDESK_SIGNING_SECRET]" in said
    assert SECRETS["zendesk"][1] not in said
    code, said = call("hooks", "-w", connected.folder, "--format", "json")
    (one,) = json.loads(said)
    assert list(one) == ["id", "source", "records", "came", "state", "attempts", "next", "reason"]
    assert (one["source"], one["records"], one["state"], one["attempts"]) == ("zendesk", ["1"], "waiting", 1)


def test_deliveries_are_tried_again_or_given_up_by_their_ids(fake, connected):
    deliver(connected, "1", "2")
    first, second = (one.id for one in connected.deliveries.pending())
    assert call("hooks", "forget", first, "-w", connected.folder) == (0, "1 given up\n")
    assert states(connected) == {"2": ("waiting", 0)}
    assert call("hooks", "retry", second, "-w", connected.folder) == (0, "1 will be tried again\n")
    with pytest.raises(IcpVoiceError, match=f"No delivery {first} waits or failed"):
        call("hooks", "retry", first, second, "-w", connected.folder)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "voice.example"])
def test_a_server_without_tls_listens_on_this_machine_only(workspace, host):
    with pytest.raises(IcpVoiceError, match=r"--behind-proxy|no address"):
        call("hooks", "serve", "--host", host, "-w", workspace.folder)


class Served:
    """`icp-voice hooks serve` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "icp_voice", "hooks", "serve", "--port", "0", "-w", str(folder)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(command, cwd=Path(__file__).parents[1], text=True, **pipes)  # type: ignore[call-overload]
        said = self.process.stdout.readline()
        assert "listening on" in said, self.process.stderr.read()
        self.hooks = Hooks(re.search(r"http://\S+", said)[0])  # type: ignore[index]

    def end(self, how: signal.Signals) -> str:
        self.process.send_signal(how)
        self.process.stdout.close()
        said = self.process.stderr.read()
        self.process.stderr.close()
        self.process.wait(20)
        return str(said)


def test_what_was_acknowledged_before_a_kill_is_worked_off_by_the_next_server(fake, connected):
    fill(fake, 1, 5)
    connected.store.close()
    reached, leave = threading.Event(), threading.Event()
    show = fake.ticket

    def slowly(request, number):
        reached.set()
        leave.wait(20)
        return show(request, number)

    fake.ticket = slowly  # type: ignore[method-assign]
    server = Served(connected.folder)
    for number in range(1, 6):
        assert server.hooks.deliver("zendesk", told("zendesk", str(number), number)).json() == {"result": "taken"}
    assert reached.wait(20)
    server.end(signal.SIGKILL)
    leave.set()
    fake.ticket = show  # type: ignore[method-assign]
    opened = Workspace(connected.folder)
    assert heard(opened) == {} and opened.deliveries.count("waiting") == 5
    server = Served(connected.folder)
    until(lambda: opened.deliveries.count("done") == 5)
    assert server.hooks.deliver("zendesk", told("zendesk", "1", 1)).json() == {"result": "known"}
    said = server.end(signal.SIGTERM)
    assert heard(Workspace(connected.folder)) == expected(fake, 1, 2, 3, 4, 5)
    assert "5 deliveries worked off" in said and "Traceback" not in said


def test_a_server_tells_a_refusal_once_a_minute_and_never_the_secret(fake, connected):
    server = Served(connected.folder)
    for _ in range(5):
        assert server.hooks.deliver("zendesk", told("zendesk", "1"), secret="another-secret").status_code == 401
    said = server.end(signal.SIGINT)
    assert said.count("the signature does not fit") == 1
    assert SECRETS["zendesk"][1] not in said and "Traceback" not in said
