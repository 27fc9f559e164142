"""People: letting in, roles, passwords, tokens; and the account of one's own, for viewers too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from icp_voice.access import open_access
from icp_voice.web.app import build
from icp_voice.workspace import Workspace
from tests.web.conftest import PASSWORD, csrf, send

NEW = "another long password"


def signed_in(client: TestClient, name: str, password: str) -> bool:
    fresh = TestClient(client.app, base_url="http://127.0.0.1", follow_redirects=False)
    return fresh.post("/sign-in", data={"name": name, "password": password}).status_code == 303


def test_an_admin_lets_somebody_in_with_a_made_password(admin: TestClient) -> None:
    added = send(admin, "/settings/people", name="Bo", role="viewer")
    made = re.search(r'<code id="made">([^<]+)</code>', added.text)[1]
    assert signed_in(admin, "Bo", made)
    assert made not in admin.get("/settings/people").text


def test_a_typed_password_is_not_shown(admin: TestClient) -> None:
    added = send(admin, "/settings/people", name="Bo", role="viewer", password=NEW)
    assert NEW not in added.text
    assert signed_in(admin, "bo", NEW)


@pytest.mark.parametrize(
    ("name", "password", "told"),
    [("Rae", NEW, "There is a"), ("", NEW, "The name has 0"), ("Bo", "short", "has 5 characters")],
)
def test_what_cannot_be_is_told_and_the_name_stays(admin: TestClient, name: str, password: str, told: str) -> None:
    refused = send(admin, "/settings/people", name=name, password=password, role="viewer")
    assert refused.status_code == 422
    assert told in refused.text
    assert f'name="name" type="text" value="{name}"' in refused.text
    assert password not in refused.text.replace("shortcut", "")


def test_roles_passwords_and_removal(admin: TestClient, served: Workspace) -> None:
    send(admin, "/settings/people/role", name="Vic", role="researcher")
    assert served.access.person("Vic").role == "researcher"
    send(admin, "/settings/people/password", name="Vic", password=NEW)
    assert signed_in(admin, "Vic", NEW)
    send(admin, "/settings/people/remove", name="Vic")
    assert not signed_in(admin, "Vic", NEW)
    assert [change.verb for change in served.changes(by="Ada")] == ["remove person", "set password", "set role"]


def test_the_last_admin_stays(admin: TestClient, served: Workspace) -> None:
    assert send(admin, "/settings/people/remove", name="Ada").status_code == 422
    assert send(admin, "/settings/people/role", name="Ada", role="viewer").status_code == 422
    assert served.access.person("Ada").role == "admin"


def test_an_admin_signs_somebody_out(admin: TestClient, viewer: TestClient) -> None:
    send(admin, "/settings/people/sign-out", name="Vic")
    assert viewer.get("/").headers["location"].startswith("/sign-in")


def test_an_admin_who_sets_their_own_password_stays_signed_in(admin: TestClient) -> None:
    assert "has a new password" in send(admin, "/settings/people/password", name="Ada", password=NEW).text
    assert admin.get("/settings/people").status_code == 200


@pytest.mark.parametrize("name", ["viewer", "researcher"])
def test_only_admins_see_people(name: str, request: pytest.FixtureRequest) -> None:
    client: TestClient = request.getfixturevalue(name)
    assert client.get("/settings/people").status_code == 403
    assert send(client, "/settings/people", name="Bo", role="admin", password=NEW).status_code == 403


def test_the_first_admin_ends_the_link_and_goes_on_as_a_person(tmp_path: Path) -> None:
    Workspace.init(tmp_path, company="Ours")
    client = TestClient(build(tmp_path), base_url="http://127.0.0.1", follow_redirects=False)
    client.get(f"/open?token={open_access(tmp_path).one_time_link()}")
    assert "no longer works" in client.get("/settings/people").text
    assert "first admin" in client.get("/me").text
    added = send(client, "/settings/people", name="Ana", role="admin", password=NEW)
    assert added.status_code == 200
    assert '<a href="/me">Ana</a>' in added.text
    assert client.get("/settings/people").status_code == 200
    assert csrf(client) in added.text  # forms on that answer are of the new session
    assert Workspace(tmp_path).changes()[0].by == "me"


def test_a_viewer_changes_their_own_password(viewer: TestClient) -> None:
    form = {"current": PASSWORD, "password": NEW, "again": NEW}
    assert send(viewer, "/me/password", **form).headers["location"] == "/me"
    assert "Your password is changed." in viewer.get("/me").text
    assert signed_in(viewer, "Vic", NEW)
    assert not signed_in(viewer, "Vic", PASSWORD)


@pytest.mark.parametrize(
    ("current", "password", "again", "told"),
    [
        ("wrong password", NEW, NEW, "This is not your current password."),
        (PASSWORD, NEW, "something else", "are not the same"),
        (PASSWORD, "short", "short", "has 5 characters"),
    ],
)
def test_a_password_that_cannot_be_changes_nothing(
    viewer: TestClient, current: str, password: str, again: str, told: str
) -> None:
    refused = send(viewer, "/me/password", current=current, password=password, again=again)
    assert refused.status_code == 422
    assert told in refused.text
    assert signed_in(viewer, "Vic", PASSWORD)


def test_a_token_is_shown_once_works_and_is_revoked(viewer: TestClient) -> None:
    made = send(viewer, "/me/tokens", label="export", role="viewer", days="30")
    key = re.search(r'<code id="key">([^<]+)</code>', made.text)[1]
    assert key not in viewer.get("/me").text
    program = TestClient(viewer.app, base_url="http://127.0.0.1", follow_redirects=False)
    program.headers["authorization"] = f"Bearer {key}"
    assert program.get("/").status_code == 200
    number = re.search(r"/me/tokens/(\d+)/revoke", viewer.get("/me").text)[1]
    send(viewer, f"/me/tokens/{number}/revoke")
    assert program.get("/").status_code == 303


def test_nobody_makes_a_token_above_their_role(viewer: TestClient, served: Workspace) -> None:
    assert send(viewer, "/me/tokens", label="x", role="admin", days="30").status_code == 422
    assert send(viewer, "/me/tokens", label="x", role="viewer", days="many").status_code == 422
    assert served.tokens() == []


def test_nobody_revokes_what_is_not_theirs(viewer: TestClient, served: Workspace) -> None:
    _, token = served.make_token("Rae", "hers")
    assert send(viewer, f"/me/tokens/{token.id}/revoke").status_code == 404
    assert len(served.tokens("Rae")) == 1


def test_a_token_changes_no_password_and_makes_no_token(app_client, served: Workspace) -> None:
    key, _ = served.make_token("Ada", "robot")
    program = app_client("")
    program.headers["authorization"] = f"Bearer {key}"
    assert program.post("/me/tokens", data={"label": "more"}).status_code == 403
    assert program.post("/me/password", data={"current": PASSWORD, "password": NEW, "again": NEW}).status_code == 403


def test_a_forged_form_changes_nothing_of_ones_own(viewer: TestClient) -> None:
    form = {"csrf": "forged", "current": PASSWORD, "password": NEW, "again": NEW}
    assert viewer.post("/me/password", data=form).status_code == 403
    assert viewer.post("/me/sign-out", data={"csrf": "forged"}).status_code == 403


def test_signing_out_everywhere_ends_this_session_too(viewer: TestClient) -> None:
    assert send(viewer, "/me/sign-out").headers["location"] == "/sign-in"
    assert viewer.get("/me").headers["location"].startswith("/sign-in")
