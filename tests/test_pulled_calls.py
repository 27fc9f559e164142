"""Calls of Gong, Fireflies and Zoom: what is particular to each, over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from icp_voice.ingest import connector, sync
from icp_voice.ingest.pull.api import Patience
from icp_voice.ingest.pull.windows import stamp, windows
from icp_voice.ingest.vendors import zoom as zoom_records
from icp_voice.workspace import Workspace
from tests.fakes import all_fakes
from tests.fakes.base import answer
from tests.fakes.gong import FIRST
from tests.test_sources import WORDS, connect, fill, heard

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def vendor(
    request: pytest.FixtureRequest, httpserver: HTTPServer, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """A vendor and what opens a workspace that is connected to it; the test fails if either breaks the contract."""
    made = all_fakes()[request.param](httpserver)
    monkeypatch.setattr(sync, "PATIENCE", Patience(backoff=0.01, budget=2, attempts=2))
    for field, value in made.SECRETS.items():
        monkeypatch.setenv(f"ICP_VOICE_{made.NAME}_{field}".upper(), value)
    yield made, lambda **more: connect(workspace, made.NAME, {**made.settings(), **more})
    assert made.violations == []


def only(name: str) -> Any:
    return pytest.mark.parametrize("vendor", [name], indirect=True)


# -- spans of time --------------------------------------------------------------------------------------------------


def spans(cursor: str, *, look_back: int = 7) -> list[tuple[str, str]]:
    found = windows(cursor, date(2026, 1, 1), NOW, days=30, look_back=look_back)
    return [(stamp(window.since), stamp(window.until)) for window in found]


def test_the_first_sync_goes_by_months_from_the_beginning_to_now():
    assert spans("") == [
        ("2026-01-01T00:00:00Z", "2026-01-31T00:00:00Z"),
        ("2026-01-31T00:00:00Z", "2026-03-01T00:00:00Z"),
    ]


def test_later_ones_begin_a_while_before_the_last_and_never_before_the_beginning():
    assert spans("2026-02-20T12:00:00Z") == [("2026-02-13T12:00:00Z", "2026-03-01T00:00:00Z")]
    assert spans("2026-01-03T00:00:00Z")[0][0] == "2026-01-01T00:00:00Z"


# -- Gong -----------------------------------------------------------------------------------------------------------


@only("gong")
def test_gong_gets_its_cursor_in_the_body_and_a_hundred_calls_ids_at_most(vendor):
    gong, open_workspace = vendor
    fill(gong, 1, 5)
    open_workspace().sync()
    calls = [body for path, body in gong.bodies if path.endswith("extensive")]
    assert [body.get("cursor") for body in calls] == [None, "page2", "page4"]
    assert calls[0]["contentSelector"] == {"context": "Extended", "exposedFields": {"parties": True}}
    assert all(len(body["filter"]["callIds"]) <= 100 for path, body in gong.bodies if path.endswith("transcript"))
    assert not any("cursor" in request for request in gong.requests)


@only("gong")
def test_gong_saying_404_means_that_there_are_no_calls(vendor):
    gong, open_workspace = vendor
    opened = open_workspace()
    added = opened.sync()["gong"]
    assert (added.new, added.errors, gong.asked("extensive") > 0) == ([], [], True)
    assert opened.check_source("gong") == "reached; there are no calls of the last seven days"


@only("gong")
def test_a_call_whose_transcript_is_late_comes_with_a_later_sync(vendor):
    gong, open_workspace = vendor
    fill(gong, 1, 2)
    gong.untranscribed = {str(FIRST + 2)}
    opened = open_workspace()
    added = opened.sync()["gong"]
    assert len(added.new) == 1
    assert "1 call without a transcript so far left out" in added.warnings
    gong.untranscribed = set()
    assert len(opened.sync()["gong"].new) == 1


@only("gong")
def test_a_call_of_gong_has_its_account_its_people_and_its_times(vendor):
    gong, open_workspace = vendor
    fill(gong, 1, 1)
    opened = open_workspace(workspace_id="627")
    opened.sync()
    call = opened.document(gong.file(1))
    assert (call.kind, call.account, call.account_reason) == ("call", "A-1", "the file says: Alder Foods")
    assert [(who.name, who.side, who.role) for who in call.speakers] == [
        ("Vera Field", "vendor", ""),
        ("Ann Lee", "customer", "Controller"),
    ]
    assert [(turn.start_ms, turn.end_ms) for turn in call.turns] == [(0, 3_000), (4_000, 7_000)]
    assert call.url == f"https://app.gong.io/call?id={FIRST + 1}"
    assert all(body["filter"]["workspaceId"] == "627" for _, body in gong.bodies)


@only("gong")
def test_a_single_call_that_gong_no_longer_has_is_gone(vendor):
    gong, open_workspace = vendor
    fill(gong, 1, 2)
    opened = open_workspace()
    opened.sync()
    gong.delete(1)
    added = opened.fetch("gong", [str(FIRST + 1), str(FIRST + 2)])
    assert (added.gone, list(heard(opened))) == ([gong.file(1)], [gong.file(2)])


# -- Fireflies ------------------------------------------------------------------------------------------------------


@only("fireflies")
def test_fireflies_is_asked_by_days_with_limit_and_skip(vendor):
    fireflies, open_workspace = vendor
    fill(fireflies, 1, 5)
    open_workspace().sync()
    asked = [(one["skip"], one["limit"]) for one in fireflies.variables]
    assert asked == [(0, 2), (2, 2), (4, 2)]
    assert all(one["fromDate"] < one["toDate"] and one["toDate"].endswith("Z") for one in fireflies.variables)


@only("fireflies")
def test_a_limit_of_fireflies_inside_a_200_is_waited_out_until_its_milliseconds_since_1970(vendor):
    fireflies, open_workspace = vendor
    fill(fireflies, 1, 1)
    soon = {"code": "too_many_requests", "metadata": {"retryAfter": (time.time() + 1) * 1000}}
    fireflies.next(answer({"errors": [{"message": "Too many requests", "extensions": soon}]}))
    began = time.monotonic()
    assert len(open_workspace().sync()["fireflies"].new) == 1
    assert time.monotonic() - began > 0.5


@only("fireflies")
def test_a_daily_quota_of_fireflies_stops_the_run_keeps_what_came_and_the_next_one_goes_on(vendor):
    fireflies, open_workspace = vendor
    fill(fireflies, 1, 5)
    opened = open_workspace()
    tomorrow = {"code": "too_many_requests", "metadata": {"retryAfter": (time.time() + 30_000) * 1000}}
    limit = answer({"errors": [{"message": "Too many requests", "extensions": tomorrow}], "data": None})
    query, pages = fireflies.query, iter(range(1, 100))
    fireflies.query = lambda request: limit if next(pages) == 3 else query(request)
    began = time.monotonic()
    added = opened.sync()["fireflies"]
    assert (len(added.new), bool(added.paused), time.monotonic() - began < 30) == (4, True, True)
    assert "go on after" in added.errors[0].error
    later = opened.sync()["fireflies"]
    assert (len(later.new), later.errors, len(heard(opened))) == (1, [], 5)


@only("fireflies")
def test_a_transcript_whose_list_leaves_out_what_was_said_is_asked_for(vendor):
    fireflies, open_workspace = vendor
    fill(fireflies, 1, 2)
    sentences = {key: one["sentences"] for key, one in fireflies.known.items()}
    for one in fireflies.known.values():
        one["sentences"] = None
    opened = open_workspace()
    added = opened.sync()["fireflies"]
    assert (added.new, added.errors) == ([], [])
    assert "2 meetings without a transcript so far left out" in added.warnings
    for key, one in fireflies.known.items():
        one["sentences"] = sentences[key]
    assert len(opened.sync()["fireflies"].new) == 2


@only("fireflies")
def test_a_transcript_that_fireflies_no_longer_has_is_gone_and_no_error(vendor):
    fireflies, open_workspace = vendor
    fill(fireflies, 1, 1)
    opened = open_workspace()
    opened.sync()
    fireflies.delete(1)
    added = opened.fetch("fireflies", [fireflies.file(1).removeprefix("fireflies://")])
    assert (added.gone, added.errors) == ([fireflies.file(1)], [])


# -- Zoom -----------------------------------------------------------------------------------------------------------


@only("zoom")
def test_zoom_is_asked_a_month_at_a_time_for_every_user_of_every_page(vendor):
    zoom, open_workspace = vendor
    fill(zoom, 1, 3)
    open_workspace(since="2026-06-01").sync()
    listings = [request for request in zoom.requests if "/recordings?" in request]
    assert {request.split("/")[3] for request in listings} == {"u-vera", "u-noor", "u-ben"}
    assert len(listings) >= 3 * 6
    assert zoom.tokens == 1


@only("zoom")
def test_named_users_of_zoom_are_the_only_ones_whose_recordings_are_read(vendor):
    zoom, open_workspace = vendor
    fill(zoom, 1, 4)
    opened = open_workspace(users=["u-noor"])
    opened.sync()
    assert heard(opened) == {zoom.file(2): WORDS.format(2), zoom.file(4): WORDS.format(4)}
    sides = {who.name: who.reason for who in opened.document(zoom.file(2)).speakers}
    assert sides["Vera Field"] == "mail address at ours.example"  # known from the directory, whose recordings or not


@only("zoom")
def test_a_meeting_whose_transcript_is_not_ready_comes_later_and_a_known_one_is_not_downloaded_again(vendor):
    zoom, open_workspace = vendor
    fill(zoom, 1, 2)
    late = next(one for one in zoom.held.values() if one["topic"].endswith("2"))["recording_files"][1]
    late["status"] = "processing"
    opened = open_workspace()
    assert len(opened.sync()["zoom"].new) == 1
    late["status"] = "completed"
    assert len(opened.sync()["zoom"].new) == 1
    opened.sync()
    assert (zoom.asked("/rec/download/t1"), zoom.asked("/rec/download/t2")) == (1, 1)
    assert zoom.asked("/rec/download/v1") == 0


@only("zoom")
def test_a_page_to_sign_in_is_not_taken_for_a_transcript(vendor):
    zoom, open_workspace = vendor
    fill(zoom, 1, 1)
    opened = open_workspace()
    zoom.signed_out = True
    added = opened.sync()["zoom"]
    assert (added.new, added.gone) == ([], [])
    assert added.errors[0].error == "Zoom did not give out its transcript"
    assert "cloud_recording:read:list_recording_files:admin" in added.errors[0].hint
    zoom.signed_out = False
    assert len(opened.sync()["zoom"].new) == 1


@only("zoom")
def test_a_download_at_a_host_that_is_not_zooms_is_not_followed(vendor):
    zoom, open_workspace = vendor
    fill(zoom, 1, 1)
    files = next(iter(zoom.held.values()))["recording_files"]
    files[1]["download_url"] = "https://zoom.us.evil.example/rec/download/t1"
    added = open_workspace().sync()["zoom"]
    assert "https://zoom.us.evil.example, which is not the vendor's" in added.errors[0].error


def test_downloads_may_come_from_all_of_zooms_hosts_and_no_other():
    from icp_voice.errors import SourceError
    from icp_voice.ingest.pull.api import Api
    from icp_voice.ingest.pull.wire import Door

    door = Door("zoom", Api(base_url="https://api.zoom.us/v2", hosts=connector.load("zoom").HOSTS), Patience())
    for url in ("https://zoom.us/rec/download/x", "https://us02web.zoom.us/rec/x", "https://ssrweb.zoom.us/x"):
        door.let_out(url)
    for url in ("http://zoom.us/rec/x", "https://zoom.us.evil.example/x", "https://evilzoom.us/x", "file:///etc/hosts"):
        with pytest.raises(SourceError, match="not the vendor's"):
            door.let_out(url)


@only("zoom")
def test_our_users_are_told_from_customers_and_parts_of_a_meeting_follow_each_other(vendor):
    zoom, open_workspace = vendor
    fill(zoom, 1, 1)
    meeting = next(iter(zoom.held.values()))
    second = {**meeting["recording_files"][1], "id": "t9", "recording_start": "2026-05-01T09:40:00Z"}
    second["download_url"] = second["download_url"].replace("t1", "t9")
    meeting["recording_files"].insert(0, second)
    zoom.vtt["t9"] = "WEBVTT\n\n1\n00:00:02.000 --> 00:00:05.000\nNoor Haddad: And the rest?\n"
    opened = open_workspace()
    opened.sync()
    document = opened.document(zoom.file(1))
    assert [(turn.speaker, turn.start_ms) for turn in document.turns] == [
        ("Vera Field", 1_000),
        ("Ann Lee", 4_000),
        ("Noor Haddad", 2_402_000),
    ]
    sides = {who.name: (who.side, who.email) for who in document.speakers}
    assert sides["Noor Haddad"] == ("vendor", "noor@ours.example")
    assert sides["Ann Lee"] == ("customer", "")
    assert document.turns[1].text == WORDS.format(1)
    assert (document.account, document.account_reason) == ("A-1", "title: alder foods")


def test_a_name_that_two_of_our_users_bear_tells_neither():
    users = [
        {"first_name": "Vera", "last_name": "Field", "email": "vera@ours.example"},
        {"first_name": "Vera", "last_name": "Field", "email": "vera.field@ours.example"},
        {"first_name": "Noor", "last_name": "Haddad", "email": "noor@ours.example", "display_name": "Noor H."},
    ]
    assert sorted(zoom_records.directory(users)) == ["noor h.", "noor haddad"]
