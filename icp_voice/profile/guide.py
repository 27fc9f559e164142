"""Which question that is known is asked: one that a category answers, or one that facts of a kind do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from icp_voice.profile import kinds
from icp_voice.profile.question import Question, of_customers, stems
from icp_voice.settings import Codebook

# The cosines from which a question asks the same as one that is known.
GUIDE, FACTS = 0.7, 0.75


@dataclass(frozen=True, slots=True)
class Guide:
    """A question that is known: a category's, or one that facts of a kind answer; `match` is the cosine, 0 if none."""

    category: str = ""
    kind: str = ""
    match: float = 0.0


def guide_of(
    question: Question,
    codebook: Codebook,
    category: str,
    near: Callable[[str, Sequence[str]], list[float]],
    stated: Callable[[str], bool],
) -> Guide:
    """Return the guiding question that is asked; else `category`, that of the view, which may be empty.

    No category's question counts where a thing is named of which none of them speaks. Facts answer a question if they are
    `stated`: there are some of the kind, and all else that it names is spoken of. In a view of one category, the question
    that is asked has to be one of its own. `near` returns the cosines of a text to others.
    """
    found = [] if category else _of_facts(question, near)
    for guide in sorted(found + _of_categories(question, codebook, near), key=lambda one: -one.match):
        if guide.match < GUIDE or (category and guide.category != category):
            break
        if guide.category or (guide.match >= FACTS and stated(guide.kind)):
            return guide
    return Guide(category=category)


def _of_categories(
    question: Question, codebook: Codebook, near: Callable[[str, Sequence[str]], list[float]]
) -> list[Guide]:
    asked = [
        (one.name, text)
        for one in codebook
        for text in (one.title, one.question, *one.asked_as, *one.interview_questions)
    ]
    spoken_of = {stem for _, text in asked for stem in stems(text)}
    if not all(set(stems(thing)) <= spoken_of for thing in question.things):
        return []
    cosines = near(of_customers(question.text), [of_customers(text) for _, text in asked])
    return [Guide(category=name, match=cosine) for (name, _), cosine in zip(asked, cosines, strict=True)]


def _of_facts(question: Question, near: Callable[[str, Sequence[str]], list[float]]) -> list[Guide]:
    asked = [(kind, text) for kind, texts in kinds.ASKED.items() for text in texts]
    cosines = near(question.text, [text for _, text in asked])
    return [Guide(kind=kind, match=cosine) for (kind, _), cosine in zip(asked, cosines, strict=True)]
