"""Commands about themes: list them, what became of them, what has none and why, and a person's hand in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from icp_voice.cli.common import (
    HERE,
    CategoryOption,
    Format,
    FormatOption,
    WorkspaceOption,
    open_workspace,
    show,
)
from icp_voice.errors import IcpVoiceError
from icp_voice.model import View
from icp_voice.workspace import Workspace

theme = typer.Typer(help="Put your own hand to a theme, and take it back.", no_args_is_help=True)

ThemeArgument = Annotated[str, typer.Argument(metavar="THEME", help="A theme, by id or name.")]
ByOption = Annotated[str, typer.Option("--by", help='Who says so; else ICP_VOICE_BY, else "me".')]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(themes)
    app.add_typer(theme, name="theme")


def themes(
    category: CategoryOption = "",
    history: Annotated[
        bool, typer.Option("--history", help="What became of them: born, grew, split, merged, faded, and by whom.")
    ] = False,
    unassigned: Annotated[bool, typer.Option("--unassigned", help="What has no theme, and why.")] = False,
    hidden: Annotated[bool, typer.Option("--hidden", help="Hidden ones as well.")] = False,
    workspace: WorkspaceOption = HERE,
    format: FormatOption = Format.TABLE,
) -> None:
    """List the themes, those of most ICP accounts first."""
    if history and unassigned:
        raise IcpVoiceError("--history and --unassigned are two listings.", hint="Ask for one of them.")
    opened = open_workspace(workspace)
    if history:
        _show_history(opened, category, format)
    elif unassigned:
        _show_unassigned(opened, category, format)
    else:
        _show_themes(opened, category, format, hidden=hidden)


def _show_themes(opened: Workspace, category: str, format: Format, *, hidden: bool) -> None:
    from icp_voice.publish import records

    found = opened.themes(category, hidden=hidden)
    total = len(opened.store.accounts.tagged(opened.tag))

    def table() -> tuple[Sequence[str], list[list[object]]]:
        rows: list[list[object]] = [
            [
                one.id,
                one.category,
                one.name + (" (hidden)" if one.hidden else ""),
                f"{len(one.icp_accounts)} of {total}",
                len(one.accounts),
                len(one.highlights),
            ]
            for one in found
        ]
        return ("id", "category", "theme", "ICP accounts", "accounts", "highlights"), rows

    def written() -> list[dict[str, object]]:
        quoted = {one.id: one for one in opened.highlights(View(category=category))}
        return [records.theme_record(one, quoted) for one in found]

    show(format, written, table)


def _show_history(opened: Workspace, category: str, format: Format) -> None:
    from icp_voice.publish import records

    found = opened.theme_history(category)

    def table() -> tuple[Sequence[str], list[list[object]]]:
        rows: list[list[object]] = [
            [one.at.partition(".")[0].replace("T", " "), one.by, one.number or "", one.category, one.text]
            for one in found
        ]
        return ("when (UTC)", "by", "no.", "category", "what happened"), rows

    show(format, lambda: [records.change_record(one) for one in found], table)


def _show_unassigned(opened: Workspace, category: str, format: Format) -> None:
    from icp_voice.publish import records

    found = opened.unassigned(category)

    def table() -> tuple[Sequence[str], list[list[object]]]:
        rows: list[list[object]] = [
            [one.highlight.id, one.category, one.highlight.account_name, one.reason, one.highlight.text]
            for one in found
        ]
        return ("highlight", "category", "account", "why it has no theme", "words"), rows

    show(
        format,
        lambda: [records.unassigned_record(one) for one in found],
        table,
    )


@theme.command("rename")
def theme_rename(theme: ThemeArgument, name: str, by: ByOption = "", workspace: WorkspaceOption = HERE) -> None:
    """Give a theme your own name; no run changes it."""
    open_workspace(workspace).rename_theme(theme, name, by=by)
    print("renamed; no run changes it")


@theme.command("hide")
def theme_hide(
    theme: ThemeArgument,
    show_again: Annotated[bool, typer.Option("--show", help="Show it again.")] = False,
    by: ByOption = "",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Leave a theme out of the reports."""
    open_workspace(workspace).hide_theme(theme, hidden=not show_again, by=by)
    print("shown again" if show_again else "hidden; `icp-voice themes --hidden` lists it")


@theme.command("merge")
def theme_merge(theme: ThemeArgument, into: str, by: ByOption = "", workspace: WorkspaceOption = HERE) -> None:
    """Put all highlights of a theme into another one of its category."""
    gone, kept = open_workspace(workspace).merge_themes(theme, into, by=by)
    print(
        f'merged: {len(gone.highlights)} highlights of "{gone.name}" ({gone.id}) went into "{kept.name}" ({kept.id}), '
        f"which now has {len(kept.highlights)}; no run takes them apart"
    )


@theme.command("split")
def theme_split(
    theme: ThemeArgument,
    highlights: Annotated[list[str], typer.Argument(help="Those that become a theme of their own, by id.")],
    name: Annotated[str, typer.Option("--name", help="Its name; else one in the customers' words.")] = "",
    by: ByOption = "",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Make some highlights of a theme a theme of their own; no run puts them back."""
    made = open_workspace(workspace).split_theme(theme, highlights, name=name, by=by)
    print(f'split off: {made.id} "{made.name}"; no run puts them back')


@theme.command("move")
def theme_move(highlight: str, theme: ThemeArgument, by: ByOption = "", workspace: WorkspaceOption = HERE) -> None:
    """Put a highlight into a theme; no run moves it again."""
    open_workspace(workspace).move_highlight(highlight, theme, by=by)
    print("moved; no run moves it back")


@theme.command("undo")
def theme_undo(
    number: Annotated[int, typer.Argument(help="The decision's number in `icp-voice themes --history`.")] = 0,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Take back a rename, hide, merge, split or move: the latest one, or that of a number."""
    undone = open_workspace(workspace).undo_theme_decision(number)
    print(f"taken back: {undone.text}; the next run settles the rest")
