"""New categories in a workspace's own codebook: added below what stands there, which is a person's file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from icp_voice import home
from icp_voice.errors import SettingsError
from icp_voice.settings.codebook import FILE, Category, load_codebook
from icp_voice.settings.toml_file import write_whole


def add_categories(workspace: Path, categories: Sequence[Category], *, source: str) -> None:
    """Add categories to the workspace's codebook, or leave it as it was if they do not fit into it."""
    path = workspace / "pipelines" / FILE
    before = home.find("pipelines", FILE, workspace).read_text("utf-8")
    write_whole(path, before.rstrip("\n") + "\n\n" + "\n".join(_entry(category, source) for category in categories))
    try:
        load_codebook(workspace)
    except SettingsError:
        write_whole(path, before)
        raise


def _entry(category: Category, source: str) -> str:
    lines = [
        f"# from {' '.join(source.split())}",
        "[[category]]",
        f"name = {_string(category.name)}",
        f"title = {_string(category.title)}",
        f"definition = {_string(category.definition)}",
        f"question = {_string(category.question)}",
        *_list("examples", category.examples),
        *_list("counter_examples", category.counter_examples),
    ]
    return "\n".join(lines) + "\n"


def _list(name: str, sentences: Iterable[str]) -> list[str]:
    kept = [f"  {_string(sentence)}," for sentence in sentences]
    return [f"{name} = [", *kept, "]"] if kept else []


def _string(text: str) -> str:
    # A JSON string is a basic string of TOML, but for this one sign.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
