"""The reference engine: sentence-transformers on torch, in single precision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from icp_voice.embed.batches import BATCH, batches
from icp_voice.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]


class TorchEmbedder:
    """Any sentence-transformers model, by folder or by its name on a hub that can be reached."""

    def __init__(self, model: str, weights: Path | None) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(str(weights or model), device="cpu")
        except (OSError, ValueError) as error:
            raise ModelError(
                f'The embedding model "{model}" cannot be loaded.',
                hint="Give the path of its folder, or a name on a model hub that this machine reaches.",
            ) from error
        self.name = f"{model}/torch-fp32"

    def embed(self, texts: Sequence[str], advance: Callable[[int], None] | None = None) -> Matrix:
        """Return float32 of shape (texts, dimensions), rows of length 1."""
        import numpy as np

        parts: dict[int, Matrix] = {}
        for batch in batches([len(text.split()) for text in texts], texts):
            rows = self._model.encode(
                [texts[i] for i in batch.members], batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
            parts.update(zip(batch.members, np.asarray(rows, dtype=np.float32), strict=True))
            if advance:
                advance(len(batch.members))
        return np.stack([parts[i] for i in range(len(texts))]) if texts else np.zeros((0, 0), np.float32)
