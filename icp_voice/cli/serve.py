"""The command that serves the web workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from icp_voice.cli.common import HERE


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(serve)


def serve(
    folder: Annotated[Path, typer.Argument(help="The workspace, or an empty folder to make one in.")] = HERE,
    host: Annotated[str, typer.Option("--host", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="At which port; 0 for one that is free.")] = 8700,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="A host name that people use for this server; repeat for more.")
    ] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A proxy on this machine speaks TLS before it.")
    ] = False,
    certificate: Annotated[Path | None, typer.Option("--certificate", help="TLS: the certificate's file.")] = None,
    key: Annotated[Path | None, typer.Option("--key", help="TLS: the key's file.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = False,
) -> None:
    """Serve the workspace to browsers: upload, read, correct, ask, plan, and hand out the document."""
    from icp_voice.web.serve import Listening, serve

    def ready(base: str, entry: str) -> None:
        print(f"Serving {folder.resolve()} at {base}", flush=True)
        if entry != base:
            print(f"Open this address in your browser; it lets you in once:\n\n    {entry}\n", flush=True)
        print("Ctrl-C ends it.", flush=True)

    listening = Listening(
        host=host,
        port=port,
        behind_proxy=behind_proxy,
        names=tuple(name or ()),
        certificate=certificate,
        key=key,
    )
    serve(folder, listening, open_browser=browser, ready=ready)
