"""The formats in which a document is handed out, as an option of commands."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Page(StrEnum):
    """How a document is written."""

    MARKDOWN = "markdown"
    HTML = "html"
    DOCX = "docx"


PageOption = Annotated[Page, typer.Option("--format", help="How to write it; the ending of --out comes first.")]
