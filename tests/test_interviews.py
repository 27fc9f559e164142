"""The plan lives: whom we asked stays, who declined is left alone, and who was heard closes what they were asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO

import pytest
from typer.testing import CliRunner

from icp_voice.cli.main import app
from icp_voice.errors import IcpVoiceError, UnknownName
from icp_voice.model import Interview, Tag
from icp_voice.profile.known import read
from icp_voice.store.documents import turn_keys
from icp_voice.store.highlights import Span
from icp_voice.store.interviews import Interviews
from icp_voice.workspace import Workspace
from tests.conftest import ticket

Say = Callable[..., str]
EXPECTED = ("pain_point", "buying_process", "discovery_channel", "why_they_buy", "praise")


@pytest.fixture
def say(workspace: Workspace, write) -> Say:
    """Let a customer say something that is coded as told; return the document's id."""
    number = 0

    def say(email: str, name: str, *categories: str, date: str = "2026-05-01") -> str:
        nonlocal number
        number += 1
        text = f"Sentence number {number} of {name}."
        added = workspace.add(write(f"{number}.json", ticket(text, email=email, name=name, date=date)))
        document = workspace.store.documents.get(added.new[0])
        assert document is not None
        [key] = turn_keys(document.turns)
        with workspace.store.transaction():
            span = Span(id=f"h{number}{key}", turn=0, start=0, end=len(text), context="", key=key)
            workspace.store.highlights.put(document.id, [span])
            tags = [Tag(category=category, score=0.9, coder="model:test") for category in categories]
            workspace.store.tags.put("model:test", {span.id: tags})
        return document.id

    return say


def picks(workspace: Workspace, people: int = 8) -> list[tuple[str, str]]:
    return [(one.account, one.person) for one in workspace.plan(people).interviews]


def pick(workspace: Workspace, account: str) -> Interview:
    [found] = [one for one in workspace.plan().interviews if one.account == account]
    return found


def test_marking_one_person_moves_nobody_in_the_plan(workspace, say):
    say("ann@alder.example", "Ann Lee", "pain_point")
    say("bo@birch.example", "Bo Ek", *EXPECTED)
    before = workspace.plan()
    assert len(before.interviews) > 3
    for one in before.interviews:
        workspace.mark_interview(one.account, one.person, "asked")
        now = workspace.plan()
        assert [(one.account, one.person, one.questions, one.closes) for one in now.interviews] == [
            (one.account, one.person, one.questions, one.closes) for one in before.interviews
        ]
        assert now.open_gaps == before.open_gaps
    assert {one.state for one in workspace.plan().interviews} == {"asked"}


def test_who_was_asked_stays_and_the_plan_fills_up_the_other_places(workspace, say):
    last = picks(workspace)[-1]
    workspace.mark_interview(*last, "asked")
    assert last in picks(workspace, 1)
    assert (len(picks(workspace, 2)), picks(workspace, 2)[0]) == (2, picks(workspace)[0])


def test_who_is_asked_is_heard_by_themselves_and_the_gaps_they_were_to_close_are_closed_by_their_words(workspace, say):
    asked = pick(workspace, "A-5")
    state = workspace.mark_interview("Elm Textiles", "Ed Fry", "scheduled", date="2026-06-01", note="by phone")
    assert (state.state, state.date, state.note, state.closes) == ("scheduled", "2026-06-01", "by phone", asked.closes)
    assert (state.closed, state.documents) == ((), ())
    assert {gap.kind for gap in state.closes} >= {"no feedback"}

    document = say("ed@elm.example", "Ed Fry", "pain_point", date="2026-06-01")
    [state] = workspace.interviews()
    assert (state.state, [one.document for one in state.documents]) == ("heard", [document])
    [settled] = [one for one in state.settled if one.gap.kind == "no feedback"]
    assert [one.speaker for one in settled.highlights] == ["Ed Fry"]
    assert set(state.closed) | set(state.still_open) == set(asked.closes)
    assert {gap.kind for gap in state.still_open} <= {"thin category", "one role"}
    # The account is heard now, and its other cells are open: the plan picks for them anew.
    assert {one.state for one in workspace.plan().interviews if one.account == "A-5"} == {""}


def test_a_gap_of_a_cell_is_open_still_while_the_cell_is_weak(workspace, say):
    say("ann@alder.example", "Ann Lee", *EXPECTED)
    say("al@alder.example", "Al Fox", *(one for one in EXPECTED if one != "praise"))
    [one] = [one for one in pick(workspace, "A-1").closes if one.category == "praise" and one.account]
    assert one.kind == "weak"
    workspace.mark_interview("A-1", pick(workspace, "A-1").person, "asked")
    say("ann@alder.example", "Ann Lee", "pain_point")
    [state] = workspace.interviews()
    assert (state.state, one in state.still_open) == ("heard", True)
    said = say("ann@alder.example", "Ann Lee", "praise")
    [state] = workspace.interviews()
    [settled] = [each for each in state.settled if each.gap == one]
    assert [highlight.document for highlight in settled.highlights] == [said]


@pytest.mark.parametrize(
    ("name", "email"), [("Ed Fry", ""), ("ed fry", ""), ("E. Fry", "ED@elm.example"), ("Ed", "someone@elm.example")]
)
def test_a_person_is_known_by_name_address_or_first_name(workspace, say, name, email):
    workspace.mark_interview("A-5", "Ed Fry", "asked")
    document = say(email or "x@elm.example", name)
    [state] = workspace.interviews()
    assert (state.state, [one.document for one in state.documents]) == ("heard", [document])


def test_another_persons_words_leave_who_was_asked_as_asked(workspace, say):
    workspace.mark_interview("A-5", "Ed Fry", "asked")
    say("eve@elm.example", "Eve Oak")
    assert [one.state for one in workspace.interviews()] == ["asked"]


def test_what_was_there_before_the_mark_is_not_what_was_asked_for(workspace, say):
    say("ed@elm.example", "Ed Fry", date="2026-05-01")
    workspace.mark_interview("A-5", "Ed Fry", "asked")
    assert [one.state for one in workspace.interviews()] == ["asked"]
    workspace.mark_interview("A-5", "Ed Fry", "scheduled", date="2026-05-01")
    assert [one.state for one in workspace.interviews()] == ["heard"]


def test_a_document_that_is_updated_has_not_arrived_anew(workspace, say, write):
    say("ed@elm.example", "Ed Fry", date="2026-05-01")
    workspace.mark_interview("A-5", "Ed Fry", "asked")
    text = "Sentence number 1 of Ed Fry. And one more."
    workspace.add(write("1.json", ticket(text, email="ed@elm.example", name="Ed Fry", date="2026-05-01")))
    assert [one.state for one in workspace.interviews()] == ["asked"]


def test_a_pick_without_a_name_is_heard_when_anybody_new_speaks(workspace, say):
    say("di@dogwood.example", "Di Orr", *EXPECTED)
    say("di@dogwood.example", "Di Orr", *EXPECTED)
    workspace.set_icp(add=["A-4"])
    stranger = next(one for one in workspace.plan().interviews if one.account == "A-4")
    assert (stranger.person, stranger.role) == ("", "someone other than Di Orr")
    state = workspace.mark_interview("A-4", "", "asked")
    assert (state.person, state.role) == ("", "someone other than Di Orr")
    assert next(one for one in workspace.plan().interviews if one.account == "A-4").state == "asked"
    say("di@dogwood.example", "Di Orr", "praise")
    assert [one.state for one in workspace.interviews()] == ["asked"]
    say("dan@dogwood.example", "Dan Poe", "praise")
    [state] = workspace.interviews()
    assert (state.state, state.person, [gap.kind for gap in state.closed if gap.account]) == (
        "heard",
        "Dan Poe",
        ["one voice"],
    )


def test_a_pick_without_a_name_gets_one_and_becomes_a_contact_and_undo_takes_it_away_again(workspace, say):
    say("di@dogwood.example", "Di Orr", *EXPECTED)
    workspace.set_icp(add=["A-4"])
    workspace.mark_interview("A-4", "", "asked")
    gaps = workspace.interviews()[0].closes
    state = workspace.mark_interview(
        "A-4", "", "scheduled", date="2026-07-01", name="Dan Poe", role="CFO", email="dan@dogwood.example"
    )
    assert (state.person, state.role, state.closes) == ("Dan Poe", "CFO", gaps)
    assert len(workspace.interviews()) == 1
    assert "Dan Poe" in {contact.name for contact in workspace.store.accounts.contacts()}
    workspace.undo()
    [state] = workspace.interviews()
    assert (state.person, state.state) == ("", "asked")
    assert "Dan Poe" not in {contact.name for contact in workspace.store.accounts.contacts()}


def test_who_declined_is_not_picked_until_then_and_somebody_else_is(workspace):
    assert ("A-5", "Ed Fry") in picks(workspace)
    state = workspace.mark_interview("A-5", "Ed Fry", "declined")
    assert (state.state, state.over, int(state.date[:4]) * 12 + int(state.date[5:7])) == (
        "declined",
        False,
        int(state.at[:4]) * 12 + int(state.at[5:7]) + 6,
    )
    assert ("A-5", "Ed Fry") not in picks(workspace)
    assert (pick(workspace, "A-5").person, pick(workspace, "A-5").role) == ("", "someone who was not heard yet")
    workspace.mark_interview("A-5", "Ed Fry", "declined", date="2020-01-01")
    assert ("A-5", "Ed Fry") in picks(workspace)
    assert workspace.interviews()[0].over


def test_called_off_is_as_if_never_asked_and_a_new_interview_begins_later(workspace):
    first = workspace.mark_interview("A-5", "Ed Fry", "asked")
    workspace.mark_interview("A-5", "Ed Fry", "none")
    assert (workspace.interviews(), pick(workspace, "A-5").state) == ((), "")
    again = workspace.mark_interview("A-5", "Ed Fry", "asked")
    assert again.number != first.number
    with pytest.raises(IcpVoiceError, match="No interview with Bo Ek is under way"):
        workspace.mark_interview("A-2", "Bo Ek", "none")


def test_a_mark_is_recorded_with_who_made_it_and_is_undone_step_by_step(workspace):
    anna = Workspace(workspace.folder, by="anna")
    anna.mark_interview("A-5", "Ed Fry", "asked")
    anna.mark_interview("A-5", "Ed Fry", "scheduled", date="2026-06-01")
    later, first = anna.changes(most=2)
    assert [(one.by, one.verb, one.subject, one.detail["state"]) for one in (first, later)] == [
        ("anna", "mark interview", "A-5", "asked"),
        ("anna", "mark interview", "A-5", "scheduled"),
    ]
    with pytest.raises(IcpVoiceError, match=f"{later.number}"):
        anna.undo(first.number)
    anna.undo(later.number)
    assert [(one.state, one.by) for one in anna.interviews()] == [("asked", "anna")]
    anna.undo(first.number)
    assert anna.interviews() == ()


@pytest.mark.parametrize(
    ("person", "state", "date", "told"),
    [
        ("Ed Fry", "maybe", "", 'no state "maybe"'),
        ("Ed Fry", "scheduled", "", "An appointment has a date"),
        ("Ed Fry", "scheduled", "soon", '"soon" is not a date'),
        ("Nobody Here", "asked", "", 'Nobody called "Nobody Here" is known'),
        ("", "declined", "", "Nobody is named who could decline"),
    ],
)
def test_what_makes_no_sense_is_told_and_nothing_is_kept(workspace, person, state, date, told):
    with pytest.raises(IcpVoiceError, match=told):
        workspace.mark_interview("A-5", person, state, date=date)
    assert workspace.interviews() == ()


def test_what_is_reckoned_anew_for_a_few_accounts_equals_what_is_read_from_all(workspace, say):
    workspace.coverage()
    document = say("ann@alder.example", "Ann Lee", *EXPECTED)
    say("bo@birch.example", "Bo Ek", "praise")
    workspace.coverage()
    from icp_voice.profile.known import knowledge_of

    def same() -> bool:
        return dict(knowledge_of(workspace.store).all(workspace.store)) == read(workspace.store)

    assert same()
    [highlight] = [one for one in workspace.highlights() if one.document == document]
    workspace.reject(highlight.id, "praise")
    assert same()
    assert workspace.coverage().cell("A-1", "praise").highlights == 0
    workspace.assign(document, account="A-2")
    assert same()
    assert (workspace.coverage().cell("A-1", "pain_point").highlights, pick(workspace, "A-1").person) == (0, "Ann Lee")
    workspace.assign(document, sides={"Ann Lee": "vendor"})
    assert same()
    with workspace.store.transaction():
        workspace.store.documents.remove(document)
    assert same()


def test_nothing_is_reckoned_twice_while_nothing_is_written_and_another_ones_write_is_seen(workspace, say):
    say("ann@alder.example", "Ann Lee", *EXPECTED)
    first = workspace.coverage()
    workspace.mark_interview("A-5", "Ed Fry", "asked")
    assert workspace.coverage() is first
    other = Workspace(workspace.folder)
    assert other.coverage() is first
    [highlight] = other.highlights()
    other.reject(highlight.id, "praise")
    assert workspace.coverage().cell("A-1", "praise").highlights == 0


def test_a_state_that_was_rolled_back_is_forgotten(workspace, say):
    document = say("ann@alder.example", "Ann Lee", *EXPECTED)
    with pytest.raises(RuntimeError), workspace.store.transaction():
        workspace.store.documents.remove(document)
        assert workspace.coverage().cell("A-1", "praise").highlights == 0
        raise RuntimeError
    assert workspace.coverage().cell("A-1", "praise").highlights == 1


def test_a_guide_is_a_page_a_text_and_a_word_file_with_the_same_questions(workspace, say):
    say("ann@alder.example", "Ann Lee", "pain_point")
    planned = pick(workspace, "A-5")
    workspace.mark_interview("A-5", "Ed Fry", "scheduled", date="2026-06-01")
    page = workspace.interview_guide("A-5", "Ed Fry")
    text = workspace.interview_guide("A-5", "Ed Fry", format="markdown")
    assert isinstance(page, str)
    assert isinstance(text, str)
    file = workspace.interview_guide("A-5", "Ed Fry", format="docx")
    assert isinstance(file, bytes)
    from docx import Document

    words = "\n".join(paragraph.text for paragraph in Document(BytesIO(file)).paragraphs)
    for question in planned.questions:
        assert question in text
        assert question in words
    assert "1 Jun 2026" in page
    assert text.count("Notes:") == len(planned.questions) + 1
    said = workspace.interview_guide("A-1", format="markdown")
    assert isinstance(said, str)
    assert "“Sentence number 1 of Ann Lee.”" in said
    with pytest.raises(UnknownName, match="docx, html, markdown"):
        workspace.interview_guide("A-5", "Ed Fry", format="odt")
    with pytest.raises(UnknownName, match="Ed Fry"):
        workspace.interview_guide("A-5", "Somebody Else")


def test_documents_of_an_older_workspace_count_as_there_before_any_mark(workspace, say):
    document = say("ed@elm.example", "Ed Fry")
    workspace.store.db.execute("update arrival set number = 0, at = ''")
    state = workspace.mark_interview("A-5", "Ed Fry", "asked")
    assert state.state == "asked"
    assert Interviews(workspace.store.db).arrivals(["A-5"])[0].document == document


def test_the_commands_mark_list_and_write_a_guide(workspace, say, tmp_path):
    def call(*arguments: str) -> str:
        done = CliRunner().invoke(app, [*arguments, "-w", str(workspace.folder)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    told = call("interview", "mark", "elm.example", "Ed Fry", "scheduled", "--date", "2026-06-01")
    assert told == "Ed Fry, Elm Textiles: scheduled on 2026-06-01\n"
    out = tmp_path / "guides" / "ed.md"
    assert call("interview", "guide", "A-5", "Ed Fry", "--out", str(out)).strip() == str(out)
    assert out.read_text("utf-8").startswith("# Ed Fry: interview guide\n")
    document = say("ed@elm.example", "Ed Fry", "pain_point")
    [one] = json.loads(call("interview", "list", "--format", "json"))
    assert (one["state"], one["documents"]) == ("heard", [document])
    assert [len(closed["highlights"]) for closed in one["closed"] if closed["kind"] == "no feedback"] == [1]
