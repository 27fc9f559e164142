"""What reports are made of is kept until something is written, and then made anew as far as the write asks for it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from icp_voice.publish import kept
from icp_voice.publish.kept import Freshness
from icp_voice.publish.render import Around
from icp_voice.store import open_store
from icp_voice.store.redactions import Hidden
from icp_voice.store.written import NOT_WATCHED, WATCHED
from icp_voice.workspace import Workspace
from tests.test_reports import filled

QUICK = ["hide", "reject"]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Ledger & Moor with four documents."""
    Workspace.init(tmp_path / "ws", company="Ledger & Moor")
    opened = Workspace(tmp_path / "ws", by="anna")
    filled(opened.store)
    return opened


WRITES: dict[str, Callable[[Workspace], object]] = {
    "hide": lambda one: one.hide_in_document("theme", "slow"),
    "paragraph": lambda one: one.write_paragraph("glance", "Ours."),
    "reject": lambda one: one.reject("h1", "pain_point"),
    "confirm": lambda one: one.confirm("h3", "praise"),
    "rename": lambda one: one.rename_theme("slow", "Slow month ends"),
    "redact": lambda one: one.redact_words("queue"),
    "account": lambda one: one.store.db.execute("update account set name = 'Another' where id = 'a1'"),
    "document": lambda one: one.store.db.execute("update document set date = '2026-09-09' where id = 'd1'"),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("by_another", [False, True])
def test_a_write_by_anybody_is_in_the_next_report(workspace: Workspace, write: str, by_another: bool) -> None:
    before = workspace.paper()
    assert workspace.paper() is before
    other = Workspace(workspace.folder, by="ben") if by_another else workspace
    with other.store.transaction():
        WRITES[write](other)
    after = workspace.paper()
    assert after != before
    fresh = kept.Kept()
    assert fresh.material(workspace._made_from) == workspace._material
    assert list(fresh.material(workspace._made_from).highlights) == list(workspace._material.highlights)


@pytest.mark.parametrize("write", QUICK)
def test_what_was_said_is_not_read_anew_for_an_arrangement_or_a_tag(
    workspace: Workspace, write: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.paper()
    monkeypatch.setattr(kept, "read_said", lambda store: pytest.fail("everything was read anew"))
    WRITES[write](workspace)
    workspace.paper()
    workspace.undo()
    workspace.paper()


def test_a_write_that_is_not_finished_is_kept_from_others(workspace: Workspace) -> None:
    before = workspace.paper()
    with pytest.raises(RuntimeError), workspace.store.transaction():
        workspace.hide_in_document("theme", "slow")
        assert workspace.paper() != before
        raise RuntimeError
    assert workspace.paper() == before


def test_workspaces_of_one_folder_share_what_is_kept(workspace: Workspace) -> None:
    assert Workspace(workspace.folder).paper() is workspace.paper()


def read(workspace: Workspace) -> tuple[str, datetime | None]:
    """Return the ICP document as somebody reads it who would not wait, and its hour if it is an earlier one."""
    _, sections, at = workspace.shown_paper("icp", Around(name="plain"), Freshness.LAST)
    return "".join(html for _, html in sections), at


def test_who_would_not_wait_reads_what_was_made_last_with_its_hour(workspace: Workspace) -> None:
    now, at = read(workspace)
    assert at is None
    workspace.confirm("h3", "praise")
    workspace.rename_theme("slow", "Slow month ends")
    began = datetime.now(UTC)
    earlier, at = read(workspace)
    assert (earlier, "Slow month ends" in earlier) == (now, False)
    assert at is not None and at <= began
    fresh, at = read_now(workspace)
    assert "Slow month ends" in fresh and at is None
    assert read(workspace) == (fresh, None)


def read_now(workspace: Workspace) -> tuple[str, datetime | None]:
    """Return the ICP document of now."""
    _, sections, at = workspace.shown_paper("icp", Around(name="plain"), Freshness.SHARED)
    return "".join(html for _, html in sections), at


NAMES_HIDDEN = 'company = "Ledger & Moor"\n[privacy]\nhide_speakers = true\n'


def read_newest(folder: Path) -> str:
    """Return the ICP document as somebody reads it who waits for the newest."""
    _, sections, at = Workspace(folder).shown_paper("icp", Around(name="plain"), Freshness.NEWEST)
    assert at is None
    return "".join(html for _, html in sections)


HIDES: dict[str, Callable[[Workspace], object]] = {
    "redacted": lambda one: one.redact_words("queue"),
    "removed": lambda one: one.store.db.execute("delete from document where id = 'd1'"),
    "theme": lambda one: one.hide_theme("slow"),
    "arranged": lambda one: one.hide_in_document("theme", "slow"),
    "names": lambda one: (one.folder / "icp-voice.toml").write_text(NAMES_HIDDEN, "utf-8") and one.fresh(),
}


@pytest.mark.parametrize("hide", HIDES)
def test_nobody_reads_an_earlier_one_after_something_was_hidden(workspace: Workspace, hide: str) -> None:
    before, _ = read(workspace)
    with workspace.store.transaction():
        HIDES[hide](workspace)
    after, at = read(workspace)
    assert at is None
    assert after != before
    assert after == read_now(workspace)[0]


@pytest.mark.parametrize("proposed", [False, True])
def test_what_rules_propose_takes_something_away_only_where_the_settings_say_so(
    workspace: Workspace, proposed: bool
) -> None:
    workspace.change_settings({"privacy.redact": "proposed" if proposed else "confirmed"})
    before, _ = read(workspace)
    with workspace.store.transaction():
        hidden = Hidden(key="k", start=0, end=4, why="mail address")
        workspace.store.redactions.propose("new", [hidden], at="2026-01-01T00:00:00Z")
    after, at = read(workspace)
    assert after == before
    assert (at is None) == proposed


def test_nobody_reads_an_earlier_one_after_a_person_was_forgotten(workspace: Workspace) -> None:
    workspace.put_contact("a1", "Zoe Quill", role="CFO")
    read(workspace)
    workspace.remove_contact("a1", "Zoe Quill")
    assert read(workspace)[1] is None


def test_hiding_again_what_was_shown_again_counts(workspace: Workspace) -> None:
    found = workspace.redact_words("queue")
    assert found
    workspace.undo()
    before, _ = read(workspace)
    assert "queue" in before
    workspace.redact_words("queue")
    after, at = read(workspace)
    assert at is None
    assert "queue" not in after


def test_who_reads_while_another_makes_it_anew_does_not_wait(workspace: Workspace) -> None:
    before, _ = read(workspace)
    workspace.rename_theme("slow", "Slow month ends")
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with workspace._papers._lock:
            holding.set()
            done.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    assert holding.wait(30)
    newest: list[str] = []
    waiting = threading.Thread(target=lambda: newest.append(read_newest(workspace.folder)))
    waiting.start()
    try:
        assert read_now(workspace)[0] == before
        assert not newest
    finally:
        done.set()
        thread.join()
        waiting.join()
    assert newest == [read_now(workspace)[0]] != [before]


def test_every_table_is_watched_or_said_not_to_be(tmp_path: Path) -> None:
    open_store(tmp_path / "voice.db").close()
    db = sqlite3.connect(tmp_path / "voice.db")
    tables = {name for (name,) in db.execute("select name from sqlite_master where type = 'table'")}
    db.close()
    assert tables - {"sqlite_sequence"} == NOT_WATCHED.union(*WATCHED.values()) & tables
