"""Steps: each finds nothing to do the second time, and only what is new when something is added."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from icp_voice import home
from icp_voice.analysis import highlight
from icp_voice.errors import SettingsError
from icp_voice.model import Highlight, TagState, View
from icp_voice.run import Tools, coding, steps
from icp_voice.run.coding import Coder
from icp_voice.settings import Category, Settings, load_codebook
from icp_voice.settings.codebook import with_draft
from icp_voice.store import open_store
from icp_voice.store.highlights import Highlights
from icp_voice.workspace import Workspace
from tests.conftest import ticket


@pytest.mark.parametrize("name", steps.STEPS)
def test_each_step_does_nothing_the_second_time(copy, name):
    workspace = Workspace(copy)
    assert steps.STEPS[name](workspace.store, workspace.tools, lambda done, total: None) == 0


def test_a_new_document_costs_its_own_highlights_only(copy):
    workspace = Workspace(copy)
    (copy / "t.json").write_text(ticket("The export takes two hours every Friday.", email="zoe@vellumpack.example"))
    workspace.add(copy / "t.json")
    done = {one.step: one.done for one in workspace.run()}
    assert (done["highlights"], done["vectors"], done["tags"]) == (1, 1, 1)
    assert done["themes"] <= 2 and done["facts"] <= 1


def test_of_what_is_known_no_words_are_read_again(copy, monkeypatch):
    workspace = Workspace(copy)
    known = set(workspace.store.highlights.contexts())
    (copy / "t.json").write_text(ticket("The export takes two hours every Friday.", email="zoe@vellumpack.example"))
    workspace.add(copy / "t.json")
    read: list[str] = []
    texts, select = Highlights.texts, Highlights.select

    def read_texts(self: Highlights, ids: Iterable[str] | None = None) -> list[tuple[str, str, str]]:
        found = texts(self, ids)
        read.extend(identity for identity, *_ in found)
        return found

    def read_all(self: Highlights, *args: Any, **options: Any) -> list[Highlight]:
        found = select(self, *args, **options)
        read.extend(one.id for one in found)
        return found

    monkeypatch.setattr(Highlights, "texts", read_texts)
    monkeypatch.setattr(Highlights, "select", read_all)
    for name in ("highlights", "tags", "vectors", "facts", "search"):
        assert steps.STEPS[name](workspace.store, workspace.tools, lambda done, total: None) <= 1
    assert read and not known & set(read)


@pytest.mark.parametrize(
    ("changed", "steps_again"),
    [
        ("update highlight set context = 'What annoys you most?' where id = ?", {"tags", "facts"}),
        ("update speaker set role = 'CFO' where (document, name) = (select highlight.document, turn.speaker"
         " from highlight join turn on turn.document = highlight.document and turn.position = highlight.turn"
         " where highlight.id = ?)", {"facts"}),
    ],
)  # fmt: skip
def test_what_a_passage_stands_beside_is_read_anew_when_it_changes(copy, changed, steps_again):
    workspace = Workspace(copy)
    one = next(each for each in workspace.highlights() if not each.role and "CFO" not in each.text)
    with workspace.store.transaction():
        workspace.store.db.execute(changed, (one.id,))
    done = {name: steps.STEPS[name](workspace.store, workspace.tools, lambda *_: None) for name in ("tags", "facts")}
    assert {name for name, count in done.items() if count} == steps_again
    assert done["tags"] <= 1


def test_a_step_that_does_not_exist_is_named(copy):
    (copy / "pipelines" / "default.toml").write_text('steps = ["highlights", "tag"]')
    with pytest.raises(SettingsError, match=r'should name steps among highlights.*Did you mean "tags"'):
        Workspace(copy).run()


def test_corrections_teach_and_are_kept(copy):
    workspace = Workspace(copy)
    wrong = [one for one in workspace.highlights(View(category="praise"))][:8]
    for one in wrong:
        workspace.reject(one.id, "praise", by="Ann")
    coder = workspace.highlights()[0].tags[0].coder
    workspace.run()
    after = {one.id: one for one in workspace.highlights(View(coded=False))}
    assert all("praise" not in after[one.id].categories for one in wrong)
    decided = [tag for tag in after[wrong[0].id].tags if tag.category == "praise"]
    assert [(tag.coder, tag.state) for tag in decided] == [("person:Ann", TagState.REJECTED)]
    models = {tag.coder for one in after.values() for tag in one.tags if tag.coder.startswith("model:")}
    assert models and coder not in models


def test_a_category_of_ones_own_works_with_a_handful_of_examples(copy):
    book = copy / "pipelines" / "codebook.toml"
    book.write_text(
        book.read_text("utf-8")
        + """
[[category]]
name = "mobile"
title = "On the phone"
definition = "Anything about using the product on a telephone."
question = "What happens on the phone?"
examples = [
  "The phone app logs me out each time I walk to another hall.",
  "On my mobile I cannot approve anything.",
  "The app on the telephone forgets the password.",
  "I open it on the phone in the yard and it wants me to sign in again.",
]
"""
    )
    workspace = Workspace(copy)
    workspace.run()
    found = workspace.highlights(View(category="mobile"))
    assert 3 <= len(found) < 60
    phone = [
        one for one in found if any(word in one.text.lower() for word in ("phone", "mobile", "app", "log", "password"))
    ]
    assert len(phone) >= 0.75 * len(found)


def test_the_same_words_are_embedded_once_for_all_accounts(workspace, write):
    for number, email in enumerate(("ann@alder.example", "bo@birch.example")):
        workspace.add(
            write(f"{number}.json", ticket("The export takes hours each time.", email=email, name=f"P{number}"))
        )
    workspace.run()
    assert len(workspace.highlights(View(coded=False))) == 2
    same = workspace.store.vectors.missing(workspace.tools.embedder.name, ["The export takes hours each time."])
    assert same == []


def test_a_demo_folder_that_holds_something_else_is_left_alone(tmp_path: Path):
    from icp_voice.demo import run_demo
    from icp_voice.errors import WorkspaceError

    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(WorkspaceError, match="holds something else"):
        run_demo(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_corrections_outlive_another_way_of_cutting_passages(copy, monkeypatch):
    workspace = Workspace(copy)
    kept, *others = workspace.highlights(View(category="pain_point"))
    workspace.confirm(kept.id, "pain_point", by="Ann")
    monkeypatch.setattr(highlight, "VERSION", "another")
    monkeypatch.setattr(highlight, "passages", lambda documents, language: {one.id: [] for one in documents})
    workspace.run()
    left = workspace.highlights(View(coded=False))
    assert [(one.id, one.text) for one in left] == [(kept.id, kept.text)]
    assert [tag.coder for tag in left[0].tags if tag.state is TagState.CONFIRMED] == ["person:Ann"] and others


OWN = """
[[category]]
name = "lists"
title = "Lists"
definition = "Anything about lists."
question = "What about lists?"
examples = ["The list is too long.", "I cannot sort the list.", "Our list of suppliers is old."]
"""


def test_what_stands_for_all_that_is_heard_stays_until_there_is_twice_as_much(workspace, write, monkeypatch):
    monkeypatch.setattr(coding, "HEARD", 3)
    book = workspace.folder / "pipelines" / "codebook.toml"
    book.write_text(book.read_text("utf-8") + OWN)
    workspace.fresh()
    said = [f"The export of list {number} takes hours, and nobody tells us why it is so slow." for number in range(12)]
    for number, text in enumerate(said[:6]):
        workspace.add(write(f"{number}.json", ticket(text, email="ann@alder.example", name="Ann")))
    workspace.run()
    first = coding.heard_beside(workspace.store)
    assert len(first) == 3
    for number, text in enumerate(said[6:11], start=6):
        workspace.add(write(f"{number}.json", ticket(text, email="ann@alder.example", name="Ann")))
    workspace.run()
    assert coding.heard_beside(workspace.store) == first
    workspace.add(write("11.json", ticket(said[11], email="ann@alder.example", name="Ann")))
    workspace.run()
    assert workspace.store.progress.versions("heard")[""].split()[0] == "12"
    second = coding.heard_beside(workspace.store)
    gone = [one.id for one in workspace.store.highlights.select(View(coded=False)) if one.text in second][:2]
    with workspace.store.transaction():
        workspace.store.db.execute(f"delete from highlight where id in ('{gone[0]}', '{gone[1]}')")
    assert len(coding.heard_beside(workspace.store)) == 1
    coding.choose_heard(workspace.store)
    assert len(coding.heard_beside(workspace.store)) == 3


def test_a_category_of_ones_own_is_told_apart_from_what_else_is_heard_in_its_trade() -> None:
    quotes = ["I need a quote for my car.", "What would a policy for my van cost?", "How much is cover for two cars?"]
    beginnings = ("I want to report", "Please change", "Who do I call about", "When do I hear of", "I have to cancel")
    things = ("my claim", "the address on my policy", "the payment for my car", "my broken windscreen", "my old van")
    heard = [f"{beginning} {thing}." for beginning in beginnings for thing in things]
    draft = Category(name="quote", title="Quote", definition="quote", question="quote", examples=tuple(quotes))
    tools = Tools(Settings(company="nobody"), with_draft(load_codebook(), draft), home.PACKAGE)
    asked = [("a", "Give me a price to insure my new car.", ""), ("b", "Please change the name on my car policy.", "")]
    at, store = tools.codebook.names.index("quote"), open_store(Path(":memory:"))
    without = Coder(store, tools, (), ()).scores(asked)[:, at]
    beside = Coder(store, tools, (), heard).scores(asked)[:, at]
    assert beside[0] - beside[1] > without[0] - without[1] + 0.05
    assert beside[0] >= tools.settings.tags.threshold
