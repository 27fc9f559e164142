"""The ICP document as people arrange it: sections by themselves, what is hidden, ordered, noted and written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from icp_voice.errors import IcpVoiceError, UnknownName
from icp_voice.model import View
from icp_voice.publish import Material, Paper, paper, render_section, report
from icp_voice.publish.paragraphs import checked_markdown, paragraph_html, paragraph_markdown
from icp_voice.publish.quotes import Saying
from icp_voice.publish.render import Around
from icp_voice.store import Store, open_store
from icp_voice.workspace import Workspace
from tests.test_reports import filled, made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "voice.db")
    yield opened
    opened.close()


@pytest.fixture
def material(store: Store) -> Material:
    return made(filled(store))


def elsewhere(said: Saying) -> str:
    return f"/documents/{said.document}#t{said.turn}-{said.start}-{said.end}"


def test_one_section_is_shown_by_itself_and_its_quotes_link_to_where_they_are_told_to(material: Material) -> None:
    written = paper(material, "icp")
    pains = next(section for section in written.sections if section.name == "pain_points")
    page = render_section(written, pains, "html", around=Around(place=elsewhere))
    assert page.count("<section") == 1
    shown = re.findall(r'<q>(.*?)</q>.*?href="/documents/(\w+)#t(\d+)-(\d+)-(\d+)"', page, re.DOTALL)
    assert len(shown) == 4
    for text, document, turn, start, end in shown:
        assert unescape(text) == material.documents[document].turns[int(turn)].text[int(start) : int(end)]
    text = render_section(written, pains, "markdown", around=Around(place=elsewhere))
    assert text.startswith('<a id="pain_points"></a>')
    assert "](/documents/d1#t1-6-46)" in text


@pytest.fixture
def arranged(tmp_path: Path) -> Workspace:
    """Ledger & Moor with four documents, arranged by Anna."""
    Workspace.init(tmp_path / "ws", company="Ledger & Moor")
    workspace = Workspace(tmp_path / "ws", by="anna")
    filled(workspace.store)
    return workspace


def document(workspace: Workspace) -> Paper:
    return paper(made(workspace.store), "icp")


def page(workspace: Workspace, name: str = "icp", format: str = "markdown") -> str:
    return report(made(workspace.store), name, format)


def pains(workspace: Workspace) -> list[str]:
    section = next(one for one in document(workspace).sections if one.name == "pain_points")
    return [theme.name for theme in section.value.blocks[0].themes]


def test_a_hidden_section_is_gone_from_the_icp_document_alone_and_the_method_says_so(arranged: Workspace) -> None:
    arranged.hide_in_document("section", "praise")
    sections = document(arranged).sections
    assert "praise" not in [one.name for one in sections]
    assert [one.number for one in sections] == list(range(1, 12))
    assert "by a person, from this document: 1 section, 0 themes, 0 quotes" in page(arranged)
    assert "from this document" not in page(arranged, "pain-points")
    arranged.show_in_document("section", "praise")
    assert "from this document" not in page(arranged)


def test_the_method_cannot_be_hidden(arranged: Workspace) -> None:
    with pytest.raises(IcpVoiceError, match="it says what was hidden"):
        arranged.hide_in_document("section", "method")


@pytest.mark.parametrize("format", ["html", "markdown"])
def test_with_the_gaps_hidden_every_link_still_leads_somewhere(arranged: Workspace, format: str) -> None:
    arranged.hide_in_document("section", "gaps")
    text = page(arranged, format=format)
    links = re.findall(r"href=\"#([^\"]+)\"" if format == "html" else r"\]\(#([^)]+)\)", text)
    assert set(links) <= set(re.findall(r" id=\"([^\"]+)\"", text))


def test_a_hidden_theme_leaves_the_document_but_not_the_workspace(arranged: Workspace) -> None:
    assert pains(arranged) == ["About slow", "About silence"]
    arranged.hide_in_document("theme", "About slow")
    assert pains(arranged) == ["About silence"]
    assert "About slow" not in page(arranged)
    assert "About slow" in page(arranged, "pain-points")
    assert "slow" in [theme.id for theme in arranged.themes()]


def test_a_hidden_quote_gives_way_and_the_figures_stay(arranged: Workspace) -> None:
    before = next(one for one in document(arranged).sections if one.name == "pain_points").value.blocks[0].themes[0]
    arranged.hide_in_document("quote", "h0")
    after = next(one for one in document(arranged).sections if one.name == "pain_points").value.blocks[0].themes[0]
    assert [said.id for said in before.quotes] == ["h0", "h3"]
    assert [said.id for said in after.quotes] == ["h3"]
    assert (after.members, after.mentions) == (before.members, before.mentions)


def test_sections_themes_and_quotes_stand_in_the_order_that_people_gave_them(arranged: Workspace) -> None:
    arranged.order_in_document("section", ["gaps", "praise"])
    arranged.order_in_document("theme", ["silence", "slow"], of="pain_points")
    arranged.order_in_document("quote", ["h3"], of="slow")
    assert [one.name for one in document(arranged).sections][:3] == ["gaps", "praise", "glance"]
    assert pains(arranged) == ["About silence", "About slow"]
    themes = next(one for one in document(arranged).sections if one.name == "pain_points").value.blocks[0].themes
    assert [said.id for said in themes[1].quotes] == ["h3", "h0"]


def test_notes_and_paragraphs_stand_where_they_were_written(arranged: Workspace) -> None:
    arranged.annotate("theme", "slow", "Ask again in May.")
    arranged.annotate("quote", "h0", "She runs *two* plants.")
    arranged.write_paragraph("pain_points", "# In short\n\nAll is **slow**.", place="top")
    arranged.write_paragraph("pain_points", "After it.", place="slow", quotes=["h3"])
    text = page(arranged)
    assert "*Note:* Ask again in May. (anna, " in text
    assert "*Note:* She runs \\*two\\* plants. (anna, " in text
    assert "#### In short\n\nAll is **slow**.\n\n*anna, " in text
    assert text.index("### About slow") < text.index("After it.") < text.index("### About silence")
    html = page(arranged, format="html")
    assert "<h4>In short</h4>" in html
    assert "<p>All is <strong>slow</strong>.</p>" in html


def test_a_paragraph_is_written_anew_and_removed_under_its_id(arranged: Workspace) -> None:
    id = arranged.write_paragraph("praise", "First thought.")
    assert arranged.write_paragraph("praise", "Second thought.", paragraph=id) == id
    assert "First thought." not in page(arranged)
    assert "Second thought." in page(arranged)
    arranged.remove_paragraph(id)
    assert "thought" not in page(arranged)
    with pytest.raises(UnknownName):
        arranged.remove_paragraph(id)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <b>b</b>",
        "[x](javascript:alert(1))",
        "[x](file:///etc)",
        "![x](https://a.example/p.png)",
        "  ",
    ],
)
def test_what_a_paragraph_may_not_hold_is_refused_when_it_is_written(text: str) -> None:
    with pytest.raises(IcpVoiceError):
        checked_markdown(text)


def test_a_paragraph_that_came_some_other_way_is_harmless_when_shown() -> None:
    attack = "<script>alert(1)</script> [x](javascript:alert(1)) [y](data:text/html,z) [z](https://a.example)"
    html = paragraph_html(attack)
    assert "<script" not in html
    assert re.findall(r'href="([^"]+)"', html) == ["https://a.example"]
    assert "<" not in paragraph_markdown(attack)


def test_a_view_becomes_a_block_in_its_own_section_or_at_the_end_of_another(arranged: Workspace) -> None:
    arranged.save_view(View(name="slow month ends", theme="slow"))
    arranged.add_view_to_document("slow month ends")
    asked = next(one for one in document(arranged).sections if one.name == "asked")
    shown = asked.value.views[0]
    assert (shown.members.n, shown.mentions, shown.filter) == (2, 2, "theme slow")
    assert [said.id for said in shown.quotes] == ["h0", "h3"]
    arranged.add_view_to_document("slow month ends", section="praise")
    assert "asked" not in [one.name for one in document(arranged).sections]
    assert "View “slow month ends”: theme slow" in page(arranged)
    arranged.remove_view_from_document("slow month ends")
    assert "slow month ends" not in page(arranged)


def test_what_was_arranged_of_something_gone_is_left_out_and_told(arranged: Workspace) -> None:
    arranged.save_view(View(name="all", theme="slow"))
    arranged.add_view_to_document("all")
    arranged.remove_view("all")
    arranged.annotate("theme", "slow", "A note.")
    arranged.annotate("quote", "h0", "Another note.")
    arranged.write_paragraph("pain_points", "Rests on it.", quotes=["h0"])
    with arranged.store.transaction():
        arranged.store.documents.remove("d1")
    arranged.merge_themes("slow", "silence")
    written = document(arranged)
    assert sorted(written.told) == [
        "Quote h0 is no longer there; a paragraph rests on it.",
        "Quote h0 is no longer there; it has a note.",
        "View “all” was removed; its block is left out.",
    ]
    assert "A note." in page(arranged)
    assert "Another note." not in page(arranged)


def test_each_thing_done_is_recorded_without_its_words_and_can_be_taken_back(arranged: Workspace) -> None:
    first = arranged.annotate("theme", "slow", "Secret words.")
    arranged.hide_in_document("theme", "silence")
    change = arranged.changes()[0]
    assert (change.by, change.verb, change.subject) == ("anna", "hide in document", "silence")
    assert "Secret" not in repr(arranged.changes())
    arranged.undo_arrangement(first)
    assert "Secret words." not in page(arranged)
    assert arranged.undo_arrangement().action == "hide"
    assert pains(arranged) == ["About slow", "About silence"]
    with pytest.raises(UnknownName, match="Nothing was arranged"):
        arranged.undo_arrangement()


def test_an_unknown_section_theme_or_quote_is_an_error_that_names_the_known(arranged: Workspace) -> None:
    with pytest.raises(UnknownName, match="pain_points"):
        arranged.hide_in_document("section", "pains")
    with pytest.raises(IcpVoiceError, match="h99"):
        arranged.hide_in_document("quote", "h99")
    with pytest.raises(UnknownName, match="section"):
        arranged.hide_in_document("chapter", "x")
