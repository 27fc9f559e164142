"""The package itself: public names, and what ships with it."""

from __future__ import annotations

import re
from pathlib import Path

import icp_voice
from icp_voice import home

ROOT = Path(__file__).resolve().parents[1]


def test_everything_in_all_can_be_imported():
    assert sorted(icp_voice.__all__) == icp_voice.__all__
    assert all(getattr(icp_voice, name) is not None for name in icp_voice.__all__)


def test_the_three_folders_are_found_and_a_workspaces_own_come_first(tmp_path):
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "default.toml").write_text("")
    assert home.find("pipelines", "default.toml", tmp_path) == tmp_path / "pipelines" / "default.toml"
    assert home.find("pipelines", "default.toml") == ROOT / "pipelines" / "default.toml"


def test_the_sample_company_is_small_and_rich_enough():
    sample = ROOT / "icp_voice" / "sample"
    files = [path for path in sample.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 2_000_000
    assert {path.suffix for path in files} >= {
        ".csv",
        ".xlsx",
        ".docx",
        ".vtt",
        ".srt",
        ".txt",
        ".md",
        ".json",
        ".ndjson",
    }


def test_the_version_stands_in_one_form_everywhere():
    stated = re.search(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.M)
    assert stated and stated.group(1) == icp_voice.__version__
