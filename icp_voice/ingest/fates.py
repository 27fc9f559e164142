"""What becomes of the documents of a file that arrives: which are new, which are known, and which have changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from icp_voice.ingest.prints import prints
from icp_voice.model import Document
from icp_voice.store.documents import Documents, Kept, Print


class Fate(StrEnum):
    """What becomes of a document that arrives."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A document that arrives, and what is known of it: `before` in this file, `alike` elsewhere with the same words."""

    document: Document
    mark: Print
    fate: Fate
    before: Kept | None = None
    alike: Kept | None = None


def verdicts(store: Documents, file: str, documents: Sequence[Document]) -> Iterator[Verdict]:
    """Yield what becomes of each document of a file; what is kept meanwhile counts for those that follow."""
    marks = prints(documents)
    known = store.of_file(file)
    aside = store.duplicates_of_file(file)
    replaced = _replaced(known, marks, documents)
    for document, mark in zip(documents, marks, strict=True):
        before = known.get(mark.key) or replaced.get(mark.key)
        if mark.content == aside.get(mark.key):
            yield Verdict(document, mark, Fate.UNCHANGED, alike=store.of_fingerprint(mark.fingerprint))
        elif before and before.content == mark.content:
            yield Verdict(document, mark, Fate.UNCHANGED, before)
        else:
            alike = store.of_fingerprint(mark.fingerprint)
            if alike and (before is None or alike.id != before.id):
                yield Verdict(document, mark, Fate.DUPLICATE, before, alike)
            else:
                yield Verdict(document, mark, Fate.UPDATED if before else Fate.NEW, before)


def _replaced(known: Mapping[str, Kept], marks: Sequence[Print], documents: Sequence[Document]) -> dict[str, Kept]:
    """Pair rows that are new with rows that are gone from the same place: those have changed, and are not new.

    Two rows that both bear an id of their own are two, wherever they stand.
    """
    keys = Counter(mark.key for mark in marks)
    gone = {kept.place: kept for key, kept in known.items() if key not in keys}
    found: dict[str, Kept] = {}
    for mark, document in zip(marks, documents, strict=True):
        before = gone.get(document.place)
        if before and mark.key not in known and not (document.identity and before.key != before.fingerprint):
            found[mark.key] = before
    return found
