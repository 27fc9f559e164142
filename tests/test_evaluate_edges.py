"""`icp-voice evaluate` on little or odd data: what cannot be told is left open, and what is wrong is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from icp_voice.errors import UnreadableFile
from icp_voice.evaluate import answers, highlights, records, tags, themes
from icp_voice.evaluate.tag_rows import few, read_passages
from icp_voice.model import View
from icp_voice.workspace import Workspace
from tests.test_evaluate import CATEGORIES, Ground, jsonl

LEFT_OPEN = ("v_measure", "ari", "npmi", "diversity")


@pytest.fixture(scope="module")
def ground(demo):
    """The sample company's models, loaded once."""
    return Workspace(demo).ground


def test_a_category_that_no_row_carries_has_no_figures_but_its_support(tmp_path):
    file = jsonl(tmp_path / "gold.jsonl", {"text": "pain_point .9 praise .9", "labels": ["pain_point"]})
    found = tags.measure_file(Ground(), file)
    record = records.tags_record(found)
    assert record["categories"]["praise"] == {"precision": None, "recall": None, "f1": None, "support": 0}
    assert record["categories"]["pain_point"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1}
    assert record["macro_f1"] == 1.0
    assert records.tags_details(found)["categories"]["praise"]["best_f1"] is None


@pytest.mark.parametrize("rows", [1, 3])
def test_without_two_themes_nothing_is_said_of_how_they_fit(ground, tmp_path, rows):
    said = [{"text": text, "label": text[:2]} for text in ("The export is slow.", "My dog is Bert.", "Paris in rain")]
    found = themes.measure_file(ground, jsonl(tmp_path / "a.jsonl", *said[:rows]), text="text", label="label")
    record = records.themes_record(found)
    assert found.themes < 2 and [record[name] for name in LEFT_OPEN] == [None] * 4
    assert f"in {rows} row" in found.notes[-1]


def test_a_folder_of_passages_is_said_to_be_a_folder(tmp_path):
    with pytest.raises(UnreadableFile, match="is a folder"):
        tags.measure_file(Ground(), tmp_path)


@pytest.mark.parametrize("cell", ["pain_point;praise", "pain_point, praise", '"[""pain_point"", ""praise""]"'])
def test_labels_in_a_cell_of_a_table_stand_in_any_of_three_forms(tmp_path, cell):
    cell = cell if cell.startswith('"') else f'"{cell}"'
    file = tmp_path / "gold.csv"
    file.write_text(f"text,labels\nIt is slow,{cell}\nNothing here,\n", "utf-8")
    passages, problems = read_passages(file, CATEGORIES)
    assert [one.labels for one in passages] == [{"pain_point", "praise"}, set()] and not problems


def test_spans_outside_a_meeting_are_told_and_left_out(ground, tmp_path):
    turns = [{"speaker": "AB"[i % 2], "content": f"Good morning {i}"} for i in range(11)]
    turns.append({"speaker": "B", "content": "The battery of the remote control lasts a year."})
    spans = [[[11, 11], [11, 40]], [[12, 13]], [[-1, 3]]]
    queries = [{"query": "How long does the battery last?", "relevant_text_span": span} for span in spans]
    (tmp_path / "a.json").write_text(json.dumps({"meeting_transcripts": turns, "specific_query_list": queries}))
    found = answers.measure_folder(ground, tmp_path)
    assert found.questions == 1 and found.hit_at_10 == 1.0
    assert [note.partition(":")[0] for note in found.notes[:3]] == [f"a.json question {n}" for n in (1, 2, 3)]
    assert found.notes[0].endswith("the span [11, 40] is left out; the meeting has the turns 0 to 11")


def test_few_gold_passages_are_told_with_their_number(copy: Path):
    workspace = Workspace(copy)
    for one in workspace.highlights(View())[:4]:
        workspace.confirm(one.id, one.categories[0])
    for measure in (answers, highlights):
        assert "Only 4 gold passages" in measure.measure_corrections(workspace.ground).notes[-1]
    assert few(19) and not few(20)
