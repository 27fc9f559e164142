"""Halves of UTF-16 surrogate pairs: JSON and command lines may hold them alone, but nothing can encode or store them."""

from __future__ import annotations

import re
from typing import Any, Final

_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def replace_surrogates(text: str) -> str:
    """Return the text with U+FFFD, the replacement character, for each lone surrogate."""
    return _SURROGATES.sub("\ufffd", text)


def replace_surrogates_in(value: Any) -> Any:
    """Return dicts and lists, as JSON has them, with lone surrogates replaced in every text, names of keys included."""
    if isinstance(value, str):
        return replace_surrogates(value)
    if isinstance(value, dict):
        return {replace_surrogates_in(name): replace_surrogates_in(one) for name, one in value.items()}
    return [replace_surrogates_in(one) for one in value] if isinstance(value, list | tuple) else value
