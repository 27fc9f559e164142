"""Which of our questions ask for which category: told by how the codebook says it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from icp_voice.settings import Codebook

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

# The cosine from which two questions ask the same.
LIKE = 0.65


def guides(codebook: Codebook) -> list[tuple[str, str]]:
    """Return (category, question): the ways in which the codebook says that a category is asked for."""
    return [(one.name, text) for one in codebook for text in (one.question, *one.asked_as, *one.interview_questions)]


def questions_in(text: str) -> Iterator[str]:
    """Yield each question in what was said, without what stands before it."""
    for part in text.replace("!", ".").split("?")[:-1]:
        question = part.rsplit(". ", 1)[-1].strip()
        if len(question.split()) > 2:
            yield question + "?"


def asked(guides: Sequence[tuple[str, str]], guide_vectors: Matrix, vector: Matrix) -> str:
    """Return the category that a question asks for, or an empty string; vectors are unit rows of one model."""
    close = guide_vectors @ vector
    best = int(close.argmax())
    return guides[best][0] if close[best] >= LIKE else ""
