"""Commands about people's work: what to decide next, what it has brought, who did what, and taking it back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from icp_voice.cli.common import HERE, CategoryOption, Format, FormatOption, WorkspaceOption, open_workspace, show

MostOption = Annotated[int, typer.Option("--most", min=1, max=1000, help="How many.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(review)
    app.command()(changes)
    app.command()(undo)


def review(
    category: CategoryOption = "",
    most: MostOption = 20,
    gained: Annotated[bool, typer.Option("--gained", help="What the decisions so far have brought.")] = False,
    workspace: WorkspaceOption = HERE,
    format: FormatOption = Format.TABLE,
) -> None:
    """List the tags of which the model is least sure: a decision about these teaches it most."""
    from icp_voice.publish import records

    opened = open_workspace(workspace)
    if gained:
        found = opened.gained()
        print(found.text if format is Format.TABLE else records.as_json(asdict(found)))
        return
    page = opened.review(category, most=most)

    def written() -> list[dict[str, object]]:
        return [
            {
                "highlight": one.highlight.id,
                "category": one.category,
                "score": one.score,
                "why": one.why,
                "other": dict(one.other),
                "people": [{"category": tag.category, "by": tag.coder, "state": tag.state} for tag in one.people],
                "account": one.highlight.account_name,
                "text": one.highlight.text,
            }
            for one in page.items
        ]

    def table() -> tuple[Sequence[str], list[list[object]]]:
        rows: list[list[object]] = [
            [one.highlight.id, one.category, one.why, one.highlight.account_name, one.highlight.text]
            for one in page.items
        ]
        return ("highlight", "category", "why", "account", "words"), rows

    show(format, written, table)
    if format is Format.TABLE:
        print(f"{page.left} left to look at, {page.decided} decided; `icp-voice tag ID --confirm CATEGORY` decides")


def changes(
    most: MostOption = 50,
    by: Annotated[str, typer.Option("--by", help="Only what this person did.")] = "",
    workspace: WorkspaceOption = HERE,
    format: FormatOption = Format.TABLE,
) -> None:
    """List who did what and when, the latest first."""
    found = open_workspace(workspace).changes(most=most, by=by)

    def table() -> tuple[Sequence[str], list[list[object]]]:
        rows: list[list[object]] = [
            [one.number, one.at, one.by, one.verb, one.subject, _state(one.undone, one.undoable), _told(one.detail)]
            for one in found
        ]
        return ("no.", "when (UTC)", "by", "what", "of", "undo", "more"), rows

    show(format, lambda: [{**asdict(one), "detail": dict(one.detail)} for one in found], table)


def _state(undone: bool, undoable: bool) -> str:
    return "taken back" if undone else "can be" if undoable else ""


def _told(detail: object) -> str:
    if not isinstance(detail, dict):
        return ""
    return ", ".join(
        f"{name} {value if isinstance(value, str | int) else json.dumps(value)}"
        for name, value in detail.items()
        if name != "before"
    )


def undo(
    number: Annotated[int, typer.Argument(help="The change's number in `icp-voice changes`; else your latest.")] = 0,
    anyone: Annotated[bool, typer.Option("--anyone", help="Take back what another person did.")] = False,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Take back a decision: a tag, a mark, or something about a theme. What was there before is there again."""
    undone = open_workspace(workspace).undo(number, anyone=anyone)
    print(f"taken back: {undone.number} {undone.verb} {undone.subject}".rstrip())
