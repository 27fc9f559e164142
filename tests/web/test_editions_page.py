"""Editions in pages: frozen, listed, read, compared with each other and with now, and downloaded."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from icp_voice.workspace import Workspace
from tests.web.conftest import send
from tests.web.test_document_page import theme


@pytest.fixture
def two(researcher: TestClient, served: Workspace) -> Workspace:
    """Two editions; between them a theme was renamed, a quote rejected and a paragraph written."""
    send(researcher, "/editions", name="Spring", note="Before <the> launch")
    first = theme(served)
    served.rename_theme(first.id, "Another name")
    served.reject(first.quotes[0].id, "pain_point")
    served.write_paragraph("pain_points", "Ours.")
    send(researcher, "/editions", name="Autumn")
    return served


def test_without_editions_the_list_says_what_they_are_for(viewer: TestClient, researcher: TestClient) -> None:
    assert "No edition is frozen yet" in viewer.get("/editions").text
    assert "/editions/new" not in viewer.get("/editions").text
    assert "/editions/new" in researcher.get("/editions").text
    assert viewer.get("/editions/compare").headers["location"] == "/editions"
    assert viewer.get("/editions/new").status_code == 403
    assert 'value="ICP document, ' in researcher.get("/editions/new").text
    for address in ("/editions/7", "/editions/spring", "/jobs/last"):
        nothing = viewer.get(address)
        assert nothing.status_code == 404, address
        assert "Input should be" not in nothing.text


def test_an_edition_is_frozen_listed_and_read_as_it_was(two: Workspace, viewer: TestClient) -> None:
    page = viewer.get("/editions").text
    assert page.index("Autumn") < page.index("Spring")
    assert "Before &lt;the&gt; launch" in page
    first = viewer.get("/editions/1").text
    assert "frozen by Rae" in first
    assert "Another name" not in first
    assert "Another name" in viewer.get("/editions/2").text
    assert 'form="arrange"' not in first


def test_a_name_is_needed(researcher: TestClient, served: Workspace) -> None:
    assert send(researcher, "/editions", name=" ").status_code == 422
    assert served.editions() == []


def test_two_editions_are_compared_with_the_quotes_that_made_the_change(two: Workspace, viewer: TestClient) -> None:
    page = viewer.get("/editions/compare?a=1&b=2").text
    assert "Another name" in page
    assert "renamed" in page
    assert re.search(r"From <b>Edition 1, [^<.]+</b> to <b>Edition 2, [^<.]+</b>", page)
    assert "Ours." in page
    assert 'href="/documents/' in page
    assert viewer.get("/editions/compare?a=2&b=1").headers["location"] == "/editions/compare?a=1&b=2"
    assert "Nothing changed" in viewer.get("/editions/compare?a=2&b=now").text
    two.write_paragraph("pain_points", "Still ours.")
    assert "Still ours." in viewer.get("/editions/compare?a=2").text
    for wrong in ("?a=1&b=1", "?a=now&b=now", "?a=&b=2"):
        assert viewer.get(f"/editions/compare{wrong}").status_code == 422
    assert viewer.get("/editions/compare?a=9").status_code == 404


@pytest.mark.parametrize(("format", "begins"), [("docx", b"PK"), ("html", b"<!doctype html>"), ("markdown", b"# ")])
def test_editions_and_what_changed_are_downloaded(
    two: Workspace, viewer: TestClient, format: str, begins: bytes
) -> None:
    for path in (f"/downloads/editions/1/{format}", f"/downloads/changes/{format}?a=1&b=2"):
        answer = viewer.get(path)
        assert answer.status_code == 200, path
        assert answer.content.startswith(begins)
        assert answer.headers["content-disposition"].startswith("attachment")


def test_tables_of_an_edition_are_those_of_its_day(two: Workspace, viewer: TestClient) -> None:
    assert "Another name" not in viewer.get("/downloads/tables/themes?edition=1").text
    assert "Another name" in viewer.get("/downloads/tables/themes?edition=2").text
    assert viewer.get("/downloads/tables/plan?edition=1").status_code == 404
