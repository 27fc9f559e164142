"""Who is let in, with which headers an answer leaves, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from icp_voice.access import Role, open_access
from icp_voice.errors import IcpVoiceError
from icp_voice.web.app import build
from icp_voice.web.serve import Listening, _refuse_strangers
from tests.web.conftest import PASSWORD, Served, csrf, send


def test_a_stranger_is_sent_to_sign_in_and_then_where_they_wanted_to_go(stranger: TestClient) -> None:
    answer = stranger.get("/themes?category=praise")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fthemes%3Fcategory%3Dpraise")
    entered = stranger.post("/sign-in", data={"name": "rae", "password": PASSWORD, "next": "/themes?category=praise"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/themes?category=praise")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_no_other_site(stranger: TestClient, elsewhere: str) -> None:
    entered = stranger.post("/sign-in", data={"name": "Rae", "password": PASSWORD, "next": elsewhere})
    assert entered.headers["location"] == "/"


def test_wrong_passwords_are_slowed_down(stranger: TestClient) -> None:
    for _ in range(5):
        assert stranger.post("/sign-in", data={"name": "Rae", "password": "wrong"}).status_code == 401
    refused = stranger.post("/sign-in", data={"name": "Rae", "password": PASSWORD})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 60


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(stranger: TestClient) -> None:
    cookie = stranger.post("/sign-in", data={"name": "Rae", "password": PASSWORD}).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_every_answer_bears_the_policy(researcher: TestClient, stranger: TestClient) -> None:
    for answer in (
        researcher.get("/"),
        stranger.get("/"),
        researcher.get("/static/app.css"),
        researcher.get("/nothing"),
    ):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_form_from_elsewhere_changes_nothing(researcher: TestClient) -> None:
    assert researcher.post("/undo/1", data={"csrf": "forged"}).status_code == 403
    right = csrf(researcher)
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert researcher.post("/undo/1", data={"csrf": right}, headers=headers).status_code == 403
    assert send(researcher, "/undo/999999").status_code in (404, 422)


def test_a_viewer_can_send_no_change(viewer: TestClient) -> None:
    answer = send(viewer, "/undo/1")
    assert answer.status_code == 403
    assert "may read, not change" in answer.text


def test_signing_out_ends_the_session(researcher: TestClient) -> None:
    assert send(researcher, "/sign-out").status_code == 303
    assert researcher.get("/").headers["location"] == "/sign-in"


def test_a_server_answers_only_to_its_names(folder: Path) -> None:
    client = TestClient(build(folder, hosts=frozenset({"127.0.0.1"})), base_url="http://127.0.0.1")
    assert client.get("/health").status_code == 200
    assert client.get("/health", headers={"host": "evil.example"}).status_code == 421


def test_a_large_body_is_refused_before_it_is_read(researcher: TestClient) -> None:
    answer = researcher.post("/sign-in", content=b"x", headers={"content-length": str(10**10)})
    assert answer.status_code == 413


def test_no_address_leads_out_of_the_static_files(researcher: TestClient) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static//etc/passwd", "/static/..%2fapp.py"):
        assert researcher.get(path).status_code == 404


def test_a_link_lets_in_once(tmp_path: Path) -> None:
    app = build(tmp_path)
    token = open_access(tmp_path).one_time_link()
    first, second = (TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) for _ in range(2))
    assert first.get(f"/open?token={token}").headers["location"] == "/"
    assert first.get("/").headers["location"] == "/start"
    assert second.get(f"/open?token={token}").status_code == 401


def test_an_empty_folder_becomes_a_workspace(tmp_path: Path) -> None:
    client = TestClient(build(tmp_path), base_url="http://127.0.0.1", follow_redirects=False)
    client.get(f"/open?token={open_access(tmp_path).one_time_link()}")
    secret = client.get("/start").text.split('name="csrf" value="')[1].split('"')[0]
    form = {"csrf": secret, "company": "Ours", "domains": "ours.example\n ours.test \n", "people": "Vera Field"}
    assert client.post("/start", data=form).headers["location"] == "/"
    assert 'domains = ["ours.example", "ours.test"]' in (tmp_path / "icp-voice.toml").read_text("utf-8")


@pytest.mark.parametrize("address", ["0.0.0.0", "192.0.2.7", "::"])
def test_it_listens_elsewhere_only_with_people_and_tls(
    app_client: Callable[[str], TestClient], tmp_path: Path, address: str
) -> None:
    alone = build(tmp_path / "alone").state.site
    alone.folder.mkdir()
    with pytest.raises(IcpVoiceError, match="nobody has a password"):
        _refuse_strangers(alone, Listening(host=address))
    peopled = app_client("").app.state.site  # type: ignore[attr-defined]
    with pytest.raises(IcpVoiceError, match="unencrypted"):
        _refuse_strangers(peopled, Listening(host=address))
    _refuse_strangers(peopled, Listening(host=address, behind_proxy=True))


def test_many_requests_at_once_wait_for_one_another_and_all_are_answered(server: Served) -> None:
    key, _ = open_access(server.folder).make_token("Rae", "a test", Role.VIEWER)
    headers = {"authorization": f"Bearer {key}"}

    def ask(number: int) -> int:
        return httpx.get(f"{server.base}/api/v1/counts", headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(80) as many:  # twice as many as there are threads to answer them
        assert set(many.map(ask, range(80))) == {200}
