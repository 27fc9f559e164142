"""`icp-voice evaluate` on little or odd data: what cannot be told is left open, and what is wrong is named."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from icp_voice.errors import IcpVoiceError, UnknownName, UnreadableFile
from icp_voice.evaluate import answers, highlights, records, tags, themes
from icp_voice.evaluate.tag_rows import few, read_passages
from icp_voice.model import View
from icp_voice.workspace import Workspace
from tests.test_evaluate import CATEGORIES, Ground, call, jsonl, measured

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


# -- files that are not as they must be ----------------------------------------------------------------------------

HALF = "a\ud800 slow"  # json.dumps spells it out as \ud800, so that the file itself is valid
TAGS_FORM = r'Form of a row: \{"text": "[^"]+", "labels": \["discovery_channel"\]\}'
MEETINGS_FORM = "Name a folder with one .json file for each meeting, in QMSum's form: see docs/evaluate.md."


def error_of(*arguments: object) -> str:
    """Return the one line that the command line shows of what went wrong."""
    error = call(*arguments).exception
    assert isinstance(error, IcpVoiceError), error
    return str(error)


def test_half_a_character_in_labelled_passages_is_replaced(demo, tmp_path):
    rows = [
        {"text": HALF, "context": HALF, "labels": ["pain_point"], "id": HALF},
        {"text": "It is fine.", "labels": []},
    ]
    file = jsonl(tmp_path / "gold.jsonl", *rows)
    found = measured("tags", file, "-w", demo, "--worst", 9, "--details")
    assert found["categories"]["pain_point"]["support"] == 1
    assert read_passages(file, CATEGORIES)[0][0].text == "a\ufffd slow"
    call("tags", file, "-w", demo).stdout.encode("utf-8")


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_half_a_character_in_labelled_texts_is_replaced(demo, tmp_path, name):
    rows = [{"text": f"{HALF} {word}", "label": HALF} for word in ("export", "import", "login")]
    (tmp_path / name).write_text(json.dumps(rows) if name == "a.json" else "\n".join(map(json.dumps, rows)))
    assert measured("themes", tmp_path / name, "-w", demo)["labels"] == 1


def test_half_a_character_in_a_meeting_is_replaced(demo, tmp_path):
    turns = [{"speaker": HALF, "content": f"{HALF} {i}"} for i in range(3)]
    queries = [{"query": f"What is {HALF}?", "relevant_text_span": [["0", "1"]]}]
    (tmp_path / "a.json").write_text(json.dumps({"meeting_transcripts": turns, "specific_query_list": queries}))
    assert measured("answers", tmp_path, "-w", demo)["hit_at_10"] == 1.0


def test_bytes_that_are_no_text_in_a_question_are_replaced(demo):
    question = os.fsdecode(b"What is slow \xff in the export?")
    assert question != "What is slow in the export?"
    answer = Workspace(demo).ask(question)
    assert answer.question == "What is slow \ufffd in the export?"


@pytest.mark.parametrize("command", ["tags", "themes"])
@pytest.mark.parametrize("name", ["gold.jsonl", "gold.csv", "gold.json"])
def test_a_file_that_is_no_text_is_named(tmp_path, command, name):
    (tmp_path / name).write_bytes(bytes(range(8)) * 20)
    assert f"{name}: it is binary, not text. Form of a row: " in error_of(command, tmp_path / name)


def test_a_meeting_that_is_no_text_is_named(tmp_path):
    (tmp_path / "a.json").write_bytes(bytes(range(8)) * 20)
    assert "a.json: it is binary, not text" in error_of("answers", tmp_path)


@pytest.mark.parametrize("rows", [[], [{"text": "It is slow."}], ["[]"]])
def test_without_one_row_the_form_of_a_row_is_told(tmp_path, rows):
    with pytest.raises(UnreadableFile, match=rf"gold.jsonl: there is no row to measure on\..*{TAGS_FORM}"):
        tags.measure_file(Ground(), jsonl(tmp_path / "gold.jsonl", *rows))


def test_the_form_of_a_row_names_the_columns_that_were_asked_for(tmp_path):
    with pytest.raises(UnreadableFile, match=r'Form of a row: \{"utterance": ".*", "intent": ".*"\}'):
        themes.measure_file(Ground(), jsonl(tmp_path / "a.jsonl"), text="utterance", label="intent")


def test_a_table_with_its_first_line_alone_tells_the_form_of_a_row(tmp_path):
    (tmp_path / "gold.csv").write_text("text,labels\n")
    with pytest.raises(UnreadableFile, match=rf"The first line names the columns\. {TAGS_FORM}"):
        tags.measure_file(Ground(), tmp_path / "gold.csv")


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_in_a_file_of_lines_is_told_to_be_one(tmp_path, indent):
    rows = json.dumps([{"text": "It is slow", "labels": []}, {"text": "It is quick", "labels": []}], indent=indent)
    with pytest.raises(UnreadableFile, match=r"gold\.jsonl: it is one JSON array; write one object per line, or"):
        tags.measure_file(Ground(), jsonl(tmp_path / "gold.jsonl", rows))


def test_a_line_with_a_text_and_its_label_is_no_array_of_rows(demo, tmp_path):
    assert measured("themes", jsonl(tmp_path / "a.jsonl", ["It is slow", "speed"]), "-w", demo)["labels"] == 1


def test_a_label_that_is_no_category_says_how_to_go_on(tmp_path):
    file = jsonl(tmp_path / "gold.jsonl", {"text": "praise .6", "labels": ["speed"]})
    with pytest.raises(UnknownName, match=r"Add it to pipelines/codebook\.toml .*, or leave the label out\.$"):
        tags.measure_file(Ground(), file)


@pytest.mark.parametrize("command", ["tags", "themes"])
def test_two_columns_of_one_name_are_refused(tmp_path, command):
    (tmp_path / "gold.csv").write_text("text,label,text\nIt is slow,speed,It is quick\n")
    assert 'gold.csv: several columns have the name "text"; give each its own' in error_of(
        command, tmp_path / "gold.csv"
    )


def test_columns_without_a_name_may_be_several(tmp_path):
    (tmp_path / "gold.csv").write_text("text,labels,,\nIt is slow,pain_point,1,2\n")
    assert len(read_passages(tmp_path / "gold.csv", CATEGORIES)[0]) == 1


def test_meetings_are_looked_for_in_a_folder_that_is_there(tmp_path):
    file = jsonl(tmp_path / "a.json", {})
    assert error_of("answers", tmp_path / "none") == f"{tmp_path / 'none'} does not exist. {MEETINGS_FORM}"
    (tmp_path / "empty").mkdir()
    assert error_of("answers", tmp_path / "empty") == f"{tmp_path / 'empty'} holds no .json files. {MEETINGS_FORM}"
    assert error_of("answers", file) == f"{file} is a file, not a folder. {MEETINGS_FORM}"


def test_what_a_folder_of_interviews_must_hold_is_told(tmp_path):
    def told() -> str:
        with pytest.raises(UnreadableFile) as raised:
            highlights.measure_folder(Ground(), tmp_path / "study")
        assert raised.value.hint.startswith(
            "Name a folder with coded_segments.jsonl and transcripts/, which holds one file"
        )
        return raised.value.message

    assert told().endswith("study does not exist.")
    (tmp_path / "study").mkdir()
    assert told().endswith("study holds no coded_segments.jsonl.")
    jsonl(tmp_path / "study" / "coded_segments.jsonl", {"participant": "P1", "segment": "It is slow."})
    assert told().endswith("transcripts holds no transcripts.")
