"""What to decide next, and what the decisions have brought."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from icp_voice.cli.main import app
from icp_voice.errors import UnknownName
from icp_voice.evaluate import gained as gaining
from icp_voice.model import View
from icp_voice.profile.review import SURE, Review
from icp_voice.workspace import Workspace


def keys(page: Review) -> list[str]:
    return [one.key for one in page.items]


def test_the_queue_holds_what_is_undecided_and_nothing_else(copy: Path) -> None:
    workspace = Workspace(copy)
    page = workspace.review(most=1000)
    threshold = workspace.settings.tags.threshold
    open_tags = {
        f"{one.id}:{tag.category}"
        for one in workspace.highlights()
        for tag in one.tags
        if tag.state == "proposed" and threshold <= tag.score < SURE
    }
    assert set(keys(page)) == open_tags and len(keys(page)) == len(open_tags) == page.left > 40


def test_the_first_items_are_near_to_undecided_and_mixed(copy: Path) -> None:
    page = Workspace(copy).review(most=18)
    categories = Counter(one.category for one in page.items)
    accounts = Counter(one.highlight.account for one in page.items)
    assert len(categories) >= 8 and max(categories.values()) <= 3
    assert max(accounts.values()) <= 7
    far = [abs(one.score - 0.5) for one in page.items]
    assert max(far[:9]) < 0.2 and max(far) < 0.3
    assert all(one.why and one.highlight.text for one in page.items)


def test_within_one_category_accounts_take_turns(copy: Path) -> None:
    page = Workspace(copy).review("pain_point", most=8)
    assert {one.category for one in page.items} == {"pain_point"}
    assert len({one.highlight.account for one in page.items}) >= 6
    with pytest.raises(UnknownName):
        Workspace(copy).review("pain")


def test_pages_follow_each_other_without_a_gap_or_a_repeat(copy: Path) -> None:
    workspace = Workspace(copy)
    whole, pages, after = keys(workspace.review(most=1000)), [], ""
    while page := keys(workspace.review(most=7, after=after)):
        pages += page
        after = page[-1]
    assert pages == whole == keys(Workspace(copy).review(most=1000))


def test_what_is_decided_leaves_the_queue_and_is_counted(copy: Path) -> None:
    workspace = Workspace(copy)
    before = workspace.review()
    first = before.items[0]
    Workspace(copy, by="bob").reject(first.highlight.id, first.category)
    after = workspace.review()
    assert first.key not in keys(after)
    assert (after.left, after.decided) == (before.left - 1, before.decided + 1)
    workspace.undo(workspace.changes()[0].number, anyone=True)
    assert keys(workspace.review()) == keys(before)


def test_what_one_skips_comes_last_to_them_and_stays_first_to_others(copy: Path) -> None:
    anna = Workspace(copy, by="anna")
    first, second = anna.review().items[:2]
    for one in (first, second):
        anna.skip(one.highlight.id, one.category)
    assert keys(anna.review(most=1000))[-2:] == [first.key, second.key]
    anna.skip(first.highlight.id, first.category)
    assert keys(anna.review(most=1000))[-2:] == [second.key, first.key]
    assert keys(Workspace(copy, by="bob").review())[:2] == [first.key, second.key]


def test_what_others_decided_about_the_passage_is_shown(copy: Path) -> None:
    workspace = Workspace(copy)
    item = next(one for one in workspace.review(most=1000).items if one.other)
    other = item.other[0][0]
    Workspace(copy, by="bob").reject(item.highlight.id, other)
    again = next(one for one in workspace.review(most=1000).items if one.key == item.key)
    assert [(tag.coder, tag.category, tag.state) for tag in again.people] == [("person:bob", other, "rejected")]
    assert other not in dict(again.other)


def test_few_decisions_say_how_many_are_missing(copy: Path) -> None:
    workspace = Workspace(copy)
    first = workspace.review().items[0]
    workspace.confirm(first.highlight.id, first.category)
    assert workspace.gained().text == "not enough yet (1 of 10)"


def test_what_decisions_brought_is_measured_on_documents_the_model_was_not_told_of(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(copy)
    # Everything the model says of praise is wrong here: it has to unlearn it, and was right of all else that was decided.
    praise = [one.id for one in workspace.highlights(View(category="praise"))][:24]
    pains = [one.id for one in workspace.highlights(View(category="pain_point"))][:12]
    for highlight in praise:
        workspace.reject(highlight, "praise")
    for highlight in pains:
        workspace.confirm(highlight, "pain_point")
    found = workspace.gained()
    decisions = len(praise) + len(pains)
    assert (found.decisions, found.said_before, found.right_before) == (decisions, decisions, len(pains))
    assert found.without is not None and found.with_corrections is not None
    assert found.without.accuracy == pytest.approx(len(pains) / decisions)
    assert found.with_corrections.accuracy > found.without.accuracy + 0.1
    assert found.differ > 0 and found.looked_at == len(workspace.highlights(View(coded=False)))
    assert json.loads(json.dumps(found.text)).startswith(f"{decisions} decisions: right on")
    monkeypatch.setattr(gaining, "_measured", None)
    assert Workspace(copy).gained() == found


def test_the_command_line_lists_the_queue(copy: Path) -> None:
    listed = CliRunner().invoke(app, ["review", "--most", "3", "--format", "json", "--workspace", str(copy)])
    rows = json.loads(listed.output)
    assert [f"{one['highlight']}:{one['category']}" for one in rows] == keys(Workspace(copy).review(most=3))
    assert CliRunner().invoke(app, ["review", "--gained", "--workspace", str(copy)]).output.startswith("not enough yet")
