"""Every file in connectors/ keeps the contract, and a source is read on from where the last call ended."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from icp_voice.errors import SettingsError, UnknownName
from icp_voice.ingest import add, connector
from icp_voice.settings.checked import Checked
from icp_voice.workspace import Workspace
from tests.conftest import CALL


@pytest.mark.parametrize("name", connector.names())
def test_every_connector_has_what_the_contract_asks(name):
    loaded = connector.load(name)
    assert (loaded.__doc__ or "").strip() and loaded.TITLE
    assert issubclass(loaded.Settings, Checked)
    assert list(loaded.documents.__annotations__) == ["settings", "since", "client", "return"]


def connected(workspace: Workspace, path: str) -> Workspace:
    with (workspace.folder / "icp-voice.toml").open("a") as settings:
        settings.write(f"\n[connectors.folder]\n{path}\n")
    return Workspace(workspace.folder)


def test_a_folder_is_read_on_from_where_the_last_call_ended(workspace, tmp_path):
    watched = tmp_path / "recordings"
    watched.mkdir()
    (watched / "alder.txt").write_text(CALL)
    (watched / "broken.vtt").write_bytes(b"\x00\x01" * 500)
    opened = connected(workspace, f'path = "{watched}"')
    first = opened.sync()["folder"]
    assert (len(first.new), len(first.errors)) == (1, 1)
    assert opened.sync()["folder"].new == []
    later = watched / "birch.txt"
    later.write_text(CALL.replace("slow", "sluggish"))
    os.utime(later, (4_000_000_000, 4_000_000_000))
    assert len(opened.sync("folder")["folder"].new) == 1


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    """A folder with one call, saved long ago."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    (folder / "alder.txt").write_text(CALL)
    os.utime(folder / "alder.txt", (1_700_000_000, 1_700_000_000))
    return folder


def test_a_file_that_is_older_than_what_was_read_before_is_read(workspace, watched):
    opened = connected(workspace, f'path = "{watched}"')
    opened.sync()
    earlier = watched / "birch.txt"
    earlier.write_text(CALL.replace("slow", "sluggish"))
    os.utime(earlier, (1_500_000_000, 1_500_000_000))
    added = opened.sync()["folder"]
    assert (len(added.new), len(added.unchanged)) == (1, 1)


def test_a_file_saved_in_the_same_moment_as_the_last_one_before_a_kill_is_read(workspace, watched, monkeypatch):
    later = watched / "birch.txt"
    later.write_text(CALL.replace("slow", "sluggish"))
    os.utime(later, (1_700_000_000, 1_700_000_000))
    opened = connected(workspace, f'path = "{watched}"')
    keep = add.Arrivals.keep

    def killed(self, file, documents):
        if file.endswith("birch.txt"):
            raise KeyboardInterrupt
        keep(self, file, documents)

    with monkeypatch.context() as patch:
        patch.setattr(add.Arrivals, "keep", killed)
        with pytest.raises(KeyboardInterrupt):
            opened.sync()
    assert len(opened.documents()) == 1
    assert len(opened.sync()["folder"].new) == 1


def test_a_file_that_changed_and_kept_its_time_is_read(workspace, watched):
    opened = connected(workspace, f'path = "{watched}"')
    opened.sync()
    (watched / "alder.txt").write_text(CALL.replace("slow", "sluggish"))
    os.utime(watched / "alder.txt", (1_700_000_000, 1_700_000_000))
    assert len(opened.sync()["folder"].updated) == 1


def test_hidden_folders_of_a_source_are_not_read(workspace, watched):
    (watched / ".trash").mkdir()
    (watched / ".trash" / "old.txt").write_text(CALL.replace("slow", "sluggish"))
    connected(workspace, f'path = "{watched}"').sync()
    assert [Path(document.file).name for document in workspace.documents()] == ["alder.txt"]


def test_a_file_of_a_source_that_is_locked_too_large_or_odd_costs_one_line(workspace, watched, monkeypatch):
    for name in ("birch", "cedar", "dogwood"):
        (watched / f"{name}.txt").write_text(CALL.replace("slow", f"slow at {name}"))
    with (watched / "cedar.txt").open("a") as long:
        long.write("Ann Lee: And so on.\n" * 60_000)
    (watched / "dogwood.txt").write_bytes(b"\x00\x01" * 500)
    opened = os.open

    def refuse(path, *how, **more):
        if str(path).endswith("birch.txt"):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *how, **more)

    monkeypatch.setattr(os, "open", refuse)
    settings = workspace.folder / "icp-voice.toml"
    settings.write_text(settings.read_text().replace("# file_mb = 200", "file_mb = 1"))
    added = connected(workspace, f'path = "{watched}"').sync()["folder"]
    assert (added.files, len(added.new)) == (4, 1)
    assert [(Path(error.file).name, error.error) for error in added.errors] == [
        ("birch.txt", "Permission denied"),
        ("cedar.txt", "larger than 1 MB"),
        ("dogwood.txt", "not a file of words: it is binary, not text"),
    ]


def test_a_copy_at_a_source_counts_once_its_original_has_changed(workspace, watched):
    (watched / "birch.txt").write_text(CALL)
    opened = connected(workspace, f'path = "{watched}"')
    assert len(opened.sync()["folder"].duplicates) == 1
    (watched / "alder.txt").write_text(CALL.replace("slow", "sluggish"))
    opened.sync()
    assert [bool(document.duplicate_of) for document in opened.documents()] == [False, False]


def test_wrong_settings_of_a_connector_are_named(workspace):
    with pytest.raises(SettingsError, match=r"\[connectors.folder\].*no key \"pth\".*Did you mean \"path\""):
        connected(workspace, 'pth = "x"').sync()


def test_a_source_that_is_not_connected_is_named(workspace):
    with pytest.raises(UnknownName, match='No connected source "gong"'):
        workspace.sync("gong")


def test_a_workspaces_own_connector_comes_first(workspace):
    (workspace.folder / "connectors").mkdir()
    (workspace.folder / "connectors" / "own.py").write_text(
        '"""Ours."""\nfrom icp_voice.settings.checked import Checked\nTITLE = "Ours"\n'
        "class Settings(Checked):\n    pass\ndef documents(settings, since, client):\n    yield from ()\n"
    )
    assert set(connector.names(workspace.folder)) == {*connector.names(), "own"}
    assert connector.load("own", workspace.folder).TITLE == "Ours"
