"""icp-voice: customers' words in, the qualitative half of the Ideal Customer Profile out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icp_voice.errors import IcpVoiceError
    from icp_voice.model import Side, View
    from icp_voice.workspace import Workspace, to_pandas

__version__ = "0.1.0"
__all__ = ["IcpVoiceError", "Side", "View", "Workspace", "to_pandas"]

_HOMES = {
    "IcpVoiceError": "icp_voice.errors",
    "Side": "icp_voice.model",
    "View": "icp_voice.model",
    "Workspace": "icp_voice.workspace",
    "to_pandas": "icp_voice.workspace",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `import icp_voice` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'icp_voice' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
