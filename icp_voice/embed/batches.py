"""Texts of like length put together, in an order that depends on the texts alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

BATCH = 16
HEIGHTS = (4, 8, BATCH)  # a question should not wait for a dozen empty lines
# Fine steps where most texts are: what is padded costs as much as what is read.
WIDTHS = (8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 128, 192, 256, 512)


@dataclass(frozen=True, slots=True)
class Batch:
    """Which texts go together, and how many tokens wide the longest may be."""

    members: tuple[int, ...]
    width: int


def height(members: int) -> int:
    """Return how many rows a batch with so many texts has, empty ones included."""
    return next(rows for rows in HEIGHTS if rows >= members)


def batches(lengths: Sequence[int], texts: Sequence[str]) -> Iterator[Batch]:
    """Yield batches of at most `BATCH` texts whose lengths fall into the same width, shortest first."""
    by_width: dict[int, list[int]] = {}
    for i in sorted(range(len(texts)), key=lambda i: (lengths[i], texts[i])):
        width = next((width for width in WIDTHS if width >= lengths[i]), WIDTHS[-1])
        by_width.setdefault(width, []).append(i)
    for width, members in by_width.items():
        for first in range(0, len(members), BATCH):
            yield Batch(tuple(members[first : first + BATCH]), width)
