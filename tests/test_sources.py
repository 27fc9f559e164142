"""Every connector, over real HTTP, against a fake that holds each request and answer against the vendor's contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from icp_voice.ingest import add, connector, sync
from icp_voice.ingest.pull.api import Patience
from icp_voice.workspace import Workspace
from tests.fakes import all_fakes
from tests.fakes.base import BaseFake, answer

FAKES = all_fakes()
WORDS = "The approval queue at plant {} is terribly slow at month end, we sit there until nine every evening."


@pytest.fixture(params=sorted(FAKES))
def fake(request: pytest.FixtureRequest, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[BaseFake]:
    """A vendor with nothing in it yet; the test fails if either side breaks the contract."""
    made = FAKES[request.param](httpserver)
    monkeypatch.setattr(sync, "PATIENCE", Patience(backoff=0.01, budget=3, attempts=4))
    for field, value in made.SECRETS.items():
        monkeypatch.setenv(f"ICP_VOICE_{made.NAME}_{field}".upper(), value)
    yield made
    assert made.violations == []


@pytest.fixture
def connected(workspace: Workspace, fake: BaseFake) -> Workspace:
    """A workspace that is connected to the fake."""
    return connect(workspace, fake.NAME, fake.settings())


def connect(workspace: Workspace, name: str, settings: dict[str, Any]) -> Workspace:
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    with (workspace.folder / "icp-voice.toml").open("a") as file:
        file.write("\n".join(["", f"[connectors.{name}]", *lines, ""]))
    return Workspace(workspace.folder)


def fill(fake: BaseFake, first: int, last: int) -> None:
    for number in range(first, last + 1):
        fake.add(number, WORDS.format(number))


def heard(workspace: Workspace) -> dict[str, str]:
    """Return file -> what customers say in it."""
    return {
        one.file: " ".join(
            turn.text
            for turn in (workspace.store.documents.get(one.id) or one).turns
            if any(who.name == turn.speaker and who.side == "customer" for who in one.speakers)
        )
        for one in workspace.documents()
    }


def expected(fake: BaseFake, *numbers: int) -> dict[str, str]:
    return {fake.file(number): WORDS.format(number) for number in numbers}


def test_every_connector_that_reaches_out_has_a_fake():
    remote = {name for name in connector.names() if hasattr(connector.load(name), "SECRETS")}
    assert remote == set(FAKES)


def test_two_pages_come_with_account_sides_and_a_link_back(fake, connected):
    fill(fake, 1, 3)
    added = connected.sync()[fake.NAME]
    assert (len(added.new), added.errors) == (3, [])
    assert heard(connected) == expected(fake, 1, 2, 3)
    assert {document.account for document in connected.documents()} == {"A-1"}
    assert all(document.url.startswith("https://") for document in connected.documents())


def test_a_source_with_nothing_in_it_brings_nothing(fake, connected):
    added = connected.sync()[fake.NAME]
    assert (added.new, added.errors) == ([], [])


def test_a_second_run_brings_only_what_is_new(fake, connected):
    fill(fake, 1, 3)
    connected.sync()
    fill(fake, 4, 4)
    added = connected.sync()[fake.NAME]
    assert (len(added.new), len(added.updated), added.gone) == (1, 0, [])
    assert heard(connected) == expected(fake, 1, 2, 3, 4)


def test_an_updated_record_replaces_its_document_and_keeps_what_people_settled(fake, connected):
    fill(fake, 1, 3)
    connected.sync()
    before = connected.document(fake.file(2))
    connected.assign(before.id, account="A-2")
    fake.update(2, "It is fast now.")
    added = connected.sync()[fake.NAME]
    assert (added.new, added.updated) == ([], [before.id])
    assert heard(connected) == {**expected(fake, 1, 3), fake.file(2): "It is fast now."}
    assert connected.document(before.id).account == "A-2"


def test_a_deleted_record_leaves_the_workspace_and_is_counted(fake, connected):
    if not fake.DELETES:
        pytest.skip(f"{fake.NAME} does not tell what was deleted")
    fill(fake, 1, 3)
    connected.sync()
    fake.delete(2)
    added = connected.sync()[fake.NAME]
    assert (added.new, added.gone) == ([], [fake.file(2)])
    assert heard(connected) == expected(fake, 1, 3)
    assert connected.sync()[fake.NAME].gone == []


def test_too_many_requests_are_waited_out(fake, connected):
    fill(fake, 1, 3)
    fake.next(answer({}, 429, Retry_After="1"))
    added = connected.sync()[fake.NAME]
    assert (len(added.new), added.errors) == (3, [])


def test_a_limit_said_inside_a_200_is_waited_out(fake, connected):
    if fake.SOFT_LIMIT is None:
        pytest.skip(f"{fake.NAME} says limits by status")
    fill(fake, 1, 3)
    fake.next(answer(fake.SOFT_LIMIT))
    added = connected.sync()[fake.NAME]
    assert (len(added.new), added.errors) == (3, [])


def test_a_wait_beyond_the_budget_ends_the_run_and_keeps_what_came(fake, connected, monkeypatch):
    fill(fake, 1, 3)
    connected.sync()
    fill(fake, 4, 7)
    fake.next(answer({}, 429, Retry_After="7200"))
    added = connected.sync()[fake.NAME]
    assert added.paused and "go on after" in added.errors[0].error
    assert heard(connected) == expected(fake, 1, 2, 3)
    assert len(connected.sync()[fake.NAME].new) == 4


def test_a_failing_server_is_tried_again(fake, connected):
    fill(fake, 1, 3)
    fake.next(answer({}, 500))
    added = connected.sync()[fake.NAME]
    assert (len(added.new), added.errors) == (3, [])


def test_a_server_that_keeps_failing_is_one_line_and_the_next_run_brings_everything(fake, connected):
    fill(fake, 1, 3)
    for _ in range(4):
        fake.next(answer({"message": "the customer said: we leave"}, 502))
    added = connected.sync()[fake.NAME]
    assert [error.file for error in added.errors] == [fake.NAME]
    assert "502" in added.errors[0].error and "we leave" not in str(added.errors)
    assert len(connected.sync()[fake.NAME].new) == 3


def test_a_cursor_that_repeats_is_an_error_and_not_an_endless_run(fake, connected):
    if not fake.REPEATS:
        pytest.skip(f"{fake.NAME} has no cursor of its own")
    fill(fake, 1, 3)
    fake.repeating = True
    added = connected.sync()[fake.NAME]
    assert "same page again" in added.errors[0].error
    assert len(fake.requests) < 40


def test_no_answer_leads_the_credentials_to_another_host(fake, connected):
    stranger = HTTPServer("127.0.0.1", 0)
    seen: list[Request] = []
    stranger.expect_request("/steal").respond_with_handler(lambda request: seen.append(request) or Response("{}"))
    stranger.start()
    try:
        fill(fake, 1, 3)
        fake.next(Response("", 302, {"Location": stranger.url_for("/steal")}))
        added = connected.sync()[fake.NAME]
    finally:
        stranger.clear()
        stranger.stop()
    assert seen == []
    assert "not the vendor's" in added.errors[0].error


def test_an_answer_without_its_records_is_an_error_and_not_an_empty_page(fake, connected):
    fill(fake, 1, 3)
    fake.next(answer({"something": "else"}))
    added = connected.sync()[fake.NAME]
    assert "answered without" in added.errors[0].error
    assert len(connected.sync()[fake.NAME].new) == 3


def test_killed_in_the_middle_of_a_page_nothing_is_lost_and_nothing_doubled(fake, connected, monkeypatch):
    fill(fake, 1, 5)
    keep = add.Arrivals.keep

    def killed(self, file, documents):
        if file == fake.file(4):
            raise KeyboardInterrupt
        return keep(self, file, documents)

    with monkeypatch.context() as patch:
        patch.setattr(add.Arrivals, "keep", killed)
        with pytest.raises(KeyboardInterrupt):
            connected.sync()
    before = heard(connected)
    assert 0 < len(before) < 5
    added = connected.sync()[fake.NAME]
    assert len(added.new) == 5 - len(before)
    assert heard(connected) == expected(fake, 1, 2, 3, 4, 5)


def test_credentials_that_have_run_out_are_one_line_that_says_what_to_do(fake, connected):
    fill(fake, 1, 3)
    fake.expired = True
    added = connected.sync()[fake.NAME]
    assert "credentials are refused" in added.errors[0].error
    assert f"ICP_VOICE_{fake.NAME.upper()}_" in added.errors[0].hint


def test_a_check_is_one_call_or_two_and_names_what_is_wrong(fake, connected):
    fill(fake, 1, 1)
    connected.check_source(fake.NAME)
    assert len(fake.requests) - fake.asked("/oauth/token") <= 2
    fake.expired = True
    with pytest.raises(Exception, match="credentials are refused"):
        connected.check_source(fake.NAME)


def test_secrets_are_nowhere_but_in_the_request(fake, connected, capfd, caplog):
    fill(fake, 1, 2)
    connected.sync()
    fake.expired = True
    added = connected.sync()[fake.NAME]
    shown = [repr(connector.Client()), str(added), str(connected.connectors()), *capfd.readouterr(), caplog.text]
    for path in Path(connected.folder).rglob("*"):
        shown.append(path.read_bytes().decode("latin-1") if path.is_file() else "")
    for secret in fake.SECRETS.values():
        assert not any(secret in text for text in shown)


def test_a_single_record_is_read_anew_by_its_id(fake, connected):
    fill(fake, 1, 2)
    connected.sync()
    fake.update(1, "It is fast now.")
    connected.fetch(fake.NAME, [fake.file(1).partition("://")[2]])
    assert heard(connected) == {fake.file(1): "It is fast now.", fake.file(2): WORDS.format(2)}
