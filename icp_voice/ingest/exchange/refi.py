"""REFI-QDA: projects (.qdpx) of NVivo, ATLAS.ti, MAXQDA, QualCoder and ourselves, and codebooks (.qdc)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.dates import read_date
from icp_voice.ingest.exchange.alignment import Alignment
from icp_voice.ingest.exchange.counting import Counting, counting
from icp_voice.ingest.exchange.own_file import read_own
from icp_voice.ingest.exchange.project import Code, Coded, Left, Passage, Project, text_mark
from icp_voice.ingest.exchange.reading import NO_WORDS, OUTSIDE, Marked, document_of, passages
from icp_voice.ingest.exchange.refi_files import (
    Members,
    child,
    children,
    identity,
    named,
    target,
    text_of,
    words,
    xml_root,
)
from icp_voice.ingest.files import shown
from icp_voice.ingest.source import Source
from icp_voice.model import Document
from icp_voice.store.exchanged import OURS, OWN_FILE
from icp_voice.store.layout import Layout, layout, unified

_WITHOUT_PLACE: Final = ("PictureSelection", "AudioSelection", "VideoSelection", "PDFSelection")
_VALUES: Final = ("TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue")
_MOST_ATTRIBUTES: Final = 100
_UNKNOWN_CODE: Final = "codings with a code or case that is not in the codebook"


def is_project(data: bytes) -> bool:
    """Whether it is an archive with a project file in it."""
    if not data.startswith(b"PK\x03\x04") or b".qde" not in data:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.endswith(".qde") for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False


def is_codebook(data: bytes) -> bool:
    """Whether it is XML whose first element is a code book."""
    head = data[:4096].replace(b"\0", b"")
    return b"<CodeBook" in head and b"<Codes" in data.replace(b"\0", b"")[:65536]


def codebook(source: Source) -> Project:
    """Read a codebook file."""
    root = xml_root(source.data, "the codebook")
    left = Left()
    left.add("sets of codes", sum(1 for _ in children(child(root, "Sets"), "Set")))
    return Project(origin=_origin(root), codes=tuple(_codes(child(root, "Codes"), frozenset())), left=left.told())


def project(source: Source) -> Project:
    """Read a project: its codes, its texts as documents, and what is marked in them."""
    return _Reader(source).read()


def _origin(root: Any) -> str:
    return shown(str(root.get("origin") or ""))[:200]


def _codes(parent: Any, cases: frozenset[str]) -> Iterator[Code]:
    """Yield the codes from the top down. NVivo writes its cases among them as well: those are none."""
    waiting: list[tuple[Any, tuple[str, ...]]] = [(code, ()) for code in children(parent, "Code")]
    while waiting:
        element, above = waiting.pop(0)
        name = " ".join(str(element.get("name") or "").split())
        path = (*above, name or "unnamed")
        known = identity(element.get("guid"))
        if known not in cases:
            codable = str(element.get("isCodable", "true")).casefold() not in ("false", "0")
            yield Code(id=known, path=path, description=words(element, "Description"), codable=codable)
        waiting += [(inner, path) for inner in children(element, "Code")]


class _Reader:
    """Reads one project; what is not kept is counted."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._members = Members(source.data, source.limits)
        self._root = xml_root(self._members.project(), "the project")
        self._origin = _origin(self._root)
        self._left = Left()
        self._own = read_own(self._members.read(OWN_FILE))
        self._users = {
            identity(user.get("guid")): " ".join(str(user.get("name") or user.get("id") or "").split())
            for user in children(child(self._root, "Users"), "User")
        }
        self._cases = {identity(one.get("guid")): one for one in children(child(self._root, "Cases"), "Case")}
        book = child(child(self._root, "CodeBook"), "Codes") if child(self._root, "CodeBook") is not None else None
        self._codes = tuple(_codes(book, frozenset(self._cases)))
        self._known = {code.id for code in self._codes}
        self._used: set[str] = set()
        self._notes = {
            identity(note.get("guid")): self._note(note) for note in children(child(self._root, "Notes"), "Note")
        }
        self._variables = {
            identity(one.get("guid")): " ".join(str(one.get("name") or "").split())
            for one in children(child(self._root, "Variables"), "Variable")
        }
        self._case_names = self._names_of_cases()

    def read(self) -> Project:
        documents: list[Document] = []
        texts: list[str] = []
        found: list[Passage] = []
        sources: dict[str, int] = {}
        for element, name, where in self._texts():
            read = self._text(element)
            if read is None:
                continue
            raw, bom = read
            text = unified(raw)
            document, laid = self._document(where, name, text)
            if document is None or laid is None:
                continue
            marked = list(self._marked(element, raw, bom, name))
            found += passages(len(documents), text, marked, laid, self._left)
            sources[identity(where.get("guid"))] = len(documents)
            documents.append(document)
            texts.append(text_mark(text))
        self._count_the_rest()
        rejected = self._own.rejections(sources) if self._own else ()
        return Project(
            origin=self._origin,
            codes=self._codes,
            documents=tuple(documents),
            sources=tuple(sources),
            texts=tuple(texts),
            passages=tuple(found),
            rejected=rejected,
            left=self._left.told(),
        )

    # -- texts --------------------------------------------------------------------------------------------------

    def _texts(self) -> Iterator[tuple[Any, str, Any]]:
        """Yield (element with the text, name, source): texts, what PDFs say, and transcripts of recordings."""
        taken: set[str] = set()
        for source in child(self._root, "Sources") if child(self._root, "Sources") is not None else ():
            if named(source) == "TextSource":
                inside = [source]
            else:
                inside = list(children(source, "Representation", "Transcript"))
                self._left.add(
                    "selections on pictures, sound, film or pages", sum(1 for _ in children(source, *_WITHOUT_PLACE))
                )
                if not inside:
                    self._left.add("sources without a text: pictures, recordings, PDF without its words")
            for element in inside:
                name = self._name(source, element)
                unique = (
                    name
                    if name not in taken
                    else next(other for number in range(2, 1_000_000) if (other := f"{name} ({number})") not in taken)
                )
                taken.add(unique)
                yield element, unique, source

    def _name(self, source: Any, element: Any) -> str:
        name = " ".join(str(source.get("name") or element.get("name") or "").split())
        return shown(name.replace("/", "-"))[:200] or "document"

    def _text(self, element: Any) -> tuple[str, bool] | None:
        content = child(element, "PlainTextContent")
        if content is not None:
            return str(content.text or ""), False
        path = str(element.get("plainTextPath") or "")
        data = self._members.linked(path) if path else None
        if data is None:
            self._left.add("sources whose plain text is not in the project")
            return None
        try:
            return text_of(data)
        except UnreadableFile:
            self._left.add(NO_WORDS)
            return None

    def _document(self, source: Any, name: str, text: str) -> tuple[Document | None, Layout | Alignment | None]:
        """Read a text: as our own file says if it is still that text, else by the rules for texts."""
        file = f"{self._source.file}/{name}"
        own = self._own.document(identity(source.get("guid"))) if self._own else None
        if own is not None:
            laid = layout(own)
            if laid.text == text:
                return replace(own, file=f"{self._source.file}/{shown(own.file)}"), laid
        try:
            document = document_of(file, text, self._source.limits)
        except UnreadableFile:
            self._left.add(NO_WORDS)
            return None, None
        document = self._with_variables(source, replace(document, title=document.title or name))
        hints = dict.fromkeys([*document.hints, *self._case_names.get(identity(source.get("guid")), ())])
        return replace(document, hints=tuple(hints)), Alignment(text, document.turns)

    def _with_variables(self, source: Any, document: Document) -> Document:
        stated = {name: value for name, value in self._values(source) if name and value}
        day = next((read_date(value[:10]) for name, value in stated.items() if "date" in name.casefold()), "")
        attributes = {**dict(list(stated.items())[:_MOST_ATTRIBUTES]), **document.attributes}
        return replace(document, date=document.date or day, attributes=attributes)

    def _values(self, element: Any) -> Iterator[tuple[str, str]]:
        for one in children(element, "VariableValue"):
            value = next((str(inner.text or "").strip() for inner in children(one, *_VALUES)), "")
            yield self._variables.get(target(one, "VariableRef"), "")[:80], value[:500]

    def _names_of_cases(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for case in self._cases.values():
            name = " ".join(str(case.get("name") or "").split())
            for reference in children(case, "SourceRef"):
                if name:
                    names.setdefault(identity(reference.get("targetGUID")), []).append(name)
        return names

    # -- what is marked -----------------------------------------------------------------------------------------

    def _marked(self, element: Any, raw: str, bom: bool, name: str) -> Iterator[Marked]:
        placed = [(one, span) for one, span in self._selections(element) if span is not None]
        shown_as = [(*span, " ".join(str(one.get("name") or "").split())) for one, span in placed]
        way: Counting = counting(raw, shown_as, origin=self._origin, bom=bom)
        if way.name != "as the standard says":
            self._left.add(f"(note) positions counted in another way: {way.name}; texts")
        for one, (start, end) in placed:
            if self._own and child(one, "Coding") is None:  # of ours, it says that a person rejected something
                continue
            yield way.place(start), way.place(end), self._codings(one)

    def _selections(self, element: Any) -> Iterator[tuple[Any, tuple[int, int] | None]]:
        points = {identity(one.get("guid")): one.get("position") for one in children(element, "SyncPoint")}
        for one in children(element, "PlainTextSelection"):
            yield one, self._span(one.get("startPosition"), one.get("endPosition"))
        for one in children(element, "TranscriptSelection"):
            start, end = (points.get(identity(one.get(side))) for side in ("fromSyncPoint", "toSyncPoint"))
            yield one, self._span(start, end)

    def _span(self, start: object, end: object) -> tuple[int, int] | None:
        try:
            low, high = int(str(start)), int(str(end))
        except ValueError:
            low = high = -1
        if not 0 <= low < high < 2**31:
            self._left.add(OUTSIDE)
            return None
        return low, high

    def _codings(self, selection: Any) -> Sequence[Coded]:
        note = "\n".join(line for line in words(selection, "Description").splitlines() if not line.startswith(OURS))
        around = [note, *self._noted(selection)]
        found = []
        for coding in children(selection, "Coding"):
            code = target(coding, "CodeRef")
            if code not in self._known:
                self._left.add(_UNKNOWN_CODE)
                continue
            who = coding.get("creatingUser") or selection.get("creatingUser") or self._root.get("creatingUserGUID")
            said = "\n".join(filter(None, [*self._noted(coding), *around]))
            found.append(Coded(code=code, coder=self._users.get(identity(who), ""), note=said))
        return found

    def _noted(self, element: Any) -> list[str]:
        found = []
        for reference in children(element, "NoteRef"):
            note = identity(reference.get("targetGUID"))
            self._used.add(note)
            found.append(self._notes.get(note, ""))
        return found

    def _note(self, note: Any) -> str:
        if content := words(note, "PlainTextContent"):
            return content
        data = self._members.linked(str(note.get("plainTextPath") or ""))
        try:
            return decode_note(data) if data else words(note, "Description")
        except UnreadableFile:
            return words(note, "Description")

    def _count_the_rest(self) -> None:
        self._left.add("notes that belong to no coded passage", len(self._notes.keys() - self._used))
        for kind, inner, told in (("Sets", "Set", "sets"), ("Graphs", "Graph", "graphs"), ("Links", "Link", "links")):
            self._left.add(told, sum(1 for _ in children(child(self._root, kind), inner)))
        sources = child(self._root, "Sources")
        whole = sum(1 for source in (sources if sources is not None else ()) for _ in children(source, "Coding"))
        self._left.add("codings of whole sources, which mark no passage", whole)


def decode_note(data: bytes) -> str:
    """Return the words of a note's file."""
    return unified(text_of(data)[0]).strip()
