"""A vendor's API on loopback, one module each, that keeps its contract and can be made to misbehave."""

from __future__ import annotations

import importlib
import pkgutil

from tests.fakes.base import BaseFake


def all_fakes() -> dict[str, type[BaseFake]]:
    """Return every fake in this folder by its connector's name."""
    modules = (module.name for module in pkgutil.iter_modules(__path__) if module.name != "base")
    return {name: importlib.import_module(f"tests.fakes.{name}").Fake for name in modules}
