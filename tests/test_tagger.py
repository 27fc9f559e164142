"""The tagger: what it learns, from how little, and that nothing beside the examples changes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from icp_voice.analysis.tagger import THRESHOLD, Tagger
from icp_voice.embed import passages
from icp_voice.embed.embedder import Embedder
from icp_voice.embed.passages import open_passage_encoder, passage_text
from icp_voice.errors import ModelError
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


def test_a_correction_moves_the_scores_of_what_is_like_it() -> None:
    vectors, labels = two_heaps()
    before = Tagger(["pain_point"]).fit(vectors, labels, np.ones_like(labels))
    wrong = int(np.argmax(before.predict_proba(vectors)[:, 0]))
    more = np.concatenate([vectors, vectors[[wrong]]])
    verdict = np.concatenate([labels, [[False]]])
    weights = np.concatenate([np.ones(len(vectors)), [5.0]])
    after = Tagger(["pain_point"]).fit(more, verdict, np.ones_like(verdict), weights)
    assert after.predict_proba(vectors)[wrong, 0] < before.predict_proba(vectors)[wrong, 0]


def test_a_new_category_works_with_six_examples(encoder: Embedder) -> None:
    codebook = load_codebook()
    shipped = encoder.embed([passage_text(row.context, row.text) for row in codebook.examples[:600]])
    own = encoder.embed([passage_text("", text) for text in PRICING])
    vectors = np.concatenate([shipped, own])
    labels = np.array([[False]] * len(shipped) + [[True]] * len(own))
    tagger = Tagger(["pricing"]).fit(vectors, labels, known=labels)
    about_it, not_about_it = tagger.predict_proba(
        encoder.embed(["It costs us eighty dollars per seat every month.", "The importer stops at umlauts."])
    )[:, 0]
    assert about_it >= THRESHOLD > not_about_it
    assert PRICING[tagger.nearest(own[[2]], "pricing")[0].row - len(shipped)] == "They charge by the gigabyte."


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
    texts = [passage_text(row.context, row.text) for row in load_codebook().examples[:64]]
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
def shipped(encoder: Embedder) -> Tagger:
    codebook = load_codebook()
    vectors = encoder.embed([passage_text(row.context, row.text) for row in codebook.examples])
    labels = np.array([[name in row.labels for name in codebook.names] for row in codebook.examples])
    known = np.array([[name in row.known for name in codebook.names] for row in codebook.examples])
    return Tagger(codebook.names).fit(vectors, labels, known)


def test_the_shipped_layers_were_good_enough_when_they_were_trained() -> None:
    scores = passages.read_manifest()["cross_validated_f1"]
    assert min(scores.values()) > 0.58
    assert sum(scores.values()) / len(scores) > 0.65


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
