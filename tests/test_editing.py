"""Settings and codebook changed by people who do not edit TOML."""

from __future__ import annotations

import pytest

from icp_voice.errors import SettingsError
from icp_voice.model import Side
from icp_voice.settings import load_codebook, load_settings
from icp_voice.settings.toml_file import changed
from icp_voice.workspace import Workspace

CALL = """Vera Field: How did you first hear of us?
Ann Lee: A colleague at my last job told me about it.
Kim Roe: And what is hard at month end, we wondered here?
Ann Lee: The approval queue is terribly slow at month end.
"""


def test_a_changed_setting_keeps_comments_and_order(workspace):
    file = workspace.folder / "icp-voice.toml"
    before = file.read_text("utf-8")
    done = workspace.change_settings({"tags.threshold": "0.55", "competitors": "Acme, Inc.\nBolt\n"})
    after = file.read_text("utf-8")
    assert done.keys == ("competitors", "tags.threshold")
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        'competitors = ["Acme, Inc.", "Bolt"]',
        "threshold = 0.55",
    ]
    assert len(after.splitlines()) == len(before.splitlines())
    assert (workspace.settings.tags.threshold, workspace.tools.settings.tags.threshold) == (0.55, 0.55)


def test_a_default_is_set_back_and_a_group_that_is_missing_is_added():
    text = 'company = "a" # us\n[connectors.x]\na = 1\n'
    with_one = changed(text, {"tags.threshold": 0.5})
    assert with_one == text.replace("a = 1\n", "a = 1\n\n[tags]\nthreshold = 0.5\n")
    assert "threshold" not in changed(with_one, {"tags.threshold": None})


def test_what_looks_like_a_default_inside_a_text_is_left_alone():
    text = 'company = "a"\nnote = """\n[tags]\n# threshold = 0.4\n"""\n'
    assert changed(text, {"tags.threshold": 0.5}) == text + "\n[tags]\nthreshold = 0.5\n"


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"tags.threshold": "high"}, "tags.threshold", "number"),
        ({"tags.threshold": 3}, "tags.threshold", "less than or equal to 1"),
        ({"domains": ["me@ours.example"]}, "domains", "bare domains"),
        ({"company": ""}, "company", "at least 1 character"),
        ({"company": None}, "company", "missing"),
        ({"themes.method": "magic"}, "themes.method", "consensus"),
        ({"coverage.churned": "status = "}, "coverage.churned", "cannot be read"),
        ({"tag.threshold": 0.5}, "tag.threshold", 'Did you mean "tags.threshold"'),
        ({"connectors": "x"}, "connectors", "no key"),
    ],
)
def test_a_setting_that_is_not_allowed_names_its_field_and_writes_nothing(workspace, changes, field, told):
    before = (workspace.folder / "icp-voice.toml").read_bytes()
    with pytest.raises(SettingsError, match=told) as error:
        workspace.change_settings(changes)
    assert error.value.field == field
    assert (workspace.folder / "icp-voice.toml").read_bytes() == before
    assert workspace.changes(verb="settings") == []


def test_naming_one_of_us_says_beforehand_whose_side_changes(workspace, write):
    workspace.add(write("Alder Foods/call.txt", CALL))
    sides = lambda: {who.name: who.side for who in workspace.documents()[0].speakers}  # noqa: E731
    assert sides()["Kim Roe"] is Side.CUSTOMER
    people = {"people": ["Vera Field", "Kim Roe"]}
    would = workspace.would_change(people)
    assert (would.keys, would.effect.documents, would.effect.speakers, would.effect.to_vendor) == (("people",), 1, 1, 1)
    assert sides()["Kim Roe"] is Side.CUSTOMER
    assert workspace.change_settings(people) == would
    assert sides()["Kim Roe"] is Side.VENDOR
    change = workspace.changes(verb="settings")[0]
    assert change.detail == {"keys": ["people"], "speakers": 1, "documents": 1}


def test_another_who_has_the_workspace_open_notices(workspace):
    other = Workspace(workspace.folder, by="anna")
    opened = other.fresh().tools
    opened.__dict__["language"] = "kept"
    workspace.change_settings({"tags.threshold": 0.6, "company": "Ours & Co"})
    assert other.fresh().settings.company == "Ours & Co"
    assert (other.tools.settings.tags.threshold, other.tools.language) == (0.6, "kept")
    assert other.fresh().tools is other.tools


def test_every_setting_has_a_title_and_a_help(workspace):
    form = workspace.settings_form()
    assert all(one.help.endswith(".") and one.title != one.name.rpartition(".")[2] for one in form)
    assert len({one.name for one in form}) == len(form) > 25
    engine = next(one for one in form if one.name == "models.engine")
    assert (engine.kind, engine.choices) == ("choice", ("auto", "torch", "openvino"))
    threshold = next(one for one in form if one.name == "tags.threshold")
    assert (threshold.kind, threshold.least, threshold.most, threshold.default) == ("number", 0.0, 1.0, 0.4)


def test_a_form_sent_as_it_was_shown_changes_nothing(workspace):
    before = (workspace.folder / "icp-voice.toml").read_bytes()
    done = workspace.change_settings({one.name: one.value for one in workspace.settings_form()})
    assert done.keys == ()
    assert (workspace.folder / "icp-voice.toml").read_bytes() == before
    assert load_settings(workspace.folder) == workspace.settings


PRICING = {
    "name": "pricing",
    "title": "Price",
    "definition": "What the customer says of price and licences.",
    "question": "What do customers say of the price?",
    "examples": "It is too expensive for a team of our size.\nThe price per seat went up by a third.\n\n"
    "We could not pay for the licence.",
    "counter_examples": ["The queue is slow."],
}
WORDS = """Vera Field: And what is hard at month end?
Ann Lee: The approval queue is terribly slow at month end, we sit there until nine every evening.
Vera Field: What else?
Ann Lee: The licence fee is too expensive for us, we could hardly pay the price last year.
"""


def test_a_changed_category_leaves_the_others_as_they_stand(workspace):
    file = workspace.folder / "pipelines" / "codebook.toml"
    before = file.read_text("utf-8")
    workspace.put_category({"name": "goal", "title": "What they want"})
    assert file.read_text("utf-8") == before.replace('title = "Goals"', 'title = "What they want"')
    assert workspace.codebook["goal"].title == "What they want"


def test_a_new_category_stands_at_the_end_and_can_be_put_first(workspace):
    made = workspace.put_category(PRICING)
    assert made.examples[2] == "We could not pay for the licence."
    assert workspace.codebook.names[-1] == "pricing"
    workspace.order_categories(["pricing", "praise"])
    assert workspace.codebook.names[:3] == ("pricing", "praise", "pain_point")
    assert load_codebook(workspace.folder)["pricing"] == made
    assert [one.verb for one in workspace.changes()][:2] == ["categories ordered", "category"]


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"name": "Pricing!"}, "name", "pattern"),
        ({"name": ""}, "name", "empty"),
        ({"title": " "}, "title", "title is empty"),
        ({"examples": "One.\nTwo."}, "examples", "2 examples are too few"),
        ({"counter_examples": ["We could not pay for the licence."]}, "counter_examples", "at once"),
        ({"enough": 0}, "enough", "greater than or equal to 1"),
        ({"expected_of": "all"}, "expected_of", "'icp', 'churned' or 'nobody'"),
        ({"colour": "red"}, "colour", "no key"),
    ],
)
def test_a_category_that_is_not_allowed_names_its_field_and_writes_nothing(workspace, changes, field, told):
    file = workspace.folder / "pipelines" / "codebook.toml"
    before = file.read_bytes()
    with pytest.raises(SettingsError, match=told) as error:
        workspace.put_category({**PRICING, **changes})
    assert (error.value.field, file.read_bytes()) == (field, before)


def test_a_shipped_category_is_hidden_and_comes_back_and_an_own_one_goes(workspace):
    file = workspace.folder / "pipelines" / "codebook.toml"
    before = file.read_bytes()
    assert workspace.remove_category("praise")
    assert "praise" not in workspace.codebook.names
    assert [one.name for one in workspace.codebook.hidden] == ["praise"]
    workspace.hide_category("praise", hidden=False)
    assert file.read_bytes() == before
    workspace.put_category(PRICING)
    assert not workspace.remove_category("pricing")
    assert file.read_bytes() == before


def test_a_category_in_an_examples_file_cannot_be_taken_away(workspace):
    workspace.put_category(PRICING)
    examples = workspace.folder / "pipelines" / "examples" / "own.jsonl"
    examples.parent.mkdir()
    examples.write_text('{"text": "Far too dear.", "labels": ["pricing"]}\n', "utf-8")
    before = (workspace.folder / "pipelines" / "codebook.toml").read_bytes()
    with pytest.raises(SettingsError, match=r'own\.jsonl line 1: no category "pricing"'):
        workspace.remove_category("pricing")
    assert (workspace.folder / "pipelines" / "codebook.toml").read_bytes() == before
    workspace.hide_category("pricing")
    assert "pricing" not in workspace.codebook.names


def test_the_last_category_cannot_be_hidden(workspace):
    for name in workspace.codebook.names[1:]:
        workspace.hide_category(name)
    with pytest.raises(SettingsError, match="there is no category"):
        workspace.hide_category("pain_point")
    assert workspace.codebook.names == ("pain_point",)


def test_a_draft_codes_texts_without_being_saved(workspace):
    before = (workspace.folder / "pipelines" / "codebook.toml").read_bytes()
    texts = ["The licence costs far too much.", "The list is sorted by name."]
    dear, sorted_by_name = workspace.try_category({**PRICING, "title": ""}, texts)
    scores = dict(dear.scores)
    assert list(scores) == [*workspace.codebook.names, "pricing"]
    assert "pricing" in dear.holds and dict(sorted_by_name.scores)["pricing"] < 0.2
    assert (dear.nearest, dear.similarity > sorted_by_name.similarity) == ("We could not pay for the licence.", True)
    assert (workspace.folder / "pipelines" / "codebook.toml").read_bytes() == before
    assert workspace.store.db.execute("select count(*) from vector").fetchone() == (0,)


def test_a_draft_of_a_shipped_category_moves_its_scores(workspace):
    odd = "The forms come back by post."
    (before,) = workspace.try_category("pain_point", [odd])
    (after,) = workspace.try_category({"name": "pain_point", "examples": [odd]}, [odd])
    assert dict(after.scores)["pain_point"] > 1.5 * dict(before.scores)["pain_point"]
    assert (after.nearest, after.similarity) == (odd, 1.0)


def test_a_draft_says_which_passages_it_would_catch_as_the_run_then_does(workspace, write):
    workspace.add(write("Alder Foods/call.txt", WORDS))
    workspace.run()
    finds = workspace.draft_finds(PRICING)
    assert (finds.total, finds.new, finds.lost, finds.passages) == (1, 1, 0, 2)
    (found,) = finds.best
    assert (found.highlight.text[:11], found.held) == ("The licence", False)
    workspace.put_category(PRICING)
    workspace.run()
    (tag,) = [tag for one in workspace.highlights() for tag in one.tags if tag.category == "pricing"]
    assert tag.score == pytest.approx(found.score, abs=0.002)
    assert [(one.held, one.score) for one in workspace.draft_finds("pricing").best] == [(True, found.score)]
    assert workspace.draft_finds("pain_point").new == 0


def test_what_people_said_of_a_category_outlives_its_removal(workspace, write):
    workspace.add(write("Alder Foods/call.txt", WORDS))
    workspace.put_category(PRICING)
    workspace.run()
    said = next(one for one in workspace.highlights() if "queue" in one.text)
    workspace.confirm(said.id, "pricing")
    workspace.remove_category("pricing")
    workspace.run()
    assert "pricing" not in workspace.report("icp") and workspace.gaps()
    workspace.put_category(PRICING)
    workspace.run()
    again = next(one for one in workspace.highlights() if one.id == said.id)
    assert "pricing" in again.categories


def test_the_commands_try_before_they_change(workspace, monkeypatch):
    from typer.testing import CliRunner

    from icp_voice.cli.main import app

    def said(*words: str) -> str:
        done = CliRunner().invoke(app, [*words, "--workspace", str(workspace.folder)], catch_exceptions=False)
        assert done.exit_code == 0
        return done.output

    assert "would change: tags.threshold" in said("settings", "--set", "tags.threshold=0.5", "--try")
    assert workspace.fresh().settings.tags.threshold == 0.4
    assert "changed: people, tags.threshold" in said(
        *("settings", "--set", "tags.threshold=0.5", "--set", "people=Ann Lee, Bo Ek")
    )
    assert workspace.fresh().settings.people == ("Ann Lee", "Bo Ek")
    said("settings", "--reset", "tags.threshold")
    assert workspace.fresh().settings.tags.threshold == 0.4
    assert "3 accounts: 1 enter, 1 leave, 2 stay" in said("try-icp", "acv_usd >= 60000")
    assert "fir-glass  Fir Glass" in said("accounts", "put", "--name", "Fir Glass", "--set", "city=Graz")
    assert "A-1 (Alder Foods)" in said("accounts", "merge", "Fir Glass", "Alder Foods")
