"""`icp-voice evaluate` as people use it: its keys, its errors, and that it changes nothing."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from conftest import CALL
from typer.testing import CliRunner

from icp_voice.cli import figures
from icp_voice.cli.main import app
from icp_voice.errors import IcpVoiceError, UnknownName, UnreadableFile
from icp_voice.evaluate import answers, coders, highlights, tags, themes
from icp_voice.evaluate.coders import Agreement, Coder, compare
from icp_voice.evaluate.records import highlights_record
from icp_voice.evaluate.units import units
from icp_voice.model import Highlight, Tag, View
from icp_voice.store.tags import Place
from icp_voice.workspace import Workspace

CATEGORIES = ("pain_point", "praise", "mobile")
Marking = Callable[[str, str, str], Highlight]


class Says:
    """A coder that gives every passage the scores its words name: "pain_point .9"."""

    threshold = 0.5

    def scores(self, passages):
        import numpy as np

        told = [dict(zip(text.split()[::2], map(float, text.split()[1::2]), strict=True)) for _, text, _ in passages]
        return np.array([[row.get(name, 0.0) for name in CATEGORIES] for row in told])

    def nearest(self, passages, category):
        return [(f"an example of {category}", 0.8) for _ in passages]


class Ground:
    """Stands for models that would take seconds to load."""

    class codebook:
        names = CATEGORIES

    def coder(self):
        return Says()


def jsonl(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return path


def call(*arguments: object):
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments)])


def measured(*arguments: object) -> dict:
    result = call(*arguments, "--format", "json")
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def correct(folder: Path) -> Workspace:
    """Let Ann and Ben say what they think of the sample company's passages."""
    workspace = Workspace(folder)
    coded = workspace.highlights(View())
    for number, one in enumerate(coded[:40]):
        verdict = workspace.reject if number % 5 == 0 else workspace.confirm
        verdict(one.id, one.categories[0], by="Ann")
    for one in coded[:20]:
        workspace.confirm(one.id, one.categories[0], by="Ben")
    return workspace


@pytest.fixture(scope="module")
def corrected(demo, tmp_path_factory) -> Workspace:
    """The sample company with corrections, for measures, which change nothing."""
    return correct(Path(shutil.copytree(demo, tmp_path_factory.mktemp("corrected") / "demo")))


@pytest.fixture(scope="module")
def ground(demo):
    """The sample company's models, loaded once."""
    return Workspace(demo).ground


@pytest.fixture(scope="module")
def team(corrected):
    """The models beside the corrections, loaded once."""
    return corrected.ground


# -- tags ---------------------------------------------------------------------------------------------------------


def test_a_label_under_maybe_counts_neither_way(tmp_path):
    file = jsonl(
        tmp_path / "gold.jsonl",
        {"text": "pain_point .9", "labels": ["pain_point"]},
        {"text": "pain_point .9", "labels": [], "maybe": ["pain_point"]},
        {"text": "pain_point .1", "labels": [], "maybe": ["pain_point"]},
    )
    one = tags.measure_file(Ground(), file).categories["pain_point"]
    assert (one.score.precision, one.score.recall, one.support) == (1.0, 1.0, 1)


def test_each_category_is_measured_and_the_mean_is_over_the_main_ones_that_are_there(tmp_path):
    file = jsonl(
        tmp_path / "gold.jsonl",
        {"text": "pain_point .9", "labels": ["pain_point"]},
        {"text": "pain_point .7", "labels": ["mobile"]},
        {"text": "mobile .6", "labels": ["mobile", "pain_point"]},
    )
    found = tags.measure_file(Ground(), file)
    assert {name: (one.score.precision, one.score.recall) for name, one in found.categories.items()} == {
        "pain_point": (0.5, 0.5),
        "praise": (0.0, 0.0),
        "mobile": (1.0, 0.5),
    }
    assert found.averaged == ("pain_point",) and found.macro_f1 == 0.5


def test_the_worst_errors_come_with_their_reasons_the_surest_first(tmp_path):
    file = jsonl(
        tmp_path / "gold.jsonl",
        {"id": "a", "text": "praise .6", "labels": []},
        {"id": "b", "text": "praise .9", "labels": ["pain_point"]},
        {"id": "c", "text": "praise .3", "labels": ["praise"]},
    )
    mistakes = tags.measure_file(Ground(), file, worst=2).mistakes
    assert [(one.said, one.category, one.passage.where, one.score) for one in mistakes] == [
        (True, "praise", "line 2 (b)", 0.9),
        (True, "praise", "line 1 (a)", 0.6),
        (False, "pain_point", "line 2 (b)", 0.0),
        (False, "praise", "line 3 (c)", 0.3),
    ]
    assert mistakes[0].nearest == "an example of praise"


def test_a_label_that_is_no_category_is_an_error_that_names_the_row_and_the_categories(tmp_path):
    file = jsonl(tmp_path / "gold.jsonl", {"text": "praise .6", "labels": []}, {"text": "x 1", "labels": ["prais"]})
    with pytest.raises(
        UnknownName, match=r'line 2: no category "prais"\. Known: pain_point, praise, mobile\..*"praise"'
    ):
        tags.measure_file(Ground(), file)


def test_bad_rows_are_told_without_their_words_and_cost_the_others_nothing(tmp_path):
    file = jsonl(
        tmp_path / "gold.jsonl",
        '{"text": "secret',
        {"text": "praise .9", "labels": ["praise"]},
        {"labels": ["praise"]},
        {"text": "praise .9", "labels": "praise"},
        ["secret"],
    )
    found = tags.measure_file(Ground(), file)
    assert found.rows == 1
    assert sorted(found.notes) == [
        "gold.jsonl line 1: not valid JSON",
        'gold.jsonl line 3: "text" is missing or empty',
        'gold.jsonl line 4: "labels" is missing or not a list of names',
        "gold.jsonl line 5: not an object",
    ]


def test_a_file_without_one_good_row_is_an_error(tmp_path):
    with pytest.raises(UnreadableFile, match=r"no row to measure on\. The first: gold\.jsonl line 1: not valid JSON"):
        tags.measure_file(Ground(), jsonl(tmp_path / "gold.jsonl", "nothing", "nothing"))
    with pytest.raises(UnreadableFile, match=r"Allowed: \.jsonl"):
        tags.measure_file(Ground(), tmp_path / "gold.xls")


def test_passages_of_a_file_get_the_scores_that_a_run_gives_them(demo, tmp_path):
    workspace = Workspace(demo)
    coded = [one for one in workspace.highlights(View()) if one.context][:30]
    rows = [{"context": one.context, "text": one.text, "labels": list(one.categories)} for one in coded]
    found = tags.measure_file(workspace.ground, jsonl(tmp_path / "own.jsonl", *rows))
    assert found.macro_f1 == 1.0 and not found.mistakes
    assert all(one.score.f1 == 1.0 for one in found.categories.values() if one.support)


def test_the_keys_for_tags_are_as_written_down(demo):
    file = Path(__file__).resolve().parents[1] / "docs" / "example-passages.jsonl"
    record = measured("tags", file, "--workspace", demo, "--worst", 1, "--details")
    details = record.pop("details")
    assert list(record) == ["macro_f1", "categories"]
    assert all(list(one) == ["precision", "recall", "f1", "support"] for one in record["categories"].values())
    assert record["categories"]["pain_point"]["support"] == 6
    assert {one["kind"] for one in details["errors"]} == {"said", "missed"}
    assert all(one["nearest_example"] and 0 < one["similarity"] <= 1 for one in details["errors"])
    assert "Are the scores true?" in call("tags", file, "--workspace", demo, "--worst", 0).stdout


def test_corrections_are_measured_by_a_model_that_was_not_told_of_them(team, monkeypatch):
    taught, asked = [], []
    make = team.coder

    def coder(examples):
        made = make(examples)
        taught.append({one.text for one in examples})
        scores = made.scores
        made.scores = lambda passages: asked.append({text for _, text, _ in passages}) or scores(passages)
        return made

    monkeypatch.setattr(team, "coder", coder)
    found = tags.measure_corrections(team)
    assert found.rows == 40 == sum(len(part) for part in asked)
    assert len(taught) > 1 and all(told and not told & part for told, part in zip(taught, asked, strict=True))
    assert sum(one.support for one in found.categories.values()) >= 32


def test_a_workspace_without_corrections_says_how_to_make_some(ground):
    for measure in (tags, themes, answers, highlights):
        with pytest.raises(IcpVoiceError, match=r"confirm"):
            measure.measure_corrections(ground)


def test_measuring_changes_nothing_in_a_workspace(corrected, tmp_path):
    def content() -> str:
        with sqlite3.connect(corrected.folder / "voice.db") as db:
            return hashlib.sha256("\n".join(db.iterdump()).encode()).hexdigest()

    before = content()
    file = jsonl(tmp_path / "new.jsonl", {"text": "The export is slow on Mondays.", "labels": ["pain_point"]})
    measured("tags", file, "--workspace", corrected.folder)
    measured("themes", file, "--text", "text", "--label", "text", "--workspace", corrected.folder)
    measured("highlights", "--from-workspace", "--workspace", corrected.folder)
    measured("coders", "--workspace", corrected.folder)
    assert content() == before


# -- themes -------------------------------------------------------------------------------------------------------

LOGIN = [
    "I cannot log in",
    "the login fails every morning",
    "login page does not load",
    "my password is refused at login",
]
EXPORT = ["the export is slow", "exporting takes hours", "slow export of the report", "export of data is very slow"]


def labelled(path: Path) -> Path:
    rows = [(text, label) for texts, label in ((LOGIN * 3, "login"), (EXPORT * 3, "export")) for text in texts]
    path.write_text("words,kind\n" + "\n".join(f'"{text}",{label}' for text, label in rows), "utf-8")
    return path


def test_the_keys_for_themes_are_as_written_down(demo, tmp_path):
    record = measured("themes", labelled(tmp_path / "a.csv"), "--text", "words", "--label", "kind", "-w", demo)
    assert list(record) == ["themes", "labels", "v_measure", "ari", "unassigned", "npmi", "diversity", "seconds"]
    assert record["labels"] == 2 and record["themes"] >= 2 and record["v_measure"] > 0.5 and record["seconds"] > 0


def test_texts_that_belong_nowhere_are_grouped_too_but_counted_apart(ground, tmp_path):
    rows = [{"text": text, "label": label} for label, texts in (("l", LOGIN), ("e", EXPORT)) for text in texts]
    strays = [{"text": text, "label": "out"} for text in ("my dog is called Bert", "Paris in the rain")]
    file = jsonl(tmp_path / "a.jsonl", *rows, *strays)
    found = themes.measure_file(ground, file, text="text", label="label", out="out")
    assert (found.rows, found.labels) == (10, 2)
    assert found.out_unassigned == 1.0 and sum(found.reasons.values()) >= 2
    less = themes.measure_file(ground, file, text="text", label="label", skip=["out"])
    assert (less.rows, less.out_unassigned) == (8, None)


def test_a_misspelt_column_or_label_is_an_error_that_names_the_known_ones(tmp_path):
    file = labelled(tmp_path / "a.csv")
    with pytest.raises(IcpVoiceError, match=r'no column "word" \(--text\)\. Known: words, kind\. Did you mean "words"'):
        themes.measure_file(Ground(), file, text="word", label="kind")
    with pytest.raises(IcpVoiceError, match=r'no row is labelled "oos"\. Known: export, login'):
        themes.measure_file(Ground(), file, text="words", label="kind", out="oos")


def test_pairs_in_the_parts_of_a_json_file_are_texts_and_labels(tmp_path):
    file = tmp_path / "parts.json"
    file.write_text(json.dumps({"train": [["hello", "greeting"], ["bye"]], "test": [["what?", 7]]}))
    rows, problems = themes.read_labelled(file, text="text", label="label")
    assert [(one.text, one.label) for one in rows] == [("hello", "greeting"), ("what?", "7")]
    assert problems == ["parts.json train 2: not an object"]


def test_confirmed_highlights_are_grouped_and_compared_with_their_categories(team):
    found = themes.measure_corrections(team)
    once = [one for one in team.corrections.values() if len(one.labels) == 1]
    assert found.rows == len(once) and found.labels == len({label for one in once for label in one.labels})
    assert "confirmed categories" in found.notes[0]


# -- answers ------------------------------------------------------------------------------------------------------


def talk(folder: Path, name: str, subject: str, query: str) -> None:
    turns = [f"Good morning {number}" for number in range(11)] + [subject]
    table = {
        "meeting_transcripts": [{"speaker": "AB"[i % 2], "content": text} for i, text in enumerate(turns)],
        "specific_query_list": [{"query": query, "relevant_text_span": [["11", "11"]]}],
    }
    (folder / f"{name}.json").write_text(json.dumps(table))


def test_the_keys_for_answers_are_as_written_down(demo, tmp_path):
    talk(tmp_path, "a", "The remote control needs a rubber case that does not break.", "What about the remote control?")
    talk(tmp_path, "b", "The school gets ten more teachers from the budget of Wales.", "What about school teachers?")
    (tmp_path / "c.json").write_text("{}")
    result = call("answers", tmp_path, "-w", demo, "--format", "json")
    record = json.loads(result.stdout)
    assert list(record) == ["hit_at_10", "turn_recall", "abstention_auc", "not_answered"]
    assert list(record["not_answered"]) == ["precision", "recall"]
    assert (record["hit_at_10"], record["turn_recall"], record["abstention_auc"]) == (1.0, 1.0, 1.0)
    assert "c.json: not a meeting: it needs the lists meeting_transcripts" in result.stderr


def test_one_meeting_alone_tells_nothing_of_abstention(ground, tmp_path):
    talk(tmp_path, "a", "The remote control needs a rubber case that does not break.", "What about the remote control?")
    found = answers.measure_folder(ground, tmp_path)
    assert found.auc is None and found.not_answered is None and "One meeting alone" in found.notes[0]
    with pytest.raises(UnreadableFile, match=r"nowhere does not exist"):
        answers.measure_folder(ground, tmp_path / "nowhere")


def test_the_questions_of_the_codebook_are_measured_on_confirmed_highlights(corrected, team):
    found = answers.measure_corrections(team)
    confirmed = {tag.category for one in corrected.highlights() for tag in one.tags if tag.state == "confirmed"}
    assert found.questions == len(confirmed) > 3
    assert found.turn_recall > 1 / 6  # better than reading a sixth at random


# -- highlights ---------------------------------------------------------------------------------------------------

INTERVIEW = """Dana: What do you use it for?
Participant: We use it to plan the shifts of forty nurses. It takes us two days every month, which is far too long.
Dana: I love that everybody says so. We have a great product.
Participant: Okay. Yeah.
"""


@pytest.fixture
def interviews(tmp_path) -> Path:
    (tmp_path / "transcripts").mkdir()
    (tmp_path / "transcripts" / "P1.txt").write_text(INTERVIEW)
    jsonl(
        tmp_path / "coded_segments.jsonl",
        {
            "participant": "P1",
            "segment": "We use it to plan the shifts of forty nurses. It takes us two days every month",
        },
        {"participant": "P1", "segment": "Dana: I love that everybody says so. We have a great product."},
        {"participant": "P1", "segment": "Nobody ever said this in the interview at all."},
        {"participant": "P9", "segment": "We use it"},
    )
    return tmp_path


def test_the_keys_for_highlights_are_as_written_down_and_only_customers_turns_count(demo, interviews):
    result = call("highlights", interviews, "-w", demo, "--ours", "Dana", "--format", "json", "--details")
    record = json.loads(result.stdout)
    assert list(record) == ["precision", "recall", "f1", "whole_turns", "details"]
    assert (record["precision"], record["recall"], record["f1"]) == (1.0, 1.0, 1.0)
    details = record["details"]
    assert (details["turns"], details["passages"]["marked"]) == (2, 1)  # what Dana said is not among the marked
    assert 0 < details["passages"]["kappa"] < 1  # the end of the sentence is ours alone
    assert record["whole_turns"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert list(details["whole_turns"]) == list(details["passages"])
    assert (details["whole_turns"]["found"], details["whole_turns"]["marked"]) == (1, 1)
    assert "coded_segments.jsonl line 3: not found in P1" in result.stderr
    assert "no transcript P9" in result.stderr


@pytest.mark.parametrize(("words", "found"), [(7, 0), (8, 1)])
def test_the_baseline_takes_customers_turns_of_eight_words_or_more(demo, tmp_path, words, found):
    said = " ".join("one two three four five six seven eight".split()[:words])
    (tmp_path / "transcripts").mkdir()
    (tmp_path / "transcripts" / "P1.txt").write_text(
        f"Dana: What do you use it for, and who else does so?\nParticipant: {said}\n"
        "Dana: And after that, what happens to the list of nurses?\nParticipant: Okay. Yeah.\n"
    )
    jsonl(tmp_path / "coded_segments.jsonl", {"participant": "P1", "segment": "one two three"})
    details = measured("highlights", tmp_path, "-w", demo, "--ours", "Dana", "--details")["details"]
    baseline = details["whole_turns"]
    assert baseline["found"] == found
    assert baseline["matching"]["f1"] == 0.0  # 13 of 39 characters are less than half
    assert baseline["overlapping"]["recall"] == baseline["characters"]["recall"] == found
    assert "baseline: whole turns" in call("highlights", tmp_path, "-w", demo, "--ours", "Dana").stdout


def test_a_folder_without_transcripts_says_where_they_belong(tmp_path):
    jsonl(tmp_path / "coded_segments.jsonl", {"participant": "P1", "segment": "x"})
    with pytest.raises(UnreadableFile, match=r"transcripts holds no transcripts"):
        highlights.measure_folder(Ground(), tmp_path)


def test_worth_coding_is_told_by_what_was_confirmed_and_rejected(team):
    found = highlights.measure_corrections(team)
    assert found.passages.found == found.turns and 0 < found.passages.marked < found.turns
    assert found.passages.matching.precision == pytest.approx(found.passages.marked / found.turns)
    assert found.passages.matching.recall == 1.0
    assert found.whole_turns is None and highlights_record(found)["whole_turns"] is None


# -- coders -------------------------------------------------------------------------------------------------------


def coder(name: str, *said: tuple[str, str, bool], person: bool = True) -> Coder:
    made = Coder(name, person)
    for highlight, category, holds in said:
        # "a1" is a sentence of document "a"; "a1:1-12" names the place in its only turn.
        name, _, borders = highlight.partition(":")
        start, end = map(int, borders.split("-")) if borders else (int(name[1:]) * 100, int(name[1:]) * 100 + 50)
        made.say(highlight, Place("document of " + name[0], 0, start, end), category, holds)
    return made


def test_between_people_silence_on_a_passage_of_a_document_that_both_coded_is_a_no():
    ann = coder("Ann", ("a1", "praise", True), ("a2", "praise", True), ("b1", "praise", True))
    ben = coder("Ben", ("a1", "praise", True), ("a3", "praise", True), ("a4", "praise", False))
    one = compare(ann, ben, CATEGORIES).categories["praise"]
    assert (one.both, one.only_one, one.only_other, one.neither) == (1, 1, 1, 1)  # b is a document of Ann's alone


def test_what_either_coded_and_what_both_coded_are_told_apart(capsys):
    ann = coder("Ann", ("a1", "praise", True), ("a2", "praise", True), ("b1", "praise", True))
    ben = coder("Ben", ("a1", "mobile", False), ("a3", "praise", True))
    found = compare(ann, ben, CATEGORIES)
    assert (found.passages, found.coded_by_both) == (3, 1)
    figures.coders(coders.Agreements((found,), ()))
    assert capsys.readouterr().out.startswith(
        "Ann and Ben: 3 passages that either coded in documents where both did, 1 of them coded by both;"
        " on the others, silence counts as a no\n"
    )


SLIGHTLY = (
    ("a1:0-50", "praise"),
    ("a1:60-120", "mobile"),
    ("a1:200-260", "praise"),
    ("b1:10-90", "pain_point"),
    ("b1:100-160", "praise"),
)
DIFFERENT = (
    ("a1:0-62", "praise"),
    ("a1:66-120", "mobile"),
    ("a1:195-262", "praise"),
    ("b1:12-88", "pain_point"),
    ("b1:101-190", "praise"),
)


def people(ann: Sequence[tuple[str, str]], ben: Sequence[tuple[str, str]]) -> Agreement:
    """Compare Ann and Ben, given what each marked as (highlight, category)."""
    return compare(
        coder("Ann", *((*said, True) for said in ann)), coder("Ben", *((*said, True) for said in ben)), CATEGORIES
    )


def test_people_who_agree_but_select_slightly_different_words_have_an_alpha_of_one():
    found = people(SLIGHTLY, DIFFERENT)
    assert (found.passages, found.coded_by_both) == (5, 5)
    assert {name: one.alpha for name, one in found.categories.items()} == dict.fromkeys(CATEGORIES, 1.0)


def test_people_who_disagree_about_the_same_words_are_not_lined_up_into_agreement():
    other = [(highlight, "mobile" if category == "praise" else "praise") for highlight, category in DIFFERENT]
    assert (people(SLIGHTLY, other).categories["praise"].alpha or 0) < 0


def test_two_sentences_of_one_turn_stay_two_units():
    found = people([("a1:0-50", "praise")], [("a1:51-100", "praise")])
    assert (found.passages, found.coded_by_both) == (2, 0)
    assert (found.categories["praise"].only_one, found.categories["praise"].only_other) == (1, 1)


@pytest.mark.parametrize(("end", "count"), [(74, 2), (75, 1)])
def test_from_half_of_the_shorter_highlight_on_it_is_one_unit(end, count):
    assert people([(f"a1:0-{end}", "praise")], [("a1:50-100", "praise")]).passages == count


def test_the_same_place_in_another_turn_or_document_is_another_unit():
    places = {"one": Place("a", 0, 0, 50), "turn": Place("a", 1, 0, 50), "document": Place("b", 0, 0, 50)}
    assert units(places) == {"one": "one", "turn": "turn", "document": "document"}


def test_a_long_highlight_is_one_unit_with_the_two_short_ones_it_covers():
    short = [("a1:0-50", "praise"), ("a1:51-100", "mobile"), ("a1:200-250", "pain_point")]
    found = people([("a1:0-100", "praise"), ("a1:200-250", "pain_point")], short)
    assert (found.passages, found.coded_by_both) == (2, 2)
    said = {name: (one.both, one.only_one, one.only_other, one.neither) for name, one in found.categories.items()}
    assert said == {"pain_point": (1, 0, 0, 1), "praise": (1, 0, 0, 1), "mobile": (0, 0, 1, 1)}


def test_a_category_holds_for_a_unit_if_a_coder_gives_it_to_any_of_its_highlights():
    ann = coder("Ann", ("a1:0-50", "praise", True), ("a1:0-60", "praise", False))
    ben = coder("Ben", ("a1:0-55", "praise", True))
    one = compare(ann, ben, CATEGORIES).categories["praise"]
    assert (one.both, one.units) == (1, 1)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_does_not_change_the_units_nor_alpha(seed):
    overlapping = [(f"a1:{start}-{start + 20 + start % 30}", "praise") for start in range(300, 600, 17)]
    ann, ben = [*SLIGHTLY, *overlapping[::2]], [*DIFFERENT, *overlapping[1::2]]
    before = people(ann, ben)
    places = coder("both", *((*said, True) for said in (*ann, *ben))).places
    lined_up = units(places)
    shuffled = random.Random(seed)
    for said in (ann, ben):
        shuffled.shuffle(said)
    rows = list(places.items())
    shuffled.shuffle(rows)
    assert people(ann, ben) == before
    assert units(dict(rows)) == lined_up


@pytest.fixture
def called(workspace, write) -> Marking:
    """A call that nobody has coded, in which people mark words of one answer."""
    write("Alder Foods.txt", CALL)
    workspace.add(workspace.folder / "words")
    document = workspace.document(workspace.documents()[0].id)
    turn = next(number for number, turn in enumerate(document.turns) if "terribly slow" in turn.text)

    def mark(by: str, words: str, category: str) -> Highlight:
        start = document.turns[turn].text.index(words)
        return Workspace(workspace.folder, by=by).mark(document.id, turn, start, start + len(words), category)

    return mark


def test_marks_of_two_people_in_a_workspace_are_lined_up(workspace, called):
    called("Ann", "The approval queue is terribly slow", "pain_point")
    called("Ann", "we sit there until nine", "praise")
    called("Ben", "approval queue is terribly slow at month end", "pain_point")
    called("Ben", "sit there until nine every evening", "praise")
    called("Cid", "The approval queue is terribly slow at month end, we sit there until nine every evening", "praise")
    [pair] = coders.agreements(workspace.ground, "Ann", "Ben").pairs
    assert (pair.passages, pair.coded_by_both) == (2, 2)
    assert {name: one.alpha for name, one in pair.categories.items()} == {"pain_point": 1.0, "praise": 1.0}
    assert coders.agreements(workspace.ground, "Ann", "Cid").pairs[0].passages == 1


def test_what_a_model_says_where_a_person_decided_with_other_borders_is_left_out(workspace, called):
    called("Ann", "The approval queue is terribly slow", "pain_point")
    other = called("Ben", "approval queue is terribly slow at month end", "praise")
    proposed = [Tag(category=category, coder="model:x", score=0.9) for category in ("pain_point", "praise", "goal")]
    with workspace.store.transaction():
        workspace.store.tags.put("model:x", {other.id: proposed})
    known, taught = coders.coders(workspace.store)
    assert list(known["model"].said) == [(other.id, "goal")]
    assert taught == 2
    assert known["model"].unknown == {(other.id, "pain_point"), (other.id, "praise")}


def test_what_a_model_said_too_late_is_not_counted_as_its_silence():
    model = coder("m", ("a1", "mobile", True), ("a2", "praise", True), person=False)
    model.unknown.add(("a1", "praise"))
    ben = coder("Ben", ("a1", "pain_point", True), ("a2", "praise", True))
    one = compare(ben, model, CATEGORIES).categories["praise"]
    assert (one.both, one.neither) == (1, 0)


def test_between_a_person_and_a_model_a_proposal_that_was_left_standing_counts_for_nothing():
    model = coder("m", ("a1", "praise", True), ("a2", "praise", False), ("a1", "mobile", True), person=False)
    ann = coder("Ann", ("a1", "praise", False), ("a2", "praise", True), ("a3", "praise", True))
    found = compare(model, ann, CATEGORIES)
    assert (found.one, found.other, found.passages) == ("Ann", "m", 2)
    assert list(found.categories) == ["praise"]
    one = found.categories["praise"]
    assert (one.both, one.only_one, one.only_other, one.neither) == (0, 1, 1, 0)


def test_what_the_model_said_before_a_person_did_is_kept_while_it_learns(copy):
    corrected = correct(copy)
    first = coders.agreements(corrected.ground, "Ann", "model").pairs[0]
    rejected = sum(one.only_other for one in first.categories.values())
    assert rejected >= 8 and sum(one.both for one in first.categories.values()) >= 32
    corrected.run()
    again = coders.agreements(Workspace(corrected.folder).ground, "Ann", "model").pairs[0]
    assert sum(one.only_other for one in again.categories.values()) == rejected


def test_what_nobody_proposed_is_kept_as_said_by_no_model(copy):
    workspace = Workspace(copy)
    silent = next(one for one in workspace.highlights(View(coded=False)) if not one.categories)
    workspace.confirm(silent.id, "praise", by="Ann")
    one = coders.agreements(workspace.ground, "Ann", "model").pairs[0].categories["praise"]
    assert (one.both, one.only_one, one.only_other) == (0, 1, 0)


def test_the_keys_for_coders_and_every_two_of_them(corrected):
    record = measured("coders", "-w", corrected.folder)
    assert [pair["coders"] for pair in record["pairs"]] == [["Ann", "Ben"], ["Ann", "model"], ["Ben", "model"]]
    assert set(record["pairs"][0]) == {"coders", "passages", "coded_by_both", "categories"}
    assert all(list(one) == ["alpha", "interval", "units"] for one in record["pairs"][0]["categories"].values())
    assert len(measured("coders", "Ben", "-w", corrected.folder)["pairs"]) == 2


def test_a_coder_that_does_not_exist_is_named_with_the_known_ones(team):
    with pytest.raises(UnknownName, match=r'No coder "An"\. Known: Ann, Ben, model\. Did you mean "Ann"'):
        coders.agreements(team, "An")
    with pytest.raises(IcpVoiceError, match="agrees with itself"):
        coders.agreements(team, "Ann", "Ann")


def test_one_coder_alone_agrees_with_nobody(ground):
    with pytest.raises(IcpVoiceError, match='has one coder, "model": it takes two'):
        coders.agreements(ground)


def test_a_file_or_the_workspace_is_measured_not_both_nor_none(tmp_path):
    for arguments in (["tags"], ["answers", tmp_path, "--from-workspace"], ["themes"], ["highlights"]):
        assert isinstance(call(*arguments).exception, IcpVoiceError)
