"""A question put to the data: the highlights that answer it, from different accounts, or why nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from icp_voice.embed import Embedder, embed_texts
from icp_voice.language import Language
from icp_voice.model import Answer, Highlight, Quote, View
from icp_voice.profile import retrieve
from icp_voice.profile.question import Question, stems
from icp_voice.settings import Codebook, Settings
from icp_voice.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

LOOKED_AT = 40
GUIDE = 0.7
# How near to a question a passage must be to speak of it: as a share of the nearest one's cosine, and as a cosine.
# Where even the nearest is far, the share alone would let in what is merely of the same trade.
NEAR_BEST, NEAR, NEARLY_BEST = 0.55, 0.3, 0.8


@dataclass(frozen=True)
class _Search:
    """A question with everything that was measured of the passages."""

    question: Question
    vectors: Floats
    close: Floats
    lexical: Floats
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


def ask(
    store: Store, settings: Settings, codebook: Codebook, language: Language, embedder: Embedder, view: View
) -> Answer:
    """Answer `view.question` within the view. All its passages are read, coded or not; with a category, those it holds."""
    highlights = store.highlights.select(replace(view, coded=False))
    names = {one.account for one in highlights if one.account}
    of_accounts = len(store.accounts.tagged(view.account_tag)) if view.account_tag else len(names)
    if not highlights:
        reason = "There are no customers' words in this view."
        return Answer(question=view.question, answered=False, of_accounts=of_accounts, reason=reason)
    search = _search(store, codebook, language, embedder, view, highlights)
    scores = retrieve.rank(
        search.question, _places(highlights), close=search.close, lexical=search.lexical, prior=search.prior
    )
    order = [int(i) for i in (-scores).argsort(kind="stable")]
    verdict = retrieve.answerable(
        search.question,
        close=search.close,
        lexical=search.lexical,
        texts=[highlights[i].text for i in order[:LOOKED_AT]],
        # A word may stand in more turns of all documents than there are passages in the view.
        frequencies=[min(store.search.frequency(term), len(highlights)) for term in search.question.all_terms],
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
    quotes = _quotes(search, highlights, order, scores, most=settings.answers.most_quotes)
    return Answer(
        question=view.question,
        answered=True,
        quotes=quotes,
        accounts=len({one.account for one, fits in zip(highlights, search.fits, strict=True) if fits and one.account}),
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
    highlights: Sequence[Highlight],
) -> _Search:
    import numpy as np

    question = Question.read(view.question, language)
    vectors = embed_texts(store, embedder, [one.text for one in highlights])
    asked = embedder.embed(list(question.texts))
    category, match = _guide(store, codebook, embedder, view)
    prior = None
    if category:
        held = [next((tag.score for tag in one.tags if tag.category == category), 0.0) for one in highlights]
        valid = [category in one.categories for one in highlights]
        prior = np.array(held, dtype=np.float32) * np.array(valid, dtype=np.float32)
    return _Search(
        question=question,
        vectors=vectors,
        close=retrieve.closeness(vectors, asked),
        lexical=_lexical(store, question, highlights),
        prior=prior,
        category=category,
        match=match,
    )


def _guide(store: Store, codebook: Codebook, embedder: Embedder, view: View) -> tuple[str, float]:
    """Return the category whose guiding question is asked, with the cosine; or the view's own category.

    In a view of one category, only that one's guiding questions count.
    """
    categories = [codebook[view.category]] if view.category else list(codebook)
    guides = [
        (category.name, text) for category in categories for text in (category.question, *category.interview_questions)
    ]
    vectors = embed_texts(store, embedder, [text for _, text in guides])
    close = vectors @ embedder.embed([view.question])[0]
    best = int(close.argmax())
    if float(close[best]) >= GUIDE:
        return guides[best][0], float(close[best])
    return view.category, 0.0


def _lexical(store: Store, question: Question, highlights: Sequence[Highlight]) -> Floats:
    """Return BM25 of each passage's turn, in full where the passage itself holds a word of the question."""
    import numpy as np

    own, around = store.search.turns(question.terms), store.search.turns(question.setting_terms)
    wanted = {stem for term in question.all_terms for stem in stems(term)}
    scores = np.zeros(len(highlights), dtype=np.float32)
    for i, one in enumerate(highlights):
        place = (one.document, one.turn)
        score = own.get(place, 0.0) + 0.5 * around.get(place, 0.0)
        if score > 0:
            scores[i] = score if wanted & set(stems(one.text)) else 0.3 * score
    return scores


def _places(highlights: Sequence[Highlight]) -> retrieve.Passages:
    import numpy as np

    documents = {one.document: number for number, one in enumerate(highlights)}
    labels = [f"{one.speaker}, {one.role}, {one.account_name}" for one in highlights]
    speakers = list(dict.fromkeys(labels))
    place = {speaker: number for number, speaker in enumerate(speakers)}
    return retrieve.Passages(
        document=np.array([documents[one.document] for one in highlights], dtype=np.int64),
        speaker=np.array([place[label] for label in labels], dtype=np.int64),
        speakers=tuple(speakers),
    )


def _quotes(
    search: _Search, highlights: Sequence[Highlight], order: Sequence[int], scores: Floats, *, most: int
) -> tuple[Quote, ...]:
    fitting = [i for i in order if search.fits[i]][: LOOKED_AT * 2]
    best = fitting if search.by_category else [i for i in order[:LOOKED_AT] if search.fits[i]] or fitting
    accounts = [one.account or one.document for one in highlights]
    taken = retrieve.summarise(best, scores, search.vectors, accounts, most=most)
    return tuple(Quote(highlight=highlights[i], score=float(scores[i])) for i in taken)
