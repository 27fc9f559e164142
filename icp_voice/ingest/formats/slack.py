"""One channel's messages as Slack exports them: a JSON list for each day. The whole export is a ZIP archive."""

from __future__ import annotations

from pathlib import PurePosixPath

from icp_voice.ingest.source import Source
from icp_voice.ingest.vendors.collected import told
from icp_voice.ingest.vendors.parts import Json, Left, records
from icp_voice.ingest.vendors.slack_export import channel_documents
from icp_voice.model import Document

NAME = "Slack (json, zip)"


def matches(source: Source) -> float:
    """Certain by messages with Slack's time stamps."""
    return 1.0 if _messages(source) else 0.0


def parse(source: Source) -> list[Document]:
    """Return a document for each conversation; without the export's list of users, names and sides stay unknown."""
    left = Left()
    folder = PurePosixPath(source.file.replace("\\", "/")).parent.name
    made = channel_documents({"name": folder}, _messages(source), users={}, team="", file=source.file, left=left)
    return told(made, left)


def _messages(source: Source) -> list[Json]:
    values, _ = source.values
    found = records(values[0]) if len(values) == 1 and isinstance(values[0], list) else []
    held = any(one.get("type") == "message" and isinstance(one.get("ts"), str) for one in found[:5])
    return found if held else []
