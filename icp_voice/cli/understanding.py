"""Commands by which words are understood: run, highlights, tag, facts; those about themes are in `themes`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from icp_voice.cli import themes
from icp_voice.cli.common import (
    HERE,
    AccountOption,
    AccountTag,
    CategoryOption,
    DocumentOption,
    Format,
    FormatOption,
    KindOption,
    RoleOption,
    SinceOption,
    SourceOption,
    SpeakerOption,
    ThemeOption,
    UntilOption,
    WhereOption,
    WordsOption,
    WorkspaceOption,
    bars,
    open_workspace,
    show,
    view_of,
)
from icp_voice.errors import IcpVoiceError
from icp_voice.model import View


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(run)
    app.command()(highlights)
    app.command()(tag)
    themes.register(app)
    app.command()(facts)


def run(workspace: WorkspaceOption = HERE) -> None:
    """Understand what is new: mark passages, tag them, group themes, find facts. Safe to stop and start again."""
    opened = open_workspace(workspace)
    with bars() as progress:
        ran = opened.run(progress)
    new = ", ".join(f"{one.step} {one.done}" for one in ran if one.done)
    print(f"new: {new or 'nothing'} ({sum(one.seconds for one in ran):.1f} s)")


def highlights(
    account_tag: AccountTag = "",
    account: AccountOption = "",
    category: CategoryOption = "",
    kind: KindOption = "",
    theme: ThemeOption = "",
    since: SinceOption = "",
    until: UntilOption = "",
    where: WhereOption = [],  # noqa: B006
    source: SourceOption = "",
    role: RoleOption = "",
    speaker: SpeakerOption = "",
    document: DocumentOption = "",
    words: WordsOption = "",
    all: Annotated[bool, typer.Option("--all", help="Passages to which no category holds as well.")] = False,
    workspace: WorkspaceOption = HERE,
    format: FormatOption = Format.TABLE,
) -> None:
    """List what customers said, by category, account, theme, kind, source, who says it, its words, date or attribute."""
    from dataclasses import replace

    from icp_voice.publish import records

    view = view_of(
        account_tag=account_tag,
        account=account,
        category=category,
        kind=kind,
        theme=theme,
        since=since,
        until=until,
        where=where,
        source=source,
        role=role,
        speaker=speaker,
        document=document,
        words=words,
    )
    found = open_workspace(workspace).highlights(replace(view, coded=not all))

    def table() -> tuple[Sequence[str], list[list[object]]]:
        rows: list[list[object]] = [
            [one.id, one.account_name, one.role or one.speaker, one.date, ", ".join(one.categories), one.text]
            for one in found
        ]
        return ("id", "account", "who", "date", "categories", "words"), rows

    show(format, lambda: [records.highlight_record(one) for one in found], table)


def tag(
    highlight: Annotated[str, typer.Argument(help="A highlight, by id.")],
    confirm: Annotated[list[str], typer.Option("--confirm", "--add", help="A category that holds.")] = [],  # noqa: B006
    reject: Annotated[list[str], typer.Option("--reject", help="A category that does not hold.")] = [],  # noqa: B006
    by: Annotated[str, typer.Option("--by", help='Who says so; else ICP_VOICE_BY, else "me".')] = "",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Correct a tag. Corrections outlive every run, and the model learns from them."""
    if not confirm and not reject:
        raise IcpVoiceError("Nothing to say of the highlight.", hint="Use --confirm CATEGORY or --reject CATEGORY.")
    for category in set(confirm) & set(reject):
        raise IcpVoiceError(f'"{category}" is confirmed and rejected at once.', hint="Say one of the two.")
    opened = open_workspace(workspace)
    for category in confirm:
        opened.confirm(highlight, category, by=by)
    for category in reject:
        opened.reject(highlight, category, by=by)
    print("kept; the next run learns from it")


def facts(
    kind: Annotated[
        str, typer.Option("--kind", help="role, competitor, channel, step, duration, criterion or budget.")
    ] = "",
    workspace: WorkspaceOption = HERE,
    format: FormatOption = Format.TABLE,
) -> None:
    """List the facts with the words that state them."""
    from icp_voice.publish import records

    opened = open_workspace(workspace)
    found = opened.facts(kind)
    stating = {one.id: one for one in opened.highlights(View(coded=False))} if found else {}

    def table() -> tuple[Sequence[str], list[list[object]]]:
        rows: list[list[object]] = [
            [one.kind, one.value, stating[one.highlight].account_name, stating[one.highlight].text] for one in found
        ]
        return ("kind", "value", "account", "words"), rows

    show(format, lambda: [records.fact_record(one, stating) for one in found], table)
