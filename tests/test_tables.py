"""Tables: delimiters, headers, what columns hold, and rows as documents."""

from __future__ import annotations

import io
import json
import time
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.cells import typed_column
from icp_voice.ingest.columns import find_column, snake
from icp_voice.ingest.dates import iso_date
from icp_voice.ingest.formats import table as table_format
from icp_voice.ingest.source import Source
from icp_voice.ingest.tables import Table, read_table
from icp_voice.limits import Limits
from icp_voice.model import Document, Kind, Side, Speaker, Turn

DATA = Path(__file__).resolve().parents[2] / "shared/data"


def source(content: str | bytes, file: str = "rows.csv", **mapping: str) -> Source:
    data = content.encode() if isinstance(content, str) else content
    return Source(file=file, data=data, mapping=mapping)


def read(content: str | bytes, file: str = "rows.csv") -> Table:
    return read_table(source(content, file))


def parse(content: str | bytes, file: str = "rows.csv", **mapping: str) -> list[Document]:
    return table_format.parse(source(content, file, **mapping))


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# Names ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("ACV USD", "acv_usd"),
        ("ACV (USD)", "acv_usd"),
        (" Customer Since ", "customer_since"),
        ("orgSize", "org_size"),
        ("Größe", "größe"),
        ("# of employees", "of_employees"),
        ("requester.name", "requester_name"),
    ],
)
def test_names_of_columns_become_snake_case(name: str, wanted: str) -> None:
    assert snake(name) == wanted


def test_the_users_mapping_goes_before_the_synonyms() -> None:
    columns = ("Comment", "Remark")
    assert find_column(columns, ("comment",)) == "Comment"
    assert find_column(columns, ("comment",), {"text": "remark"}, key="text") == "Remark"
    assert find_column(columns, ("body",)) is None


def test_a_mapped_column_that_does_not_exist_is_named_with_its_nearest_neighbour() -> None:
    with pytest.raises(UnreadableFile) as error:
        find_column(("Comment", "Company"), ("text",), {"text": "Coment"}, key="text")
    assert str(error.value) == 'no column "Coment" for text Columns: Comment, Company. Did you mean "Comment"?'


# CSV -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_by_the_rows(delimiter: str) -> None:
    lines = [["id", "comment"], ["1", '"slow, and; late | often"'], ["2", "fine"]]
    table = read("\n".join(delimiter.join(line) for line in lines))
    assert table.columns == ("id", "comment")
    assert [row.texts for row in table.rows] == [("1", "slow, and; late | often"), ("2", "fine")]


def test_a_quoted_cell_may_hold_newlines_and_rows_are_counted_as_a_spreadsheet_does() -> None:
    table = read('id,comment\n1,"first line\nsecond line"\n\n2,fine\n')
    assert [(row.number, row.place, row.texts[1]) for row in table.rows] == [
        (2, "row 2", "first line\nsecond line"),
        (4, "row 4", "fine"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_encoding_is_read(encoding: str) -> None:
    table = read("id;Größe;comment\n1;Höhe;Die Suche ist langsam für große Aufträge\n".encode(encoding))
    assert table.columns == ("id", "Größe", "comment")
    assert table.rows[0].texts[1] == "Höhe"


def test_a_title_above_the_header_and_a_sep_line_are_tolerated() -> None:
    table = read("sep=;\nSupport export October;;\n\nTicket ID;Subject;Description\nT-1;Search;It is slow\n")
    assert table.columns == ("Ticket ID", "Subject", "Description")
    assert [(row.number, row.texts[0]) for row in table.rows] == [(5, "T-1")]


def test_rows_that_do_not_fit_are_told() -> None:
    table = read("id,comment\n1,fine\n2,slow,at,times\nid,comment\n3,late\n")
    assert [row.texts for row in table.rows] == [("1", "fine"), ("2", "slow"), ("3", "late")]
    assert table.warnings == (
        "The header is repeated 1 time; left out.",
        "1 row had more cells than the header, left out there (row 3).",
    )


def test_a_quotation_mark_that_is_never_closed_is_told() -> None:
    table = read('id,comment\n1,fine\n2,"it is slow\n3,late\n4,good\n')
    assert table.warnings == ("A quotation mark in row 3 is never closed: all after it is one cell.",)


def test_equal_and_empty_headers_get_names_of_their_own() -> None:
    assert read("id,Comment,Comment,\n1,a,b,c\n").columns == ("id", "Comment", "Comment 2", "Column 4")


def test_numbers_without_a_header_are_no_table() -> None:
    with pytest.raises(UnreadableFile, match="no header row"):
        read("1,2,3\n4,5,6\n7,8,9\n")


def test_too_many_rows_are_cut_and_told() -> None:
    content = "id,comment\n" + "".join(f"{number},words\n" for number in range(9))
    table = read_table(Source(file="table.csv", data=content.encode(), limits=Limits(rows=3)))
    assert len(table.rows) == 3
    hint = "Split it, or raise rows under [limits] in icp-voice.toml."
    assert table.warnings == (f"cut after 3 rows: at most 3 rows are read. {hint}",)


def test_too_many_cells_are_cut_and_told() -> None:
    content = "id,comment\n" + "".join(f"{number},words\n" for number in range(9))
    table = read_table(Source(file="table.csv", data=content.encode(), limits=Limits(cells=8)))
    assert len(table.rows) == 3
    hint = "Split it, or raise cells under [limits] in icp-voice.toml."
    assert table.warnings == (f"cut after 3 rows: at most 8 cells are read. {hint}",)


def test_an_overlong_cell_is_cut_and_told() -> None:
    content = b"id,comment\n1,0123456789abc\n"
    table = read_table(Source(file="table.csv", data=content, limits=Limits(cell_characters=10)))
    assert table.rows[0].texts == ("1", "0123456789")
    assert table.warnings == ("1 row had a cell of over 10 characters, which was cut there.",)


# What columns hold ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["40000", "1204"], [40000, 1204]),
        (["40,000", "1,204", "7"], [40000, 1204, 7]),
        (["$40,000.50", "$1"], [40000.5, 1.0]),
        (["12%", "7.5 %"], [12.0, 7.5]),
        (["1.204.000,5", "3"], [1204000.5, 3.0]),
        (["1 204", "40\u00a0000"], [1204, 40000]),
        (["-5", "\u22126"], [-5, -6]),
        (["5", None, "n/a", "6"], [5, None, None, 6]),
        (["007", "012"], ["007", "012"]),
        (["5", "five"], ["5", "five"]),
        (["$5", "€6"], ["$5", "€6"]),
        (["12%", "7"], ["12%", "7"]),
        (["1234567890123456", "1"], ["1234567890123456", "1"]),
        (["+49 30 1234", "1"], ["+49 30 1234", "1"]),
        (["2026-03-04", "2026/3/5"], ["2026-03-04", "2026-03-05"]),
        (["04.03.2026", "5.3.2026"], ["2026-03-04", "2026-03-05"]),
        (["3/14/2026", "3/4/2026"], ["2026-03-14", "2026-03-04"]),
        (["14/3/2026", "4/3/2026"], ["2026-03-14", "2026-03-04"]),
        (["4 Mar 2026", "March 5, 2026"], ["2026-03-04", "2026-03-05"]),
        (["2026-03-04T10:00:00Z", "2026-03-05 00:00"], ["2026-03-04T10:00:00Z", "2026-03-05"]),
        (["2026-02-30", "2026-03-01"], ["2026-02-30", "2026-03-01"]),
        ([True, None], [True, None]),
        ([3, "4"], [3, 4]),
    ],
)
def test_a_column_is_numbers_or_dates_only_as_a_whole(cells: list[Any], wanted: list[Any]) -> None:
    values, doubt = typed_column(cells)
    assert (values, doubt) == (wanted, False)
    assert [type(value) for value in values] == [type(value) for value in wanted]


def test_in_a_file_with_semicolons_the_comma_is_the_decimal_sign() -> None:
    assert [row.values[1] for row in read("id;ACV\na;40.000\nb;36.500\n").rows] == [40000, 36500]
    assert [row.values[1] for row in read("id,ACV\na,40.000\nb,36.500\n").rows] == [40.0, 36.5]


def test_dates_that_can_be_read_two_ways_stay_text_and_are_told() -> None:
    table = read("id,date,comment\n1,3/4/2026,slow\n2,5/6/2026,late\n")
    assert [row.values[1] for row in table.rows] == ["3/4/2026", "5/6/2026"]
    assert table.warnings == ('The dates in "date" may be day/month or month/day and were not read; write 2026-03-04.',)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("2026-03-04T10:00:00+02:00", "2026-03-04"), ("3/14/2026", "2026-03-14"), ("3/4/2026", ""), ("soon", "")],
)
def test_one_date_is_read_where_it_is_plain(text: str, wanted: str) -> None:
    assert iso_date(text) == wanted


# XLSX ----------------------------------------------------------------------------------------------------------------


def test_a_workbook_is_read_with_its_sheet_and_row() -> None:
    data = workbook(
        {
            "Empty": [],
            "Q3": [["Feedback export"], ["ID", "Comment", "Since", "ACV"], ["A1", "slow", date(2026, 3, 4), 40000.0]],
            "Q4": [["comment", "id", "acv", "since"], ["late", "A2", 36000, date(2026, 4, 5)]],
            "Legend": [["Code", "Meaning"], ["1", "good"]],
        }
    )
    table = read(data, "feedback.xlsx")
    assert table.columns == ("ID", "Comment", "Since", "ACV")
    assert [(row.place, row.values) for row in table.rows] == [
        ("Q3 row 3", ("A1", "slow", "2026-03-04", 40000)),
        ("Q4 row 2", ("A2", "late", "2026-04-05", 36000)),
    ]
    assert table.warnings == ('Sheet "Legend" has other columns than "Q3" and was left out.',)


def test_a_percentage_in_a_workbook_is_what_the_reader_sees() -> None:
    book = openpyxl.Workbook()
    book.active.append(["ID", "Growth"])
    book.active.append(["A1", 0.07])
    book.active["B2"].number_format = "0%"
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue()).rows[0].values == ("A1", 7)


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    out = io.BytesIO(workbook({"S": [["id", "comment"], ["1", "x"]]}))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big.bin", bytes(5_000_000))
    with pytest.raises(UnreadableFile, match="packed like a zip bomb"):
        read(out.getvalue())


def test_a_workbook_that_declares_entities_is_refused() -> None:
    out = io.BytesIO(workbook({"S": [["id", "comment"], ["1", "x"]]}))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/evil.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x/>')
    with pytest.raises(UnreadableFile, match="declares a document type"):
        read(out.getvalue())


def test_one_cell_in_the_last_corner_of_a_sheet_costs_little() -> None:
    data = workbook({"S": [["id", "comment"], ["1", "x"]]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                cell = b'<row r="1048576"><c r="XFD1048576"><v>5</v></c></row></sheetData>'
                part = part.replace(b"</sheetData>", cell)
            new.writestr(name, part)
    started = time.perf_counter()
    table = read(out.getvalue())
    assert time.perf_counter() - started < 10
    assert table.rows[0].texts[:2] == ("1", "x")


def test_half_a_workbook_is_a_damaged_file() -> None:
    data = workbook({"S": [["id", "comment"], ["1", "x"]]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name)[:200] if "sheet1" in name else old.read(name))
    with pytest.raises(UnreadableFile, match="damaged Excel file"):
        read(out.getvalue())


# JSON ----------------------------------------------------------------------------------------------------------------


def test_json_lines_live_on_after_a_bad_line() -> None:
    content = '{"text": "slow", "n": 5}\n{"text": "la\n\n{"text": "late", "tags": ["a", "b"], "by": {"name": "Ann"}}\n'
    table = read(content, "x.jsonl")
    assert table.columns == ("text", "n", "tags", "by.name")
    assert [(row.place, row.values) for row in table.rows] == [
        ("line 1", ("slow", 5, None, None)),
        ("line 4", ("late", None, "a, b", "Ann")),
    ]
    assert table.warnings == ("No JSON objects, left out: line 2.",)


@pytest.mark.parametrize("form", ["[{}, {}]", '{{"tickets": [{}, {}]}}'])
def test_a_json_array_is_rows(form: str) -> None:
    content = form.replace("{}", "%s").replace("{{", "{").replace("}}", "}") % ('{"text": "a"}', '{"text": "b"}')
    assert [(row.place, row.texts) for row in read(content).rows] == [("row 1", ("a",)), ("row 2", ("b",))]


@pytest.mark.parametrize("content", ["[" * 100_000, '[{"text": "a"},', "[{}]", "{}", "[1, 2]", '{"a": 1'])
def test_broken_json_is_one_clear_error(content: str) -> None:
    with pytest.raises(UnreadableFile):
        read(content)


def test_values_that_no_database_holds_become_text_or_nothing() -> None:
    content = '{"id": 99999999999999999999, "n": NaN, "text": "half \\ud83d"}\n{"id": 1, "n": 2.0, "text": "b"}'
    assert read(content).rows[0].values == ("99999999999999999999", None, "half \ufffd")


# Rows as documents ---------------------------------------------------------------------------------------------------


def test_a_survey_row_with_a_question_is_a_question_and_an_answer() -> None:
    content = (
        "Respondent,Company,E-Mail,Job title,Date,Question,Answer,ACV USD\n"
        'Ann Ito,Brackwater Foods,ann@brackwater.example,CFO,2026-03-04,What hurts?,"Search   is slow.","40,000"\n'
    )
    asker = Speaker(name="Question", side=Side.VENDOR, reason="the question of the form")
    ann = Speaker(
        name="Ann Ito",
        side=Side.CUSTOMER,
        role="CFO",
        email="ann@brackwater.example",
        company="Brackwater Foods",
        reason="the row's respondent",
    )
    assert parse(content) == [
        Document(
            file="rows.csv",
            place="row 2",
            kind=Kind.SURVEY,
            date="2026-03-04",
            speakers=(asker, ann),
            turns=(Turn(text="What hurts?", speaker="Question"), Turn(text="Search is slow.", speaker="Ann Ito")),
            hints=("Brackwater Foods", "ann@brackwater.example"),
            identity="Ann Ito",
            attributes={"acv_usd": 40000},
        )
    ]


def test_a_wide_survey_row_is_pairs_of_questions_and_answers() -> None:
    content = (
        "Response ID,What is your role?,How did you hear of us?,What should we improve?,Score,Anything else to add\n"
        "R1,Controller,Trade fair,The approval queue is slow at month end,7,n/a\n"
        "R2,,A colleague at my last job,,9,Please add a button that exports the whole list\n"
        "R3,,N/A,,9,\n"
    )
    first, second = parse(content)
    assert [turn.text for turn in first.turns] == [
        "How did you hear of us?",
        "Trade fair",
        "What should we improve?",
        "The approval queue is slow at month end",
    ]
    assert first.speakers[1] == Speaker(
        name="Respondent R1", side=Side.CUSTOMER, role="Controller", reason="who writes a survey is a customer"
    )
    assert (first.kind, first.identity, first.attributes) == (Kind.SURVEY, "R1", {"score": 7})
    assert [turn.text for turn in second.turns][-2:] == [
        "Anything else to add",
        "Please add a button that exports the whole list",
    ]
    assert first.warnings == ("1 row without words left out (row 4).", '5 empty or "n/a" answers left out.')


def test_a_review_shows_the_names_of_its_columns_as_questions() -> None:
    content = (
        "Reviewer,Title,Rating,Pros,Cons,Review Date,Review URL\n"
        "Kim,Does the job,4,Fast matching,,3/14/2026,https://r.example/1\n"
    )
    (document,) = parse(content)
    assert (document.kind, document.title, document.date) == (Kind.REVIEW, "Does the job", "2026-03-14")
    assert document.turns == (Turn(text="Pros", speaker="Question"), Turn(text="Fast matching", speaker="Kim"))
    assert (document.url, document.attributes) == ("https://r.example/1", {"rating": 4})
    assert document.warnings == ('1 empty or "n/a" answer left out.',)


def test_a_ticket_is_its_description_under_its_subject() -> None:
    content = (
        "Ticket ID,Subject,Description,Requester,Requester email,Organisation,Priority,Created\n"
        'T-9,Queue hangs,"Hello,\n\n\n\nthe <script>alert(1)</script> shows up.",Bo Li,bo@b.example,Brackwater,High,'
        "2026-05-12T08:00:00Z\n"
        "T-10,Cannot log in,,Bo Li,bo@b.example,Brackwater,Low,2026-05-13T08:00:00Z\n"
    )
    first, second = parse(content)
    assert (first.kind, first.title, first.identity, first.date) == (Kind.TICKET, "Queue hangs", "T-9", "2026-05-12")
    assert first.turns == (Turn(text="Hello,\n\nthe <script>alert(1)</script> shows up.", speaker="Bo Li"),)
    assert first.hints == ("Brackwater", "bo@b.example")
    assert first.speakers[0].side is Side.CUSTOMER
    assert second.turns == (Turn(text="Cannot log in", speaker="Bo Li"),)


def test_a_note_of_ours_is_nobodys_word_yet() -> None:
    (document,) = parse("Account,Author,Note\nBrackwater,Milo Frantz,They want a pilot at one plant\n")
    assert document.kind is Kind.NOTE
    assert document.speakers == (Speaker(name="Milo Frantz"),)
    (document,) = parse("account,text\nBrackwater,They want a pilot at one plant\n")
    assert document.warnings == ("No column says who wrote the rows. If customers did, say so: --map kind=survey",)
    (document,) = parse("account,text\nBrackwater,We want a pilot\n", kind="survey")
    assert (document.kind, document.speakers[0].side) == (Kind.SURVEY, Side.CUSTOMER)


def test_the_user_says_which_column_is_what() -> None:
    content = "a,b,c,d,e\nslow,What hurts?,Q3,12,EMEA\n"
    (document,) = parse(content, text="a", question="b", account="c+d", speaker="d", segment="e")
    assert [turn.text for turn in document.turns] == ["What hurts?", "slow"]
    assert (document.hints, document.identity) == (("Q3 12",), "12")
    assert document.speakers[1].name == "Respondent 12"
    assert document.attributes == {"c": "Q3", "segment": "EMEA"}


def test_several_columns_of_words_can_be_mapped_together() -> None:
    (document,) = parse("id,Likes most,Misses\n1,speed,exports\n", text="Likes most+Misses")
    assert [turn.text for turn in document.turns] == ["Likes most", "speed", "Misses", "exports"]


def test_long_columns_that_are_left_aside_are_told() -> None:
    content = "ticket id,description,background\n1,it is slow,they have used it for years now and like it a lot\n"
    assert parse(content)[0].warnings == (
        '"background" went to the attributes. For the words: --map "text=description+background"',
    )


def test_without_a_column_of_words_the_columns_are_listed() -> None:
    with pytest.raises(UnreadableFile) as error:
        parse("Ref,Amount\nA1,12\nA2,13\n")
    assert error.value.message == "no column with text"
    assert error.value.hint == "Columns: Ref, Amount. Name one with --map text=COLUMN"


def test_a_mapping_for_something_unknown_is_refused() -> None:
    with pytest.raises(UnreadableFile, match=r'nothing is called "txt" in a mapping.*Did you mean "text"'):
        parse("id,comment\n1,slow\n", txt="comment")


# Recognising ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "file", "wanted"),
    [
        ("id,comment\n1,slow\n2,late\n", "export.txt", 0.9),
        ("feedback\nslow\nlate, often\n", "one.csv", 0.9),
        ("Ref,Amount\nA1,12\nA2,13\n", "a.csv", 0.6),
        ("Ref,Amount\nA1,12\nA2,13\n", "a.txt", 0.0),
        ('{"text": "slow", "respondent": 1}\n', "a", 0.9),
        ('{"text": "hi", "segments": [{"text": "hi", "start": 0}]}', "whisper.json", 0.0),
        ('{"turns": [{"speaker": "Ann", "text": "hi"}]}', "own.json", 0.0),
        ("start\tend\ttext\n0\t100\tHello there\n100\t200\tAgain\n", "talk.tsv", 0.0),
        ("WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nHello, you\n", "call.vtt", 0.0),
        ("| Name | Note |\n|------|------|\n| Ann | slow |\n", "notes.md", 0.0),
        ("We met, again.\nIt was slow, as always.\nThey left, all of them.\n", "notes.txt", 0.0),
        ("Ann: well, it is slow\nBob: how slow, exactly?\n", "call.txt", 0.0),
        ('{"openapi": "3.0", "paths": {"/a": {"get": {}}}}', "api.json", 0.0),
        ("", "empty.txt", 0.0),
    ],
)
def test_a_table_is_told_by_its_content(content: str, file: str, wanted: float) -> None:
    assert table_format.matches(source(content, file)) == wanted


def test_a_workbook_is_a_table_and_another_archive_is_none() -> None:
    assert table_format.matches(source(workbook({"S": [["id", "comment"], ["1", "x"]]}), "x")) == 1.0
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert table_format.matches(source(out.getvalue(), "x.docx")) == 0.0


# Real data -----------------------------------------------------------------------------------------------------------


def real(path: str, **mapping: str) -> list[Document]:
    if not (DATA / path).is_file():
        pytest.skip(f"shared/data/{path} is not there")
    found = source((DATA / path).read_bytes(), Path(path).name, **mapping)
    assert table_format.matches(found) == 0.9
    return table_format.parse(found)


def test_the_survey_of_open_source_users_is_read() -> None:
    documents = real("otel/survey_feedback.jsonl", account="survey+respondent")
    rows = [json.loads(line) for line in (DATA / "otel/survey_feedback.jsonl").read_text("utf-8").splitlines()]
    assert documents[0].hints == ("developer-experience 0",)
    assert documents[0].turns[1] == Turn(text="- Troubleshooting problems during SDK setup", speaker="Respondent 0")
    assert documents[0].attributes["org_size"] == "100-1000"
    assert len(rows) - len(documents) == 7
    assert documents[0].warnings[0].startswith("7 lines without words left out (lines 104, 195,")


def test_eight_thousand_answers_are_read_in_a_few_seconds() -> None:
    started = time.process_time()
    documents = real("jupyter/feedback_2015.jsonl")
    assert time.process_time() - started < 5
    assert len(documents) == 8284
    assert {document.speakers[1].side for document in documents} == {Side.CUSTOMER}
    assert documents[0].speakers[1].role == "grad student (computational astrophysics)"
