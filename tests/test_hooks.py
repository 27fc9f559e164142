"""Deliveries over HTTP: whose signature fits is taken in once, everybody else is refused and told why."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from pytest_httpserver import HTTPServer

from icp_voice.errors import SettingsError
from icp_voice.ingest import sync
from icp_voice.ingest.hooks import slack
from icp_voice.ingest.hooks.message import Message, Refused
from icp_voice.ingest.hooks.taking import SCHEMES
from icp_voice.ingest.pull.api import Patience
from icp_voice.workspace import Workspace
from tests.fakes import all_fakes
from tests.fakes.base import BaseFake
from tests.hooking import PUBLIC, SECRETS, TIMED, Hooks, served, signature, told
from tests.test_sources import WORDS, connect, expected, heard

FAKES = {name: fake for name, fake in all_fakes().items() if name in SCHEMES}


def set_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (field, secret) in SECRETS.items():
        monkeypatch.setenv(f"ICP_VOICE_{name}_{field}".upper(), secret)


def reachable(workspace: Workspace, url: str = PUBLIC) -> Workspace:
    settings = workspace.folder / "icp-voice.toml"
    settings.write_text(settings.read_text("utf-8").replace('# public_url = ""', f'public_url = "{url}"'), "utf-8")
    return Workspace(workspace.folder)


@pytest.fixture(params=sorted(FAKES))
def fake(request: pytest.FixtureRequest, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[BaseFake]:
    made = FAKES[request.param](httpserver)
    monkeypatch.setattr(sync, "PATIENCE", Patience(backoff=0.01, budget=1, attempts=2))
    for field, value in made.SECRETS.items():
        monkeypatch.setenv(f"ICP_VOICE_{made.NAME}_{field}".upper(), value)
    yield made
    assert made.violations == []


@pytest.fixture
def connected(workspace: Workspace, fake: BaseFake, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    set_secrets(monkeypatch)
    return connect(reachable(workspace), fake.NAME, fake.settings())


@pytest.fixture
def hooks(connected: Workspace) -> Iterator[Hooks]:
    with served(connected) as served_hooks:
        yield served_hooks


@pytest.fixture
def doors(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hooks]:
    """The hooks of a workspace that is connected to every vendor; nobody is there to be asked."""
    set_secrets(monkeypatch)
    needed: dict[str, dict[str, Any]] = {
        "slack": {"workspace": "acme"},
        "zendesk": {"subdomain": "acme"},
        "hubspot": {"portal_id": 77},
        "zoom": {"account_id": "acc-1"},
    }
    opened = reachable(workspace)
    for name in FAKES:
        opened = connect(opened, name, needed.get(name, {}))
    with served(opened) as served_hooks:
        yield served_hooks


@pytest.fixture
def generic(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hooks]:
    set_secrets(monkeypatch)
    with served(workspace) as served_hooks:
        yield served_hooks


RECORDS = {
    "slack": "C0ALDER001:1777603600.000100",
    "zoom": "/ajXp112QmuoKj//48548751==",
    "fireflies": "01JTEST00001",
    "hubspot": "tickets/1",
}


def about(name: str, number: int = 1) -> Any:
    """Return what a vendor says of one of its records."""
    return told(name, RECORDS.get(name, "1"), number)


def record(fake: BaseFake, number: int = 1) -> str:
    return fake.file(number).partition("://")[2]


# -- every vendor ---------------------------------------------------------------------------------------------------


def test_a_delivery_is_acknowledged_and_its_record_is_read_by_the_api(fake, connected, hooks):
    fake.add(1, WORDS.format(1))
    answer = hooks.deliver(fake.NAME, told(fake.NAME, record(fake)))
    assert (answer.status_code, answer.json()) == (200, {"result": "taken"})
    assert heard(connected) == {} and fake.requests == []
    assert connected.work_deliveries().done == 1
    assert heard(connected) == expected(fake, 1)
    assert connected.deliveries.pending() == []


def test_a_record_that_changed_is_updated_and_one_that_was_deleted_leaves(fake, connected, hooks):
    fake.add(1, WORDS.format(1))
    fake.add(2, WORDS.format(2))
    connected.sync()
    fake.update(1, "It is fast now.")
    fake.delete(2)
    for number in (1, 2):
        assert hooks.deliver(fake.NAME, told(fake.NAME, record(fake, number), number)).status_code == 200
    assert connected.work_deliveries().done == 2
    assert heard(connected) == {fake.file(1): "It is fast now."}


# -- at the door ----------------------------------------------------------------------------------------------------

EVERY = pytest.mark.parametrize("name", sorted(FAKES))


def waiting(workspace: Workspace) -> list[str]:
    return [one.source for one in workspace.deliveries.pending()]


@EVERY
def test_a_wrong_signature_is_refused_and_nothing_is_kept(name, workspace, doors):
    answer = doors.deliver(name, about(name), secret="another-secret")
    assert answer.status_code == 401
    assert answer.json() == {"error": "the signature does not fit. Check the secret on both sides."}
    assert waiting(workspace) == []
    assert doors.said == [f"{name}: refused (401): {answer.json()['error']}"]


@EVERY
def test_a_body_that_is_not_the_one_that_was_signed_is_refused(name, workspace, doors):
    if SCHEMES[name].SHARED:
        pytest.skip(f"{name} sends the secret itself")
    body = json.dumps(about(name)).encode()
    headers = signature(name, body, time.time())
    assert doors.post(name, body + b" ", headers).status_code == 401
    assert doors.post(name, body, headers).status_code == 200
    assert waiting(workspace) == [name]


@EVERY
def test_a_missing_header_is_refused_and_named(name, workspace, doors):
    for left_out in signature(name, b"{}", time.time()):
        headers = {key: value for key, value in signature(name, b"{}", time.time()).items() if key != left_out}
        answer = doors.post(name, b"{}", headers)
        assert answer.status_code == 401 and f"header {left_out}" in answer.json()["error"]
    assert waiting(workspace) == []


@pytest.mark.parametrize("ago", [306, -306, 86_400 * 400])
@pytest.mark.parametrize("name", TIMED)
def test_what_was_signed_long_ago_or_is_dated_ahead_is_refused(name, workspace, doors, ago):
    answer = doors.deliver(name, about(name), ago=ago)
    assert answer.status_code == 401 and "5 minutes" in answer.json()["error"]
    assert waiting(workspace) == []


@pytest.mark.parametrize("name", TIMED)
def test_a_time_within_five_minutes_is_taken(name, doors):
    for number, ago in enumerate((290, -290)):
        assert doors.deliver(name, about(name, number), ago=ago).status_code == 200


@pytest.mark.parametrize("stamp", ["yesterday", "2026-05-01T09:00:00", "-1", "9" * 400, "nan", "1e9"])
def test_a_timestamp_that_is_no_time_is_refused(doors, stamp):
    made = hmac.new(b"slack-signing-secret", f"v0:{stamp}:{{}}".encode(), "sha256").hexdigest()
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={made}"}
    assert doors.post("slack", b"{}", headers).json() == {"error": "its timestamp is no time."}


@EVERY
def test_a_repeated_delivery_is_acknowledged_and_not_kept_again(name, workspace, doors):
    answers = [doors.deliver(name, about(name), ago=ago) for ago in (60, 0)]
    assert [answer.json()["result"] for answer in answers] == ["taken", "known"]
    assert waiting(workspace) == [name]


@EVERY
def test_two_events_of_one_record_are_two(name, workspace, doors):
    assert [doors.deliver(name, about(name, number)).json()["result"] for number in (1, 2)] == ["taken", "taken"]
    assert waiting(workspace) == [name, name]


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("name", sorted(SCHEMES))
def test_a_body_that_is_too_large_is_refused_before_it_is_read_to_its_end(name, workspace, doors, chunked):
    most, sent = SCHEMES[name].MOST, []

    def pieces() -> Iterator[bytes]:
        for _ in range(200):
            sent.append(1)
            yield b"x" * (most // 10)

    headers = signature(name, b"", time.time())
    try:
        data: Any = pieces() if chunked else b"x" * (most + 1)
        answer = requests.post(f"{doors.base}/hooks/{name}", data=data, headers=headers, timeout=20)
        assert answer.status_code == 413 and f"{most:,}" in answer.json()["error"]
    except requests.ConnectionError:
        pass  # the server had closed while we were still sending
    assert doors.said == [f"{name}: refused (413): its body is larger than {most:,} bytes."]
    assert len(sent) < 200 and waiting(workspace) == []


def test_who_does_not_know_a_shared_secret_is_refused_before_the_body_is_read(doors):
    answer = requests.post(f"{doors.base}/hooks/generic", data=b"x" * 20_000_000, timeout=20)
    assert answer.status_code == 401


def test_a_body_that_does_not_arrive_is_not_waited_for(doors, monkeypatch):
    monkeypatch.setattr("icp_voice.web.hooks.PATIENCE", 0.3)

    def slowly() -> Iterator[bytes]:
        yield b"{"
        time.sleep(2)
        yield b"}"

    start = time.monotonic()
    answer = requests.post(f"{doors.base}/hooks/zendesk", data=slowly(), timeout=20)
    assert answer.status_code == 408 and time.monotonic() - start < 10
    assert doors.said[0].startswith("zendesk: refused (408)")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 200_000, b"17", b'{"a": ' + b"9" * 5000 + b"}"])
@pytest.mark.parametrize("name", sorted(SCHEMES))
def test_what_is_signed_but_no_json_we_know_is_refused(name, workspace, doors, body):
    answer = doors.post(name, body, signature(name, body, time.time()))
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("its body is no ")
    assert waiting(workspace) == []


@EVERY
def test_an_id_that_the_vendor_does_not_make_is_refused_without_repeating_it(name, workspace, doors):
    odd = "../../users/1?x=secret-words"
    what = about(name) if name == "hubspot" else told(name, {"slack": f"{odd}:1777600000.000100"}.get(name, odd))
    if name == "hubspot":
        what[0]["objectId"] = odd
    answer = doors.deliver(name, what)
    assert answer.status_code == 400
    assert "secret-words" not in answer.text + "".join(doors.said)
    assert waiting(workspace) == []


@pytest.mark.parametrize("name", sorted(SCHEMES))
def test_a_hook_without_its_secret_is_not_open(name, workspace, doors, monkeypatch):
    monkeypatch.delenv(f"ICP_VOICE_{name}_{SECRETS[name][0]}".upper())
    for headers in ({}, signature(name, b"{}", time.time()), signature(name, b"{}", time.time(), "x")):
        answer = doors.post(name, b"{}", headers)
        assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert waiting(workspace) == []


@EVERY
def test_nothing_of_a_delivery_but_ids_is_kept_or_told(name, workspace, doors):
    what = about(name)
    (what[0] if isinstance(what, list) else what)["note"] = "the-customer-said"
    assert doors.deliver(name, what).status_code == 200
    doors.deliver(name, what, secret="another-secret")
    kept = b"".join(path.read_bytes() for path in workspace.folder.glob("hooks.db*"))
    for secret in ("the-customer-said", SECRETS[name][1]):
        assert secret.encode() not in kept and secret not in "".join(doors.said)


def test_a_hook_that_is_not_there_or_not_connected_is_not_found(generic):
    for name in ("nobody", "zendesk", "..%2Fgeneric", "generic/more"):
        answer = requests.post(f"{generic.base}/hooks/{name}", data=b"{}", timeout=20)
        assert answer.status_code == 404, name
    assert not any("nobody" in line for line in generic.said)


def test_only_post_is_answered_and_head_says_that_somebody_is_there(generic):
    for method in ("GET", "PUT", "DELETE"):
        answer = requests.request(method, f"{generic.base}/hooks/generic", timeout=20)
        assert (answer.status_code, "POST" in answer.headers["Allow"]) == (405, True)
    assert requests.head(f"{generic.base}/hooks/generic", timeout=20).status_code == 200
    assert requests.head(f"{generic.base}/hooks/zendesk", timeout=20).status_code == 404


# -- what only one vendor does --------------------------------------------------------------------------------------

ONLY_SLACK = pytest.mark.parametrize("fake", ["slack"], indirect=True)
ONLY_ZOOM = pytest.mark.parametrize("fake", ["zoom"], indirect=True)
ONLY_HUBSPOT = pytest.mark.parametrize("fake", ["hubspot"], indirect=True)
ONLY_ZENDESK = pytest.mark.parametrize("fake", ["zendesk"], indirect=True)
ONLY_INTERCOM = pytest.mark.parametrize("fake", ["intercom"], indirect=True)


def test_the_example_that_slack_publishes_fits():
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    made = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    headers = {"x-slack-request-timestamp": "1531420618", "x-slack-signature": made}
    message, secret = Message(headers=headers, body=body), b"8f742231b10e8888abcd99yyyzzz85a5"
    slack.check(message, secret, 1531420618.0)
    with pytest.raises(Refused):
        slack.check(message, secret, 1531420618.0 + 301)


@ONLY_SLACK
def test_slacks_challenge_is_answered_only_if_it_is_signed(fake, connected, hooks):
    asked = {
        "type": "url_verification",
        "token": "x",
        "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P",
    }
    assert hooks.deliver("slack", asked).json() == {"challenge": asked["challenge"]}
    assert hooks.deliver("slack", asked, secret="another-secret").status_code == 401


@ONLY_SLACK
def test_messages_outside_threads_bring_their_day_and_the_first_answer_makes_a_thread_of_one(fake, connected, hooks):
    fake.say("1777600000.000100", "The queue is terribly slow.")
    event = {"type": "message", "channel": "C0ALDER001", "channel_type": "channel", "ts": "1777600000.000100"}
    outer = {"type": "event_callback", "event": event}
    hooks.deliver("slack", {**outer, "event_id": "Ev1"})
    connected.work_deliveries()
    assert heard(connected) == {"slack://C0ALDER001:2026-05-01": "The queue is terribly slow."}
    root = fake.said["1777600000.000100"]
    fake.say("1777600060.000100", "And it logs me out.").update(thread_ts=root["ts"], parent_user_id=root["user"])
    root.update(thread_ts=root["ts"], reply_count=1, latest_reply="1777600060.000100", subscribed=False)
    hooks.deliver(
        "slack", {**outer, "event_id": "Ev2", "event": {**event, "ts": "1777600060.000100", "thread_ts": root["ts"]}}
    )
    connected.work_deliveries()
    thread = "slack://C0ALDER001:1777600000.000100"
    assert heard(connected) == {thread: "The queue is terribly slow. And it logs me out."}
    before = fake.said.pop("1777600060.000100")
    for key in ("thread_ts", "reply_count", "latest_reply", "subscribed"):
        del root[key]
    deleted = {**event, "subtype": "message_deleted", "ts": "1777600090.000100", "previous_message": before}
    hooks.deliver("slack", {**outer, "event_id": "Ev3", "event": deleted})
    connected.work_deliveries()
    assert heard(connected) == {"slack://C0ALDER001:2026-05-01": "The queue is terribly slow."}


@ONLY_SLACK
def test_direct_messages_and_channels_that_are_not_wanted_are_not_read(fake, workspace, monkeypatch):
    set_secrets(monkeypatch)
    opened = connect(workspace, "slack", fake.settings())
    with (opened.folder / "icp-voice.toml").open("a") as file:
        file.write('[connectors.slack.channels]\nanother = "Birch Tools"\n')
    fake.add(1, WORDS.format(1))
    opened = Workspace(opened.folder)
    with served(opened) as hooks:
        hooks.deliver("slack", told("slack", record(fake)))
        private = told("slack", record(fake), 2)
        private["event"]["channel_type"] = "im"
        assert hooks.deliver("slack", private).json() == {"result": "nothing to read"}
    assert opened.work_deliveries().done == 1
    assert heard(opened) == {} and fake.asked("replies") == 0


@ONLY_ZOOM
def test_zooms_validation_is_answered_only_if_it_is_signed(fake, connected, hooks):
    asked = {"event": "endpoint.url_validation", "payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}, "event_ts": 1}
    made = hmac.new(b"zoom-secret-token", b"qgg8vlvZRS6UYooatFL8Aw", "sha256").hexdigest()
    assert hooks.deliver("zoom", asked).json() == {"plainToken": "qgg8vlvZRS6UYooatFL8Aw", "encryptedToken": made}
    assert hooks.deliver("zoom", asked, secret="another-secret").status_code == 401
    assert hooks.deliver("zoom", asked, ago=600).status_code == 401


@ONLY_ZOOM
def test_recordings_of_people_who_are_not_wanted_are_not_read(fake, workspace, monkeypatch):
    set_secrets(monkeypatch)
    opened = connect(workspace, "zoom", {**fake.settings(), "users": ["noor@ours.example"]})
    for number in (1, 2):
        fake.add(number, WORDS.format(number))
    with served(opened) as hooks:
        for number in (1, 2):
            hooks.deliver("zoom", told("zoom", record(fake, number), number))
    assert opened.work_deliveries().done == 2
    assert heard(opened) == expected(fake, 2)


@ONLY_INTERCOM
def test_intercoms_ping_and_what_is_no_conversation_are_acknowledged(fake, connected, hooks):
    for topic, item in (("ping", {"type": "ping", "message": "hello"}), ("user.created", {"type": "user", "id": "25"})):
        what = {"type": "notification_event", "topic": topic, "id": None, "data": {"item": item}}
        answer = hooks.deliver("intercom", what)
        assert (answer.status_code, answer.json()) == (200, {"result": "nothing to read"})


@ONLY_HUBSPOT
def test_every_event_of_hubspots_list_is_kept_and_sorts_that_are_not_wanted_are_not_read(fake, workspace, monkeypatch):
    set_secrets(monkeypatch)
    opened = connect(reachable(workspace), "hubspot", {**fake.settings(), "reads": ["tickets"]})
    for number in (1, 2):
        fake.add(number, WORDS.format(number))
    common = {"eventId": 5, "occurredAt": 1, "portalId": 77}  # HubSpot's event ids may be the same
    events = [
        {**common, "subscriptionType": "ticket.creation", "objectId": 1},
        {**common, "subscriptionType": "object.propertyChange", "objectTypeId": "0-5", "objectId": 2},
        {**common, "subscriptionType": "company.propertyChange", "objectId": 101},
        {**common, "subscriptionType": "conversation.newMessage", "objectId": 9},
        {**common, "subscriptionType": "deal.creation", "objectId": 3},
    ]
    with served(opened) as hooks:
        assert hooks.deliver("hubspot", events).json() == {"result": "taken"}
    assert [one.records for one in opened.deliveries.pending()] == [
        ("tickets/1",), ("tickets/2",), ("companies/101",), ("threads/9",)
    ]  # fmt: skip
    assert opened.work_deliveries().done == 4
    assert heard(opened) == expected(fake, 1, 2) and fake.asked("threads") == 0
    assert "Alder Foods" in {account.name for account in opened.store.accounts.all()}


@ONLY_HUBSPOT
def test_hubspots_merge_concerns_every_ticket_in_it(fake, connected, hooks):
    merged = {"subscriptionType": "ticket.merge", "eventId": 1, "occurredAt": 1, "objectId": 3}
    hooks.deliver("hubspot", [{**merged, "primaryObjectId": 1, "mergedObjectIds": [2], "newObjectId": 3}])
    assert [one.records for one in connected.deliveries.pending()] == [("tickets/3", "tickets/1", "tickets/2")]


@ONLY_HUBSPOT
def test_hubspot_needs_the_public_address_and_signs_it_with_what_stands_behind(fake, workspace, monkeypatch):
    set_secrets(monkeypatch)
    what = told("hubspot", "tickets/1")
    body = json.dumps(what).encode()
    with served(connect(workspace, "hubspot", fake.settings())) as hooks:
        answer = hooks.deliver("hubspot", what)
        assert answer.status_code == 503 and "public_url" in answer.json()["error"]
    with served(reachable(workspace)) as hooks:
        headers = signature("hubspot", body, time.time(), query="?of=a:b/c")
        assert hooks.post("hubspot", body, headers, "?of=a%3Ab%2fc").status_code == 200
        assert hooks.post("hubspot", body, headers, "?of=other").status_code == 401


@ONLY_ZENDESK
def test_a_trigger_of_zendesk_tells_the_ticket_and_two_of_them_are_two(fake, connected, hooks):
    fake.add(7, WORDS.format(7))
    what = {"ticket_id": "7"}
    assert [hooks.deliver("zendesk", what, ago=ago).json()["result"] for ago in (9, 0)] == ["taken", "taken"]
    assert connected.work_deliveries().done == 2
    assert heard(connected) == expected(fake, 7)


@ONLY_ZENDESK
def test_what_concerns_no_ticket_is_acknowledged(fake, connected, hooks):
    what = {"id": "e1", "type": "zen:event-type:user.created", "detail": {"id": "11"}}
    assert hooks.deliver("zendesk", what).json() == {"result": "nothing to read"}


@pytest.mark.parametrize("fake", ["fireflies"], indirect=True)
def test_fireflies_first_version_names_the_meeting_in_its_own_way(fake, connected, hooks):
    fake.add(1, WORDS.format(1))
    hooks.deliver("fireflies", {"meetingId": record(fake), "eventType": "Transcription completed"})
    connected.work_deliveries()
    assert heard(connected) == expected(fake, 1)


@pytest.mark.parametrize("fake", ["gong"], indirect=True)
def test_gong_may_bear_its_secret_in_the_address_and_a_test_is_nothing(fake, connected, hooks):
    fake.add(1, WORDS.format(1))
    body = json.dumps(told("gong", record(fake))).encode()
    assert hooks.post("gong", body, {}, "?key=gong-hook-secret").json() == {"result": "taken"}
    assert hooks.post("gong", body, {}, "?key=gong-hook-secre").status_code == 401
    tried = json.dumps({"isTest": True, "callData": {"metaData": {"id": "1"}}}).encode()
    assert hooks.post("gong", tried, {}, "?key=gong-hook-secret").json() == {"result": "nothing to read"}


# -- any other tool -------------------------------------------------------------------------------------------------


def test_a_document_in_our_own_form_comes_in_and_the_same_id_again_replaces_it(workspace, generic):
    assert generic.deliver("generic", told("generic", "note-1", 3)).json() == {"result": "taken"}
    assert workspace.work_deliveries().done == 1
    assert heard(workspace) == {"generic://note-1": "The export crashes at plant 3."}
    assert {document.account for document in workspace.documents()} == {"A-1"}
    assert generic.deliver("generic", told("generic", "note-1", 3)).json() == {"result": "known"}
    assert generic.deliver("generic", told("generic", "note-1", 4)).json() == {"result": "taken"}
    workspace.work_deliveries()
    assert heard(workspace) == {"generic://note-1": "The export crashes at plant 4."}


def test_an_idempotency_key_tells_repetitions_whatever_the_body(workspace, generic):
    headers = {**signature("generic", b"", 0), "Idempotency-Key": "k-1"}
    for number, result in ((1, "taken"), (2, "known")):
        what = told("generic", "", number)
        del what["id"]
        answer = generic.post("generic", json.dumps(what).encode(), headers)
        assert answer.json() == {"result": result}
    workspace.work_deliveries()
    assert heard(workspace) == {"generic://k-1": "The export crashes at plant 1."}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": ""}, "neither an id nor the header Idempotency-Key"),
        ({"id": "a\nb"}, "cannot be shown"),
        ({"id": "x" * 201}, "longer than 200"),
        ({"icp_voice": None}, ""),
    ],
)
def test_a_document_that_cannot_be_told_from_others_is_refused(workspace, generic, change, said):
    what = {**told("generic", "note-1"), **change}
    if what["icp_voice"] is None:
        del what["icp_voice"]
        said = "no document in our own form"
    answer = generic.deliver("generic", what)
    assert answer.status_code == 400 and said in answer.json()["error"]


def test_a_document_that_is_wrong_is_listed_with_the_reason_and_not_tried_again(workspace, generic):
    what = told("generic", "note-1")
    what["turns"][0]["speeker"] = "Ann"
    assert generic.deliver("generic", what).json() == {"result": "taken"}
    assert workspace.work_deliveries().failed == 1
    (failed,) = workspace.deliveries.pending()
    assert (failed.state, failed.attempts) == ("failed", 1) and 'Did you mean "speaker"' in failed.reason
    assert workspace.work_deliveries().failed == 0


def test_words_are_forgotten_in_the_queue_once_they_are_in_the_workspace(workspace, generic):
    generic.deliver("generic", told("generic", "note-1", 3))
    rows = "select words from delivery"
    assert b"crashes at plant 3" in workspace.deliveries._db.rows(rows)[0][0]
    workspace.work_deliveries()
    assert workspace.deliveries._db.rows(rows) == [(b"",)]


@pytest.mark.parametrize(
    "url", ["voice.ours.example", "https://a.example/?x=1", "https://me:word@a.example", "ftp://a"]
)
def test_a_public_address_that_no_vendor_can_call_is_named(workspace, url):
    with pytest.raises(SettingsError, match=r"hooks.public_url.*should be the address that vendors call"):
        reachable(workspace, url).settings  # noqa: B018
