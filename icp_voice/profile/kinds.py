"""Questions that stated facts answer: how people ask for each kind of fact."""

from __future__ import annotations

from collections.abc import Sequence

from icp_voice.profile.question import stems

ASKED: dict[str, tuple[str, ...]] = {
    "competitor": (
        "Which competitors did they look at?",
        "Which other products did they compare us with?",
        "What alternatives did they consider?",
        "Which other vendors were on the shortlist?",
        "Who do they compare us with?",
        "Whom did we win against, and whom did we lose to?",
    ),
    "role": (
        "Who decides on the purchase?",
        "Who is involved in the decision to buy?",
        "Who signs the contract?",
        "Who has to approve the purchase?",
        "Who signs off on the budget?",
        "Who holds the budget?",
        "Who has the final say?",
        "Who are the decision makers?",
        "Who is the economic buyer?",
        "Which departments have to agree?",
    ),
    "duration": (
        "How long did the purchase take?",
        "How long did it take them to decide?",
        "How long is the sales cycle?",
        "How much time passes until they sign?",
    ),
    "budget": (
        "How large is the budget?",
        "How much money was set aside for the purchase?",
        "How much are they able to spend?",
    ),
    "criterion": (
        "Which criteria counted when they chose?",
        "What were the selection criteria?",
        "What did they look for in a vendor?",
        "What must a product have to be considered?",
    ),
    "step": (
        "Which steps did the purchase go through?",
        "What are the steps of the evaluation?",
        "What does their procurement process look like?",
        "How do they evaluate a new product?",
    ),
}


def unexplained(kind: str, missing: Sequence[str]) -> tuple[str, ...]:
    """Return which of the terms that nobody says do not merely name the kind of fact: then facts do not answer."""
    known = {stem for question in ASKED[kind] for stem in stems(question)}
    return tuple(term for term in missing if not set(stems(term)) <= known)
