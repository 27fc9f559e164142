"""What formats are called when people are told of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from icp_voice.ingest.look import Look

_TITLES: Final[Mapping[str, str]] = {
    "WebVTT": "WebVTT transcript",
    "SubRip (srt)": "SubRip subtitles",
    "Zendesk (json, ndjson)": "Zendesk tickets",
    "Word (docx)": "Word document",
    "Grain (json)": "Grain transcript",
    "Gong (json)": "Gong calls",
    "mail (eml, mbox)": "E-mail",
    "plain text": "Text file",
    "Markdown": "Markdown notes",
    "Zoom chat (txt)": "Zoom chat",
    "coded by researchers (REFI-QDA, Taguette)": "Coded project of another research program",
    "Intercom (json)": "Intercom conversations",
    "Slack (json, zip)": "Slack export",
    "icp-voice JSON": "icp-voice documents",
    "Whisper (json, tsv, txt, lrc)": "Whisper transcript",
    "ZIP archive": "ZIP archive",
    "PDF with text": "PDF",
    "Fireflies (json)": "Fireflies transcript",
}
_TABLES: Final = {".csv": "CSV table", ".tsv": "TSV table", ".tab": "TSV table", ".xlsx": "Excel workbook"}


def format_title(look: Look, file: str) -> str:
    """Return a format's name for people."""
    ending = PurePosixPath(file).suffix.lower()
    if look.columns or look.format.startswith("table"):
        return _TABLES.get(ending, "Table")
    return _TITLES.get(look.format, look.format)
