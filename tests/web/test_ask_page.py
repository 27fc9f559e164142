"""Asking and saved views: an address holds what is asked, and says so when the words do not answer it."""

from __future__ import annotations

import csv
import html
import io
import re
from urllib.parse import quote_plus

import pytest
from starlette.testclient import TestClient

from icp_voice.model import View
from icp_voice.profile.gaps import QUESTION
from icp_voice.web.viewing import asked_in, asked_of, state_of
from icp_voice.workspace import Workspace
from tests.web.conftest import send

UNANSWERED = "What do customers say about carbon footprint reports?"


def ids(text: str) -> list[str]:
    """Return where the quotes on a page lead."""
    return re.findall(r'<a href="(/documents/[^"]+#t[\d-]+)"', html.unescape(text))


def test_a_question_is_answered_with_numbered_quotes(researcher: TestClient, served: Workspace) -> None:
    answer = served.ask("What do customers love?", View(account_tag="ICP"))
    text = researcher.get("/ask?q=What+do+customers+love%3F&account_tag=ICP").text
    assert f"{answer.accounts} of {answer.of_accounts} ICP accounts speak of it" in text
    assert len(ids(text)) == len(answer.quotes)
    for number in range(1, len(answer.quotes) + 1):
        assert f'id="quote-{number}"' in text
    assert html.escape(answer.summary[0].text).replace("&#x27;", "&#39;") in text
    assert 'href="#quote-1"' in text


def test_an_unanswered_question_becomes_a_gap(researcher: TestClient, served: Workspace) -> None:
    served.remove_view("Carbon reports")
    text = researcher.get(f"/ask?q={quote_plus(UNANSWERED)}").text
    assert "do not answer this" in text
    assert "Keep it as a gap" in text
    assert send(researcher, "/views", state=f"q={quote_plus(UNANSWERED)}", name=UNANSWERED, gap="1").status_code == 303
    assert UNANSWERED in [one.question for one in served.gaps() if one.kind == QUESTION]
    assert "It is kept as a gap" in researcher.get(f"/ask?q={quote_plus(UNANSWERED)}").text


def test_it_says_who_could_be_asked(researcher: TestClient, served: Workspace) -> None:
    text = researcher.get(f"/ask/people?q={quote_plus(UNANSWERED)}").text
    first = served.plan().interviews[0]
    assert first.person in text
    one = researcher.get(f"/ask/people?q={quote_plus(UNANSWERED)}&account={first.account}").text
    assert one.count("<li><span>") == 1


def test_filters_narrow_the_quotes_and_can_be_taken_off(researcher: TestClient, served: Workspace) -> None:
    view = View(kind="call", category="praise", attributes={"region": "Nordics"})
    total = served.highlights_page(view).total
    text = researcher.get("/ask?kind=call&category=praise&attribute:region=Nordics").text
    assert f"<b>{total} quotes</b>" in text
    for name in ("Kind", "Category", "Region"):
        assert f'<span class="soft">{name}:</span>' in text
    assert 'href="/ask?category=praise&amp;attribute%3Aregion=Nordics"' in text


@pytest.mark.parametrize("page", ["/ask", "/themes"])
def test_any_attribute_of_accounts_narrows_also_one_with_too_many_values_to_list(
    researcher: TestClient, served: Workspace, page: str
) -> None:
    bare = researcher.get(page).text
    assert not any(facet.name == "attribute:industry" for facet in served.facets().facets)
    offered = re.findall(r'<option value="(\w+)">', bare.partition('name="attribute"')[2].partition("</select>")[0])
    assert offered == sorted({name for one in served.accounts() for name in one.attributes})
    text = researcher.get(f"{page}?attribute=industry&value=food&kind=call").text
    assert '<span class="soft">Industry:</span> Food' in text
    if page == "/ask":
        total = served.highlights_page(View(kind="call", attributes={"industry": "Food"})).total
        assert 0 < total < served.highlights_page(View(kind="call")).total
        assert f"<b>{total} quotes</b>" in text
    assert f'href="{page}?kind=call"' in text


def test_each_choice_tells_how_many_quotes_it_holds(researcher: TestClient, served: Workspace) -> None:
    text = researcher.get("/ask").text
    for facet in served.facets().facets:
        for value in facet.values[:3]:
            total = served.facets(asked_of("/ask", _param(facet.name, value.value)).view).total
            assert total == value.count, (facet.name, value.value)
    assert 'href="/ask?role=AP+Manager"' in text
    assert 'href="/ask?since=2026-09-01&amp;until=2026-09-30"' in text


def _param(name: str, value: str) -> dict[str, str]:
    return {"since": value, "until": value} if name == "month" else {name: value}


def test_exact_words_are_found(researcher: TestClient) -> None:
    text = researcher.get("/ask?words=month+end").text
    found = re.findall(r"<q>(.*?)</q>", text)
    assert found
    assert all("month" in one.lower() and "end" in one.lower() for one in found)
    assert researcher.get("/ask?words=%3F%3F").status_code == 422


def test_quotes_are_grouped_by_theme(researcher: TestClient, served: Workspace) -> None:
    grouped = served.grouped(View(kind="ticket"))
    text = researcher.get("/ask?kind=ticket&by=themes").text
    for card in grouped.cards.items:
        assert f'href="/themes/{card.id}?kind=ticket"' in text
    assert researcher.get("/ask?by=nonsense").status_code == 422


def test_pages_of_quotes_hold_each_quote_once(researcher: TestClient, served: Workspace) -> None:
    seen: list[str] = []
    address = "/ask?sort=surest"
    while address:
        text = researcher.get(address).text
        seen += ids(text)
        found = re.search(r'href="([^"]+)" rel="next"', text)
        address = html.unescape(found[1]) if found else ""
    assert len(seen) == len(set(seen)) == served.highlights_page().total


def test_a_view_is_saved_opened_renamed_and_taken_away(researcher: TestClient, served: Workspace) -> None:
    saved = send(researcher, "/views", name="Nordic calls", state="kind=call&attribute%3Aregion=Nordics")
    assert saved.headers["location"] == "/ask?kind=call&attribute%3Aregion=Nordics&saved=Nordic+calls"
    view = served.view("Nordic calls")
    assert (view.kind, dict(view.attributes)) == ("call", {"region": "Nordics"})
    assert "Nordic calls" in researcher.get(saved.headers["location"]).text
    assert "Kind: call · Region: Nordics" in researcher.get("/views").text
    send(researcher, "/views/document", name="Nordic calls", section="praise")
    send(researcher, "/views/rename", name="Nordic calls", to="Calls from the north")
    assert ("Calls from the north", "praise") in served.arrangement().views
    assert "Nordic calls" not in {one.name for one in served.views()}
    send(researcher, "/views/remove", name="Calls from the north")
    assert served.arrangement().views == ()
    assert "is taken away" in researcher.get("/views").text
    assert "Calls from the north" not in researcher.get("/views").text


def test_a_view_that_is_taken_away_comes_back_by_the_button_beside_the_notice(
    researcher: TestClient, served: Workspace
) -> None:
    served.save_view(View(name="Slow", category="pain_point"))
    send(researcher, "/views/remove", name="Slow")
    shown = researcher.get("/views").text
    assert "Slow" not in {one.name for one in served.views()}
    send(researcher, re.search(r'action="(/undo/\d+)"', shown)[1], next="/views")  # type: ignore[index]
    assert served.view("Slow").category == "pain_point"


def test_no_view_is_overwritten_by_another_of_its_name(researcher: TestClient, served: Workspace) -> None:
    refused = send(researcher, "/views", name="Month end", state="kind=call")
    assert refused.status_code == 422
    assert "There is a view" in refused.text
    assert served.view("Month end").question
    assert send(researcher, "/views/rename", name="How they buy", to="Month end").status_code == 422
    changed = send(researcher, "/views", name="Month end", instead="Month end", state="kind=call")
    assert changed.status_code == 303
    assert served.view("Month end").kind == "call"


@pytest.mark.parametrize("name", ["", "   ", "x" * 301])
def test_a_view_needs_a_name_of_a_bearable_length(researcher: TestClient, served: Workspace, name: str) -> None:
    before = served.views()
    assert send(researcher, "/views", name=name, state="kind=call").status_code == 422
    assert served.views() == before


def test_a_saved_view_goes_into_the_document(researcher: TestClient, served: Workspace) -> None:
    send(researcher, "/views", name="Praise in calls", state="kind=call&category=praise", section="praise")
    assert ("Praise in calls", "praise") in served.arrangement().views
    assert "in the ICP document: What they love" in researcher.get("/views").text
    send(researcher, "/views/document", name="Praise in calls", section="")
    assert served.arrangement().views == ()


def test_viewers_ask_and_save_nothing(viewer: TestClient, served: Workspace) -> None:
    text = viewer.get("/ask?q=What+do+customers+love%3F").text
    assert "Save the view" not in text
    assert "Its address, for colleagues" in text
    assert "Rename" not in viewer.get("/views").text
    before = served.views()
    assert send(viewer, "/views", name="Mine", state="kind=call").status_code == 403
    assert send(viewer, "/views/remove", name="Month end").status_code == 403
    assert served.views() == before


def test_what_is_typed_is_shown_and_never_run(researcher: TestClient) -> None:
    text = researcher.get("/ask?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E&saved=%3Cb%3E").text
    assert "<script>alert" not in text
    assert "<b>&lt;" not in text.replace("&lt;b&gt;", "")


def test_quotes_are_a_file_of_the_whole_view(researcher: TestClient, served: Workspace) -> None:
    answer = researcher.get("/ask?kind=call&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == served.highlights_page(View(kind="call")).total > 200
    assert {row["kind"] for row in rows} == {"call"}
    assert "attachment" in answer.headers["content-disposition"]
    assert researcher.get("/ask?kind=nothing&format=csv").status_code == 404


def test_an_address_and_a_view_say_the_same() -> None:
    view = View(kind="call", since="2026-05", until="2026-05-99", attributes={"region": "Nordics"}, question="Why?")
    state = state_of(view)
    assert state == {"q": "Why?", "kind": "call", "since": "2026-05", "until": "2026-05", "attribute:region": "Nordics"}
    asked = asked_of("/ask", {**state, "after": "n123", "unknown": "x", "role": "  "})
    assert asked_in(asked.text).state == state
    assert asked.to(kind="") == "/ask?q=Why%3F&since=2026-05&until=2026-05&attribute%3Aregion=Nordics"


def test_every_page_has_a_place_to_ask(researcher: TestClient) -> None:
    assert '<form class="find" role="search" method="get" action="/ask">' in researcher.get("/").text
