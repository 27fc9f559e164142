"""A question put to the data: the highlights that answer it, from different accounts, or why nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
NEAR_BEST = 0.55


@dataclass(frozen=True, slots=True)
class _Search:
    """A question with everything that was measured of the passages."""

    question: Question
    close: Floats
    lexical: Floats
    prior: Floats | None
    category: str
    match: float


def ask(
    store: Store, settings: Settings, codebook: Codebook, language: Language, embedder: Embedder, view: View
) -> Answer:
    """Answer `view.question` within the view. All passages are read, coded or not."""
    highlights = store.highlights.select(replace(view, coded=False, category=""))
    names = {one.account for one in highlights if one.account}
    of_accounts = len(store.accounts.tagged(view.account_tag)) if view.account_tag else len(names)
    if not highlights:
        reason = "There are no customers' words in this view."
        return Answer(question=view.question, answered=False, of_accounts=of_accounts, reason=reason)
    search = _search(store, codebook, language, embedder, view, highlights)
    scores = retrieve.rank(
        search.question, _places(highlights), close=search.close, lexical=search.lexical, prior=search.prior
    )
    order = [int(i) for i in scores.argsort(kind="stable")[::-1][:LOOKED_AT]]
    verdict = retrieve.answerable(
        search.question,
        close=search.close,
        lexical=search.lexical,
        texts=[highlights[i].text for i in order],
        frequencies=[store.search.frequency(term) for term in search.question.all_terms],
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
    quotes = _quotes(store, embedder, search, highlights, order, scores, most=settings.answers.most_quotes)
    return Answer(
        question=view.question,
        answered=True,
        quotes=quotes,
        accounts=len(_speaking(search, highlights, order)),
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
        close=retrieve.closeness(vectors, asked),
        lexical=_lexical(store, question, highlights),
        prior=prior,
        category=category,
        match=match,
    )


def _guide(store: Store, codebook: Codebook, embedder: Embedder, view: View) -> tuple[str, float]:
    """Return the category whose guiding question is asked, with the cosine; or the view's own category."""
    guides = [(category, text) for category in codebook for text in (category.question, *category.interview_questions)]
    vectors = embed_texts(store, embedder, [text for _, text in guides])
    close = vectors @ embedder.embed([view.question])[0]
    best = int(close.argmax())
    if float(close[best]) >= GUIDE and view.category in {"", guides[best][0].name}:
        return guides[best][0].name, float(close[best])
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


def _fits(search: _Search, i: int, best: float) -> bool:
    """Tell whether a passage speaks of the question itself, and not only stands near one that does."""
    if search.prior is not None and search.match:
        return bool(search.prior[i] > 0)
    return bool(search.close[i, 0] >= NEAR_BEST * best)


def _speaking(search: _Search, highlights: Sequence[Highlight], order: Sequence[int]) -> set[str]:
    """Return the accounts that speak to the question: all with the category if it was met, else those among the best."""
    best = float(search.close[order, 0].max())
    among = range(len(highlights)) if search.prior is not None and search.match else order
    return {highlights[i].account for i in among if highlights[i].account and _fits(search, i, best)}


def _quotes(
    store: Store,
    embedder: Embedder,
    search: _Search,
    highlights: Sequence[Highlight],
    order: Sequence[int],
    scores: Floats,
    *,
    most: int,
) -> tuple[Quote, ...]:
    best = float(search.close[order, 0].max())
    if search.prior is not None and search.match:
        # A guiding question is answered by its category: every passage of it may be quoted.
        order = sorted(range(len(highlights)), key=lambda i: (-float(scores[i]), i))
    fitting = [i for i in order if _fits(search, i, best)][: LOOKED_AT * 2]
    vectors = embed_texts(store, embedder, [one.text for one in highlights])
    accounts = [one.account or one.document for one in highlights]
    taken = retrieve.summarise(fitting, scores, vectors, accounts, most=most)
    return tuple(Quote(highlight=highlights[i], score=float(scores[i])) for i in taken)
