"""What the commands share: opening the workspace, showing tables, bars and records."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from icp_voice.errors import IcpVoiceError
from icp_voice.model import View
from icp_voice.workspace import Progress, Workspace


class Format(StrEnum):
    """How a listing is written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", "-w", metavar="DIR", help="The workspace; the current folder if it is one.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to write it.")]
HERE = Path(".")
BY_VARIABLE = "ICP_VOICE_BY"


def open_workspace(folder: Path) -> Workspace:
    """Open a workspace for whom ICP_VOICE_BY names, or "me"; waiting for another process is told on stderr."""
    return Workspace(folder, by=os.environ.get(BY_VARIABLE, ""), notice=tell)


def tell(text: str) -> None:
    """Say something to the person on stderr, so that stdout stays for results."""
    print(text, file=sys.stderr)


def show(
    format: Format,
    records: Callable[[], Sequence[dict[str, Any]]],
    table: Callable[[], tuple[Sequence[str], Sequence[Sequence[object]]]],
) -> None:
    """Write a listing: records for programs, a table for people."""
    from icp_voice.publish import records as written

    if format is Format.TABLE:
        print_table(*table())
    elif format is Format.JSON:
        print(written.as_json(list(records())))
    elif format is Format.JSONL:
        text = written.as_jsonl(records())
        if text:
            print(text)
    else:
        print(written.as_csv(list(records())))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table as wide as the terminal, or as wide as it needs where there is none."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    console = Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=180)
    console.print(table)


@contextmanager
def bars() -> Iterator[Progress]:
    """Show one bar per step on stderr, with counts and the time left."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description:<12}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("spent"),
        TimeElapsedColumn(),
    )
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=4) as progress:

        def advance(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=total)
            if step == "reading":
                progress.update(tasks[step], completed=done)
            else:
                progress.advance(tasks[step], done)

        yield advance


def pairs(given: Sequence[str], option: str) -> dict[str, str]:
    """Read `name=value` options."""
    found = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise IcpVoiceError(f'{option} "{one}" is not of the form NAME=VALUE.')
        found[name.strip()] = value.strip()
    return found


def view_of(
    *,
    account_tag: str = "",
    account: str = "",
    category: str = "",
    kind: str = "",
    theme: str = "",
    since: str = "",
    until: str = "",
    where: Sequence[str] = (),
    source: str = "",
    role: str = "",
    speaker: str = "",
    document: str = "",
    words: str = "",
    question: str = "",
    name: str = "",
) -> View:
    """Build a view from the options of a command."""
    return View(
        name=name,
        account_tag=account_tag,
        account=account,
        category=category,
        kind=kind,
        theme=theme,
        since=since,
        until=until,
        attributes=pairs(where, "--where"),
        source=source,
        role=role,
        speaker=speaker,
        document=document,
        words=words,
        question=question,
    )


AccountTag = Annotated[str, typer.Option("--account-tag", help="Only accounts with this tag, such as ICP.")]
AccountOption = Annotated[str, typer.Option("--account", help="Only this account, by id, name or domain.")]
CategoryOption = Annotated[str, typer.Option("--category", help="Only this category of the codebook.")]
KindOption = Annotated[str, typer.Option("--kind", help="Only documents of this kind: call, ticket, survey ...")]
ThemeOption = Annotated[str, typer.Option("--theme", help="Only this theme, by id.")]
SourceOption = Annotated[str, typer.Option("--source", help='Only from this connected source, or "files".')]
RoleOption = Annotated[str, typer.Option("--role", help="Only what people in this role say.")]
SpeakerOption = Annotated[str, typer.Option("--speaker", help="Only what this person says.")]
DocumentOption = Annotated[str, typer.Option("--document", help="Only this document, by id.")]
WordsOption = Annotated[str, typer.Option("--words", help="Only passages in which all of these words stand.")]
SinceOption = Annotated[str, typer.Option("--since", help="Only from this date on (2026-05-12).")]
UntilOption = Annotated[str, typer.Option("--until", help="Only up to this date.")]
WhereOption = Annotated[
    list[str],
    typer.Option("--where", metavar="ATTRIBUTE=VALUE", help="Only accounts with this attribute; repeat for more."),
]
