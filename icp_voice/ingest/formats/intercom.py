"""Intercom's conversations as JSON: one, a page of them, or one on each line."""

from __future__ import annotations

from functools import partial

from icp_voice.ingest.source import Source
from icp_voice.ingest.vendors import intercom
from icp_voice.ingest.vendors.collected import told, when_worded
from icp_voice.ingest.vendors.parts import Json, Left, record, records, text
from icp_voice.model import Document

NAME = "Intercom (json)"


def matches(source: Source) -> float:
    """Certain by conversations with parts or a source."""
    values, _ = source.values
    found = [one for value in values[:5] for one in _conversations(value)[:3]]
    return 1.0 if found and all(map(_is_conversation, found)) else 0.0


def parse(source: Source) -> list[Document]:
    """Return a document for each conversation in which somebody says something."""
    values, broken = source.values
    left = Left({"line that is no JSON": broken})
    app = next((text(record(value).get("app_id")) for value in values if record(value).get("app_id")), "")
    makers = [
        partial(
            intercom.document,
            one,
            file=source.file,
            place=f"conversation {text(one.get('id'))}".strip(),
            app_id=text(one.get("app_id")) or app,
            left=left,
        )
        for value in values
        for one in _conversations(value)
        if _is_conversation(one)
    ]
    return told(when_worded(makers, left, "conversation"), left)


def _conversations(value: object) -> list[Json]:
    if isinstance(value, list):
        return records(value)
    page = record(value)
    held = page.get("conversations") if "conversations" in page else page.get("data")
    return records(held) if isinstance(held, list) else [page] if page else []


def _is_conversation(value: Json) -> bool:
    if value.get("type") == "conversation":
        return True
    source = record(value.get("source"))
    return "conversation_parts" in value or ("author" in source and "body" in source)
