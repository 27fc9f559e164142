"""A category tried before it is written: how it would code any text, and which passages it would catch.

Nothing is kept: the draft stands in a codebook of its own, and vectors of what is typed stay in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from icp_voice.model import Highlight
from icp_voice.profile.index import Index
from icp_voice.run.coding import Coder, Passage, corrections
from icp_voice.run.tools import Tools
from icp_voice.settings import SHIPPED, Category, Example
from icp_voice.settings.codebook import with_draft
from icp_voice.store import Store
from icp_voice.store.unkept import unkept

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from icp_voice.profile.index import Snapshot

    Numbers = NDArray[np.float64]
    Floats = NDArray[np.float32]
    Integers = NDArray[np.int64]

# Of a shipped category, whose scores read a passage with what goes before it, so many likely passages are looked at.
LIKELY = 2000
MOST_GUIDES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A text under a draft: the score of every category, those that hold, and the draft's example that is most like it."""

    text: str
    scores: tuple[tuple[str, float], ...]
    holds: tuple[str, ...]
    nearest: str
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What one category makes of a text: its score, whether it holds, and the example of it that is most like the text."""

    category: str
    title: str
    score: float
    holds: bool
    nearest: str
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """A passage that a draft catches; `held` says that the category holds for it now already."""

    highlight: Highlight
    score: float
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Finds:
    """What a draft would catch: `total` of the `looked_at` of all `passages`, `new` of them not coded so now.

    `lost` are coded so now and would be no more, `best` those of the highest score.
    """

    total: int
    new: int
    lost: int
    looked_at: int
    passages: int
    best: tuple[Find, ...]


@dataclass
class Trier:
    """Tries drafts on one store. What was embedded and learned once is remembered for the next try."""

    store: Store
    tools: Tools
    _decided: list[tuple[str, str, bool]] = field(default_factory=list)
    _as_of: tuple[int, int] = (-1, -1)
    _corrections: tuple[Example, ...] = ()
    _coders: dict[Category, Coder] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._reading = unkept(self.store)

    def use(self, tools: Tools) -> None:
        """Take other tools, after the codebook or the settings have changed."""
        if tools is not self.tools:
            self.tools = tools
            self._coders.clear()

    def tried(self, draft: Category, texts: Sequence[str], *, contexts: Sequence[str] = ()) -> list[Tried]:
        """Return how each text would be coded if the draft stood in the codebook."""
        coder = self._coder(draft)
        before = [*contexts, *[""] * len(texts)]
        passages: list[Passage] = [(str(n), text, before[n]) for n, text in enumerate(texts)]
        if not passages:
            return []
        names = with_draft(self.tools.codebook, draft).names
        rows = coder.scores(passages).tolist()
        nearest = coder.nearest(passages, draft.name)
        return [
            Tried(
                text=text,
                scores=tuple((name, round(score, 3)) for name, score in zip(names, row, strict=True)),
                holds=tuple(name for name, score in zip(names, row, strict=True) if score >= coder.threshold),
                nearest=example,
                similarity=round(similarity, 3),
            )
            for text, row, (example, similarity) in zip(texts, rows, nearest, strict=True)
        ]

    def likenesses(self, draft: Category, text: str) -> tuple[Likeness, ...]:
        """Return what every category makes of a text if the draft stood in the codebook, the likeliest first."""
        coder, passages = self._coder(draft), [("0", text, "")]
        codebook = with_draft(self.tools.codebook, draft)
        scores = zip(codebook, coder.scores(passages)[0].tolist(), strict=True)
        found = []
        for category, score in sorted(scores, key=lambda pair: -pair[1]):
            example, similarity = coder.nearest(passages, category.name)[0] if category.examples else ("", 0.0)
            found.append(
                Likeness(
                    category=category.name,
                    title=category.title,
                    score=round(score, 3),
                    holds=score >= coder.threshold,
                    nearest=example,
                    similarity=round(similarity, 3),
                )
            )
        return tuple(found)

    def finds(self, draft: Category, index: Index, *, most: int = 10) -> Finds:
        """Return which passages of the workspace the draft would catch, by the vectors that are there."""
        import numpy as np

        snapshot = index.snapshot(self._reading, self.tools.embedder)
        held = snapshot.held(self.store, draft.name) > 0
        if draft.name in SHIPPED:
            looked_at = self._likely(draft, snapshot, held)
            scores = self._scored(draft, snapshot, looked_at)
        else:
            looked_at = np.arange(len(snapshot))
            scores = self._all_scored(draft, snapshot)
        caught = scores >= self.tools.settings.tags.threshold
        order = np.lexsort((looked_at, -scores))
        best = [at for at in order[:most].tolist() if caught[at]]
        return Finds(
            total=int(caught.sum()),
            new=int((caught & ~held[looked_at]).sum()),
            lost=int((held[looked_at] & ~caught).sum()),
            looked_at=len(looked_at),
            passages=len(snapshot),
            best=self._shown(snapshot, looked_at[best], scores[best], held),
        )

    def _coder(self, draft: Category) -> Coder:
        if (state := self._state()) != self._as_of:
            self._as_of, decided = state, self.store.tags.decisions()
            if decided != self._decided:
                self._decided, self._corrections = decided, tuple(corrections(self.store).values())
                self._coders.clear()
        if draft not in self._coders:
            tools = self.tools.anew(self.tools.settings, with_draft(self.tools.codebook, draft))
            self._coders.clear()
            self._coders[draft] = Coder(self._reading, tools, self._corrections)
        return self._coders[draft]

    def _state(self) -> tuple[int, int]:
        """Return what differs once anybody has written to the store, here or in another process."""
        conn = self.store.db.conn
        return int(conn.execute("pragma data_version").fetchone()[0]), conn.total_changes

    def _all_scored(self, draft: Category, snapshot: Snapshot) -> Numbers:
        """Score every passage by what it is about, as a category of a user's own is told."""
        import numpy as np

        if not len(snapshot):
            return np.zeros(0)
        weights, base = self._coder(draft).general(draft.name)
        evidence = snapshot.matrix.cosines([weights.astype(np.float32)])[0][snapshot.vector].astype(np.float64)
        scores: Numbers = 1 / (1 + np.exp(-np.clip(evidence + base, -700, 700)))
        return scores

    def _likely(self, draft: Category, snapshot: Snapshot, held: NDArray[np.bool_]) -> Integers:
        """Return the passages that carry the category now, and those most like the draft's examples, new ones first."""
        import numpy as np

        from icp_voice.embed import embed_texts

        known = {one.text for one in self.tools.codebook.examples if draft.name in one.labels}
        guides = sorted(draft.examples, key=lambda text: text in known)[:MOST_GUIDES]
        vectors = embed_texts(self._reading, self.tools.embedder, guides)
        close = np.max(snapshot.matrix.cosines(list(vectors)), axis=0)[snapshot.vector]
        likely = np.argsort(-close, kind="stable")[:LIKELY]
        return np.union1d(likely, np.flatnonzero(held)[:LIKELY])

    def _scored(self, draft: Category, snapshot: Snapshot, looked_at: Integers) -> Numbers:
        import numpy as np

        ids = snapshot.ids(looked_at)
        passages = {one[0]: one for one in self.store.highlights.texts(ids)}
        found = [passages.get(identity, (identity, "", "")) for identity in ids]
        coder = self._coder(draft)
        at = with_draft(self.tools.codebook, draft).names.index(draft.name)
        return coder.scores(found)[:, at] if found else np.zeros(0)

    def _shown(
        self, snapshot: Snapshot, chosen: Integers, scores: Numbers, held: NDArray[np.bool_]
    ) -> tuple[Find, ...]:
        ids = snapshot.ids(chosen)
        highlights = self.store.highlights.known(ids)
        return tuple(
            Find(highlight=highlights[identity], score=round(score, 3), held=bool(held[at]))
            for identity, score, at in zip(ids, scores.tolist(), chosen.tolist(), strict=True)
            if identity in highlights
        )
