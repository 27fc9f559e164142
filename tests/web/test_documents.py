"""The pages of transcripts: what they show to whom, and what forms without scripts do."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from icp_voice.model import TagState, View
from icp_voice.workspace import Workspace
from tests.web.conftest import send
from tests.web.transcripts import WORDS, put, quoted


def _state(workspace: Workspace, highlight: str, category: str) -> TagState | None:
    found = workspace.store.highlights.select(View(coded=False), ids=[highlight])
    return next((tag.state for one in found for tag in one.tags if tag.category == category), None)


def test_the_list_finds_by_words_and_by_what_is_needed(researcher: TestClient, served: Workspace) -> None:
    put(served)
    assert "Month end" in researcher.get("/documents?search=month+end").text
    without = researcher.get("/documents?needs=date").text
    assert "Month end" in without
    assert "Lowther Paper: why they left" not in without
    assert "No transcript is like that" in researcher.get("/documents?search=zzzz").text


def test_an_account_and_a_date_are_settled_in_the_list(researcher: TestClient, served: Workspace) -> None:
    document = put(served)
    account = served.accounts()[0]
    answer = send(researcher, f"/documents/{document}/settle", account=account.name, next="/documents?needs=account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/documents?needs=account")
    assert served.document(document).account == account.id
    send(researcher, f"/documents/{document}/settle", date="2026-05-04", kind="interview")
    known = served.document(document)
    assert (known.date, known.kind, known.account) == ("2026-05-04", "interview", account.id)
    assert send(researcher, f"/documents/{document}/settle", date="soon").status_code == 422
    assert send(researcher, f"/documents/{document}/settle", account="Nobody at all").status_code == 404


def test_a_day_that_a_person_named_outlives_a_second_reading_of_the_file(
    researcher: TestClient, served: Workspace
) -> None:
    document = put(served)
    send(researcher, f"/documents/{document}/settle", date="2026-05-04")
    path = served.folder / "more" / "emoji.json"
    path.write_text(path.read_text("utf-8").replace("Month end", "Months end"), "utf-8")
    served.add(path)
    assert served.document(document).date == "2026-05-04"


def test_the_words_of_a_turn_stand_on_the_page_as_they_were_said(researcher: TestClient, served: Workspace) -> None:
    document = put(served)
    quoted(served, document, "the approval queue is terribly slow")
    text = researcher.get(f"/documents/{document}").text
    pieces = re.findall(r'<span class="w[^>]*data-from="(\d+)"[^>]*>([^<]*)</span>', text)
    assert "&lt;b&gt;why&lt;/b&gt;" in text
    at = WORDS.index("the approval")
    assert (str(at), "the approval queue is terribly slow") in pieces


def test_overlapping_quotes_lose_no_word_and_stay_told_apart(researcher: TestClient, served: Workspace) -> None:
    document = put(served)
    quoted(served, document, "the approval queue is terribly slow at month end. Ann is nice.")
    quoted(served, document, "Ann is nice", "praise")
    text = researcher.get(f"/documents/{document}").text
    words = text.split('data-turn="1"')[1].split("</div>")[0]
    shown = "".join(re.findall(r'<span class="w[^>]*>([^<]*)</span>', words))
    assert shown == WORDS.replace("<", "&lt;").replace(">", "&gt;")
    over = re.search(r'<span class="(w q[^"]*)"[^>]*>Ann is nice</span>', words)
    assert over
    assert " two " in over[1]


def test_without_scripts_a_quote_is_opened_by_its_link_and_answered_by_plain_forms(
    researcher: TestClient, served: Workspace
) -> None:
    document = put(served)
    made = quoted(served, document, "the approval queue is terribly slow", "")
    page = researcher.get(f"/documents/{document}?h={made}").text
    assert 'aria-label="The open quote"' in page
    assert f'action="/documents/{document}/quotes/{made}/yes"' in page
    answer = send(researcher, f"/documents/{document}/quotes/{made}/yes", turn=1, category="pain_point")
    assert answer.headers["location"] == f"/documents/{document}?turn=1&h={made}#turn-1"
    assert _state(served, made, "pain_point") is TagState.CONFIRMED
    back = researcher.get(answer.headers["location"]).text
    assert "Yes: Pain points and needs." in back
    assert "said by Rae" in back
    number = re.search(r'action="/undo/(\d+)"', back)
    assert number
    send(researcher, f"/undo/{number[1]}", next=f"/documents/{document}")
    assert _state(served, made, "pain_point") is None
    send(researcher, f"/documents/{document}/quotes/{made}/no", turn=1, category="praise")
    assert _state(served, made, "praise") is TagState.REJECTED


def test_a_quote_is_moved_to_a_theme_by_its_name(researcher: TestClient, served: Workspace) -> None:
    document = put(served)
    made = quoted(served, document, "the approval queue is terribly slow")
    theme = served.themes("pain_point")[0]
    page = researcher.get(f"/documents/{document}?h={made}").text
    assert "Move to a theme" in page
    send(researcher, f"/documents/{document}/quotes/{made}/move", turn=1, theme=theme.name)
    assert served.store.highlights.select(View(coded=False), ids=[made])[0].themes["pain_point"] == theme.id


def test_only_a_quote_that_a_person_made_can_be_removed(researcher: TestClient, served: Workspace) -> None:
    document = put(served)
    made = served.mark(document, 1, 4, 12).id
    assert "Remove quote" in researcher.get(f"/documents/{document}?h={made}").text
    send(researcher, f"/documents/{document}/quotes/{made}/remove", turn=1)
    # Rae did not say anything of it, the one who made it gave it no category: it goes.
    assert not served.store.highlights.holds(made)
    other = served.highlights()[0]
    assert "Remove quote" not in researcher.get(f"/documents/{other.document}?h={other.id}").text


def test_hidden_words_are_bars_for_viewers_and_dotted_for_researchers(
    researcher: TestClient, viewer: TestClient, served: Workspace
) -> None:
    document = put(served)
    at = WORDS.index("Ann is nice")
    send(researcher, f"/documents/{document}/hide", turn=1, start=at, end=at + 3)
    assert 'title="hidden from viewers">Ann</span>' in researcher.get(f"/documents/{document}").text
    seen = viewer.get(f"/documents/{document}").text
    assert 'role="img" aria-label="hidden words" title="hidden">███</span>' in seen
    assert ">Ann<" not in seen.split('<ol class="read">')[1].replace("Ann Lee", "")
    send(researcher, f"/documents/{document}/reveal", turn=1, span=f"{at}-{at + 3}")
    assert "Ann is nice" in viewer.get(f"/documents/{document}").text


def test_words_of_ours_cannot_become_a_quote(researcher: TestClient, served: Workspace) -> None:
    document = put(served)
    answer = send(researcher, f"/documents/{document}/quotes", turn=0, start=0, end=4)
    assert answer.status_code == 422
    assert "customer" in answer.text


def test_a_speakers_side_tells_how_many_quotes_stop_to_count(researcher: TestClient, served: Workspace) -> None:
    document = put(served)
    quoted(served, document, "the approval queue is terribly slow")
    answer = send(researcher, f"/documents/{document}/speakers", speaker="Ann Lee", side="vendor")
    assert "Saved. 1 quote of this transcript no longer counts." in researcher.get(answer.headers["location"]).text
    answer = send(researcher, f"/documents/{document}/speakers", speaker="Ann Lee", side="customer")
    assert "1 quote of this transcript counts again." in researcher.get(answer.headers["location"]).text


def test_a_long_transcript_comes_in_parts(researcher: TestClient, served: Workspace) -> None:
    document = put(served, turns=901)
    first = researcher.get(f"/documents/{document}").text
    assert first.count('<li class="turn ') == 400
    later = researcher.get(f"/documents/{document}?turn=899").text
    assert 'id="turn-899"' in later
    assert later.count('<li class="turn ') == 101
    assert 'aria-current="page">801–901</a>' in later
    assert researcher.get(f"/documents/{document}?turn=5000000").status_code == 200


def test_a_viewer_sees_no_buttons_and_can_force_nothing(viewer: TestClient, served: Workspace) -> None:
    document = put(served)
    made = quoted(served, document, "the approval queue is terribly slow")
    page = viewer.get(f"/documents/{document}?h={made}").text.split('<main id="main"')[1]
    assert 'method="post"' not in page
    assert "Pain points and needs" in page
    for path, fields in (
        (f"/documents/{document}/quotes", {"turn": 1, "start": 0, "end": 9}),
        (f"/documents/{document}/quotes/{made}/no", {"turn": 1, "category": "pain_point"}),
        (f"/documents/{document}/hide", {"turn": 1, "start": 0, "end": 9}),
        (f"/documents/{document}/reveal", {"turn": 1, "span": "0-9"}),
        (f"/documents/{document}/settle", {"date": "2026-01-01"}),
        (f"/documents/{document}/speakers", {"speaker": "Ann Lee", "side": "vendor"}),
        (f"/documents/{document}/undo", {}),
        ("/review", {"highlight": made, "asked": "pain_point", "said": "no"}),
    ):
        assert send(viewer, path, **fields).status_code == 403, path
    assert _state(served, made, "pain_point") is TagState.CONFIRMED
    assert viewer.get(f"/documents/{document}/quotes/{made}/why?category=pain_point").status_code == 403


@pytest.mark.parametrize("path", ["/documents/nothing", "/documents/nothing?h=x", "/documents/nothing/turns/3"])
def test_what_is_not_there_is_told(researcher: TestClient, path: str) -> None:
    assert researcher.get(path, headers={"hx-request": "true"}).status_code == 404


def test_why_shows_the_nearest_example(researcher: TestClient, served: Workspace) -> None:
    document = put(served)
    made = quoted(served, document, "the approval queue is terribly slow at month end")
    text = researcher.get(f"/documents/{document}/quotes/{made}/why?category=pain_point").text
    assert "<blockquote" in text
