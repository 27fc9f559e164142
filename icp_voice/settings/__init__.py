"""Checked TOML: the workspace's settings and the codebook, with errors that name file, key and what is allowed."""

from icp_voice.settings.codebook import SHIPPED, Category, Codebook, Example, load_codebook
from icp_voice.settings.settings import Settings, load_settings, write_settings

__all__ = ["SHIPPED", "Category", "Codebook", "Example", "Settings", "load_codebook", "load_settings", "write_settings"]
