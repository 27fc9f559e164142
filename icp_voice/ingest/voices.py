"""Which labels of one talk are one voice: `Ann` is `Ann Lee` where nobody else is called Ann."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from icp_voice.ingest.cues import Cue
from icp_voice.ingest.labels import ROLES, is_role, key
from icp_voice.model import Speaker


def in_full(labels: Sequence[str], people: Iterable[Speaker] = ()) -> dict[str, str]:
    """Return by its key each first name that can only be one voice's, with the full label of that voice.

    `labels` are those who speak, in their order. Where two people bear the first name, or `Ann` and `Ann Lee` answer
    each other, they stay apart.
    """
    spoken = {key(label): label for label in reversed(labels)}
    everyone = {*spoken, *(key(one.name) for one in people if one.name)}
    turns = [name for name, _ in itertools.groupby(map(key, labels))]
    found: dict[str, str] = {}
    for first in filter(_is_first_name, spoken):
        bearers = [name for name in everyone if name != first and name.split()[0] == first]
        if len(bearers) != 1 or bearers[0] not in spoken or not _is_full_name(bearers[0]):
            continue
        pair = {first, bearers[0]}
        if not any({*three} == pair for three in zip(turns, turns[1:], turns[2:], strict=False)):
            found[first] = spoken[bearers[0]]
    return found


def whole_names(cues: Sequence[Cue], people: Iterable[Speaker] = ()) -> list[Cue]:
    """Put the full name wherever a voice that has one is called by its first name."""
    whole = in_full([cue.speaker for cue in cues if cue.speaker], people)
    return [replace(cue, speaker=whole.get(key(cue.speaker), cue.speaker)) for cue in cues] if whole else list(cues)


def _is_first_name(name: str) -> bool:
    return len(name) > 1 and name.isalpha() and name not in ROLES and not is_role(name)


def _is_full_name(name: str) -> bool:
    words = name.split()
    letters = all(re.fullmatch(r"[^\W\d_]+(?:['’.-][^\W\d_]*)*", word) for word in words)
    return len(words) > 1 and letters and not is_role(words[-1])
