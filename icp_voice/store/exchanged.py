"""What both who writes and who reads an exchange file must know alike: names, ids, and the form of a definition."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Final

PROJECT: Final = "urn:QDA-XML:project:1.0"
CODEBOOK: Final = "urn:QDA-XML:codebook:1.0"
ORIGIN: Final = "icp-voice"
# Beside the standard's own files: how our documents are cut into turns. Other programs pass it over.
OWN_FILE: Final = "sources/icp-voice.json"
# How the lines begin that we write below a passage; they are no notes of a person.
OURS: Final = ("Before: ", "Proposed: ", "Rejected: ")

_NAMESPACE: Final = uuid.UUID("6a1f3a0e-0a3c-5d0e-9d57-1c7b6c1e55aa")
_LISTS: Final = {"Question:": "question", "Examples:": "examples", "Not meant:": "counter_examples"}


def guid(kind: str, *identity: object) -> str:
    """Return the id by which a thing is known outside: always the same for the same thing."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join((kind, *map(str, identity)))))


def description(
    definition: str, question: str = "", examples: Sequence[str] = (), counter_examples: Sequence[str] = ()
) -> str:
    """Write what a category means as people read it below a code, and as `described` reads it back."""
    parts = [definition.strip()]
    if question:
        parts.append(f"Question: {question}")
    for title, sentences in (("Examples:", examples), ("Not meant:", counter_examples)):
        if sentences:
            parts.append("\n".join([title, *(f"- {' '.join(sentence.split())}" for sentence in sentences)]))
    return "\n\n".join(filter(None, parts))


def described(text: str) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    """Return (definition, question, examples, counter-examples) from what stands below a code."""
    found: dict[str, list[str]] = {"definition": [], "question": [], "examples": [], "counter_examples": []}
    field = "definition"
    for line in re.split("\r\n?|\n", text):
        head = next((title for title in _LISTS if line.strip().startswith(title)), "")
        if head:
            field = _LISTS[head]
            line = line.strip().removeprefix(head)
        if field in ("examples", "counter_examples"):
            line = line.strip().removeprefix("-")
        if line.strip():
            found[field].append(line.strip())
    return (
        "\n".join(found["definition"]),
        " ".join(found["question"]),
        tuple(found["examples"]),
        tuple(found["counter_examples"]),
    )
