"""The words of a paragraph in a DOCX file: bold, italic, code, links to the web and links to places in the file."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

# What XML 1.0 cannot hold; whoever said it said nothing that could be read.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ANCHOR = re.compile(r'^<a id="([^"]*)">$')
OUTSIDE = ("http://", "https://", "mailto:")
LONGEST_NAME = 40
BLUE = "1F5582"
SMALL = 8


class Words:
    """Fills paragraphs with inline Markdown, and keeps the places that links lead to."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._waiting: list[str] = []
        self._places = 0

    def keep_anchors(self, node: SyntaxTreeNode) -> bool:
        """Tell whether a paragraph holds nothing but anchors; if so they become places of the next paragraph."""
        inline = [one for child in node.children for one in child.children]
        if any(one.type != "html_inline" and not _blank(one) for one in inline):
            return False
        self._waiting += [found[1] for one in inline if (found := ANCHOR.match(one.content))]
        return True

    def fill(self, paragraph: Any, nodes: list[SyntaxTreeNode], *, bold: bool = False, small: bool = False) -> None:
        """Write inline nodes into a paragraph."""
        for name in self._waiting:
            self._place(paragraph, name)
        self._waiting = []
        self._write(paragraph, paragraph, nodes, {"bold": bold, "italic": False, "small": small})

    def clean(self, text: str) -> str:
        """Return a text as XML can hold it."""
        return UNWRITABLE.sub(" ", text)

    def _write(self, paragraph: Any, into: Any, nodes: list[SyntaxTreeNode], look: dict[str, bool]) -> None:
        for node in nodes:
            if node.type == "inline":
                self._write(paragraph, into, node.children, look)
            elif node.type in ("strong", "em"):
                self._write(
                    paragraph, into, node.children, look | {"bold" if node.type == "strong" else "italic": True}
                )
            elif node.type == "link":
                self._link(paragraph, node, look)
            elif node.type == "image":
                self._run(paragraph, into, node.content, look)
            elif node.type in ("softbreak", "hardbreak"):
                self._run(paragraph, into, " " if node.type == "softbreak" else "\n", look)
            elif node.type == "html_inline":
                if found := ANCHOR.match(node.content):
                    self._place(paragraph, found[1])
            else:
                self._run(paragraph, into, node.content, look | {"code": node.type == "code_inline"})

    def _run(self, paragraph: Any, into: Any, text: str, look: dict[str, bool]) -> None:
        from docx.oxml import OxmlElement
        from docx.shared import Pt
        from docx.text.run import Run

        element = OxmlElement("w:r")
        (into if not hasattr(into, "_p") else into._p).append(element)
        run = Run(element, paragraph)
        run.text = self.clean(text)
        run.bold, run.italic = look["bold"] or None, look["italic"] or None
        if look.get("code"):
            run.font.name = "Consolas"
        if look["small"]:
            run.font.size = Pt(SMALL)
        if look.get("linked"):
            from docx.shared import RGBColor

            run.font.color.rgb = RGBColor.from_string(BLUE)
            run.font.underline = True

    def _link(self, paragraph: Any, node: SyntaxTreeNode, look: dict[str, bool]) -> None:
        """Write a link as one: to the web by a relation of the file, to a place in the file by its name."""
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        address = str(node.attrs.get("href", ""))
        if not address.startswith(("#", *OUTSIDE)):
            self._write(paragraph, paragraph, node.children, look)
            return
        link = OxmlElement("w:hyperlink")
        if address.startswith("#"):
            link.set(qn("w:anchor"), place_name(address[1:]))
        else:
            link.set(qn("r:id"), self._file.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        paragraph._p.append(link)
        self._write(paragraph, link, node.children, look | {"linked": True})

    def _place(self, paragraph: Any, name: str) -> None:
        """Put a place that links lead to where the paragraph stands."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
            mark = OxmlElement(tag)
            mark.set(qn("w:id"), str(self._places))
            if tag == "w:bookmarkStart":
                mark.set(qn("w:name"), place_name(name))
            paragraph._p.append(mark)
        self._places += 1


def _blank(node: SyntaxTreeNode) -> bool:
    return node.type == "softbreak" or (node.type == "text" and not node.content.strip())


def place_name(name: str) -> str:
    """Return an anchor's name as Word allows one: letters, digits and underscores, up to 40 of them."""
    plain = "p_" + re.sub(r"\W", "_", name, flags=re.ASCII)
    if len(plain) <= LONGEST_NAME:
        return plain
    return f"{plain[:27]}_{hashlib.sha256(name.encode()).hexdigest()[:12]}"
