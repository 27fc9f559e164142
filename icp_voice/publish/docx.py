"""A page of Markdown as a DOCX file: headings, tables, lists, quotations and links that Word knows as such."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from icp_voice.publish.docx_parts import footer, list_numbers, paged, repeat_header, unsplit, widths
from icp_voice.publish.docx_words import Words

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
HEADINGS = {"h1": "Title", "h2": "Heading 1", "h3": "Heading 2", "h4": "Heading 3", "h5": "Heading 4"}
SMALL_FROM = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a file says of itself: the newest document's date stands for the day, so that equal pages are equal files."""

    title: str
    company: str
    subject: str = ""
    as_of: str = ""


def word_file(markdown: str, about: About) -> bytes:
    """Return a page of Markdown as a DOCX file on A4; the same page gives the same bytes."""
    from docx import Document
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(markdown))
    file = Document()
    _say_of_itself(file, about)
    paged(file)
    footer(file, f"{about.company}: {about.title}")
    _Blocks(file).write(tree.children)
    out = BytesIO()
    file.save(out)
    return _timeless(out.getvalue())


class _Blocks:
    """Writes blocks one after the other; `Words` fills their paragraphs."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._words = Words(file)

    def write(self, nodes: list[SyntaxTreeNode], style: str = "Normal") -> None:
        """Write some blocks; paragraphs among them get the style."""
        for node in nodes:
            if node.type == "heading":
                self._words.fill(self._file.add_paragraph(style=HEADINGS.get(node.tag, "Heading 4")), node.children)
            elif node.type == "paragraph":
                self._paragraph(node, style)
            elif node.type == "blockquote":
                self.write(node.children, "Quote")
            elif node.type in ("bullet_list", "ordered_list"):
                self._list(node, 1)
            elif node.type == "table":
                self._table(node)
            elif node.type in ("fence", "code_block"):
                self._file.add_paragraph(self._words.clean(node.content), style="No Spacing")
            elif node.type == "hr":
                self._file.add_paragraph()

    def _paragraph(self, node: SyntaxTreeNode, style: str) -> None:
        """Write a paragraph; one that holds nothing but anchors is the place of the next block."""
        if not self._words.keep_anchors(node):
            self._words.fill(self._file.add_paragraph(style=style), node.children)

    def _list(self, node: SyntaxTreeNode, depth: int) -> None:
        ordered = node.type == "ordered_list"
        name = "List Number" if ordered else "List Bullet"
        style = name if depth == 1 else f"{name} {min(depth, 3)}"
        number = list_numbers(self._file, style, int(node.attrs.get("start", 1) or 1)) if ordered else None
        for item in node.children:
            for place, child in enumerate(item.children):
                if child.type in ("bullet_list", "ordered_list"):
                    self._list(child, depth + 1)
                elif child.type == "paragraph":
                    paragraph = self._file.add_paragraph(style=style if place == 0 else "List Continue")
                    if number is not None and place == 0:
                        number(paragraph)
                    self._words.fill(paragraph, child.children)
                else:
                    self.write([child])

    def _table(self, node: SyntaxTreeNode) -> None:
        rows = [row for part in node.children for row in part.children]
        table = self._file.add_table(rows=len(rows), cols=len(rows[0].children), style="Table Grid")
        small = len(rows[0].children) >= SMALL_FROM
        for number, (row, made) in enumerate(zip(rows, table.rows, strict=True)):
            unsplit(made)
            if number == 0:
                repeat_header(made)
            for cell, filled in zip(row.children, made.cells, strict=True):
                self._words.fill(filled.paragraphs[0], cell.children, bold=number == 0, small=small)
        widths(self._file, table)
        self._file.add_paragraph(style="No Spacing")


def _say_of_itself(file: Any, about: About) -> None:
    """Set the core properties; nothing tells of the machine or of the hour."""
    try:
        day = datetime.fromisoformat(about.as_of[:10]).replace(tzinfo=UTC)
    except ValueError:
        day = LONG_AGO
    known = file.core_properties
    known.title, known.author, known.last_modified_by = about.title, about.company, about.company
    known.subject, known.comments, known.keywords, known.language = about.subject, "", "", "en"
    known.created = known.modified = day
    known.revision = 1


def _timeless(data: bytes) -> bytes:
    """Pack an archive anew without the moment at which its parts were written."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as packed, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name in packed.namelist():
            part = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type = ZIP_DEFLATED
            made.writestr(part, packed.read(name))
    return out.getvalue()
