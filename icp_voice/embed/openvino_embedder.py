"""The fast engine: the same weights on OpenVINO, in bfloat16 where the processor has it.

Every batch has one of a few fixed shapes, so a text's vector does not depend on what it is embedded together with.
The converted model is kept in the user's cache, by the digest of its weights: torch is needed once, not at each start.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icp_voice.embed.batches import BATCH, WIDTHS, batches
from icp_voice.embed.weights import digest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

MOST_TOKENS = 256
FEW = 4  # a question should not wait for 28 empty lines


class OpenVinoEmbedder:
    """A sentence-transformers model with mean pooling, run by OpenVINO on the CPU."""

    def __init__(self, name: str, weights: Path) -> None:
        from tokenizers import Tokenizer

        self._compiled, precise = compiled(converted(weights))
        self._tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_most_tokens(weights))
        self.name = f"{name}/openvino-{precise}"

    def embed(self, texts: Sequence[str], advance: Callable[[int], None] | None = None) -> Matrix:
        """Return float32 of shape (texts, dimensions), rows of length 1."""
        import numpy as np

        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        request = self._compiled.create_infer_request()
        dimensions = self._compiled.output(0).partial_shape[1].get_length()
        matrix = np.zeros((len(texts), dimensions), dtype=np.float32)
        for batch in batches([len(ids) for ids in encoded], texts):
            height = FEW if len(batch.members) <= FEW else BATCH
            tokens = np.zeros((height, batch.width), dtype=np.int64)
            mask = np.zeros((height, batch.width), dtype=np.int64)
            mask[:, 0] = 1
            for row, i in enumerate(batch.members):
                tokens[row, : len(encoded[i])] = encoded[i]
                mask[row, : len(encoded[i])] = 1
            rows = request.infer({0: tokens, 1: mask})[0]
            matrix[list(batch.members)] = rows[: len(batch.members)]
            if advance:
                advance(len(batch.members))
        return matrix


def _most_tokens(weights: Path) -> int:
    """Return how much of a text the model reads, as its folder says."""
    config = weights / "sentence_bert_config.json"
    said = json.loads(config.read_text("utf-8")).get("max_seq_length") if config.is_file() else None
    return min(said or MOST_TOKENS, WIDTHS[-1])


def _openvino() -> Any:
    """Import OpenVINO without its companion that reports each import and conversion to its maker."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def cache_folder() -> Path:
    """Return the user's cache folder for converted models; ICP_VOICE_CACHE names another."""
    named = os.environ.get("ICP_VOICE_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(named) if named else Path(base) / "icp-voice"


def compiled(model: Path) -> tuple[Any, str]:
    """Return the model ready to run on this processor, and the precision that it computes in."""
    openvino = _openvino()
    core = openvino.Core()
    precise = "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"
    hints = {"INFERENCE_PRECISION_HINT": precise, "PERFORMANCE_HINT": "LATENCY"}
    return core.compile_model(model, "CPU", hints), precise


def converted(weights: Path) -> Path:
    """Return the path of the converted model, converting it the first time."""
    return convert_once(
        digest(weights / "model.safetensors"), lambda: _pooled(weights), ("input_ids", "attention_mask")
    )


def convert_once(key: str, module: Callable[[], Any], inputs: Sequence[str]) -> Path:
    """Return the path of a torch module converted for OpenVINO; `module` is only called when `key` is new here.

    Each of its `inputs` is a matrix of whole numbers of shape (batch, width).
    """
    release = _openvino().__version__.split("-")[0]
    target = cache_folder() / f"{key[:16]}-openvino-{release}"
    if not (target / "model.xml").is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
            made = Path(scratch) / "made"
            _convert(module(), inputs, made)
            try:
                made.rename(target)
            except OSError:  # another process was first
                if not (target / "model.xml").is_file():
                    raise
    return target / "model.xml"


def _convert(module: Any, inputs: Sequence[str], target: Path) -> None:
    import warnings

    import torch

    openvino = _openvino()
    example = torch.ones((2, 8), dtype=torch.long)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing warns about branches that fixed shapes never take
        model = openvino.convert_model(module, example_input=dict.fromkeys(inputs, example))
    target.mkdir()
    openvino.save_model(model, target / "model.xml", compress_to_fp16=False)


def _pooled(weights: Path) -> Any:
    import torch
    from transformers import AutoModel

    class Pooled(torch.nn.Module):
        """The transformer with mean pooling and normalisation, as sentence-transformers does them."""

        def __init__(self, transformer: torch.nn.Module) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            hidden = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    return Pooled(AutoModel.from_pretrained(str(weights), attn_implementation="eager", local_files_only=True).eval())
