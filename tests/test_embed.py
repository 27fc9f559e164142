"""Vectors: the fast engine says what the reference says, and a text's vector depends on the text alone."""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from icp_voice.embed import embed_texts, open_embedder
from icp_voice.embed.batches import BATCH, batches
from icp_voice.embed.embedder import Embedder
from icp_voice.embed.passages import open_passage_encoder
from icp_voice.embed.weights import DEFAULT, find_weights, is_mean_pooled
from icp_voice.errors import ModelError
from icp_voice.home import find
from icp_voice.store import open_store

NEW = "So it goes."  # no shipped example ends so, and vectors of shipped examples are not made here


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


@pytest.fixture(params=["missing", "broken"])
def without_openvino(request, tmp_path, monkeypatch) -> None:
    """Let the import of OpenVINO fail: there is none, or one whose libraries are not there."""
    if request.param == "missing":
        monkeypatch.setitem(sys.modules, "openvino", None)
        return
    (tmp_path / "openvino").mkdir()
    (tmp_path / "openvino" / "__init__.py").write_text("raise ImportError('libopenvino.so: cannot open shared object')")
    monkeypatch.delitem(sys.modules, "openvino", raising=False)
    monkeypatch.syspath_prepend(tmp_path)


def test_an_engine_that_does_not_exist_here_is_named(without_openvino):
    for opened in (lambda: open_embedder(DEFAULT, "openvino"), lambda: open_passage_encoder("openvino")):
        with pytest.raises(ModelError, match=r'The engine "openvino" cannot be imported: .*pip install openvino, or'):
            opened()


@pytest.fixture(
    scope="module", params=[lambda: open_embedder(DEFAULT), open_passage_encoder], ids=["texts", "passages"]
)
def opened(request, texts) -> tuple[Callable[[], Embedder], np.ndarray]:
    """What opens an embedder, and what OpenVINO makes of the texts."""
    pytest.importorskip("openvino")
    fast = request.param()
    assert "/openvino-" in fast.name
    return request.param, fast.embed([f"{text} {NEW}" for text in texts])


def test_without_openvino_torch_makes_the_same_vectors(opened, without_openvino, texts):
    opens, fast = opened
    embedder = opens()
    assert embedder.name.endswith("/torch-fp32")
    vectors = embedder.embed([f"{text} {NEW}" for text in texts])
    assert not np.array_equal(vectors, fast)
    assert (vectors * fast).sum(axis=1).min() > 0.999


def copied(folder: Path, **pooling: object) -> Path:
    """Copy the default model into a folder of one's own, if need be with another pooling."""
    default = find_weights(DEFAULT)
    assert default is not None
    shutil.copytree(default, folder)
    if pooling:
        (folder / "1_Pooling" / "config.json").write_text(json.dumps({"word_embedding_dimension": 384, **pooling}))
    return folder


def test_a_folder_named_like_the_default_model_does_not_take_its_place(tmp_path, monkeypatch):
    (tmp_path / DEFAULT).mkdir()
    monkeypatch.chdir(tmp_path)
    found = find_weights(DEFAULT)
    assert found is not None and found.is_absolute() and tmp_path not in found.parents


def test_a_model_in_a_folder_is_written_as_a_path(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_weights("./mine") == Path("mine")
    assert find_weights(str(tmp_path / "mine")) == tmp_path / "mine"
    with pytest.raises(ModelError, match=r'The embedding model "mine" is a folder here\. .* write "\./mine"'):
        find_weights("mine")
    with pytest.raises(ModelError, match=r'"\./yours" is not there'):
        find_weights("./yours")
    assert find_weights("somebody/some-model") is None


def test_a_model_that_does_not_pool_by_the_mean_runs_on_torch(tmp_path, texts):
    model = copied(tmp_path / "first-token", pooling_mode_cls_token=True, pooling_mode_mean_tokens=False)
    embedder = open_embedder(str(model))
    assert embedder.name.endswith("/torch-fp32")
    mean = open_embedder(DEFAULT, "torch").embed(texts[:8])
    assert (embedder.embed(texts[:8]) * mean).sum(axis=1).max() < 0.99


@pytest.mark.parametrize(
    ("pooling", "held"),
    [
        ({"pooling_mode_mean_tokens": True}, True),
        ({"pooling_mode": "mean"}, True),
        ({"pooling_mode": "lasttoken"}, False),
        ({"pooling_mode": ["cls", "mean"]}, False),
        ({"pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": True}, False),
    ],
)
def test_how_a_model_pools_is_read_from_its_folder(tmp_path, pooling, held):
    assert is_mean_pooled(copied(tmp_path / "mine", **pooling)) is held


def test_a_model_that_does_more_than_pooling_or_says_nothing_of_it_is_left_to_torch(tmp_path):
    model = copied(tmp_path / "mine")
    modules = json.loads((model / "modules.json").read_text())
    dense = {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"}
    (model / "modules.json").write_text(json.dumps([*modules[:2], dense]))
    assert not is_mean_pooled(model)
    (model / "modules.json").unlink()
    assert not is_mean_pooled(model)


def test_the_vectors_of_a_model_in_a_folder_belong_to_its_weights_wherever_it_lies(tmp_path, texts):
    one, other = copied(tmp_path / "mine"), copied(tmp_path / "moved" / "mine")
    named = open_embedder(str(one))
    assert re.fullmatch(r"mine-[0-9a-f]{8}/(openvino|torch)-\w+", named.name)
    assert open_embedder(str(other)).name == named.name
    assert np.array_equal(named.embed(texts[:8]), open_embedder(DEFAULT).embed(texts[:8]))
    with (other / "model.safetensors").open("r+b") as file:
        file.seek(-4, 2)
        file.write(b"\x00\x00\x80\x3f")
    assert open_embedder(str(other), "torch").name.partition("/")[0] != named.name.partition("/")[0]


@pytest.mark.parametrize("as_folder", [False, True])
def test_models_that_are_here_are_loaded_without_a_hub(tmp_path, monkeypatch, as_folder):
    from sentence_transformers import SentenceTransformer

    def load(model: str, **options: object) -> SentenceTransformer:
        given.update(options)
        return SentenceTransformer(model, **options)

    given: dict[str, object] = {}
    asked: list[str] = []
    monkeypatch.setattr("sentence_transformers.SentenceTransformer", load)
    monkeypatch.setattr("httpx.Client.send", lambda self, request, **_: asked.append(str(request.url)))
    open_embedder(str(copied(tmp_path / "mine")) if as_folder else DEFAULT, "torch")
    assert given["local_files_only"] is True
    assert asked == []


@pytest.mark.parametrize("model", ["no-such-model", "somebody/no-such-model"])
def test_a_name_that_nobody_knows_is_one_error_where_no_hub_answers(capfd, model):
    start = time.monotonic()
    with pytest.raises(ModelError) as raised:
        open_embedder(model)
    assert time.monotonic() - start < 30
    assert str(raised.value) == (
        f'The embedding model "{model}" cannot be loaded and the model hub does not answer. '
        "Give the path of its folder, or a name on a model hub that this machine reaches."
    )
    assert capfd.readouterr().err == ""


def test_a_folder_with_broken_weights_is_an_error_of_one_line(tmp_path):
    model = copied(tmp_path / "mine")
    (model / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelError, match='mine" cannot be loaded'):
        open_embedder(str(model), "torch")


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
