"""The JSON API under /api: the same verbs as the command line, described by OpenAPI."""

from __future__ import annotations

from fastapi import FastAPI


def register(app: FastAPI) -> None:
    """Let the application answer programs."""
