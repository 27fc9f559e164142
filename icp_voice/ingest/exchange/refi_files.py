"""The files of a REFI-QDA project from a stranger: a weighed archive, XML without a document type, texts inside it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, Final

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.source import decode
from icp_voice.ingest.zips import Budget, check_zip
from icp_voice.limits import Limits

_BUDGET: Final = Budget(is_xml=lambda name: False, office=False)
_DOCTYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_BOMS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class Members:
    """The files in an archive. Names only look things up: nothing is unpacked to a disk, so they lead nowhere."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        check_zip(data, _BUDGET, limits, what="the project")
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._infos = {_plain_name(one.filename): one for one in self._archive.infolist() if not one.is_dir()}

    def project(self) -> bytes:
        """Return the project file itself."""
        names = sorted(
            (name for name in self._infos if name.endswith(".qde")), key=lambda name: (name.count("/"), name)
        )
        if not names:
            raise UnreadableFile("there is no .qde file in the project", hint="Was it exported as a REFI-QDA project?")
        return self.read(names[0]) or b""

    def read(self, name: str) -> bytes | None:
        """Return a file; None if there is none of this name."""
        info = self._infos.get(_plain_name(name))
        if info is None:
            return None
        try:
            with self._archive.open(info) as member:
                return member.read(info.file_size)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError):
            raise UnreadableFile("the project is damaged: a file in it cannot be unpacked") from None

    def linked(self, path: str) -> bytes | None:
        """Return what `internal://NAME` means; None for what lies outside the project, whatever it names."""
        found = re.fullmatch(r"internal://+(.+)", path.strip(), re.I)
        return self.read(f"sources/{found[1]}") or self.read(found[1]) if found else None


def _plain_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def text_of(data: bytes) -> tuple[str, bool]:
    """Return a text with its line ends as they are, and whether a mark stands at its head."""
    return decode(data), data.startswith(_BOMS)


def xml_root(data: bytes, what: str) -> Any:
    """Return the root of an XML file; one with a document type or entities is refused."""
    from lxml import etree

    if _DOCTYPE.search(data.replace(b"\0", b"")):
        raise _declares(what)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f" at line {line}" if line else ""
        raise UnreadableFile(f"the XML of {what} breaks{where}", hint="Export it again.") from None
    if root.getroottree().docinfo.doctype:  # in an encoding in which it could not be seen before
        raise _declares(what)
    return root


def _declares(what: str) -> UnreadableFile:
    return UnreadableFile(f"{what} declares a document type, which no such file needs")


def named(element: Any) -> str:
    """Return an element's name without its namespace: not all programs write it."""
    return str(element.tag).rpartition("}")[2]


def children(element: Any, *names: str) -> Iterator[Any]:
    """Yield an element's children of these names."""
    for child in element if element is not None else ():
        if named(child) in names:
            yield child


def child(element: Any, name: str) -> Any:
    """Return an element's first child of this name, or None."""
    return next(children(element, name), None)


def words(element: Any, name: str) -> str:
    """Return the text of an element's child, or an empty string."""
    found = child(element, name)
    return str(found.text or "").strip() if found is not None else ""


def identity(text: str | None) -> str:
    """Return an id as it is compared: some write braces around it, or capitals."""
    return (text or "").strip().strip("{}").casefold()


def target(element: Any, name: str) -> str:
    """Return the id to which an element's child refers."""
    found = child(element, name)
    return identity(found.get("targetGUID")) if found is not None else ""
