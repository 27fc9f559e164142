"""What was measured, as tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from icp_voice.cli.common import print_table

if TYPE_CHECKING:
    from icp_voice.evaluate.answers import AnswerQuality
    from icp_voice.evaluate.coders import Agreements
    from icp_voice.evaluate.highlights import HighlightQuality
    from icp_voice.evaluate.scores import Interval, Score
    from icp_voice.evaluate.spans import SpanQuality
    from icp_voice.evaluate.tags import TagQuality
    from icp_voice.evaluate.themes import ThemeQuality


def tags(found: TagQuality) -> Sequence[str]:
    """Show the figures of each category, the reliability table and the worst errors; return the notes."""
    rows: list[list[object]] = [
        [
            name,
            *(
                (
                    _figure(one.score.precision, one.precision),
                    _figure(one.score.recall, one.recall),
                    _figure(one.score.f1, one.f1),
                )
                if one.support
                else ("–", "–", "–")
            ),
            one.support,
            f"{one.best:.2f} at {one.best_threshold:.2f}" if one.support else "",
        ]
        for name, one in found.categories.items()
    ]
    mean = f"mean of {len(found.averaged)}"
    print_table(
        ("category", "precision", "recall", "F1", "support", "best F1, with hindsight"),
        [*rows, [mean, "", "", _figure(found.macro_f1, found.macro_interval) if found.averaged else "–", "", ""]],
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


def themes(found: ThemeQuality) -> Sequence[str]:
    """Show how themes fit labels; return the notes."""
    seconds = ", ".join(f"{part} {spent:.1f}" for part, spent in found.seconds.items())
    rows: list[list[object]] = [
        ["themes", found.themes, f"of {found.labels} labels, in {found.rows} texts"],
        ["V-measure", _fine(found.v_measure), "1: themes and labels are the same"],
        ["ARI", _fine(found.ari), "the same for pairs of texts; 0: as by chance"],
        ["without theme", f"{found.unassigned:.1%}", _reasons(found)],
        ["biggest theme", f"{found.biggest:.1%}", "of the texts"],
        ["NPMI", _fine(found.npmi), "do a theme's ten words go together? -1 to 1; 0: as by chance"],
        ["diversity", _fine(found.diversity), "share of the themes' words that are unique"],
        ["seconds", f"{sum(found.seconds.values()):.1f}", seconds],
    ]
    if found.out_unassigned is not None:
        rows.insert(
            4, ["of those out", f"{found.out_unassigned:.1%}", "without theme, of the rows that belong nowhere"]
        )
    print_table(("", "measured", ""), rows)
    return found.notes


def _fine(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _reasons(found: ThemeQuality) -> str:
    return "; ".join(f"{count} {reason}" for reason, count in found.reasons.items())


def answers(found: AnswerQuality) -> Sequence[str]:
    """Show how well questions are answered; return the notes."""
    rows: list[list[object]] = [
        ["hit@10", _figure(found.hit_at_10, found.hit_interval), "one of the ten best turns answers"],
        ["turn recall", _figure(found.turn_recall, found.recall_interval), "of the answering turns, in the best sixth"],
    ]
    if found.auc is not None and found.not_answered is not None:
        no = found.not_answered
        rows += [
            ["abstention AUC", _figure(found.auc, found.auc_interval), "against a talk that cannot answer"],
            ["“not answered”: precision", _figure(no.precision, found.precision_interval), "of those said, truly not"],
            ["“not answered”: recall", _figure(no.recall, found.recall_of_no_interval), "of those not, said so"],
        ]
    if found.auc_same_subject is not None:
        rows.append(["AUC, same subject", _figure(found.auc_same_subject), "against the most similar talk"])
    print_table(("", "measured", ""), rows)
    print(
        f"{found.questions} questions, {found.talks} talks; answered from {found.threshold:.2f}; in brackets 95% intervals"
    )
    return found.notes


def highlights(found: HighlightQuality) -> Sequence[str]:
    """Show how our passages, and whole turns, fit the passages that people marked; return the notes."""

    def column(quality: SpanQuality) -> list[str]:
        return [
            f"{quality.found} against {quality.marked}",
            _three(quality.matching, quality.matching_interval),
            _three(quality.overlapping),
            _three(quality.characters),
            _figure(quality.kappa, quality.kappa_interval),
            f"{quality.share_found:.0%} against {quality.share_marked:.0%}",
        ]

    names = (
        "spans found, against people's",
        "match by half: precision, recall, F1",
        "overlap at all: precision, recall, F1",
        "characters: precision, recall, F1",
        "kappa, coded or not",
        "share of the customers' words",
    )
    columns = {"all passages": found.passages, "those with a category": found.coded}
    if found.whole_turns:
        columns["baseline: whole turns"] = found.whole_turns
    print_table(("", *columns), list(zip(names, *map(column, columns.values()), strict=True)))
    print(f"{found.turns} {found.unit} in {found.transcripts} documents; in brackets 95% intervals")
    return found.notes


def coders(found: Agreements) -> Sequence[str]:
    """Show alpha for each two coders; return the notes."""
    for pair in found.pairs:
        print(
            f"{pair.one} and {pair.other}: {pair.passages} passages that both coded"
            if pair.coded_by_both == pair.passages
            else f"{pair.one} and {pair.other}: {pair.passages} passages that either coded in documents where both did,"
            f" {pair.coded_by_both} of them coded by both; on the others, silence counts as a no"
        )
        rows: list[list[object]] = [
            [
                name,
                "all alike" if one.alpha is None else _figure(one.alpha, one.interval),
                one.both,
                one.only_one,
                one.only_other,
                one.neither,
            ]
            for name, one in pair.categories.items()
        ]
        print_table(("category", "alpha", "both", f"only {pair.one}", f"only {pair.other}", "neither"), rows)
    return found.notes


def _three(score: Score, interval: Interval | None = None) -> str:
    return f"{score.precision:.2f} {score.recall:.2f} {_figure(score.f1, interval)}"


def _figure(value: float, interval: Interval | None = None) -> str:
    if value != value:
        return "–"
    return f"{value:.2f}" + (f" [{interval[0]:.2f}, {interval[1]:.2f}]" if interval else "")
