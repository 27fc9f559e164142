"""Steps in order, with progress, and only for what is new."""

from icp_voice.run.pipeline import Ran, run, step_names
from icp_voice.run.tools import Tools

__all__ = ["Ran", "Tools", "run", "step_names"]
