"""The report as DOCX: real headings, tables and links, every word of the Markdown, the same bytes each time."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document

from icp_voice.publish import Material, paper
from icp_voice.publish.docx import About, word_file
from icp_voice.publish.docx_words import place_name
from icp_voice.publish.report import word_report
from icp_voice.publish.transcripts import transcripts
from icp_voice.store import Store, open_store
from tests.test_reports import ATTACK, filled, made

ABOUT = About(title="Ideal Customer Profile", company="Ledger & Moor", as_of="2026-06-01")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "voice.db")
    yield opened
    opened.close()


@pytest.fixture
def material(store: Store) -> Material:
    return made(filled(store))


def word(material: Material, name: str = "icp") -> bytes:
    written = paper(material, name)
    return word_report(written, transcripts(material, written.sayings()))


def opened(data: bytes) -> Any:
    return Document(io.BytesIO(data))


def text_of(data: bytes) -> str:
    """Return all that is written in the body, tables and links included."""
    body = opened(data).element.body
    return " ".join("".join(node.text or "" for node in one.iter(W + "t")) for one in body.iter(W + "p"))


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.mark.parametrize("name", ["icp", "pain-points", "buying-process"])
def test_every_quote_of_the_report_stands_in_the_file(material: Material, name: str) -> None:
    text = text_of(word(material, name))
    said = [one.text for one in paper(material, name).sayings()]
    assert len(said) >= 4
    assert [one for one in said if " ".join(one.split()) not in text] == []


def test_what_was_said_to_look_like_markup_is_read_as_it_was_said(material: Material) -> None:
    data = word(material)
    assert ATTACK in text_of(data)
    links = [one.target_ref for one in opened(data).part.rels.values() if one.reltype.endswith("/hyperlink")]
    assert not [link for link in links if link.startswith("javascript")]


def test_sections_are_headings_and_quotes_are_quotations(material: Material) -> None:
    styles: dict[str, list[str]] = {}
    for paragraph in opened(word(material)).paragraphs:
        styles.setdefault(paragraph.style.name, []).append(paragraph.text)
    assert styles["Title"] == ["Ideal Customer Profile: Ledger & Moor"]
    assert styles["Heading 1"] == [
        *(f"{one.number}. {one.title}" for one in paper(material, "icp").sections),
        "Transcripts",
    ]
    assert "About slow" in styles["Heading 2"]
    assert "“The approval queue is slow at month end.”" in styles["Quote"]


def test_tables_are_tables_whose_first_row_repeats(material: Material) -> None:
    tables = opened(word(material)).tables
    roles = next(table for table in tables if table.cell(0, 0).text == "Role")
    assert [cell.text for cell in roles.rows[0].cells] == ["Role", "ICP accounts", "Others", "Stated by"]
    assert roles.cell(1, 0).text.startswith("Economic buyer")
    assert all(table.rows[0]._tr.find(f".//{W}tblHeader") is not None for table in tables)


def test_every_link_within_the_file_leads_to_a_place_in_it(material: Material) -> None:
    body = opened(word(material)).element.body
    places = [one.get(W + "name") for one in body.iter(W + "bookmarkStart")]
    wanted = {one.get(W + "anchor") for one in body.iter(W + "hyperlink")} - {None}
    assert len(places) == len(set(places))
    assert len(wanted) > 15
    assert wanted <= set(places)


def test_the_same_report_is_the_same_file_and_tells_nothing_of_the_machine(material: Material) -> None:
    data = word(material)
    assert data == word(material)
    about = opened(data).core_properties
    assert (about.title, about.author) == ("Ideal Customer Profile", "Ledger & Moor")
    assert about.created == about.modified
    assert about.created.date().isoformat() == "2026-06-01"
    assert {part.date_time for part in ZipFile(io.BytesIO(data)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_paper_is_a4_with_numbered_pages(material: Material) -> None:
    section = opened(word(material)).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert "PAGE" in section.footer._element.xml


def test_a_second_list_counts_from_one_again() -> None:
    file = opened(word_file("1. one\n2. two\n\nthen\n\n1. three\n", ABOUT))
    numbers = [one._p.pPr.numPr.numId.val for one in file.paragraphs if one.style.name == "List Number"]
    assert (numbers[0] == numbers[1], numbers[1] != numbers[2]) == (True, True)
    starts = file.part.numbering_part.element.xpath("//w:startOverride/@w:val")
    assert starts == ["1", "1"]


def test_signs_that_a_file_cannot_hold_become_spaces() -> None:
    assert text_of(word_file("> “one\x0btwo \x01 three”\n", ABOUT)) == "“one two   three”"


def test_a_long_name_of_a_place_stays_one_name() -> None:
    names = {place_name(f"{'d' * 60}-t{number}") for number in range(3)}
    assert len(names) == 3
    assert all(re.fullmatch(r"[A-Za-z]\w{0,39}", name) for name in names)


@pytest.mark.slow
def test_libreoffice_opens_the_file_and_makes_pages_of_it(material: Material, tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.skip("soffice (LibreOffice) is not installed")
    (tmp_path / "icp.docx").write_bytes(word(material))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    done = subprocess.run(
        [soffice, profile, "--headless", "--convert-to", "pdf", "icp.docx"],
        cwd=tmp_path,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0
    assert (tmp_path / "icp.pdf").read_bytes().startswith(b"%PDF")


def test_a_paragraph_of_nothing_but_bold_or_a_link_is_no_anchor() -> None:
    text = text_of(word_file('<a id="x"></a>\n**Industry**\n\n*Nobody yet.*\n\n[source](https://a.example)\n', ABOUT))
    assert text.split() == ["Industry", "Nobody", "yet.", "source"]
