"""Verbs about redactions: what is hidden from those who may not see every word, by whom, and what is proposed to be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError, unknown
from icp_voice.model import TagState
from icp_voice.workspace.documents import DocumentVerbs

if TYPE_CHECKING:
    from icp_voice.store.redactions import Redaction

BY_HAND = "by hand"


class RedactionVerbs(DocumentVerbs):
    """Verbs about redactions. Changes are recorded with places and kinds, never with words."""

    def redact(self, document: str, turn: int, start: int, end: int, *, why: str = BY_HAND) -> Redaction:
        """Hide the characters of a turn (from 0) from `start` up to `end`, everywhere but for those who may see them."""
        from icp_voice.store.changes import now
        from icp_voice.store.documents import turn_keys
        from icp_voice.store.redactions import Hidden

        chosen = self.document(document, bare=True)
        self._check_span(chosen.file, [len(one.text) for one in chosen.turns], turn, start, end)
        hidden = Hidden(key=turn_keys(chosen.turns)[turn], start=start, end=end, why=_known_reason(why))
        detail: dict[str, object] = {"turn": turn, "start": start, "end": end, "why": why}
        with self.noting("redact", subject=chosen.id, detail=detail) as store:
            detail["before"] = store.redactions.hide(chosen.id, [hidden], by=self.by, at=now())
        return next(
            one
            for one in self.store.redactions.all(document=chosen.id)
            if (one.turn, one.start, one.end) == (turn, start, end)
        )

    def unredact(self, document: str, turn: int, start: int, end: int) -> list[Redaction]:
        """Show again what was hidden within these characters of a turn; return the redactions that were rejected."""
        chosen = self.document(document, bare=True)
        self._check_span(chosen.file, [len(one.text) for one in chosen.turns], turn, start, end)
        found = [
            one
            for one in self.store.redactions.all(document=chosen.id)
            if one.turn == turn and one.start < end and start < one.end and one.state is not TagState.REJECTED
        ]
        if not found:
            raise IcpVoiceError(
                f"{chosen.file}: nothing is redacted in turn {turn} from {start} to {end}.",
                hint="`icp-voice redaction list` shows what is, and where.",
            )
        return self.reject_redactions([one.id for one in found])

    def confirm_redactions(self, ids: Sequence[str]) -> list[Redaction]:
        """Hide what was proposed."""
        return self._decide_redactions(ids, TagState.CONFIRMED)

    def reject_redactions(self, ids: Sequence[str]) -> list[Redaction]:
        """Show what was proposed or hidden; no run proposes it again while the turn says the same."""
        return self._decide_redactions(ids, TagState.REJECTED)

    def redactions(self, document: str = "", *, state: str = "") -> list[Redaction]:
        """Return what is hidden, proposed or shown again; one without a turn is void and to be looked at again."""
        if state and state not in set(TagState):
            raise unknown("state", state, TagState)
        chosen = self.document(document).id if document else ""
        return self.store.redactions.all(document=chosen, state=state)

    def redact_words(self, text: str, *, why: str = BY_HAND) -> list[Redaction]:
        """Hide some words wherever anybody says them, whatever their case; return the redactions, also older ones."""
        from icp_voice.store.changes import now
        from icp_voice.store.redactions import Hidden
        from icp_voice.store.veil import phrase

        if not any(sign.isalnum() for sign in text):
            raise IcpVoiceError("There are no words to redact.", hint="Give at least one letter or digit.")
        wanted, kind = phrase(text), _known_reason(why)
        detail: dict[str, object] = {"why": why}
        done: set[tuple[str, int, int, int]] = set()
        with self.noting("redact words", detail=detail) as store:
            before: dict[str, str] = {}
            for document, turn, key, words in store.redactions.turns_with(text):
                spans = [match.span() for match in wanted.finditer(words)]
                hidden = [Hidden(key=key, start=start, end=end, why=kind) for start, end in spans]
                before |= store.redactions.hide(document, hidden, by=self.by, at=now())
                done |= {(document, turn, start, end) for start, end in spans}
            documents = {document for document, *_ in done}
            detail |= {"before": before, "documents": len(documents)}
        return [
            one
            for document in sorted(documents)
            for one in self.store.redactions.all(document=document)
            if (one.document, one.turn, one.start, one.end) in done
        ]

    def _decide_redactions(self, ids: Sequence[str], state: TagState) -> list[Redaction]:
        from icp_voice.store.changes import now

        known = {one.id: one for one in self.store.redactions.all()}
        for identity in ids:
            if identity not in known:
                raise unknown("redaction", identity, known)
        detail: dict[str, object] = {}
        verb = "confirm redaction" if state is TagState.CONFIRMED else "reject redaction"
        with self.noting(verb, detail=detail) as store:
            detail["before"] = store.redactions.decide(ids, state, by=self.by, at=now())
        after = {one.id: one for one in self.store.redactions.all()}
        return [after[identity] for identity in dict.fromkeys(ids)]

    def _check_span(self, file: str, lengths: Sequence[int], turn: int, start: int, end: int) -> None:
        if not 0 <= turn < len(lengths):
            raise IcpVoiceError(f"{file} has no turn {turn}.", hint=f"Turns are counted from 0 to {len(lengths) - 1}.")
        if not 0 <= start < end <= lengths[turn]:
            raise IcpVoiceError(
                f"{file}, turn {turn}: nothing lies from {start} to {end}.",
                hint=f"Name characters from 0 up to {lengths[turn]}, the first before the last.",
            )


def _known_reason(why: str) -> str:
    from icp_voice.analysis.redact import WHY

    if why not in WHY:
        raise unknown("reason to redact", why, WHY)
    return why
