"""What a change would do to who counts as customer and to whose words documents are, counted before it is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from icp_voice.model import Document, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What would change or has changed: speakers by the side they come to stand on, documents by their account.

    A speaker counts once per document. `documents` counts those in which anything changes; `moved` those that come to
    another account, or to one at all, and `lost` those that come to none.
    """

    documents: int = 0
    speakers: int = 0
    to_customer: int = 0
    to_vendor: int = 0
    to_unknown: int = 0
    moved: int = 0
    lost: int = 0


def effect(settled: Iterable[tuple[Document, Document]]) -> Effect:
    """Count what differs between documents as they are and as they would be."""
    documents = moved = lost = 0
    sides: dict[Side, int] = dict.fromkeys(Side, 0)
    for before, after in settled:
        was = {speaker.name: speaker.side for speaker in before.speakers}
        turned = [who.side for who in after.speakers if was.get(who.name, Side.UNKNOWN) is not who.side]
        for side in turned:
            sides[side] += 1
        documents += bool(turned) or before.account != after.account
        moved += before.account != after.account and bool(after.account)
        lost += before.account != after.account and not after.account
    return Effect(
        documents=documents,
        speakers=sum(sides.values()),
        to_customer=sides[Side.CUSTOMER],
        to_vendor=sides[Side.VENDOR],
        to_unknown=sides[Side.UNKNOWN],
        moved=moved,
        lost=lost,
    )
