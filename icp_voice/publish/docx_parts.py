"""What python-docx has no verb for: page numbers, rows that repeat, lists that begin anew, the paper's size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

A4 = (210, 297)
MARGIN = 22
FEWEST, MOST, AROUND = 6, 30, 3


def paged(file: Any) -> None:
    """Set A4, its margins, the look of quotations, and English."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = file.sections[0]
    section.page_width, section.page_height = Mm(A4[0]), Mm(A4[1])
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN)
    file.styles["Normal"].font.size = Pt(10.5)
    quote = file.styles["Quote"]
    quote.paragraph_format.left_indent = Mm(6)
    quote.paragraph_format.space_after = Pt(4)
    for style in ("Title", "Heading 1", "Heading 2", "Heading 3", "Heading 4"):
        file.styles[style].paragraph_format.keep_with_next = True
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en")
    properties = file.styles["Normal"].element.get_or_add_rPr()
    properties.append(language)


def footer(file: Any, text: str) -> None:
    """Write a footer: a text, and the page's number of all pages."""
    from docx.shared import Pt

    paragraph = file.sections[0].footer.paragraphs[0]
    paragraph.style.font.size = Pt(8)
    paragraph.add_run(f"{text}\t\t")
    _field(paragraph, "PAGE")
    paragraph.add_run(" of ")
    _field(paragraph, "NUMPAGES")


def repeat_header(row: Any) -> None:
    """Let a row stand at the top of each page that its table reaches."""
    _flag(row, "w:tblHeader")


def unsplit(row: Any) -> None:
    """Keep a row on one page."""
    _flag(row, "w:cantSplit")


def widths(file: Any, table: Any) -> None:
    """Share the width of the page among the columns by their words: room for the longest, more for long cells."""
    from docx.shared import Emu

    section, columns = file.sections[0], len(table.columns)
    texts = [[cell.text for cell in row.cells] for row in table.rows]
    weights = []
    for place in range(columns):
        cells = [row[place] for row in texts]
        longest = max((len(word) for cell in cells for word in cell.split()), default=1)
        weights.append(AROUND + max(longest, FEWEST, min(MOST, sum(map(len, cells)) / len(cells))))
    whole = section.page_width - section.left_margin - section.right_margin
    table.autofit = False
    for row in table.rows:
        for cell, weight in zip(row.cells, weights, strict=True):
            cell.width = Emu(int(whole * weight / sum(weights)))
    for column, weight in zip(table.columns, weights, strict=True):
        column.width = Emu(int(whole * weight / sum(weights)))


def list_numbers(file: Any, style: str, start: int) -> Callable[[Any], None]:
    """Make a list that counts from `start` by itself; what is returned puts a paragraph into it."""
    from docx.oxml.ns import qn

    numbering = file.part.numbering_part.element
    used = file.styles[style].element.pPr.numPr.numId.val
    abstract = next(one for one in numbering.num_lst if one.numId == used).abstractNumId.val
    made = numbering.add_num(abstract)
    made.add_lvlOverride(ilvl=0).add_startOverride(start)

    def number(paragraph: Any) -> None:
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().set(qn("w:val"), "0")
        properties.get_or_add_numId().set(qn("w:val"), str(made.numId))

    return number


def _flag(row: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _field(paragraph: Any, code: str) -> None:
    """Write a field that Word fills in when it shows the page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
