"""The model as a coder: the shipped one, moved by a workspace's own examples and people's corrections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from icp_voice.analysis import questions, tagger
from icp_voice.embed import embed_texts
from icp_voice.embed.passages import passage_text, read_manifest
from icp_voice.model import Tag, View
from icp_voice.run.tools import Tools
from icp_voice.settings import SHIPPED, Example
from icp_voice.store import Store
from icp_voice.store.documents import short_hash

if TYPE_CHECKING:
    from icp_voice.analysis.tagger import Tagger

# How much likelier, in log odds, a passage carries the category that the question before it asks for.
ASKED_FOR = 0.8
# Of the shipped examples every so many-th stands beside those of a user's own category, as what it is not.
BESIDE = 10
# An example in the codebook was chosen to teach; a correction says what holds of one passage.
TEACHES = 3.0
# So many of the workspace's own passages stand for what is said of other things; they are chosen anew when it has doubled.
HEARD, GROWN = 400, 2
# They tell more of what a category is not than shipped examples do, which speak of other things than this workspace.
IN_PLACE = 4.0
Passage = tuple[str, str, str]


class Coder:
    """Codes passages given as (id, text, context). `version` tells what it was taught, `name` who it is.

    It learns from the corrections in the store, or from those that are given instead. A category of a user's own is told
    apart from what else is `heard`: passages of the workspace, drawn whether or not somebody judged them.
    """

    def __init__(
        self,
        store: Store,
        tools: Tools,
        taught_by: Sequence[Example] | None = None,
        heard: Sequence[str] | None = None,
    ) -> None:
        self._store = store
        self._tools = tools
        self._heard: tuple[str, ...] = ()
        if tools.codebook.own:
            self._heard = tuple(heard_beside(store) if heard is None else heard)
        self._corrections = tuple(corrections(store).values() if taught_by is None else taught_by)
        self.threshold = tools.settings.tags.threshold
        taught = short_hash(
            tagger.VERSION,
            tools.passage_encoder.name,
            read_manifest()["head_sha256"],
            *(
                f"{example.context}|{example.text}|{sorted(example.labels)}|{sorted(example.known)}"
                for example in self._own
            ),
            *self._heard,
        )
        self.version = short_hash(taught, tools.embedder.name, ASKED_FOR, self.threshold, *tools.codebook.names)
        self.name = f"model:{tools.passage_encoder.name}+{taught[:6]}"

    @cached_property
    def _own(self) -> tuple[Example, ...]:
        """What this workspace teaches beyond the shipped model."""
        return (*self._chosen, *self._corrections)

    @cached_property
    def _chosen(self) -> tuple[Example, ...]:
        """What somebody wrote into the codebook to teach it."""
        return tuple(example for example in self._tools.codebook.examples if not example.shipped)

    def tags(self, passages: Sequence[Passage]) -> dict[str, list[Tag]]:
        """Return id -> tags with a score of at least the threshold, for each passage, in the codebook's order."""
        if not passages:
            return {}
        names = self._tools.codebook.names
        scores = self.scores(passages).tolist()
        found: dict[str, list[Tag]] = {}
        for (identity, *_), row in zip(passages, scores, strict=True):
            held = [(name, round(score, 3)) for name, score in zip(names, row, strict=True) if score >= self.threshold]
            found[identity] = [Tag(category=name, score=score, coder=self.name) for name, score in held]
        return found

    def scores(self, passages: Sequence[Passage]) -> tagger.Numbers:
        """Return probabilities of shape (n, categories).

        A category of a user's own is told by what a passage is about: by the general vectors of a handful of examples.
        """
        import numpy as np

        pairs = [(context, text) for _, text, context in passages]
        lift = self._lift([context for context, _ in pairs])
        own = np.array([name not in SHIPPED for name in self._tools.codebook.names])
        scores = self._trained.predict_proba(self._passage_vectors(pairs), lift=lift)
        if own.any():
            scores[:, own] = self._general.predict_proba(self._general_vectors(pairs))[:, own]
        return scores

    def general(self, category: str) -> tuple[tagger.Numbers, float]:
        """Return how a category of a user's own is told: weights of the general vectors, and the log odds without any."""
        at = self._tools.codebook.names.index(category)
        return self._general.coef_[at], float(self._general.intercept_[at])

    def nearest(self, passages: Sequence[Passage], category: str) -> list[tuple[str, float]]:
        """Return for each passage the example of a category that it is most like, with the cosine: the tag's reason."""
        import numpy as np

        pairs = [(context, text) for _, text, context in passages]
        if category not in SHIPPED:
            found = self._general.nearest(self._general_vectors(pairs), category)
            return [(self._beside[one.row].text, one.similarity) for one in found]
        held = [one for one in (*self._tools.codebook.examples, *self._corrections) if category in one.labels]
        shipped, own = [one for one in held if one.shipped], [one for one in held if not one.shipped]
        # Straight from the encoder, which knows the shipped examples: a store need not keep thousands of them.
        known = self._tools.passage_encoder.embed([passage_text(one.context, one.text) for one in shipped])
        if own:
            taught = self._passage_vectors([(one.context, one.text) for one in own])
            known = np.concatenate([known, taught]) if shipped else taught
        like = tagger.nearest(self._passage_vectors(pairs), known, range(len(held)))
        return [((*shipped, *own)[one.row].text, one.similarity) for one in like]

    def _lift(self, contexts: Sequence[str]) -> tagger.Numbers:
        """Return log odds of shape (n, categories) to add: a passage that answers a question is likely about it."""
        import numpy as np

        names = self._tools.codebook.names
        guides, guide_vectors = self._guides
        last = {context: question for context in contexts for question in questions.questions_in(context)}
        distinct = sorted(set(last.values()))
        vectors = embed_texts(self._store, self._tools.embedder, distinct)
        asked = {
            question: questions.asked(guides, guide_vectors, vector)
            for question, vector in zip(distinct, vectors, strict=True)
        }
        lift = np.zeros((len(contexts), len(names)))
        for row, context in enumerate(contexts):
            if category := asked.get(last.get(context, ""), ""):
                lift[row, names.index(category)] = ASKED_FOR
        return lift

    @cached_property
    def _guides(self) -> tuple[list[tuple[str, str]], tagger.Matrix]:
        guides = questions.guides(self._tools.codebook)
        return guides, embed_texts(self._store, self._tools.embedder, [text for _, text in guides])

    @cached_property
    def _trained(self) -> Tagger:
        """The shipped model, moved by what this workspace teaches."""
        weights = (*(TEACHES for _ in self._chosen), *(1.0 for _ in self._corrections))
        return self._fit(self._own, self._passage_vectors, tagger.load_head(), weights)

    @cached_property
    def _general(self) -> Tagger:
        """What tells the categories of a user's own."""
        weights = (1.0,) * (len(self._beside) - len(self._heard)) + (IN_PLACE,) * len(self._heard)
        return self._fit(self._beside, self._general_vectors, weights=weights)

    @cached_property
    def _beside(self) -> tuple[Example, ...]:
        shipped = [example for example in self._tools.codebook.examples if example.shipped]
        heard = (Example(text, "", labels=frozenset(), known=frozenset()) for text in self._heard)
        return (*self._own, *shipped[::BESIDE], *heard)

    def _fit(
        self,
        examples: Sequence[Example],
        vectors: Callable[[Sequence[tuple[str, str]]], tagger.Matrix],
        head: tagger.Head | None = None,
        weights: Sequence[float] | None = None,
    ) -> Tagger:
        import numpy as np

        names = self._tools.codebook.names
        labels = np.array([[name in example.labels for name in names] for example in examples])
        known = np.array([[name in example.known for name in names] for example in examples])
        made = vectors([(example.context, example.text) for example in examples])
        return tagger.Tagger(names, head=head, random_state=0).fit(made, labels, known, weights)

    def _passage_vectors(self, pairs: Sequence[tuple[str, str]]) -> tagger.Matrix:
        return embed_texts(
            self._store, self._tools.passage_encoder, [passage_text(context, text) for context, text in pairs]
        )

    def _general_vectors(self, pairs: Sequence[tuple[str, str]]) -> tagger.Matrix:
        return embed_texts(self._store, self._tools.embedder, [text for _, text in pairs])


def heard_beside(store: Store) -> list[str]:
    """Return the words of the passages that stand for all that is heard, as a run chose them; else of the first by id."""
    _, chosen = _chosen(store)
    return sorted({text for _, text, _ in store.highlights.texts(chosen or store.highlights.some(HEARD))})


def choose_heard(store: Store) -> None:
    """Choose which passages stand for all that is heard: if there are twice as many as then, or half of those are gone."""
    count = store.highlights.count(View(coded=False))
    then, chosen = _chosen(store)
    if count and (count >= GROWN * then or GROWN * len(store.highlights.texts(chosen)) < len(chosen)):
        with store.transaction():
            store.progress.put("heard", {"": " ".join([str(count), *store.highlights.some(HEARD)])})


def _chosen(store: Store) -> tuple[int, list[str]]:
    """Return how many passages there were when some were chosen, and the ids of these; 0 and none before."""
    count, *chosen = store.progress.versions("heard").get("", "0").split()
    return int(count), chosen


def corrections(store: Store) -> dict[str, Example]:
    """Return highlight -> what people confirmed, rejected and added there, as an example."""
    decided: dict[str, dict[str, bool]] = {}
    for identity, category, holds in store.tags.decisions():
        decided.setdefault(identity, {})[category] = holds
    if not decided:
        return {}
    passages = {identity: (text, context) for identity, text, context in store.highlights.texts(decided)}
    return {
        identity: Example(
            *passages[identity],
            labels=frozenset(category for category, holds in verdicts.items() if holds),
            known=frozenset(verdicts),
        )
        for identity, verdicts in sorted(decided.items())
        if identity in passages  # the decision may be taken back meanwhile, and the passage with it
    }
