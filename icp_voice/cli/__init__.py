"""The command line: parse, call, show. `main` is the entry point."""

from icp_voice.cli.main import main

__all__ = ["main"]
