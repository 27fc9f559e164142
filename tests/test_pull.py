"""The one way out: pace, sizes, pages, tokens, refusals, and secrets that stand nowhere but in a request."""

from __future__ import annotations

import base64
import os
import time
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from icp_voice.errors import SettingsError, SourceError
from icp_voice.ingest.pull.api import (
    Api,
    Basic,
    Bearer,
    ClientCredentials,
    Cursor,
    Link,
    Numbered,
    Offset,
    Pace,
    Paging,
    Patience,
    Scroll,
)
from icp_voice.ingest.pull.rest import Http
from icp_voice.ingest.pull.secrets import Secrets, refuse_in_settings
from tests.fakes.base import answer

FAST = (Pace(per_second=1000),)
QUICK = Patience(backoff=0.01, attempts=2, budget=2)
SECRET = "planted-secret-17"


@pytest.fixture
def opened(httpserver: HTTPServer) -> Iterator[Any]:
    """Return what opens an API on loopback; all are closed in the end."""
    made: list[Http] = []

    def open_api(patience: Patience = QUICK, **more: Any) -> Http:
        base_url = httpserver.url_for("").rstrip("/")
        made.append(Http("vendor", Api(**{"base_url": base_url, "paces": FAST, **more}), patience=patience))
        return made[-1]

    yield open_api
    for one in made:
        one.close()


# -- secrets --------------------------------------------------------------------------------------------------------


def secrets_in(folder: Any, mode: int, text: str = f'[vendor]\ntoken = "{SECRET}"\n') -> Secrets:
    file = folder / "secrets.toml"
    file.write_text(text, "utf-8")
    os.chmod(file, mode)
    return Secrets("vendor", {"token": "The key page"}, folder)


def test_a_secret_is_read_from_a_file_that_is_its_owners_alone(tmp_path):
    secrets = secrets_in(tmp_path, 0o600)
    assert secrets.get("token").get_secret_value() == SECRET
    assert (secrets.where("token"), secrets.missing()) == ("secrets.toml", [])


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o777])
def test_a_file_of_secrets_that_others_can_read_is_refused_with_the_remedy(tmp_path, mode):
    with pytest.raises(SettingsError, match=f"can be read by others .mode {mode:o}.") as refused:
        secrets_in(tmp_path, mode).get("token")
    assert refused.value.hint == f"Run: chmod 600 {tmp_path / 'secrets.toml'}"
    assert SECRET not in str(refused.value)


def test_the_environment_comes_before_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("ICP_VOICE_VENDOR_TOKEN", "of-the-environment")
    secrets = secrets_in(tmp_path, 0o600)
    assert secrets.get("token").get_secret_value() == "of-the-environment"
    assert secrets.where("token") == "ICP_VOICE_VENDOR_TOKEN"


def test_a_missing_secret_says_where_to_get_it_and_where_to_put_it(tmp_path):
    with pytest.raises(SettingsError, match='the secret "token" is missing') as missing:
        Secrets("vendor", {"token": "The key page"}, tmp_path).get("token")
    assert missing.value.hint == (
        f"The key page. Set ICP_VOICE_VENDOR_TOKEN, or write token under [vendor] in {tmp_path / 'secrets.toml'}"
        " (mode 600)."
    )


def test_a_broken_file_of_secrets_is_told_by_its_place_and_not_by_its_words(tmp_path):
    with pytest.raises(SettingsError, match=r"not valid TOML \(at line 2") as broken:
        secrets_in(tmp_path, 0o600, f"[vendor]\ntoken = {SECRET}\n").get("token")
    assert SECRET not in "".join(traceback.format_exception(broken.value))


@pytest.mark.parametrize("key", ["token", "api_key", "client_secret", "password", "my_access_key"])
def test_a_secret_among_the_settings_is_refused_and_not_shown(key):
    with pytest.raises(SettingsError, match=f'"{key}" is a secret') as refused:
        refuse_in_settings("vendor", {key: SECRET}, ["token"], where="icp-voice.toml, [connectors.vendor]")
    assert SECRET not in repr(refused.value) + str(refused.value) + refused.value.hint


def test_a_secret_of_the_settings_file_stops_a_workspace_before_anything_is_asked(workspace):
    file = workspace.folder / "icp-voice.toml"
    file.write_text(f'{file.read_text()}\n[connectors.zendesk]\nsubdomain = "acme"\ntoken = "{SECRET}"\n')
    with pytest.raises(SettingsError, match=r"\[connectors.zendesk\]: \"token\" is a secret") as refused:
        type(workspace)(workspace.folder).sync()
    assert SECRET not in "".join(traceback.format_exception(refused.value))


# -- pace, sizes, waits ---------------------------------------------------------------------------------------------


def test_requests_keep_to_the_pace_and_the_longest_path_has_its_own(opened, httpserver):
    httpserver.expect_request("/slow/x").respond_with_json({"items": []})
    httpserver.expect_request("/x").respond_with_json({"items": []})
    http = opened(paces=(Pace(path="/slow", per_second=5), Pace(per_second=1000)))
    for _ in range(4):
        http.get("/x")
    began = time.monotonic()
    for _ in range(8):
        http.get("/slow/x")
    assert time.monotonic() - began > 0.35  # five at once, and then one every fifth of a second


def test_an_answer_that_is_too_large_is_not_read_to_its_end(opened, httpserver):
    httpserver.expect_request("/big").respond_with_data(b"x" * 3_000_000)
    with pytest.raises(SourceError, match="larger than 1 MB; not read"):
        opened(Patience(backoff=0.01, attempts=1, most_bytes=1024 * 1024)).download("/big")


def test_an_answer_that_unpacks_to_too_much_is_not_read_either(opened, httpserver):
    import gzip

    packed = gzip.compress(b"x" * 30_000_000)
    assert len(packed) < 100_000
    httpserver.expect_request("/bomb").respond_with_data(packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(SourceError, match="larger than 1 MB; not read"):
        opened(Patience(backoff=0.01, attempts=1, most_bytes=1024 * 1024)).download("/bomb")


def test_an_answer_that_is_no_json_is_told_without_its_words(opened, httpserver):
    httpserver.expect_request("/x").respond_with_data("<p>the customer said: we leave</p>")
    with pytest.raises(SourceError, match="answered what is no JSON") as told:
        opened().get("/x")
    assert "we leave" not in "".join(traceback.format_exception(told.value))


# -- pages ----------------------------------------------------------------------------------------------------------

ALL = [{"id": number} for number in range(1, 6)]


def listing(server: HTTPServer, respond: Any) -> list[Request]:
    seen: list[Request] = []
    server.expect_request("/list").respond_with_handler(lambda request: seen.append(request) or respond(request))
    return seen


def ids(http: Http, paging: Paging, **more: Any) -> list[int]:
    return [item["id"] for page in http.pages("/list", key="items", paging=paging, **more) for item in page.items]


def test_offsets_go_on_until_a_page_is_short(opened, httpserver):
    def respond(request: Request) -> Response:
        first = int(request.args["offset"])
        return answer({"items": ALL[first : first + int(request.args["limit"])]})

    seen = listing(httpserver, respond)
    assert ids(opened(), Offset(limit=2)) == [1, 2, 3, 4, 5]
    assert [request.args["offset"] for request in seen] == ["0", "2", "4"]


def test_offsets_in_the_body_leave_what_a_connector_gave_as_it_was(opened, httpserver):
    def respond(request: Request) -> Response:
        asked = request.get_json()["variables"]
        return answer({"items": ALL[asked["skip"] : asked["skip"] + asked["limit"]]})

    listing(httpserver, respond)
    given = {"variables": {"kind": "call"}}
    paging = Offset(offset_name="variables.skip", limit_name="variables.limit", limit=2, in_body=True)
    assert ids(opened(), paging, json=given) == [1, 2, 3, 4, 5]
    assert given == {"variables": {"kind": "call"}}


def test_a_link_is_followed_within_the_vendors_hosts_and_may_be_relative(opened, httpserver):
    def respond(request: Request) -> Response:
        first = int(request.args.get("from", 0))
        following = f"/list?from={first + 2}" if first + 2 < len(ALL) else None
        return answer({"items": ALL[first : first + 2], "next": following})

    listing(httpserver, respond)
    assert ids(opened(), Link("next")) == [1, 2, 3, 4, 5]


def test_a_link_to_another_host_is_not_followed(opened, httpserver):
    listing(httpserver, lambda request: answer({"items": ALL[:2], "next": "https://evil.example/list"}))
    with pytest.raises(SourceError, match=r"leads to https://evil.example, which is not the vendor's"):
        ids(opened(auth=Bearer(SecretStr(SECRET))), Link("next"))


def test_a_link_that_leads_in_a_circle_ends_in_an_error(opened, httpserver):
    turns = iter(range(1, 1000))
    listing(httpserver, lambda request: answer({"items": [{"id": next(turns)}], "next": "/list?page=1"}))
    with pytest.raises(SourceError, match="same page again"):
        ids(opened(), Link("next"))


def test_numbered_pages_end_with_the_last_number(opened, httpserver):
    def respond(request: Request) -> Response:
        number = int(request.args["page_number"])
        return answer({"items": ALL[(number - 1) * 2 : number * 2], "page_count": 3})

    seen = listing(httpserver, respond)
    assert ids(opened(), Numbered(param="page_number", count="page_count")) == [1, 2, 3, 4, 5]
    assert len(seen) == 3


def test_a_scroll_whose_parameter_stays_ends_with_an_empty_page(opened, httpserver):
    pages = iter([ALL[:2], ALL[2:4], ALL[4:], []])
    seen = listing(httpserver, lambda request: answer({"items": next(pages), "scroll_param": "same"}))
    assert ids(opened(), Scroll(path="scroll_param", param="scroll_param")) == [1, 2, 3, 4, 5]
    assert [request.args.get("scroll_param") for request in seen] == [None, "same", "same", "same"]


def test_a_listing_of_too_many_pages_is_ended(opened, httpserver):
    turns = iter(range(1, 1000))

    def respond(request: Request) -> Response:
        number = next(turns)
        return answer({"items": [{"id": number}], "after": str(number)})

    listing(httpserver, respond)
    with pytest.raises(SourceError, match="has more than 4 pages"):
        ids(opened(Patience(attempts=1, most_pages=4)), Cursor(path="after", param="after"))


@pytest.mark.parametrize("records", [{"id": 1}, "none", [1, 2], [{"id": 1}, None]])
def test_records_that_are_no_list_of_records_are_an_error(opened, httpserver, records):
    listing(httpserver, lambda request: answer({"items": records}))
    with pytest.raises(SourceError, match="no list of records"):
        ids(opened(), Cursor(path="after", param="after"))


def test_graphql_that_finds_nothing_but_errors_is_an_error_and_no_empty_page(opened, httpserver):
    body = {"data": {"items": None}, "errors": [{"message": "x", "extensions": {"code": "internal_error"}}]}
    listing(httpserver, lambda request: answer(body))
    with pytest.raises(SourceError, match=r"is refused \(internal_error\)"):
        next(opened().pages("/list", key="data.items", paging=Cursor(path="after", param="after")))


# -- tokens ---------------------------------------------------------------------------------------------------------


def credentials(server: HTTPServer, *, basic: bool) -> ClientCredentials:
    form = {"grant_type": "account_credentials", "account_id": "acc-1"}
    keys = SecretStr("the-id"), SecretStr(SECRET)
    return ClientCredentials(server.url_for("/token"), *keys, form=form, basic=basic)


def token_server(server: HTTPServer, *, expires_in: int) -> tuple[list[Request], list[str]]:
    asked: list[Request] = []
    used: list[str] = []

    def token(request: Request) -> Response:
        asked.append(request)
        return answer({"access_token": f"token-{len(asked)}", "expires_in": expires_in})

    server.expect_request("/token").respond_with_handler(token)
    server.expect_request("/x").respond_with_handler(
        lambda request: used.append(request.headers["Authorization"]) or answer({"items": []})
    )
    return asked, used


def test_a_token_is_fetched_once_with_the_clients_keys_in_the_header(opened, httpserver):
    asked, used = token_server(httpserver, expires_in=3600)
    http = opened(auth=credentials(httpserver, basic=True))
    for _ in range(3):
        http.get("/x")
    assert used == ["Bearer token-1"] * 3
    keys = base64.b64encode(f"the-id:{SECRET}".encode()).decode()
    assert [request.headers["Authorization"] for request in asked] == [f"Basic {keys}"]
    assert dict(asked[0].form) == {"grant_type": "account_credentials", "account_id": "acc-1"}


def test_the_clients_keys_go_into_the_form_where_the_vendor_wants_them_there(opened, httpserver):
    asked, _ = token_server(httpserver, expires_in=3600)
    opened(auth=credentials(httpserver, basic=False)).get("/x")
    assert (asked[0].form["client_id"], asked[0].form["client_secret"]) == ("the-id", SECRET)
    assert "Authorization" not in asked[0].headers


def test_a_token_that_is_about_to_run_out_is_fetched_anew(opened, httpserver):
    _, used = token_server(httpserver, expires_in=30)
    http = opened(auth=credentials(httpserver, basic=True))
    http.get("/x")
    http.get("/x")
    assert used == ["Bearer token-1", "Bearer token-2"]


def test_a_token_address_that_gives_no_token_is_an_error_and_nothing_is_sent_without_one(opened, httpserver):
    httpserver.expect_request("/token").respond_with_json({"something": "else"})
    with pytest.raises(SourceError, match='answered without an "access_token"'):
        opened(auth=credentials(httpserver, basic=True)).get("/x")
    assert [request.path for request, _ in httpserver.log] == ["/token"]


def test_keys_that_a_token_address_refuses_are_told_as_refused(opened, httpserver):
    refused = {"reason": f"Invalid client_id or client_secret {SECRET}", "error": "invalid_client"}
    httpserver.expect_request("/token").respond_with_json(refused, status=400)
    with pytest.raises(SourceError, match=r"the credentials are refused \(400, invalid_client\)") as told:
        opened(auth=credentials(httpserver, basic=True)).get("/x")
    assert SECRET not in "".join(traceback.format_exception(told.value))


# -- what is not allowed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "missing"),
    [
        (
            200,
            {"ok": False, "error": "missing_scope", "needed": "channels:history", "provided": "x"},
            "channels:history",
        ),
        (
            403,
            {"category": "MISSING_SCOPES", "errors": [{"context": {"requiredGranularScopes": ["tickets"]}}]},
            "tickets",
        ),
        (
            400,
            {"code": 4711, "message": "Invalid access token, does not contain scopes:[a:read:b:admin]."},
            "a:read:b:admin",
        ),
    ],
)
def test_scopes_that_are_missing_are_told_by_the_vendors_names(opened, httpserver, status, body, missing):
    httpserver.expect_request("/x").respond_with_json(body, status=status)
    with pytest.raises(SourceError, match="not allowed to read /x") as told:
        opened().get("/x", key="items")
    assert f"Missing: {missing}." in str(told.value)
    assert told.value.hint == f"Give the key these scopes or rights: {missing}."


def test_where_the_vendor_names_no_scope_all_that_are_needed_are_named(opened, httpserver):
    httpserver.expect_request("/x").respond_with_json({"error": "Forbidden"}, status=403)
    with pytest.raises(SourceError) as told:
        opened(scopes=("tickets:read", "users:read")).get("/x")
    assert told.value.hint == "Give the key these scopes or rights: tickets:read, users:read."


def test_of_the_scopes_that_an_answer_lists_those_that_lack_are_named(opened, httpserver):
    headers = {"x-oauth-scopes": "users:read, chat:write"}
    httpserver.expect_request("/x").respond_with_json({"ok": False, "error": "missing_scope"}, headers=headers)
    with pytest.raises(SourceError, match=r"Missing: channels:read\."):
        opened(scopes=("users:read", "channels:read")).get("/x", key="items")


# -- where secrets are not ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("auth", [Bearer(SecretStr(SECRET)), Basic(SecretStr(SECRET), SecretStr(SECRET))])
@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 429, 500])
def test_no_failure_shows_a_secret_not_even_with_its_traceback(opened, httpserver, caplog, auth, status):
    caplog.set_level("DEBUG")
    headers = {"Location": "https://evil.example/", "Retry-After": "7200"}
    body = {"error": "bad", "message": f"key {SECRET} is wrong"}
    httpserver.expect_request("/x").respond_with_json(body, status=status, headers=headers)
    http = opened(Patience(backoff=0.01, attempts=1, budget=1), auth=auth)
    with pytest.raises(SourceError) as told:
        http.get("/x")
    shown = "".join(traceback.format_exception(told.value))
    inner = told.tb.tb_next  # all frames but this test's own, whose variables hold the secret
    shown += "".join(traceback.TracebackException(told.type, told.value, inner, capture_locals=True).format())
    shown += repr(auth) + repr(told.value) + told.value.hint
    shown += "".join(record.getMessage() for record in caplog.records if not record.name.startswith("werkzeug"))
    assert SECRET not in shown


def test_a_host_that_cannot_be_reached_is_told_without_a_secret(opened):
    http = opened(Patience(backoff=0.01, attempts=1), base_url="http://127.0.0.1:9", auth=Bearer(SecretStr(SECRET)))
    with pytest.raises(SourceError, match=r"127\.0\.0\.1 cannot be reached") as told:
        http.get(f"/x?key={SECRET}")
    assert SECRET not in "".join(traceback.format_exception(told.value))
