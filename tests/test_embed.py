"""Vectors: the fast engine says what the reference says, and a text's vector depends on the text alone."""

from __future__ import annotations

import json

import numpy as np
import pytest

from icp_voice.embed import embed_texts, open_embedder
from icp_voice.embed.batches import BATCH, batches
from icp_voice.embed.weights import DEFAULT, find_weights
from icp_voice.errors import ModelError
from icp_voice.home import find
from icp_voice.store import open_store


@pytest.fixture(scope="module")
def texts() -> list[str]:
    lines = find("pipelines", "examples/pain.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines[:120]]


def test_the_fast_engine_agrees_with_the_reference(texts):
    pytest.importorskip("openvino")
    fast, reference = open_embedder(DEFAULT).embed(texts), open_embedder(DEFAULT, "torch").embed(texts)
    assert (fast * reference).sum(axis=1).min() > 0.999


def test_a_texts_vector_does_not_depend_on_what_it_is_embedded_with(texts):
    embedder = open_embedder(DEFAULT)
    together = embedder.embed(texts)
    alone = np.vstack([embedder.embed([text]) for text in texts[:20]])
    assert np.array_equal(together[:20], alone)
    assert np.array_equal(embedder.embed(texts[::-1])[::-1], together)


def test_batches_hold_every_text_once_whatever_the_order():
    texts = [f"{'word ' * (i % 60)}{i}" for i in range(200)]
    lengths = [len(text.split()) for text in texts]
    made = list(batches(lengths, texts))
    assert sorted(i for batch in made for i in batch.members) == list(range(200))
    assert all(len(batch.members) <= BATCH and max(lengths[i] for i in batch.members) <= batch.width for batch in made)
    turned = [{texts[::-1][i] for i in batch.members} for batch in batches(lengths[::-1], texts[::-1])]
    assert turned == [{texts[i] for i in batch.members} for batch in made]


def test_weights_that_are_not_the_expected_ones_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("icp_voice.embed.weights.SHA256", "0" * 64)
    with pytest.raises(ModelError, match="are not those of all-MiniLM-L6-v2"):
        find_weights(DEFAULT)


def test_an_engine_that_does_not_exist_here_is_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelError, match='The engine "openvino" is not installed'):
        open_embedder(DEFAULT, "openvino")


class Counting:
    """An embedder that counts what it is asked for."""

    name = "counting"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def embed(self, texts, advance=None):
        self.seen += texts
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)


def test_only_texts_that_were_never_embedded_are_embedded(tmp_path):
    store, embedder = open_store(tmp_path / "voice.db"), Counting()
    embed_texts(store, embedder, ["a", "bb", "a"])
    matrix = embed_texts(store, embedder, ["bb", "ccc", "a"])
    assert sorted(embedder.seen) == ["a", "bb", "ccc"]
    assert matrix.tolist() == [[2.0, 1.0], [3.0, 1.0], [1.0, 1.0]]
