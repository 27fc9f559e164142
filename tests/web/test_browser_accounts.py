"""In a real browser: an account made by hand, a rule tried while it is typed, an interview that closes its gaps."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from icp_voice.workspace import Workspace
from tests.web.conftest import Served

if TYPE_CHECKING:
    from playwright.sync_api import Page

TALK = """Priya Sandhu: Walk me through the last time this part of your work went wrong. What happened?
{who}: At month end the approval queue is so slow that invoices wait for days and nobody can close the books.
Priya Sandhu: And when you bought the tool, who had to say yes?
{who}: Our finance director signed it, after procurement had compared three vendors on price and on integration.
"""


def test_an_account_is_made_by_hand_and_found_again(browser_page: Callable[..., Page]) -> None:
    page = browser_page()
    page.goto("/accounts")
    page.click("text=Type one in")
    page.fill("[name=name]", "Quiet Harbour Ltd")
    page.fill("[name=domains]", "quietharbour.example")
    page.get_by_label("industry").fill("Shipping")
    page.get_by_label("yes", exact=True).check()
    page.click("text=Add the account")
    page.get_by_role("heading", name="Quiet Harbour Ltd").wait_for()
    assert "ICP: yes" in page.inner_text(".membership")
    page.goto("/accounts")
    page.get_by_label("Name, domain or person").fill("harbour")
    page.keyboard.press("Enter")
    page.get_by_text("1 account fit.").wait_for()
    assert page.inner_text("table.accounts tbody th").startswith("Quiet Harbour Ltd")
    assert "search=harbour" in page.url


def test_a_rule_shows_what_it_would_do_while_it_is_typed(browser_page: Callable[..., Page], server: Served) -> None:
    page = browser_page()
    page.goto("/accounts/rule")
    box = page.locator("#f-where")
    box.fill("acv_usd >= 50000 and status = 'active'")
    page.get_by_role("button", name="Keep this rule").wait_for()
    assert "Mistral Bay Seafood" in page.locator(".card", has_text="Leave").first.inner_text()
    box.fill("acv_usd >= 50000 and staus = 'active'")
    page.get_by_text("Did you mean").wait_for()
    assert page.inner_text("#result mark") == "staus"
    assert page.get_by_role("button", name="Keep this rule").count() == 0
    box.fill("acv_usd >= 50000")
    page.locator(".columns-of summary", has_text="status").click()
    page.get_by_role("button", name="churned").click()
    assert box.input_value() == "acv_usd >= 50000 and status = 'churned'"
    page.get_by_role("button", name="Keep this rule").click()
    page.get_by_text("The rule is kept").wait_for()
    assert Workspace(server.folder).icp().rule == "acv_usd >= 50000 and status = 'churned'"
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()
    assert Workspace(server.folder).icp().rule != "acv_usd >= 50000 and status = 'churned'"


def test_a_cell_is_opened_by_keyboard_and_closed_again(browser_page: Callable[..., Page]) -> None:
    page = browser_page("Vic")
    page.goto("/gaps")
    cell = page.locator("td.cell a").first
    cell.focus()
    page.keyboard.press("Enter")
    page.locator("#cell h2").wait_for()
    assert "Brackwater Foods" in page.inner_text("#cell h2")
    assert "cell=pain_point" in page.url
    page.keyboard.press("Escape")
    page.locator("#cell h2").wait_for(state="detached")
    assert "cell=" not in page.url


def test_a_scheduled_talk_closes_its_gaps_once_its_transcript_is_there(
    browser_page: Callable[..., Page], server: Served
) -> None:
    page = browser_page()
    page.goto("/plan")
    first = page.locator("#pick-1")
    who = first.locator("h2").inner_text()
    first.get_by_text("Mark as asked").click()
    first.get_by_label("What happened").select_option("scheduled")
    first.get_by_label("On (or until)").fill("2026-12-03")
    first.get_by_role("button", name="Save").click()
    page.get_by_text(f"{who} of Greyfen Chemicals has an appointment.").wait_for()
    assert "appointment on 3 Dec 2026" in page.inner_text("#pick-1")

    talk = server.folder.parent / "2026-12-03 Greyfen Chemicals.txt"
    talk.write_text(TALK.format(who=who), "utf-8")
    workspace = Workspace(server.folder)
    [document] = workspace.add(talk).new
    workspace.assign(document, account="Greyfen Chemicals", sides={who: "customer"})
    workspace.run()

    page.goto("/plan")
    became = page.locator("#asked li").first
    told = became.inner_text()
    assert "Scheduled 3 Dec 2026, heard 3 Dec 2026" in told
    assert re.search(r"closed [12] of 2", told)
    assert became.locator(".settled q").count() >= 1
    page.goto("/gaps")
    assert page.locator("tr", has_text="Greyfen Chemicals").locator("td.covered, td.weak").count() >= 1


def test_a_viewer_reads_the_plan_and_cannot_mark_it(browser_page: Callable[..., Page]) -> None:
    page = browser_page("Vic")
    page.goto("/plan")
    assert page.locator("#pick-1").count() == 1
    assert page.locator("main form[method=post]").count() == 0
    refused = page.evaluate(
        "fetch('/plan/mark', {method: 'POST', body: new URLSearchParams({account: 'A-1001', state: 'asked'})})"
        ".then((answer) => answer.status)"
    )
    assert refused == 403
