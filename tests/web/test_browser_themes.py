"""Themes, asking and views in a real browser, over the understood demo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from icp_voice.workspace import Workspace
from tests.web.conftest import Served

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_every_guiding_question_is_answered(browser_page: Callable[..., Page], server: Served) -> None:
    page = browser_page()
    for category in Workspace(server.folder).codebook:
        page.goto("/ask")
        page.get_by_role("link", name=category.question, exact=True).click()
        page.locator(".answer h2").wait_for()
        assert "speak of it" in page.locator(".answer h2").inner_text()
        assert page.locator(".answer .quote").count() >= 3
        assert parse_qs(urlsplit(page.url).query)["q"] == [category.question]


def test_a_filter_is_an_address_that_goes_back_and_reloads(browser_page: Callable[..., Page]) -> None:
    page = browser_page()
    page.goto("/ask")
    everything = page.locator(".found").inner_text()
    page.locator(".filters").get_by_role("link", name="interview").first.click()
    page.wait_for_url("**/ask?kind=interview")
    page.locator(".chosen .chip").wait_for()
    narrowed = page.locator(".found").inner_text()
    assert narrowed != everything
    page.reload()
    assert page.locator(".found").inner_text() == narrowed
    page.go_back()
    page.wait_for_url("**/ask")
    page.locator(".chosen").wait_for(state="detached")
    assert page.locator(".found").inner_text() == everything


def test_the_slash_leads_to_the_question_on_every_page(browser_page: Callable[..., Page]) -> None:
    page = browser_page()
    page.goto("/themes")
    page.keyboard.press("/")
    page.keyboard.type("What do customers love?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask?q=*")
    assert "speak of it" in page.locator(".answer h2").inner_text()


def test_a_view_is_saved_and_found(browser_page: Callable[..., Page]) -> None:
    page = browser_page()
    page.goto("/ask?kind=ticket&category=pain_point")
    page.fill("#f-name", "Pain in tickets")
    page.get_by_role("button", name="Save the view").click()
    page.get_by_text("is saved").wait_for()
    page.get_by_role("link", name="Saved views").first.click()
    page.get_by_role("link", name="Pain in tickets").click()
    page.locator(".chosen .chip").first.wait_for()
    query = parse_qs(urlsplit(page.url).query)
    assert (query["kind"], query["category"], query["saved"]) == (["ticket"], ["pain_point"], ["Pain in tickets"])


def test_what_is_not_answered_is_kept_as_a_gap(browser_page: Callable[..., Page], server: Served) -> None:
    page = browser_page()
    page.goto("/ask?q=What+do+customers+say+about+satellite+pictures%3F")
    page.locator("#who li").first.wait_for()
    page.get_by_role("button", name="Keep it as a gap").click()
    page.get_by_text("It is kept as a gap.").wait_for()
    assert "What do customers say about satellite pictures?" in {
        one.question for one in Workspace(server.folder).gaps()
    }


def test_two_themes_are_merged_and_taken_apart(browser_page: Callable[..., Page], server: Served) -> None:
    one, other, *_ = Workspace(server.folder).themes("pain_point")
    page = browser_page()
    page.goto("/themes?category=pain_point")
    for theme in (one, other):
        page.check(f'input[name=theme][value="{theme.id}"]')
    assert page.get_by_text("2 themes are ticked.").is_visible()
    page.get_by_role("button", name="Merge the two ticked").click()
    page.get_by_label(other.name, exact=True).check()
    page.get_by_role("button", name="Merge them").click()
    page.get_by_text(f"“{one.name}” is part of “{other.name}” now.").wait_for()
    assert Workspace(server.folder)._known_theme(other.id).highlights != other.highlights
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()
    assert Workspace(server.folder)._known_theme(one.id).highlights == one.highlights


def test_ticked_quotes_become_a_theme(browser_page: Callable[..., Page], server: Served) -> None:
    theme, *_ = Workspace(server.folder).themes("pain_point")
    page = browser_page()
    page.goto(f"/themes/{theme.id}")
    boxes = page.locator(".passages input[type=checkbox]")
    picked = {boxes.nth(place).get_attribute("value") for place in (0, 2)}
    for place in (0, 2):
        boxes.nth(place).check()
    assert page.get_by_text("2 quotes are ticked.").is_visible()
    page.fill("#f-new", "Split off by hand")
    page.get_by_role("button", name="Split off").click()
    page.get_by_role("heading", name="Split off by hand").wait_for()
    page.wait_for_url(lambda url: theme.id not in url)
    made = page.url.rsplit("/", 1)[1]
    assert set(Workspace(server.folder)._known_theme(made).highlights) == picked


def test_a_name_survives_a_run(browser_page: Callable[..., Page], server: Served) -> None:
    theme, *_ = Workspace(server.folder).themes("praise")
    page = browser_page()
    page.goto("/themes?category=praise")
    card = page.locator(".card", has=page.locator(f'a[href="/themes/{theme.id}"]')).first
    card.get_by_text("Change").click()
    card.get_by_label("Name").fill("Loved above all")
    card.get_by_role("button", name="Rename").click()
    page.get_by_role("heading", name="Loved above all").wait_for()
    Workspace(server.folder).run()
    page.reload()
    assert page.get_by_role("link", name="Loved above all").is_visible()


def test_a_narrow_screen_holds_long_names(browser_page: Callable[..., Page], server: Served) -> None:
    workspace = Workspace(server.folder)
    theme, *_ = workspace.themes("praise")
    workspace.rename_theme(theme.id, "Verylongname" * 25)
    page = browser_page(width=390)
    for address in ("/themes?category=praise", f"/themes/{theme.id}", "/ask?by=themes", "/themes/history", "/views"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
