"""What people decide about themes outlives every run, can be taken back, and is told in the ledger."""

from __future__ import annotations

import json

import pytest

from icp_voice.errors import IcpVoiceError, UnknownName
from icp_voice.model import Theme, View
from icp_voice.workspace import Workspace
from tests.conftest import ticket
from tests.test_cli import call

MORE = "The approval queue is slow at month end, and the search is slower."


def biggest(workspace: Workspace, count: int = 1) -> list[Theme]:
    """Return the pain themes with the most highlights."""
    return sorted(workspace.themes("pain_point"), key=lambda theme: (-len(theme.highlights), theme.id))[:count]


def place(workspace: Workspace) -> dict[str, str]:
    return {id: theme.id for theme in workspace.themes("pain_point", hidden=True) for id in theme.highlights}


def run_on_more(workspace: Workspace, number: int = 0) -> None:
    file = workspace.folder / f"more{number}.json"
    file.write_text(ticket(f"{MORE} That was on day {number}.", email="zoe@vellumpack.example"))
    workspace.add(file)
    workspace.run()


def test_what_was_split_off_stays_a_theme_of_its_own_under_its_name(copy):
    workspace = Workspace(copy)
    theme = biggest(workspace)[0]
    picked = theme.highlights[:3]
    made = workspace.split_theme(theme.id, picked, name="Month end", by="Ann")
    run_on_more(workspace)
    after = {one.id: one for one in workspace.themes("pain_point")}
    assert after[made.id].name == "Month end"
    assert set(picked) <= set(after[made.id].highlights)
    assert set(theme.highlights) - set(picked) <= set(after[theme.id].highlights)
    assert [one.text for one in workspace.theme_history() if one.by == "Ann"] == [
        f"3 quotes of “{theme.name}” went to a theme of their own, “Month end”"
    ]


def test_a_split_without_a_name_is_named_in_its_highlights_words(copy):
    workspace = Workspace(copy)
    theme = biggest(workspace)[0]
    made = workspace.split_theme(theme.name, theme.highlights[-2:])
    words = " ".join(one.text for one in workspace.highlights(View(theme=made.id))).lower()
    assert made.name not in {"", theme.name}
    assert all(word in words for word in made.name.lower().split())


@pytest.mark.parametrize("then_run", [False, True])
def test_each_decision_can_be_taken_back_and_all_is_as_before(copy, then_run):
    workspace = Workspace(copy)
    one, two, three, *_ = biggest(workspace, 4)
    before, names = place(workspace), {theme.id: theme.name for theme in workspace.themes(hidden=True)}
    workspace.split_theme(one.id, one.highlights[:3])
    workspace.merge_themes(two.id, one.id)
    workspace.move_highlight(three.highlights[0], one.id)
    workspace.rename_theme(three.id, "Mine")
    workspace.hide_theme(one.id)
    assert place(workspace) != before
    for _ in range(5):
        if then_run:
            workspace.run()
        workspace.undo_theme_decision()
    if then_run:
        workspace.run()
    # A move teaches the tags too, so between the runs a highlight without a theme may have found one.
    assert {identity: theme for identity, theme in place(workspace).items() if identity in before} == before
    assert then_run or set(place(workspace)) == set(before)
    assert {theme.id: theme.name for theme in workspace.themes()} == names
    assert all(change.undone for change in workspace.theme_history() if change.number)


def test_an_earlier_merge_is_taken_back_while_a_later_split_stands(copy):
    workspace = Workspace(copy)
    one, two = biggest(workspace, 2)
    workspace.merge_themes(two.id, one.id)
    picked = [*one.highlights[:2], *two.highlights[:2]]
    made = workspace.split_theme(one.id, picked, name="Both")
    workspace.undo_theme_decision(1)
    run_on_more(workspace)
    now = place(workspace)
    assert {now[id] for id in picked} == {made.id}
    assert {now[id] for id in two.highlights[2:]} == {two.id}
    assert {theme.name for theme in workspace.themes("pain_point") if theme.id == two.id} == {two.name}


def test_a_move_that_is_taken_back_takes_back_the_category_too(copy):
    workspace = Workspace(copy)
    praised = next(one for one in workspace.highlights(View(category="praise")) if "pain_point" not in one.categories)
    workspace.move_highlight(praised.id, biggest(workspace)[0].id)
    workspace.undo_theme_decision()
    workspace.run()
    assert praised.id not in {one.id for one in workspace.highlights(View(category="pain_point"))}
    assert praised.id not in place(workspace)


def test_a_decision_that_does_not_stand_cannot_be_taken_back(copy):
    workspace = Workspace(copy)
    with pytest.raises(UnknownName, match="No decision stands"):
        workspace.undo_theme_decision()
    workspace.hide_theme(biggest(workspace)[0].id)
    with pytest.raises(UnknownName, match=r"No decision 7 stands\. Those that do: 1\."):
        workspace.undo_theme_decision(7)


def test_a_split_of_all_or_of_strangers_is_refused(copy):
    workspace = Workspace(copy)
    one, two = biggest(workspace, 2)
    with pytest.raises(IcpVoiceError, match="leave at least one"):
        workspace.split_theme(one.id, one.highlights)
    with pytest.raises(UnknownName, match=f'No highlight of "{one.name}" "{two.highlights[0]}"'):
        workspace.split_theme(one.id, [two.highlights[0]])


def test_the_ledger_tells_by_run_and_date_what_became_of_the_themes(copy):
    workspace = Workspace(copy)
    born = [change for change in workspace.theme_history() if change.kind == "born"]
    assert {change.by for change in born} == {"run 1"}
    assert {change.theme for change in born} == {theme.id for theme in workspace.themes(hidden=True)}
    assert all(change.at.startswith("20") and change.text.startswith(f"“{change.name}”") for change in born)
    for number in range(3):
        run_on_more(workspace, number)
    grown = [change for change in workspace.theme_history("pain_point") if change.kind == "grew"]
    assert grown and all(change.size > change.before and change.by != "run 1" for change in grown)


def test_the_history_and_the_unassigned_are_listed_for_programs(copy):
    workspace = Workspace(copy)
    workspace.merge_themes(*(theme.id for theme in biggest(workspace, 2)))
    history = [
        json.loads(line) for line in call("themes", "--history", "-w", copy, "--format", "jsonl").stdout.splitlines()
    ]
    assert list(history[-1]) == ("at by number category kind theme name size before others undone text".split())
    assert (history[-1]["kind"], history[-1]["number"]) == ("merged", 1)
    loose = [
        json.loads(line) for line in call("themes", "--unassigned", "-w", copy, "--format", "jsonl").stdout.splitlines()
    ]
    assert len(loose) == len(workspace.unassigned())
    assert all(list(one) == "highlight category reason account text".split() for one in loose)
    assert all(one["reason"].startswith(("alone: ", "between “")) for one in loose)


def test_every_highlight_of_a_category_has_a_theme_or_a_reason(demo):
    workspace = Workspace(demo)
    for category in workspace.codebook.names:
        grouped = {id for theme in workspace.themes(category, hidden=True) for id in theme.highlights}
        loose = {one.highlight.id for one in workspace.unassigned(category)}
        assert grouped | loose == {one.id for one in workspace.highlights(View(category=category))}
        assert not grouped & loose


def test_a_misspelt_theme_is_an_error_with_the_nearest_name(copy):
    workspace = Workspace(copy)
    theme = biggest(workspace)[0]
    assert workspace.highlights(View(theme=theme.name.upper())) == workspace.highlights(View(theme=theme.id))
    with pytest.raises(UnknownName, match=f'No theme.*Did you mean "{theme.name}"'):
        workspace.highlights(View(theme=theme.name[:-2]))


def test_a_saved_view_of_a_theme_follows_it_where_it_is_merged(copy):
    workspace = Workspace(copy)
    one, two = biggest(workspace, 2)
    workspace.save_view(View(name="mine", theme=one.id))
    workspace.merge_themes(one.id, two.id)
    found = {highlight.id for highlight in workspace.highlights(workspace.view("mine"))}
    assert found == {*one.highlights, *two.highlights}


def test_a_name_of_two_themes_is_an_error_with_the_id_category_and_name_of_each(copy):
    workspace = Workspace(copy)
    one, other = biggest(workspace)[0], workspace.themes("praise")[0]
    workspace.rename_theme(one.id, "Twice")
    workspace.rename_theme(other.id, "Twice")
    with pytest.raises(UnknownName, match="2 themes are called") as error:
        workspace.hide_theme("twice")
    assert f'{one.id} "Twice" in pain_point' in error.value.hint
    assert f'{other.id} "Twice" in praise' in error.value.hint


def test_a_theme_is_not_merged_into_itself_nor_into_one_of_another_category(copy):
    workspace = Workspace(copy)
    one, other = biggest(workspace)[0], workspace.themes("praise")[0]
    with pytest.raises(IcpVoiceError, match="is the same theme twice"):
        workspace.merge_themes(one.id, one.name)
    with pytest.raises(IcpVoiceError, match=r"is of pain_point, .* of praise"):
        workspace.merge_themes(one.id, other.id)


def test_a_merge_shows_what_went_where_and_the_merged_theme_is_told_by_id_and_name(copy):
    workspace = Workspace(copy)
    one, two = biggest(workspace, 2)
    shown = call("theme", "merge", one.id, two.id, "--workspace", copy).stdout
    assert f'{len(one.highlights)} highlights of "{one.name}" ({one.id}) went into "{two.name}" ({two.id})' in shown
    assert f"now has {len({*one.highlights, *two.highlights})}" in shown
    for said in (one.id, one.name.upper()):
        with pytest.raises(UnknownName) as error:
            workspace.rename_theme(said, "Mine")
        assert f'was merged into "{two.name}" ({two.id})' in error.value.message
    workspace.undo_theme_decision()
    workspace.rename_theme(one.id, "Mine")


def test_a_new_theme_takes_its_next_best_name_if_another_category_has_the_best(copy):
    workspace = Workspace(copy)
    theme = biggest(workspace)[0]
    best = workspace.split_theme(theme.id, theme.highlights[-2:]).name
    workspace.undo_theme_decision()
    workspace.rename_theme(workspace.themes("praise")[0].id, best.upper())
    assert workspace.split_theme(theme.id, theme.highlights[-2:]).name.casefold() != best.casefold()


def test_a_category_is_added_to_a_highlight_as_it_is_confirmed(copy):
    workspace = Workspace(copy)
    praised = next(one for one in workspace.highlights(View(category="praise")) if "pain_point" not in one.categories)
    call("tag", praised.id, "--add", "pain_point", "--workspace", copy)
    assert praised.id in {one.id for one in workspace.highlights(View(category="pain_point"))}
