"""The pages of themes: what they show, what may be done there and by whom, and how it is taken back."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from icp_voice.access import open_access
from icp_voice.model import Theme, View
from icp_voice.web.app import build
from icp_voice.workspace import Workspace
from tests.web.conftest import send


def themes(served: Workspace, category: str = "pain_point") -> list[Theme]:
    return served.themes(category)


def test_themes_are_shown_by_category_with_their_reach(researcher: TestClient, served: Workspace) -> None:
    first, *_ = themes(served)
    text = researcher.get("/themes?category=pain_point").text
    assert f'href="/themes/{first.id}"' in text
    assert f"<b>{len(first.icp_accounts)}</b> of 10" in text
    assert 'aria-current="page">Pain points and needs <span class="n">12</span>' in text
    assert themes(served, "praise")[0].id not in text
    assert "95% interval" in text
    quote = served.theme_page(first.id, most=1)[0].quotes[0]
    assert f"/documents/{quote.document}#t{quote.turn}-{quote.start}-{quote.end}" in text


def test_a_view_narrows_themes_and_is_taken_off_again(researcher: TestClient, served: Workspace) -> None:
    text = researcher.get("/themes?kind=ticket&category=pain_point").text
    counted = served.theme_counts(View(kind="ticket"))["pain_point"]
    assert f'Pain points and needs <span class="n">{counted}</span>' in text
    assert 'href="/themes?category=pain_point" hx-get="/themes?category=pain_point"' in text


def test_an_unknown_filter_says_what_is_known(researcher: TestClient) -> None:
    assert researcher.get("/themes?category=nothing").status_code == 404
    answer = researcher.get("/themes?since=yesterday")
    assert answer.status_code == 422
    assert "is not a date" in answer.text
    assert researcher.get("/themes?start=-1").status_code == 422


def test_a_theme_opens_as_a_view_of_its_quotes(researcher: TestClient, served: Workspace) -> None:
    first, *_ = themes(served)
    text = researcher.get(f"/themes/{first.id}").text
    shown = re.findall(r'name="quote" value="(\w+)"', text)
    assert sorted(shown) == sorted(first.highlights)
    assert "Who holds it" in text
    assert "Keywords: " + ", ".join(first.keywords) in text
    assert re.search(r"” is new, with \d+ quotes", text)
    detail = served.theme_detail(first.id)
    assert sum(one.mentions for one in detail.accounts) + detail.nobody == len(first.highlights)
    assert {one.id for one in detail.accounts if one.member} == set(first.icp_accounts)


def test_renaming_holds_and_is_taken_back(researcher: TestClient, served: Workspace) -> None:
    first, *_ = themes(served)
    answer = send(researcher, f"/themes/{first.id}/rename", name="Month end is misery", next="/themes?sort=name")
    assert (answer.status_code, answer.headers["location"]) == (303, "/themes?sort=name")
    assert served.store.themes.names()[first.id] == "Month end is misery"
    number = re.search(r'action="/undo/(\d+)"', researcher.get("/themes").text)[1]  # type: ignore[index]
    assert send(researcher, f"/undo/{number}").status_code == 303
    assert served.store.themes.names()[first.id] == first.name


def test_a_theme_has_a_name_and_not_too_long_a_one(researcher: TestClient, served: Workspace) -> None:
    first, *_ = themes(served)
    empty = send(researcher, f"/themes/{first.id}/rename", name="   ")
    assert empty.status_code == 422
    assert "A theme needs a name." in empty.text
    long = "long name " * 30
    assert send(researcher, f"/themes/{first.id}/rename", name=long).status_code == 303
    assert long.strip() in researcher.get(f"/themes/{first.id}").text
    assert send(researcher, f"/themes/{first.id}/rename", name="x" * 301).status_code == 422


def test_two_ticked_themes_are_merged_and_taken_apart(researcher: TestClient, served: Workspace) -> None:
    one, other, *_ = themes(served)
    asked = researcher.get(f"/themes/merge?theme={one.id}&theme={other.id}")
    assert "Which name stays?" in asked.text
    merged = send(researcher, "/themes/merge", theme=[one.id, other.id], into=other.id)
    assert merged.headers["location"] == f"/themes/{other.id}"
    held = served._known_theme(other.id)
    assert set(held.highlights) == {*one.highlights, *other.highlights}
    assert researcher.get(f"/themes/{one.id}").headers["location"] == f"/themes/{other.id}"
    number = re.search(r'action="/themes/undo/(\d+)"', researcher.get("/themes/history").text)[1]  # type: ignore[index]
    assert send(researcher, f"/themes/undo/{number}").status_code == 303
    assert set(served._known_theme(one.id).highlights) == set(one.highlights)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_only_two_themes_are_merged_at_a_time(researcher: TestClient, served: Workspace, count: int) -> None:
    ids = [one.id for one in themes(served)[:count]]
    answer = researcher.get("/themes/merge", params={"theme": ids})
    assert answer.status_code == 422
    assert f"{count} were ticked" in answer.text


def test_ticked_quotes_are_split_off_and_moved(researcher: TestClient, served: Workspace) -> None:
    one, other, *_ = themes(served)
    picked = list(one.highlights[1:3])
    made = send(researcher, f"/themes/{one.id}/sort", do="split", quote=picked, name="Waiting at the gate")
    new = made.headers["location"].removeprefix("/themes/")
    assert set(served._known_theme(new).highlights) == set(picked)
    moved = send(researcher, f"/themes/{new}/sort", do="move", quote=picked[:1], to=other.id)
    assert moved.status_code == 303
    assert picked[0] in served._known_theme(other.id).highlights
    nothing = send(researcher, f"/themes/{one.id}/sort", do="split", name="Empty")
    assert nothing.status_code == 422
    assert "No quote was ticked" in nothing.text


def test_hidden_themes_stand_behind_a_switch(researcher: TestClient, served: Workspace) -> None:
    first, *_ = themes(served)
    send(researcher, f"/themes/{first.id}/hide", hidden="true")
    assert f'href="/themes/{first.id}"' not in researcher.get("/themes").text
    assert f'href="/themes/{first.id}"' in researcher.get("/themes?hidden=1").text
    send(researcher, f"/themes/{first.id}/hide", hidden="false")
    assert f'href="/themes/{first.id}"' in researcher.get("/themes").text


def test_a_theme_is_left_out_of_the_document_and_put_into_it(researcher: TestClient, served: Workspace) -> None:
    first, *_ = themes(served)
    send(researcher, f"/themes/{first.id}/document", shown="false")
    assert first.id in served.arrangement().hidden_themes
    send(researcher, f"/themes/{first.id}/document", shown="true")
    assert first.id not in served.arrangement().hidden_themes
    assert send(researcher, f"/themes/{first.id}/add", section="pain_points").status_code == 303
    assert (first.name, "pain_points") in served.arrangement().views
    assert served.view(first.name).theme == first.id


def test_what_is_in_no_theme_says_why(researcher: TestClient, served: Workspace) -> None:
    loose = served.unassigned("pain_point")
    assert f"Not in a theme: <b>{len(loose)}</b>" in researcher.get("/themes?category=pain_point").text
    text = researcher.get("/themes/unassigned?category=pain_point").text
    assert f"{len(loose)} quotes that nothing else" in text
    assert loose[0].reason in text


def test_somebody_elses_decision_is_taken_back_by_admins_only(
    researcher: TestClient, admin: TestClient, served: Workspace
) -> None:
    first, *_ = themes(served)
    send(admin, f"/themes/{first.id}/rename", name="By Ada")
    number = max(one.number for one in served.theme_history())
    refused = send(researcher, f"/themes/undo/{number}")
    assert refused.status_code == 422
    assert "decided by Ada" in refused.text
    assert "/themes/undo/" not in researcher.get("/themes/history").text
    assert send(admin, f"/themes/undo/{number}").status_code == 303


def test_viewers_see_themes_and_change_none(viewer: TestClient, served: Workspace) -> None:
    first, other, *_ = themes(served)
    for path in ("/themes", f"/themes/{first.id}", "/themes/history", "/themes/unassigned"):
        text = viewer.get(path).text
        assert "Rename" not in text
        assert 'type="checkbox"' not in text
    for path, fields in (
        (f"/themes/{first.id}/rename", {"name": "Mine"}),
        ("/themes/merge", {"theme": [first.id, other.id], "into": other.id}),
        (f"/themes/{first.id}/sort", {"do": "split", "quote": first.highlights[0]}),
        (f"/themes/{first.id}/hide", {"hidden": "true"}),
    ):
        assert send(viewer, path, **fields).status_code == 403
    assert served._known_theme(first.id) == first


@pytest.mark.parametrize(
    ("path", "column"),
    [("/themes", "name"), ("/themes/history", "what"), ("/themes/unassigned", "why")],
)
def test_every_list_is_a_file(researcher: TestClient, path: str, column: str) -> None:
    answer = researcher.get(f"{path}?format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows, answer.text[:300]
    assert all(row[column] for row in rows)


def test_a_themes_quotes_are_a_file(researcher: TestClient, served: Workspace) -> None:
    first, *_ = themes(served)
    rows = list(csv.DictReader(io.StringIO(researcher.get(f"/themes/{first.id}?format=csv").text)))
    assert {row["id"] for row in rows} == set(first.highlights)


def test_five_thousand_themes_are_paged(researcher: TestClient, served: Workspace) -> None:
    [category] = {one.category for one in themes(served)}
    with served.store.transaction():
        members = list(served.store.themes.memberships(category).values())
        ids = [member.highlight for member in members]
        many = [
            Theme(
                id=f"t{number:05}", category=category, name=f"Theme {number} " + "x" * 280, keywords=(), highlights=()
            )
            for number in range(5_000)
        ]
        served.store.themes.put(
            category,
            many,
            [replace(member, theme=many[place % 5_000].id) for place, member in enumerate(members)],
        )
    text = researcher.get(f"/themes?category={category}").text
    assert f"1–20 of {min(len(ids), 5_000)}" in text
    assert text.count('<article class="card themed') == 20


def test_an_empty_workspace_says_what_to_do(tmp_path: Path) -> None:
    Workspace.init(tmp_path / "empty", company="Ours")
    client = TestClient(build(tmp_path / "empty"), base_url="http://127.0.0.1", follow_redirects=False)
    client.get(f"/open?token={open_access(tmp_path / 'empty').one_time_link()}")
    for path, told in (
        ("/themes", "There are no themes yet"),
        ("/themes/history", "Nothing has become of any theme"),
        ("/ask", "No customer’s words are coded yet"),
        ("/views", "No view is saved yet"),
        ("/ask?q=Why%3F", "do not answer this"),
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert told in answer.text
