"""Steps in order, with progress, and only for what is new."""

from icp_voice.run.pipeline import Ran, run
from icp_voice.run.tools import Tools

__all__ = ["Ran", "Tools", "run"]
