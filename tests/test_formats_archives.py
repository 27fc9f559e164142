"""Exports in a workspace: archives as their members, mails and rooms of chat with their sides and accounts."""

from __future__ import annotations

from pathlib import Path

from icp_voice.model import Side
from icp_voice.workspace import Workspace
from tests.made_files import zipped

DATA = Path(__file__).parent / "data" / "exports"
CALL = b"Dana: How do you close the month?\nAna: We copy everything by hand.\nDana: How long?\nAna: Four days.\n"


def put(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def test_members_of_an_archive_are_files_whose_folders_tell_the_account_and_names_the_day(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = put(tmp_path, "all.zip", zipped({"calls/alder/2026-05-12 call.txt": CALL}))
    workspace.add(path)
    document = workspace.documents()[0]
    assert document.file.endswith("all.zip/calls/alder/2026-05-12 call.txt")
    assert (document.date, document.account_reason) == ("2026-05-12", "folder: alder")


def test_an_archive_added_twice_is_unchanged(workspace: Workspace, tmp_path: Path) -> None:
    path = put(tmp_path, "all.zip", zipped({"a.txt": CALL, "b.txt": CALL.replace(b"Four", b"Nine")}))
    first, again = workspace.add(path), workspace.add(path)
    assert (len(first.new), len(again.new), len(again.unchanged)) == (2, 0, 2)


def test_a_file_and_the_same_file_in_an_archive_are_one_document(workspace: Workspace, tmp_path: Path) -> None:
    long = CALL * 4
    added = workspace.add(put(tmp_path, "a.txt", long), put(tmp_path, "all.zip", zipped({"b/a.txt": long})))
    assert (len(added.new), len(added.duplicates)) == (1, 1)


def test_slack_guests_are_customers_of_the_account_that_the_channel_names(workspace: Workspace, tmp_path: Path) -> None:
    files = {
        path.relative_to(DATA / "slack").as_posix(): path.read_bytes() for path in (DATA / "slack").rglob("*.json")
    }
    renamed = {
        name.replace("brackwater", "alder"): data.replace(b"ext-brackwater", b"ext-alder").replace(b"brackwater", b"x")
        for name, data in files.items()
    }
    workspace.add(put(tmp_path, "slack.zip", zipped(renamed)))
    threads = [one for one in workspace.documents() if one.place.startswith("thread")]
    assert [{one.name: one.side for one in threads[0].speakers}] == [
        {"Ana Reyes": Side.CUSTOMER, "Dana Holt": Side.VENDOR}
    ]
    assert (threads[0].account, threads[0].account_reason) == ("A-1", "title: alder")
