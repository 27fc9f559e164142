"""The ICP document as people arrange it: sections by themselves, what is hidden, ordered, noted and written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from icp_voice.publish import Material, paper, render_section
from icp_voice.publish.quotes import Saying
from icp_voice.store import Store, open_store
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
    page = render_section(written, pains, "html", place=elsewhere)
    assert page.count("<section") == 1
    shown = re.findall(r'<q>(.*?)</q>.*?href="/documents/(\w+)#t(\d+)-(\d+)-(\d+)"', page, re.DOTALL)
    assert len(shown) == 4
    for text, document, turn, start, end in shown:
        assert unescape(text) == material.documents[document].turns[int(turn)].text[int(start) : int(end)]
    text = render_section(written, pains, "markdown", place=elsewhere)
    assert text.startswith('<a id="pain_points"></a>')
    assert "](/documents/d1#t1-6-46)" in text
