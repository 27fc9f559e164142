"""The file that our own projects carry beside the standard's: documents as they are cut into turns, and rejections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from icp_voice.ingest.exchange.project import Rejected
from icp_voice.model import Document

_PERSON = "person:"


@dataclass(frozen=True, slots=True)
class Own:
    """What the file says, as read; each part is checked when it is asked for."""

    documents: Mapping[str, Any]
    rejected: tuple[tuple[str, int, int, int, str, str, str], ...]

    def document(self, source: str) -> Document | None:
        """Return the document of a source; None if there is none, or if it is not whole."""
        import msgspec

        try:
            document = msgspec.convert(self.documents.get(source), Document)
        except (msgspec.ValidationError, ValueError, TypeError):
            return None
        return document if document.file and document.turns else None

    def rejections(self, sources: Mapping[str, int]) -> tuple[Rejected, ...]:
        """Return what people rejected, in documents known by their number."""
        return tuple(
            Rejected(
                document=sources[source],
                piece=(turn, start, end),
                category=category,
                coder=coder.removeprefix(_PERSON),
                reason=reason,
            )
            for source, turn, start, end, category, coder, reason in self.rejected
            if source in sources and coder.startswith(_PERSON) and turn >= 0 and 0 <= start < end
        )


def read_own(data: bytes | None) -> Own | None:
    """Read the file; None if there is none, or if it is not of the form that we write."""
    import msgspec

    if not data:
        return None
    try:
        said = msgspec.json.decode(data, type=dict[str, Any])
        rejected = msgspec.convert(
            said.get("rejected", []), tuple[tuple[str, int, int, int, str, str, str], ...], strict=True
        )
        documents = msgspec.convert(said.get("documents", {}), dict[str, Any])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return Own(documents, rejected) if said.get("icp_voice_exchange") == 1 else None
