"""What was measured cannot be lost unnoticed: floors a little under the figures of BENCHMARKS.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from icp_voice.cli.main import app

OWN = Path(__file__).parent / "data"


def measured(*arguments: str | Path) -> Any:
    result = CliRunner().invoke(app, ["evaluate", *map(str, arguments), "--format", "json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def f1(found: Any, category: str) -> float:
    value: float = found["categories"][category]["f1"]
    return value


def test_tags_on_conversations_that_nobody_trained_on() -> None:
    found = measured("tags", OWN / "conversations.jsonl")
    assert found["macro_f1"] > 0.72
    assert f1(found, "pain_point") > 0.62
    assert f1(found, "praise") > 0.54


def test_tags_on_hand_labelled_passages(shared: Path) -> None:
    found = measured("tags", shared / "gold" / "dev.jsonl")
    assert found["macro_f1"] > 0.47
    assert f1(found, "pain_point") > 0.73
    assert f1(found, "praise") > 0.66


def test_themes_on_insurance_questions(shared: Path) -> None:
    file = shared / "insurance-intents" / "development.test-utterances.jsonl"
    found = measured("themes", file, "--text", "utterance", "--label", "intent")
    assert found["ari"] > 0.62
    assert found["v_measure"] > 0.88
    assert found["labels"] / 1.3 < found["themes"] < found["labels"] * 1.3
    assert found["unassigned"] < 0.05


def test_answers_on_six_meetings(shared: Path) -> None:
    found = measured("answers", shared / "qmsum" / "val", "--most", "6")
    assert found["hit_at_10"] > 0.74
    assert found["turn_recall"] > 0.48
    assert found["abstention_auc"] > 0.90


def test_highlights_on_interviews_that_people_marked(shared: Path) -> None:
    assert measured("highlights", shared / "pdpilot", "--ours", "Dan")["f1"] > 0.38
