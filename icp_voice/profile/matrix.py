"""The vectors of many passages, in blocks that grow: the cosine of every one of them to a question, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float32]

# So small that one thread goes through it: memory sets the pace, and threads would only wait for each other, or differ
# in the last digit.
BLOCK = 1024


class Matrix:
    """Unit vectors by number; what is appended gets the next numbers, and nothing is moved."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._blocks: list[Floats] = []
        self._count = 0

    def __len__(self) -> int:
        """Return how many vectors there are."""
        return self._count

    @property
    def nbytes(self) -> int:
        """Return how much memory they take."""
        return sum(block.nbytes for block in self._blocks)

    def append(self, vectors: Floats) -> None:
        """Add vectors of shape (n, dimensions)."""
        import numpy as np

        done = 0
        while done < len(vectors):
            free = self._count % BLOCK
            if not free:
                self._blocks.append(np.zeros((BLOCK, self._dimensions), dtype=np.float32))
            part = vectors[done : done + BLOCK - free]
            self._blocks[-1][free : free + len(part)] = part
            self._count += len(part)
            done += len(part)

    def rows(self, numbers: Sequence[int] | Integers) -> Floats:
        """Return the vectors with these numbers, as (numbers, dimensions)."""
        import numpy as np

        if not len(numbers):
            return np.zeros((0, self._dimensions), dtype=np.float32)
        return np.stack([self._blocks[number // BLOCK][number % BLOCK] for number in map(int, numbers)])

    def cosines(self, asked: Sequence[Floats]) -> list[Floats]:
        """Return for each asked unit vector (dimensions,) its cosine to every vector, as (len(self),).

        Blocks are full, the last one with zeros, so that a cosine does not hang on where its vector stands.
        """
        import numpy as np

        found = [np.empty(len(self._blocks) * BLOCK, dtype=np.float32) for _ in asked]
        for number, block in enumerate(self._blocks):
            for cosines, vector in zip(found, asked, strict=True):
                np.dot(block, vector, out=cosines[number * BLOCK : (number + 1) * BLOCK])
        return [cosines[: self._count] for cosines in found]
