"""Job titles: which role in a purchase a title stands for, by the list in facts.toml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from icp_voice.analysis.fact_settings import title_settings


def explicit_role(title: str, workspace: Path | None = None) -> str:
    """Return the role in a purchase that a job title stands for ("VP Finance": "finance"), or an empty string."""
    words = re.sub(r"[^\w&]+", " ", title.lower()).split()
    for entry in title_settings(workspace):
        if any(_in_title(pattern, words) for pattern in entry.titles):
            return entry.value
    return ""


def _in_title(pattern: str, words: Sequence[str]) -> bool:
    pieces = []
    for piece in pattern.replace("-", " ").split():
        options = piece.rstrip("?").split("|")
        one = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in options)
        if piece == "..":
            pieces.append(r"(?:[\w&]+ ){0,4}")
        else:
            pieces.append(f"(?:(?:{one}) )" + ("?" if piece.endswith("?") else ""))
    return bool(re.search(r"(?<![\w&])" + "".join(pieces), " ".join(words) + " "))
