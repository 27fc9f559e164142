"""Commands of the connected sources: sync, connectors, connect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from icp_voice.cli.common import HERE, Format, FormatOption, WorkspaceOption, open_workspace, show, tell
from icp_voice.errors import IcpVoiceError, unknown
from icp_voice.workspace import Progress

if TYPE_CHECKING:
    from icp_voice.ingest.connected import Connected, Secret


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(sync)
    app.command()(connectors)
    app.command()(connect)


def sync(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Connected sources; all if none.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Read everything anew, not only what is new.")] = False,
    workspace: WorkspaceOption = HERE,
    format: FormatOption = Format.TABLE,
) -> None:
    """Read what is new at the sources connected in icp-voice.toml. Exits with 1 if one failed; the others are kept."""
    from icp_voice.publish import records

    opened = open_workspace(workspace)
    with _counting() as progress:
        synced = opened.sync(*(names or []), again=again, progress=progress)
    if format is Format.TABLE:
        for name, added in synced.items():
            print(
                f"{name}: {len(added.new)} documents new, {len(added.updated)} updated, {len(added.unchanged)} unchanged,"
                f" {len(added.duplicates)} known from elsewhere, {len(added.gone)} gone, {len(added.errors)} not read"
            )
            for warning in added.warnings:
                tell(f"note: {name}: {warning}")
            for error in added.errors:
                tell(f"not read: {error.file}: {error.error.rstrip('.')}. {error.hint}".rstrip())
    else:
        show(format, lambda: [records.synced_record(name, added) for name, added in synced.items()], lambda: ((), ()))
    if any(added.errors for added in synced.values()):
        raise typer.Exit(1)


def connectors(workspace: WorkspaceOption = HERE, format: FormatOption = Format.TABLE) -> None:
    """List all sources that can be connected: settings, secrets and whether they are found, last sync."""
    from icp_voice.publish import records

    listed = open_workspace(workspace).connectors()

    def table() -> tuple[Sequence[str], list[list[object]]]:
        rows: list[list[object]] = [
            [
                one.name,
                one.title,
                "yes" if one.connected else "no",
                ", ".join(f"{key.name}{'' if key.required else f'={key.default}'}" for key in one.settings),
                ", ".join(f"{secret.variable} ({secret.found or _absent(secret)})" for secret in one.secrets),
                one.last_sync or "never",
                one.records,
                one.gone,
            ]
            for one in listed
        ]
        return ("name", "source", "connected", "settings", "secrets", "last sync", "records", "gone"), rows

    show(format, lambda: [records.connector_record(one) for one in listed], table)


def connect(
    name: Annotated[str, typer.Argument(help="A source, such as zendesk.")],
    check: Annotated[bool, typer.Option("--check", help="Try it with one cheap call.")] = False,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Tell how to connect a source and what is missing yet; with --check, try it."""
    opened = open_workspace(workspace)
    known = {one.name: one for one in opened.connectors()}
    if name not in known:
        raise unknown("connector", name, known)
    if not check:
        print(_guide(known[name]))
        return
    if not known[name].connected:
        raise IcpVoiceError(
            f"{name} is not connected.",
            hint=f"Put [connectors.{name}] into icp-voice.toml; see: icp-voice connect {name}",
        )
    print(f"{name}: {opened.check_source(name)}")


def _guide(one: Connected) -> str:
    lines = [one.about, ""]
    if not one.connected:
        lines += ["Settings, in icp-voice.toml:", "", f"[connectors.{one.name}]"]
        lines += [f"{'' if key.required else '# '}{key.name} = {key.default or '...'}" for key in one.settings]
        lines.append("")
    if one.secrets:
        lines.append(f"Secrets, in the environment or under [{one.name}] in secrets.toml (mode 600):")
        lines += [
            f"  {secret.variable} or {secret.name}: {secret.about} [{secret.found or _absent(secret)}]"
            for secret in one.secrets
        ]
    if one.scopes:
        lines.append(f"Scopes or rights: {', '.join(one.scopes)}")
    if one.connected:
        lines.append(f"It is connected. Try it: icp-voice connect {one.name} --check")
    return "\n".join(lines)


def _absent(secret: Secret) -> str:
    return "missing" if secret.required else "optional"


@contextmanager
def _counting() -> Iterator[Progress]:
    """Show how many documents have come from each source, on stderr: nobody knows beforehand how many there are."""
    from rich.console import Console

    with Console(stderr=True).status("asking ...") as status:

        def advance(name: str, done: int, total: int) -> None:
            status.update(f"{name}: {done} read")

        yield advance
