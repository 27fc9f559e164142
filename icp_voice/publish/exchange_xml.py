"""Elements and archives of the exchange standard REFI-QDA: clean text, steady ids, the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from icp_voice.settings import Category, Codebook
from icp_voice.store.exchanged import CODEBOOK, ORIGIN, description, guid

if TYPE_CHECKING:
    from icp_voice.model import Theme

PALETTE: Final = (
    *("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C510A", "#762A83"),
    *("#1B7837", "#B2182B", "#4D4D4D", "#BF812D"),
)
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_NAME: Final = 80


def clean(text: str) -> str:
    """Return a text without the signs that XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)


def short(text: str) -> str:
    """Return a text as a name: one line, not too long."""
    line = clean(" ".join(text.split()))
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1].rstrip() + "…"


def element(namespace: str, tag: str, /, **attributes: str) -> Any:
    """Return an element, with attributes in the order given and without those that are empty."""
    from lxml import etree

    made = etree.Element(f"{{{namespace}}}{tag}", nsmap={None: namespace})
    for key, value in attributes.items():
        if value:
            made.set(key, clean(value))
    return made


def text_element(namespace: str, name: str, text: str) -> Any:
    """Return an element that holds a text."""
    made = element(namespace, name)
    made.text = clean(text)
    return made


def as_bytes(root: Any) -> bytes:
    """Return a whole XML file."""
    from lxml import etree

    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def archive(files: Mapping[str, bytes]) -> bytes:
    """Pack files in the order given; no clock tells in the archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            zipped.writestr(info, data)
    return packed.getvalue()


def codes(namespace: str, codebook: Codebook, themes: Sequence[Theme]) -> Any:
    """Return the categories as codes, their themes as codes below them."""
    made = element(namespace, "Codes")
    for number, category in enumerate(codebook):
        color = PALETTE[number % len(PALETTE)]
        code = _code(namespace, guid("category", category.name), category.title, color, _meaning(category))
        for theme in sorted((one for one in themes if one.category == category.name), key=lambda one: one.id):
            words = f"Keywords: {', '.join(theme.keywords)}" if theme.keywords else ""
            code.append(_code(namespace, guid("theme", theme.id), theme.name, color, words))
        made.append(code)
    return made


def _code(namespace: str, identity: str, name: str, color: str, meaning: str) -> Any:
    code = element(namespace, "Code", guid=identity, name=short(name), isCodable="true", color=color)
    if meaning:
        code.append(text_element(namespace, "Description", meaning))
    return code


def _meaning(category: Category) -> str:
    return description(category.definition, category.question, category.examples, category.counter_examples)


def codebook_file(codebook: Codebook, themes: Sequence[Theme] = ()) -> bytes:
    """Return the codebook as a `.qdc` file."""
    root = element(CODEBOOK, "CodeBook", origin=ORIGIN)
    root.append(codes(CODEBOOK, codebook, themes))
    return as_bytes(root)
