"""Transcripts and the review queue in a real browser: selecting words, keys, addresses, undo."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")

from playwright.sync_api import expect

from icp_voice.model import View
from icp_voice.workspace import Workspace
from tests.web.conftest import Served
from tests.web.transcripts import WORDS, put, quoted

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
# Selects words of a turn as a mouse would: from a letter's place to another in what is shown.
SELECT = """([turn, words]) => {
  const box = document.querySelector(`.words[data-turn="${turn}"]`);
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  const nodes = []; let text = '';
  while (walker.nextNode()) {
    if (walker.currentNode.parentElement.closest('.letter, .unhide')) continue;
    nodes.push([walker.currentNode, text.length]); text += walker.currentNode.data;
  }
  const start = text.indexOf(words), end = start + words.length;
  const at = (place) => nodes.filter(([node, from]) => from <= place).at(-1);
  const range = document.createRange();
  range.setStart(at(start)[0], start - at(start)[1]);
  const last = at(end - 1); range.setEnd(last[0], end - last[1]);
  getSelection().removeAllRanges(); getSelection().addRange(range);
}"""


@pytest.fixture
def here(served: Workspace, server: Served) -> Workspace:
    """The served workspace."""
    assert served.folder == server.folder
    return served


def _texts(workspace: Workspace, document: str) -> dict[str, tuple[str, ...]]:
    found = workspace.store.highlights.select(View(document=document, coded=False))
    return {highlight.text: highlight.categories for highlight in found}


def test_selected_words_with_an_emoji_before_them_become_exactly_this_quote(
    browser_page: Open, here: Workspace
) -> None:
    document = put(here)
    page = browser_page()
    page.goto(f"/documents/{document}")
    page.evaluate(SELECT, [1, "the approval queue is terribly slow"])
    page.select_option("#bar-category", "pain_point")
    page.click("#selectbar button.primary")
    page.wait_for_selector("#turn-1 [data-current]")
    assert _texts(here, document) == {"the approval queue is terribly slow": ("pain_point",)}
    assert page.inner_text("#turn-1 .w.current") == "the approval queue is terribly slow"
    # Behind the letter that now stands between the words, places are still the engine's.
    page.evaluate(SELECT, [1, "slow at month end"])
    page.keyboard.press("q")
    expect(page.locator("#turn-1 .note-of")).to_have_count(2)
    assert set(_texts(here, document)) == {"the approval queue is terribly slow", "slow at month end"}
    page.keyboard.press("u")
    expect(page.locator("#turn-1 .note-of")).to_have_count(1)
    assert set(_texts(here, document)) == {"the approval queue is terribly slow"}


def test_words_are_selected_and_hidden_by_keys_alone(browser_page: Open, here: Workspace) -> None:
    document = put(here)
    page = browser_page()
    page.goto(f"/documents/{document}")
    page.keyboard.press("s")
    page.wait_for_selector("#selectbar:not([hidden])")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    chosen = page.evaluate("getSelection().toString()").strip()
    assert len(chosen.split()) == 2
    page.wait_for_timeout(300)
    page.keyboard.press("h")
    page.wait_for_selector("#turn-1 .w.hidden")
    redaction = here.redactions(document)[0]
    assert WORDS[redaction.start : redaction.end] == chosen
    seen = browser_page("Vic")
    seen.goto(f"/documents/{document}")
    assert chosen not in seen.inner_text(".read")
    assert "█" in seen.inner_text("#turn-1 .words")
    assert seen.locator("main form[method=post]").count() == 0


def test_an_address_marks_the_very_words_in_a_later_part(browser_page: Open, here: Workspace) -> None:
    document = put(here, turns=450)
    page = browser_page()
    start = WORDS.index("terribly slow")
    quoted(here, document, "queue is terribly", turn=441)
    page.goto(f"/documents/{document}#t441-{start}-{start + 13}")
    page.wait_for_selector("mark.aim")
    assert "".join(page.locator("mark.aim").all_inner_texts()) == "terribly slow"
    box = page.locator("mark.aim").first.bounding_box()
    assert box
    assert 0 < box["y"] < 900
    page.evaluate(f"location.hash = '#t443-{WORDS.index('Ann')}-{WORDS.index('Ann') + 11}'")
    expect(page.locator("mark.aim")).to_have_text("Ann is nice")
    assert page.locator("mark.aim").count() == 1


def test_from_the_address_of_a_quote_the_first_key_opens_that_quote(browser_page: Open, here: Workspace) -> None:
    document = put(here)
    quoted(here, document, "the approval queue is terribly slow")
    wanted = quoted(here, document, "Ann is nice", "praise")
    [highlight] = [one for one in here.highlights() if one.id == wanted]
    page = browser_page()
    page.goto(f"/documents/{document}#t{highlight.turn}-{highlight.start}-{highlight.end}")
    page.wait_for_selector("mark.aim")
    page.keyboard.press("j")
    page.wait_for_selector("[data-current]")
    assert page.get_attribute("[data-current]", "data-current") == wanted


def test_quotes_are_gone_through_and_answered_by_keys(browser_page: Open, here: Workspace) -> None:
    document = put(here)
    first = quoted(here, document, "the approval queue is terribly slow")
    second = quoted(here, document, "Ann is nice", "praise")
    page = browser_page()
    page.goto(f"/documents/{document}")
    page.keyboard.press("j")
    page.wait_for_selector(f"[data-current='{first}']")
    assert page.get_attribute(f"[data-note='{first}']", "aria-current") == "true"
    page.keyboard.press("j")
    page.wait_for_selector(f"[data-current='{second}']")
    assert page.locator("[data-current]").count() == 1
    assert f"h={second}" in page.url
    page.keyboard.press("n")  # the key of the review does what "r" does here
    expect(page.locator("#notices")).to_contain_text("No: not What they love.")
    expect(page.locator("[data-current] .judged")).to_contain_text("Rae: no")
    assert dict(_texts(here, document))["Ann is nice"] == ("praise",)  # the one who made it still says so
    page.keyboard.press("a")
    page.keyboard.press("g")
    expect(page.locator("[data-current] .judged")).to_contain_text("Goals")
    assert _texts(here, document)["Ann is nice"] == ("goal", "praise")
    page.keyboard.press("k")
    page.wait_for_selector(f"[data-current='{first}']")
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    assert not page.locator("dialog[open]").count()
    page.keyboard.press("Escape")
    expect(page.locator("[data-current]")).to_have_count(0)


def test_a_correction_outlives_the_next_run(browser_page: Open, here: Workspace) -> None:
    highlight = next(one for one in here.highlights() if one.categories == ("praise",))
    page = browser_page()
    page.goto(f"/documents/{highlight.document}?h={highlight.id}")
    page.keyboard.press("r")
    page.wait_for_selector(".judged .no")
    here.run()
    assert highlight.id not in {one.id for one in here.highlights(View(category="praise"))}
    page.reload()
    assert "turned down by Rae" in page.inner_text("[data-current]")


def test_an_error_is_told_and_the_page_stays(browser_page: Open, here: Workspace) -> None:
    document = put(here)
    made = quoted(here, document, "the approval queue is terribly slow")
    page = browser_page()
    page.goto(f"/documents/{document}?h={made}")
    page.keyboard.press("m")
    page.fill(f"#theme-{made}", "no such theme at all")
    page.keyboard.press("Enter")
    page.wait_for_selector("#notices .bad")
    assert "no such theme" in page.inner_text("#notices").lower()
    assert page.locator("#turn-1 [data-current]").count() == 1


def test_five_are_reviewed_by_keys(browser_page: Open, here: Workspace) -> None:
    page = browser_page(width=390)
    page.goto("/review")
    answers = {"y": "You said yes.", "n": "You said no.", "s": "Left for later.", "1": "You gave it another category."}
    for number, key in enumerate("ynsy1", start=1):
        page.keyboard.press(key)
        expect(page.locator("#told")).to_have_text(answers[key])
        expect(page.locator(".progressing label")).to_have_text(re.compile(rf"{number + 1 - (number > 2)} of"))
        page.evaluate("document.getElementById('told').textContent = ''")
    assert len(here.store.tags.decisions()) == 5  # four answers, one of them about two categories
    page.keyboard.press("u")
    expect(page.locator(".progressing label")).to_have_text(re.compile("4 of"))
    assert len(here.store.tags.decisions()) == 3
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_after_some_answers_what_was_learned_is_counted_anew_and_keys_of_transcripts_answer(
    browser_page: Open, here: Workspace
) -> None:
    page = browser_page()
    page.goto("/review")
    expect(page.locator("#learned")).to_contain_text("0 of 10 answers")
    for number, key in enumerate("crcrc", start=1):
        page.keyboard.press(key)
        expect(page.locator("#told")).to_have_text("You said yes." if key == "c" else "You said no.")
        expect(page.locator(".progressing label")).to_have_text(re.compile(rf"{number + 1} of"))
    expect(page.locator("#learned")).to_contain_text("5 of 10 answers")


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_overflows_and_a_sheet_or_a_card_shows_the_quote(
    browser_page: Open, here: Workspace, width: int
) -> None:
    document = put(here)
    made = quoted(here, document, "the approval queue is terribly slow")
    page = browser_page(width=width)
    for path in ("/documents", f"/documents/{document}?h={made}", "/review"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto(f"/documents/{document}?h={made}")
    box = page.locator("[data-current]").bounding_box()
    assert box
    assert box["x"] >= -1
    assert box["x"] + box["width"] <= width + 1
