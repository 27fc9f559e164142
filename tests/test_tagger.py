"""The tagger: what it learns, from how little, and that nothing beside the examples changes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from icp_voice.analysis import tagger as tagger_module
from icp_voice.analysis.tagger import THRESHOLD, Head, Tagger, load_head
from icp_voice.embed import open_embedder, passages
from icp_voice.embed.embedder import Embedder
from icp_voice.embed.passages import open_passage_encoder, passage_text
from icp_voice.embed.weights import DEFAULT
from icp_voice.errors import ModelError
from icp_voice.run.coding import BESIDE
from icp_voice.settings.codebook import load_codebook

if TYPE_CHECKING:
    from numpy.typing import NDArray

PRICING = (
    "Forty euros a seat a month is what we pay at the moment.",
    "The list price is nine thousand a year, before any discount.",
    "They charge by the gigabyte.",
    "Per user it comes to about twelve dollars.",
    "What does the larger plan cost?",
    "We got it for half of the list price because we signed for three years.",
)


@pytest.fixture(scope="module")
def encoder() -> Embedder:
    return open_passage_encoder()


def two_heaps(seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return unit vectors of shape (300, 16), those with the category lying apart from those without."""
    chance = np.random.default_rng(seed)
    labels = chance.random((300, 1)) < 0.3
    vectors = chance.normal(size=(300, 16)) + 3 * labels * np.eye(16)[0]
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), labels


def test_probabilities_do_not_depend_on_the_number_of_threads() -> None:
    vectors, labels = two_heaps()
    found = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            found.append(Tagger(["pain_point"]).fit(vectors, labels, np.ones_like(labels)).predict_proba(vectors))
    assert (found[0] == found[1]).all()


def test_scores_follow_the_prior() -> None:
    vectors, labels = two_heaps()
    rare, common = (
        Tagger(["pain_point"], prior={"pain_point": share}).fit(vectors, labels, np.ones_like(labels))
        for share in (0.01, 0.3)
    )
    assert (rare.predict_proba(vectors) < common.predict_proba(vectors)).all()


def test_a_category_without_examples_is_never_proposed() -> None:
    vectors, labels = two_heaps()
    tagger = Tagger(["pain_point"]).fit(vectors, np.zeros_like(labels), np.ones_like(labels))
    assert tagger.predict_proba(vectors).max() == 0
    assert tagger.nearest(vectors, "pain_point") == []


def test_what_a_row_was_not_judged_for_counts_neither_way() -> None:
    vectors, labels = two_heaps()
    known = np.ones_like(labels)
    known[250:] = False
    with_strangers = Tagger(["pain_point"]).fit(vectors, labels, known)
    without = Tagger(["pain_point"]).fit(vectors[:250], labels[:250], known[:250])
    assert with_strangers.predict_proba(vectors) == pytest.approx(without.predict_proba(vectors), abs=1e-6)


def head_of(tagger: Tagger) -> Head:
    return Head(tagger.categories, tagger.coef_, tagger.intercept_ - np.log(0.28 / 0.72), tagger.vectors_.mean(axis=0))


def test_without_rows_of_its_own_a_tagger_is_its_head() -> None:
    vectors, labels = two_heaps()
    learned = Tagger(["pain_point"]).fit(vectors, labels, np.ones_like(labels))
    taken_over = Tagger(["pain_point"], head=head_of(learned)).fit(np.zeros((0, 16)), [], [])
    assert taken_over.predict_proba(vectors) == pytest.approx(learned.predict_proba(vectors))


def odds(scores: np.ndarray) -> np.ndarray:
    """Return log odds."""
    return np.log(scores / (1 - scores))


def test_a_correction_moves_the_scores_of_what_is_like_it_and_hardly_those_of_the_rest() -> None:
    vectors, labels = two_heaps()
    head = head_of(Tagger(["pain_point"]).fit(vectors, labels, np.ones_like(labels)))
    before = Tagger(["pain_point"], head=head).fit(vectors[:0], labels[:0], labels[:0]).predict_proba(vectors)[:, 0]
    wrong = int(np.argmax(before))
    after = Tagger(["pain_point"], head=head).fit(vectors[[wrong]], [[False]], [[True]]).predict_proba(vectors)[:, 0]
    unlike = vectors @ vectors[wrong] < 0
    assert odds(after)[wrong] < odds(before)[wrong] - 1.0
    assert np.abs(after - before)[unlike].max() < 0.1


def test_many_corrections_overrule_the_head() -> None:
    vectors, labels = two_heaps()
    head = head_of(Tagger(["pain_point"]).fit(vectors, ~labels, np.ones_like(labels)))
    taught = Tagger(["pain_point"], head=head).fit(vectors, labels, np.ones_like(labels))
    right = (taught.predict_proba(vectors)[:, 0] >= THRESHOLD) == labels[:, 0]
    assert right.mean() > 0.9


def test_the_order_of_corrections_does_not_matter() -> None:
    vectors, labels = two_heaps()
    head = head_of(Tagger(["pain_point"]).fit(vectors, labels, np.ones_like(labels)))
    found = [
        Tagger(["pain_point"], head=head)
        .fit(vectors[order], labels[order], np.ones_like(labels))
        .predict_proba(vectors)
        for order in (np.arange(300), np.arange(300)[::-1])
    ]
    assert found[0] == pytest.approx(found[1], abs=1e-6)


def test_a_new_category_works_with_six_examples() -> None:
    embedder = open_embedder(DEFAULT)
    codebook = load_codebook()
    beside = embedder.embed([row.text for row in codebook.examples[::BESIDE]])
    own = embedder.embed(PRICING)
    vectors = np.concatenate([beside, own])
    labels = np.array([[False]] * len(beside) + [[True]] * len(own))
    tagger = Tagger(["pricing"]).fit(vectors, labels, known=labels)
    about_it, not_about_it = tagger.predict_proba(
        embedder.embed(["It costs us eighty dollars per seat every month.", "The importer stops at umlauts."])
    )[:, 0]
    assert about_it >= THRESHOLD > not_about_it
    assert PRICING[tagger.nearest(own[[2]], "pricing")[0].row - len(beside)] == "They charge by the gigabyte."


@pytest.mark.parametrize("engine", ["torch", "openvino"])
def test_a_passage_has_the_same_vector_whatever_stands_beside_it(engine: str) -> None:
    if engine == "openvino":
        pytest.importorskip("openvino")
    encoder = open_passage_encoder(engine)
    passage = passage_text("How did you hear of us?", "A colleague.")
    alone = encoder.embed([passage])
    among = encoder.embed(["Slow.", "We met on a Tuesday.", passage, "The gate sticks, always has, and nobody cares."])
    assert (alone[0] == among[2]).all()
    assert np.linalg.norm(alone[0]) == pytest.approx(1, abs=1e-3)


def test_the_fast_engine_agrees_with_torch() -> None:
    pytest.importorskip("openvino")
    texts = [passage_text(row.text, row.context) for row in load_codebook().examples[:800:10] if row.context]
    fast, reference = (open_passage_encoder(engine).embed(texts) for engine in ("openvino", "torch"))
    assert (fast * reference).sum(axis=1).min() > 0.995


def test_an_answer_is_read_with_its_question(encoder: Embedder) -> None:
    bare, asked = encoder.embed(
        [passage_text("", "A colleague."), passage_text("How did you hear of us?", "A colleague.")]
    )
    assert bare @ asked < 0.99


def test_the_name_tells_which_layers_made_a_vector(encoder: Embedder) -> None:
    assert passages.trained_layers()[:16] in encoder.name


def test_other_layers_than_the_trained_ones_are_refused(tmp_path: Path) -> None:
    (tmp_path / passages.MANIFEST).write_text(json.dumps({"sha256": "0" * 64}))
    (tmp_path / passages.LAYERS).write_bytes(b"something else")
    with pytest.raises(ModelError, match="is not the file that was trained"):
        passages.trained_layers(tmp_path)


@pytest.mark.parametrize(
    ("context", "text", "category"),
    [
        ("", "It takes me an hour each morning to retype the delivery notes.", "pain_point"),
        ("", "Support is fantastic, they answer within minutes.", "praise"),
        ("", "We cancelled because the price doubled.", "churn_reason"),
        ("", "Our security team reviews each vendor, then procurement negotiates the contract.", "buying_process"),
        ("", "We chose them over the others because they were the only ones with an open file format.", "why_they_buy"),
    ],
)
def test_the_likeliest_category_of_plain_cases(
    shipped: Tagger, encoder: Embedder, context: str, text: str, category: str
) -> None:
    scores = shipped.predict_proba(encoder.embed([passage_text(context, text)]))[0]
    assert shipped.categories[int(scores.argmax())] == category


@pytest.fixture(scope="module")
def shipped() -> Tagger:
    return Tagger(load_codebook().names, head=load_head()).fit(np.zeros((0, 384), np.float32), [], [])


def test_the_shipped_model_was_learned_from_the_shipped_examples() -> None:
    rows = [one for one in load_codebook().examples if one.shipped and (one.context or len(one.known) > 1)]
    assert passages.read_manifest()["examples"] == len(rows)
    known = passages.example_vectors()
    assert all(passages.text_key(passage_text(row.context, row.text)) in known for row in rows)


def test_shipped_examples_need_no_engine_and_anything_else_does(encoder: Embedder) -> None:
    row = load_codebook().examples[-1]
    kept = passages.example_vectors()[passages.text_key(passage_text(row.context, row.text))]
    assert (encoder.embed([passage_text(row.context, row.text)])[0] == kept).all()


def test_another_head_than_the_trained_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "head").write_bytes(b"something else")
    monkeypatch.setattr(tagger_module, "HEAD", tmp_path / "head")
    with pytest.raises(ModelError, match="is not the file that was trained"):
        load_head.__wrapped__()


@pytest.mark.parametrize("name", load_codebook().names)
def test_a_categorys_own_examples_are_told_from_its_counter_examples(
    shipped: Tagger, encoder: Embedder, name: str
) -> None:
    category = load_codebook()[name]
    column = shipped.categories.index(name)
    vectors = encoder.embed([passage_text("", text) for text in (*category.examples, *category.counter_examples)])
    scores = shipped.predict_proba(vectors)[:, column]
    held, not_held = scores[: len(category.examples)], scores[len(category.examples) :]
    assert held.mean() > 2 * not_held.mean()
