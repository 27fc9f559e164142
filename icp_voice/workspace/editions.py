"""Verbs about editions of the ICP document: freeze, list, show, hand out, compare."""

from __future__ import annotations

from icp_voice.workspace.arranging import ArrangingVerbs


class EditionVerbs(ArrangingVerbs):
    """Verbs about editions of the ICP document."""
