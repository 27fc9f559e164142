"""Commands about redactions: list them, decide about proposals, hide words and show them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from icp_voice.cli.common import HERE, Format, FormatOption, WorkspaceOption, open_workspace, show

redaction = typer.Typer(help="Words that not everybody may see.", no_args_is_help=True)

DocumentArgument = Annotated[str, typer.Argument(metavar="DOCUMENT", help="A document, by id or file.")]
IdsArgument = Annotated[list[str], typer.Argument(metavar="REDACTION...", help="Redactions, by id.")]
WhyOption = Annotated[str, typer.Option("--why", help='What it is: "person\'s name", "mail address", ...')]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(redaction, name="redaction")


@redaction.command("list")
def redaction_list(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="Only this document's, by id or file.")] = "",
    state: Annotated[str, typer.Option("--state", help="proposed, confirmed or rejected.")] = "",
    workspace: WorkspaceOption = HERE,
    format: FormatOption = Format.TABLE,
) -> None:
    """List what is hidden or proposed to be; what has no turn is void and to be looked at again."""
    found = open_workspace(workspace).redactions(document, state=state)

    def table() -> tuple[Sequence[str], list[list[object]]]:
        rows: list[list[object]] = [
            [
                one.id,
                one.document,
                "look again: its words have changed" if one.turn is None else one.turn,
                f"{one.start}-{one.end}",
                one.why,
                one.state,
                one.by,
                one.at.replace("T", " ").partition(".")[0].rstrip("Z"),
            ]
            for one in found
        ]
        return ("id", "document", "turn", "characters", "what", "state", "by", "when (UTC)"), rows

    show(format, lambda: [asdict(one) for one in found], table)


@redaction.command("words")
def redaction_words(
    words: Annotated[str, typer.Argument(metavar="WORDS", help="Words to hide wherever they are said.")],
    why: WhyOption = "by hand",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Hide some words wherever anybody says them."""
    found = open_workspace(workspace).redact_words(words, why=why)
    print(f"hidden at {len(found)} places in {len({one.document for one in found})} documents")


@redaction.command("add")
def redaction_add(
    document: DocumentArgument,
    turn: Annotated[int, typer.Argument(help="The turn's number, from 0.")],
    start: Annotated[int, typer.Argument(help="The first character, from 0.")],
    end: Annotated[int, typer.Argument(help="The character after the last.")],
    why: WhyOption = "by hand",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Hide characters of one turn."""
    made = open_workspace(workspace).redact(document, turn, start, end, why=why)
    print(f"hidden; `icp-voice redaction reject {made.id}` shows it again")


@redaction.command("confirm")
def redaction_confirm(ids: IdsArgument, workspace: WorkspaceOption = HERE) -> None:
    """Hide what was proposed."""
    print(f"{len(open_workspace(workspace).confirm_redactions(ids))} hidden")


@redaction.command("reject")
def redaction_reject(ids: IdsArgument, workspace: WorkspaceOption = HERE) -> None:
    """Show what was proposed or hidden; no run proposes it again."""
    print(f"{len(open_workspace(workspace).reject_redactions(ids))} shown")
