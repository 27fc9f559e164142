"""Commands of the webhooks: what waits, what failed, serve, work, retry, forget."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from icp_voice.cli.common import HERE, Format, FormatOption, WorkspaceOption, open_workspace, show, tell
from icp_voice.errors import IcpVoiceError

if TYPE_CHECKING:
    from icp_voice.ingest.hooks.taking import Address, Inbox
    from icp_voice.store.deliveries import Deliveries

hooks = typer.Typer(help="Take what vendors push: serve, what waits, what failed.", invoke_without_command=True)
Ids = Annotated[list[int] | None, typer.Argument(metavar="[ID]...", help="Deliveries, by id.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(hooks, name="hooks")


@hooks.callback()
def listing(context: typer.Context, workspace: WorkspaceOption = HERE, format: FormatOption = Format.TABLE) -> None:
    """List the deliveries that wait or failed, and the addresses to register at the vendors."""
    if context.invoked_subcommand:
        return
    from icp_voice.publish import records

    inbox = open_workspace(workspace).inbox
    pending = inbox.deliveries.pending()
    written = [records.delivery_record(one) for one in pending]

    def table() -> tuple[Sequence[str], list[list[object]]]:
        columns = ("id", "source", "records", "came", "state", "attempts", "next", "reason")
        return columns, [
            [", ".join(value) if isinstance(value, list) else value or "" for value in one.values()] for one in written
        ]

    show(format, lambda: written, table)
    if format is Format.TABLE:
        _summary(inbox.deliveries)
        _addresses(inbox, "")


@hooks.command()
def serve(
    host: Annotated[str, typer.Option("--host", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="At which port; 0 for one that is free.")] = 8765,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="Let others than this machine connect: a proxy speaks TLS before it.")
    ] = False,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Take deliveries at POST /hooks/NAME and work them off, until Ctrl-C."""
    from icp_voice.web.server import serve_hooks

    open_workspace(workspace)

    def listening(inbox: Inbox, base: str) -> None:
        print(f"listening on {base}", flush=True)
        _addresses(inbox, base)

    serve_hooks(workspace, host=host, port=port, behind_proxy=behind_proxy, listening=listening, tell=tell)


@hooks.command()
def work(workspace: WorkspaceOption = HERE) -> None:
    """Work off what is due now, without a server. Exits with 1 if something failed or the workspace was held."""
    opened = open_workspace(workspace)
    worked = opened.work_deliveries()
    print(f"{worked.done} worked off, {worked.failed} failed, {opened.deliveries.count('waiting')} wait")
    if worked.held:
        raise IcpVoiceError(worked.held, hint="What was delivered is kept; try again later.")
    if worked.failed:
        tell("icp-voice hooks tells why")
        raise typer.Exit(1)


@hooks.command()
def retry(ids: Ids = None, workspace: WorkspaceOption = HERE) -> None:
    """Have deliveries tried again at once: these, or all that failed or wait."""
    deliveries = open_workspace(workspace).deliveries
    _known(deliveries, ids or [])
    print(f"{deliveries.retry(ids or [], time.time())} will be tried again")


@hooks.command()
def forget(ids: Ids = None, workspace: WorkspaceOption = HERE) -> None:
    """Give deliveries up: these, or all that failed."""
    deliveries = open_workspace(workspace).deliveries
    _known(deliveries, ids or [])
    print(f"{deliveries.forget(ids or [], time.time())} given up")


def _known(deliveries: Deliveries, ids: Sequence[int]) -> None:
    unknown = sorted(set(ids) - {one.id for one in deliveries.pending()})
    if unknown:
        raise IcpVoiceError(
            f"No delivery {', '.join(map(str, unknown))} waits or failed.",
            hint="`icp-voice hooks` lists those that do.",
        )


def _summary(deliveries: Deliveries) -> None:
    waiting, failed = deliveries.count("waiting"), deliveries.count("failed")
    done = deliveries.count("done", since=time.time() - 86_400)
    print(f"{waiting} wait, {failed} failed, {done} of the last 24 hours are done")
    for rest in deliveries.rests(time.time()):
        until = time.strftime("%H:%M", time.localtime(rest.until))
        tell(f"note: {rest.source} is left alone until {until}: {rest.reason}")


def _addresses(inbox: Inbox, base: str) -> None:
    for one in inbox.addresses():
        print(f"{one.name}: {_address(one, base)}")
        print(f"  {one.register}")
        print(f"  secret: {one.variable} [{one.found or 'missing: ' + one.about}]", flush=True)


def _address(one: Address, base: str) -> str:
    return one.path if one.path.startswith("http") else f"{base or 'https://YOUR.ADDRESS'}{one.path}"
