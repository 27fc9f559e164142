"""What is handed out: reports, interview guides, and records for programs."""

from icp_voice.publish.gather import gather
from icp_voice.publish.guides import guides
from icp_voice.publish.material import Material
from icp_voice.publish.report import report

__all__ = ["Material", "gather", "guides", "report"]
