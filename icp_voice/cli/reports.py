"""Commands that hand something out: report, table and demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from icp_voice.cli.common import HERE, WorkspaceOption, bars, open_workspace
from icp_voice.cli.pages import Page, PageOption


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(report)
    app.command()(table)
    app.command()(demo)


def report(
    name: Annotated[str, typer.Argument(help="icp, pain-points or buying-process.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A file ending in .html, .md or .docx.")
    ] = None,
    format: PageOption = Page.MARKDOWN,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Write a report: the ICP document, the pain points for product, or the buying process for sales."""
    opened = open_workspace(workspace)
    if out is not None:
        print(opened.write_report(name, out))
    elif format is Page.DOCX:
        print(opened.write_report(name, Path(f"{name}.docx")))
    else:
        print(opened.report(name, format=format))


def table(
    name: Annotated[str, typer.Argument(help="themes, facts, matrix, gaps, quotes, plan or accounts.")],
    edition: Annotated[
        str, typer.Option("--edition", help="Of an edition, by number or name; else as it is now.")
    ] = "now",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="A file ending in .csv.")] = None,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Write a table of the document as CSV."""
    from icp_voice.publish.records import as_csv

    opened = open_workspace(workspace)
    if out is None:
        print(as_csv(opened.table(name, edition=edition)))
    else:
        print(opened.write_table(name, out, edition=edition))


def demo(folder: Annotated[Path, typer.Argument(metavar="DIR")] = Path("demo")) -> None:
    """Try everything on an invented company: make a workspace, read its customers' words, write its ICP document."""
    from icp_voice.demo import run_demo

    with bars() as progress:
        done = run_demo(folder, progress)
    print(
        f"\n{done.documents} documents ({done.duplicates} more were duplicates) of {done.heard} of {done.accounts} accounts;"
        f" {done.icp_accounts} accounts are ICP\n"
        f"{done.highlights} highlights in {done.themes} themes, {done.facts} facts\n"
        f"{done.gaps} gaps, and a plan of {done.interviews} interviews that closes {done.closed} of them\n"
    )
    for path in done.reports:
        print(path)
    print(f'\nTry next:  icp-voice ask "Why do customers choose us?" --account-tag ICP --workspace {folder}')
