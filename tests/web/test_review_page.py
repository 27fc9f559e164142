"""The review queue's page: one question at a time, taken back at will, and what was learned."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from icp_voice.web.pages import review as pages
from icp_voice.workspace import Workspace
from tests.web.conftest import send


def _asked(client: TestClient, path: str = "/review") -> tuple[str, str]:
    text = client.get(path).text
    found = re.search(
        r'name="highlight" value="([^"]+)"><input type="hidden" name="asked" value="([^"]+)"', text.replace("\n", "")
    )
    assert found, text
    return found[1], found[2]


def test_an_answer_is_kept_and_the_next_quote_is_asked(researcher: TestClient, served: Workspace) -> None:
    highlight, category = _asked(researcher)
    answer = send(researcher, "/review", highlight=highlight, asked=category, said="yes")
    assert answer.headers["location"].startswith("/review?done=1&last=")
    assert (highlight, category, True) in served.store.tags.decisions()
    text = researcher.get(answer.headers["location"]).text
    assert "You said yes." in text
    assert "2 of " in text
    assert _asked(researcher, answer.headers["location"]) != (highlight, category)


def test_undo_takes_the_answer_back_and_asks_the_same_again(researcher: TestClient, served: Workspace) -> None:
    highlight, category = _asked(researcher)
    answer = send(researcher, "/review", highlight=highlight, asked=category, said="no")
    last = re.search(r"last=(\d+)", answer.headers["location"])
    assert last
    back = send(researcher, "/review/undo", last=last[1], done=1)
    assert served.store.tags.decisions() == []
    assert _asked(researcher, back.headers["location"]) == (highlight, category)


def test_another_category_is_said_in_one_answer_and_taken_back_in_one(
    researcher: TestClient, served: Workspace
) -> None:
    highlight, category = _asked(researcher, "/review?category=pain_point")
    answer = send(researcher, "/review", highlight=highlight, asked=category, said="feature_request")
    assert sorted(served.store.tags.decisions()) == sorted(
        [(highlight, "feature_request", True), (highlight, "pain_point", False)]
    )
    last = re.search(r"last=([\d%C]+)", answer.headers["location"])
    assert last
    send(researcher, "/review/undo", last=last[1].replace("%2C", ","), done=1)
    assert served.store.tags.decisions() == []


def test_what_was_left_for_later_is_not_asked_next(researcher: TestClient, served: Workspace) -> None:
    highlight, category = _asked(researcher)
    answer = send(researcher, "/review", highlight=highlight, asked=category, said="skip")
    assert _asked(researcher, answer.headers["location"]) != (highlight, category)
    assert served.store.tags.decisions() == []


def test_the_queue_is_narrowed_by_category_and_by_account_tag(researcher: TestClient, served: Workspace) -> None:
    highlight, category = _asked(researcher, "/review?category=praise&tag=ICP")
    assert category == "praise"
    icp = {member.id for member in served.icp().accounts}
    everything, among = served.review(most=500), served.review(most=500, account_tag="ICP")
    assert among.items
    assert {item.highlight.account for item in among.items} <= icp
    assert len(among.items) == among.left == sum(item.highlight.account in icp for item in everything.items)
    assert highlight in {item.highlight.id for item in among.items}


def test_the_page_of_what_was_learned_reads_plainly(researcher: TestClient, served: Workspace) -> None:
    text = researcher.get("/review/learned").text
    assert "0 of 10 answers" in text
    assert "Nobody can be compared yet" in text
    for item in served.review(most=4).items:
        served.confirm(item.highlight.id, item.category, by="Rae")
    text = researcher.get("/review/learned").text
    assert "4 of 10 answers" in text
    assert "Rae and model" in text


def test_what_was_learned_is_asked_for_anew_by_what_stays_on_the_page(researcher: TestClient) -> None:
    page = researcher.get("/review").text
    outer = re.search(r'<div ([^>]*taught from:body[^>]*)><div id="learned">', page)
    assert outer and 'hx-target="#learned"' in outer[1] and 'hx-sync="this:queue last"' in outer[1]
    assert page.index('id="asked"') < page.index("taught from:body") < page.index("</aside>")


def test_an_empty_queue_says_what_to_do(researcher: TestClient, served: Workspace) -> None:
    for item in served.review("discovery_channel", most=500).items:
        served.confirm(item.highlight.id, item.category)
    assert "Nothing unsure is left here." in researcher.get("/review?category=discovery_channel").text


def test_a_viewer_is_not_asked(viewer: TestClient) -> None:
    assert viewer.get("/review").status_code == 403
    assert pages.SAID["yes"] not in viewer.get("/review?said=yes").text


def test_words_from_an_address_are_not_shown_as_ours(researcher: TestClient) -> None:
    assert "Call this number" not in researcher.get("/review?said=Call+this+number").text
    assert researcher.get("/review?last=evil").status_code == 422


def test_what_was_learned_leads_to_the_run_that_uses_it_and_takes_no_page_its_title(
    researcher: TestClient, viewer: TestClient, served: Workspace
) -> None:
    for place, item in enumerate(served.review(most=24).items):
        (served.confirm if place % 2 else served.reject)(item.highlight.id, item.category, by="Rae")
    asked = re.search(r'<div hx-get="/review/learned"[^>]+>', researcher.get("/review").text)
    assert asked is not None
    assert "ignoreTitle:true" in asked[0]
    learned = researcher.get("/review/learned").text
    assert "A run brings them to all others" in learned
    assert 'action="/runs"' in learned
    assert 'action="/runs"' not in viewer.get("/review/learned").text
