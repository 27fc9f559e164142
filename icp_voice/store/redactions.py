"""Redactions: spans of turns whose words not everybody may see, and the veil over whatever is read from the store.

A redaction knows its turn by the turn's words: it goes where they go, and is void where they have changed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlite_utils import Database

from icp_voice.model import Document, Speaker, TagState
from icp_voice.store.veil import WORD, Span, Veil

BY_RULE = "rule"
HELD = "hides(redaction.state)"  # a function of the connection: see Redactions._hides
READ_AHEAD = 64
LOOKED_AT = 512
MANY = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """What is hidden beside what people confirmed: what a rule `proposed`, and the `names` of who speaks."""

    proposed: bool = False
    names: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """A span of a turn that is hidden, proposed to be, or shown again (rejected). It holds no words.

    `turn` is the turn's number, and None where the document no longer says these words: then it is void, and somebody
    has to look again. `why` is what it is ("mail address", "by hand"), `by` who said so last ("rule" for a pattern).
    """

    id: str
    document: str
    turn: int | None
    start: int
    end: int
    why: str
    state: TagState
    by: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """A span to hide, before it is kept; `key` stands for its turn's words."""

    key: str
    start: int
    end: int
    why: str


class Redactions:
    """The redaction table, read as what it hides."""

    def __init__(self, db: Database, privacy: Privacy | None = None) -> None:
        self._db = db
        self.privacy = privacy or Privacy()
        if privacy is not None:
            db.conn.create_function("hides", 1, self._hides)

    def _hides(self, state: str) -> bool:
        """Tell whether a redaction of this state hides its words: a function of SQL for this connection."""
        return state == TagState.CONFIRMED or (state == TagState.PROPOSED and self.privacy.proposed)

    # -- writing ------------------------------------------------------------------------------------------------

    def hide(self, document: str, hidden: Iterable[Hidden], *, by: str, at: str) -> dict[str, str]:
        """Hide spans on a person's word; return id -> the state before, empty for new ones, of what this changed."""
        before: dict[str, str] = {}
        for one in hidden:
            identity = _id(document, one)
            if (state := self._state(identity)) != TagState.CONFIRMED:
                before[identity] = state
            self._db.execute(
                "insert into redaction (id, document, key, start, end, why, state, by, at)"
                " values (?, ?, ?, ?, ?, ?, 'confirmed', ?, ?) on conflict (id) do update set"
                " state = 'confirmed', by = excluded.by, at = excluded.at where state <> 'confirmed'",
                (identity, document, one.key, one.start, one.end, one.why, by, at),
            )
        return before

    def propose(self, document: str, hidden: Iterable[Hidden], *, at: str) -> int:
        """Set what rules propose in a document; what a person decided stays. Return how many wait for one."""
        self._db.execute("delete from redaction where document = ? and state = 'proposed'", (document,))
        self._db.conn.executemany(
            "insert or ignore into redaction (id, document, key, start, end, why, state, by, at)"
            " values (?, ?, ?, ?, ?, ?, 'proposed', ?, ?)",
            [(_id(document, one), document, one.key, one.start, one.end, one.why, BY_RULE, at) for one in hidden],
        )
        row = self._db.execute(
            "select count(*) from redaction where document = ? and state = 'proposed'", (document,)
        ).fetchone()
        return int(row[0])

    def decide(self, ids: Iterable[str], state: TagState, *, by: str, at: str) -> dict[str, str]:
        """Confirm or reject redactions; return id -> the state before, of those that this changed."""
        before = {identity: self._state(identity) for identity in ids}
        before = {identity: was for identity, was in before.items() if was not in ("", state)}
        self._db.conn.executemany(
            "update redaction set state = ?, by = ?, at = ? where id = ?",
            [(state, by, at, identity) for identity in before],
        )
        return before

    def restore(self, before: Mapping[str, str], *, made: TagState) -> None:
        """Take a change back: what still is as the change `made` it is again as it was before, if it was there."""
        for identity, was in before.items():
            if self._state(identity) == made:
                change = "update redaction set state = :was" if was else "delete from redaction"
                self._db.execute(f"{change} where id = :id", {"was": was, "id": identity})

    def _state(self, identity: str) -> str:
        row = self._db.execute("select state from redaction where id = ?", (identity,)).fetchone()
        return str(row[0]) if row else ""

    def forget_proposals(self, document: str) -> None:
        """Forget what rules proposed in a document that is gone; what people hid stays hidden if it ever returns."""
        self._db.execute("delete from redaction where document = ? and state = 'proposed'", (document,))

    # -- reading ------------------------------------------------------------------------------------------------

    def all(self, *, document: str = "", state: str = "") -> list[Redaction]:
        """Return redactions by document, turn and place, void ones of a document last."""
        rows = self._db.query(
            "select redaction.id, redaction.document, turn.position as turn, redaction.start, redaction.end,"
            " redaction.why, redaction.state, redaction.by, redaction.at from redaction"
            " left join turn on turn.document = redaction.document and turn.key = redaction.key"
            " where (:document = '' or redaction.document = :document) and (:state = '' or redaction.state = :state)"
            " order by redaction.document, turn.position is null, turn.position, redaction.start, redaction.end",
            {"document": document, "state": state},
        )
        return [Redaction(**{**row, "state": TagState(row["state"])}) for row in rows]

    def turns_with(self, text: str) -> list[tuple[str, int, str, str]]:
        """Return (document, number, key, words) of the turns that may say some words: those with the longest of them."""
        longest = max(WORD.findall(text), key=len, default="")
        rows = self._db.execute(
            "select document, position, key, text from turn where :ascii = 0 or text like '%' || :word || '%'"
            " order by document, position",
            {"ascii": longest.isascii(), "word": longest},
        )
        return list(rows.fetchall())

    def veil(self, documents: Collection[str] | None = None) -> Veil:
        """Return what is hidden, in all documents or in some."""
        if not self._db.execute("select exists (select 1 from redaction)").fetchone()[0]:
            return Veil()
        among = "" if documents is None else " and redaction.document in (select value from json_each(:documents))"
        rows = self._db.execute(
            "select redaction.document, turn.position, redaction.start, redaction.end, turn.text from redaction"
            f" join turn on turn.document = redaction.document and turn.key = redaction.key where {HELD}{among}"
            " order by 1, 2, 3, 4",
            {"documents": json.dumps(sorted(documents or ()))},
        ).fetchall()
        spans: dict[str, dict[int, tuple[Span, ...]]] = defaultdict(dict)
        texts: dict[tuple[str, int], str] = {}
        for document, turn, start, end, text in rows:
            spans[document][turn] = (*spans[document].get(turn, ()), (start, end))
            texts[document, turn] = text
        return Veil(spans, texts)

    def aliases(self) -> Aliases:
        """Return what speakers who are not ours are called, if their names are hidden."""
        if not self.privacy.names:
            return Aliases()
        rows = self._db.execute(
            "select distinct case account when '' then document.id else account end, name from speaker"
            " join document on document.id = speaker.document where side <> 'vendor' and name <> '' order by 1, 2"
        ).fetchall()
        names: dict[str, dict[str, str]] = defaultdict(dict)
        for where, name in rows:
            names[where][name] = f"Speaker {len(names[where]) + 1}"
        return Aliases(names)

    def hide_in(self, rows: Sequence[dict[str, Any]]) -> None:
        """Take out of rows of highlights (document, turn, start, text, context, title, speaker) what is hidden."""
        veil, aliases = self.veil(None if len(rows) > MANY else {row["document"] for row in rows}), self.aliases()
        for row in rows if veil else ():
            document, turn = row["document"], row["turn"]
            if document in veil.spans:
                row["text"] = veil.cut(document, turn, row["start"], row["text"])
                row["context"] = veil.context(document, turn, row["context"])
                row["title"] = veil.phrases(document, row["title"])
        for row in rows if aliases else ():
            row["speaker"] = aliases.of(row["account"] or row["document"], row["speaker"])

    def shown(self, highlights: list[str], veil: Veil) -> Iterator[str]:
        """Yield what anybody may read of some highlights, the first ones first."""
        for first in range(0, min(len(highlights), LOOKED_AT), READ_AHEAD):
            rows = self._db.execute(
                "select highlight.document, highlight.turn, highlight.start,"
                " substr(turn.text, highlight.start + 1, highlight.end - highlight.start)"
                " from live_highlight as highlight"
                " join turn on turn.document = highlight.document and turn.position = highlight.turn"
                " where highlight.id in (select value from json_each(?))",
                (json.dumps(highlights[first : first + READ_AHEAD]),),
            ).fetchall()
            for document, turn, start, text in rows:
                yield veil.cut(document, turn, start, text)


@dataclass(frozen=True)
class Aliases:
    """What people are called instead of by name: account, or document where none is known -> name -> alias."""

    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Tell whether anybody's name is hidden."""
        return bool(self.names)

    def of(self, where: str, name: str) -> str:
        """Return what somebody is called."""
        return self.names.get(where, {}).get(name, name)

    def over(self, document: Document) -> Document:
        """Return a document in which those who are not ours are not named."""
        called = self.names.get(document.account or document.id)
        if not called:
            return document
        return replace(
            document,
            speakers=tuple(_unnamed(speaker, called) for speaker in document.speakers),
            turns=tuple(replace(turn, speaker=called.get(turn.speaker, turn.speaker)) for turn in document.turns),
        )


def _unnamed(speaker: Speaker, called: Mapping[str, str]) -> Speaker:
    if speaker.name not in called:
        return speaker
    return replace(speaker, name=called[speaker.name], email="", reason="")


def veiled(document: Document, veil: Veil) -> Document:
    """Return a document without its hidden words: in its turns, and as a whole in its title and attributes."""
    if document.id not in veil.spans:
        return document
    hidden = veil.spans[document.id]
    return replace(
        document,
        title=veil.phrases(document.id, document.title),
        attributes={
            name: veil.phrases(document.id, value) if isinstance(value, str) else value
            for name, value in document.attributes.items()
        },
        turns=tuple(
            replace(turn, text=veil.cut(document.id, number, 0, turn.text)) if number in hidden else turn
            for number, turn in enumerate(document.turns)
        ),
    )


def _id(document: str, one: Hidden) -> str:
    # Imported here: documents are read through redactions.
    from icp_voice.store.documents import short_hash

    return short_hash(document, one.key, one.start, one.end)
