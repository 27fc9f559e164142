"""Themes: how many, blind to order, identity under growth, what people fixed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from icp_voice.analysis import theme_bertopic
from icp_voice.analysis.theme_groups import without_strays
from icp_voice.analysis.theme_moves import Wanted, move
from icp_voice.analysis.themes import Event, Previous, Regrouping, group, regroup

SUBJECTS = {
    "export": [
        "exports time out",
        "the export times out",
        "export never finishes",
        "large exports time out",
        "export is slow",
    ],
    "login": ["single sign-on fails", "sign-on fails on Mondays", "cannot sign on", "sign-on breaks", "sign-on loops"],
    "price": [
        "the price is too high",
        "too expensive for us",
        "pricing went up",
        "price per seat is high",
        "costly seats",
    ],
}


def corpus(each: int = 5, subjects: int = 3) -> tuple[list[str], np.ndarray, list[str]]:
    """Return texts, vectors (members of a subject lie together) and subjects."""
    rng = np.random.default_rng(7)
    texts, rows, truth = [], [], []
    for number, (subject, said) in enumerate(itertools.islice(SUBJECTS.items(), subjects)):
        for k in range(each):
            texts.append(said[k % len(said)] + (f" again {k}" if k >= len(said) else ""))
            row = rng.normal(0, 0.05, 32)
            row[number] += 1
            rows.append(row / np.linalg.norm(row))
            truth.append(subject)
    return texts, np.array(rows, np.float32), truth


def place(result: Regrouping) -> dict[str, str]:
    return {id: theme for theme, held in result.members.items() for id in held}


def earlier(result: Regrouping, **more: object) -> Previous:
    themes: dict[str, str | None] = dict.fromkeys(result.reasons)
    return Previous(themes=themes | place(result), full=result.full, **more)  # type: ignore[arg-type]


def test_texts_of_three_subjects_make_three_themes() -> None:
    texts, vectors, truth = corpus()
    grouping = group(texts, vectors)
    assert {frozenset(truth[i] for i in order) for order in grouping.order} == {
        frozenset({"export"}),
        frozenset({"login"}),
        frozenset({"price"}),
    }


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_order_of_the_input_changes_nothing(seed: int) -> None:
    texts, vectors, _ = corpus(each=30)
    shuffled = np.random.default_rng(seed).permutation(len(texts))
    one, other = group(texts, vectors), group([texts[i] for i in shuffled], vectors[shuffled])
    assert (one.labels[shuffled] == other.labels).all()
    assert [[texts[i] for i in order] for order in one.order] == [
        [texts[shuffled[i]] for i in order] for order in other.order
    ]
    assert one.centroids.tobytes() == other.centroids.tobytes()


def test_no_text_one_text_and_equal_texts_are_no_trouble() -> None:
    empty = group([], np.zeros((0, 8), np.float32))
    assert (empty.order, empty.reasons) == ([], [])
    assert group(["one"], np.eye(1, 8, dtype=np.float32)).labels.tolist() == [-1]
    assert group(["same"] * 4, np.tile(np.eye(1, 8, dtype=np.float32), (4, 1))).labels.tolist() == [0, 0, 0, 0]


def test_whatever_has_no_theme_has_a_reason() -> None:
    texts, vectors, _ = corpus(each=25)
    stranger = np.zeros((1, 32), np.float32)
    stranger[0, 31] = 1
    grouping = group([*texts, "my dog ate it"], np.vstack([vectors, stranger]))
    assert grouping.labels[-1] == -1
    assert grouping.reasons[-1].startswith("alone: ")
    assert all(bool(reason) == (label < 0) for reason, label in zip(grouping.reasons, grouping.labels, strict=True))


def test_old_highlights_keep_their_theme_when_texts_are_added() -> None:
    texts, vectors, _ = corpus(each=20)
    ids = [f"h{i}" for i in range(len(texts))]
    old = [i for i in range(len(texts)) if i % 10]
    first = regroup("pain_point", Previous(), [ids[i] for i in old], [texts[i] for i in old], vectors[old])
    second = regroup("pain_point", earlier(first), ids, texts, vectors)
    assert {id: place(second)[id] for id in place(first)} == place(first)
    assert {event.kind for event in second.events} == {"grew"}


def test_a_full_grouping_hands_the_ids_down() -> None:
    texts, vectors, _ = corpus(each=24)
    ids = [f"h{i}" for i in range(len(texts))]
    old = [i for i in range(len(texts)) if i % 2]
    first = regroup("pain_point", Previous(), [ids[i] for i in old], [texts[i] for i in old], vectors[old])
    second = regroup("pain_point", earlier(first), ids, texts, vectors)
    kept = [place(second).get(id) == theme for id, theme in place(first).items()]
    assert second.full == len(ids)
    assert np.mean(kept) >= 0.95


@pytest.mark.parametrize("more", [0.1, 0.5])
def test_of_the_old_members_few_move_however_wrong_their_themes_are(more: float) -> None:
    texts, vectors, _ = corpus(each=50)
    ids = [f"h{i}" for i in range(len(texts))]
    old = [i for i in range(len(texts)) if i % 50 < round(50 / (1 + more))]
    themes: dict[str, str | None] = {ids[i]: "t1" if number % 2 else "t2" for number, i in enumerate(old)}
    found = regroup("pain_point", Previous(themes=themes, full=len(old)), ids, texts, vectors)
    moved = sum(place(found)[id] != theme for id, theme in themes.items())
    assert 0 < moved <= max(0.05, more / 4) * len(old)
    assert found.full == len(ids)


def test_themes_come_to_what_a_grouping_of_all_would_make_of_them() -> None:
    texts, vectors, truth = corpus(each=200)
    ids = [f"h{i}" for i in range(len(texts))]
    chance = np.random.default_rng(1).permutation(len(texts))
    texts, vectors, truth = [texts[i] for i in chance], vectors[chance], [truth[i] for i in chance]
    themes: dict[str, str | None] = {ids[i]: "one heap" for i in range(40)}
    previous, size = Previous(themes=themes, full=40), 44
    while size <= len(ids):
        found = regroup("pain_point", previous, ids[:size], texts[:size], vectors[:size])
        previous, size = earlier(found), size * 11 // 10
    subjects = [{truth[ids.index(id)] for id in held} for held in found.members.values()]
    assert len(subjects) <= 4 and all(len(subject) == 1 for subject in subjects)


def test_a_theme_that_is_part_of_another_goes_there_as_a_whole() -> None:
    vectors = np.eye(4, dtype=np.float32)[[0] * 10 + [1] * 10]
    place = {i: "a" if i < 7 else "b" if i < 10 else "c" for i in range(20)}
    wanted = [Wanted(range(10), "a"), Wanted(range(10, 20), "c")]
    move(place, wanted, vectors, free=(), budget=2, least=3, name=lambda founders: "new")
    assert place[8] == "b"  # it would take three moves
    move(place, wanted, vectors, free=(), budget=3, least=3, name=lambda founders: "new")
    assert place == {i: "a" if i < 10 else "c" for i in range(20)}


def test_a_new_subject_is_born_and_told() -> None:
    texts, vectors, truth = corpus(each=20)
    ids = [f"h{i}" for i in range(len(texts))]
    old = [i for i, subject in enumerate(truth) if subject != "price"]
    first = regroup("pain_point", Previous(), [ids[i] for i in old], [texts[i] for i in old], vectors[old])
    second = regroup("pain_point", earlier(first), ids, texts, vectors)
    born = [event for event in second.events if event.kind == "born"]
    assert sum(event.size for event in born) == 20
    assert {truth[ids.index(id)] for event in born for id in second.members[event.theme]} == {"price"}


def test_what_a_person_fixed_survives_a_full_grouping() -> None:
    texts, vectors, truth = corpus(each=20)
    ids = [f"h{i}" for i in range(len(texts))]
    first = regroup("pain_point", Previous(), ids, texts, vectors)
    merged = {id: "t1" if truth[i] in {"export", "login"} else "t2" for i, id in enumerate(ids)}
    merged[ids[0]] = "t2"
    previous = Previous(themes=merged, pinned=frozenset({ids[0]}), fixed=frozenset({"t1"}), full=first.full // 2)
    second = place(regroup("pain_point", previous, ids, texts, vectors))
    assert all(second[id] == "t1" for id, theme in merged.items() if theme == "t1")
    assert second[ids[0]] == "t2"


def test_a_highlight_that_a_person_took_out_stays_out() -> None:
    texts, vectors, _ = corpus(each=20)
    ids = [f"h{i}" for i in range(len(texts))]
    first = earlier(regroup("pain_point", Previous(), ids, texts, vectors))
    previous = Previous(themes={**first.themes, ids[3]: None}, pinned=frozenset({ids[3]}), full=first.full)
    assert ids[3] in regroup("pain_point", previous, ids, texts, vectors).reasons


def test_a_theme_without_members_fades() -> None:
    texts, vectors, truth = corpus(each=20)
    ids = [f"h{i}" for i in range(len(texts))]
    first = regroup("pain_point", Previous(), ids, texts, vectors)
    left = [i for i, subject in enumerate(truth) if subject != "price"]
    second = regroup("pain_point", earlier(first), [ids[i] for i in left], [texts[i] for i in left], vectors[left])
    gone = set(first.members) - set(second.members)
    assert [event for event in second.events if event.kind == "faded"] == [
        Event("faded", theme, 0, len(first.members[theme])) for theme in sorted(gone)
    ]
    assert gone


def test_a_run_without_new_texts_changes_nothing_and_keeps_the_reasons() -> None:
    texts, vectors, _ = corpus(each=25)
    strangers = np.eye(32, dtype=np.float32)[28:]
    texts, vectors = [*texts, *(f"stranger {i}" for i in range(4))], np.vstack([vectors, strangers])
    ids = [f"h{i}" for i in range(len(texts))]
    first = regroup("pain_point", Previous(), ids, texts, vectors)
    second = regroup("pain_point", earlier(first, reasons=first.reasons), ids, texts, vectors)
    assert first.reasons and second.reasons == first.reasons
    assert (second.members, second.events) == (first.members, ())


def test_one_stray_text_founds_no_theme_with_what_was_left_over() -> None:
    texts, vectors, _ = corpus(each=25)
    odd = np.zeros((3, 32), np.float32)
    odd[:, 20] = 1
    texts, vectors = [*texts, "the fax jams", "our fax jams", "a fax jams"], np.vstack([vectors, odd])
    ids = [f"h{i}" for i in range(len(texts))]
    first = regroup("pain_point", Previous(), ids[:-1], texts[:-1], vectors[:-1])
    second = regroup("pain_point", earlier(first, reasons=first.reasons), ids, texts, vectors)
    assert set(first.members) == set(second.members)
    assert not [event for event in second.events if event.kind == "born"]


def test_a_stray_goes_where_it_fits_better() -> None:
    rows = np.eye(4, dtype=np.float32)[[0, 0, 0, 1, 1, 1, 0]]
    labels, reasons = without_strays(rows, np.array([0, 0, 0, 1, 1, 1, 1]), [""] * 7)
    assert labels.tolist() == [0, 0, 0, 1, 1, 1, 0]
    assert reasons == [""] * 7


def test_bertopic_and_hdbscan_may_group_in_its_place_and_order_does_not_matter():
    kinds = ("The export is slow", "The app logs me out", "Invoices are misread")
    texts = [f"{kind} number {i}" for kind in kinds for i in range(8)]
    centres = np.eye(3, 384, dtype=np.float32)
    noise = np.random.default_rng(0).normal(0, 0.02, (24, 384)).astype(np.float32)
    vectors = np.repeat(centres, 8, axis=0) + noise
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = theme_bertopic.group(texts, vectors)
    assert sorted(sorted(members) for members in found.order) == [list(range(k, k + 8)) for k in (0, 8, 16)]
    turned = theme_bertopic.group(texts[::-1], vectors[::-1])
    assert turned.labels[::-1].tolist() == found.labels.tolist()
