"""How a document is recognised when it comes again, under another name or in another format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from icp_voice.model import Document, Kind
from icp_voice.store.documents import Print, short_hash

# So many letters alike are no coincidence; shorter words are told apart by who wrote them.
TELLING = 200
CONVERSATIONS = frozenset({Kind.CALL, Kind.INTERVIEW, Kind.NOTE, Kind.CHAT, Kind.MAIL})


def prints(documents: Iterable[Document]) -> list[Print]:
    """Return the prints of all documents of one file, in their order.

    Two rows with the same words both count: from two people as two identities, from one as its first and second time.
    """
    words_seen: Counter[str] = Counter()
    keys_seen: Counter[str] = Counter()
    found = []
    for document in documents:
        words = re.sub(r"[\W_]+", "", "".join(turn.text for turn in document.turns).casefold())
        if document.kind in CONVERSATIONS and len(words) >= TELLING:
            base = short_hash(words)
        else:
            who = [speaker.email or speaker.name for speaker in document.speakers]
            base = short_hash(words, document.identity, *document.hints, *who, document.date)
        fingerprint = short_hash(base, words_seen[base])
        words_seen[base] += 1
        key = document.identity or (fingerprint if document.place else "")
        keys_seen[key] += 1
        found.append(
            Print(
                key=f"{key}#{keys_seen[key]}" if keys_seen[key] > 1 else key,
                fingerprint=fingerprint,
                content=_content(document),
                richness=_richness(document),
            )
        )
    return found


def _content(document: Document) -> str:
    return short_hash(
        document.kind,
        document.title,
        document.date,
        document.url,
        *document.hints,
        *(
            f"{speaker.name}|{speaker.side}|{speaker.role}|{speaker.email}|{speaker.company}"
            for speaker in document.speakers
        ),
        *(f"{turn.speaker}|{turn.start_ms}|{turn.text}" for turn in document.turns),
        *(f"{name}={value}" for name, value in sorted(document.attributes.items())),
    )


def _richness(document: Document) -> int:
    """Tell how much a file says beyond the words: of two alike, the richer one is kept."""
    named = any(speaker.name for speaker in document.speakers)
    placed = bool(document.hints or any(speaker.email or speaker.role for speaker in document.speakers))
    timed = any(turn.start_ms is not None for turn in document.turns)
    return 4 * named + 2 * placed + timed
