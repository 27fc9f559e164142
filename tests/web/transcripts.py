"""A transcript of known words in a served workspace, for the tests of its pages."""

from __future__ import annotations

import json

from icp_voice.workspace import Workspace

QUESTION = "What is hard at month end?"
WORDS = (
    "🎉👩‍💻 Well, the approval queue is terribly slow at month end. Ann is nice. Nobody told us <b>why</b> it stops."
)


def put(workspace: Workspace, *, turns: int = 2, name: str = "emoji.json") -> str:
    """Keep a call in which Vera of ours asks and Ann, a customer, answers; return its id."""
    said = [
        {
            "speaker": ("Vera Field", "Ann Lee")[number % 2],
            "text": (QUESTION, WORDS)[number % 2] + f" {number}" * (number > 1),
        }
        for number in range(turns)
    ]
    path = workspace.folder / "more" / name
    path.parent.mkdir(exist_ok=True)
    call = {
        "icp_voice": 1,
        "kind": "call",
        "title": "Month end",
        "speakers": [{"name": "Vera Field", "side": "vendor"}, {"name": "Ann Lee", "side": "customer"}],
        "turns": said,
    }
    path.write_text(json.dumps(call), "utf-8")
    return workspace.document(workspace.add(path).new[0]).id


def quoted(workspace: Workspace, document: str, words: str, category: str = "pain_point", turn: int = 1) -> str:
    """Make some words of Ann's a quote; return its id."""
    text = workspace.document(document, bare=True).turns[turn].text
    start = text.index(words)
    return workspace.mark(document, turn, start, start + len(words), category).id
