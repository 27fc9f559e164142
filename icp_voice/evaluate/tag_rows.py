"""Passages that people judged: rows of a file, or what they confirmed and rejected in a workspace."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from icp_voice.errors import IcpVoiceError, UnknownName, did_you_mean
from icp_voice.evaluate.ground import Ground
from icp_voice.evaluate.rows import BadRow, Row, kept, parsed, read_rows, said
from icp_voice.model import View

FEW = 20
FORM = 'Form of a row: {"text": "A colleague showed me.", "labels": ["discovery_channel"]}; "context" and "maybe" may be added.'


def few(gold: int) -> list[str]:
    """Return a note if there are so few gold passages that chance has much to say in the figures."""
    if gold >= FEW:
        return []
    passages = "1 gold passage" if gold == 1 else f"{gold} gold passages"
    return [f"Only {passages}, fewer than {FEW}: the figures may well be chance; confirm or reject more."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage that people judged: it carries `labels`; whether it carries those under `maybe` is not said."""

    where: str
    text: str
    context: str
    labels: frozenset[str]
    maybe: frozenset[str] = frozenset()
    group: str = ""

    @property
    def said(self) -> tuple[str, str, str]:
        """The passage as a coder reads it: its name, its words and what was said before."""
        return self.where, self.text, self.context


def read_passages(path: Path, names: Sequence[str]) -> tuple[list[Passage], list[str]]:
    """Return the passages of a file and what is wrong with other rows; a label that is no category is an error."""
    rows, problems = read_rows(path, FORM)
    passages, more = kept(rows, _passage, path, FORM)
    for one in passages:
        for label in sorted((one.labels | one.maybe) - set(names)):
            raise UnknownName(
                f'{path.name} {one.where}: no category "{label}".',
                hint=f"Known: {', '.join(names)}.{did_you_mean(label, names)} Add it to pipelines/codebook.toml of a workspace "
                "and measure with --workspace, or leave the label out.",
            )
    return passages, [*problems, *more]


def _passage(row: Row) -> Passage:
    context = row.fields.get("context") or ""
    if not isinstance(context, str):
        raise BadRow('"context" is not a text')
    name = row.fields.get("id")
    return Passage(
        where=f"{row.where} ({name})" if isinstance(name, str) and name else row.where,
        text=said(row, "text"),
        context=context,
        labels=_names(row, "labels", row.fields.get("labels")),
        maybe=_names(row, "maybe", row.fields.get("maybe") or []),
    )


def _names(row: Row, key: str, value: object) -> frozenset[str]:
    """Return a list of names; a cell of a table may hold it as JSON, or as names with ; or , between them."""
    if row.cells and isinstance(value, str):
        value = _cell(value)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadRow(f'"{key}" is missing or not a list of names')
    return frozenset(value)


def _cell(text: str) -> object:
    if text.lstrip().startswith("["):
        try:
            return parsed(text)
        except BadRow:
            return None
    return [name for part in re.split("[;,]", text) if (name := part.strip())]


def corrected(ground: Ground) -> list[Passage]:
    """Return what people confirmed and rejected, with the document of each as its group."""
    if ground.heard is None or not ground.corrections:
        raise IcpVoiceError(
            "Nobody has confirmed or rejected a tag in this workspace yet.",
            hint="`icp-voice tag ID --confirm CATEGORY` or `--reject CATEGORY` does.",
        )
    highlights = ground.heard.highlights.select(View(coded=False), ids=ground.corrections)
    document = {one.id: one.document for one in highlights}
    return [
        Passage(
            where=identity,
            text=one.text,
            context=one.context,
            labels=one.labels & set(ground.codebook.names),
            maybe=frozenset(ground.codebook.names) - one.known,
            group=document[identity],
        )
        for identity, one in sorted(ground.corrections.items())
    ]
