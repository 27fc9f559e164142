"""The matrix, the gaps and the plan in the browser, and the guides to take along."""

from __future__ import annotations

import re
from io import BytesIO

import docx
import pytest
from starlette.testclient import TestClient

from icp_voice.workspace import Workspace
from tests.web.conftest import send


def test_each_cell_of_the_matrix_bears_its_sign_count_and_way_to_the_reason(
    researcher: TestClient, served: Workspace
) -> None:
    shown = researcher.get("/gaps").text
    page = served.coverage_page()
    assert len(re.findall(r'<td class="cell ', shown)) == len(page.rows) * len(page.categories)
    one = next(cell for row in page.rows for cell in row.cells if cell.highlights)
    title = served.codebook[one.category].title
    counted = f"{one.highlights} quote{'s' if one.highlights > 1 else ''}"
    assert f'aria-label="{title}: {one.state}, {counted}"' in shown
    assert f"account={one.account}&amp;cell={one.category}#cell" in shown


def test_an_open_cell_tells_why_with_quotes_and_goes_on_to_all_of_them(
    researcher: TestClient, served: Workspace
) -> None:
    shown = researcher.get("/gaps?account=A-1001&cell=pain_point").text
    panel = shown.split('id="cell"')[1].split("</div>\n\n<section")[0]
    _, cell = served.coverage_cell("A-1001", "pain_point")
    assert "Covered" in panel
    assert cell.reason.replace("highlight", "quote") in panel
    assert panel.count('<figure class="quote">') == 3
    assert "/ask?account=A-1001&amp;category=pain_point" in panel
    assert researcher.get("/gaps?account=NOBODY&cell=pain_point").status_code == 404


def test_totals_lead_to_the_accounts_that_they_count(researcher: TestClient, served: Workspace) -> None:
    shown = researcher.get("/gaps").text
    stale = served.coverage_page().totals["pain_point"]
    link = re.search(r'href="(/gaps\?state=stale&amp;category=pain_point)">(\d+)<', shown)
    assert link and int(link[2]) == next(count for state, count in stale.items() if state == "stale")
    names = re.findall(
        r'<th scope="row"><a [^>]*hx-boost="false">([^<]+)', researcher.get(link[1].replace("&amp;", "&")).text
    )
    assert names == ["Tamarack Hydraulics"]
    assert "talks brought nothing new" in shown
    assert researcher.get("/gaps?state=purple").status_code == 404


def test_gaps_are_listed_by_kind_and_account(researcher: TestClient, served: Workspace) -> None:
    gaps = served.gaps()
    shown = researcher.get("/gaps/list").text
    assert f"{len(gaps)} gaps" in shown
    one = next(gap for gap in gaps if gap.kind == "no feedback")
    few = researcher.get("/gaps/list", params={"kind": "no feedback", "account": one.account}).text
    assert few.split('class="rows gaps"')[1].count("<small>") == 1
    assert one.reason in few
    assert researcher.get("/gaps/list?kind=purple").status_code == 404


def test_the_plan_shows_whom_why_and_what_to_ask(researcher: TestClient, served: Workspace) -> None:
    shown = researcher.get("/plan?people=5").text
    plan = served.plan(5)
    assert shown.count('<li id="pick-') == len(plan.interviews) == 5
    for one in plan.interviews:
        assert one.person in shown
        assert one.email in shown
        assert one.questions[0].split("'")[0] in shown
    assert researcher.get("/plan?people=9999").text.count('<li id="pick-') <= 10


def test_a_person_is_marked_with_a_date_and_it_is_taken_back(researcher: TestClient, served: Workspace) -> None:
    pick = served.plan().interviews[0]
    who = {"account": pick.account, "person": pick.person}
    assert "An appointment has a date." in send(researcher, "/plan/mark", **who, state="scheduled").text
    done = send(researcher, "/plan/mark", **who, state="scheduled", date="2026-12-03", note="by <phone>")
    assert done.headers["location"] == "/plan"
    shown = researcher.get("/plan").text
    assert "appointment on 3 Dec 2026" in shown
    assert shown.count(f'href="/upload?account={pick.account}"') == 2  # beside the pick, and among those who were asked
    assert "by &lt;phone&gt;" in shown
    send(researcher, re.search(r'action="(/undo/\d+)"', shown)[1])  # type: ignore[index]
    assert served.interviews() == ()
    send(researcher, "/plan/mark", **who, state="declined")
    after = researcher.get("/plan").text
    assert pick.person not in [one.person for one in served.plan().interviews]
    assert "Declined until" in after
    assert send(researcher, "/plan/mark", **who, state="purple").status_code == 422


def test_someone_not_heard_yet_becomes_a_person_of_the_account(researcher: TestClient, served: Workspace) -> None:
    made = {"account": "A-1001", "state": "asked", "name": "Nia New", "role": "CFO", "email": "nia@brackwater.example"}
    assert send(researcher, "/plan/mark", **made).status_code == 303
    assert "Nia New" in [one.name for one in served.contacts("A-1001")]
    assert "Nia New" in researcher.get("/plan").text


@pytest.mark.parametrize("format", ["html", "markdown", "docx"])
def test_a_guide_and_all_guides_are_files(researcher: TestClient, served: Workspace, format: str) -> None:
    plan = served.plan()
    one = plan.interviews[0]
    alone = researcher.get(f"/plan/guide/{format}", params={"account": one.account, "person": one.person})
    whole = researcher.get(f"/plan/guide/{format}")
    assert alone.headers["content-disposition"].startswith("attachment; ")
    assert "unsafe" not in whole.headers["content-security-policy"]
    words, all_words = _words(alone.content, format), _words(whole.content, format)
    assert one.person in words
    assert all(other.person in all_words for other in plan.interviews)
    assert plan.interviews[-1].person not in words


def _words(content: bytes, format: str) -> str:
    if format == "docx":
        return "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs)
    return content.decode()


def test_a_guide_is_shown_to_be_printed(researcher: TestClient, served: Workspace) -> None:
    one = served.plan().interviews[0]
    shown = researcher.get("/plan/guide", params={"account": one.account, "person": one.person}).text
    assert shown.count('<article class="guide">') == 1
    assert f'<h1 class="whom">{one.person}</h1>' in shown
    assert researcher.get("/plan/guide").text.count('<article class="guide">') == len(served.plan().interviews)
    assert "highlight" not in shown.partition('<article class="guide">')[2].partition("</article>")[0]
    assert re.search(r"only \d+ quotes? by ", researcher.get("/plan/guide").text)
    assert researcher.get("/plan/guide/exe").status_code == 404
    assert researcher.get("/plan/guide?account=A-1001&person=Nobody+Here").status_code == 404
