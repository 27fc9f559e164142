"""Editions: a paper frozen without the words of its quotes, and shown again with what is still kept of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, get_type_hints

import msgspec

from icp_voice.model import Document
from icp_voice.publish.frozen import plain, read
from icp_voice.publish.hidden_since import hidden_since
from icp_voice.publish.ledger import Evidence, Keys, Ledger, ledger
from icp_voice.publish.material import Material
from icp_voice.publish.paper import ICP, Filled, Paper, paper
from icp_voice.publish.quotes import Saying
from icp_voice.publish.render import day
from icp_voice.publish.sections import ICP_SECTIONS
from icp_voice.publish.transcripts import Transcript, transcripts
from icp_voice.store import Store
from icp_voice.store.editions import Edition

VERSION = 1
WORDS = ("text", "question", "anchor", "gone")
BACK = 4


@dataclass(frozen=True, slots=True)
class Kept:
    """The documents that a frozen paper quotes, as they are now, with the names that accounts had when it was frozen."""

    documents: Mapping[str, Document]
    places: Mapping[tuple[str, str], int]
    names: Mapping[str, str]

    def name(self, account: str) -> str:
        """Return an account's name."""
        return self.names.get(account, account)


def freeze(material: Material, store: Store) -> tuple[str, str, dict[str, int]]:
    """Return the ICP document as it is now: what it shows and what it rests on, as JSON, and what it counts."""
    written = paper(material, ICP)
    keys = turn_keys(store, material.documents)
    basis = ledger(material, keys)
    shown = {
        "version": VERSION,
        "names": dict(basis.names),
        **plain(written, lambda said: _place(said, material, keys)),
    }
    counts = {
        "documents": written.documents,
        "accounts": len(material.group.heard),
        "of_accounts": len(material.group.members),
        "themes": len(basis.themes),
        "facts": len(basis.facts),
        "quotes": len(basis.quotes),
        "gaps": len(basis.gaps),
    }
    texts = (shown, {"version": VERSION, **plain(basis, lambda said: {})})
    first, second = (msgspec.json.encode(one).decode() for one in texts)
    return first, second, counts


def thaw(store: Store, edition: Edition) -> tuple[Paper, tuple[Transcript, ...]]:
    """Return an edition as it was frozen, with its transcripts; words that are no longer kept are not shown."""
    basis = msgspec.json.decode(store.editions.ledger(edition.number))
    data = hidden_since(store, msgspec.json.decode(store.editions.paper(edition.number)), basis)
    kept = _kept(store, _documents(data), data.get("names", {}))

    def find(value: Mapping[str, Any]) -> Saying:
        return _found(value, kept)

    bare = read(Paper, {**data, "sections": []}, find)
    sections = tuple(one for value in data.get("sections", ()) if (one := _section(value, find)))
    left_out = len(data.get("sections", ())) - len(sections)
    told = (*bare.told, f"{left_out} of its sections are not known any more.") if left_out else bare.told
    written = replace(bare, name=ICP, sections=sections, edition=title(edition), told=told)
    return written, transcripts(kept, (said for said in written.sayings() if not said.gone))


def thaw_ledger(store: Store, edition: Edition) -> Ledger:
    """Return what an edition rests on."""
    basis = msgspec.json.decode(store.editions.ledger(edition.number))
    return read(Ledger, hidden_since(store, basis, basis), lambda value: _found(value, None))


def title(edition: Edition) -> str:
    """Return what stands at the top of an edition."""
    return f"{called(edition)}. {edition.note}".rstrip()


def called(edition: Edition) -> str:
    """Return what an edition is called within a sentence."""
    return f"Edition {edition.number}, {edition.name}, of {day(edition.at)}, by {edition.by}"


def evidence_saying(store: Store, documents: Iterable[str]) -> Callable[[Evidence, Ledger], Saying]:
    """Return what shows a quote of a ledger, with what is kept of its words."""
    kept = _kept(store, set(documents), {})

    def show(quote: Evidence, of: Ledger) -> Saying:
        place = {name: getattr(quote, name) for name in ("id", "document", "key", "start", "end", "date", "categories")}
        account = of.names.get(quote.account, quote.account) or "account not known"
        return _found({**place, "account": account, "account_id": quote.account}, kept)

    return show


def turn_keys(store: Store, documents: Iterable[str]) -> Keys:
    """Return (document, turn) -> the key that stands for the turn's words."""
    return {
        (document, position): key
        for document, position, key in store.db.execute(
            "select document, position, key from turn where document in (select value from json_each(?))",
            (msgspec.json.encode(sorted(documents)).decode(),),
        ).fetchall()
    }


def _place(said: Saying, material: Material, keys: Keys) -> dict[str, Any]:
    """Return what is kept of a quote: all but words, and where in a turn before it the question was asked."""
    kept = {one.name: plain(getattr(said, one.name), lambda _: {}) for one in fields(Saying) if one.name not in WORDS}
    turns = material.documents[said.document].turns
    asked = None
    for position in range(said.turn - 1, max(-1, said.turn - 1 - BACK), -1):
        at = turns[position].text.find(said.question) if said.question else -1
        if at >= 0:
            asked = [keys[said.document, position], at, at + len(said.question)]
            break
    return {**kept, "key": keys[said.document, said.turn], "asked": asked}


def _found(value: Mapping[str, Any], kept: Kept | None) -> Saying:
    """Return a quote with its words cut from the turn that still says them, or marked as gone."""
    hints = get_type_hints(Saying)
    fixed = {one.name: value[one.name] for one in fields(Saying) if one.name in value}
    note = read(hints["note"], fixed.pop("note", None), lambda _: _found({}, None))
    known: dict[str, Any] = {name: "" for name in ("id", "document", "account", "account_id", "who", "date", "source")}
    known |= {"turn": 0, "start": 0, "end": 0, "cut": False, "member": False, "outside": False}
    known |= fixed | {"categories": tuple(fixed.get("categories", ())), "note": note}
    turn, text = _cut(kept, str(known["document"]), [value.get("key", ""), known["start"], known["end"]])
    asked = _cut(kept, str(known["document"]), value["asked"])[1] if text and value.get("asked") else ""
    known |= {"turn": turn, "text": text, "question": asked, "anchor": f"{known['document']}-t{turn}", "gone": not text}
    return Saying(**known)


def _cut(kept: Kept | None, document: str, place: list[Any]) -> tuple[int, str]:
    key, start, end = place
    turn = kept.places.get((document, key)) if kept else None
    if kept is None or turn is None:
        return 0, ""
    return turn, kept.documents[document].turns[turn].text[start:end]


def _section(value: Mapping[str, Any], find: Any) -> Filled | None:
    """Return a section, read as the type that its query returns; None if there is no such section any more."""
    section = ICP_SECTIONS.get(str(value.get("name")))
    if section is None:
        return None
    filled = read(Filled, {**value, "value": None}, find)
    return replace(filled, value=read(get_type_hints(section.query)["return"], value.get("value"), find))


def _documents(value: Any) -> set[str]:
    """Return the documents that a frozen value quotes."""
    if isinstance(value, dict):
        own = {value["document"]} if "key" in value and isinstance(value.get("document"), str) else set()
        return own.union(*(_documents(one) for one in value.values()))
    return set().union(*(_documents(one) for one in value)) if isinstance(value, list) else set()


def _kept(store: Store, documents: set[str], names: Mapping[str, str]) -> Kept:
    found = {one.id: one for one in store.documents.all(turns=True, only=sorted(documents))}
    places = {(document, key): position for (document, position), key in turn_keys(store, found).items()}
    return Kept(found, places, names)
