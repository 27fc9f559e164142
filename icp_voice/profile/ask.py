"""A question put to the data: the highlights that answer it, from different accounts, or why nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from icp_voice.embed import Embedder
from icp_voice.language import Language
from icp_voice.model import Answer, Quote, View
from icp_voice.profile import kinds, retrieve
from icp_voice.profile.guide import Guide, guide_of
from icp_voice.profile.index import Index, Snapshot
from icp_voice.profile.question import Question, of_customers
from icp_voice.profile.telling import flaw, summary
from icp_voice.settings import Codebook, Settings
from icp_voice.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Integers = NDArray[np.int64]

LOOKED_AT = 40
# How near to a question a passage must be to speak of it: as a share of the nearest one's cosine, and as a cosine.
# Where even the nearest is far, the share alone would let in what is merely of the same trade; and what holds none of
# the question's words has to be nearer.
NEAR_BEST, NEAR, NEARLY_BEST = 0.55, 0.3, 0.8
WORDLESS_BEST, WORDLESS = 0.7, 0.4


@dataclass(frozen=True)
class _Search:
    """A question with everything that was measured of the n passages of a view; `at` are their numbers in the index."""

    question: Question
    at: Integers
    account: Integers
    close: Floats
    lexical: Floats
    holds: NDArray[np.bool_]
    scores: Floats
    prior: Floats | None
    guide: Guide

    @property
    def by_category(self) -> bool:
        """Whether it is a guiding question, and so answered by its category: every passage of it speaks of it."""
        return self.prior is not None and self.guide.match > 0 and bool((self.prior > 0).any())

    @cached_property
    def fits(self) -> NDArray[np.bool_]:
        """Which passages speak of the question itself, and do not only stand near one that does, as (n,)."""
        if self.prior is not None and self.by_category:
            return self.prior > 0
        nearest = self.close[:, 0]
        best = float(nearest.max())
        with_words = nearest >= max(NEAR_BEST * best, min(NEAR, NEARLY_BEST * best))
        without = nearest >= max(WORDLESS_BEST * best, min(WORDLESS, NEARLY_BEST * best))
        near: NDArray[np.bool_] = without | (with_words & self.holds.any(axis=0))
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
        texts=[one.text for one in store.positions.spoken(snapshot.ids(at[search.order]))],
        frequencies=search.holds.sum(axis=1).tolist(),
        category_match=search.guide.match,
        prior=search.prior,
    )
    known = Answer(
        question=view.question,
        answered=False,
        of_accounts=of_accounts,
        category=search.guide.category,
        reason=verdict.reason,
    )
    if verdict.score < settings.answers.threshold:
        return replace(known, reason=_not_coded(codebook, search) or verdict.reason)
    quotes = _quotes(store, snapshot, search, most=settings.answers.most_quotes)
    return replace(
        known,
        answered=True,
        quotes=quotes,
        summary=summary(quotes, search.question),
        accounts=_count(account[search.fits]),
        reason="Customers state it." if search.by_category and search.guide.kind else verdict.reason,
    )


def _not_coded(codebook: Codebook, search: _Search) -> str:
    """Return the reason why a guiding question is not answered: none of what was said is coded so."""
    if not search.guide.match or search.guide.kind or search.by_category:
        return ""
    return f'It asks for "{codebook[search.guide.category].title}", and no passage here is coded so.'


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
    texts = list(dict.fromkeys((*question.texts, question.text, of_customers(question.text))))
    asked = dict(zip(texts, embedder.embed(texts), strict=True))
    everything = len(at) == len(snapshot)
    close = snapshot.close(np.stack([asked[text] for text in question.texts]))
    matches = snapshot.words.find(store.search, question)
    missing = [term for term, each in zip(question.all_terms, matches.holds, strict=True) if not each[at].any()]

    def stated(kind: str) -> bool:
        return not kinds.unexplained(kind, missing) and bool(snapshot.stating(store, kind)[at].any())

    def near(text: str, known: Sequence[str]) -> list[float]:
        cosines: list[float] = (index.guides(store, embedder, known) @ asked[text]).tolist()
        return cosines

    guide = guide_of(question, codebook, view.category, near, stated)
    prior = snapshot.held(store, guide.category) if guide.category else None
    if guide.kind:
        prior = snapshot.stating(store, guide.kind)
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
        holds=holds,
        scores=retrieve.rank(question, passages, close=close, lexical=lexical, prior=prior),
        prior=prior,
        guide=guide,
    )


def _count(accounts: Integers) -> int:
    """Return how many different accounts there are, those of nobody (-1) not among them."""
    import numpy as np

    return int(np.count_nonzero(np.bincount(accounts + 1)[1:]))


def _quotes(store: Store, snapshot: Snapshot, search: _Search, *, most: int) -> tuple[Quote, ...]:
    import numpy as np

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
    worth = search.scores[best] + (search.prior[best] if search.prior is not None and search.by_category else 0)
    texts = [one.text for one in store.positions.spoken(snapshot.ids(at))]
    worth = worth - np.array([flaw(text, search.question) for text in texts], dtype=np.float32)
    taken = retrieve.summarise(range(len(best)), worth, vectors, accounts, most=most)
    ids = snapshot.ids(at[taken])
    highlights = store.highlights.known(ids)
    scores = [float(search.scores[best[i]]) for i in taken]
    # What was taken away since the snapshot is left out.
    return tuple(
        Quote(highlight=highlights[identity], score=score)
        for identity, score in zip(ids, scores, strict=True)
        if identity in highlights
    )
