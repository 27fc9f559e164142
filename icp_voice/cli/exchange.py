"""Commands by which researchers come and go with their work: export and import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from icp_voice.cli.common import HERE, WorkspaceOption, open_workspace


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("export")(export)


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file ending in .qdpx (project) or .qdc (codebook).")],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Write the project for NVivo, ATLAS.ti, MAXQDA, QualCoder and others: documents, codes, and what is coded."""
    print(open_workspace(workspace).export(file))
