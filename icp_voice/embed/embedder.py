"""What an embedder is, and which one the settings mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from icp_voice.embed.weights import DEFAULT, find_weights, folder_name, is_mean_pooled
from icp_voice.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors. Equal texts give equal vectors, whatever stands beside them."""

    @property
    def name(self) -> str:
        """Model, engine and precision: the key under which its vectors are kept."""

    def embed(self, texts: Sequence[str], advance: Callable[[int], None] | None = None) -> Matrix:
        """Return float32 of shape (texts, dimensions), rows of length 1; `advance` is told how many more are done."""


def openvino_runs(engine: str) -> bool:
    """Tell whether an engine, which may be "auto", means OpenVINO here; raise if it must and cannot be imported."""
    from icp_voice.embed.openvino_embedder import import_openvino

    if engine == "torch":
        return False
    try:
        import_openvino()
    except ImportError as error:
        if engine == "openvino":
            raise ModelError(
                f'The engine "openvino" cannot be imported: {error}.', hint='pip install openvino, or engine = "torch".'
            ) from error
        return False
    return True


def open_embedder(model: str, engine: str = "auto") -> Embedder:
    """Open the model by name or path on an engine: "openvino", "torch", or "auto" for the fastest one installed.

    Where OpenVINO cannot be imported, "auto" is torch. OpenVINO runs folders of models with mean pooling; torch runs all
    others, whatever the engine.
    """
    has_openvino = openvino_runs(engine)
    weights = find_weights(model)
    name = model if weights is None or model == DEFAULT else folder_name(weights)
    if has_openvino and weights is not None and is_mean_pooled(weights):
        from icp_voice.embed.openvino_embedder import OpenVinoEmbedder

        return OpenVinoEmbedder(name, weights)
    from icp_voice.embed.torch_embedder import TorchEmbedder

    return TorchEmbedder(name, weights)
