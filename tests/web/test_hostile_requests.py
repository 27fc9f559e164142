"""Pages under attack: hostile words in every address and form, and stored where other people read them."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import quote

import docx
import pytest
from fastapi.routing import APIRoute
from lxml import html
from starlette.testclient import TestClient

from icp_voice.workspace import Workspace
from tests.web.conftest import csrf
from tests.web.test_api import V1, filled, routes
from tests.web.test_api_fuzz import HOSTILE

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
LEFT_OUT = {"/sign-out", "/me/sign-out", "/me/password", "/settings/users/{name}/remove", "/runs"}


def named(client: TestClient, method: str, path: str) -> list[str]:
    """Return the names of what a route reads of a query or a form."""

    def all_of(some, prefix=""):
        for route in some:
            if isinstance(route, APIRoute) and prefix + route.path == path and method in route.methods:
                given = route.dependant.query_params + route.dependant.body_params
                return [one.alias for one in given]
            if included := getattr(route, "original_router", None):
                if found := all_of(included.routes, prefix + route.include_context.prefix):
                    return found
        return []

    return all_of(client.app.routes)  # type: ignore[attr-defined]


def test_no_hostile_word_in_an_address_breaks_a_page(admin: TestClient) -> None:
    for method, path in routes(admin):
        if method != "GET" or path.startswith(V1) or path.endswith("/events"):
            continue
        names = named(admin, method, path)
        for word in HOSTILE if "{" in path or names else ():
            shown = quote(word[:1_500].encode("utf-8", "surrogatepass"), safe="")
            # Both where a path leads to something and where it does not.
            address = path.replace("{document}", "1").split("{")[0] + (shown if "{" in path else "")
            answer = admin.get(f"{address}?{'&'.join(f'{name}={shown}' for name in names)}")
            assert answer.status_code < 500, (path, word[:30], names)


def test_no_hostile_word_in_a_form_breaks_a_page(admin: TestClient, served: Workspace) -> None:
    secret = csrf(admin)
    quoted = served.highlights()[0]
    real = {"document": quoted.document, "h": quoted.id, "theme": served.themes()[0].id, "account": quoted.account}
    for method, path in routes(admin):
        if method != "POST" or path.startswith(V1) or path in LEFT_OUT:
            continue
        address = path
        for name, value in real.items():
            address = address.replace("{" + name + "}", quote(value))
        names = [name for name in named(admin, method, path) if name != "request"]
        for word in HOSTILE:
            shown = quote(word[:1_500].encode("utf-8", "surrogatepass"), safe="")
            form = "&".join([f"csrf={secret}", *(f"{name}={shown}" for name in names)])
            answer = admin.post(
                filled(address), content=form, headers={"content-type": "application/x-www-form-urlencoded"}
            )
            assert answer.status_code < 500, (path, word[:30], names)
    assert admin.get("/").status_code == 200, "nobody was signed out meanwhile: all of it was asked"


def hostile_everywhere(client: TestClient, workspace: Workspace) -> None:
    """Put a script into every name and text that a person may write."""
    secret = {"x-csrf-token": csrf(client)}
    theme, quoted = workspace.themes("pain_point")[0], workspace.highlights()[0]

    def send(method: str, path: str, **sent: object) -> None:
        answer = client.request(method, V1 + path, headers=secret, **sent)  # type: ignore[arg-type]
        assert answer.status_code < 300, (path, answer.text)

    send("PATCH", f"/themes/{theme.id}", json={"name": SCRIPT})
    send("PATCH", "/accounts/" + quoted.account, json={"name": SCRIPT, "attributes": {"industry": SCRIPT}})
    send("PUT", "/views/" + quote(SCRIPT.replace("/", ""), safe=""), json={"question": SCRIPT})
    send("PUT", "/contacts", json={"account": quoted.account, "name": SCRIPT, "role": SCRIPT})
    send("POST", "/arrangement/notes", json={"part": "theme", "target": theme.id, "text": SCRIPT})
    text = f"{SCRIPT} [x](javascript:alert(3)) <javascript:alert(4)> ![x](https://evil.example/x.png)"
    send(
        "POST", "/arrangement/paragraphs", json={"section": "pain_points", "text": "A [link](https://ok.example) *so*."}
    )
    refused = client.post(V1 + "/arrangement/paragraphs", json={"section": "glance", "text": text}, headers=secret)
    assert refused.status_code in (201, 422)
    send("POST", "/editions", json={"name": SCRIPT, "note": SCRIPT})
    batch = client.post(V1 + "/uploads", headers=secret).json()["id"]
    words = f"Ann {SCRIPT}: Our queue {SCRIPT} is slow, and nobody knows why it takes so long.\nVera Field: I see.\n"
    send("POST", f"/uploads/{batch}/files", params={"name": f"{SCRIPT}.txt"}, content=words.encode())
    workspace.keep(batch)


def test_what_people_write_is_shown_and_never_run(admin: TestClient, served: Workspace) -> None:
    hostile_everywhere(admin, served)
    seen = 0
    document = served.documents_page(search="queue", sort="newest").items or served.documents_page(search="alert").items
    quoted = served.highlights()[0]
    pages = [path for method, path in routes(admin) if method == "GET" and "{" not in path and not path.startswith(V1)]
    theme = served.themes("pain_point")[0].id
    pages += [
        f"/documents/{document[0].id}",
        f"/themes/{theme}",
        f"/accounts/{quoted.account}",
        "/ask?q=" + quote(SCRIPT),
    ]
    for path in pages:
        answer = admin.get(path)
        assert answer.status_code < 500, path
        if not answer.headers.get("content-type", "").startswith("text/html") or not answer.text:
            continue
        seen += "&lt;script&gt;alert(1)" in answer.text
        assert "49" not in answer.text.split("alert(2)&gt;")[0][-1:], path
        for element in html.fromstring(answer.text).iter():
            if not isinstance(element.tag, str):
                continue
            assert element.tag != "script" or str(element.get("src")).startswith("/static/"), (path, element.text)
            for name, value in element.attrib.items():
                assert not name.startswith("on") and name != "style", (path, element.tag, name)
                if name in {"href", "src", "action", "hx-get", "hx-post"}:
                    assert not value.strip().lower().startswith(("javascript:", "data:", "//")), (path, value)
    assert seen >= 5


def test_downloads_keep_hostile_names_as_words(admin: TestClient, served: Workspace) -> None:
    hostile_everywhere(admin, served)
    written = docx.Document(io.BytesIO(admin.get(f"{V1}/reports/icp?format=docx").content))
    assert any("<script>alert(1)</script>" in one.text for one in written.paragraphs)
    for form in ("html", "markdown", "docx"):
        answer = admin.get(f"{V1}/editions/1?format={form}")
        assert answer.headers["content-disposition"].count("\n") == 0
        assert answer.status_code == 200
    shown = admin.get(f"{V1}/reports/icp?format=html").text
    assert "<script>alert(1)" not in shown
    assert "<img src=x" not in shown


def test_no_cell_of_a_table_is_run_as_a_formula(admin: TestClient, served: Workspace) -> None:
    theme = served.themes("pain_point")[0]
    secret = {"x-csrf-token": csrf(admin)}
    assert admin.patch(f"{V1}/themes/{theme.id}", json={"name": "=HYPERLINK(1)"}, headers=secret).status_code == 200
    table = admin.get(f"{V1}/tables/themes").text
    assert "'=HYPERLINK(1)" in table
    assert ",=HYPERLINK" not in table


def test_signing_in_begins_another_session_than_the_one_that_was_planted(stranger: TestClient) -> None:
    stranger.cookies.set("icp_voice", "planted-by-somebody")
    entered = stranger.post("/sign-in", data={"name": "Rae", "password": "a long enough password"})
    assert "planted" not in entered.headers["set-cookie"]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "", "[::1", "a b"]
)
def test_a_name_that_is_not_ours_is_answered_nothing(folder: Path, host: str) -> None:
    from icp_voice.web.app import build

    client = TestClient(build(folder, hosts=frozenset({"127.0.0.1"})), base_url="http://127.0.0.1")
    assert client.get("/health", headers={"host": host}).status_code == 421


def test_the_log_holds_no_words_of_a_request(admin: TestClient, caplog: pytest.LogCaptureFixture, monkeypatch) -> None:
    def broken(self: object, *args: object, **more: object) -> object:
        raise RuntimeError("secret words of a customer")

    monkeypatch.setattr(Workspace, "highlights_page", broken)
    answer = admin.get(f"{V1}/highlights?words=confidential")
    assert (answer.status_code, "secret" in answer.text) == (500, False)
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text
    assert "confidential" not in caplog.text


@pytest.mark.parametrize(
    "origin", ["http://[::1", "null", "https://127.0.0.1.evil.example", "http://127.0.0.1@evil.example"]
)
def test_a_change_from_an_address_that_is_not_ours_is_refused(admin: TestClient, origin: str) -> None:
    secret = csrf(admin)
    answer = admin.post("/undo/1", data={"csrf": secret}, headers={"origin": origin})
    assert (answer.status_code, "another site" in answer.text) == (403, True)
