"""Which column is meant: by the user's mapping, or by what people call such columns."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from icp_voice.errors import UnreadableFile, did_you_mean


def snake(name: str) -> str:
    """Turn "ACV (USD)" into `acv_usd` and "orgSize" into `org_size`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", unicodedata.normalize("NFKC", name))
    return re.sub(r"[\W_]+", "_", spaced).strip("_").lower()


def find_column(
    columns: Sequence[str], synonyms: Iterable[str], mapping: Mapping[str, str] | None = None, *, key: str = ""
) -> str | None:
    """Return the column that `mapping[key]` names, or else the first synonym's column, or None.

    Raise UnreadableFile where the mapping names a column that does not exist.
    """
    if mapping and mapping.get(key):
        return _existing(columns, mapping[key], key)
    known: dict[str, str] = {}
    for column in columns:
        known.setdefault(squashed(column), column)
    return next((known[squashed(synonym)] for synonym in synonyms if squashed(synonym) in known), None)


def mapped_columns(columns: Sequence[str], wanted: str, key: str) -> tuple[str, ...]:
    """Return the columns that a mapping such as "survey+respondent" joins."""
    if squashed(wanted) in map(squashed, columns):
        return (_existing(columns, wanted, key),)
    return tuple(_existing(columns, part.strip(), key) for part in wanted.split("+"))


def check_keys(mapping: Mapping[str, str], known: Sequence[str], where: str = "a mapping") -> None:
    """Raise UnreadableFile where the user's mapping has a key that is not known."""
    for key in mapping:
        if key not in known:
            hint = f"Known: {', '.join(known)}.{did_you_mean(key, known)}"
            raise UnreadableFile(f'nothing is called "{key}" in {where}', hint=hint)


def attribute_names(columns: Sequence[str]) -> list[tuple[str, str]]:
    """Pair each column with the name of its attribute: a second `size` is `size_2`."""
    seen: Counter[str] = Counter()
    names = []
    for column in columns:
        name = snake(column) or "column"
        seen[name] += 1
        names.append((column, name if seen[name] == 1 else f"{name}_{seen[name]}"))
    return names


def columns_hint(columns: Sequence[str]) -> str:
    """Return `Columns: a, b, c.` for an error, cut where there are very many."""
    more = f" and {len(columns) - 30} more" if len(columns) > 30 else ""
    return f"Columns: {', '.join(columns[:30])}{more}."


def _existing(columns: Sequence[str], wanted: str, key: str) -> str:
    for column in columns:
        if column == wanted:
            return column
    for column in columns:
        if squashed(column) == squashed(wanted):
            return column
    hint = columns_hint(columns) + did_you_mean(wanted, columns)
    raise UnreadableFile(f'no column "{wanted}" for {key}', hint=hint)


def squashed(name: str) -> str:
    """Return what two spellings of a column have in common: "Org Size" and "orgSize" are `orgsize`."""
    return snake(name).replace("_", "")
