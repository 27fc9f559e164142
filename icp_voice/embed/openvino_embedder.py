"""The fast engine: the same weights on OpenVINO, in bfloat16 where the processor has it.

Every batch has one of a few fixed shapes and is computed by one thread, one batch beside the other: so a text's vector
depends neither on what it is embedded together with nor on how many threads there are.
The converted model is kept in the user's cache, by the digest of its weights: torch is needed once, not at each start.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icp_voice.embed.batches import WIDTHS, batches, height
from icp_voice.embed.weights import digest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

    Inputs = tuple[NDArray[np.int64], ...]

MOST_TOKENS = 256
MOST_THREADS = 16


class OpenVinoEmbedder:
    """A sentence-transformers model with mean pooling, run by OpenVINO on the CPU; made ready when it is first asked."""

    def __init__(self, name: str, weights: Path) -> None:
        from tokenizers import Tokenizer

        self._weights = weights
        self._tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_most_tokens(weights))
        self.name = f"{name}/openvino-{precision()}"

    @cached_property
    def _compiled(self) -> Any:
        return compiled(converted(self._weights))

    def embed(self, texts: Sequence[str], advance: Callable[[int], None] | None = None) -> Matrix:
        """Return float32 of shape (texts, dimensions), rows of length 1."""
        import numpy as np

        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        dimensions = self._compiled.output(0).partial_shape[1].get_length()
        matrix = np.zeros((len(texts), dimensions), dtype=np.float32)
        made = list(batches([len(ids) for ids in encoded], texts))
        inputs = (_padded([encoded[i] for i in batch.members], batch.width) for batch in made)
        for batch, rows in zip(made, infer(self._compiled, inputs), strict=True):
            matrix[list(batch.members)] = rows[: len(batch.members)]
            if advance:
                advance(len(batch.members))
        return matrix


def _padded(encoded: Sequence[Sequence[int]], width: int) -> Inputs:
    """Return token ids and the mask of what is there, each of shape (rows, width); empty rows must not divide by nothing."""
    import numpy as np

    tokens, mask = (np.zeros((height(len(encoded)), width), dtype=np.int64) for _ in range(2))
    mask[:, 0] = 1
    for row, ids in enumerate(encoded):
        tokens[row, : len(ids)] = ids
        mask[row, : len(ids)] = 1
    return tokens, mask


def _most_tokens(weights: Path) -> int:
    """Return how much of a text the model reads, as its folder says."""
    config = weights / "sentence_bert_config.json"
    said = json.loads(config.read_text("utf-8")).get("max_seq_length") if config.is_file() else None
    return min(said or MOST_TOKENS, WIDTHS[-1])


def import_openvino() -> Any:
    """Import OpenVINO without its companion that reports each import and conversion to its maker."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def cache_folder() -> Path:
    """Return the user's cache folder for converted models; ICP_VOICE_CACHE names another."""
    named = os.environ.get("ICP_VOICE_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(named) if named else Path(base) / "icp-voice"


@cache
def precision() -> str:
    """Return the precision in which this processor is quickest at 0.9999 of the reference."""
    return "bf16" if "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


@cache
def _core() -> Any:
    return import_openvino().Core()


def compiled(model: Path) -> Any:
    """Return the model ready to run on this processor: each batch on one thread, as many at once as there are cores."""
    free = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    threads = str(min(free, MOST_THREADS))
    hints = {"INFERENCE_PRECISION_HINT": precision(), "NUM_STREAMS": threads, "INFERENCE_NUM_THREADS": threads}
    return _core().compile_model(model, "CPU", hints)


def infer(model: Any, batches: Iterable[Inputs]) -> Iterator[Matrix]:
    """Yield the model's first output for each batch, in order; as many are under way as there are threads, and one more."""
    most = int(model.get_property("NUM_STREAMS")) + 1
    under_way: deque[Any] = deque()
    for inputs in batches:
        if len(under_way) < most:
            request = model.create_infer_request()
        else:
            request = under_way.popleft()
            yield _result(request)
        request.start_async(dict(enumerate(inputs)))
        under_way.append(request)
    for request in under_way:
        yield _result(request)


def _result(request: Any) -> Matrix:
    request.wait()
    rows: Matrix = request.get_output_tensor(0).data.copy()
    return rows


def converted(weights: Path) -> Path:
    """Return the path of the converted model, converting it the first time."""
    return convert_once(
        digest(weights / "model.safetensors"), lambda: _pooled(weights), ("input_ids", "attention_mask")
    )


def convert_once(key: str, module: Callable[[], Any], inputs: Sequence[str]) -> Path:
    """Return the path of a torch module converted for OpenVINO; `module` is only called when `key` is new here.

    Each of its `inputs` is a matrix of whole numbers of shape (batch, width).
    """
    release = import_openvino().__version__.split("-")[0]
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

    openvino = import_openvino()
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
