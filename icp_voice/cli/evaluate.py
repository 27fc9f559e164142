"""Commands that measure: evaluate tags, themes, answers, highlights, coders."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from icp_voice.cli import figures
from icp_voice.cli.common import HERE, open_workspace, tell
from icp_voice.errors import IcpVoiceError
from icp_voice.settings.settings import FILE as SETTINGS_FILE

if TYPE_CHECKING:
    from icp_voice.evaluate.ground import Ground

NOTES = 20

evaluate = typer.Typer(
    help="Measure tags, themes, answers, highlights and coders on your own data. Nothing in a workspace is changed.",
    no_args_is_help=True,
)


class Written(StrEnum):
    """How figures are written."""

    TABLE = "table"
    JSON = "json"


FormatOption = Annotated[Written, typer.Option("--format", help="How to write the figures.")]
DetailsOption = Annotated[
    bool, typer.Option("--details", help="With --format json: everything else that the table tells, under details.")
]
WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        metavar="DIR",
        help="Measure with this workspace's settings, codebook and corrections; the current folder if it is one, else "
        "as shipped.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(evaluate, name="evaluate")


@evaluate.command()
def tags(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help='JSONL: {"context", "text", "labels": [...], "maybe": [...]}.')
    ] = None,
    from_workspace: Annotated[
        bool, typer.Option("--from-workspace", help="Measure on what was confirmed and rejected in the workspace.")
    ] = False,
    worst: Annotated[int, typer.Option("--worst", min=0, help="How many of the worst errors of each sort.")] = 5,
    workspace: WorkspaceOption = None,
    format: FormatOption = Written.TABLE,
    details: DetailsOption = False,
) -> None:
    """Tell how well each category is found.

    Precision, recall and F1, whether the scores are true, and the worst errors with the example that they are most like.
    """
    from icp_voice.evaluate import records
    from icp_voice.evaluate import tags as measure

    _one_of(file, from_workspace, "FILE")
    ground = _ground(workspace, needed=from_workspace)
    found = (
        measure.measure_file(ground, file, worst=worst) if file else measure.measure_corrections(ground, worst=worst)
    )
    _write(
        format,
        details,
        lambda: (records.tags_record(found), records.tags_details(found)),
        lambda: figures.tags(found),
    )


@evaluate.command()
def themes(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="CSV, TSV, JSONL or JSON: one text and its label in each row.")
    ] = None,
    text: Annotated[str, typer.Option("--text", metavar="COLUMN", help="The column of the texts.")] = "text",
    label: Annotated[str, typer.Option("--label", metavar="COLUMN", help="The column of the labels.")] = "label",
    out: Annotated[
        str, typer.Option("--out", metavar="LABEL", help="The label of texts that belong nowhere; they count apart.")
    ] = "",
    skip: Annotated[
        list[str], typer.Option("--skip", metavar="LABEL", help="Leave out rows of this label; repeat for more.")
    ] = [],  # noqa: B006
    from_workspace: Annotated[
        bool, typer.Option("--from-workspace", help="Measure on the confirmed highlights; the label is their category.")
    ] = False,
    workspace: WorkspaceOption = None,
    format: FormatOption = Written.TABLE,
    details: DetailsOption = False,
) -> None:
    """Tell how well themes fit labels.

    The texts are grouped as a first run would group them, and compared with the labels that people gave.
    """
    from icp_voice.evaluate import records
    from icp_voice.evaluate import themes as measure

    _one_of(file, from_workspace, "FILE")
    ground = _ground(workspace, needed=from_workspace)
    if file:
        found = measure.measure_file(ground, file, text=text, label=label, out=out, skip=skip)
    else:
        found = measure.measure_corrections(ground)
    _write(
        format,
        details,
        lambda: (records.themes_record(found), records.themes_details(found)),
        lambda: figures.themes(found),
    )


@evaluate.command()
def answers(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="Meetings in QMSum's JSON form, one file each.")
    ] = None,
    most: Annotated[int | None, typer.Option("--most", min=1, help="Only the first so many meetings, by name.")] = None,
    from_workspace: Annotated[
        bool,
        typer.Option("--from-workspace", help="Ask each category's question; confirmed highlights are its answers."),
    ] = False,
    workspace: WorkspaceOption = None,
    format: FormatOption = Written.TABLE,
    details: DetailsOption = False,
) -> None:
    """Tell how well questions find their answers.

    Whether the turns that answer a question are found, and how surely a question that nothing answers is told.
    """
    from icp_voice.evaluate import answers as measure
    from icp_voice.evaluate import records

    _one_of(folder, from_workspace, "FOLDER")
    ground = _ground(workspace, needed=from_workspace)
    found = measure.measure_folder(ground, folder, most=most) if folder else measure.measure_corrections(ground)
    _write(
        format,
        details,
        lambda: (records.answers_record(found), records.answers_details(found)),
        lambda: figures.answers(found),
    )


@evaluate.command()
def highlights(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="transcripts/ and coded_segments.jsonl: see docs/evaluate.md."),
    ] = None,
    ours: Annotated[
        list[str], typer.Option("--ours", metavar="NAME", help="A speaker who is no customer; repeat for more.")
    ] = [],  # noqa: B006
    from_workspace: Annotated[
        bool,
        typer.Option("--from-workspace", help="Which passages are worth coding: confirmed ones against rejected ones."),
    ] = False,
    workspace: WorkspaceOption = None,
    format: FormatOption = Written.TABLE,
    details: DetailsOption = False,
) -> None:
    """Tell how well passages fit people's.

    The passages that a run marks in transcripts are compared with those that people marked in them.
    """
    from icp_voice.evaluate import highlights as measure
    from icp_voice.evaluate import records

    _one_of(folder, from_workspace, "FOLDER")
    ground = _ground(workspace, needed=from_workspace)
    found = measure.measure_folder(ground, folder, ours=ours) if folder else measure.measure_corrections(ground)
    _write(
        format,
        details,
        lambda: (records.highlights_record(found), records.highlights_details(found)),
        lambda: figures.highlights(found),
    )


@evaluate.command()
def coders(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ONE] [OTHER]", help="Names of people or models; all of them if none is named."),
    ] = None,
    workspace: WorkspaceOption = None,
    format: FormatOption = Written.TABLE,
    details: DetailsOption = False,
) -> None:
    """Tell how far two coders agree.

    Krippendorff's alpha in each category, for any two coders of a workspace: people, or models.
    """
    from icp_voice.evaluate import coders as measure
    from icp_voice.evaluate import records

    if len(names or ()) > 2:
        raise IcpVoiceError("At most two coders are compared.", hint="A name of several words stands in quotes.")
    found = measure.agreements(_ground(workspace, needed=True), *(names or ()))
    _write(
        format,
        details,
        lambda: (records.coders_record(found), records.coders_details(found)),
        lambda: figures.coders(found),
    )


def _one_of(given: Path | None, from_workspace: bool, what: str) -> None:
    if (given is None) != from_workspace:
        raise IcpVoiceError(f"Measure on what? Give either {what} or --from-workspace.")


def _ground(folder: Path | None, *, needed: bool = False) -> Ground:
    from icp_voice.evaluate.ground import Ground

    if folder is None and not needed and not (HERE / SETTINGS_FILE).is_file():
        return Ground.shipped()
    return open_workspace(folder or HERE).ground


def _write(
    format: Written,
    details: bool,
    records: Callable[[], tuple[dict[str, Any], dict[str, Any]]],
    table: Callable[[], Sequence[str]],
) -> None:
    """Write the figures; `table` shows them and returns what else is to be told, on stderr."""
    if format is Written.TABLE:
        _tell(table())
        return
    measured, more = records()
    _tell(more["notes"])
    print(json.dumps({**measured, "details": more} if details else measured, indent=2, ensure_ascii=False))


def _tell(notes: Sequence[str]) -> None:
    for note in notes[:NOTES]:
        tell(f"note: {note}")
    if len(notes) > NOTES:
        tell(f"note: and {len(notes) - NOTES} more; --format json --details lists them all")
