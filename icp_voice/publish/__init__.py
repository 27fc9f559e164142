"""What is handed out: reports, interview guides, and records for programs."""

from icp_voice.publish.gather import gather
from icp_voice.publish.guides import guides
from icp_voice.publish.material import Material
from icp_voice.publish.paper import Filled, Paper, paper
from icp_voice.publish.report import render_section, report

__all__ = ["Filled", "Material", "Paper", "gather", "guides", "paper", "render_section", "report"]
