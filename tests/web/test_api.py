"""What programs get: records as written down, pages that go on, refusals that say why, and nothing for who may only read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route
from starlette.testclient import TestClient

from icp_voice.access import Role, open_access
from icp_voice.model import Account, View
from icp_voice.publish import records
from icp_voice.web.api import description, shapes
from icp_voice.web.asker import UNSAFE
from icp_voice.workspace import Workspace
from tests.web.conftest import csrf

V1 = "/api/v1"
OPEN = {"/sign-in", "/sign-out"}


@pytest.fixture
def program(app_client: Callable[[str], TestClient], folder: Path) -> Callable[[str, Role], TestClient]:
    """Return a client that sends a token of a person."""

    def made(name: str, role: Role) -> TestClient:
        client = app_client("")
        key, _ = open_access(folder).make_token(name, "a test", role)
        client.headers["authorization"] = f"Bearer {key}"
        return client

    return made


@pytest.fixture
def api(program: Callable[[str, Role], TestClient]) -> TestClient:
    return program("Rae", Role.RESEARCHER)


@pytest.fixture
def ada(program: Callable[[str, Role], TestClient]) -> TestClient:
    return program("Ada", Role.ADMIN)


def routes(client: TestClient) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route of the application, those of included routers too."""

    def all_of(some: Sequence[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
        for route in some:
            if isinstance(route, Route | APIRoute):
                yield from ((method, prefix + route.path) for method in route.methods or ())
            elif included := getattr(route, "original_router", None):
                yield from all_of(included.routes, prefix + route.include_context.prefix)  # type: ignore[attr-defined]

    found = list(all_of(client.app.routes))  # type: ignore[attr-defined]
    assert len(found) > 100, "the framework keeps its routes elsewhere"
    return iter(found)


def filled(path: str) -> str:
    """Return an address of a route; what stands for its parameters may lead to nothing."""
    return re.sub(r"\{[^}]+\}", "1", path)


def unsafe(client: TestClient) -> list[tuple[str, str]]:
    return [(method, path) for method, path in routes(client) if method in UNSAFE and path not in OPEN]


def test_no_route_of_all_lets_a_viewer_change_anything(viewer: TestClient, program: Callable) -> None:
    walked = unsafe(viewer)
    assert len(walked) > 50
    token, secret = program("Rae", Role.VIEWER), csrf(viewer)
    for method, path in walked:
        if path.startswith("/me/"):  # one's own password and tokens; a program's key changes not even those
            assert token.request(method, filled(path)).status_code == 403, (method, path)
            continue
        by_session = viewer.request(method, filled(path), headers={"x-csrf-token": secret})
        assert by_session.status_code == 403, (method, path, by_session.status_code)
        assert token.request(method, filled(path)).status_code == 403, (method, path)


def test_no_route_of_all_answers_a_stranger(stranger: TestClient) -> None:
    for method, path in routes(stranger):
        if path not in {"/sign-in", "/open", "/health", "/static/report.css"}:
            answer = stranger.request(method, filled(path))
            assert answer.status_code == (401 if path.startswith("/api") else 303), (method, path)
            assert not answer.content or path.startswith("/api"), (method, path)


def test_no_change_by_session_goes_without_its_secret(researcher: TestClient) -> None:
    for method, path in unsafe(researcher):
        assert researcher.request(method, filled(path)).status_code == 403, (method, path)


def test_settings_and_people_are_for_admins(api: TestClient) -> None:
    for method, path in unsafe(api):
        if path.startswith((f"{V1}/people", f"{V1}/tokens", f"{V1}/settings", f"{V1}/codebook/{{name}}")):
            answer = api.request(method, filled(path))
            assert (answer.status_code, answer.json()["hint"]) == (403, "Ask an admin."), (method, path)
    assert api.get(f"{V1}/people").status_code == 403


def test_reading_changes_nothing(viewer: TestClient, served: Workspace) -> None:
    before = [one.number for one in served.changes()]
    for method, path in routes(viewer):
        if method == "GET" and not path.endswith("/events"):
            assert viewer.get(filled(path)).status_code < 500, path
    assert [one.number for one in served.changes()] == before


def test_a_token_in_an_address_or_without_its_scheme_lets_nobody_in(stranger: TestClient, folder: Path) -> None:
    key, _ = open_access(folder).make_token("Ada", "a test", Role.ADMIN)
    assert stranger.get(f"{V1}/me?token={key}&access_token={key}").status_code == 401
    for said in (key, f"Basic {key}", f"Bearer {key}x", "Bearer", "Bearer \xff"):
        assert stranger.get(f"{V1}/me", headers={"authorization": said.encode("latin-1")}).status_code == 401
    assert stranger.get(f"{V1}/me", headers={"authorization": f"bearer {key}"}).json() == {
        "name": "Ada",
        "role": "admin",
    }


def test_a_bad_token_is_not_helped_by_a_good_session(researcher: TestClient) -> None:
    assert researcher.get(f"{V1}/me", headers={"authorization": "Bearer icpv_none"}).status_code == 401


def test_answers_have_the_keys_that_the_command_line_writes(api: TestClient, served: Workspace) -> None:
    quote = served.highlights(View())[0]
    told = api.get(f"{V1}/highlights?category={quote.categories[0]}&most=200").json()
    assert told["items"]
    known = {one.id: records.highlight_record(one) for one in served.highlights()}
    assert all(one == known[one["id"]] for one in told["items"])
    assert api.get(f"{V1}/icp").json() == records.icp_record(served.icp())
    assert api.get(f"{V1}/plan").json() == [records.interview_record(one) for one in served.plan().interviews]
    gaps = api.get(f"{V1}/gaps?most=200").json()
    assert gaps["items"] == [records.gap_record(gap) for gap in served.gaps()][:200]
    cells = api.get(f"{V1}/coverage?most=200").json()["items"]
    wanted = [records.cell_record(cell) for cell in served.coverage().cells]
    assert sorted(map(str, cells)) == sorted(map(str, wanted))
    theme = served.themes()[0]
    quoted = {one.id: one for one in served.store.highlights.select(View(coded=False), ids=theme.highlights)}
    assert api.get(f"{V1}/themes/{theme.id}").json() == records.theme_record(theme, quoted)


def test_the_written_contract_is_the_one_that_is_described() -> None:
    told = Path("docs/records.md").read_text("utf-8")
    for command, shape in (
        ("highlights", shapes.HighlightRecord),
        ("themes", shapes.ThemeRecord),
        ("facts", shapes.FactRecord),
        ("documents", shapes.DocumentRecord),
        ("coverage", shapes.CellRecord),
        ("gaps", shapes.GapRecord),
        ("plan", shapes.PickRecord),
        ("interview list", shapes.InterviewRecord),
        ("accounts list", shapes.AccountRecord),
        ("edition list", shapes.EditionRecord),
    ):
        row = next(line for line in told.splitlines() if line.startswith(f"| `{command}` |"))
        keys = {key for part in re.findall(r"`([^`]+)`", row.split("|")[3]) for key in re.split(r",\s*", part) if key}
        assert set(shape.model_fields) == keys, command


def test_pages_go_on_to_the_end_and_hold_everything_once(api: TestClient) -> None:
    found, after = [], ""
    while True:
        page = api.get(f"{V1}/highlights", params={"most": 7, "start_after": after}).json()
        found += [one["id"] for one in page["items"]]
        if not (after := page["next"]):
            break
    assert len(found) == len(set(found)) == page["total"] > 20


def test_a_tag_is_corrected_and_taken_back(api: TestClient, served: Workspace) -> None:
    quote = next(one for one in served.highlights() if one.categories == ("pain_point",))
    done = api.put(f"{V1}/highlights/{quote.id}/tags/pain_point", json={"state": "rejected"}).json()
    listed = f"{V1}/highlights?category=pain_point&document={quote.document}&most=200"
    assert quote.id not in {one["id"] for one in api.get(listed).json()["items"]}
    assert served.changes()[0].by == "Rae"
    assert api.post(f"{V1}/changes/{done['undo']}/undo").json()["undone"] is True
    assert quote.id in {one["id"] for one in api.get(listed).json()["items"]}


def test_two_coders_are_compared(api: TestClient, served: Workspace) -> None:
    for number, one in enumerate(served.highlights()[:12]):
        decide = served.confirm if number % 3 else served.reject
        decide(one.id, one.categories[0])
    answer = api.get(f"{V1}/review/agreement")
    assert answer.status_code == 200
    [pair] = answer.json()["pairs"]
    assert {pair["one"], pair["other"]} == {"me", "model"}
    assert pair["passages"] == 12


def test_people_take_back_their_own_changes_only(api: TestClient, ada: TestClient, served: Workspace) -> None:
    quote = served.highlights()[0]
    path = f"{V1}/highlights/{quote.id}/tags/{quote.categories[0]}"
    undo = ada.put(path, json={"state": "confirmed"}).json()["undo"]
    refused = api.post(f"{V1}/changes/{undo}/undo")
    assert refused.status_code == 422
    assert "is by Ada" in refused.json()["error"]


def test_themes_are_renamed_merged_split_and_moved(api: TestClient, served: Workspace) -> None:
    one, other = [theme for theme in served.themes("pain_point") if len(theme.highlights) > 2][:2]
    assert api.patch(f"{V1}/themes/{one.id}", json={"name": "Slow approvals"}).json()["name"] == "Slow approvals"
    made = api.post(f"{V1}/themes/{one.id}/split", json={"highlights": [one.highlights[0]], "name": "Apart"})
    assert (made.status_code, made.json()["name"]) == (201, "Apart")
    assert api.post(f"{V1}/themes/{other.id}/highlights", json={"highlights": [one.highlights[1]]}).status_code == 200
    merged = api.post(f"{V1}/themes/{made.json()['id']}/merge", json={"into": one.id}).json()
    assert merged["id"] == one.id
    kinds = [change["kind"] for change in api.get(f"{V1}/themes/history").json()["items"]][:4]
    assert sorted(kinds) == ["merged", "moved", "renamed", "split"]


def test_a_question_is_answered_or_said_not_to_be(api: TestClient) -> None:
    good = api.post(f"{V1}/answers", json={"question": "What do they dislike about approvals?"}).json()
    assert good["answered"]
    assert good["quotes"][0]["text"]
    bad = api.post(f"{V1}/answers", json={"question": "What is the boiling point of tungsten?"}).json()
    assert (bad["answered"], bad["quotes"]) == (False, [])
    assert bad["reason"]


def test_a_file_is_sent_previewed_corrected_and_kept_as_a_job(api: TestClient, served: Workspace) -> None:
    batch = api.post(f"{V1}/uploads").json()["id"]
    words = b"Ann Lee: Our approvals take four days, and nobody knows why.\nVera Field: I see.\n"
    sent = api.post(f"{V1}/uploads/{batch}/files", params={"name": "../../call.txt"}, content=words)
    assert (sent.status_code, sent.json()["name"], sent.json()["size"]) == (201, "call.txt", len(words))
    shown = api.get(f"{V1}/uploads/{batch}/files/1").json()
    assert shown["documents"]
    chosen = api.put(f"{V1}/uploads/{batch}/files/1", json={"date": "2026-05-12", "sides": {"Ann Lee": "customer"}})
    assert chosen.status_code == 200, chosen.text
    job = api.post(f"{V1}/uploads/{batch}/keep")
    assert (job.status_code, job.json()["kind"], job.json()["by"]) == (202, "keep", "Rae")
    assert api.get(f"{V1}/jobs/{job.json()['id']}").json()["arguments"] == {"batch": batch}
    cancelled = api.post(f"{V1}/jobs/{job.json()['id']}/cancel").json()
    assert cancelled["state"] == "cancelled"
    events = api.get(f"{V1}/jobs/{job.json()['id']}/events")
    assert events.headers["content-type"].startswith("text/event-stream")
    assert '"state": "cancelled"' in events.text
    assert served.documents_page(search="uploads/call.txt").total == 0


def test_accounts_are_imported_as_a_job(api: TestClient, served: Workspace) -> None:
    table = b"Company,Key\nFir Glass,F-1\n"
    job = api.post(
        f"{V1}/uploads/accounts", params={"name": "crm.csv", "id": "Key", "account_name": "Company"}, content=table
    )
    assert job.status_code == 202, job.text
    served.keep(job.json()["arguments"]["batch"])
    assert api.get(f"{V1}/accounts/F-1").json()["account"]["name"] == "Fir Glass"


@pytest.mark.parametrize("id", ["columns", "import/3", "a/tag", "new"])
def test_an_account_is_read_corrected_and_tagged_whatever_its_id_is(
    api: TestClient, served: Workspace, id: str
) -> None:
    with served.writing("test") as store, store.transaction():
        store.accounts.put([Account(id=id, name="Oddly Numbered Mills")])
    for address in {f"{V1}/accounts/{quote(id)}", f"{V1}/accounts/{quote(id, safe='')}"}:
        assert api.get(address).json()["account"]["id"] == id
        assert api.patch(address, json={"domains": ["mills.example"]}).json()["domains"] == ["mills.example"]
        assert api.put(f"{address}/tag", json={"held": True}).json()["id"] == id
    assert "acv_usd" in {one["name"] for one in api.get(f"{V1}/icp/columns").json()}


def test_a_file_that_is_larger_than_allowed_leaves_nothing_behind(api: TestClient, folder: Path) -> None:
    text = (folder / "icp-voice.toml").read_text("utf-8")
    (folder / "icp-voice.toml").write_text(text.replace("# file_mb = 200", "file_mb = 1"), "utf-8")
    batch = api.post(f"{V1}/uploads").json()["id"]

    def chunks() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 100_000

    sent = api.post(f"{V1}/uploads/{batch}/files", params={"name": "large.txt"}, content=chunks())
    assert sent.status_code == 422
    assert "larger than 1 MB" in sent.json()["error"]
    assert [
        one for one in (folder / "uploads").rglob("*") if one.is_file() and not one.name.startswith("uploads.db")
    ] == []


def test_files_are_handed_out_under_names_of_ours(api: TestClient) -> None:
    docx = api.get(f"{V1}/reports/icp?format=docx")
    assert docx.content[:2] == b"PK"
    assert docx.headers["content-disposition"] == 'attachment; filename="icp.docx"'
    assert api.get(f"{V1}/tables/quotes").text.startswith("theme,") or api.get(f"{V1}/tables/quotes").status_code == 200
    assert api.get(f"{V1}/tables/passwords").status_code == 422
    assert api.get(f"{V1}/export/qdc").content.startswith(b"<?xml")


def test_an_edition_is_frozen_and_compared(api: TestClient, served: Workspace) -> None:
    made = api.post(f"{V1}/editions", json={"name": "Spring\r\nX: y"})
    assert (made.status_code, made.json()["name"], made.json()["by"]) == (201, "Spring X: y", "Rae")
    api.put(f"{V1}/icp", json={"remove": [served.icp().accounts[0].id]})
    told = api.get(f"{V1}/editions/1/changes").json()
    assert told["left"]
    assert api.get(f"{V1}/editions/1?format=markdown").text.startswith("# ")


def test_interviews_are_marked(api: TestClient) -> None:
    pick = next(one for one in api.get(f"{V1}/plan").json() if one["person"])
    marked = api.post(
        f"{V1}/interviews",
        json={"account": pick["account"], "person": pick["person"], "state": "scheduled", "date": "2026-12-01"},
    ).json()
    assert (marked["state"], marked["date"]) == ("scheduled", "2026-12-01")
    assert api.get(f"{V1}/interviews").json() == [marked]


def test_views_with_slashes_in_their_names_are_kept(api: TestClient) -> None:
    saved = api.put(f"{V1}/views/Q1/2026: slow?", json={"category": "pain_point"})
    assert saved.status_code in (200, 404)
    saved = api.put(f"{V1}/views/Q1%2F2026", json={"category": "pain_point", "attributes": {"industry": "Retail"}})
    assert saved.json()["name"] == "Q1/2026"
    assert api.delete(f"{V1}/views/Q1%2F2026").json()["done"] == "Forgotten."
    assert api.get(f"{V1}/views/Q1%2F2026").status_code == 404


def test_people_and_tokens_are_made_in_a_session_and_ended_by_a_program_too(
    admin: TestClient, ada: TestClient, folder: Path
) -> None:
    newcomer = {"name": "Bo", "password": "quite a long one indeed", "role": "viewer"}
    secret = {"x-csrf-token": csrf(admin)}
    assert admin.post(f"{V1}/people", json=newcomer, headers=secret).json()["role"] == "viewer"
    made = admin.post(f"{V1}/tokens", json={"person": "Bo", "label": "nightly"}, headers=secret).json()
    assert open_access(folder).person_of_token(made["key"]).name == "Bo"  # type: ignore[union-attr]
    assert "key" not in ada.get(f"{V1}/tokens?person=Bo").json()[0]
    assert ada.delete(f"{V1}/tokens/{made['id']}").status_code == 200
    assert open_access(folder).person_of_token(made["key"]) is None
    assert ada.delete(f"{V1}/people/Bo").status_code == 200
    refused = ada.delete(f"{V1}/people/Ada")
    assert refused.json()["error"] == "Ada is the last admin."


def test_a_refusal_never_repeats_what_was_sent_for_a_secret(admin: TestClient) -> None:
    newcomer = {"name": "Bo", "password": ["hunter2hunter2"], "role": "viewer"}
    refused = admin.post(f"{V1}/people", json=newcomer, headers={"x-csrf-token": csrf(admin)})
    assert refused.status_code == 422
    assert "hunter2" not in refused.text


def test_what_is_misspelt_is_refused_and_not_passed_over(api: TestClient) -> None:
    refused = api.put(f"{V1}/icp", json={"remov": ["A-1001"]})
    assert (refused.status_code, refused.json()["error"]) == (422, "Something in this request is not as it must be.")
    assert "remov" in refused.json()["hint"]


def test_the_document_is_complete(api: TestClient, viewer: TestClient) -> None:
    told = viewer.get(f"{V1}/openapi.json").json()
    assert told["components"]["securitySchemes"].keys() == {"token", "session"}
    for path, methods in told["paths"].items():
        assert path.startswith(f"{V1}/")
        for method, call in methods.items():
            assert call["summary"] and call["description"] and len(call["tags"]) == 1, (method, path)
            assert {"401", "403", "404", "422"} <= call["responses"].keys()
    assert told == description(api.app)  # type: ignore[arg-type]


def test_the_page_shows_each_call_with_an_example(viewer: TestClient) -> None:
    shown = viewer.get("/api").text
    assert shown.count('<details class="call"') == sum(
        len(methods) for methods in viewer.get(f"{V1}/openapi.json").json()["paths"].values()
    )
    assert "curl -H &#39;Authorization: Bearer icpv_" in shown
    found = viewer.get("/api?search=merge theme").text
    assert f"{V1}/themes/{{theme}}/merge" in found
    assert f"{V1}/people" not in found
    nothing = viewer.get('/api?search="><script>').text
    assert "No call holds all of these words" in nothing
    assert "<script>" not in nothing.split("<main")[1]


def test_an_empty_folder_is_told_as_such(tmp_path: Path) -> None:
    from icp_voice.web.app import build

    client = TestClient(build(tmp_path), base_url="http://127.0.0.1", follow_redirects=False)
    client.get(f"/open?token={open_access(tmp_path).one_time_link()}")
    answer = client.get(f"{V1}/highlights")
    assert answer.status_code == 409
    assert "is not a workspace" in answer.json()["error"]
