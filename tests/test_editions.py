"""Editions: frozen as they were, without customers' words in them, and compared by what they rest on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from icp_voice.errors import IcpVoiceError, UnknownName
from icp_voice.publish.freezing import thaw
from icp_voice.publish.report import rendered, report
from icp_voice.workspace import Workspace
from tests.test_reports import SAID, filled, made


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Ledger & Moor with four documents."""
    Workspace.init(tmp_path / "ws", company="Ledger & Moor")
    opened = Workspace(tmp_path / "ws", by="anna")
    filled(opened.store)
    return opened


def frozen_text(workspace: Workspace) -> str:
    (row,) = workspace.store.db.execute("select paper || ledger from edition").fetchall()
    return str(row[0])


@pytest.mark.parametrize("format", ["html", "markdown"])
def test_an_edition_shows_what_the_document_showed_when_it_was_frozen(workspace: Workspace, format: str) -> None:
    workspace.annotate("theme", "slow", "A note.")
    workspace.write_paragraph("pain_points", "Ours.", place="slow", quotes=["h3"])
    edition = workspace.freeze_edition("Spring 2026", "Before the launch.")
    written, appendix = thaw(workspace.store, edition)
    assert written.edition.startswith("Edition 1, Spring 2026, of ")
    shown = rendered(replace(written, edition=""), format, appendix)
    assert shown == workspace.report("icp", format=format)
    assert shown.count("A note.") == 1


def test_an_edition_stays_as_it_was_whatever_is_renamed_hidden_and_merged(workspace: Workspace) -> None:
    workspace.freeze_edition("First")
    before = workspace.show_edition("First")
    workspace.rename_theme("slow", "Another name")
    workspace.hide_in_document("section", "praise")
    workspace.merge_themes("silence", "slow")
    assert "Another name" in report(made(workspace.store), "icp", "markdown")
    assert workspace.show_edition("First") == before


def test_what_is_kept_holds_no_word_that_a_customer_said(workspace: Workspace) -> None:
    workspace.freeze_edition("First")
    text = json.loads(json.dumps(frozen_text(workspace)))
    assert [words for *_, words, _, _ in SAID if words in text] == []
    assert "Who signed?" not in text


def test_words_that_were_erased_are_gone_from_the_edition_and_nothing_is_made_up(workspace: Workspace) -> None:
    workspace.rename_theme("slow", "Slow month ends")
    workspace.freeze_edition("First")
    store = workspace.store
    with store.transaction():
        store.sources.erase("d1")
        store.documents.remove("d1")
    text = workspace.show_edition("First")
    assert "The approval queue is slow at month end." not in text
    assert "These words are no longer kept." in text
    assert "Month end is slow, the queue crawls." in text
    assert "Helen" not in frozen_text(workspace)
    assert "Slow month ends" in text


def test_the_name_of_a_theme_in_words_that_were_erased_is_erased_too(workspace: Workspace) -> None:
    store = workspace.store
    with store.transaction():
        store.db.execute("update theme set name = 'the CFO signs' where id = 'signing'")
    workspace.freeze_edition("First")
    assert "the CFO signs" in frozen_text(workspace)
    with store.transaction():
        store.sources.erase("d1")
        store.documents.remove("d1")
    assert "the CFO signs" not in frozen_text(workspace)
    assert "(words that are no longer kept)" in workspace.show_edition("First")


def test_words_that_changed_are_not_shown_in_place_of_those_that_were_said(workspace: Workspace) -> None:
    workspace.freeze_edition("First")
    with workspace.store.transaction():
        workspace.store.db.execute("update turn set text = upper(text), key = 'other' where document = 'd1'")
    text = workspace.show_edition("First")
    assert "THE APPROVAL QUEUE" not in text
    assert "These words are no longer kept." in text


def test_an_edition_of_an_older_shape_is_still_shown(workspace: Workspace) -> None:
    """What is missing becomes nothing, what is not known is passed over: as if its values had been others once."""
    edition = workspace.freeze_edition("First")
    sample = json.loads((Path(__file__).parent / "data" / "edition-0.json").read_text("utf-8"))
    with workspace.store.transaction():
        workspace.store.db.execute("update edition set paper = ?", (json.dumps(sample),))
    written, appendix = thaw(workspace.store, edition)
    text = rendered(written, "markdown", appendix)
    rendered(written, "html", appendix)
    assert "“The approval queue is slow at month end.”" in text
    assert "### Slow approvals" in text
    assert written.told == ("1 of its sections are not known any more.",)


def test_editions_are_found_by_number_id_and_name(workspace: Workspace) -> None:
    first, second = workspace.freeze_edition("Spring"), workspace.freeze_edition("Autumn", "With Greyfen.")
    assert [one.number for one in workspace.editions()] == [1, 2]
    assert workspace.edition("1") == workspace.edition(first.id) == workspace.edition("Spring") == first
    assert (second.by, second.note, second.counts["quotes"]) == ("anna", "With Greyfen.", 9)
    assert workspace.changes()[0].verb == "freeze edition"
    with pytest.raises(UnknownName, match="Autumn"):
        workspace.edition("Winter")
    with pytest.raises(IcpVoiceError, match="needs a name"):
        workspace.freeze_edition("  ")


@pytest.mark.parametrize("ending", [".html", ".md", ".docx"])
def test_an_edition_is_written_in_every_format(workspace: Workspace, tmp_path: Path, ending: str) -> None:
    workspace.freeze_edition("First")
    path = workspace.write_edition("First", tmp_path / f"first{ending}")
    data = path.read_bytes()
    assert data == workspace.write_edition("First", tmp_path / f"again{ending}").read_bytes()
    assert data.startswith({".html": b"<!doctype html>", ".md": b"# Ideal", ".docx": b"PK"}[ending])


def changes(
    workspace: Workspace, before: str = "First", after: str = "now"
) -> dict[str, tuple[str, int, int, int, int]]:
    """Return name -> kind, members before and after, quotes that came and went, for the themes that changed."""
    return {
        one.name: (one.kind, one.before.n, one.after.n, one.came_count, one.went_count)
        for section in workspace.compare_editions(before, after).sections
        for one in section.claims
        if one.what == "theme"
    }


def test_nothing_changed_when_nothing_did(workspace: Workspace) -> None:
    workspace.freeze_edition("First")
    comparison = workspace.compare_editions("First")
    assert comparison.same
    assert "*Nothing changed.*" in workspace.show_comparison(comparison, format="markdown")


def test_a_renamed_and_a_merged_theme_are_told_as_such(workspace: Workspace) -> None:
    workspace.freeze_edition("First")
    workspace.rename_theme("slow", "Slow month ends")
    workspace.merge_themes("silence", "slow")
    assert changes(workspace) == {
        "Slow month ends": ("renamed", 2, 2, 1, 0),
        "About silence": ("merged", 0, 0, 0, 1),
    }
    text = workspace.show_comparison(workspace.compare_editions("First"), format="markdown")
    assert "It was “About slow”." in text
    assert "It went into “Slow month ends”." in text
    assert "- “Nobody told us of the failures.” Lowther, 20 May 2026" in text


def test_a_new_quote_of_a_new_account_is_what_made_a_theme_grow(workspace: Workspace) -> None:
    workspace.freeze_edition("First")
    workspace.move_highlight("h1", "silence")
    workspace.freeze_edition("Second")
    assert changes(workspace, "First", "Second") == {"About silence": ("changed", 0, 1, 1, 0)}
    comparison = workspace.compare_editions("First", "Second")
    (grown,) = [one for section in comparison.sections for one in section.claims]
    assert [(said.text, said.account) for said in grown.came] == [
        ("I wish the queue could be split by plant.", "Brackwater & Sons")
    ]
    assert not grown.sure
    assert changes(workspace, "Second", "First") == {"About silence": ("changed", 1, 0, 0, 1)}


def test_a_theme_whose_quotes_were_rejected_and_a_paragraph_whose_quote_was_erased_lost_their_evidence(
    workspace: Workspace,
) -> None:
    workspace.write_paragraph("praise", "They all sign alone.", quotes=["h2"])
    workspace.freeze_edition("First")
    workspace.reject("h7", "pain_point")
    store = workspace.store
    with store.transaction():
        store.sources.erase("d1")
        store.documents.remove("d1")
    comparison = workspace.compare_editions("First")
    lost = {(one.what, one.text): dict(one.reasons) for one in comparison.lost}
    erased = "its words were erased, or changed at their source"
    assert lost == {
        ("theme", "About silence"): {"a person rejected it": 1},
        ("fact", "economic buyer"): {erased: 1},
        ("paragraph", "They all sign alone."): {erased: 1},
    }
    text = workspace.show_comparison(comparison, format="markdown")
    assert "*These words are no longer kept.*" in text
    assert "The CFO signs." not in text


def test_accounts_gaps_cells_and_paragraphs_are_compared(workspace: Workspace) -> None:
    id = workspace.write_paragraph("praise", "First thought.")
    workspace.freeze_edition("First")
    workspace.write_paragraph("praise", "Second thought.", paragraph=id)
    workspace.write_paragraph("churn", "A new one.")
    workspace.set_icp(where="status = 'trial'")
    comparison = workspace.compare_editions("First")
    assert comparison.entered == ("Calder",)
    assert comparison.left == ("Brackwater & Sons", "Greyfen", "Sunder <Electrics>")
    assert ("no feedback", "Greyfen") in comparison.gaps_left
    assert not any("Greyfen" in about for _, about in comparison.closed)
    assert ("one voice", "Calder") in comparison.gaps_entered
    assert not any("Calder" in about for _, about in comparison.opened)
    assert {one.kind: one.text for section in comparison.sections for one in section.paragraphs} == {
        "changed": "Second thought.",
        "new": "A new one.",
    }
    html = workspace.show_comparison(comparison, place=lambda said: f"/documents/{said.document}")
    assert "Sunder &lt;Electrics&gt;" in html
    assert "<b>No longer counted, since the account left</b>" in html


def turned(workspace: Workspace, before: str = "First", after: str = "now") -> list[tuple[str, str, str]]:
    comparison = workspace.compare_editions(before, after)
    return [(one.part, one.kind, one.quote.text if one.quote else one.name or one.id) for one in comparison.turned]


def test_what_was_hidden_in_between_and_what_is_shown_again_is_told_as_that(workspace: Workspace) -> None:
    workspace.freeze_edition("First")
    workspace.hide_in_document("section", "praise")
    workspace.hide_in_document("theme", "slow")
    workspace.hide_in_document("quote", "h1")
    workspace.hide_theme("silence")
    hidden = [
        ("section", "hidden", "praise"),
        ("theme", "hidden", "About silence"),
        ("theme", "hidden", "About slow"),
        ("quote", "hidden", "I wish the queue could be split by plant."),
    ]
    assert turned(workspace) == hidden
    assert changes(workspace) == {}
    workspace.freeze_edition("Second")
    assert turned(workspace, "First", "Second") == hidden
    assert turned(workspace, "Second") == []
    text = workspace.show_comparison(workspace.compare_editions("First"), format="markdown")
    assert "- *section hidden* **What they love**" in text
    assert "- *theme hidden* **About silence** (Pain points and needs)" in text
    assert "- *quote hidden* “I wish the queue could be split by plant.” Brackwater & Sons" in text
    workspace.show_in_document("section", "praise")
    workspace.show_in_document("theme", "slow")
    workspace.show_in_document("quote", "h1")
    workspace.hide_theme("silence", hidden=False)
    assert turned(workspace, "Second") == [(part, "shown again", name) for part, _, name in hidden]
    assert changes(workspace, "Second") == {}
    html = workspace.show_comparison(workspace.compare_editions("Second"))
    assert '<span class="chip">quote shown again</span> <q>I wish the queue' in html


def test_of_an_edition_that_did_not_keep_what_was_hidden_only_what_it_showed_is_told(workspace: Workspace) -> None:
    workspace.hide_in_document("section", "praise")
    workspace.freeze_edition("First")
    with workspace.store.transaction():
        workspace.store.db.execute("update edition set ledger = json_remove(ledger, '$.hidden')")
    workspace.hide_theme("silence")
    assert turned(workspace) == [("theme", "hidden", "About silence")]


def test_what_is_more_than_chance_is_said_to_be(workspace: Workspace) -> None:
    """Twelve accounts of twelve against none of twelve: the same test as that of trends."""
    from icp_voice.publish.comparison import compare
    from icp_voice.publish.freezing import evidence_saying, thaw_ledger

    ledger = thaw_ledger(workspace.store, workspace.freeze_edition("First"))
    wide = replace(ledger, heard=tuple(f"a{n}" for n in range(12)))
    before = replace(wide, themes=(replace(wide.themes[0], members=0),))
    after = replace(wide, themes=(replace(wide.themes[0], members=12),))
    show = evidence_saying(workspace.store, [])
    made_of = {"titles": ("a", "b"), "merged": {}, "split": {}, "why": lambda _: "", "show": show}
    (change,) = compare(before, after, **made_of).sections[0].claims
    assert (change.sure, change.before.n, change.after.n) == (True, 0, 12)
    assert change.p < 0.0001


def test_a_table_of_an_edition_stays_as_it_was_and_has_the_words_that_are_kept(workspace: Workspace) -> None:
    workspace.freeze_edition("First")
    workspace.rename_theme("slow", "Another name")
    names = [row["name"] for row in workspace.table("themes", edition="First")]
    assert "About slow" in names
    assert "Another name" in [row["name"] for row in workspace.table("themes")]
    with workspace.store.transaction():
        workspace.store.sources.erase("d1")
        workspace.store.documents.remove("d1")
    quotes = {row["id"]: (row["kept"], row["text"]) for row in workspace.table("quotes", edition="First")}
    assert quotes["h0"] == ("no", "")
    assert quotes["h3"] == ("yes", "Month end is slow, the queue crawls.")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("themes", "category,name,members,of_members,heard,others,quotes,id"),
        ("facts", "kind,name,members,of_members,heard,others,quotes,id"),
        ("gaps", "kind,account,category,question"),
        ("quotes", "account,date,categories,themes,text,kept,document,turn,start,end,id"),
        ("plan", "place,account,person,role,email,reason,closes,questions"),
        ("accounts", "id,name,domains,tags,heard,employees,industry,status"),
    ],
)
def test_every_table_is_written_as_csv(workspace: Workspace, tmp_path: Path, name: str, first: str) -> None:
    text = workspace.write_table(name, tmp_path / "t.csv").read_text("utf-8")
    assert text.splitlines()[0] == first
    assert len(text.splitlines()) > 1


def test_the_matrix_has_a_row_for_each_account_and_a_column_for_each_category(workspace: Workspace) -> None:
    rows = workspace.table("matrix")
    assert [row["account"] for row in rows] == ["Brackwater & Sons", "Greyfen", "Sunder <Electrics>"]
    assert rows[1]["pain_point"] == "unknown"


def test_no_text_of_a_table_is_a_formula(workspace: Workspace, tmp_path: Path) -> None:
    workspace.rename_theme("slow", "=HYPERLINK(1)")
    assert ",'=HYPERLINK(1)," in workspace.write_table("themes", tmp_path / "t.csv").read_text("utf-8")


def test_an_unknown_table_is_an_error_that_names_the_known(workspace: Workspace, tmp_path: Path) -> None:
    workspace.freeze_edition("First")
    with pytest.raises(UnknownName, match="matrix"):
        workspace.table("themse")
    with pytest.raises(UnknownName, match="table of an edition"):
        workspace.table("plan", edition="First")
    with pytest.raises(IcpVoiceError, match=r"\.csv"):
        workspace.write_table("themes", tmp_path / "t.xlsx")


def test_the_command_line_freezes_lists_compares_and_exports(workspace: Workspace, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from icp_voice.cli.main import app

    def said(*arguments: str) -> str:
        done = CliRunner().invoke(app, [*arguments, "--workspace", str(workspace.folder)])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert said("edition", "freeze", "First", "--note", "A note.") == "edition 1, First: 4 themes of 9 quotes\n"
    assert json.loads(said("edition", "list", "--format", "json"))[0]["name"] == "First"
    assert "**Edition 1, First, of " in said("edition", "show", "1")
    assert "*Nothing changed.*" in said("edition", "compare", "First")
    assert said("edition", "export", "1", str(tmp_path / "e.docx")).strip() == str(tmp_path / "e.docx")
    assert said("table", "gaps", "--edition", "1").startswith("kind,account,category,question")
    assert said("report", "icp", "--format", "html").startswith("<!doctype html>")
    assert said("report", "icp", "--out", str(tmp_path / "r.docx")).strip() == str(tmp_path / "r.docx")
    assert (tmp_path / "r.docx").read_bytes().startswith(b"PK")


def test_the_document_is_made_anew_only_after_something_changed(workspace: Workspace) -> None:
    first = workspace.paper()
    assert workspace.paper() is first
    Workspace(workspace.folder, by="ben").hide_in_document("section", "praise")
    second = workspace.paper()
    assert second is not first
    assert "praise" not in [section.name for section in second.sections]
    workspace.show_in_document("section", "praise")
    assert workspace.paper().sections == first.sections


def test_what_is_redacted_after_freezing_is_hidden_in_the_names_that_an_edition_keeps(workspace: Workspace) -> None:
    store = workspace.store
    with store.transaction():
        store.db.execute("update theme set name = 'Helen waits for Greyfen' where id = 'slow'")
        store.db.execute("update fact set value = 'Greyfen partner' where value = 'referral'")
        store.db.execute("update turn set text = text || ' Greyfen partner told us.'")
    workspace.write_paragraph("pain_points", "Our own Greyfen note.")
    workspace.freeze_edition("First")
    assert "waits for Greyfen" in workspace.show_edition("First")
    assert "Greyfen partner" in {row["name"] for row in workspace.table("facts", edition="First")}
    workspace.redact_words("Greyfen")
    shown = workspace.show_edition("First")
    assert "waits for Greyfen" not in shown
    assert "Helen waits for ███████" in shown
    assert "Our own Greyfen note." in shown
    names = {row["name"] for row in workspace.table("themes", edition="First")}
    assert "Helen waits for ███████" in names
    assert not [row for row in workspace.table("facts", edition="First") if "Greyfen" in row["name"] + row["id"]]
    workspace.freeze_edition("Second")
    assert not [one for one in changes(workspace, "First", "Second").values() if one[0] == "renamed"]


def test_who_is_called_by_a_number_since_is_named_nowhere_in_an_older_edition(workspace: Workspace) -> None:
    workspace.freeze_edition("First")
    people = {said[2] for said in SAID}
    named = {one for one in people if one in workspace.show_edition("First")}
    assert named
    workspace.change_settings({"privacy.hide_speakers": True})
    shown = Workspace(workspace.folder).show_edition("First")
    assert [one for one in named if one in shown] == []
    assert "quote by Speaker 1" in shown


def test_an_arrangement_is_taken_back_like_any_other_change(workspace: Workspace) -> None:
    number = workspace.hide_in_document("theme", "slow")
    change = workspace.last_undoable()
    assert change is not None
    assert change.verb == "hide in document"
    workspace.undo(change.number)
    assert not workspace.arrangement().hidden_themes
    assert [one.undone for one in workspace.arranged() if one.number == number] == [True]
    workspace.hide_in_document("theme", "slow")
    workspace.undo_arrangement()
    assert workspace.changes()[1].undone
    with pytest.raises(IcpVoiceError, match="nothing that can be taken back"):
        workspace.undo()
