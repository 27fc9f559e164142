"""Durations of a purchase and its budget: which lengths of time and sums are facts, and what they are of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from icp_voice.analysis.fact_amounts import Amount, lengths, sums

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

NOT_LASTING_AFTER = frozenset(
    {"ago", "old", "later", "earlier", "before", "away", "a", "per", "in", "into", "out", "when", "notice"}
)
NOT_LASTING_BEFORE = frozenset(
    {
        "every",
        "each",
        "last",
        "next",
        "past",
        "since",
        "per",
        "after",
        "first",
        "previous",
        "once",
        "twice",
        "times",
        "by",
        "this",
    }
)
FIRST = frozenset({"call", "contact", "meeting", "demo", "conversation", "talk", "email", "chat"})
LAST = frozenset(
    {"signature", "signing", "contract", "order", "paper", "purchase", "signed", "sign", "decision", "signoff"}
)
STAGES = {
    **{"pilot": "pilot", "trial": "trial", "poc": "proof of concept", "bake": "trial", "test": "trial"},
    **{"evaluation": "evaluation", "questionnaire": "questionnaire", "validation": "validation", "review": "review"},
    **{"negotiation": "negotiation", "negotiations": "negotiation", "procurement": "procurement"},
}
SMALL = frozenset({"minute", "minutes", "hour", "hours"})
BORDERS = frozenset({".", ";", ":", "!", "?"})
ABOVE = frozenset({"above", "over", "beyond", "exceeding"})
BELOW = frozenset({"under", "below"})
PAYING = frozenset({"pay", "pays", "paid", "fund", "funds", "funded"})
NOT_NAMING = frozenset({"DET", "PRON", "PUNCT"})
RATED = frozenset({"NOUN", "PROPN", "NUM", "PRON"})
TOOK = frozenset("took take takes taken taking lasted lasts total altogether dragged process between".split())
SIGNING = frozenset(
    {"sign", "signs", "signed", "approve", "approves", "authorise", "authorises", "authorize", "authorizes"}
)
CEILINGS = frozenset(
    {"budget", "budgeted", "ceiling", "cap", "pencilled", "penciled", "earmarked", "frame", "allocated"}
)
ARTICLES = frozenset({"the", "a", "our", "my", "their", "his", "her"})
SMALLEST_SUM = 100
LONGEST_YEARS = 5
EARMARKED = frozenset(
    {"budget", "budgets", "budgeted", "set", "put", "aside", "plan", "allocated", "allowance", "earmarked"}
)


def durations(doc: Doc, cued: frozenset[int]) -> Iterator[tuple[str, Span]]:
    """Yield (value, span) of each length of time that a purchase or a step of it took, with what it was, if said."""
    for amount in lengths(doc):
        span = doc[amount.start : amount.end]
        if span.sent.start not in cued or not _lasting(doc, amount):
            continue
        stage = _stage(doc, amount)
        if (
            span[-1].lower_ in SMALL
            or amount.words == "1 day"
            or (_in_years(span) and not stage and not _took(span, amount))
        ):
            continue
        yield f"{amount.words} ({stage})" if stage else amount.words, span


def budgets(doc: Doc, cued: frozenset[int]) -> Iterator[tuple[str, Span]]:
    """Yield (value, span) of each sum set aside or limiting who may approve, and of each statement of who pays."""
    for amount, named in sums(doc):
        span = doc[amount.start : amount.end]
        if span.sent.start not in cued or not _is_money(doc, amount, named):
            continue
        before = {token.lower_ for token in doc[max(span.sent.start, amount.start - 3) : amount.start]}
        told = {token.lower_ for token in span.sent}
        if before & ABOVE or ({"up", "to"} <= before and told & SIGNING):
            yield f"approval above {amount.words}", span
        elif before & BELOW:
            yield f"no approval below {amount.words}", span
        elif (named and EARMARKED & told) or CEILINGS & told:
            yield amount.words, span
    yield from _payers(doc)


def _lasting(doc: Doc, amount: Amount) -> bool:
    """Tell whether a length is how long something took, and not a date, an age or a rate."""
    before = doc[amount.start - 1].lower_ if amount.start else ""
    after = doc[amount.end].lower_ if amount.end < len(doc) else ""
    if before in NOT_LASTING_BEFORE or after in NOT_LASTING_AFTER:
        return False
    if doc[amount.start].lower_ in {"a", "an"} and amount.start and doc[amount.start - 1].pos_ in RATED:
        return False
    return (
        amount.start < 2
        or doc[amount.start - 2].lower_ not in {"every", "once", "within"}
        or before not in {"the", "a"}
    )


def _stage(doc: Doc, amount: Amount) -> str:
    sentence = doc[amount.start].sent
    words = [token.lower_ for token in sentence]
    first = _from_first_to_last(words)
    if first:
        return f"first {first} to signature"
    near: list[Token] = list(doc[amount.end : min(amount.end + 3, sentence.end)])
    for token in near:
        if token.lower_ in STAGES:
            return STAGES[token.lower_]
        if token.lower_ in {",", "and", "for"}:
            break
    return _stage_before(doc, amount, sentence)


def _stage_before(doc: Doc, amount: Amount, sentence: Span) -> str:
    """Return the step named as what lasted: "the pilot took", "a pilot, eight weeks", "trial of thirty days"."""
    between = list(doc[max(sentence.start, amount.start - 6) : amount.start])
    for token in reversed(between):
        if token.lower_ in STAGES:
            name = STAGES[token.lower_]
            if name == "review":
                kind = token.nbor(-1).lower_ if token.i > sentence.start else ""
                return f"{kind} review" if kind in {"security", "legal"} else ""
            return name
        if token.lower_ in BORDERS or token.lower_ in {"and", "then", "but"}:
            break
    return ""


def _from_first_to_last(words: list[str]) -> str:
    """Return what the time is counted from, if it is the time from the first call (meeting, demo) to the signature."""
    for place, word in enumerate(words):
        if word in FIRST and "first" in words[max(0, place - 2) : place]:
            rest = words[place:]
            ends = [rest.index(to) for to in ("to", "until", "till") if to in rest]
            if ends and any(word in LAST for word in rest[min(ends) : min(ends) + 6]):
                return word
    return ""


def _in_years(span: Span) -> bool:
    return span[-1].lower_.startswith("year")


def _took(span: Span, amount: Amount) -> bool:
    """Tell whether years are said to be how long something took; otherwise they are mostly how long it was used."""
    return amount.value <= LONGEST_YEARS and any(token.lower_ in TOOK for token in span.sent)


def _is_money(doc: Doc, amount: Amount, named: bool) -> bool:
    """Tell whether a number is a sum: by its currency, or as a bare large number that counts nothing."""
    after = doc[amount.end] if amount.end < len(doc) else None
    counts = after is not None and (after.pos_ in {"NOUN", "PROPN", "ADJ"} or after.lower_ in {"-", "%", "percent"})
    return named or (amount.value >= SMALLEST_SUM and not 1900 <= amount.value <= 2100 and not counts)


def _payers(doc: Doc) -> Iterator[tuple[str, Span]]:
    """Yield "paid by X" for each "X pays" and "out of X's budget", where nothing but the purchase can be meant."""
    for token in doc:
        if found := _purse(doc, token):
            yield found
        after = doc[token.i + 1] if token.i + 1 < len(doc) else None
        bare = after is None or after.is_punct or (after.lower_ == "for" and not _itself(doc, after))
        if token.lower_ not in PAYING or token.pos_ != "VERB" or not bare:
            continue
        for subject in token.children:
            if subject.dep_ == "nsubj" and subject.pos_ in {"NOUN", "PROPN"}:
                words = [word for word in subject.subtree if word.i <= subject.i and word.pos_ not in NOT_NAMING]
                if 0 < len(words) <= 4:
                    span = doc[min(word.i for word in words) : token.i + 1]
                    yield f"paid by {' '.join(word.text for word in words).lower()}", span


def _purse(doc: Doc, token: Token) -> tuple[str, Span] | None:
    """Return the payer in "out of the marketing budget" and "from marketing's budget"."""
    if token.lower_ != "budget" or not 0 < token.i:
        return None
    first = token.i
    while first > 0 and doc[first - 1].lower_ not in ARTICLES | {"of", "from"} and token.i - first < 4:
        first -= 1
    whose = [word for word in doc[first : token.i] if word.lower_ not in {"'s", "'"}]
    before = [word.lower_ for word in doc[max(0, first - 3) : first]]
    if not whose or not {"of", "from"} & set(before) or any(word.pos_ not in {"NOUN", "PROPN"} for word in whose):
        return None
    return f"paid by {' '.join(word.text for word in whose).lower()}", doc[first : token.i + 1]


def _itself(doc: Doc, token: Token) -> bool:
    return token.i + 1 < len(doc) and token.nbor(1).lower_ in {"itself", "themselves", "a", "two", "three"}
