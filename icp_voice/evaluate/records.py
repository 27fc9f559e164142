"""What was measured, as records for programs: the figures under fixed keys, and everything else under `details`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from icp_voice.evaluate.tags import Mistake, TagQuality
from icp_voice.evaluate.themes import ThemeQuality

Record = dict[str, Any]


def tags_record(quality: TagQuality) -> Record:
    """Return macro-F1 and each category's figures."""
    return {
        "macro_f1": _short(quality.macro_f1),
        "categories": {
            name: {**_rounded(asdict(one.score)), "support": one.support} for name, one in quality.categories.items()
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
                "precision_interval": one.precision,
                "recall_interval": one.recall,
                "f1_interval": one.f1,
                "best_f1": _short(one.best),
                "best_threshold": _short(one.best_threshold),
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
        "v_measure": _short(quality.v_measure),
        "ari": _short(quality.ari),
        "unassigned": _short(quality.unassigned),
        "npmi": _short(quality.npmi),
        "diversity": _short(quality.diversity),
        "seconds": round(sum(quality.seconds.values()), 2),
    }


def themes_details(quality: ThemeQuality) -> Record:
    """Return rows, reasons, how long each part took, and what became of the rows that belong to no label."""
    return {
        "rows": quality.rows,
        "out_unassigned": None if quality.out_unassigned is None else _short(quality.out_unassigned),
        "biggest": _short(quality.biggest),
        "reasons": dict(quality.reasons),
        "seconds": _rounded(quality.seconds, 2),
        "notes": list(quality.notes),
    }


def _short(value: float) -> float:
    return round(value, 4)


def _rounded(values: Mapping[str, Any], digits: int = 4) -> Record:
    return {key: round(value, digits) if isinstance(value, float) else value for key, value in values.items()}
