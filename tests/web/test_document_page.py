"""The ICP document's page: read by everybody, arranged by who may edit, handed out as files."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from docx import Document
from starlette.testclient import TestClient

from icp_voice.web.pages.downloads import TABLES, disposition
from icp_voice.web.site import Site
from icp_voice.workspace import Workspace
from tests.web.conftest import csrf, send

ARRANGE = "/document?arrange=1"


def theme(workspace: Workspace):
    """The first theme of the pain points."""
    pains = next(one for one in workspace.paper().sections if one.name == "pain_points")
    return pains.value.blocks[0].themes[0]


def test_the_document_is_read_by_a_viewer_with_links_to_the_transcripts_and_without_buttons(
    viewer: TestClient, served: Workspace
) -> None:
    text = viewer.get("/document").text
    assert text.count("<h1") == 1
    quote = theme(served).quotes[0]
    assert f'href="/documents/{quote.document}' in text
    assert f"#t{quote.turn}-{quote.start}-{quote.end}" in text
    assert "icp-voice highlights" not in text
    assert 'form="arrange"' not in viewer.get(ARRANGE).text
    assert "Freeze" not in text
    for path, fields in (
        ("/document/arrange", {"do": "hide section praise"}),
        ("/document/write", {"section": "glance", "text": "Mine."}),
        ("/document/note", {"part": "theme", "target": theme(served).id, "text": "Mine."}),
        ("/editions", {"name": "Mine"}),
    ):
        assert send(viewer, path, **fields).status_code == 403
    assert viewer.get("/document/write?section=glance").status_code == 403
    assert served.arranged() == []


def test_buttons_name_categories_by_their_titles(researcher: TestClient, served: Workspace) -> None:
    text = researcher.get(ARRANGE).text
    for name in ("goal", "trigger"):
        assert f"Open its themes ({served.codebook[name].title})" in text
        assert f"({name})" not in text


@pytest.mark.parametrize("name", ["pain-points", "buying-process"])
def test_the_other_reports_are_read_and_a_report_that_is_none_is_not_found(viewer: TestClient, name: str) -> None:
    assert viewer.get(f"/document/{name}").status_code == 200
    assert viewer.get("/document/nothing").status_code == 404


def test_a_theme_is_hidden_listed_brought_back_and_moved(researcher: TestClient, served: Workspace) -> None:
    first = theme(served)
    answer = send(researcher, "/document/arrange", do=f"hide theme {first.id}")
    assert (answer.status_code, answer.headers["location"]) == (303, ARRANGE)
    page = researcher.get(ARRANGE).text
    assert "is hidden in the document" in page
    assert re.search(r'action="/undo/\d+"', page)
    assert f'value="show theme {first.id}"' in page
    assert f'value="hide theme {first.id}"' not in page
    send(researcher, "/document/arrange", do=f"show theme {first.id}")
    assert theme(served).id == first.id
    send(researcher, "/document/arrange", do=f"down theme {first.id}")
    assert theme(served).id != first.id
    send(researcher, "/document/arrange", do=f"up theme {first.id}")
    assert theme(served).id == first.id


def test_sections_move_and_hide_and_the_method_stays(researcher: TestClient, served: Workspace) -> None:
    send(researcher, "/document/arrange", do="up section pain_points")
    send(researcher, "/document/arrange", do="hide section praise")
    names = [one.name for one in served.paper().sections]
    assert names.index("pain_points") < names.index("firmographics")
    assert "praise" not in names
    assert 'value="show section praise"' in researcher.get(ARRANGE).text
    assert send(researcher, "/document/arrange", do="hide section method").status_code == 422
    assert send(researcher, "/document/arrange", do="burn section praise").status_code == 404


def test_a_quote_is_pinned_noted_and_hidden_and_each_step_is_undone(researcher: TestClient, served: Workspace) -> None:
    second = theme(served).quotes[1]
    send(researcher, "/document/arrange", do=f"pin quote {second.id}")
    assert theme(served).quotes[0].id == second.id
    send(researcher, "/document/note", part="quote", target=second.id, text="Ask before <b>quoting</b>.")
    page = researcher.get(ARRANGE).text
    assert "Ask before &lt;b&gt;quoting&lt;/b&gt;." in page
    send(researcher, "/document/arrange", do=f"hide quote {second.id}")
    assert second.id not in {one.id for one in theme(served).quotes}
    number = re.search(r'action="/undo/(\d+)"', researcher.get(ARRANGE).text)[1]  # type: ignore[index]
    send(researcher, f"/undo/{number}", next=ARRANGE)
    assert theme(served).quotes[0].id == second.id
    send(researcher, "/document/arrange", do=f"unpin quote {second.id}")
    assert not served.arrangement().pinned


def test_a_paragraph_is_previewed_written_changed_and_removed(researcher: TestClient, served: Workspace) -> None:
    quote = theme(served).quotes[0].id
    form = researcher.get("/document/write?section=pain_points&place=top").text
    assert f'value="{quote}"' in form
    shown = send(researcher, "/document/write", section="pain_points", text="**Ours**", show="preview")
    assert "<strong>Ours</strong>" in shown.text
    assert served.arrangement().paragraphs == ()
    send(researcher, "/document/write", section="pain_points", place="top", text="**Ours**", quotes=[quote])
    (written,) = served.arrangement().paragraphs
    assert written.quotes == (quote,)
    assert "<strong>Ours</strong>" in researcher.get("/document").text
    again = researcher.get(f"/document/write?paragraph={written.id}").text
    assert "**Ours**" in again
    bad = send(researcher, "/document/write", section="pain_points", text="<script>x</script>")
    assert bad.status_code == 422
    send(researcher, "/document/arrange", do=f"remove paragraph {written.id}")
    assert "<strong>Ours</strong>" not in researcher.get("/document").text


def test_a_saved_view_is_put_into_a_section_moved_and_taken_out(researcher: TestClient, served: Workspace) -> None:
    from icp_voice.model import View

    served.save_view(View(name="What hurts most", category="pain_point"))
    send(researcher, "/document/views", view="What hurts most", section="praise")
    send(researcher, "/document/views", view="What hurts most", section="asked")
    assert served.arrangement().views == (("What hurts most", "asked"),)
    assert 'value="remove view What hurts most"' in researcher.get(ARRANGE).text
    send(researcher, "/document/arrange", do="remove view What hurts most")
    assert served.arrangement().views == ()


@pytest.mark.parametrize(("format", "begins"), [("docx", b"PK"), ("html", b"<!doctype html>"), ("markdown", b"# ")])
@pytest.mark.parametrize("name", ["icp", "pain-points"])
def test_reports_are_downloaded_under_a_name_with_company_and_date(
    viewer: TestClient, name: str, format: str, begins: bytes
) -> None:
    answer = viewer.get(f"/downloads/reports/{name}/{format}")
    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    assert answer.headers["content-security-policy"] == "sandbox"
    assert re.match(r'attachment; filename="Ledgermoor .* \d{4}-\d\d-\d\d\.', answer.headers["content-disposition"])
    assert viewer.get(f"/downloads/reports/{name}/exe").status_code == 404


def test_a_hidden_theme_is_not_in_the_word_file_and_a_paragraph_is(researcher: TestClient, served: Workspace) -> None:
    first = theme(served)
    send(researcher, "/document/arrange", do=f"hide theme {first.id}")
    send(researcher, "/document/write", section="pain_points", text="We look into this next quarter.")
    file = Document(BytesIO(researcher.get("/downloads/reports/icp/docx").content))
    texts = [one.text for one in file.paragraphs]
    assert "We look into this next quarter." in texts
    assert first.name not in texts
    assert [one.text for one in file.paragraphs if one.style.name == "Heading 1"]
    assert file.tables


@pytest.mark.parametrize("name", [name for name, *_ in TABLES])
def test_every_table_is_downloaded_as_csv(viewer: TestClient, name: str) -> None:
    answer = viewer.get(f"/downloads/tables/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(answer.text.splitlines()) > 1
    assert f"/downloads/tables/{name}" in viewer.get("/downloads").text


@pytest.mark.parametrize(("ending", "begins"), [("qdpx", b"PK"), ("qdc", b"<?xml")])
def test_coded_material_goes_to_other_programs(viewer: TestClient, ending: str, begins: bytes) -> None:
    assert viewer.get(f"/downloads/project.{ending}").content.startswith(begins)
    assert viewer.get("/downloads/project.exe").status_code == 422


def test_names_of_files_hold_nothing_that_a_header_or_a_disk_would_read() -> None:
    told = disposition('Müller & Söhne "x"/../\r\nSet-Cookie: a', "docx")
    assert "\n" not in told
    assert told.startswith(
        "attachment; filename=\"Muller & Sohne x .. Set-Cookie a.docx\"; filename*=UTF-8''M%C3%BCller"
    )
    assert (
        disposition("会社", "csv") == "attachment; filename=\"icp-voice.csv\"; filename*=UTF-8''%E4%BC%9A%E7%A4%BE.csv"
    )


def test_a_form_without_our_secret_changes_nothing(researcher: TestClient, served: Workspace) -> None:
    csrf(researcher)
    assert researcher.post("/document/arrange", data={"do": "hide section praise"}).status_code == 403
    assert served.arranged() == []


def test_while_a_job_works_the_document_is_the_last_one_with_its_hour_and_the_newest_is_one_click_away(
    app_client: Callable[[str], TestClient], served: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, shown = app_client("Vic"), theme(served)
    assert "This is how it stood" not in viewer.get("/document").text
    monkeypatch.setattr(Site, "behind", property(lambda _: True))
    served.rename_theme(shown.id, "Nobody can find the old orders")
    page = viewer.get("/document").text
    assert shown.name in page
    assert "Nobody can find the old orders" not in page
    assert "This is how it stood <b>" in page
    assert 'href="/document?now=1"' in page
    for newest in (viewer.get("/document/pain-points").text, viewer.get("/document?now=1").text):
        assert "Nobody can find the old orders" in newest
        assert "This is how it stood" not in newest
    served.rename_theme(shown.id, shown.name)
    assert "Nobody can find the old orders" not in app_client("Rae").get(ARRANGE).text
