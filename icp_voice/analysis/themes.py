"""Themes, from outside: group texts into themes, and keep the themes' identity while texts are added."""

from icp_voice.analysis.theme_groups import Grouping, group
from icp_voice.analysis.theme_identity import Event, Grouper, Previous, Regrouping, regroup

__all__ = ["Event", "Grouper", "Grouping", "Previous", "Regrouping", "group", "regroup"]
