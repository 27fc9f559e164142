"""Files that change where they lie, at an address or in a folder: each row counts once, whatever becomes of the file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from icp_voice.errors import SettingsError
from icp_voice.ingest import sync
from icp_voice.ingest.pull.api import Patience
from icp_voice.workspace import Workspace
from tests.conftest import CALL

HEAD = "id,comment,company,date\n"
SLOW = '1,"The approval queue is terribly slow at month end.",Alder Foods,2026-05-01\n'
LOST = '2,"It keeps logging me out in the middle of a batch.",Birch Tools,2026-05-02\n'
GOOD = '3,"The matching saves us two days every month.",Cedar Paper,2026-05-03\n'


class Shelf:
    """A server with one file, which knows when it changed and answers 304 to those who have it."""

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.text = HEAD + SLOW + LOST
        self.version = 1
        self.tags = True
        self.seen: list[tuple[str, int]] = []
        self.headers: list[dict[str, str]] = []
        server.expect_request("/exports/survey.csv").respond_with_handler(self.answer)

    @property
    def url(self) -> str:
        return self.server.url_for("/exports/survey.csv")

    def change(self, text: str) -> None:
        self.text, self.version = text, self.version + 1

    def answer(self, request: Request) -> Response:
        self.headers.append(dict(request.headers))
        tag = f'"v{self.version}"'
        status = 304 if self.tags and request.headers.get("If-None-Match") == tag else 200
        self.seen.append((request.path, status))
        headers = {"ETag": tag} if self.tags else {}
        return Response(self.text if status == 200 else "", status, headers, mimetype="text/csv")


@pytest.fixture
def shelf(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setattr(sync, "PATIENCE", Patience(backoff=0.01, budget=1, attempts=2))
    return Shelf(httpserver)


def connect(workspace: Workspace, name: str, **settings: Any) -> Workspace:
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items() if not isinstance(value, dict)]
    for key, value in settings.items():
        if isinstance(value, dict):
            inner = ", ".join(f"{one} = {json.dumps(other)}" for one, other in value.items())
            lines.append(f"{key} = {{ {inner} }}")
    file = workspace.folder / "icp-voice.toml"
    before = file.read_text("utf-8").split("\n# watched\n")[0]
    file.write_text("\n".join([before + "\n# watched", f"[connectors.{name}]", *lines, ""]), "utf-8")
    return Workspace(workspace.folder)


def said(workspace: Workspace) -> list[str]:
    """Return the words of all documents that count, in the order of the alphabet."""
    kept = [workspace.store.documents.get(one.id) for one in workspace.documents() if not one.duplicate_of]
    return sorted(turn.text for document in kept if document for turn in document.turns)


# -- at an address --------------------------------------------------------------------------------------------------


def test_rows_at_an_address_come_with_their_accounts_and_a_name_that_shows_no_secret(workspace, shelf):
    opened = connect(workspace, "csv_url", urls=[shelf.url])
    added = opened.sync()["csv_url"]
    assert (len(added.new), added.errors) == (2, [])
    assert [one.account for one in opened.documents()] == ["A-1", "A-2"]
    file = opened.documents()[0].file
    assert file.startswith("csv_url://127.0.0.1/") and file.endswith("/survey.csv")


def test_a_file_that_is_as_it_was_is_not_sent_again(workspace, shelf):
    opened = connect(workspace, "csv_url", urls=[shelf.url])
    opened.sync()
    added = opened.sync()["csv_url"]
    assert (added.new, added.updated, added.unchanged) == ([], [], [])
    assert [status for _, status in shelf.seen] == [200, 304]


def test_a_server_without_tags_is_asked_again_and_the_same_bytes_are_not_read_twice(workspace, shelf):
    shelf.tags = False
    opened = connect(workspace, "csv_url", urls=[shelf.url])
    opened.sync()
    added = opened.sync()["csv_url"]
    assert (added.new, added.updated, added.unchanged) == ([], [], [])
    assert [status for _, status in shelf.seen] == [200, 200]


def test_rows_that_are_added_changed_and_moved_are_not_doubled(workspace, shelf):
    opened = connect(workspace, "csv_url", urls=[shelf.url])
    opened.sync()
    shelf.change(HEAD + GOOD + LOST.replace("keeps", "never stops") + SLOW)
    added = opened.sync()["csv_url"]
    assert (len(added.new), len(added.updated), len(added.unchanged)) == (1, 1, 1)
    assert said(opened) == [
        "It never stops logging me out in the middle of a batch.",
        "The approval queue is terribly slow at month end.",
        "The matching saves us two days every month.",
    ]


def test_columns_that_are_named_later_are_read_though_the_file_is_as_it_was(workspace, shelf):
    shelf.text = "n,what they said,who\n1,The approval queue is terribly slow at month end.,Alder Foods\n"
    first = connect(workspace, "csv_url", urls=[shelf.url], columns={"text": "what they said"})
    first.sync()
    assert [one.account for one in first.documents()] == [""]
    named = {"text": "what they said", "account": "who"}
    again = connect(workspace, "csv_url", urls=[shelf.url], columns=named)
    again.sync()
    assert [one.account for one in again.documents()] == ["A-1"]


def test_rows_that_vanish_stay_unless_the_file_is_said_to_be_complete(workspace, shelf):
    opened = connect(workspace, "csv_url", urls=[shelf.url])
    opened.sync()
    shelf.change(HEAD + SLOW)
    assert opened.sync()["csv_url"].gone == []
    assert len(said(opened)) == 2


def test_rows_that_vanish_from_a_complete_file_leave_the_workspace(workspace, shelf):
    opened = connect(workspace, "csv_url", urls=[shelf.url], complete=True)
    opened.sync()
    shelf.change(HEAD + SLOW + GOOD)
    added = opened.sync()["csv_url"]
    assert (len(added.new), len(added.gone)) == (1, 1)
    assert added.gone[0].endswith("survey.csv row 3")
    assert said(opened) == [
        "The approval queue is terribly slow at month end.",
        "The matching saves us two days every month.",
    ]


def test_a_complete_file_that_is_empty_for_once_takes_nothing_away(workspace, shelf):
    opened = connect(workspace, "csv_url", urls=[shelf.url], complete=True)
    opened.sync()
    shelf.change(HEAD)
    added = opened.sync()["csv_url"]
    assert (added.gone, len(added.errors)) == ([], 1)
    assert len(said(opened)) == 2
    shelf.change(HEAD + SLOW + LOST + GOOD)
    assert len(opened.sync()["csv_url"].new) == 1


def test_ndjson_and_json_rows_are_read_like_a_table(workspace, shelf):
    rows = [{"id": 1, "comment": "The approval queue is slow at month end.", "company": "Alder Foods"}]
    shelf.text = "\n".join(json.dumps(row) for row in [*rows, {**rows[0], "id": 2, "comment": "It logs me out."}])
    opened = connect(workspace, "csv_url", urls=[shelf.url])
    assert len(opened.sync()["csv_url"].new) == 2
    shelf.change(json.dumps({"data": [{**rows[0], "id": 3, "comment": "The matching saves us days."}, rows[0]]}))
    assert len(opened.sync()["csv_url"].new) == 1


def test_a_token_goes_in_the_header_of_the_settings_and_to_the_addresses_own_host_alone(
    workspace, shelf, httpserver, monkeypatch
):
    monkeypatch.setenv("ICP_VOICE_CSV_URL_TOKEN", "planted-export-key")
    other = HTTPServer("127.0.0.1", 0)
    led: list[dict[str, str]] = []
    other.expect_request("/blob").respond_with_handler(
        lambda request: led.append(dict(request.headers)) or Response(shelf.text, mimetype="text/csv")
    )
    other.start()
    try:
        target = other.url_for("/blob")
        moved = Response("", 302, {"Location": target})
        httpserver.expect_request("/moved.csv").respond_with_response(moved)
        settings = {"header": "X-Api-Key", "scheme": "", "hosts": [other.url_for("")]}
        opened = connect(workspace, "csv_url", urls=[shelf.url, httpserver.url_for("/moved.csv")], **settings)
        added = opened.sync()["csv_url"]
    finally:
        other.clear()
        other.stop()
    assert (added.errors, len(led)) == ([], 1)
    assert shelf.headers[0]["X-Api-Key"] == "planted-export-key"
    assert "planted-export-key" not in str(led)


def test_an_address_that_leads_elsewhere_is_not_followed(workspace, shelf, httpserver):
    other = HTTPServer("127.0.0.1", 0)
    other.start()
    try:
        moved = Response("", 302, {"Location": other.url_for("/blob")})
        httpserver.expect_request("/moved.csv").respond_with_response(moved)
        opened = connect(workspace, "csv_url", urls=[httpserver.url_for("/moved.csv"), shelf.url])
        added = opened.sync()["csv_url"]
        assert other.log == []
    finally:
        other.stop()
    assert "not the vendor's" in added.errors[0].error
    assert len(added.new) == 2


def test_an_address_with_a_key_in_it_is_refused_and_not_shown(workspace, shelf):
    for url in ("https://data.example/x.csv?api_key=planted-key", "https://ann:planted-key@data.example/x.csv"):
        with pytest.raises(SettingsError) as refused:
            connect(workspace, "csv_url", urls=[url]).sync()
        assert "key in it" in str(refused.value) and "planted-key" not in repr(refused.value)


def test_an_address_that_is_a_secret_is_found_nowhere(workspace, httpserver, monkeypatch, caplog, capfd):
    httpserver.expect_request("/d/planted-path/out").respond_with_data(HEAD + SLOW, content_type="text/csv")
    monkeypatch.setenv("ICP_VOICE_CSV_URL_URL", httpserver.url_for("/d/planted-path/out"))
    opened = connect(workspace, "csv_url")
    added = opened.sync()["csv_url"]
    assert len(added.new) == 1
    httpserver.clear()
    failed = opened.sync()["csv_url"]
    assert len(failed.errors) == 1
    shown = [str(added), str(failed), str(opened.connectors()), *capfd.readouterr()]
    shown += [record.getMessage() for record in caplog.records if not record.name.startswith("werkzeug")]
    shown += [path.read_bytes().decode("latin-1") for path in workspace.folder.rglob("*") if path.is_file()]
    assert not any("planted-path" in text for text in shown)


def test_plain_http_is_refused_for_any_host_but_loopback(workspace):
    added = connect(workspace, "csv_url", urls=["http://data.example/x.csv"]).sync()["csv_url"]
    assert (added.new, added.errors[0].hint) == ([], "It must begin with https://.")


def test_a_check_counts_the_rows(workspace, shelf):
    assert (
        connect(workspace, "csv_url", urls=[shelf.url]).check_source("csv_url").startswith("2 documents in 127.0.0.1")
    )


def test_a_server_that_fails_costs_its_own_file_alone(workspace, shelf, httpserver):
    httpserver.expect_request("/broken.csv").respond_with_data("", status=500)
    opened = connect(workspace, "csv_url", urls=[httpserver.url_for("/broken.csv"), shelf.url])
    added = opened.sync()["csv_url"]
    assert (len(added.new), len(added.errors)) == (2, 1)
    assert added.errors[0].file.endswith("/broken.csv") and "500" in added.errors[0].error


# -- in a folder ----------------------------------------------------------------------------------------------------


def test_a_file_that_was_added_and_lies_in_a_watched_folder_counts_once_also_after_it_changed(workspace, write):
    file = write("recordings/alder.txt", CALL)
    workspace.add(file)
    opened = connect(workspace, "folder", path=str(file.parent))
    opened.sync()
    assert [one.duplicate_of for one in opened.documents()].count("") == 1
    file.write_text(CALL.replace("slow", "sluggish"), "utf-8")
    opened.sync()
    opened.add(file)
    assert [one.duplicate_of for one in opened.documents()].count("") == 1
    assert any("sluggish" in text for text in said(opened))


def test_a_table_in_a_watched_folder_that_grows_and_is_renamed_counts_each_row_once(workspace, write):
    file = write("exports/survey.csv", HEAD + SLOW + LOST)
    opened = connect(workspace, "folder", path=str(file.parent))
    assert len(opened.sync()["folder"].new) == 2
    file.write_text(HEAD + GOOD + SLOW + LOST, "utf-8")
    assert len(opened.sync()["folder"].new) == 1
    file.rename(file.with_name("survey-2026.csv"))
    opened.sync()
    assert len(said(opened)) == 3


def test_the_same_rows_at_an_address_and_in_a_folder_count_once(workspace, shelf, write):
    file = write("exports/survey.csv", shelf.text)
    connect(workspace, "folder", path=str(file.parent)).sync()
    opened = connect(workspace, "csv_url", urls=[shelf.url])
    opened.sync()
    assert len(said(opened)) == 2
