"""The reference engine: sentence-transformers on torch, in single precision."""

from __future__ import annotations

import os
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
    """Any sentence-transformers model: one in a folder, or with no folder given, the one of this name on the hub."""

    def __init__(self, name: str, weights: Path | None) -> None:
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer

        local = weights is not None or not _hub_answers()
        try:
            self._model = SentenceTransformer(str(weights or name), device="cpu", local_files_only=local)
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            unreached = "" if weights or not local else " and the model hub does not answer"
            raise ModelError(
                f'The embedding model "{weights or name}" cannot be loaded{unreached}.',
                hint="Give the path of its folder, or a name on a model hub that this machine reaches.",
            ) from error
        self.name = f"{name}/torch-fp32"

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


def _hub_answers() -> bool:
    """Tell by one request whether the model hub can be reached; loading a model would ask again for a minute."""
    from huggingface_hub import constants, get_session

    try:
        get_session().head(constants.ENDPOINT, timeout=5)
    except Exception:  # of whichever library the hub's client asks with
        return False
    return True
