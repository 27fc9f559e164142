"""What tools export comes out as the same turns, speakers, sides, times and account hints.

The samples in data/exports are written from the documented shapes, with invented people and companies; what each must
give lies beside it in expected/, with all that is not a default.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path

import pytest

from icp_voice.errors import UnreadableFile
from icp_voice.ingest import formats
from icp_voice.ingest.source import Source
from icp_voice.model import Document
from tests.made_files import folder_zipped, pdf, word, zipped

DATA = Path(__file__).parent / "data" / "exports"
OTTER = (DATA / "otter.txt").read_text(encoding="utf-8")
MADE = {
    "otter.docx": word(OTTER.split("\n")),
    "teams.docx": word(
        [
            "Brackwater renewal-20260512_133555-Meeting Transcript",
            "12 May 2026, 03:35pm",
            "27m 42s",
            "Dana Holt started transcription",
            "Dana Holt   0:03\nHow do you close the month today?",
            "Reyes, Ana (Guest)   0:09\nWe copy everything by hand.\nIt takes four days, même en mai 😩.",
            "Dana Holt stopped transcription",
        ]
    ),
    "google-meet.docx": word(
        [
            (1, "Brackwater <> Acme (2026-05-12 at 10:00 GMT+2) - Transcript"),
            (3, "Attendees"),
            "Ana Reyes, Dana Holt",
            (3, "Transcript"),
            (4, "00:00:00"),
            "Dana Holt: How do you close the month today?",
            "Ana Reyes: We copy everything by hand.",
            (4, "00:05:00"),
            "Ana Reyes: It takes four days, même en mai 😩.",
            "Dana Holt: I see.",
            (4, "Transcription ended after 00:05:30"),
            "This editable transcript was computer generated and might contain errors. "
            "People can also change the text after it was created.",
        ]
    ),
    "transcript.pdf": pdf(
        [
            [
                *("Acme research, confidential", "Brackwater renewal", "May 12, 2026", "", "Dana Holt  0:03"),
                *("How do you close the month today, and what do you ex-", "pect from a tool for that?", ""),
                *("Ana Reyes  0:09", "We copy everything by hand, même en mai. It takes four days, and no-"),
                *("body likes it.", "Page 1 of 2"),
            ],
            [
                *("Acme research, confidential", "It is a cross-", "team effort as well.", "Dana Holt  1:20", "I see."),
                *("", "Ana Reyes  1:25", "The café invoice is the worst.", "Page 2 of 2"),
            ],
        ]
    ),
    "slack.zip": folder_zipped(DATA / "slack"),
    "mixed.zip": zipped(
        {
            "exports/calls/brackwater/teams.vtt": (DATA / "teams.vtt").read_bytes(),
            "exports/mail.eml": (DATA / "mail.eml").read_bytes(),
            "exports/logo.png": b"\x89PNG\r\n\x1a\n" + bytes(20),
            "__MACOSX/exports/._mail.eml": b"\0\5\x16\7",
            "../../etc/note.txt": b"Ana: We close by hand.\nDana: How long?\nAna: Four days.\n",
        }
    ),
}
TEXTS = sorted(path.name for path in DATA.iterdir() if path.is_file())
NAMES = sorted([*TEXTS, *MADE])
JSONS = [name for name in TEXTS if name.endswith("json")]


def content(name: str) -> bytes:
    return MADE[name] if name in MADE else (DATA / name).read_bytes()


def read(data: bytes, name: str) -> list[Document]:
    return formats.parse(Source(file=name, data=data))


def plain(value: object) -> object:
    """A value as JSON keeps it, without what is a default."""
    if is_dataclass(value):
        found = {}
        for one in fields(value):
            held = getattr(value, one.name)
            default = one.default_factory() if one.default_factory is not MISSING else one.default
            if held != default:
                found[one.name] = plain(held)
        return found
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return dict(value) if isinstance(value, dict) else value


@pytest.mark.parametrize("name", NAMES)
def test_an_export_comes_out_as_what_was_said_by_whom_when_and_of_which_account(name: str) -> None:
    expected = json.loads((DATA / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    assert plain(read(content(name), name)) == expected


def test_every_expectation_has_its_sample() -> None:
    assert sorted(path.name.removesuffix(".json") for path in (DATA / "expected").iterdir()) == NAMES


@pytest.mark.parametrize("name", [name for name in NAMES if "." in name])
def test_a_format_is_told_by_content_and_not_by_the_name(name: str) -> None:
    data = content(name)
    known = formats.detect(Source(file=name, data=data)).NAME
    assert formats.detect(Source(file="export.bin", data=data)).NAME == known


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
@pytest.mark.parametrize("name", TEXTS)
def test_another_encoding_and_other_line_ends_change_no_word(name: str, encoding: str) -> None:
    text = content(name).decode("utf-8")
    assert read(text.replace("\n", "\r\n").encode(encoding), name) == read(content(name), name)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_file_is_refused(name: str) -> None:
    with pytest.raises(UnreadableFile, match="the file is empty"):
        read(b"", name)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_was_cut_off_gives_its_words_or_one_plain_error(name: str, share: float) -> None:
    data = content(name)
    try:
        documents = read(data[: int(len(data) * share)], name)
    except UnreadableFile as error:
        assert error.message
    else:
        assert all(turn.text.strip() for document in documents for turn in document.turns)


@pytest.mark.parametrize("name", [name for name in JSONS if name.endswith(".json")])
def test_truncated_json_says_where_it_breaks(name: str) -> None:
    data = content(name)
    with pytest.raises(UnreadableFile, match=r"the JSON breaks at line \d+"):
        read(data[: int(len(data) * 0.7)], name)


def changed(value: object) -> Iterator[object]:
    """Yield the value with each of its parts in turn replaced by something of another type."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield {other: held for other, held in value.items() if other != key}
            yield from ({**value, key: other} for other in changed(one))
    elif isinstance(value, list):
        for at, one in enumerate(value[:3]):
            yield from ([*value[:at], other, *value[at + 1 :]] for other in changed(one))
    yield from (None, 5, -1.5, True, "text", [], [None, 3, [[]]], {}, {"x": {"y": []}})


@pytest.mark.parametrize("name", [name for name in JSONS if name.endswith(".json")])
def test_a_value_of_another_type_anywhere_in_json_never_breaks_a_parser(name: str) -> None:
    for value in changed(json.loads(content(name))):
        source = Source(file=name, data=json.dumps(value).encode())
        try:
            documents = formats.parse(source)
        except UnreadableFile:
            continue
        for document in documents:
            assert document.turns
            heard = {turn.speaker for turn in document.turns if turn.speaker}
            assert heard <= {speaker.name for speaker in document.speakers}


def test_a_call_read_from_one_file_equals_the_call_read_from_joined_records() -> None:
    assert [one.turns for one in read(content("gong.json"), "x")] == [
        one.turns for one in read(content("gong-joined.json"), "x")
    ]


def test_the_order_of_a_box_of_mails_does_not_matter() -> None:
    text = content("mails.mbox").decode()
    mails = ["From " + part for part in text.removeprefix("From ").split("\nFrom ")]
    backwards = "\n".join(mail.rstrip("\n") + "\n" for mail in reversed(mails))
    assert read(backwards.encode(), "mails.mbox") == read(text.encode(), "mails.mbox")


def test_calls_without_their_transcripts_say_what_is_missing() -> None:
    calls = json.loads(content("gong.json"))[0]
    with pytest.raises(UnreadableFile, match="calls but no transcripts"):
        read(json.dumps(calls).encode(), "calls.json")


def test_a_ticket_of_nothing_but_internal_notes_is_no_document() -> None:
    page = json.loads(content("zendesk.json"))
    for comment in page["tickets"][0]["comments"]:
        comment["public"] = False
    with pytest.raises(UnreadableFile, match="no words in any ticket"):
        read(json.dumps(page).encode(), "zendesk.json")


def test_a_pdf_of_pictures_says_what_to_do() -> None:
    with pytest.raises(UnreadableFile, match="no text in the PDF"):
        read(pdf([[""], [""]]), "scan.pdf")


def test_a_zip_with_nothing_to_read_names_what_it_holds() -> None:
    with pytest.raises(UnreadableFile, match=r"nothing in the archive could be read: a\.png left out"):
        read(zipped({"a.png": b"\x89PNG\r\n\x1a\n"}), "x.zip")


def test_an_archive_in_an_archive_is_left_out() -> None:
    inner = zipped({"note.txt": b"Ana: We close by hand."})
    outer = read(zipped({"a.txt": b"Ana: By hand.\nDana: How?\n", "inner.zip": inner}), "x.zip")
    assert outer[0].warnings == ("inner.zip left out: an archive in an archive",)


@pytest.mark.parametrize("text", ["null", "5", "true", "[]", "{}", "-1.5e3"])
def test_json_that_holds_nothing_is_no_note(text: str) -> None:
    with pytest.raises(UnreadableFile, match="not a file of words"):
        read(text.encode(), "null.json")


def test_a_table_of_nothing_but_delimiters_has_no_header() -> None:
    with pytest.raises(UnreadableFile, match="no header row"):
        read(b",,\n,,\n", "empty.csv")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("It takes **4months**.", "It takes 4months."),
        ("It takes ***4months***.", "It takes 4months."),
        ("**4months** to close", "4months to close"),
    ],
)
def test_bold_words_lose_their_asterisks_in_markdown_and_in_plain_text(line: str, words: str) -> None:
    for name in ("a.md", "a.txt"):
        document = read(f"Ana: {line}\nDana: How long?\nAna: Long.\n".encode(), name)[0]
        assert document.turns[0].text == words
