"""A workspace made by an earlier version opens with everything in it, and is brought up to date by itself.

`data/voice-m011.db.gz` was made by the version before the web workspace, from the words of conftest.py: three documents,
a run, a decision by ann and a saved view.
"""

from __future__ import annotations

import gzip
from pathlib import Path

from icp_voice.model import TagState, View
from icp_voice.workspace import Workspace

OLD = Path(__file__).parent / "data" / "voice-m011.db.gz"


def opened(folder: Path) -> Workspace:
    Workspace.init(folder, company="Ours", domains=["ours.example"], people=["Vera Field"])
    (folder / "voice.db").unlink()
    (folder / "voice.db").write_bytes(gzip.decompress(OLD.read_bytes()))
    return Workspace(folder)


def test_a_workspace_of_an_earlier_version_holds_what_it_held(tmp_path: Path) -> None:
    workspace = opened(tmp_path / "ws")
    assert len(workspace.documents()) == 3
    assert [theme.name for theme in workspace.themes()] == ["The approval queue is slow again"]
    assert workspace.view("Slow").question == "What is slow?"
    decided = [tag for one in workspace.highlights(View(coded=False)) for tag in one.tags if tag.coder == "person:ann"]
    assert [(tag.category, tag.state) for tag in decided] == [("pain_point", TagState.CONFIRMED)]


def test_pages_of_an_earlier_workspace_count_what_it_holds(tmp_path: Path) -> None:
    workspace = opened(tmp_path / "ws")
    counts = workspace.counts()
    assert (counts.documents, counts.highlights) == (3, len(workspace.highlights()))
    assert workspace.documents_page().total == 3
    assert workspace.highlights_page().total == len(workspace.highlights())
    assert workspace.coverage_page().total == len(workspace.icp().accounts)


def test_the_next_run_undoes_nothing_in_an_earlier_workspace(tmp_path: Path) -> None:
    workspace = opened(tmp_path / "ws")
    themes = [(theme.id, theme.name) for theme in workspace.themes()]
    highlights = [one.id for one in workspace.highlights(View(coded=False))]
    workspace.run()
    assert [(theme.id, theme.name) for theme in workspace.themes()] == themes
    assert [one.id for one in workspace.highlights(View(coded=False))] == highlights
