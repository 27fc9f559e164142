"""The demo is set up once: what a kill left out is made up for, and what a person changed stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from icp_voice import demo
from icp_voice.demo import RULE, SAMPLE, VIEWS, open_demo
from icp_voice.errors import WorkspaceError
from icp_voice.model import View
from icp_voice.workspace import Workspace

FILES = sorted(path.relative_to(SAMPLE) for path in (SAMPLE / "documents").rglob("*") if path.is_file())
ACCOUNTS = sorted({line.split(",")[0] for line in (SAMPLE / "accounts.csv").read_text("utf-8").splitlines()[1:]})


def assert_complete(workspace: Workspace) -> None:
    kept = sorted(path.relative_to(workspace.folder) for path in (workspace.folder / "documents").rglob("*.*"))
    assert [path for path in kept if (workspace.folder / path).is_file()] == FILES
    assert all((workspace.folder / path).read_bytes() == (SAMPLE / path).read_bytes() for path in FILES)
    assert [account.id for account in workspace.store.accounts.all()] == ACCOUNTS
    assert (workspace.icp().rule, bool(workspace.icp().accounts)) == (RULE, True)
    assert {view.name for view in workspace.views()} == {view.name for view in VIEWS}


@pytest.mark.parametrize(
    ("where", "step", "calls"),
    [
        (demo.shutil, "copytree", 1),
        (demo.shutil, "copyfile", 5),
        (demo.os, "replace", 3),
        (Workspace, "import_accounts", 1),
        (Workspace, "set_icp", 1),
        (Workspace, "save_view", 1),
        (Workspace, "save_view", 3),
    ],
)
def test_a_demo_that_was_killed_while_it_was_set_up_is_complete_the_next_time(tmp_path, where, step, calls):
    done, made = getattr(where, step), []

    def killed(*given, **named):
        made.append(step)
        if len(made) == calls:
            raise KeyboardInterrupt
        return done(*given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, step, killed)
        with pytest.raises(KeyboardInterrupt):
            open_demo(tmp_path / "demo")
    assert_complete(open_demo(tmp_path / "demo"))


def test_a_file_that_was_half_copied_when_the_demo_was_killed_is_whole_the_next_time(tmp_path):
    def half(source, target):
        Path(target).write_bytes(Path(source).read_bytes()[:100])
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo.shutil, "copyfile", half)
        with pytest.raises(KeyboardInterrupt):
            open_demo(tmp_path / "demo")
    assert_complete(open_demo(tmp_path / "demo"))


def test_what_a_person_changed_in_the_demo_stays(tmp_path):
    workspace = open_demo(tmp_path / "demo")
    workspace.set_icp(where="status = 'active'")
    workspace.remove_view("Carbon reports")
    workspace.save_view(View(name="Month end", question="What happens on the last day?"))
    memo = tmp_path / "demo" / FILES[0]
    memo.write_text("Vera: Anything else?\nAnn: No.\n", "utf-8")
    again = open_demo(tmp_path / "demo")
    assert again.icp().rule == "status = 'active'"
    assert {view.name: view.question for view in again.views()} == {
        "How they buy": VIEWS[0].question,
        "Month end": "What happens on the last day?",
    }
    assert memo.read_text("utf-8") == "Vera: Anything else?\nAnn: No.\n"


def test_the_documents_of_the_demo_come_back_when_their_folder_is_gone(tmp_path):
    open_demo(tmp_path / "demo")
    (tmp_path / "demo" / "documents").rename(tmp_path / "elsewhere")
    assert_complete(open_demo(tmp_path / "demo"))


def test_a_folder_with_something_else_in_it_becomes_no_demo(tmp_path, workspace):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(WorkspaceError, match="holds something else already"):
        open_demo(tmp_path)
    with pytest.raises(WorkspaceError, match="is the workspace of Ours"):
        open_demo(workspace.folder)
    assert not (workspace.folder / "documents").exists()
