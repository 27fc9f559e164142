"""Commands for what is known and what is not: view, ask, coverage, gaps, plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

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
    open_workspace,
    print_table,
    show,
    view_of,
)
from icp_voice.model import Answer, Cell, View

view = typer.Typer(help="Saved filters, with or without a question.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(view, name="view")
    app.command()(ask)
    app.command()(coverage)
    app.command()(gaps)
    app.command()(plan)


@view.command("save")
def view_save(
    name: str,
    question: Annotated[str, typer.Option("--question", help="Asked each time; unanswered, it is a gap.")] = "",
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
    workspace: WorkspaceOption = HERE,
) -> None:
    """Save a view under a name."""
    open_workspace(workspace).save_view(
        view_of(
            name=name,
            question=question,
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
    )
    print(f'saved: icp-voice view show "{name}"')


@view.command("list")
def view_list(workspace: WorkspaceOption = HERE, format: FormatOption = Format.TABLE) -> None:
    """List the saved views."""
    from icp_voice.publish import records

    saved = open_workspace(workspace).views()

    def table() -> tuple[Sequence[str], list[list[object]]]:
        return ("name", "question", "filter"), [[one.name, one.question, _filter(one)] for one in saved]

    show(format, lambda: [records.view_record(one) for one in saved], table)


def _filter(saved: View) -> str:
    record = {
        "account_tag": saved.account_tag,
        "account": saved.account,
        "category": saved.category,
        "kind": saved.kind,
    }
    record |= {"theme": saved.theme, "since": saved.since, "until": saved.until, **saved.attributes}
    record |= {name: getattr(saved, name) for name in ("source", "role", "speaker", "document", "words")}
    return ", ".join(f"{key}={value}" for key, value in record.items() if value) or "everything"


@view.command("show")
def view_show(name: str, workspace: WorkspaceOption = HERE, format: FormatOption = Format.TABLE) -> None:
    """Show what a saved view holds, or how its question is answered."""
    from icp_voice.publish import records

    opened = open_workspace(workspace)
    saved = opened.view(name)
    if saved.question:
        _show_answer(opened.ask(saved.question, saved), format)
        return
    found = opened.highlights(saved)

    def table() -> tuple[Sequence[str], list[list[object]]]:
        return ("account", "who", "date", "words"), [
            [one.account_name, one.role or one.speaker, one.date, one.text] for one in found
        ]

    show(format, lambda: [records.highlight_record(one) for one in found], table)


@view.command("rename")
def view_rename(name: str, to: str, workspace: WorkspaceOption = HERE) -> None:
    """Give a saved view another name; where it stands in the ICP document, it stays."""
    open_workspace(workspace).rename_view(name, to)


@view.command("remove")
def view_remove(name: str, workspace: WorkspaceOption = HERE) -> None:
    """Forget a saved view."""
    open_workspace(workspace).forget_view(name)


def ask(
    question: str,
    account_tag: AccountTag = "",
    account: AccountOption = "",
    category: CategoryOption = "",
    kind: KindOption = "",
    since: SinceOption = "",
    until: UntilOption = "",
    where: WhereOption = [],  # noqa: B006
    source: SourceOption = "",
    role: RoleOption = "",
    speaker: SpeakerOption = "",
    document: DocumentOption = "",
    words: WordsOption = "",
    workspace: WorkspaceOption = HERE,
    format: FormatOption = Format.TABLE,
) -> None:
    """Answer a question by customers' own words, or say that the data does not answer it."""
    view = view_of(
        account_tag=account_tag,
        account=account,
        category=category,
        kind=kind,
        since=since,
        until=until,
        where=where,
        source=source,
        role=role,
        speaker=speaker,
        document=document,
        words=words,
    )
    _show_answer(open_workspace(workspace).ask(question, view), format)


def _show_answer(answer: Answer, format: Format) -> None:
    from icp_voice.publish import records

    if format is Format.JSON:
        print(records.as_json(records.answer_record(answer)))
        return
    if format is not Format.TABLE:
        show(format, lambda: [records.quote_record(quote) for quote in answer.quotes], lambda: ((), ()))
        return
    if not answer.answered:
        print(f"Not answered: {answer.reason}")
        return
    nobodys = ", and passages of no known account" if any(not one.highlight.account for one in answer.quotes) else ""
    print(f"{answer.accounts} of {answer.of_accounts} accounts speak to this{nobodys}.\n")
    numbers = {quote.highlight.id: number for number, quote in enumerate(answer.quotes, start=1)}
    for statement in answer.summary:
        print(f"{statement.text} [{numbers[statement.highlight.id]}]")
    print()
    for number, quote in enumerate(answer.quotes, start=1):
        one = quote.highlight
        who = ", ".join(
            part for part in (one.account_name or "unknown account", one.role or one.speaker, one.date) if part
        )
        place = f"{one.file}{' ' + one.place if one.place else ''}, turn {one.turn + 1}, {one.id}"
        print(f"  [{number}] “{one.text}”\n    — {who} ({place})\n")


def coverage(workspace: WorkspaceOption = HERE, format: FormatOption = Format.TABLE) -> None:
    """Show what is known of which ICP account in which category, and why it counts."""
    from icp_voice.publish import records

    opened = open_workspace(workspace)
    matrix = opened.coverage()

    def table() -> tuple[Sequence[str], list[list[object]]]:
        names = opened.codebook.names
        rows: list[list[object]] = [
            [account.name, *(_shown(matrix.cell(account.id, name)) for name in names)] for account in matrix.accounts
        ]
        return ("account", *names), rows

    show(format, lambda: [records.cell_record(cell) for cell in matrix.cells], table)


def _shown(cell: Cell) -> str:
    return f"{cell.state} ({cell.highlights})" if cell.highlights else str(cell.state)


def gaps(workspace: WorkspaceOption = HERE, format: FormatOption = Format.TABLE) -> None:
    """List what is not known yet: about whom, in what, and why it is a gap."""
    from icp_voice.publish import records

    opened = open_workspace(workspace)
    found = opened.gaps()
    names = {account.id: account.name for account in opened.store.accounts.all()}

    def table() -> tuple[Sequence[str], list[list[object]]]:
        return ("kind", "account", "category", "why"), [
            [gap.kind, names.get(gap.account, gap.account), gap.category, gap.reason] for gap in found
        ]

    show(format, lambda: [records.gap_record(gap) for gap in found], table)


def plan(
    people: Annotated[int, typer.Option("--people", min=1, max=100, help="How many people at most.")] = 8,
    guides: Annotated[
        Path | None, typer.Option("--guides", metavar="DIR", help="Write a printable guide per person.")
    ] = None,
    workspace: WorkspaceOption = HERE,
    format: FormatOption = Format.TABLE,
) -> None:
    """Pick whom to talk to next, why, and what to ask, so that the most gaps close."""
    from icp_voice.publish import records

    opened = open_workspace(workspace)
    made = opened.plan(people)
    names = {account.id: account.name for account in opened.store.accounts.all()}
    if guides:
        for path in opened.write_guides(made, guides):
            print(path)
    if format is not Format.TABLE:
        show(format, lambda: [records.interview_record(one) for one in made.interviews], lambda: ((), ()))
        return
    rows = [
        [
            number,
            one.person or "someone",
            " ".join(part for part in (one.state, one.date) if part),
            one.role,
            names.get(one.account, one.account),
            one.reason,
            "\n".join(f"{i}. {question}" for i, question in enumerate(one.questions, start=1)),
        ]
        for number, one in enumerate(made.interviews, start=1)
    ]
    print_table(("", "person", "state", "role", "account", "why", "ask"), rows)
    left = f"; {len(made.open_gaps)} gaps stay open" if made.open_gaps else "; together they close every gap"
    print(f"{len(made.interviews)} people{left}")
