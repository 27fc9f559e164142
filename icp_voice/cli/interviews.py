"""Commands for interviews: whom we asked, who was heard since, and the guide to take along."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from icp_voice.cli.common import HERE, Format, FormatOption, WorkspaceOption, open_workspace, show
from icp_voice.errors import IcpVoiceError

interview = typer.Typer(help="Interviews: mark whom you asked, see who was heard since.", no_args_is_help=True)
ENDINGS = {".html": "html", ".htm": "html", ".md": "markdown", ".docx": "docx"}
AccountArgument = Annotated[str, typer.Argument(help="Its id, name or domain.")]
PersonArgument = Annotated[str, typer.Argument(help='As the plan names them; "" for a pick without a name.')]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(interview, name="interview")


@interview.command("mark")
def mark(
    account: AccountArgument,
    person: PersonArgument,
    state: Annotated[str, typer.Argument(help="asked, scheduled, declined, or none to call it off.")],
    date: Annotated[str, typer.Option("--date", help="Of the appointment, or until when they declined.")] = "",
    note: Annotated[str, typer.Option("--note", help="For yourselves.")] = "",
    name: Annotated[str, typer.Option("--name", help="Who it is, where the plan names nobody.")] = "",
    role: Annotated[str, typer.Option("--role", help="Their role.")] = "",
    email: Annotated[str, typer.Option("--email", help="Their address.")] = "",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Say that somebody was asked, has an appointment, or declined; the plan keeps to it."""
    kept = open_workspace(workspace).mark_interview(
        account, person, state, date=date, note=note, name=name, role=role, email=email
    )
    until = {"scheduled": " on ", "declined": " until "}.get(kept.state, "")
    print(f"{kept.person or 'someone'}, {kept.account_name}: {kept.state}{until}{kept.date if until else ''}")


@interview.command("list")
def list_interviews(workspace: WorkspaceOption = HERE, format: FormatOption = Format.TABLE) -> None:
    """List the interviews: who was asked, who was heard since, and which gaps their words closed."""
    from icp_voice.publish.records import interview_state_record

    found = open_workspace(workspace).interviews()

    def table() -> tuple[Sequence[str], list[list[object]]]:
        rows: list[list[object]] = [
            [
                one.person or "someone",
                one.account_name,
                one.state,
                one.date,
                f"{len(one.closed)} of {len(one.closes)}",
                "; ".join(gap.reason for gap in one.still_open),
            ]
            for one in found
        ]
        return ("person", "account", "state", "date", "gaps closed", "still open"), rows

    show(format, lambda: [interview_state_record(one) for one in found], table)


@interview.command("guide")
def guide(
    account: AccountArgument,
    person: PersonArgument = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A file ending in .html, .md or .docx.")
    ] = None,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Print one person's interview guide, or write it to a file."""
    opened = open_workspace(workspace)
    if out is None:
        print(opened.interview_guide(account, person, format="markdown"))
        return
    if out.suffix.lower() not in ENDINGS:
        raise IcpVoiceError(f'No guide is written as "{out.suffix}".', hint="Name the file .html, .md or .docx.")
    made = opened.interview_guide(account, person, format=ENDINGS[out.suffix.lower()])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(made if isinstance(made, bytes) else made.encode())
    print(out)
