"""The workspace as a REFI-QDA project: what NVivo, ATLAS.ti, MAXQDA, QualCoder and others open.

Documents are plain text sources, categories are codes with their themes below them, highlights are selections with
who coded them, accounts and customers are cases. What was rejected is told in words: the standard has no word for it.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import PurePosixPath
from typing import Any

from icp_voice.model import Account, Document, Highlight, Side, Speaker, Tag, TagState, Value, View
from icp_voice.publish.exchange_xml import archive, as_bytes, clean, codes, element, short, text_element
from icp_voice.settings import Codebook
from icp_voice.store import Store
from icp_voice.store.exchanged import ORIGIN, OWN_FILE, PROJECT, guid
from icp_voice.store.layout import Layout, layout
from icp_voice.store.tags import PERSON, SAID

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def project_file(store: Store, codebook: Codebook, name: str) -> bytes:
    """Return everything as a `.qdpx` file: the same bytes for the same workspace."""
    return _Project(store, codebook, name).packed()


class _Project:
    """Collects the parts of one project; parts name each other by ids made from what they are."""

    def __init__(self, store: Store, codebook: Codebook, name: str) -> None:
        self._codebook = codebook
        self._name = name
        self._documents = store.documents.all(turns=True)
        self._layouts = {document.id: layout(document) for document in self._documents}
        self._accounts = {account.id: account for account in store.accounts.all()}
        self._themes = store.themes.all()
        self._tags = store.tags.coded()
        self._marked: dict[str, list[Highlight]] = defaultdict(list)
        for highlight in store.highlights.select(View(coded=False)):
            if highlight.id in self._tags:
                self._marked[highlight.document].append(highlight)
        self._newest = _moment(store.documents.newest_date())
        self._users: dict[str, str] = {}
        self._notes: dict[str, tuple[str, str]] = {}
        self._variables: set[tuple[str, str]] = set()

    def packed(self) -> bytes:
        names = _names(self._documents)
        sources = element(PROJECT, "Sources")
        for document in self._documents:
            sources.append(self._source(document, names[document.id]))
        cases = self._cases()
        root = element(
            PROJECT,
            "Project",
            name=short(self._name),
            origin=ORIGIN,
            creatingUserGUID=self._user(ORIGIN),
            creationDateTime=self._newest,
        )
        coded = element(PROJECT, "CodeBook")
        coded.append(codes(PROJECT, self._codebook, self._themes))
        parts = (self._all_users(), coded, self._all_variables(), cases, sources, self._all_notes())
        for part in parts:
            if len(part):
                root.append(part)
        files = {"project.qde": as_bytes(root)}
        for document in self._documents:
            files[f"sources/{_source_id(document)}.txt"] = self._layouts[document.id].text.encode()
        files[OWN_FILE] = self._own()
        return archive(files)

    # -- sources and what is marked in them ---------------------------------------------------------------------

    def _source(self, document: Document, name: str) -> Any:
        when = _moment(document.date) if document.date else self._newest
        identity = _source_id(document)
        source = element(
            PROJECT,
            "TextSource",
            guid=identity,
            name=name,
            plainTextPath=f"internal://{identity}.txt",
            creatingUser=self._user(ORIGIN),
            creationDateTime=when,
        )
        if document.title:
            source.append(text_element(PROJECT, "Description", document.title))
        for highlight in self._marked[document.id]:
            source.append(self._selection(highlight, self._layouts[document.id], when))
        account = self._accounts.get(document.account)
        stated: dict[str, Value] = {"date": document.date[:10], "kind": document.kind, "url": document.url}
        stated |= {"account": account.name if account else "", "file": f"{document.file} {document.place}".strip()}
        for value in self._values({**document.attributes, **stated}):
            source.append(value)
        return source

    def _selection(self, highlight: Highlight, laid: Layout, when: str) -> Any:
        tags = self._tags[highlight.id]
        refused = {tag.category for tag in tags if tag.state is TagState.REJECTED}
        refused -= {tag.category for tag in tags if tag.state is TagState.CONFIRMED}
        first = next((tag.coder for tag in tags if tag.coder.startswith(PERSON)), tags[0].coder)
        selection = element(
            PROJECT,
            "PlainTextSelection",
            guid=_selection_id(highlight),
            name=short(highlight.text),
            startPosition=str(laid.place(highlight.turn, highlight.start)),
            endPosition=str(laid.place(highlight.turn, highlight.end)),
            creatingUser=self._user(first),
            creationDateTime=when,
        )
        told = [f"Before: {' '.join(highlight.context.split())}"] if highlight.context else []
        told += [line for tag in tags if (line := self._told(tag))]
        if told:
            selection.append(text_element(PROJECT, "Description", "\n".join(told)))
        for tag in tags:
            if tag.state is not TagState.REJECTED and tag.category not in refused:
                for coding in self._codings(highlight, tag, when):
                    selection.append(coding)
        return selection

    def _told(self, tag: Tag) -> str:
        who = tag.coder.removeprefix(PERSON)
        if tag.state is TagState.REJECTED:
            return f"Rejected: {tag.category}, by {who}"
        return f"Proposed: {tag.category}, {tag.score:.2f}" if tag.state is TagState.PROPOSED else ""

    def _codings(self, highlight: Highlight, tag: Tag, when: str) -> Iterable[Any]:
        """Yield the coding with the category, and with the theme in which the highlight stands."""
        if tag.category not in self._codebook.names:
            return
        theme = highlight.themes.get(tag.category)
        targets = [guid("category", tag.category), *([guid("theme", theme)] if theme else [])]
        for target in targets:
            # A theme groups by itself: a person's coding is with the category.
            coder = tag.coder if target == targets[0] else ORIGIN
            coding = element(
                PROJECT,
                "Coding",
                guid=guid("coding", highlight.id, target, tag.coder),
                creatingUser=self._user(coder),
                creationDateTime=when,
            )
            coding.append(element(PROJECT, "CodeRef", targetGUID=target))
            if tag.reason and tag.reason != SAID and target == targets[0]:
                coding.append(element(PROJECT, "NoteRef", targetGUID=self._note(tag.reason, when)))
            yield coding

    # -- cases, variables, users, notes -------------------------------------------------------------------------

    def _cases(self) -> Any:
        cases = element(PROJECT, "Cases")
        heard: dict[str, list[Document]] = defaultdict(list)
        people: dict[tuple[str, str], list[tuple[Document, Speaker]]] = defaultdict(list)
        for document in self._documents:
            heard[document.account].append(document)
            for speaker in document.speakers:
                if speaker.side is Side.CUSTOMER and speaker.name:
                    people[document.account, speaker.name].append((document, speaker))
        for identity, account in sorted(self._accounts.items()):
            values = {**account.attributes, "tags": ", ".join(account.tags), "domains": ", ".join(account.domains)}
            case = element(PROJECT, "Case", guid=guid("account", identity), name=short(account.name))
            self._fill(case, values, heard[identity])
            cases.append(case)
        for (identity, name), found in sorted(people.items()):
            cases.append(self._person(self._accounts.get(identity), name, found))
        return cases

    def _person(self, account: Account | None, name: str, found: Sequence[tuple[Document, Speaker]]) -> Any:
        documents = [document for document, _ in found]
        # Whose account nobody knows is known within one document only, but by the same name in many.
        case = element(PROJECT, "Case", guid=guid("person", account.id if account else "", name), name=short(name))
        role = next((speaker.role for _, speaker in found if speaker.role), "")
        self._fill(case, {"role": role, "account": account.name if account else ""}, documents)
        for document in documents:
            for highlight in self._marked[document.id]:
                if highlight.speaker == name:
                    case.append(element(PROJECT, "SelectionRef", targetGUID=_selection_id(highlight)))
        return case

    def _fill(self, case: Any, values: Mapping[str, Value], documents: Iterable[Document]) -> None:
        for value in self._values(values):
            case.append(value)
        for document in documents:
            case.append(element(PROJECT, "SourceRef", targetGUID=_source_id(document)))

    def _values(self, values: Mapping[str, Value]) -> Iterable[Any]:
        for name, value in sorted(values.items()):
            if value is None or value == "":
                continue
            kind = "Date" if name == "date" and _DAY.fullmatch(str(value)) else "Text"
            self._variables.add((name, kind))
            made = element(PROJECT, "VariableValue")
            made.append(element(PROJECT, "VariableRef", targetGUID=guid("variable", name, kind)))
            made.append(text_element(PROJECT, f"{kind}Value", str(value)))
            yield made

    def _user(self, coder: str) -> str:
        return self._users.setdefault(coder.removeprefix(PERSON), guid("user", coder.removeprefix(PERSON)))

    def _note(self, text: str, when: str) -> str:
        identity = guid("note", text)
        self._notes.setdefault(identity, (text, when))
        return identity

    def _all_users(self) -> Any:
        users = element(PROJECT, "Users")
        for name, identity in sorted(self._users.items()):
            users.append(element(PROJECT, "User", guid=identity, name=clean(name)))
        return users

    def _all_variables(self) -> Any:
        variables = element(PROJECT, "Variables")
        for name, kind in sorted(self._variables):
            made = element(
                PROJECT, "Variable", guid=guid("variable", name, kind), name=short(name), typeOfVariable=kind
            )
            variables.append(made)
        return variables

    def _all_notes(self) -> Any:
        notes = element(PROJECT, "Notes")
        for identity, (text, when) in sorted(self._notes.items()):
            note = element(
                PROJECT,
                "Note",
                guid=identity,
                name=short(text),
                creatingUser=self._user(ORIGIN),
                creationDateTime=when,
            )
            note.append(text_element(PROJECT, "PlainTextContent", text))
            notes.append(note)
        return notes

    # -- what only this program reads ---------------------------------------------------------------------------

    def _own(self) -> bytes:
        """Return the documents as they are cut into turns, and what people rejected, which the standard cannot say."""
        rejected = [
            [
                _selection_source(highlight),
                highlight.turn,
                highlight.start,
                highlight.end,
                tag.category,
                tag.coder,
                tag.reason,
            ]
            for marked in self._marked.values()
            for highlight in marked
            for tag in self._tags[highlight.id]
            if tag.state is TagState.REJECTED
        ]
        documents = {_source_id(document): self._plain(document) for document in self._documents}
        said = {"icp_voice_exchange": 1, "documents": documents, "rejected": sorted(rejected)}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

    def _plain(self, document: Document) -> dict[str, Any]:
        account = self._accounts.get(document.account)
        hints = dict.fromkeys([*([account.name] if account else []), *document.hints])
        told = replace(document, id="", account="", account_reason="", hints=tuple(hints), warnings=())
        return asdict(told)


def _source_id(document: Document) -> str:
    return guid("document", document.id)


def _selection_id(highlight: Highlight) -> str:
    return guid("highlight", highlight.id)


def _selection_source(highlight: Highlight) -> str:
    return guid("document", highlight.document)


def _moment(date: str) -> str:
    """Return a day as a moment with its zone: without one, the programs that read it would each add their own."""
    return f"{date[:10]}T00:00:00Z" if len(date) >= 10 else "1970-01-01T00:00:00Z"


def _names(documents: Sequence[Document]) -> dict[str, str]:
    """Return a name for each document that no other bears."""
    seen: Counter[str] = Counter()
    names = {}
    for document in documents:
        name = short(f"{PurePosixPath(document.file).name} {document.place}".strip()) or "document"
        seen[name] += 1
        names[document.id] = f"{name} ({seen[name]})" if seen[name] > 1 else name
    return names
