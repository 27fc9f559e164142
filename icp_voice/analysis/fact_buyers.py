"""Who has the last word in a purchase: the subject of a deciding verb, or the reply to "who signs?"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from icp_voice.analysis.fact_patterns import Lexicon
from icp_voice.analysis.fact_reading import Found, Reading, found

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

SPEAKERS = frozenset({"i", "he", "she", "me", "myself"})
PAYING = frozenset({"pay", "pays", "paid"})
DECIDERS = frozenset({"i", "he", "she"})
BUYER = "economic buyer"
REPLY = 12


def buyers(reading: Reading, lexicon: Lexicon, roles: Sequence[Span]) -> Iterator[Found]:
    """Yield who has the last word; `roles` are the words of the text that stand for people who may have it."""
    doc = reading.doc
    places = {token.i: span for span in roles for token in span}
    for verb in lexicon.find(doc, "role.deciding", reading.hits):
        for subject in verb[0].children:
            told = subject.i in places or (subject.lower_ in DECIDERS and verb[0].lower_ not in PAYING)
            if subject.dep_ == "nsubj" and told and _decides(verb[0]) and reading.may(verb):
                yield found("role", BUYER, doc[min(subject.i, verb.start) : max(subject.i + 1, verb.end)])
    if "role.asked_decider" in reading.question:
        first = next(iter(doc.sents))
        answer = [places[token.i] for token in first[:REPLY] if token.i in places]
        answer += [
            doc[token.i : token.i + 1] for token in first[:2] if token.lower_ in SPEAKERS and len(first) <= REPLY
        ]
        yield from (found("role", BUYER, span) for span in answer[:1] if reading.may(span, limit=True))


def _decides(verb: Token) -> bool:
    """Tell whether a deciding verb is about the purchase: not "signs up", "decided that ..." or "let me approve"."""
    after = verb.nbor(1).lower_ if verb.i + 1 < len(verb.doc) else ""
    thought = any(child.dep_ == "ccomp" for child in verb.children)
    return (
        after not in {"up", "in", "out", "on"}
        and not thought
        and verb.head.lower_ not in {"let", "lets", "make", "makes"}
    )
