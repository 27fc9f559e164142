"""How much a passage tells by itself, and the few sentences that sum an answer up, each cut from a quote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from icp_voice.model import Quote, Statement
from icp_voice.profile.question import Question, stems

# What begins so leans on what was said before.
LEANING = re.compile(
    r"^\W*(?:(?:and|but|so|or|also|then|well|however|because)\b\W*)?(?:it|its|it's|that|that's|this|these|those|they|they're|"
    r"them|he|she|his|her|their|which|yes|yeah|no|nope|oh|ha|okay|ok|exactly|right|same|such|there|the other)\b",
    re.I,
)
PLAIN = frozenset(
    """a about after again all also am an and any are as at be because been before being but by can could did do does
    done down each even ever every few for from get give go good got had has have having he her here him his how i if in
    into is it its just keep kind know last less like little lot made make many may maybe me mean more most much must my
    need never new no not now of off on once one only or other our out over own put quite really said same say see she
    should so some still such take than that the their them then there these they thing think this those though thing to
    too two up us use used very was way we well went were what when where which while who will with would yes you
    your""".split()
)
FEWEST, SHORTEST = 2, 4  # words of its own besides those of the question, and words, by which a passage tells something
FRAGMENT, LEANS = 0.35, 0.1
MOST = 4
SAME = 0.6
ENDS = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9])")


def flaw(text: str, question: Question) -> float:
    """Return what to take off the score of a passage that says too little by itself: 0 for one that stands alone."""
    asked = {stem for term in question.all_terms for stem in stems(term)}
    fragment = len(_own(text) - asked) < FEWEST or len(text.split()) < SHORTEST
    return FRAGMENT * fragment + LEANS * bool(LEANING.match(text))


def _own(text: str) -> set[str]:
    return set(stems(text)) - _plain()


@cache
def _plain() -> frozenset[str]:
    return frozenset(stem for word in PLAIN for stem in stems(word))


def summary(quotes: Sequence[Quote], question: Question) -> tuple[Statement, ...]:
    """Return up to four sentences, each from a quote of its own, none saying much the same as another.

    Of a quote, the sentence counts that stands by itself, holds most words of the question, and tells most; quotes without such a
    sentence are only taken when no other is left.
    """
    each = [_best(quote, question) for quote in quotes]
    alone = [one for one in each if not flaw(one.text, question) and _to_the_point(one, question)]
    taken: list[Statement] = []
    for statement in alone or each[:1]:
        if len(taken) < MOST and not any(_alike(statement.text, other.text) for other in taken):
            taken.append(statement)
    return tuple(taken)


def _to_the_point(statement: Statement, question: Question) -> bool:
    """Tell whether a sentence holds a word of the question, if the rest of its quote does."""
    asked = {stem for term in question.all_terms for stem in stems(term)}
    return bool(asked & set(stems(statement.text))) or not asked & set(stems(statement.highlight.text))


def _best(quote: Quote, question: Question) -> Statement:
    asked = {stem for term in question.all_terms for stem in stems(term)}

    def worth(statement: Statement) -> tuple[float, int, int]:
        held = len(asked & set(stems(statement.text)))
        return held - 10 * flaw(statement.text, question), len(_own(statement.text)), -statement.start

    return max(_sentences(quote), key=worth)


def _sentences(quote: Quote) -> Iterable[Statement]:
    highlight = quote.highlight
    borders = [0, *(match.end() for match in ENDS.finditer(highlight.text)), len(highlight.text)]
    for first, last in pairwise(borders):
        end = first + len(highlight.text[first:last].rstrip())
        yield Statement(highlight=highlight, start=highlight.start + first, end=highlight.start + end)


def _alike(one: str, other: str) -> bool:
    first, second = _own(one), _own(other)
    return len(first & second) >= SAME * min(len(first), len(second))
