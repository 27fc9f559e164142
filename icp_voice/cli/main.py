"""The program `icp-voice`: its commands put together, and errors shown in one line."""

from __future__ import annotations

import os
import sys

import typer

from icp_voice.cli import (
    corrections,
    editing,
    editions,
    evaluate,
    exchange,
    hooks,
    insight,
    interviews,
    people,
    preview,
    redaction,
    reports,
    serve,
    sources,
    understanding,
    words,
)
from icp_voice.errors import IcpVoiceError

app = typer.Typer(
    name="icp-voice",
    help="Customers' words in, the qualitative half of the Ideal Customer Profile out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for part in (
    words,
    preview,
    sources,
    hooks,
    understanding,
    corrections,
    editing,
    insight,
    interviews,
    reports,
    editions,
    evaluate,
    exchange,
    serve,
    people,
    redaction,
):
    part.register(app)


def main() -> None:
    """Run the program; what a person can mend is one line on stderr and exit code 1, a bug keeps its traceback."""
    # Models print bars and advice of their own; ours are the only ones a person asked for.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        app()
    except IcpVoiceError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("stopped; the next run goes on from here", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
