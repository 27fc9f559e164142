"""The model as a coder: taught by the shipped examples, the codebook's own and people's corrections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from icp_voice.analysis import tagger
from icp_voice.embed import embed_texts
from icp_voice.embed.passages import passage_text
from icp_voice.model import Tag
from icp_voice.run.tools import Tools
from icp_voice.settings import Example
from icp_voice.store import Store
from icp_voice.store.documents import short_hash

if TYPE_CHECKING:
    from icp_voice.analysis.tagger import Tagger

CORRECTION = 3.0
Passage = tuple[str, str, str]


class Coder:
    """Codes passages given as (id, text, context). `version` tells what it was taught, `name` who it is."""

    def __init__(self, store: Store, tools: Tools) -> None:
        self._store = store
        self._tools = tools
        self._corrections = _corrections(store)
        self._threshold = tools.settings.tags.threshold
        taught = short_hash(
            tagger.VERSION,
            tools.passage_encoder.name,
            *(
                f"{example.context}|{example.text}|{sorted(example.labels)}|{sorted(example.known)}"
                for example in self._examples
            ),
        )
        self.version = short_hash(taught, self._threshold, *tools.codebook.names)
        self.name = f"model:{tools.passage_encoder.name}+{taught[:6]}"
        self._fitted: Tagger | None = None

    @property
    def _examples(self) -> tuple[Example, ...]:
        return (*self._tools.codebook.examples, *self._corrections)

    def tags(self, passages: Sequence[Passage]) -> dict[str, list[Tag]]:
        """Return id -> tags with a score of at least the threshold, for each passage, in the codebook's order."""
        model = self._fit()
        vectors = self._vectors([(context, text) for _, text, context in passages])
        names = self._tools.codebook.names
        found: dict[str, list[Tag]] = {}
        for (identity, *_), scores in zip(passages, model.predict_proba(vectors).tolist(), strict=True):
            held = [
                (name, round(score, 3)) for name, score in zip(names, scores, strict=True) if score >= self._threshold
            ]
            found[identity] = [Tag(category=name, score=score, coder=self.name) for name, score in held]
        return found

    def _fit(self) -> Tagger:
        import numpy as np

        if self._fitted is None:
            examples = self._examples
            names = self._tools.codebook.names
            labels = np.array([[name in example.labels for name in names] for example in examples])
            known = np.array([[name in example.known for name in names] for example in examples])
            weights = np.array([1.0] * len(self._tools.codebook.examples) + [CORRECTION] * len(self._corrections))
            vectors = self._vectors([(example.context, example.text) for example in examples])
            self._fitted = tagger.Tagger(names, random_state=0).fit(vectors, labels, known, weights)
        return self._fitted

    def _vectors(self, pairs: Sequence[tuple[str, str]]) -> tagger.Matrix:
        texts = [passage_text(context, text) for context, text in pairs]
        return embed_texts(self._store, self._tools.passage_encoder, texts)


def _corrections(store: Store) -> tuple[Example, ...]:
    """Return what people confirmed, rejected and added, one example per highlight."""
    decided: dict[str, dict[str, bool]] = {}
    for identity, category, holds in store.tags.decisions():
        decided.setdefault(identity, {})[category] = holds
    if not decided:
        return ()
    passages = {
        identity: (text, context) for identity, text, context in store.highlights.texts() if identity in decided
    }
    return tuple(
        Example(
            *passages[identity],
            labels=frozenset(category for category, holds in verdicts.items() if holds),
            known=frozenset(verdicts),
        )
        for identity, verdicts in sorted(decided.items())
    )
