"""Words that not everybody may see: found by form, hidden wherever they are read, and never lost."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import CALL
from typer.testing import CliRunner

from icp_voice.analysis.redact import find
from icp_voice.cli.main import app
from icp_voice.errors import IcpVoiceError, UnknownName
from icp_voice.model import TagState, View
from icp_voice.publish import records
from icp_voice.store.documents import turn_keys
from icp_voice.store.redactions import Hidden
from icp_voice.store.veil import BAR, HiddenWords, Veil, masked, same_but_masked
from icp_voice.workspace import Workspace

SECRETS = {
    "ann.lee@alder.example": "mail address",
    "+49 30 901820": "phone number",
    "(415) 555-2671": "phone number",
    "650-253-0000": "phone number",
    "4111 1111 1111 1111": "card number",
    "DE89 3704 0044 0532 0130 00": "bank account",
    "GB82WEST12345698765432": "bank account",
    "bob:hunter2": "password in an address",
}
NO_SECRETS = [
    "We went from 2019-2024 with 10,000 invoices and 1,200,000.50 dollars a year.",
    "Order 4155552671 came late, PO 650-253-0000-22 too.",
    "Ticket 1234567890123456 and invoice 4111-2222-3333-4444 are open.",
    "It runs on 192.168.100.200 since 12/03/2024 10:30, version 12.0.1.2234.",
    "ISO 27001:2013, DE89 3704 0044 0532 0130 01, we @ the office, see a@b.",
    "That is 12 34 56 78 90 times 98.6 percent.",
]
HIDDEN = "Quillfeather"
TALK = f"""Vera Field: What did {HIDDEN} say about month end?
Ann Lee: The approval queue is terribly slow at month end, {HIDDEN} sits there until nine every evening.
Vera Field: How did you hear of us?
Ann Lee: A colleague at {HIDDEN} told me about it, and we compared you with {HIDDEN} before we bought it.
Vera Field: Anything you love?
Ann Lee: The matching is brilliant, it saves us two days every month.
"""


@pytest.mark.parametrize(("secret", "why"), SECRETS.items())
def test_what_has_the_form_of_a_secret_is_found_whole(secret: str, why: str) -> None:
    around = "https://{}@git.alder.example/x" if why.startswith("password") else "It is {}, as I said."
    text = around.format(secret)
    assert [(text[one.start : one.end], one.why) for one in find(text, region="US")] == [(secret, why)]


@pytest.mark.parametrize("text", NO_SECRETS)
def test_figures_and_numbers_of_orders_are_left_alone(text: str) -> None:
    assert find(text, region="US") == []


def test_national_numbers_are_read_as_their_country_dials_them() -> None:
    text = "Ring me on 020 7031 3000."
    assert [text[one.start : one.end] for one in find(text, region="GB")] == ["020 7031 3000"]
    assert find(text, region="US") == []


def test_only_names_that_are_known_are_found_and_parts_only_inside_a_sentence() -> None:
    text = "Will you ask Will Smith? Mark it, Bob. We told Smith."
    assert [text[one.start : one.end] for one in find(text, region="US", names=["Will Smith"])] == [
        "Will Smith",
        "Smith",
    ]
    assert find(text, region="US") == []


def test_a_hostile_text_costs_no_time(benchmark_seconds: float = 1.0) -> None:
    import time

    texts = ["a." * 20_000 + "@", "1 " * 20_000, "DE89" * 10_000, "x@" + "a." * 20_000, "http://" + "a:" * 20_000]
    start = time.perf_counter()
    for text in texts:
        find(text, region="US")
    assert time.perf_counter() - start < 10 * benchmark_seconds


def test_masking_keeps_lengths_and_white_space() -> None:
    assert masked("call Bo Ek\nnow", [(5, 10)]) == f"call {BAR * 2} {BAR * 2}\nnow"
    assert masked("abcdef", [(3, 9), (0, 2), (1, 4)]) == BAR * 6
    assert masked("same", []) == "same"
    assert same_but_masked(f"call {BAR * 2} now", "call Bo now")
    assert not same_but_masked(f"call {BAR * 2} now", "call Bo not")


def test_what_was_said_before_is_hidden_where_it_was_hidden_in_its_turn() -> None:
    veil = Veil({"d": {0: ((5, 8),)}}, {("d", 0): "What Bob says? And why?"})
    assert veil.context("d", 1, "Bob says? And why?") == f"{BAR * 3} says? And why?"
    assert veil.context("d", 0, "Bob says?") == "Bob says?"
    assert veil.context("d", 1, "Bob thinks?") == "Bob thinks?"


def test_a_name_hides_redacted_words_unless_they_can_be_read_beside_it() -> None:
    words = HiddenWords(("Bo Ek of finance",))
    assert words.mask("calls by Bo Ek", []) == f"calls by {BAR * 2} {BAR * 2}"
    assert words.mask("finance is slow", ["our finance is slow"]) == "finance is slow"
    assert words.mask("the price of it", []) == "the price of it"


@pytest.fixture
def spoken(workspace: Workspace, write: Callable[[str, str | bytes], Path]) -> Workspace:
    """A workspace in which one call is understood."""
    write("2026-05-01 Alder Foods call.txt", TALK)
    workspace.add(workspace.folder / "words")
    workspace.assign(workspace.documents()[0].id, account="A-1", sides={"Ann Lee": "customer"})
    workspace.run()
    return workspace


def everything(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Yield (where, text) of whatever a workspace hands out."""
    view = View(coded=False)
    highlights = {one.id: one for one in workspace.highlights(view)}
    yield "highlights", records.as_json([records.highlight_record(one) for one in highlights.values()])
    yield "highlights' own", repr(list(highlights.values()))
    yield "documents", repr(workspace.documents())
    for one in workspace.documents():
        yield "document", repr(workspace.document(one.id))
    yield "themes", repr(workspace.themes(hidden=True))
    yield "theme records", records.as_json([records.theme_record(one, highlights) for one in workspace.themes()])
    yield "theme history", repr(workspace.theme_history())
    yield "without theme", repr(workspace.unassigned())
    yield "facts", repr(workspace.facts())
    yield "coverage", repr(workspace.coverage())
    yield "gaps", repr(workspace.gaps())
    yield "plan", repr(workspace.plan())
    yield "answer", repr(workspace.ask("What is slow at month end?"))
    yield "answer in records", records.as_json(records.answer_record(workspace.ask("How did they hear of us?")))
    yield "changes", repr(workspace.changes())
    yield "redactions", repr(workspace.redactions())
    out = workspace.folder / "out"
    for path in [*workspace.write_reports(out), workspace.export(out / "all.qdpx"), workspace.export(out / "all.qdc")]:
        if path.suffix == ".qdpx":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"{path.name}/{name}", archive.read(name).decode("utf-8", "replace")
        else:
            yield path.name, path.read_text("utf-8")
    for command in (["highlights", "--all"], ["themes"], ["facts"], ["documents"], ["redaction", "list"], ["gaps"]):
        for form in ("table", "json", "csv"):
            arguments = [*command, "--workspace", str(workspace.folder), "--format", form]
            result = CliRunner().invoke(app, arguments)
            assert result.exit_code == 0, result.output
            yield " ".join(arguments), result.output


def test_nothing_that_is_handed_out_holds_a_redacted_word(spoken: Workspace) -> None:
    decided = spoken.themes(hidden=True)
    spoken.confirm(spoken.highlights(View(coded=False))[0].id, "pain_point")
    before = [where for where, text in everything(spoken) if HIDDEN in text]
    assert {"highlights", "document", "facts", "icp.html", "answer"} <= set(before)
    spoken.redact_words(HIDDEN.lower(), why="person's name")
    for where, text in everything(spoken):
        assert HIDDEN.casefold() not in text.casefold(), where
    assert len(spoken.themes(hidden=True)) == len(decided)
    assert HIDDEN in repr(spoken.document(spoken.documents()[0].id, bare=True))


def test_a_run_reads_bare_words_so_that_redaction_changes_no_place_and_no_coding(spoken: Workspace) -> None:
    before = [(one.id, one.turn, one.start, one.end, one.categories) for one in spoken.highlights(View(coded=False))]
    spoken.redact_words(HIDDEN)
    assert all(ran.done == 0 for ran in spoken.run())
    after = spoken.highlights(View(coded=False))
    assert [(one.id, one.turn, one.start, one.end, one.categories) for one in after] == before
    hidden = [one for one in after if BAR in one.text]
    assert hidden
    for one in hidden:
        turn = spoken.document(one.document).turns[one.turn]
        assert turn.text[one.start : one.end] == one.text


def test_a_theme_named_with_a_redacted_word_does_not_show_it_and_keeps_its_name(spoken: Workspace) -> None:
    from icp_voice.model import Theme

    store = spoken.store
    with store.transaction():
        name, keywords = f"slow for {HIDDEN}", (HIDDEN.lower(), "slow")
        theme = Theme(id="t1", category="pain_point", name=name, keywords=keywords, highlights=())
        store.themes.put("pain_point", [theme], [])
    spoken.rename_theme("t1", f"{HIDDEN} waits")
    spoken.redact_words(HIDDEN)
    [shown] = spoken.themes("pain_point")
    assert (shown.name, shown.keywords[0]) == (f"{BAR * len(HIDDEN)} waits", BAR * len(HIDDEN))
    assert HIDDEN not in repr(spoken.theme_history())
    redacted = [one.id for one in spoken.redactions()]
    spoken.reject_redactions(redacted)
    assert spoken.themes("pain_point")[0].name == f"{HIDDEN} waits"


def test_a_span_is_hidden_and_shown_again_and_both_are_recorded_without_words(spoken: Workspace) -> None:
    document = spoken.documents()[0].id
    made = spoken.redact(document, 1, 4, 18)
    assert spoken.document(document).turns[1].text.startswith(f"The {BAR * 8} {BAR * 5} is terribly")
    assert (made.state, made.by, made.why) == (TagState.CONFIRMED, "me", "by hand")
    [shown] = spoken.unredact(document, 1, 10, 11)
    assert (shown.id, shown.state) == (made.id, TagState.REJECTED)
    assert spoken.document(document).turns[1].text.startswith("The approval queue")
    told = [(one.verb, one.subject, one.by) for one in spoken.changes(most=2)]
    assert told == [("reject redaction", "", "me"), ("redact", document, "me")]
    assert "approval" not in repr(spoken.changes())


@pytest.mark.parametrize("place", [(99, 0, 1), (0, 5, 5), (0, -1, 3), (0, 0, 9_999), (-1, 0, 1)])
def test_a_place_where_nothing_is_said_cannot_be_redacted(spoken: Workspace, place: tuple[int, int, int]) -> None:
    with pytest.raises(IcpVoiceError, match=r"turn"):
        spoken.redact(spoken.documents()[0].id, *place)


def test_what_is_not_there_is_told(spoken: Workspace) -> None:
    document = spoken.documents()[0].id
    with pytest.raises(IcpVoiceError, match="nothing is redacted in turn 0"):
        spoken.unredact(document, 0, 0, 4)
    with pytest.raises(UnknownName, match="redaction"):
        spoken.confirm_redactions(["nothing"])
    with pytest.raises(UnknownName, match="by hand"):
        spoken.redact(document, 0, 0, 4, why="because")
    with pytest.raises(IcpVoiceError, match="no words"):
        spoken.redact_words(" … ")


PRIVATE = "Vera Field: Where do I reach you?\nAnn Lee: Write to ann.lee@alder.example, the approval queue is slow.\n"


def set_privacy(workspace: Workspace, **values: str | bool) -> Workspace:
    workspace.change_settings({f"privacy.{name}": value for name, value in values.items()})
    return workspace


def test_a_run_proposes_once_and_a_person_decides(
    workspace: Workspace, write: Callable[[str, str | bytes], Path]
) -> None:
    path = write("call.txt", PRIVATE)
    workspace.add(path)
    done = {ran.step: ran.done for ran in workspace.run()}
    assert done["redaction"] == 1
    [proposed] = workspace.redactions(state="proposed")
    assert (proposed.turn, proposed.why, proposed.by) == (1, "mail address", "rule")
    document = proposed.document
    assert "ann.lee@" in workspace.document(document).turns[1].text
    cautious = set_privacy(workspace, redact="proposed")
    assert "ann.lee@" not in cautious.document(document).turns[1].text
    cautious.reject_redactions([proposed.id])
    assert "ann.lee@" in cautious.document(document).turns[1].text
    cautious = set_privacy(cautious, redact="proposed", phone_region="DE")
    assert {ran.step: ran.done for ran in cautious.run()}["redaction"] == 1
    assert [one.state for one in cautious.redactions()] == [TagState.REJECTED]


def test_names_are_proposed_only_where_the_settings_ask_for_it(
    workspace: Workspace, write: Callable[[str, str | bytes], Path]
) -> None:
    workspace.add(write("call.txt", "Vera Field: Who decides?\nAnn Lee: I think that Ann Lee does, and Grace too.\n"))
    workspace.run()
    assert workspace.redactions() == []
    asking = set_privacy(workspace, find_names=True)
    asking.run()
    assert [(one.why, one.start, one.end) for one in asking.redactions()] == [("person's name", 13, 20)]


def test_a_redaction_follows_its_turn_and_is_void_where_the_words_changed(
    workspace: Workspace, write: Callable[[str, str | bytes], Path]
) -> None:
    path = write("call.txt", CALL)
    workspace.add(path)
    document = workspace.documents()[0].id
    made = [workspace.redact(document, 3, 4, 12), workspace.redact(document, 5, 4, 12)]
    path.write_text("Ann Lee: Hello there, Vera.\n" + CALL.replace("The matching is", "This matching is"), "utf-8")
    workspace.add(path)
    assert workspace.document(document).turns[4].text.startswith(f"The {BAR * 8} queue")
    assert {one.id: one.turn for one in workspace.redactions(document)} == {made[0].id: 4, made[1].id: None}
    assert "look again" in CliRunner().invoke(app, ["redaction", "list", "-w", str(workspace.folder)]).output
    path.write_text(CALL, "utf-8")
    workspace.add(path)
    assert {one.id: one.turn for one in workspace.redactions(document)} == {made[0].id: 3, made[1].id: 5}


def test_bars_never_take_the_place_of_words_when_an_export_comes_back(spoken: Workspace) -> None:
    document = spoken.documents()[0].id
    spoken.confirm(spoken.highlights(View(coded=False))[0].id, "pain_point")
    spoken.redact_words(HIDDEN)
    file = spoken.export(spoken.folder / "out" / "all.qdpx")
    spoken.redact(document, 5, 0, 12)
    brought = spoken.import_coded(file)
    assert (brought.new, brought.known) == ([], [document])
    assert "passages whose words are no longer there" not in brought.left
    assert [one.id for one in spoken.documents()] == [document]
    assert BAR not in repr(spoken.document(document, bare=True))


def test_speakers_are_called_by_number_where_the_settings_hide_them(spoken: Workspace) -> None:
    hiding = set_privacy(spoken, hide_speakers=True)
    shown = hiding.document(hiding.documents()[0].id)
    assert [one.speaker for one in shown.turns] == ["Vera Field", "Speaker 1"] * 3
    assert {one.name: one.email for one in shown.speakers}["Speaker 1"] == ""
    assert {one.speaker for one in hiding.highlights(View(coded=False))} == {"Speaker 1"}
    assert "Ann Lee" not in repr(hiding.coverage()) + repr(hiding.gaps())
    hiding.assign(shown.id, sides={"Ann Lee": "customer"})
    assert "Ann Lee" in repr(hiding.document(shown.id, bare=True).speakers)
    assert "Ann Lee" in repr(set_privacy(hiding, hide_speakers=False).document(shown.id).speakers)


def test_what_people_hid_stays_hidden_when_a_document_that_was_gone_returns(
    workspace: Workspace, write: Callable[[str, str | bytes], Path]
) -> None:
    workspace.add(write("call.txt", PRIVATE))
    workspace.run()
    store, document = workspace.store, workspace.documents()[0].id
    workspace.redact(document, 1, 0, 5)
    with store.transaction():
        store.sources.erase(document)
        store.documents.remove(document)
    assert [(one.why, one.turn) for one in workspace.redactions()] == [("by hand", None)]
    workspace.add(workspace.folder / "words")
    assert workspace.document(document).turns[1].text.startswith(f"{BAR * 5} to ann.lee@")


def test_each_change_is_taken_back_by_itself(spoken: Workspace) -> None:
    spoken.redact_words(HIDDEN)
    document = spoken.documents()[0].id
    [first, *_] = spoken.redactions(document)
    spoken.reject_redactions([first.id])
    spoken.undo()
    assert {one.state for one in spoken.redactions(document)} == {TagState.CONFIRMED}
    spoken.undo()
    assert spoken.redactions(document) == []
    assert HIDDEN in spoken.document(document).turns[0].text


def found_by(workspace: Workspace, words: str) -> list[tuple[int, int]]:
    """Return the places of the passages that hold some words, which the tables and the pages tell alike."""
    view = View(words=words, coded=False)
    pages = [(one.turn, one.start) for one in workspace.highlights_page(view).items]
    assert sorted((one.turn, one.start) for one in workspace.store.highlights.select(view)) == sorted(pages)
    return pages


def test_a_word_that_is_hidden_is_not_found_and_those_beside_it_are(spoken: Workspace) -> None:
    beside = {word: found_by(spoken, word) for word in ("queue", "evening", "colleague", "compared", "told", "with")}
    assert all(beside.values())
    there = found_by(spoken, HIDDEN)
    assert there
    spoken.redact_words(HIDDEN)
    assert found_by(spoken, HIDDEN) == found_by(spoken, f"queue {HIDDEN}") == []
    assert {word: found_by(spoken, word) for word in beside} == beside
    spoken.undo()
    assert found_by(spoken, HIDDEN) == there


def test_part_of_a_word_that_is_hidden_hides_it_from_the_search_and_no_other(spoken: Workspace) -> None:
    document = spoken.documents()[0].id
    said = spoken.document(document).turns[1].text
    at = said.index("terribly")
    spoken.redact(document, 1, at + 2, at + 5)
    assert found_by(spoken, "terribly") == []
    assert found_by(spoken, "is") and found_by(spoken, "slow")


def test_what_is_proposed_is_found_unless_the_settings_hide_it(spoken: Workspace) -> None:
    turn = spoken.document(spoken.documents()[0].id).turns[1]
    hidden = Hidden(key=turn_keys([turn])[0], start=turn.text.index("queue"), end=turn.text.index("queue") + 5, why="x")
    with spoken.store.transaction():
        spoken.store.redactions.propose(spoken.documents()[0].id, [hidden], at="2026-01-01T00:00:00Z")
    assert found_by(spoken, "queue")
    set_privacy(spoken, redact="proposed")
    assert found_by(spoken.fresh(), "queue") == []
