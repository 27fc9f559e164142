"""A question put to the data: the highlights that answer it, from different accounts, or why nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from icp_voice.embed import Embedder
from icp_voice.language import Language
from icp_voice.model import Answer, Quote, View
from icp_voice.profile import retrieve
from icp_voice.profile.index import Index, Snapshot
from icp_voice.profile.question import Question
from icp_voice.settings import Codebook, Settings
from icp_voice.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Integers = NDArray[np.int64]

LOOKED_AT = 40
GUIDE = 0.7
# How near to a question a passage must be to speak of it: as a share of the nearest one's cosine, and as a cosine.
# Where even the nearest is far, the share alone would let in what is merely of the same trade.
NEAR_BEST, NEAR, NEARLY_BEST = 0.55, 0.3, 0.8


@dataclass(frozen=True)
class _Search:
    """A question with everything that was measured of the n passages of a view; `at` are their numbers in the index."""

    question: Question
    at: Integers
    account: Integers
    close: Floats
    lexical: Floats
    frequencies: Sequence[int]
    scores: Floats
    prior: Floats | None
    category: str
    match: float

    @property
    def by_category(self) -> bool:
        """Whether it is a guiding question, and so answered by its category: every passage of it speaks of it."""
        return self.prior is not None and self.match > 0 and bool((self.prior > 0).any())

    @cached_property
    def fits(self) -> NDArray[np.bool_]:
        """Which passages speak of the question itself, and do not only stand near one that does, as (n,)."""
        if self.prior is not None and self.by_category:
            return self.prior > 0
        nearest = self.close[:, 0]
        best = float(nearest.max())
        near: NDArray[np.bool_] = nearest >= max(NEAR_BEST * best, min(NEAR, NEARLY_BEST * best))
        return near

    @cached_property
    def order(self) -> list[int]:
        """The best passages, the best first."""
        return [int(i) for i in retrieve.top(self.scores, LOOKED_AT)]

    @cached_property
    def fitting(self) -> list[int]:
        """The best of the passages that fit, the best first."""
        import numpy as np

        among = np.flatnonzero(self.fits)
        return [int(among[i]) for i in retrieve.top(self.scores[among], LOOKED_AT * 2)]


def ask(
    store: Store,
    settings: Settings,
    codebook: Codebook,
    language: Language,
    embedder: Embedder,
    view: View,
    *,
    index: Index | None = None,
) -> Answer:
    """Answer `view.question` within the view. All its passages are read, coded or not; with a category, those it holds.

    `index` keeps what is searched in between questions; without one it is made for this question.
    """
    index = index or Index()
    snapshot = index.snapshot(store, embedder)
    at = snapshot.members(store, view)
    account = snapshot.standing.account[at]
    of_accounts = len(store.accounts.tagged(view.account_tag)) if view.account_tag else _count(account)
    if not len(at):
        reason = "There are no customers' words in this view."
        return Answer(question=view.question, answered=False, of_accounts=of_accounts, reason=reason)
    search = _search(store, codebook, language, embedder, view, index, snapshot, at)
    verdict = retrieve.answerable(
        search.question,
        close=search.close,
        lexical=search.lexical,
        texts=[one.text for one in store.positions.spoken(snapshot.ids(search.at[search.order]))],
        frequencies=search.frequencies,
        category_match=search.match,
        prior=search.prior,
    )
    if verdict.score < settings.answers.threshold:
        return Answer(
            question=view.question,
            answered=False,
            of_accounts=of_accounts,
            reason=verdict.reason,
            category=search.category,
        )
    return Answer(
        question=view.question,
        answered=True,
        quotes=_quotes(store, snapshot, search, most=settings.answers.most_quotes),
        accounts=_count(account[search.fits]),
        of_accounts=of_accounts,
        reason=verdict.reason,
        category=search.category,
    )


def _search(
    store: Store,
    codebook: Codebook,
    language: Language,
    embedder: Embedder,
    view: View,
    index: Index,
    snapshot: Snapshot,
    at: Integers,
) -> _Search:
    import numpy as np

    question = Question.read(view.question, language)
    texts = list(dict.fromkeys((*question.texts, view.question)))
    asked = dict(zip(texts, embedder.embed(texts), strict=True))
    category, match = _guide(store, codebook, embedder, view, index, asked[view.question])
    everything = len(at) == len(snapshot)
    close = snapshot.close(np.stack([asked[text] for text in question.texts]))
    matches = snapshot.words.find(store.search, question)
    prior = snapshot.held(store, category) if category else None
    standing = snapshot.standing
    document, speaker, lexical, holds = standing.document, standing.speaker, matches.scores, matches.holds
    if not everything:
        document, speaker, lexical, holds = document[at], speaker[at], lexical[at], holds[:, at]
        close, prior = close[at], None if prior is None else prior[at]
    passages = retrieve.Passages(document=document, speaker=speaker, speakers=standing.speakers)
    return _Search(
        question=question,
        at=at,
        account=standing.account[at],
        close=close,
        lexical=lexical,
        frequencies=[int(number) for number in np.count_nonzero(holds, axis=1)],
        scores=retrieve.rank(question, passages, close=close, lexical=lexical, prior=prior),
        prior=prior,
        category=category,
        match=match,
    )


def _guide(
    store: Store, codebook: Codebook, embedder: Embedder, view: View, index: Index, asked: Floats
) -> tuple[str, float]:
    """Return the category whose guiding question is asked, with the cosine; or the view's own category.

    In a view of one category, only that one's guiding questions count.
    """
    categories = [codebook[view.category]] if view.category else list(codebook)
    guides = [
        (category.name, text) for category in categories for text in (category.question, *category.interview_questions)
    ]
    close = index.guides(store, embedder, [text for _, text in guides]) @ asked
    best = int(close.argmax())
    if float(close[best]) >= GUIDE:
        return guides[best][0], float(close[best])
    return view.category, 0.0


def _count(accounts: Integers) -> int:
    """Return how many different accounts there are, those of nobody (-1) not among them."""
    import numpy as np

    return int(np.count_nonzero(np.bincount(accounts + 1)[1:]))


def _quotes(store: Store, snapshot: Snapshot, search: _Search, *, most: int) -> tuple[Quote, ...]:
    fitting = search.fitting
    best = fitting if search.by_category else [i for i in search.order if search.fits[i]] or fitting
    at = search.at[best]
    accounts = [
        account if account >= 0 else ~document
        for account, document in zip(
            snapshot.standing.account[at].tolist(), snapshot.standing.document[at].tolist(), strict=True
        )
    ]
    vectors = snapshot.matrix.rows(snapshot.vector[at])
    taken = retrieve.summarise(range(len(best)), search.scores[best], vectors, accounts, most=most)
    ids = snapshot.ids(at[taken])
    highlights = {one.id: one for one in store.highlights.select(View(coded=False), ids=ids)}
    scores = [float(search.scores[best[i]]) for i in taken]
    # What was taken away since the snapshot is left out.
    return tuple(
        Quote(highlight=highlights[identity], score=score)
        for identity, score in zip(ids, scores, strict=True)
        if identity in highlights
    )
