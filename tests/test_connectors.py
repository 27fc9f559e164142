"""Every file in connectors/ keeps the contract, and a source is read on from where the last call ended."""

from __future__ import annotations

import os

import pytest

from icp_voice.errors import SettingsError, UnknownName
from icp_voice.ingest import connector
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
    assert connector.names(workspace.folder) == ["folder", "own"]
    assert connector.load("own", workspace.folder).TITLE == "Ours"
