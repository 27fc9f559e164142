"""What is shut to those who are in already: uploads to viewers, ways in to programs, and words that went out of sight."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from icp_voice.access import Role
from icp_voice.web import watching
from icp_voice.web.site import TOLD_AT_ONCE
from icp_voice.workspace import Workspace
from tests.web.conftest import PASSWORD, csrf, send
from tests.web.test_api import V1

TABLE = b"Company,Remark\nAlder Foods,The approval queue is slow at month end for all of us.\n"
LIST = b"id,name,domain\nX-1,Foxglove Mills,foxglove.example\n"
COLUMNS = {"column": ["id", "name", "domain"], "meaning": ["id", "name", "domain"]}


@pytest.fixture
def waiting(served: Workspace) -> str:
    """An upload of two files that nobody has kept yet."""
    batch = served.uploads.open(by="Rae")
    for name in ("remarks.csv", "more.csv"):
        with served.uploads.add(batch.id, name) as writer:
            writer.write(TABLE)
    return batch.id


def imported(client: TestClient, content: bytes = LIST) -> str:
    up = client.post("/accounts/import", data={"csrf": csrf(client)}, files={"file": ("crm.csv", content)})
    assert up.status_code == 303, up.text
    return str(up.headers["location"])


def test_a_viewer_sees_no_word_that_is_not_kept_yet(viewer: TestClient, waiting: str) -> None:
    for address in (
        "/upload",
        f"/upload/{waiting}",
        f"/upload/{waiting}/1",
        "/accounts/import",
        f"/accounts/import/{waiting}",
        f"{V1}/uploads",
        f"{V1}/uploads/{waiting}",
        f"{V1}/uploads/{waiting}/files/1",
    ):
        answer = viewer.get(address)
        assert (answer.status_code, "approval queue" in answer.text) == (403, False), address


def test_a_refused_file_leaves_the_upload_that_it_was_to_join(
    researcher: TestClient, served: Workspace, waiting: str
) -> None:
    form = {"csrf": csrf(researcher), "batch": waiting}
    refused = researcher.post("/upload/new", data=form, files={"files": ("secrets.toml", b"key = 1")})
    assert refused.status_code == 422
    assert [one.name for one in served.uploads.batch(waiting).files] == ["remarks.csv", "more.csv"]
    joined = researcher.post("/upload/new", data=form, files={"files": ("third.csv", TABLE)})
    assert joined.headers["location"] == f"/upload/{waiting}"
    assert len(served.uploads.batch(waiting).files) == 3


def test_a_list_that_is_sent_twice_is_imported_once(researcher: TestClient, served: Workspace) -> None:
    at = imported(researcher)
    assert send(researcher, at, **COLUMNS).headers["location"] == "/accounts"
    again = send(researcher, at, **COLUMNS)
    assert (again.status_code, "crm.csv is imported already." in again.text) == (422, True)
    assert served.account("X-1").name == "Foxglove Mills"


def test_an_import_keeps_no_other_upload(researcher: TestClient, served: Workspace, waiting: str) -> None:
    refused = send(researcher, f"/accounts/import/{waiting}", **COLUMNS)
    assert (refused.status_code, "several files" in refused.text) == (422, True)
    assert {one.state for one in served.uploads.batch(waiting).files} == {"there"}


def test_a_token_lets_nobody_in_whatever_its_role(app_client: Callable[[str], TestClient], served: Workspace) -> None:
    key, _ = served.make_token("Ada", "robot", Role.ADMIN)
    program = app_client("")
    program.headers["authorization"] = f"Bearer {key}"
    newcomer = {"name": "Bo", "password": "quite a long one indeed", "role": "admin"}
    refused = [
        program.post(f"{V1}/people", json=newcomer),
        program.patch(f"{V1}/people/Ada", json={"password": "quite a long one indeed"}),
        program.patch(f"{V1}/people/Vic", json={"role": "admin"}),
        program.post(f"{V1}/tokens", json={"person": "Rae", "label": "another", "days": 366}),
        program.post("/settings/people", data=newcomer),
        program.post("/settings/people/password", data={"name": "Ada"}),
        program.post("/settings/people/role", data={"name": "Vic", "role": "admin"}),
    ]
    assert [one.status_code for one in refused] == [403] * len(refused)
    assert not any("set-cookie" in one.headers for one in refused)
    assert [one.name for one in served.people()] == ["Ada", "Rae", "Vic"]
    assert len(served.tokens()) == 1
    assert served.access.person("Vic").role is Role.VIEWER
    assert program.get(f"{V1}/tokens").status_code == 200


def test_a_role_and_a_password_are_changed_together_or_not_at_all(admin: TestClient, served: Workspace) -> None:
    both = {"role": "admin", "password": "short"}
    refused = admin.patch(f"{V1}/people/Vic", json=both, headers={"x-csrf-token": csrf(admin)})
    assert (refused.status_code, served.access.person("Vic").role) == (422, Role.VIEWER)


@pytest.mark.parametrize("digit", ["²", "①", "٣"])
def test_a_digit_that_is_no_number_is_refused_by_a_sentence(admin: TestClient, digit: str) -> None:
    token = send(admin, "/me/tokens", label="x", role="viewer", days=digit)
    category = {"title": "Zeal", "definition": "What they like.", "question": "What?", "enough": digit, "fresh": "1"}
    assert token.status_code in (200, 422)
    assert send(admin, "/settings/codebook", **category).status_code == 422


def test_an_address_that_is_none_loses_no_change(researcher: TestClient, served: Workspace) -> None:
    form = {"csrf": csrf(researcher), "name": "Kept", "state": "words=queue"}
    headers = {"hx-current-url": "http://[", "hx-target": "main"}
    answer = researcher.post("/views", data=form, headers=headers)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (200, "/ask?words=queue&saved=Kept")
    assert "Kept" in {one.name for one in served.views()}


def test_one_program_is_not_told_what_another_one_did(
    app_client: Callable[[str], TestClient], served: Workspace
) -> None:
    first, second = app_client(""), app_client("")
    for client, name in ((first, "Rae"), (second, "Vic")):
        client.headers["authorization"] = f"Bearer {served.make_token(name, 'robot')[0]}"
    assert first.post("/views", data={"name": "Not for Vic", "state": "words=queue"}).status_code == 303
    assert "Not for Vic" not in second.get("/review").text


def test_notices_that_nobody_reads_take_no_room(researcher: TestClient) -> None:
    secret = csrf(researcher)
    for number in range(12):
        researcher.post("/views", data={"csrf": secret, "name": f"View {number}", "state": "words=x"})
    shown = researcher.get("/review").text
    assert "View 11" in shown
    assert shown.count("is saved") == TOLD_AT_ONCE


def test_the_log_holds_no_name_of_an_address(
    admin: TestClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: object, *args: object, **more: object) -> object:
        raise RuntimeError

    monkeypatch.setattr(Workspace, "account_page", broken)
    assert admin.get("/accounts/Confidential%20Mills").status_code == 500
    assert "GET /accounts/{account:path}: RuntimeError" in caplog.text
    assert "Confidential" not in caplog.text


@pytest.mark.parametrize("address", ["/jobs/{}/events", f"{V1}/jobs/{{}}/events"])
def test_who_is_removed_hears_no_more_of_the_work_that_goes_on(
    viewer: TestClient, served: Workspace, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(watching, "STILL_HERE", 0.1)
    jobs = viewer.app.state.site.jobs  # type: ignore[attr-defined]
    job = jobs.start("run", by="Rae")  # nobody works here, so it waits
    with ThreadPoolExecutor(1) as one:
        following = one.submit(viewer.get, address.format(job.id))
        with pytest.raises(TimeoutError):
            following.result(timeout=1)
        served.remove_person("Vic")
        try:
            assert following.result(timeout=10).status_code == 200
        finally:
            jobs.cancel(job.id)


def test_who_signs_in_as_somebody_else_leaves_no_session_behind(app_client: Callable[[str], TestClient]) -> None:
    client = app_client("Vic")
    before = client.cookies["icp_voice"]
    assert client.post("/sign-in", data={"name": "Rae", "password": PASSWORD}).status_code == 303
    other = app_client("")
    other.cookies["icp_voice"] = before
    assert other.get("/").headers["location"].startswith("/sign-in")
    assert client.get("/").status_code == 200


def test_a_stranger_writes_nothing_into_the_log(stranger: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert stranger.post("/sign-in", content=b"--y\r\nsecret", headers=headers).status_code == 400
    assert not [one for one in caplog.records if one.name != "httpx"]
