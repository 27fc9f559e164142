"""Measures against values that are known: from the literature, or worked out by hand."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers import by_words
from icp_voice.evaluate.alpha import alpha, alpha_interval
from icp_voice.evaluate.answers import elsewhere, found
from icp_voice.evaluate.coded_segments import locate
from icp_voice.evaluate.coherence import diversity, npmi
from icp_voice.evaluate.ground import Ground
from icp_voice.evaluate.held_out import folds
from icp_voice.evaluate.meetings import Collection, Meeting
from icp_voice.evaluate.scores import drawn_means, drawn_scores, draws, interval, score
from icp_voice.evaluate.spans import TurnSpans, kappa, measure
from icp_voice.evaluate.tag_rows import read_passages
from icp_voice.evaluate.tags import averaged_over, best_f1, reliability
from icp_voice.profile.question import Question
from icp_voice.profile.retrieve import Bm25, Passages
from icp_voice.settings import load_codebook

# The worked examples of Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections A, B and C.
BINARY = ("0100000010", "1110010000")
NOMINAL = ("aabbdcccedda", "babbbccceddd")
FOUR = ("123321412   ", "1233224125 3", " 3332342251 ", "12332441251 ")


def units(*coders: str) -> Counter[tuple[str | None, ...]]:
    return Counter(tuple(None if said == " " else said for said in unit) for unit in zip(*coders, strict=True))


def test_alpha_is_what_krippendorff_works_out_for_two_coders_and_two_values():
    assert alpha(units(*BINARY)) == pytest.approx(0.095, abs=0.0005)


def test_alpha_is_what_krippendorff_works_out_for_two_coders_and_five_values():
    assert alpha(units(*NOMINAL)) == pytest.approx(0.692, abs=0.0005)


def test_alpha_is_what_krippendorff_works_out_for_four_coders_with_values_missing():
    assert alpha(units(*FOUR)) == pytest.approx(0.743, abs=0.0005)


def test_alpha_says_nothing_where_all_say_the_same_of_everything():
    assert alpha({(True, True): 7}) is None
    assert alpha({}) is None
    assert alpha({(True, True): 3, (False, False): 4}) == 1.0


def test_the_interval_of_alpha_holds_alpha_and_is_always_the_same():
    table = {(True, True): 20, (True, False): 5, (False, True): 4, (False, False): 31}
    low, high = alpha_interval(table)
    assert low < alpha(table) < high and 0.4 < low and high < 0.95
    assert alpha_interval(dict(reversed(table.items()))) == (low, high)


def test_npmi_is_one_for_words_that_only_come_together_and_minus_one_for_those_that_never_do():
    texts = ["slow export", "Export, slow!", "login", "invoice"]
    assert npmi([("slow", "export")], texts) == pytest.approx(1.0)
    assert npmi([("login", "invoice")], texts) == -1.0


def test_npmi_is_zero_for_words_that_come_together_as_often_as_by_chance():
    assert npmi([("a", "b")], ["a b", "a", "b", "c"]) == pytest.approx(0.0)


def test_npmi_is_the_formula_of_bouma_and_the_mean_over_pairs_and_themes():
    texts = ["a b", "a b", "a", "c", "c d", "e", "e", "e"]
    # p(a) = 3/8, p(b) = 2/8, p(a, b) = 2/8: log(8/3) / log 4
    one = np.log(8 / 3) / np.log(4)
    # p(c) = 2/8, p(d) = p(c, d) = 1/8: log 4 / log 8
    other = np.log(4) / np.log(8)
    assert npmi([("a", "b"), ("c", "d")], texts) == pytest.approx((one + other) / 2)
    assert npmi([("a", "b", "e")], texts) == pytest.approx((one - 2) / 3)
    assert npmi([("a",), ()], texts) == 0.0


def test_diversity_is_the_share_of_unique_words():
    assert diversity([("slow", "export"), ("slow", "login")]) == 0.75
    assert diversity([]) == 0.0


def test_precision_recall_and_f1_are_zero_where_nothing_was_said_or_there():
    assert (score(3, 4, 6).precision, score(3, 4, 6).recall, score(3, 4, 6).f1) == (0.75, 0.5, 0.6)
    assert score(0, 0, 0).f1 == 0.0


def test_every_draw_has_as_many_rows_as_there_are_and_draws_are_always_the_same():
    first, second = (np.concatenate(list(draws(7))) for _ in range(2))
    assert first.shape == (1000, 7) and set(first.sum(axis=1)) == {7.0}
    assert np.array_equal(first, second)
    assert np.concatenate(list(draws(5000))).shape == (1000, 5000)


def test_the_interval_of_a_mean_is_as_wide_as_theory_says():
    low, high = drawn_means(np.array([1.0] * 50 + [0.0] * 50))
    # 1.96 standard errors of .05
    assert low == pytest.approx(0.5 - 0.098, abs=0.02) and high == pytest.approx(0.5 + 0.098, abs=0.02)


def test_rows_that_are_not_judged_count_for_nothing_in_any_draw():
    said, truth = np.array([[True], [True], [False]]), np.array([[True], [False], [True]])
    judged = np.array([[True], [False], [False]])
    drawn = drawn_scores(said, truth, judged)
    assert set(drawn[:, 0, 0][~np.isnan(drawn[:, 0, 0])]) == {1.0}
    assert interval(np.array([float("nan")])) is None


def test_the_best_f1_is_found_with_its_threshold():
    # From .6 on: 2 of 3 right, 2 of 2 found.
    assert best_f1(np.array([0.9, 0.7, 0.6, 0.2]), np.array([True, False, True, False])) == pytest.approx((0.8, 0.6))


def test_rows_of_one_score_stand_and_fall_together():
    assert best_f1(np.array([0.5, 0.5, 0.5]), np.array([True, False, False])) == pytest.approx((0.5, 0.5))
    assert best_f1(np.array([0.5]), np.array([False])) == (0.0, 1.0)


def test_the_reliability_table_counts_scores_by_tenths():
    bins = reliability(np.array([0.81, 0.89, 0.05, 1.0]), np.array([True, False, False, True]))
    assert [(one.low, one.count, one.right) for one in bins] == [(0.0, 1, 0.0), (0.8, 2, 0.5), (0.9, 1, 1.0)]
    assert bins[1].mean == pytest.approx(0.85)


def test_the_mean_is_over_the_main_categories_that_are_in_the_data():
    assert averaged_over({"praise": 3, "goal": 5, "pain_point": 0}) == ("praise",)
    assert averaged_over({"mobile": 3, "goal": 5, "praise": 0}) == ("mobile", "goal")


def test_what_belongs_together_is_in_one_part_and_parts_are_about_equal():
    groups = ["a"] * 6 + ["b", "c", "d", "e", "f", "g"]
    parts = folds(groups, parts=3)
    assert len(set(parts[:6])) == 1
    assert sorted(Counter(parts).values()) == [3, 3, 6]
    assert sorted(Counter(folds(["one document"] * 10)).values()) == [2] * 5


def test_recall_at_a_sixth_counts_the_relevant_turns_among_the_best_sixth_of_all():
    scores = np.array([0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert found(scores, {1, 3, 5}) == (True, pytest.approx(2 / 3))  # turns 1 and 3 are the best sixth
    assert found(scores, {5}) == (True, 0.0)


def test_a_hit_is_a_relevant_turn_among_the_first_ten():
    scores = 1 - np.arange(66) / 100
    assert found(scores, {10}) == (False, 1.0)
    assert found(scores, {9, 59})[0] is True


def test_the_peer_ranks_turns_by_any_word_of_a_question_and_by_none_all_alike():
    turns = ["the exports", "a dog", "export: slow, slow"]
    plain, stems = (
        by_words(name)(Ground.shipped(), turns, ["Slow export?", "?!"]) for name in ("unicode61", "porter unicode61")
    )
    assert list(plain[0] > 0) == [False, False, True]
    assert list(stems[0] > 0) == [True, False, True]
    assert not plain[1].any() and not stems[1].any()


def meeting(name: str, text: str, questions: int) -> Meeting:
    places = Passages(np.zeros(1, np.int64), np.zeros(1, np.int64), ("A",))
    collection = Collection([text], places, np.zeros((1, 2), np.float32), Bm25([text]))
    return Meeting(name, collection, [Question(text="?", focus="?")] * questions, np.zeros((questions, 2, 2)), [])


def test_a_question_is_put_to_a_meeting_least_like_its_own_always_the_same_one():
    meetings = [
        meeting("a", "budget school pupils teacher", 2),
        meeting("b", "budget school pupils exams", 1),
        meeting("c", "remote control battery buttons", 1),
        meeting("d", "remote control plastic buttons", 1),
        meeting("e", "acoustic features speech", 1),
    ]
    far = list(elsewhere(meetings))
    assert far == list(elsewhere(meetings))
    assert [(i, n) for i, n, _ in far] == [(0, 0), (0, 1), (1, 0), (2, 0), (3, 0), (4, 0)]
    assert all(j not in (0, 1) for i, _, j in far if i in (0, 1)) and all(i != j for i, _, j in far)
    assert {i: j for i, _, j in elsewhere(meetings, near=True)} == {0: 1, 1: 0, 2: 3, 3: 2, 4: 3}
    assert list(elsewhere(meetings[:1])) == []


def test_kappa_takes_off_what_chance_would_give():
    # Two readers of 50 grants: 20 both, 15 neither, 5 and 10 only one of them: kappa .4.
    assert kappa(20, 5, 10, 15) == pytest.approx(0.4)
    assert np.isnan(kappa(50, 0, 0, 0))


def test_spans_match_when_they_share_half_of_what_they_cover_together():
    turns = [
        TurnSpans(100, ((0, 20), (40, 60)), ((0, 10), (55, 75))),  # 10 of 20: yes; 5 of 35: no, but they overlap
        TurnSpans(50, ((0, 10),), ()),
        TurnSpans(50, (), ((0, 10),)),
    ]
    quality = measure(turns)
    assert (quality.found, quality.marked) == (3, 3)
    assert quality.matching == score(1, 3, 3)
    assert quality.overlapping == score(2, 3, 3)
    # Characters: 15 both, 35 only found, 25 only marked.
    assert (quality.characters.precision, quality.characters.recall) == (15 / 50, 15 / 40)
    assert quality.kappa == pytest.approx(kappa(15, 35, 25, 125))
    assert quality.share_found == 0.25 and quality.share_marked == 0.2


def test_a_passage_that_people_marked_twice_with_other_borders_is_met_twice_by_one_highlight():
    quality = measure([TurnSpans(100, ((0, 20),), ((0, 20), (0, 18)))])
    assert (quality.matching.precision, quality.matching.recall) == (1.0, 1.0)


WORDS = "so we tried the new export and it was slow but then on monday they fixed it and now all is well".split()


def test_a_segment_is_found_word_by_word():
    assert locate(WORDS, "the new export and it was slow".split()) == [(3, 10)]


def test_a_segment_with_a_word_that_was_mended_since_is_found_all_the_same():
    assert locate(WORDS, "tried the new export um it was slow but then on monday".split()) == [(2, 14)]


def test_a_segment_that_leaves_out_what_was_said_in_between_is_found_in_pieces():
    segment = "so we tried the new export it and now all is well".split()
    assert locate(WORDS, segment) == [(0, 6), (16, 22)]


def test_a_segment_that_was_never_said_is_not_found():
    assert locate(WORDS, "the invoice went to the wrong address again".split()) == []
    assert locate(WORDS, []) == []


def test_the_example_of_the_documentation_is_rows_that_can_be_measured():
    file = Path(__file__).resolve().parents[1] / "docs" / "example-passages.jsonl"
    passages, problems = read_passages(file, load_codebook().names)
    assert len(passages) == 24 and not problems
    assert json.loads(file.read_text("utf-8").splitlines()[0])["labels"] == ["discovery_channel"]
