"""The ICP document in a real browser: arranged, frozen, corrected, frozen again, compared, and opened in Word's format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from docx import Document

from icp_voice.workspace import Workspace
from tests.web.conftest import Served
from tests.web.test_document_page import theme

if TYPE_CHECKING:
    from playwright.sync_api import Page


def frozen(page: Page, name: str) -> None:
    """Freeze an edition by its form."""
    page.goto("/editions/new")
    page.fill("[name=name]", name)
    page.click("main button:has-text('Freeze')")
    page.wait_for_selector(f"h1:has-text('{name}')")


def test_arrange_freeze_correct_compare_and_download(
    browser_page: Callable[..., Page], server: Served, tmp_path: Path
) -> None:
    workspace = Workspace(server.folder, by="Rae")
    hidden = theme(workspace)
    page = browser_page("Rae")
    page.goto("/document?arrange=1")
    page.click(f"button[value='hide theme {hidden.id}'] >> nth=0")
    page.wait_for_selector(f"button[value='show theme {hidden.id}']")
    assert page.locator("#notices").inner_text().startswith(f"“{hidden.name}” is hidden")
    page.click("#pain_points .tools >> text=Write below")
    page.fill("#f-text", "We look into **this** next quarter.")
    page.wait_for_selector("#preview strong:has-text('this')")
    page.click("text=Save the paragraph")
    page.wait_for_selector("#pain_points .own strong:has-text('this')")
    frozen(page, "Spring")

    shown = theme(workspace)
    rejected = shown.quotes[0]
    workspace.reject(rejected.id, "pain_point")
    workspace.run()
    frozen(page, "Autumn")
    page.goto("/editions")
    page.click("text=Compare")
    page.wait_for_selector("h1:has-text('What changed')")
    told = page.locator(".comparison").inner_text()
    assert shown.name in told
    assert rejected.text[:60] in told

    page.goto("/document")
    page.click("details.files-of summary")
    with page.expect_download() as caught:
        page.click("details.files-of >> text=Word")
    assert caught.value.suggested_filename.startswith("Ledgermoor Ideal Customer Profile ")
    caught.value.save_as(tmp_path / "icp.docx")
    file = Document(str(tmp_path / "icp.docx"))
    texts = [one.text for one in file.paragraphs]
    assert "We look into this next quarter." in texts
    assert hidden.name not in texts
    assert [one.text for one in file.paragraphs if one.style.name == "Heading 1"]
    assert file.tables


def test_by_keys_a_theme_moves_and_the_focus_goes_along(browser_page: Callable[..., Page], server: Served) -> None:
    first = theme(Workspace(server.folder))
    page = browser_page("Rae")
    page.goto("/document?arrange=1")
    button = page.locator(f"[id='down-{first.id}']")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#notices:has-text('moved down')")
    assert page.evaluate("document.activeElement.id") == f"down-{first.id}"
    page.click("#notices >> text=Undo")
    page.wait_for_selector("#notices:has-text('Taken back')")
    assert theme(Workspace(server.folder)).id == first.id


def test_a_viewer_reads_and_downloads_on_a_small_screen_and_finds_no_button_to_change(
    browser_page: Callable[..., Page],
) -> None:
    page = browser_page("Vic", width=390, height=844)
    for path in ("/document", "/document/pain-points", "/editions", "/downloads"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert page.locator("main button[type=submit]").count() == 0, path
    with page.expect_download() as caught:
        page.click("a[href='/downloads/tables/themes']")
    assert caught.value.suggested_filename.endswith(".csv")


def test_a_step_of_arranging_leaves_the_reader_where_they_are(
    browser_page: Callable[..., Page], server: Served
) -> None:
    page = browser_page("Rae")
    page.goto("/document?arrange=1")
    button = page.locator("#pain_points button[value^='hide theme ']").last
    chosen = button.get_attribute("value")
    button.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 500
    button.click()
    page.wait_for_selector(f"button[value='{str(chosen).replace('hide', 'show', 1)}']")
    page.wait_for_timeout(300)
    assert abs(page.evaluate("scrollY") - before) < 200


def test_the_sign_of_the_rest_is_a_dot(browser_page: Callable[..., Page]) -> None:
    page = browser_page("Vic")
    page.goto("/document")
    box = page.locator(".swatch.out").first.bounding_box()
    assert box is not None
    assert box["width"] < 20 and box["height"] < 20
