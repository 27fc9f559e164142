"""What people do to views, accounts and their people is taken back: what stood there is there again, all of it."""

from __future__ import annotations

import shutil

import pytest
from typer.testing import CliRunner

from icp_voice.cli.main import app
from icp_voice.errors import IcpVoiceError
from icp_voice.model import Account, Contact, View
from icp_voice.workspace import Workspace


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    made = Workspace.init(tmp_path / "ws", company="Acme")
    made.put_account(name="Mills", domains="mills.example", attributes={"erp": "Kestrel", "staff": 12})
    return made


SLOW = View(name="Slow", category="pain_point")


def test_a_view_that_was_taken_away_is_there_again_and_in_its_place_in_the_document(workspace: Workspace) -> None:
    workspace.save_new_view(SLOW, section="buying_process")
    workspace.forget_view("Slow")
    assert (workspace.views(), workspace.arrangement().views) == ([], ())
    workspace.undo()
    assert workspace.view("Slow") == SLOW
    assert workspace.arrangement().views == (("Slow", "buying_process"),)


def test_a_name_and_a_filter_that_were_changed_are_as_before(workspace: Workspace) -> None:
    workspace.save_new_view(SLOW, section="buying_process")
    workspace.save_view(View(name="Slow", category="praise"))
    workspace.rename_view("Slow", "Loved")
    assert workspace.arrangement().views == (("Loved", "buying_process"),)
    workspace.undo()
    assert workspace.views() == [View(name="Slow", category="praise")]
    assert workspace.arrangement().views == (("Slow", "buying_process"),)
    workspace.undo()
    assert workspace.views() == [SLOW]
    workspace.undo()
    assert (workspace.views(), workspace.arrangement().views) == ([], ())


def test_the_command_line_renames_removes_and_takes_back(workspace: Workspace) -> None:
    workspace.save_new_view(SLOW, section="buying_process")
    for words in (["view", "rename", "Slow", "Late"], ["view", "remove", "Late"], ["undo"]):
        done = CliRunner().invoke(app, [*words, "--workspace", str(workspace.folder)])
        assert done.exit_code == 0, done.output
    assert [one.name for one in workspace.views()] == ["Late"]
    assert workspace.arrangement().views == (("Late", "buying_process"),)


def test_nothing_is_overwritten_that_somebody_saved_since(workspace: Workspace) -> None:
    workspace.save_view(SLOW)
    workspace.rename_view("Slow", "Late")
    renamed = workspace.last_undoable()
    assert renamed is not None
    other = Workspace(workspace.folder, by="ben")
    other.save_view(View(name="Slow", category="goal"))
    with pytest.raises(IcpVoiceError, match="Something else was said of it"):
        workspace.undo(renamed.number)
    assert {one.name: one.category for one in workspace.views()} == {"Slow": "goal", "Late": "pain_point"}
    other.undo()
    workspace.undo(renamed.number)
    assert workspace.views() == [SLOW]


def test_an_account_is_as_it_was_before_it_was_corrected(workspace: Workspace) -> None:
    before = workspace.account("mills")
    workspace.put_account("mills", name="Big Mills", domains="", attributes={"erp": None, "staff": 90, "town": "Hull"})
    assert workspace.account("mills").attributes == {"staff": 90, "town": "Hull"}
    workspace.undo()
    assert workspace.account("mills") == before
    # An import that comes later corrects it again: nobody's word stands against it any more.
    with workspace.writing("test") as store, store.transaction():
        store.accounts.put([Account(id="mills", name="Mills", attributes={"town": "Leeds"})])
    assert workspace.account("mills").attributes == {"erp": "Kestrel", "staff": 12, "town": "Leeds"}


def test_an_account_that_was_typed_in_goes_again_unless_something_hangs_on_it(workspace: Workspace) -> None:
    added = workspace.last_undoable()
    assert added is not None
    workspace.put_contact("mills", "Ann New")
    with pytest.raises(IcpVoiceError, match="Something was said of the account"):
        workspace.undo(added.number)
    workspace.undo()
    workspace.undo(added.number)
    assert workspace.accounts() == []
    assert workspace.store.accounts.contacts() == []
    again = workspace.put_account(name="Mills")
    assert (again.domains, again.attributes) == ((), {})


def test_a_person_who_was_corrected_or_taken_off_is_as_before(workspace: Workspace) -> None:
    known = workspace.put_contact("mills", "Ann New", role="Buyer", email="ann@mills.example")
    workspace.put_contact("mills", "Ann New", role="Head of buying")
    workspace.undo()
    assert workspace.contacts("mills") == [known]
    workspace.remove_contact("mills", "Ann New")
    workspace.undo()
    assert workspace.contacts("mills") == [
        Contact(account="mills", name="Ann New", role="Buyer", email="ann@mills.example")
    ]


def test_accounts_that_were_merged_are_two_again_with_all_that_was_theirs(demo, tmp_path) -> None:
    shutil.copytree(demo, tmp_path / "demo")
    workspace = Workspace(tmp_path / "demo")
    one, other = workspace.account("Nordhall Logistics"), workspace.account("Brackwater Foods")
    workspace.put_account(one.id, name="Nordhall", attributes={"region": "Nordics", "ours": "yes"})
    workspace.tag_account(one.id, held=False)
    workspace.mark_interview(one.id, "Siv Engelund", state="asked")
    by_hand = workspace.documents()[0].id
    workspace.assign(by_hand, account=one.id)
    before = _of_accounts(workspace)
    workspace.merge_accounts(one.id, other.id)
    assert _of_accounts(workspace) != before
    assert one.id not in {account.id for account in workspace.accounts()}
    workspace.undo()
    assert _of_accounts(workspace) == before


def _of_accounts(workspace: Workspace) -> list[object]:
    tables = ("account", "account_alias", "account_said", "contact", "account_tag", "source_account", "assignment")
    rows = [workspace.store.db.execute(f"select * from {table} order by 1, 2, 3").fetchall() for table in tables]
    rows.append(workspace.store.db.execute("select id, account from document order by id").fetchall())
    rows.append(workspace.store.db.execute("select number, account from interview order by number").fetchall())
    return list(rows)


def test_what_was_done_before_any_of_it_was_kept_cannot_be_taken_back(workspace: Workspace) -> None:
    workspace.note("save view", subject="Old")
    [change] = workspace.changes(most=1)
    assert not change.undoable
    with pytest.raises(IcpVoiceError, match="was not noted"):
        workspace.undo(change.number)
