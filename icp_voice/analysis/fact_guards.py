"""What makes a mention no fact: it is negated, supposed, asked, or said of somebody else's customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

NEGATIONS = frozenset(
    {"no", "not", "n't", "never", "neither", "nor", "without", "zero", "nobody", "none", "hardly", "cannot"}
)
SUBJECTLESS = frozenset({"nobody", "noone", "none", "nothing", "neither"})
SOFTENERS = frozenset({"only", "just", "even", "until", "to"})
BEYOND = frozenset(
    {"xcomp", "ccomp", "pcomp", "acl", "dobj", "pobj", "attr", "nsubjpass", "nsubj", "compound", "prep", "agent"}
)
BORDERS = frozenset({",", ";", ":", ".", "-", "\u2013", "\u2014", "but", "then", "so", "because", "which", "and"})
IFS = frozenset({"if", "unless", "lest", "whenever"})
# Small models take these for plural nouns after a title ("the finance director signs").
VERB_LIKE = frozenset(
    """signs sign decides decide pays pay approves approve wants want asks picks checks says insists
    votes needs looks gets runs owns buys haggles negotiates pushed picked signed approved""".split()
)
# "Had legal been involved, we would still be waiting."
INVERTED = frozenset({"had", "were", "should"})
WOULD = frozenset({"would", "'d", "might", "could"})
# "in the whole trial", "during our pilot": that there was one is taken for granted.
OCCASIONS = frozenset({"in", "during", "through", "throughout", "after", "before", "since", "at"})
GIVEN = frozenset({"the", "our", "that", "this", "whole", "entire"})
NEAR = 3
SUPPOSED_WITHIN = 9


def negated(span: Span) -> bool:
    """Tell whether the words around deny what the span says.

    Not so a denial inside the span ("the others couldn't"), a double one ("nothing is bought without purchasing"), one
    of what happened during a thing ("it never broke in the whole trial"), or one in a clause of its own after a comma.
    """
    if _denied_before(span):
        return not _denied_twice(span)
    governors = _governors(span.root)
    if _occasion(span):
        governors = governors[:1]
    return any(_denies(token, span) for token in governors if not _apart(span, token)) and not _denied_twice(span)


def supposed(span: Span) -> bool:
    """Tell whether the span stands in an if-clause, or in what would have been."""
    if any(_conditional(token) or _counterfactual(token) for token in _governors(span.root)):
        return True
    words = [token.lower_ for token in span.sent]
    if words[0] in INVERTED and set(words) & WOULD:
        return True
    # Captions without punctuation confuse the parser: look for an "if" close by as well.
    sentence = span.sent
    for token in reversed(list(sentence.doc[max(sentence.start, span.start - SUPPOSED_WITHIN) : span.start])):
        if token.lower_ in IFS:
            before = token.nbor(-1).lower_ if token.i > sentence.start else ""
            return before not in {"as", "even", "only", "see"} and not _by_the_by(sentence.doc[token.i : token.i + 5])
        if token.lower_ in {",", ";", "then", "and", "but", "so"}:
            return False
    return False


def asked(span: Span) -> bool:
    """Tell whether the sentence of the span is a question."""
    return span.sent.text.rstrip(" \"'”)").endswith("?")


def modifies(span: Span) -> bool:
    """Tell whether the span only describes the noun after it ("legal terms", "security features")."""
    last = span[-1]
    if last.head.lower_ in VERB_LIKE:
        return False
    return (
        last.dep_ in {"compound", "amod", "nmod", "poss"}
        and last.head.i > last.i
        and last.head.pos_ in {"NOUN", "PROPN"}
    )


def _denied_twice(span: Span) -> bool:
    """Tell whether "without" takes back an earlier denial ("nothing gets bought without procurement")."""
    before = [token.lower_ for token in span.doc[span.sent.start : span.start]]
    if "without" not in before[-NEAR:]:
        return False
    return bool(set(before[: len(before) - 1 - before[::-1].index("without")]) & (NEGATIONS | SUBJECTLESS))


def _occasion(span: Span) -> bool:
    """Tell whether the span is when something happened ("in the whole trial"), so that it took place whatever happened."""
    before = [token.lower_ for token in span.doc[max(span.sent.start, span.start - NEAR) : span.start]]
    return bool(before) and before[-1] in GIVEN and any(word in OCCASIONS for word in before)


def _apart(span: Span, governor: Token) -> bool:
    """Tell whether a comma and a subject of its own stand between the span and what seems to govern it."""
    if governor.i < span.end:
        return False
    subjects = [child.i for child in governor.children if child.dep_ in {"nsubj", "nsubjpass"} and child.i >= span.end]
    return bool(subjects) and any(token.lower_ in {",", ";", "-"} for token in span.doc[span.end : max(subjects)])


def _denied_before(span: Span) -> bool:
    sentence = span.sent
    for token in reversed(list(sentence.doc[max(sentence.start, span.start - NEAR) : span.start])):
        if token.lower_ in NEGATIONS:
            return not (token.i + 1 < span.end and token.nbor(1).lower_ in SOFTENERS)
        if token.lower_ in BORDERS:
            return False
    return False


def _governors(token: Token) -> list[Token]:
    """Return the token and what it depends on, up to the verb of its clause and the verbs that take this clause."""
    found = [token]
    while found[-1].head.i != found[-1].i:
        current = found[-1]
        nominal_conjunct = current.dep_ == "conj" and current.pos_ not in {"VERB", "AUX"}
        if current.pos_ in {"VERB", "AUX"} and current.dep_ not in BEYOND:
            break
        if current.dep_ in {"conj", "advcl", "relcl", "parataxis"} and not nominal_conjunct:
            break
        found.append(current.head)
    return found


def _denies(token: Token, span: Span) -> bool:
    for child in token.children:
        if span.start <= child.i < span.end:
            continue
        if child.lower_ in SUBJECTLESS and child.dep_ in {"nsubj", "nsubjpass"}:
            return True
        no_one = child.lower_ == "one" and child.dep_ == "nsubj" and any(word.lower_ == "no" for word in child.children)
        denial = child.dep_ == "neg" or (child.dep_ in {"det", "preconj"} and child.lower_ in {"no", "neither"})
        softened = child.i + 1 < len(child.doc) and child.nbor(1).lower_ in SOFTENERS - {"to", "even"}
        either_way = child.i > 0 and child.nbor(-1).lower_ == "or"
        if no_one or (denial and not softened and not either_way):
            return True
    return token.lower_ == "without" and not span.start <= token.i < span.end


def _conditional(token: Token) -> bool:
    marks = [child for child in token.children if child.lower_ in IFS and child.dep_ in {"mark", "advmod"}]
    return token.pos_ in {"VERB", "AUX"} and any(not _by_the_by(mark.doc[mark.i : mark.i + 5]) for mark in marks)


def _by_the_by(words: Span) -> bool:
    """Tell whether an if-clause supposes nothing ("if I'm honest", "if I remember right")."""
    return any(token.lower_ in {"honest", "remember", "recall", "mistaken", "right"} for token in words)


def _counterfactual(token: Token) -> bool:
    helpers = {child.lower_ for child in token.children if child.dep_ in {"aux", "auxpass"}}
    return bool(helpers & {"would", "could", "should", "might", "'d"}) and "have" in helpers
