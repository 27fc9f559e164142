"""What people's corrections have brought: how right the model was before anybody decided, and how right it is now.

Without them, it is the shipped model with the workspace's own examples; with them, each correction is judged by a model
that learned from the others, by folds over documents, so that nothing is judged by itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from icp_voice.analysis import tagger
from icp_voice.embed.passages import read_manifest
from icp_voice.evaluate.ground import Ground
from icp_voice.evaluate.held_out import held_out
from icp_voice.evaluate.scores import score
from icp_voice.evaluate.tag_rows import Passage, corrected
from icp_voice.run.coding import Coder
from icp_voice.settings.codebook import Codebook
from icp_voice.store import Store
from icp_voice.store.documents import short_hash

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Booleans = NDArray[np.bool_]

ENOUGH = 10
LOOKED_AT = 1000
KEY = "gained"


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """How many of the decided tags a model gets right: the share, and the F1 of what it proposes."""

    accuracy: float
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gained:
    """What `decisions` of people about tags have brought; measured from `enough` of them on.

    The model had been right about `right_before` of the `said_before` tags on which it had spoken first. `differ` is how
    many tags of `looked_at` passages are others than they would be without corrections.
    """

    decisions: int
    enough: int
    said_before: int = 0
    right_before: int = 0
    without: Right | None = None
    with_corrections: Right | None = None
    looked_at: int = 0
    differ: int = 0

    @property
    def text(self) -> str:
        """One sentence for people."""
        if self.without is None or self.with_corrections is None:
            return f"not enough yet ({self.decisions} of {self.enough})"
        return (
            f"{self.decisions} decisions: right on {self.without.accuracy:.0%} of them without corrections,"
            f" on {self.with_corrections.accuracy:.0%} with those of other documents"
            f" (F1 {self.without.f1:.2f} and {self.with_corrections.f1:.2f});"
            f" {self.differ} tags of {self.looked_at} passages differ"
        )


def gained(ground: Ground, store: Store) -> Gained:
    """Measure what corrections have brought, or recall it if nothing has changed since it was measured."""
    decisions = store.tags.decisions()
    known = [one for one in decisions if one[1] in ground.codebook.names]
    if len(known) < ENOUGH:
        return Gained(decisions=len(known), enough=ENOUGH)
    mark = _mark(ground.codebook, ground.tools.settings.tags.threshold, known, store.highlights.some(LOOKED_AT))
    kept = json.loads(store.accounts.recall(KEY) or "{}")
    if kept.get("mark") == mark:
        return _read(kept["gained"])
    found = _measured(ground, store, len(known))
    with store.transaction():
        store.accounts.remember(KEY, json.dumps({"mark": mark, "gained": asdict(found)}))
    return found


def _mark(codebook: Codebook, threshold: float, decisions: Sequence[object], passages: Sequence[str]) -> str:
    own = [(one.text, one.context, sorted(one.labels)) for one in codebook.examples if not one.shipped]
    head = read_manifest()["head_sha256"]
    return short_hash(tagger.VERSION, head, threshold, *codebook.names, *own, *decisions, *passages)


def _read(kept: dict[str, object]) -> Gained:
    models = {name: Right(**kept[name]) for name in ("without", "with_corrections")}  # type: ignore[arg-type]
    return Gained(**{**kept, **models})  # type: ignore[arg-type]


def _measured(ground: Ground, store: Store, decisions: int) -> Gained:
    passages = corrected(ground)
    names = ground.codebook.names
    # First with all: it makes or borrows all vectors at once.
    taught = ground.coder()
    taught.scores([one.said for one in passages])
    untaught = ground.coder([])
    before = untaught.scores([one.said for one in passages])
    after = held_out(ground, passages)
    looked_at, differ = _differ(store, Coder(store, ground.tools), Coder(store, ground.tools, ()))
    said, right = _first(store)
    threshold = taught.threshold
    return Gained(
        decisions=decisions,
        enough=ENOUGH,
        said_before=said,
        right_before=right,
        without=_right(passages, names, before >= threshold),
        with_corrections=_right(passages, names, after.scores >= threshold),
        looked_at=looked_at,
        differ=differ,
    )


def _right(passages: Sequence[Passage], names: Sequence[str], said: Booleans) -> Right:
    import numpy as np

    truth = np.array([[name in one.labels for name in names] for one in passages])
    judged = np.array([[name not in one.maybe for name in names] for one in passages])
    proposed, true = said & judged, truth & judged
    return Right(
        accuracy=float((proposed == true)[judged].mean()),
        f1=score(int((proposed & true).sum()), int(proposed.sum()), int(true.sum())).f1,
    )


def _differ(store: Store, taught: Coder, untaught: Coder) -> tuple[int, int]:
    """Return how many passages were looked at, the first by id, and how many of their tags corrections changed."""
    passages = store.highlights.texts(store.highlights.some(LOOKED_AT))
    if not passages:
        return 0, 0
    one, other = (coder.scores(passages) >= coder.threshold for coder in (taught, untaught))
    return len(passages), int((one != other).sum())


def _first(store: Store) -> tuple[int, int]:
    """Return on how many decided tags a model had spoken before anybody decided, and on how many it had been right."""
    truth = {(highlight, category): holds for highlight, category, holds in store.tags.decisions()}
    first = [
        holds == truth[highlight, category]
        for highlight, _, category, _, holds in store.tags.first_said()
        if (highlight, category) in truth
    ]
    return len(first), sum(first)
