"""A person decides while a run is at work: nobody waits, and the run neither loses nor undoes what was decided."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ticket

from icp_voice.analysis import highlight as highlighting
from icp_voice.analysis import themes as grouping
from icp_voice.ingest import settle as settling
from icp_voice.model import Highlight, Side, TagState, Theme, View
from icp_voice.run import steps
from icp_voice.run.coding import Coder, corrections
from icp_voice.store.tags import Tags
from icp_voice.workspace import Workspace

LONGEST_WAIT = 5.0


def pains(workspace: Workspace) -> list[Theme]:
    """Return the pain themes, those of most highlights first."""
    return sorted(workspace.themes("pain_point", hidden=True), key=lambda theme: (-len(theme.highlights), theme.id))


def something_new(workspace: Workspace, count: int = 1) -> None:
    for number in range(count):
        file = workspace.folder / f"new{number}.json"
        words = f"The approval queue is slow at month end, and the search is slower. That was on day {number}."
        file.write_text(ticket(words, email="zoe@vellumpack.example"), "utf-8")
        workspace.add(file)


def once_within(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, act: Callable[[], None]) -> list[bool]:
    """Let somebody act after the first call of a function has read what it needs, before anything is written."""
    original, acted = getattr(place, name), []

    def hooked(*given: Any, **named: Any) -> Any:
        found = original(*given, **named)
        if isinstance(found, Iterator):
            found = iter(list(found))  # all of it is read now
        if not acted:
            acted.append(True)
            act()
        return found

    monkeypatch.setattr(place, name, hooked)
    return acted


def test_a_decision_does_not_wait_for_who_holds_the_workspace(copy: Path) -> None:
    running, person = Workspace(copy), Workspace(copy, by="anna")
    passage, theme = person.highlights(View(category="pain_point"))[0].id, pains(person)[0].id
    with running.writing("run"):
        start = time.monotonic()
        person.confirm(passage, "pain_point")
        person.rename_theme(theme, "Slow queue")
        person.move_highlight(passage, theme)
        person.save_view(View(name="pains", category="pain_point"))
        person.assign(person.documents()[0].id, account=person.documents()[0].account)
        person.undo()
        assert time.monotonic() - start < LONGEST_WAIT
    assert pains(running)[0].name == "Slow queue"


def rename(person: Workspace, first: Theme, second: Theme) -> None:
    person.rename_theme(first.id, "What anna calls it")


def hide(person: Workspace, first: Theme, second: Theme) -> None:
    person.hide_theme(first.id)


def merge(person: Workspace, first: Theme, second: Theme) -> None:
    person.merge_themes(second.id, first.id)


def split(person: Workspace, first: Theme, second: Theme) -> None:
    person.split_theme(first.id, first.highlights[:2], name="Split off by anna")


def move(person: Workspace, first: Theme, second: Theme) -> None:
    person.move_highlight(second.highlights[0], first.id)


def state(workspace: Workspace, before: set[str]) -> dict[str, tuple[str, bool, frozenset[str]]]:
    """Return the pain themes as name, whether hidden, and the highlights that were there `before`."""
    return {
        theme.id: (theme.name, theme.hidden, frozenset(theme.highlights) & frozenset(before))
        for theme in pains(workspace)
        if set(theme.highlights) & before
    }


@pytest.mark.parametrize("decide", [rename, hide, merge, split, move])
def test_what_is_decided_about_themes_while_a_run_groups_them_stands(
    copy: Path, monkeypatch: pytest.MonkeyPatch, decide: Callable[[Workspace, Theme, Theme], None]
) -> None:
    running, person = Workspace(copy), Workspace(copy, by="anna")
    something_new(running)
    first, second = pains(person)[:2]
    known = {one for theme in pains(person) for one in theme.highlights}
    decided: list[dict[str, tuple[str, bool, frozenset[str]]]] = []

    def act() -> None:
        decide(person, first, second)
        decided.append(state(person, known))

    acted = once_within(monkeypatch, grouping, "regroup", act)
    running.run()
    assert acted and state(person, known) == decided[0]
    running.run()
    assert state(person, known) == decided[0]


def test_what_is_taken_back_while_a_run_groups_themes_stays_taken_back(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, person = Workspace(copy), Workspace(copy, by="anna")
    first, second = pains(person)[:2]
    known = {one for theme in pains(person) for one in theme.highlights}
    before = state(person, known)
    person.merge_themes(second.id, first.id)
    something_new(running)
    once_within(monkeypatch, grouping, "regroup", lambda: void(person.undo()))
    running.run()
    assert state(person, known) == before


def void(value: object) -> None:
    """Take a value, and give none."""


def test_a_tag_decided_while_a_run_tags_is_neither_lost_nor_outranked(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, person = Workspace(copy), Workspace(copy, by="anna")
    chosen = person.highlights(View(category="pain_point"))[0]
    person.confirm(chosen.id, "praise")  # a correction: the model is another one, so the run tags everything anew
    acted = once_within(monkeypatch, Coder, "tags", lambda: person.reject(chosen.id, "pain_point"))
    running.run()
    assert acted
    states = {tag.category: tag.state for tag in running.store.highlights.select(ids=[chosen.id])[0].tags}
    assert (states["pain_point"], states["praise"]) == (TagState.REJECTED, TagState.CONFIRMED)
    running.run()
    assert chosen.id not in {one for theme in pains(running) for one in theme.highlights}


def test_a_passage_marked_while_a_run_marks_is_kept(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running, person = Workspace(copy), Workspace(copy, by="anna")
    something_new(running)
    document = next(one for one in running.documents() if one.file.endswith("new0.json"))
    made: list[str] = []
    acted = once_within(
        monkeypatch, highlighting, "passages", lambda: made.append(person.mark(document.id, 0, 4, 34).id)
    )
    running.run()
    assert acted
    found = running.store.highlights.select(View(coded=False), ids=made)
    assert [one.text for one in found] == ["approval queue is slow at month"]


def test_a_side_settled_while_all_are_settled_anew_stands(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running, person = Workspace(copy), Workspace(copy, by="anna")
    document = next(one for one in person.documents() if len(one.speakers) > 1)
    name = next(one.name for one in document.speakers if one.side is Side.VENDOR)
    with running.store.transaction():
        running.store.accounts.remember("settled", "")  # as if a setting had changed
    once_within(monkeypatch, settling, "resolved", lambda: void(person.assign(document.id, sides={name: "customer"})))
    running.run()
    assert {one.name: one.side for one in running.document(document.id).speakers}[name] is Side.CUSTOMER


def test_decisions_beside_a_whole_run_wait_no_longer_than_a_few_seconds_and_all_stand(copy: Path) -> None:
    running, person = Workspace(copy), Workspace(copy, by="anna")
    something_new(running, 3)
    person.confirm(person.highlights(View(category="praise"))[0].id, "praise")
    passages = [one.id for one in person.highlights(View(category="pain_point"))]
    themes = [one.id for one in pains(person)]
    failed: list[BaseException] = []

    def run() -> None:
        try:
            Workspace(copy).run()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    waits, rejected, named = [], [], {}
    while thread.is_alive():
        number = len(waits)
        start = time.monotonic()
        if number < len(passages):
            person.reject(passages[number], "pain_point")
            rejected.append(passages[number])
        if number < len(themes):
            person.rename_theme(themes[number], f"Named {number}")
            named[themes[number]] = f"Named {number}"
        waits.append(time.monotonic() - start)
        time.sleep(0.2)
    thread.join()
    assert not failed and rejected and max(waits) < LONGEST_WAIT
    names = running.store.themes.names("pain_point")
    assert {theme: names[theme] for theme in named if theme in names} == {
        theme: name for theme, name in named.items() if theme in names
    }
    held = {one.id for one in running.highlights(View(category="pain_point"))}
    assert not held & set(rejected)
    assert len(person.changes(verb="reject", most=1000)) == len(rejected)


def only(copy: Path) -> Workspace:
    """Return a workspace with one new passage of two facts, which no step but the first has dealt with."""
    workspace = Workspace(copy)
    words = "We found you because a colleague recommended you to us. Our CFO had to sign off before we signed."
    (copy / "new.json").write_text(ticket(words, email="zoe@vellumpack.example"), "utf-8")
    workspace.add(copy / "new.json")
    step(workspace, "highlights")
    return workspace


def step(workspace: Workspace, name: str) -> int:
    return steps.STEPS[name](workspace.store, workspace.tools, lambda done, total: None)


def the_new_one(workspace: Workspace) -> Highlight:
    return next(one for one in workspace.highlights(View(coded=False)) if one.file.endswith("new.json"))


def mark_over(person: Workspace) -> None:
    one = the_new_one(person)
    person.mark(one.document, one.turn, 0, one.end - 1, "praise")


def reject_all(person: Workspace) -> None:
    one = the_new_one(person)
    for category in one.categories:
        person.reject(one.id, category)


@pytest.mark.parametrize("decide", [mark_over, reject_all])
def test_facts_are_found_when_what_was_decided_during_the_step_is_taken_back(copy, monkeypatch, decide) -> None:
    running, person = only(copy), Workspace(copy, by="anna")
    for name in ("tags", "vectors"):
        step(running, name)
    one = the_new_one(running)
    assert one.categories
    acted = once_within(monkeypatch, steps, "fact_mark", lambda: decide(person))
    step(running, "facts")
    decided = [change.number for change in person.changes() if change.by == "anna"]
    assert acted and decided
    for number in decided:
        person.undo(number)
    running.run()
    assert the_new_one(running).id == one.id
    assert [fact for fact in running.facts() if fact.highlight == one.id]


@pytest.mark.parametrize(
    ("name", "place", "read"),
    [
        ("tags", steps, "of_tags"),
        ("vectors", steps, "of_vectors"),
        ("themes", Tags, "all_held"),
        ("facts", steps, "of_facts"),
        ("search", steps, "of_search"),
    ],
)
def test_a_passage_that_is_gone_when_it_is_read_stops_no_step(copy, monkeypatch, name, place, read) -> None:
    running, person = only(copy), Workspace(copy, by="anna")
    for earlier in ("tags", "vectors") if name in {"themes", "facts"} else ("tags",) if name == "vectors" else ():
        step(running, earlier)
    gone = the_new_one(running).id
    acted = once_within(monkeypatch, place, read, lambda: mark_over(person))
    step(running, name)
    assert acted and gone not in {one.id for one in person.highlights(View(coded=False))}
    assert {one.step for one in running.run()} >= {name}


def test_a_correction_that_is_taken_back_while_it_is_read_teaches_nothing(copy, monkeypatch) -> None:
    running, person = only(copy), Workspace(copy, by="anna")
    one = the_new_one(person)
    marked = person.mark(one.document, one.turn, 0, 20, "praise")
    acted = once_within(monkeypatch, Tags, "decisions", lambda: person.unmark(marked.id))
    assert marked.id not in corrections(running.store) and acted
