"""What files tell by themselves: the day of a talk, who answers a form, one voice under two names, and what is no word."""

from __future__ import annotations

import csv
import io

import pytest

from icp_voice.ingest import formats
from icp_voice.ingest.asked import asked_of
from icp_voice.ingest.dates import read_date
from icp_voice.ingest.headlines import headline_day
from icp_voice.ingest.source import Source
from icp_voice.model import Document

TALK = (
    "Ann Lee: How do you close the month today?",
    "Raj Patel: We copy everything by hand.",
    "Ann Lee: What would have to change?",
    "Raj Patel: The export would have to run by night.",
)
SAID = [tuple(line.split(": ")) for line in TALK]
CUES = "00:00:01.000 --> 00:00:04.000\n<v Ann Lee>How?\n\n00:00:05.000 --> 00:00:09.000\n<v Raj Patel>By hand.\n"
QUESTION = "What nearly stopped you from buying?"


def read(text: str | bytes, file: str) -> list[Document]:
    return formats.parse(Source(file=file, data=text.encode() if isinstance(text, str) else text))


def said(document: Document) -> list[tuple[str, ...]]:
    return [(turn.speaker, turn.text) for turn in document.turns]


def word(*paragraphs: str) -> bytes:
    from docx import Document as new_word

    made = new_word()
    for text in paragraphs:
        if text.startswith("#"):
            made.add_heading(text.strip("# "), 0 if text.startswith("##") else 1)
        else:
            made.add_paragraph(text)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def table(head: list[str], *rows: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue()


# ---- the day of a talk ---------------------------------------------------------------------------------------------


def test_a_date_below_two_headings_of_a_word_file_is_the_day_and_no_turn() -> None:
    [document] = read(word("## Customer interview", "# Harbor Foods", "Date: 14 February 2026", *TALK), "a.docx")
    assert (document.title, document.date, said(document)) == ("Customer interview", "2026-02-14", SAID)


@pytest.mark.parametrize(
    "head",
    [
        "3 April 2026",
        "April 3rd, 2026",
        "2026-04-03",
        "Date/Datum: 03.04.2026",
        "Datum: 3. April 2026",
        "Date: Friday 03/04/2026",
        "Date (DD/MM/YYYY): 03/04/2026",
        "Date of interview: 3 April 2026\nPlace: Bergen",
        "Interview with Raj Patel, Harbor Foods, 3 April 2026",
        "Customer call - Harbor Foods - 2026-04-03",
        "Harbor Foods (3 April 2026)",
        "Customer interview: Harbor Foods\nDate: 3 April 2026",
    ],
)
def test_the_head_of_a_text_tells_the_day_and_is_not_said(head: str) -> None:
    for between in ("\n\n", "\n"):
        [document] = read(head + between + "\n\n".join(TALK), "a.txt")
        assert (document.date, said(document)) == ("2026-04-03", SAID)


@pytest.mark.parametrize(
    "line",
    [
        "We went live on 3 April 2026.",
        "We went live on 3 April 2026",
        "Raj Patel: The contract ended 3 April 2026",
        "They were sold, 3 April 2026",
        "The price since 3 April 2026",
    ],
)
def test_a_day_that_is_spoken_of_is_not_the_day_of_the_talk(line: str) -> None:
    [document] = read(f"{line}\n\nRaj Patel: And then nobody could close the month.\n\nRaj Patel: It was bad.", "a.txt")
    assert document.date == ""
    assert "3 April 2026" in " ".join(turn.text for turn in document.turns)


def test_lines_that_head_one_message_each_are_no_headlines() -> None:
    text = "Ann Lee, 3 April 2026\nHow do you close?\n\nRaj Patel, 4 April 2026\nBy hand.\n"
    [document] = read(text, "a.txt")
    assert document.date == "" and "Ann Lee" in document.turns[0].text + document.turns[0].speaker


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("03/04/2026", ""),
        ("04/04/2026", "2026-04-04"),
        ("Fri 03/04/2026", "2026-04-03"),
        ("Wednesday, 03/04/2026", "2026-03-04"),
        ("Monday 03/04/2026", ""),
        ("03/04/2026 (MM/DD/YYYY)", "2026-03-04"),
        ("14. März 2026", "2026-03-14"),
    ],
)
def test_a_day_whose_month_is_open_is_read_only_where_something_tells_it(text: str, day: str) -> None:
    assert read_date(text) == day


def test_a_headline_with_an_open_day_warns_and_guesses_nothing() -> None:
    [document] = read("Interview with Ann Lee (Harbor Foods), 03/04/2026\n\n" + "\n".join(TALK), "a.txt")
    assert document.date == "" and "03/04/2026" in document.warnings[0]


@pytest.mark.parametrize(
    "note",
    [
        "NOTE Date: 3 April 2026",
        "NOTE Date/Datum: 03.04.2026",
        "NOTE recorded 2026-04-03, recording_4471",
        "NOTE Meeting was recorded on April 3rd, 2026 in Bergen",
        "NOTE\nInterview with Raj Patel, Harbor Foods, 3 April 2026",
    ],
)
def test_a_note_of_webvtt_tells_the_day(note: str) -> None:
    [document] = read(f"WEBVTT\n\n{note}\n\n{CUES}", "a.vtt")
    assert document.date == "2026-04-03"


def test_a_note_about_the_program_tells_no_day() -> None:
    [document] = read(f"WEBVTT\n\nNOTE Confidence 0.9 model 2025-11-01\n\n{CUES}", "a.vtt")
    assert document.date == ""


def test_a_long_line_is_no_headline_and_costs_no_time() -> None:
    assert headline_day("interview " * 20_000 + "3 April 2026") == ""


# ---- who answers a form --------------------------------------------------------------------------------------------

FORMS = {
    "newcomer": ["Response ID", "Your name", "Company name", "Role"],
    "Google Forms": ["Timestamp", "Name", "Your company", "Your role"],
    "Google Forms, asking": ["Timestamp", "What is your name?", "What company do you work for?", "What is your role?"],
    "Google Forms, two words": ["Timestamp", "First and last name", "Company / Organisation", "Position / job title"],
    "Typeform": [
        "#",
        "Hi, what's your name?",
        "Which company do you work for, {{field:a1}}?",
        "What's your job title?",
    ],
    "SurveyMonkey": ["Collector ID", "Full name", "What is the name of your organization?", "Job title"],
    "Tally": ["Submission ID", "Your full name *", "Organisation *", "Your job title (optional)"],
    "Qualtrics": ["ResponseId", "Respondent name:", "Company Name:", "Role/Title:"],
    "numbered": ["Response ID", "1. Your name", "Q2 Company", "3) Job title / role"],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_tells_who_answered_of_which_company_in_which_job(form: str) -> None:
    text = table(
        [*FORMS[form], QUESTION],
        ["r1", "Ann Lee", "Harbor Foods", "Head of Finance", "The price, and the missing SSO."],
        ["r2", "Jo Lind", "Velmora", "COO", "We could not export the ledger by night."],
    )
    documents = read(text, "answers.csv")
    told = [(one.speakers[-1].name, one.speakers[-1].role, one.hints) for one in documents]
    assert told == [("Ann Lee", "Head of Finance", ("Harbor Foods",)), ("Jo Lind", "COO", ("Velmora",))]
    assert [len(one.turns) for one in documents] == [2, 2]


def test_the_two_heading_rows_of_surveymonkey_are_one_and_no_answer() -> None:
    head = [
        "Respondent ID",
        "Collector ID",
        "Email Address",
        "First Name",
        "Last Name",
        "About yourself",
        "",
        "",
        QUESTION,
    ]
    below = ["", "", "", "", "", "Name", "Company", "Email Address", "Open-Ended Response"]
    one = ["118", "40", "", "", "", "Ann Lee", "Harbor Foods", "ann@harbor.example", "The price, and the missing SSO."]
    [document] = read(table(head, below, one), "answers.csv")
    ann = document.speakers[-1]
    assert (ann.name, ann.company, ann.email) == ("Ann Lee", "Harbor Foods", "ann@harbor.example")
    assert [turn.text for turn in document.turns] == [QUESTION, "The price, and the missing SSO."]
    assert document.identity == "118"


def test_a_name_goes_before_an_id_and_a_user_name_may_be_the_mail() -> None:
    text = table(
        ["Timestamp", "Username", "Name", QUESTION], ["2026/05/12", "ann@harbor.example", "Ann Lee", "The price."]
    )
    ann = read(text, "answers.csv")[0].speakers[-1]
    assert (ann.name, ann.email) == ("Ann Lee", "ann@harbor.example")


@pytest.mark.parametrize(
    "heading",
    ["Product name", "Our role", "What role does price play?", "Why did your company choose us?", "Title", "File name"],
)
def test_what_is_not_asked_of_the_one_who_answers_is_left_alone(heading: str) -> None:
    assert asked_of(heading) == ""


# ---- what is no word, and what is no table -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "block",
    [
        "SUMMARY KEYWORDS\nexport, month end,\n\nprice, invoice\n\nSPEAKERS\nAnn Lee (40%), Raj Patel (60%)",
        "KEYWORDS\nexport, month end",
        "Keywords: export, month end, price",
    ],
)
def test_keywords_that_a_recorder_listed_are_not_said(block: str) -> None:
    talk = "Ann Lee  00:01\nHow do you close?\n\nRaj Patel  00:03\nBy hand.\n"
    [document] = read(f"Harbor Foods renewal\nTue, May 12, 2026 10:04AM • 32:10\n\n{block}\n\n{talk}", "otter.txt")
    assert said(document) == [("Ann Lee", "How do you close?"), ("Raj Patel", "By hand.")]
    assert {one.company for one in document.speakers} == {""}


@pytest.mark.parametrize(
    "text",
    [
        "Comment, the export is slow\nIt fails, every night\n",
        "Feedback, Harbor Foods, April\nSlow export, bad support, high price\n",
        "Note, from the call with Raj\nWe copy by hand, every month\n",
    ],
)
def test_two_lines_with_commas_are_a_text(text: str) -> None:
    assert formats.detect(Source(file="a.txt", data=text.encode())).NAME == "plain text"


def test_two_lines_that_read_like_a_table_are_one_whatever_the_name() -> None:
    [document] = read("Company,Comment\nHarbor Foods,The export is too slow\n", "a.txt")
    assert (document.hints, document.turns[0].text) == (("Harbor Foods",), "The export is too slow")


# ---- one voice under two names -------------------------------------------------------------------------------------


def voices(*labels: str, head: str = "") -> list[str]:
    [document] = read(
        head + "\n\n".join(f"{label}: Something about month {at}." for at, label in enumerate(labels)), "a.txt"
    )
    return [one.name for one in document.speakers if one.name in {turn.speaker for turn in document.turns}]


def test_a_first_name_is_the_voice_of_the_only_one_who_bears_it() -> None:
    assert voices("Ann Lee", "Raj Patel", "Ann", "Raj", "Ann Lee") == ["Ann Lee", "Raj Patel"]


def test_a_first_name_in_captions_is_the_voice_of_the_full_name() -> None:
    more = "\n00:00:10.000 --> 00:00:12.000\n<v Ann>And at night?\n"
    [document] = read(f"WEBVTT\n\n{CUES}{more}", "a.vtt")
    assert [turn.speaker for turn in document.turns] == ["Ann Lee", "Raj Patel", "Ann Lee"]


def test_a_first_name_that_two_people_bear_stays_apart() -> None:
    assert voices("Ann Lee", "Raj", "Ann", "Ann Berg", "Raj") == ["Ann Lee", "Raj", "Ann", "Ann Berg"]
    listed = "Participants: Ann Lee, Ann Berg, Raj\n\n"
    assert voices("Ann Lee", "Raj", "Ann", "Raj", "Ann Lee", head=listed) == ["Ann Lee", "Raj", "Ann"]


def test_two_who_answer_each_other_are_two() -> None:
    assert voices("Ann", "Ann Lee", "Ann", "Ann Lee") == ["Ann", "Ann Lee"]


def test_a_job_and_a_number_are_no_surnames() -> None:
    assert voices("Speaker", "Speaker 1", "Raj", "Speaker", "Speaker 1", "Raj") == ["Speaker", "Speaker 1", "Raj"]
