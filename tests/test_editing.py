"""Settings and codebook changed by people who do not edit TOML."""

from __future__ import annotations

import pytest

from icp_voice.errors import SettingsError
from icp_voice.model import Side
from icp_voice.settings import load_settings
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
