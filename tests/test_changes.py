"""Who did what, and taking it back: what was there before is there again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import CALL
from typer.testing import CliRunner

from icp_voice.cli.main import app
from icp_voice.errors import IcpVoiceError, UnknownName
from icp_voice.model import Document, Highlight, TagState, View
from icp_voice.store.tags import Place
from icp_voice.workspace import Workspace

MOST_OF_IT = "The approval queue is terribly slow at month end, we sit there until nine every evening"


@pytest.fixture
def heard(workspace: Workspace, write: Callable[[str, str], Path]) -> Workspace:
    """A workspace with one call and the passages of a run's first step; a model has tagged the slow queue."""
    from icp_voice.model import Tag
    from icp_voice.run import steps

    write("Alder Foods.txt", CALL)
    workspace.add(workspace.folder / "words")
    steps.mark_highlights(workspace.store, workspace.tools, lambda done, total: None)
    slow = passage(workspace, "queue")
    with workspace.store.transaction():
        workspace.store.tags.put("model:x", {slow.id: [Tag(category="pain_point", score=0.6, coder="model:x")]})
        workspace.store.progress.put("tags", {slow.id: "1"})
    return workspace


def as_person(workspace: Workspace, name: str) -> Workspace:
    return Workspace(workspace.folder, by=name)


def passage(workspace: Workspace, word: str) -> Highlight:
    return next(one for one in workspace.store.highlights.select(View(coded=False)) if word in one.text)


def document(workspace: Workspace) -> Document:
    return workspace.document(workspace.documents()[0].id)


def place(workspace: Workspace, words: str) -> tuple[str, int, int, int]:
    """Return document, turn, start and end of words."""
    heard = document(workspace)
    turn = next(number for number, turn in enumerate(heard.turns) if words in turn.text)
    start = heard.turns[turn].text.index(words)
    return heard.id, turn, start, start + len(words)


def kept(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    """Return all that people and models have said and marked."""
    db = workspace.store.db
    return {
        table: db.execute(f"select * from {table} order by 1, 2, 3").fetchall()
        for table in ("tag", "highlight", "first_said", "theme", "theme_pin")
    }


def test_what_is_done_is_kept_with_who_did_it_and_when(heard: Workspace) -> None:
    slow = passage(heard, "queue")
    as_person(heard, "anna").confirm(slow.id, "pain_point")
    change = heard.changes()[0]
    assert (change.by, change.verb, change.subject, change.detail["category"]) == (
        "anna",
        "confirm",
        slow.id,
        "pain_point",
    )
    assert len(change.at) == 20 and change.at.endswith("Z")
    assert [one.verb for one in heard.changes()] == ["confirm", "add", "set icp", "import accounts"]
    assert heard.changes(verb="add")[0].detail == {"new": 1}


def test_changes_come_in_pages_the_latest_first(heard: Workspace) -> None:
    first = heard.changes(most=2)
    second = heard.changes(before=first[-1].number, most=2)
    numbers = [one.number for one in (*first, *second)]
    assert numbers == sorted(numbers, reverse=True) and len(set(numbers)) == 3


def test_no_words_of_customers_are_in_what_is_kept_of_changes(heard: Workspace) -> None:
    anna = as_person(heard, "anna")
    made = anna.mark(*place(heard, "approval queue is terribly slow"), category="pain_point")
    anna.unmark(made.id)
    anna.undo()
    anna.save_view(View(name="slow", category="pain_point"))
    said = {word.strip(".,").lower() for turn in document(heard).turns for word in turn.text.split() if len(word) > 6}
    for table in ("change", "tag_before", "skipped"):
        for row in heard.store.db.execute(f"select * from {table}").fetchall():
            assert not said & {word.lower() for cell in row for word in str(cell).split()}, table


def test_a_change_that_fails_leaves_nothing(heard: Workspace) -> None:
    before = len(heard.changes())
    with pytest.raises(ZeroDivisionError), heard.noting("assign") as store:
        store.documents.assign("x", "account", "A-1")
        raise ZeroDivisionError
    assert len(heard.changes()) == before and heard.store.documents.assignments() == {}


def test_a_change_inside_another_is_part_of_it(heard: Workspace) -> None:
    before = len(heard.changes())
    with pytest.raises(ZeroDivisionError), heard.noting("outer"):
        with heard.noting("inner"):
            pass
        raise ZeroDivisionError
    assert len(heard.changes()) == before


@pytest.mark.parametrize("verb", ["confirm", "reject"])
def test_a_decision_taken_back_leaves_everything_as_it_was(heard: Workspace, verb: str) -> None:
    anna, slow, before = as_person(heard, "anna"), passage(heard, "queue"), kept(heard)
    getattr(anna, verb)(slow.id, "pain_point")
    assert kept(heard) != before
    undone = anna.undo()
    assert kept(heard) == before
    assert undone.undone and not undone.undoable


def test_an_earlier_decision_of_the_same_person_is_there_again(heard: Workspace) -> None:
    anna, slow = as_person(heard, "anna"), passage(heard, "queue")
    anna.reject(slow.id, "pain_point")
    before = kept(heard)
    anna.confirm(slow.id, "pain_point")
    anna.undo()
    assert kept(heard) == before
    assert passage(heard, "queue").tags[0].state is TagState.REJECTED


def test_what_another_person_said_stays_when_one_takes_theirs_back(heard: Workspace) -> None:
    slow = passage(heard, "queue")
    as_person(heard, "anna").reject(slow.id, "pain_point")
    as_person(heard, "bob").confirm(slow.id, "pain_point")
    as_person(heard, "anna").undo()
    assert heard.store.tags.people(slow.id) == ["bob"]
    assert heard.store.marks.made_by(slow.id) == "person"
    assert heard.store.tags.first_said() == [
        (slow.id, Place(slow.document, slow.turn, slow.start, slow.end), "pain_point", "model:x", True)
    ]


def test_taking_back_twice_is_told(heard: Workspace) -> None:
    anna, slow = as_person(heard, "anna"), passage(heard, "queue")
    anna.confirm(slow.id, "pain_point")
    number = anna.undo().number
    with pytest.raises(IcpVoiceError, match="taken back already"):
        anna.undo(number)


def test_an_older_word_on_the_same_tag_waits_for_the_newer_one(heard: Workspace) -> None:
    anna, slow = as_person(heard, "anna"), passage(heard, "queue")
    anna.confirm(slow.id, "pain_point")
    first = anna.changes()[0].number
    anna.reject(slow.id, "pain_point")
    with pytest.raises(IcpVoiceError, match=f"Take back {first + 1} first"):
        anna.undo(first)
    assert [one.undoable for one in anna.changes(most=2)] == [True, False]
    anna.undo()
    assert anna.undo().number == first


def test_only_an_administrator_takes_back_what_another_did(heard: Workspace) -> None:
    slow = passage(heard, "queue")
    as_person(heard, "anna").confirm(slow.id, "pain_point")
    number, bob = heard.changes()[0].number, as_person(heard, "bob")
    with pytest.raises(IcpVoiceError, match="by anna, and you are bob"):
        bob.undo(number)
    assert bob.undo(number, anyone=True).undone
    assert heard.changes()[0].by == "bob" and heard.changes()[0].verb == "undo"


def test_what_cannot_be_taken_back_and_what_is_not_there_is_told(heard: Workspace) -> None:
    with pytest.raises(IcpVoiceError, match='is "add", which cannot'):
        heard.undo(heard.changes(verb="add")[0].number)
    with pytest.raises(UnknownName, match="no change 999"):
        heard.undo(999)
    with pytest.raises(UnknownName, match='"zoe" has done nothing'):
        as_person(heard, "zoe").undo()


def test_a_person_marks_words_and_half_words_are_completed(heard: Workspace) -> None:
    id, turn, start, end = place(heard, "pproval queue is terribly slo")
    made = heard.mark(id, turn, start, end)
    assert made.text == "approval queue is terribly slow"
    assert made.speaker == "Ann Lee" and made.context.endswith("month end?")
    assert heard.mark(id, turn, start - 2, end + 2).id == made.id
    assert len(heard.changes(verb="mark")) == 1


def test_a_mark_carries_the_category_it_is_given(heard: Workspace) -> None:
    made = as_person(heard, "anna").mark(*place(heard, "saves us two days every month"), category="praise")
    assert [(tag.category, tag.coder, tag.state) for tag in made.tags] == [
        ("praise", "person:anna", TagState.CONFIRMED)
    ]


@pytest.mark.parametrize("category", ["", "pain_point"])
@pytest.mark.parametrize("words", ["approval queue is terribly slow", MOST_OF_IT])
def test_a_mark_taken_back_leaves_everything_as_it_was(heard: Workspace, words: str, category: str) -> None:
    before = kept(heard)
    heard.mark(*place(heard, words), category=category)
    assert kept(heard) != before
    heard.undo()
    assert kept(heard) == before


def test_a_model_s_passage_that_is_marked_is_the_same_passage(heard: Workspace) -> None:
    slow, before = passage(heard, "queue"), kept(heard)
    assert heard.mark(slow.document, slow.turn, slow.start, slow.end).id == slow.id
    assert heard.store.marks.made_by(slow.id) == "person"
    heard.undo()
    assert kept(heard) == before


def test_a_mark_that_others_have_coded_since_stays(heard: Workspace) -> None:
    anna = as_person(heard, "anna")
    made = anna.mark(*place(heard, "saves us two days"), category="praise")
    as_person(heard, "bob").confirm(made.id, "why_they_buy")
    with pytest.raises(IcpVoiceError, match="Take back"):
        anna.undo(anna.changes(verb="mark")[0].number)
    with pytest.raises(IcpVoiceError, match="bob said what this passage is about"):
        anna.unmark(made.id)


def test_a_persons_mark_is_taken_away_and_comes_back_with_its_tags(heard: Workspace) -> None:
    before = kept(heard)
    made = heard.mark(*place(heard, "approval queue is terribly slow at month end"), category="pain_point")
    marked = kept(heard)
    heard.unmark(made.id)
    assert kept(heard) == before
    heard.undo()
    assert kept(heard) == marked


def test_unmarking_what_a_model_marked_rejects_it(heard: Workspace) -> None:
    slow = passage(heard, "queue")
    heard.unmark(slow.id)
    assert passage(heard, "queue").categories == ()
    with pytest.raises(IcpVoiceError, match="no category holds"):
        heard.unmark(slow.id)


def test_what_our_own_people_say_is_not_marked_until_their_side_is_changed(heard: Workspace) -> None:
    id, turn, start, end = place(heard, "We have a great product")
    with pytest.raises(IcpVoiceError, match=r'assign .* --side "Vera Field=customer"'):
        heard.mark(id, turn, start, end)
    heard.assign(id, sides={"Vera Field": "customer"})
    assert heard.mark(id, turn, start, end).text == "We have a great product"
    assert heard.changes(verb="assign")[0].detail == {"account": "", "sides": ["customer"]}


def test_a_selection_outside_a_turn_or_without_a_letter_is_refused(heard: Workspace) -> None:
    id, turn, start, _ = place(heard, "approval")
    for wrong in ((99, 0, 5), (turn, start, 10_000), (turn, start, start), (turn, -1, 5)):
        with pytest.raises(IcpVoiceError, match=r"has no turn 99|do not lie in turn"):
            heard.mark(id, *wrong)
    end = len(document(heard).turns[turn].text)
    with pytest.raises(IcpVoiceError, match="no letter"):
        heard.mark(id, turn, end - 1, end)


def test_the_next_run_keeps_a_mark_and_tags_it(heard: Workspace) -> None:
    made = heard.mark(*place(heard, "approval queue is terribly slow at month end"))
    heard.run()
    found = next(one for one in heard.store.highlights.select(View(coded=False)) if one.id == made.id)
    assert "pain_point" in found.categories
    assert heard.changes()[0].verb == "run"


def test_erasing_a_document_reaches_what_is_kept_for_coming_back(heard: Workspace) -> None:
    made = heard.mark(*place(heard, MOST_OF_IT))
    heard.skip(made.id, "pain_point")
    assert heard.store.db.execute("select count(*) from put_aside").fetchone()[0] == 1
    with heard.store.transaction():
        heard.store.sources.erase(made.document)
    for table in ("put_aside", "skipped"):
        assert heard.store.db.execute(f"select count(*) from {table}").fetchone()[0] == 0


def test_the_command_line_lists_changes_and_takes_them_back(heard: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, where = passage(heard, "queue"), ["--workspace", str(heard.folder)]
    monkeypatch.setenv("ICP_VOICE_BY", "carl")
    assert CliRunner().invoke(app, ["tag", slow.id, "--confirm", "pain_point", *where]).exit_code == 0
    assert heard.store.tags.people(slow.id) == ["carl"]
    listed = CliRunner().invoke(app, ["changes", "--most", "1", *where]).output
    assert "carl" in listed and "confirm" in listed and "can be" in listed
    assert "taken back" in CliRunner().invoke(app, ["undo", *where]).output
    assert heard.store.tags.people(slow.id) == []
