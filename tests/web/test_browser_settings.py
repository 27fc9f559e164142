"""In a real browser: the first visit on an empty folder, a category tried live, people, passwords and tokens."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from icp_voice.access import open_access
from icp_voice.workspace import Workspace
from tests.web.conftest import PASSWORD, Served, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NEW = "another long password"


def test_a_new_user_comes_from_an_empty_folder_to_the_upload(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    with running(folder) as base:
        page = browser.new_context(base_url=base).new_page()
        page.set_default_timeout(15_000)
        page.goto(f"/open?token={open_access(folder).one_time_link()}")
        page.get_by_label("Our company's name").fill("Ours")
        page.get_by_label("Our mail domains").fill("ours.example")
        page.get_by_role("button", name="Make the workspace").click()
        page.get_by_role("heading", name="Ours").wait_for()
        page.get_by_role("link", name="Type one in").click()
        page.wait_for_url("**/accounts/new")
        page.get_by_label("Name", exact=True).fill("Alder Foods")
        page.get_by_label("Domains").fill("alder.example")
        page.get_by_role("button", name="Add the account").click()
        page.get_by_role("heading", name="Alder Foods").wait_for()
        page.get_by_role("link", name="Home").click()
        page.get_by_text("1 account known, 0 of them ICP.").wait_for()
        page.get_by_role("link", name="Upload files").click()
        page.wait_for_url("**/upload")
        page.context.close()


def test_a_category_is_tried_as_one_types_and_then_added(browser_page: Callable[..., Page], server: Served) -> None:
    page = browser_page("Rae")
    page.set_default_timeout(60_000)  # the first try of a category of one's own reads the shipped examples
    page.goto("/settings/codebook")
    page.get_by_role("link", name="Add a category").click()
    page.get_by_label("Title").fill("Pricing")
    page.get_by_label("Definition").fill("What customers say of prices.")
    page.get_by_label("Guiding question").fill("What do they say of our prices?")
    page.get_by_label("Examples", exact=True).fill(
        "The price is too high for us.\nIt costs too much per seat.\nYour competitor is half the price."
    )
    page.get_by_label("Any sentence").press_sequentially("Your price is too high.")
    page.locator("#likely .chip", has_text="this one").wait_for()
    assert page.locator("#likely tr", has_text="Pricing").get_by_text("The price is too high for us.").is_visible()
    page.get_by_role("button", name="Find in our transcripts").click()
    page.get_by_text("quotes would be found").wait_for()
    assert "pricing" not in Workspace(server.folder).codebook.names
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("button", name="Start a run").wait_for()
    page.wait_for_url("**/settings/codebook/pricing?saved=1")  # what is shown is what the address says
    assert Workspace(server.folder).codebook["pricing"].title == "Pricing"


def test_a_mistake_stays_beside_its_field(browser_page: Callable[..., Page]) -> None:
    page = browser_page("Ada")
    page.goto("/settings/reading")
    page.get_by_label("How sure a tag must be").fill("seven")
    page.get_by_role("button", name="Save").click()
    page.locator(".field.wrong .error").wait_for()
    assert page.get_by_label("How sure a tag must be").input_value() == "seven"
    page.get_by_label("How sure a tag must be").fill("0.5")
    page.get_by_role("button", name="Save").click()
    page.locator("#notices .good", has_text="Saved.").wait_for()


def test_somebody_is_let_in_signs_in_and_takes_a_password_and_a_token(
    browser_page: Callable[..., Page], server: Served
) -> None:
    page = browser_page("Ada")
    page.goto("/settings/people")
    page.get_by_label("Name").fill("Bo Ek")
    page.get_by_label("May").select_option("viewer")
    page.get_by_role("button", name="Add", exact=True).click()
    made = page.locator("#made").text_content()
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()

    bo = browser_page("")
    sign_in(bo, server, "Bo Ek", made)
    bo.get_by_role("link", name="Bo Ek").click()
    bo.get_by_label("Current password").fill(made)
    bo.get_by_label("New password", exact=True).fill(NEW)
    bo.get_by_label("New password, once more").fill(NEW)
    bo.get_by_role("button", name="Change password").click()
    bo.get_by_text("Your password is changed.").wait_for()
    bo.get_by_label("What it is for").fill("nightly export")
    bo.get_by_role("button", name="Make a token").click()
    key = bo.locator("#key").text_content()
    assert re.fullmatch(r"icpv_[\w-]{43}", key)
    asked = urllib.request.Request(f"{server.base}/changes", headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(asked, timeout=15) as answer:
        assert "make token" in answer.read().decode()
    bo.get_by_role("button", name="Sign out", exact=True).click()
    bo.wait_for_url("**/sign-in")
    sign_in(bo, server, "Bo Ek", NEW)


def test_the_keyboard_reaches_what_changes_a_person(browser_page: Callable[..., Page], server: Served) -> None:
    page = browser_page("Ada", width=390)
    page.goto("/settings/people")
    page.locator("li", has_text="Vic").locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("researcher")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Vic is researcher now.").wait_for()
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide
    assert open_access(server.folder).person("Vic").role == "researcher"


def sign_in(page: Page, server: Served, name: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{server.base}/")
