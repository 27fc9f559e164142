"""What means harm at a source or in a folder costs its own line, and secrets are never read as words."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib

import pytest

from icp_voice.errors import UnreadableFile
from icp_voice.ingest import formats
from icp_voice.ingest.files import SECRETS, SETTINGS, chunks, find_files
from icp_voice.ingest.pull.secrets import FILE as SECRETS_FILE
from icp_voice.ingest.recorders import unframed
from icp_voice.ingest.source import Source
from icp_voice.limits import Limits
from icp_voice.settings.settings import FILE as SETTINGS_FILE
from tests.conftest import CALL

KEY = "planted-key-4711"


def filled(workspace):
    folder = workspace.folder
    for name in ("connectors", "reports", "guides", "calls"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "secrets.toml").write_text(f'[zendesk]\ntoken = "{KEY}"\n')
    (folder / "calls" / "secrets.toml").write_text(f"Ann: our key is {KEY}\nBob: fine\n")
    (folder / "connectors" / "own.py").write_text(f"# {KEY}\n")
    (folder / "reports" / "icp.md").write_text(f"# Report\n\n{KEY}\n")
    (folder / "guides" / "one.md").write_text(f"# Guide\n\n{KEY}\n")
    (folder / "hooks.db-wal").write_text(f"{KEY}\n")
    (folder / "calls" / "alder.txt").write_text(CALL)
    return folder


def test_a_workspace_that_is_added_whole_gives_its_calls_and_nothing_of_its_own(workspace):
    folder = filled(workspace)
    told: list[str] = []
    assert [path.name for path in find_files([folder], told)] == ["alder.txt"]
    assert [path.name for path in find_files([folder.parent]) if folder in path.parents] == ["alder.txt"]
    assert any("secrets" in line for line in told) and any(SETTINGS in line for line in told)
    assert (SECRETS, SETTINGS) == (SECRETS_FILE, SETTINGS_FILE)
    added = workspace.add(folder)
    assert (added.files, added.errors) == (1, [])
    workspace.store.close()
    assert all(KEY.encode() not in path.read_bytes() for path in folder.glob("voice.db*"))


def test_what_is_named_one_by_one_is_left_out_or_refused_as_well(workspace):
    folder = filled(workspace)
    link = folder.parent / "harmless.txt"
    link.symlink_to(folder / "secrets.toml")
    added = workspace.add(*sorted(folder.iterdir()), link)
    assert [error.error for error in added.errors] == ["it holds secrets"] * 2
    assert all(error.hint for error in added.errors)
    assert len(added.new) == 1


def test_a_folder_of_the_same_names_that_is_no_workspace_is_read(tmp_path):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "alder.txt").write_text(CALL)
    assert [path.name for path in find_files([tmp_path])] == ["alder.txt"]


def test_secrets_are_refused_whatever_case_their_name_has(tmp_path):
    path = tmp_path / "Secrets.TOML"
    path.write_text("Ann: words\n")
    with pytest.raises(UnreadableFile, match="it holds secrets"):
        list(chunks(path, Limits()))


@pytest.mark.parametrize(
    "line", ["a" + " " * 4_000 + "b", "a - " * 1_500, "(2026-01-01" * 400, "Monday " + " " * 9_000]
)
def test_a_heading_of_thousands_of_spaces_takes_no_time(line):
    began = time.process_time()
    unframed([line] * 40)
    assert time.process_time() - began < 1


def test_a_heading_with_many_spaces_is_still_one():
    kept, stated = unframed(["Weekly   sync (2026/05/12  10:00)   -   Transcript", "Ann: hello"])
    assert (kept, stated.about.title, stated.about.date) == ([1], "Weekly sync", "2026-05-12")


@pytest.mark.parametrize("error", [OSError, zlib.error, struct.error, AssertionError, EOFError, StopIteration])
def test_whatever_a_members_parser_raises_costs_that_member_only(monkeypatch, error):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", CALL)
        archive.writestr("b.txt", CALL.replace("slow", "sluggish"))
        archive.writestr("secrets.toml", f"Ann: {KEY}\nBob: fine\n")
    parse = formats.parse

    def odd(source):
        if source.file.endswith("a.txt"):
            raise error("x")
        return parse(source)

    monkeypatch.setattr(formats, "parse", odd)
    found = parse(Source(file="calls.zip", data=packed.getvalue()))
    assert [one.file for one in found] == ["calls.zip/b.txt"]
    refused = [line for line in found[0].warnings if "left out" in line]
    assert refused == [
        f"a.txt left out: could not be read ({error.__name__})",
        "secrets.toml left out: it holds secrets",
    ]
