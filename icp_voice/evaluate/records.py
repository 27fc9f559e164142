"""What was measured, as records for programs: the figures under fixed keys, and everything else under `details`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from icp_voice.evaluate.answers import AnswerQuality
from icp_voice.evaluate.coders import Agreements
from icp_voice.evaluate.highlights import HighlightQuality
from icp_voice.evaluate.spans import SpanQuality
from icp_voice.evaluate.tags import Mistake, TagQuality
from icp_voice.evaluate.themes import ThemeQuality

Record = dict[str, Any]


def tags_record(quality: TagQuality) -> Record:
    """Return macro-F1 and each category's figures."""
    return {
        "macro_f1": _short(quality.macro_f1) if quality.averaged else None,
        "categories": {
            name: {
                **(_rounded(asdict(one.score)) if one.support else dict.fromkeys(asdict(one.score))),
                "support": one.support,
            }
            for name, one in quality.categories.items()
        },
    }


def tags_details(quality: TagQuality) -> Record:
    """Return intervals, the best thresholds, the reliability table and the worst errors."""
    return {
        "rows": quality.rows,
        "threshold": quality.threshold,
        "averaged": list(quality.averaged),
        "macro_f1_interval": quality.macro_interval,
        "categories": {
            name: {
                "precision_interval": one.precision if one.support else None,
                "recall_interval": one.recall if one.support else None,
                "f1_interval": one.f1 if one.support else None,
                "best_f1": _short(one.best) if one.support else None,
                "best_threshold": _short(one.best_threshold) if one.support else None,
            }
            for name, one in quality.categories.items()
        },
        "reliability": [_rounded(asdict(one)) for one in quality.bins],
        "errors": [_mistake(one) for one in quality.mistakes],
        "notes": list(quality.notes),
    }


def _mistake(mistake: Mistake) -> Record:
    return {
        "kind": "said" if mistake.said else "missed",
        "category": mistake.category,
        "score": _short(mistake.score),
        "where": mistake.passage.where,
        "context": mistake.passage.context,
        "text": mistake.passage.text,
        "labels": sorted(mistake.passage.labels),
        "nearest_example": mistake.nearest,
        "similarity": _short(mistake.similarity),
    }


def themes_record(quality: ThemeQuality) -> Record:
    """Return counts, agreement with the labels, and the figures of the words."""
    return {
        "themes": quality.themes,
        "labels": quality.labels,
        "v_measure": _known(quality.v_measure),
        "ari": _known(quality.ari),
        "unassigned": _short(quality.unassigned),
        "npmi": _known(quality.npmi),
        "diversity": _known(quality.diversity),
        "seconds": round(sum(quality.seconds.values()), 2),
    }


def themes_details(quality: ThemeQuality) -> Record:
    """Return rows, reasons, how long each part took, and what became of the rows that belong to no label."""
    return {
        "rows": quality.rows,
        "out_unassigned": _known(quality.out_unassigned),
        "biggest": _short(quality.biggest),
        "reasons": dict(quality.reasons),
        "seconds": _rounded(quality.seconds, 2),
        "notes": list(quality.notes),
    }


def answers_record(quality: AnswerQuality) -> Record:
    """Return how well passages are found, and how surely "not answered" is told."""
    refused = quality.not_answered
    return {
        "hit_at_10": _short(quality.hit_at_10),
        "turn_recall": _short(quality.turn_recall),
        "abstention_auc": _known(quality.auc),
        "not_answered": {
            "precision": _known(refused.precision if refused else None),
            "recall": _known(refused.recall if refused else None),
        },
    }


def answers_details(quality: AnswerQuality) -> Record:
    """Return counts and intervals."""
    return {
        "talks": quality.talks,
        "questions": quality.questions,
        "threshold": quality.threshold,
        "hit_at_10_interval": quality.hit_interval,
        "turn_recall_interval": quality.recall_interval,
        "abstention_auc_interval": quality.auc_interval,
        "not_answered": {
            "precision_interval": quality.precision_interval,
            "recall_interval": quality.recall_of_no_interval,
        },
        "auc_same_subject": _known(quality.auc_same_subject),
        "notes": list(quality.notes),
    }


def highlights_record(quality: HighlightQuality) -> Record:
    """Return how well the marked passages match those that people marked, and how well whole turns do."""
    whole = quality.whole_turns
    return {
        **_rounded(asdict(quality.passages.matching)),
        "whole_turns": _rounded(asdict(whole.matching)) if whole else None,
    }


def highlights_details(quality: HighlightQuality) -> Record:
    """Return every way to compare, of all passages, of the coded ones and of whole turns."""
    return {
        "transcripts": quality.transcripts,
        "turns": quality.turns,
        "passages": _spans(quality.passages),
        "coded": _spans(quality.coded),
        "whole_turns": _spans(quality.whole_turns) if quality.whole_turns else None,
        "notes": list(quality.notes),
    }


def _spans(quality: SpanQuality) -> Record:
    return {
        "found": quality.found,
        "marked": quality.marked,
        "matching": {**_rounded(asdict(quality.matching)), "f1_interval": quality.matching_interval},
        "overlapping": _rounded(asdict(quality.overlapping)),
        "characters": _rounded(asdict(quality.characters)),
        "kappa": _known(quality.kappa),
        "kappa_interval": quality.kappa_interval,
        "share_found": _short(quality.share_found),
        "share_marked": _short(quality.share_marked),
    }


def coders_record(found: Agreements) -> Record:
    """Return for each two coders on how many passages they are compared, and alpha in each category with its interval."""
    return {
        "pairs": [
            {
                "coders": [pair.one, pair.other],
                "passages": pair.passages,
                "coded_by_both": pair.coded_by_both,
                "categories": {
                    name: {"alpha": _known(one.alpha), "interval": one.interval, "units": one.units}
                    for name, one in pair.categories.items()
                },
            }
            for pair in found.pairs
        ]
    }


def coders_details(found: Agreements) -> Record:
    """Return how often both, either or neither said that a category holds."""
    kinds = ("both", "only_one", "only_other", "neither")
    return {
        "pairs": [
            {
                "coders": [pair.one, pair.other],
                "categories": {
                    name: {kind: getattr(one, kind) for kind in kinds} for name, one in pair.categories.items()
                },
            }
            for pair in found.pairs
        ],
        "notes": list(found.notes),
    }


def _short(value: float) -> float:
    return round(value, 4)


def _known(value: float | None) -> float | None:
    """Return a figure, or None where it has no meaning."""
    return None if value is None or value != value else round(value, 4)


def _rounded(values: Mapping[str, Any], digits: int = 4) -> Record:
    return {key: round(value, digits) if isinstance(value, float) else value for key, value in values.items()}
