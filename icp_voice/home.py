"""Where connectors/, pipelines/ and reports/ are: beside the package in a checkout, inside it once installed."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

PACKAGE = Path(__file__).resolve().parent


def folders(name: str, workspace: Path | None = None) -> list[Path]:
    """Return the folders called `name`, the workspace's own first.

    A workspace's folder may hold code, so it is only looked into when the user has named that workspace.
    """
    candidates = [PACKAGE / name, PACKAGE.parent / name]
    ours = next((path for path in candidates if path.is_dir()), None)
    found = [workspace / name] if workspace and (workspace / name).is_dir() else []
    return [*found, *([ours] if ours else [])]


def find(folder: str, file: str, workspace: Path | None = None) -> Path:
    """Return the first `folder/file`, the workspace's own before the shipped one."""
    for path in folders(folder, workspace):
        if (path / file).is_file():
            return path / file
    raise FileNotFoundError(f"{folder}/{file}")


def load(folder: str, name: str, workspace: Path | None = None) -> ModuleType:
    """Load `folder/name.py` as a module, the workspace's own before the shipped one."""
    path = find(folder, f"{name}.py", workspace)
    spec = importlib.util.spec_from_file_location(f"icp_voice_{folder}_{name}", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up in sys.modules while the class body runs.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
