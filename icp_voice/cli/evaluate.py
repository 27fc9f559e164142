"""Commands that measure: evaluate tags, themes, answers, highlights, coders."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from icp_voice.cli.common import HERE, open_workspace, print_table, tell
from icp_voice.errors import IcpVoiceError
from icp_voice.settings.settings import FILE as SETTINGS_FILE

if TYPE_CHECKING:
    from icp_voice.evaluate.ground import Ground
    from icp_voice.evaluate.scores import Interval
    from icp_voice.evaluate.tags import TagQuality
    from icp_voice.evaluate.themes import ThemeQuality

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
    """Precision, recall and F1 of each category, how true the scores are, and the worst errors with their reasons."""
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
        lambda: _show_tags(found),
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
    """Group the texts as a run would, and compare the themes with the labels that people gave."""
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
        lambda: _show_themes(found),
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
        for note in table():
            tell(f"note: {note}")
        return
    figures, more = records()
    for note in more.get("notes", ()):
        tell(f"note: {note}")
    print(json.dumps({**figures, "details": more} if details else figures, indent=2, ensure_ascii=False))


def _show_tags(found: TagQuality) -> Sequence[str]:
    rows: list[list[object]] = [
        [
            name,
            _figure(one.score.precision, one.precision),
            _figure(one.score.recall, one.recall),
            _figure(one.score.f1, one.f1),
            one.support,
            f"{one.best:.2f} at {one.best_threshold:.2f}" if one.support else "",
        ]
        for name, one in found.categories.items()
    ]
    mean = f"mean of {len(found.averaged)}"
    print_table(
        ("category", "precision", "recall", "F1", "support", "best F1, with hindsight"),
        [*rows, [mean, "", "", _figure(found.macro_f1, found.macro_interval), "", ""]],
    )
    print(f"{found.rows} passages; a tag counts from {found.threshold:.2f}; in brackets 95% intervals\n")
    print("Are the scores true? Of the tags with a score ...")
    print_table(
        ("score", "how many", "mean score", "right"),
        [[f"{one.low:.1f} to {one.high:.1f}", one.count, f"{one.mean:.2f}", f"{one.right:.2f}"] for one in found.bins],
    )
    for said, title in ((True, "Wrongly tagged, the surest first"), (False, "Missed, the least likely first")):
        print(title)
        print_table(
            ("category", "score", "where", "passage", "most like the example"),
            [
                [
                    one.category,
                    f"{one.score:.2f}",
                    one.passage.where,
                    (f"({one.passage.context}) " if one.passage.context else "") + one.passage.text,
                    f"{one.nearest} ({one.similarity:.2f})" if one.nearest else "",
                ]
                for one in found.mistakes
                if one.said is said
            ],
        )
    return found.notes


def _show_themes(found: ThemeQuality) -> Sequence[str]:
    seconds = ", ".join(f"{part} {spent:.1f}" for part, spent in found.seconds.items())
    rows: list[list[object]] = [
        ["themes", found.themes, f"of {found.labels} labels, in {found.rows} texts"],
        ["V-measure", f"{found.v_measure:.3f}", "1: themes and labels are the same"],
        ["ARI", f"{found.ari:.3f}", "the same for pairs of texts; 0: as by chance"],
        ["without theme", f"{found.unassigned:.1%}", _reasons(found)],
        ["biggest theme", f"{found.biggest:.1%}", "of the texts"],
        ["NPMI", f"{found.npmi:.3f}", "do a theme's ten words go together? -1 to 1; 0: as by chance"],
        ["diversity", f"{found.diversity:.3f}", "share of the themes' words that are unique"],
        ["seconds", f"{sum(found.seconds.values()):.1f}", seconds],
    ]
    if found.out_unassigned is not None:
        rows.insert(
            4, ["of those out", f"{found.out_unassigned:.1%}", "without theme, of the rows that belong nowhere"]
        )
    print_table(("", "measured", ""), rows)
    return found.notes


def _reasons(found: ThemeQuality) -> str:
    return "; ".join(f"{count} {reason}" for reason, count in found.reasons.items())


def _figure(value: float, interval: Interval | None) -> str:
    return f"{value:.2f}" + (f" [{interval[0]:.2f}, {interval[1]:.2f}]" if interval else "")
