"""Every file format: what it reads, what it refuses, and that the same talk is the same in all of them."""

from __future__ import annotations

import io
import json
import time
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icp_voice.errors import UnreadableFile
from icp_voice.ingest import formats, labels
from icp_voice.ingest.cues import Cue, turns_from_cues
from icp_voice.ingest.dates import read_date
from icp_voice.ingest.formats import docx, markdown, own, plain, srt, vtt, whisper
from icp_voice.ingest.source import Source
from icp_voice.model import Document, Kind, Side, Speaker, Turn

DATA = Path(__file__).resolve().parents[2] / "shared/data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real transcripts are not at {DATA}")


def source(text: str | bytes, file: str = "call.txt") -> Source:
    return Source(file=file, data=text.encode() if isinstance(text, str) else text)


def read(text: str | bytes, file: str = "call.txt") -> Document:
    [document] = formats.parse(source(text, file))
    return document


def said(document: Document) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in document.turns]


def words(document: Document) -> list[str]:
    return [turn.text for turn in document.turns]


def names(document: Document) -> list[str]:
    return [speaker.name for speaker in document.speakers]


def refused(data: str | bytes, file: str) -> str:
    with pytest.raises(UnreadableFile) as caught:
        formats.parse(source(data, file))
    assert "\n" not in caught.value.message
    return str(caught.value)


# ---- cues into turns -----------------------------------------------------------------------------------------------


def test_cues_of_one_speaker_join_into_one_turn_with_the_first_start_and_the_last_end() -> None:
    parts = [
        Cue(text="We lose  two", speaker="Ana", start_ms=0, end_ms=900),
        Cue(text="days a month.", speaker="Ana", start_ms=900, end_ms=2000),
        Cue(text="Why?", speaker="Dana", start_ms=2100, end_ms=2300),
    ]
    assert turns_from_cues(parts) == (
        Turn(text="We lose two days a month.", speaker="Ana", start_ms=0, end_ms=2000),
        Turn(text="Why?", speaker="Dana", start_ms=2100, end_ms=2300),
    )


def test_cues_without_speakers_are_cut_at_the_first_sentence_end_after_80_words() -> None:
    parts = [Cue(text="ten words " * 5), *[Cue(text="more words here now")] * 20, Cue(text="the end.")]
    turns = turns_from_cues([*parts, *parts])
    assert [len(turn.text.split()) for turn in turns] == [92, 92]
    assert turns[0].text.endswith("the end.")


def test_captions_without_full_stops_are_cut_after_160_words() -> None:
    turns = turns_from_cues([Cue(text="four words in each")] * 100)
    assert [len(turn.text.split()) for turn in turns] == [160, 160, 80]


def test_languages_without_spaces_are_cut_too() -> None:
    turns = turns_from_cues([Cue(text="今日はとても良い天気ですね。")] * 60)
    assert len(turns) > 3


def test_empty_cues_and_invisible_signs_leave_no_trace() -> None:
    turns = turns_from_cues([Cue(text=" \ufeff "), Cue(text="a\u200b\x00 b\ud800")])
    assert turns == (Turn(text="a b\ufffd"),)


def test_rolling_captions_are_unrolled_with_a_warning() -> None:
    lines = [f"line {number}" for number in range(8)]
    rolling = "WEBVTT\n\n" + "\n\n".join(
        f"00:{at:02}.000 --> 00:{at + 1:02}.000\n{old}\n{new}" for at, (old, new) in enumerate(pairwise(lines))
    )
    document = read(rolling, "auto.vtt")
    assert words(document) == [" ".join(lines)]
    assert document.warnings == ("rolling captions: 6 repeated lines were joined",)


# ---- VTT and SRT ---------------------------------------------------------------------------------------------------


def test_vtt_voices_become_speakers_with_times() -> None:
    document = read(
        "WEBVTT - Quarterly review\n\n00:01.000 --> 00:02.500\n<v Ana Reyes>We need <b>SSO</b> &amp; audit.</v>\n\n"
        "1:00:03.000 --> 1:00:04.000 align:start\n<v.loud Dana>Why?\n",
        "call.vtt",
    )
    assert document.title == "Quarterly review"
    assert document.kind is Kind.CALL
    assert document.turns == (
        Turn(text="We need SSO & audit.", speaker="Ana Reyes", start_ms=1000, end_ms=2500),
        Turn(text="Why?", speaker="Dana", start_ms=3_603_000, end_ms=3_604_000),
    )
    assert names(document) == ["Ana Reyes", "Dana"]


def test_several_voices_in_one_cue_stay_apart() -> None:
    document = read("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>It broke.\n<v.first.loud Dana &amp; Co>When?</v>\n")
    assert said(document) == [("Ana", "It broke."), ("Dana & Co", "When?")]


def test_unclosed_voice_tags_end_with_their_cue() -> None:
    document = read("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>It broke.\n\n00:03.000 --> 00:04.000\nDid it?\n")
    assert said(document) == [("Ana", "It broke."), ("", "Did it?")]


def test_zoom_writes_the_name_into_the_words_of_a_cue() -> None:
    document = read(
        "WEBVTT\r\n\r\n1\r\n00:00:01.000 --> 00:00:02.000\r\nDana Whitlock: How did you find us?\r\n\r\n"
        "2\r\n00:00:02.000 --> 00:00:04.000\r\nAna Reyes: A colleague. Note: not an advert.\r\n\r\n"
        "3\r\n00:00:04.000 --> 00:00:05.000\r\nat 12:30 she wrote to me.\r\n\r\n"
        "4\r\n00:00:05.000 --> 00:00:06.000\r\nDana Whitlock: Thanks.\r\n"
    )
    assert said(document) == [
        ("Dana Whitlock", "How did you find us?"),
        ("Ana Reyes", "A colleague. Note: not an advert. at 12:30 she wrote to me."),
        ("Dana Whitlock", "Thanks."),
    ]


def test_notes_styles_regions_and_cue_ids_are_not_said_by_anybody() -> None:
    document = read(
        "\ufeffWEBVTT\nKind: captions\n\nNOTE Account: Brackwater\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:fred\n\n"
        "intro - 1\n00:01.000 --> 00:02.000\nHello there.\n\nNOTE\nnot said\n\n17\n00:03.000 --> 00:04.000\nBye.\n",
    )
    assert words(document) == ["Hello there. Bye."]
    assert document.hints == ("Brackwater",)


def test_inline_times_and_classes_go_but_smaller_and_greater_stay() -> None:
    document = read("WEBVTT\n\n00:01.000 --> 00:02.000\nif <00:01.500><c.yellow>x</c> < 5 and y > 3\n")
    assert words(document) == ["if x < 5 and y > 3"]


def test_a_cue_with_unreadable_times_keeps_its_words_and_is_counted() -> None:
    document = read("WEBVTT\n\n00:01.000 --> 00:02.000\nOne.\n\n0x:1 --> later\nTwo.\n")
    assert words(document) == ["One. Two."]
    assert document.warnings == ("1 of 2 captions had times that could not be read; their words were kept",)


def test_vtt_without_its_first_line_is_read() -> None:
    assert read("00:01.000 --> 00:02.000\nHello.\n", "call.md").turns == (
        Turn(text="Hello.", start_ms=1000, end_ms=2000),
    )


SRT = "1\n00:00:01,000 --> 00:00:02,500\n<i>Hello</i> {\\an8}there.\n\n2\n00:00:03,000 --> 00:00:04,000\n- 12\n"


def test_srt_is_read_with_and_without_numbers_or_empty_lines() -> None:
    expected = (Turn(text="Hello there. - 12", start_ms=1000, end_ms=4000),)
    assert read(SRT, "call.srt").turns == expected
    assert read(SRT.replace("\n\n", "\n"), "call.srt").turns == expected
    assert read(SRT.replace("1\n00", "00").replace("2\n00", "00"), "call.srt").turns == expected
    assert read(SRT.replace("\n", "\n\n"), "call.srt").turns == expected


def test_srt_is_told_by_content_whatever_its_name() -> None:
    assert formats.detect(source(SRT, "notes.txt")) is srt
    assert formats.detect(source("WEBVTT\n\n00:01.000 --> 00:02.000\nHi.\n", "notes.srt")) is vtt


# ---- Whisper -------------------------------------------------------------------------------------------------------

SPOKEN = ["Hello everyone.", "We looked at three tools", "and chose yours."]


def whisper_files() -> dict[str, str]:
    at = [(0, 1500), (1500, 3000), (3250, 4000)]

    def stamp(ms: int, mark: str = ".") -> str:
        return f"00:{ms // 1000:02}{mark}{ms % 1000:03}"

    rows = list(zip(SPOKEN, at, strict=True))
    segments = [{"start": a / 1000, "end": b / 1000, "text": f" {text}"} for text, (a, b) in rows]
    return {
        "a.json": json.dumps({"text": " ".join(SPOKEN), "segments": segments}),
        "a.tsv": "start\tend\ttext\n" + "".join(f"{a}\t{b}\t{text}\n" for text, (a, b) in rows),
        "a.vtt": "WEBVTT\n\n" + "".join(f"{stamp(a)} --> {stamp(b)}\n{text}\n\n" for text, (a, b) in rows),
        "a.srt": "".join(f"1\n00:{stamp(a, ',')} --> 00:{stamp(b, ',')}\n{text}\n\n" for text, (a, b) in rows),
        "a.lrc": "[ti:Talk]\r\n" + "".join(f"[{stamp(a)}]{text}\r\n[{stamp(b)}]\r\n\r\n" for text, (a, b) in rows),
        "a.txt": "".join(f"[{stamp(a)} --> {stamp(b)}]  {text}\n" for text, (a, b) in rows),
        "b.txt": "".join(f"{text}\n" for text in SPOKEN),
    }


@pytest.mark.parametrize("name", list(whisper_files()))
def test_one_talk_has_the_same_words_in_every_format(name: str) -> None:
    document = read(whisper_files()[name], name)
    assert words(document) == [" ".join(SPOKEN)]
    if name != "b.txt":
        assert (document.turns[0].start_ms, document.turns[0].end_ms) == (0, 4000)


def test_whisper_segments_with_speakers_become_their_turns() -> None:
    segments = [{"start": 0.5, "end": 1, "text": "Why?", "speaker": "SPEAKER_00"}, {"text": "Price.", "speaker": "B"}]
    document = read(json.dumps({"segments": segments}), "a.json")
    assert document.turns == (
        Turn(text="Why?", speaker="SPEAKER_00", start_ms=500, end_ms=1000),
        Turn(text="Price.", speaker="B"),
    )


def test_broken_whisper_segments_are_counted_and_the_others_live() -> None:
    text = '{"segments": [{"text": "One.", "start": NaN, "end": 1e999}, 7, {"start": 3}, {"text": "Two."}]}'
    document = read(text, "a.json")
    assert document.turns == (Turn(text="One. Two."),)
    assert document.warnings == ("2 segments could not be read: segments[1] has no text",)


def test_whisper_cpp_and_bare_text_are_read() -> None:
    cpp = {"transcription": [{"offsets": {"from": 0, "to": 900}, "text": " Hi."}]}
    assert read(json.dumps(cpp), "a.json").turns == (Turn(text="Hi.", start_ms=0, end_ms=900),)
    assert words(read('{"text": "Only this.", "language": "en"}', "a.json")) == ["Only this."]


def test_a_tsv_line_without_times_keeps_its_words_with_a_warning() -> None:
    document = read("start\tend\ttext\n0\t10\tOne.\nx\ty\n", "a.tsv")
    assert words(document) == ["One. x y"]
    assert document.warnings == ("1 segments could not be read: line 3 is not start, end and text",)


# ---- our own JSON --------------------------------------------------------------------------------------------------

OWN = {
    "icp_voice": 1,
    "kind": "interview",
    "title": "Talk",
    "date": "2026-05-12",
    "account": "Brackwater Foods",
    "url": "https://x.example/1",
    "speakers": [{"name": "Ana", "side": "customer", "role": "CFO", "email": "A@b.example", "company": "Brackwater"}],
    "turns": [
        {"speaker": "Dana", "text": "Why <script>us</script>?"},
        {"speaker": "Ana", "text": "Price.", "start_ms": 5},
    ],
}


def changed(**changes: object) -> str:
    return json.dumps({**OWN, **changes})


def test_our_json_is_read_whole() -> None:
    assert read(json.dumps(OWN), "talk.json") == Document(
        file="talk.json",
        kind=Kind.INTERVIEW,
        title="Talk",
        date="2026-05-12",
        url="https://x.example/1",
        hints=("Brackwater Foods",),
        speakers=(
            Speaker(name="Dana"),
            Speaker(
                name="Ana",
                side=Side.CUSTOMER,
                role="CFO",
                email="a@b.example",
                company="Brackwater",
                reason="the file says so",
            ),
        ),
        turns=(Turn(text="Why <script>us</script>?", speaker="Dana"), Turn(text="Price.", speaker="Ana", start_ms=5)),
    )


def test_the_example_in_the_documentation_is_read() -> None:
    page = (Path(__file__).resolve().parents[1] / "docs/json-schema.md").read_text(encoding="utf-8")
    document = read(page.split("```json\n")[1].split("```")[0], "talk.json")
    assert [(one.name, one.side) for one in document.speakers] == [
        ("Dana Whitlock", Side.VENDOR),
        ("Ana Reyes", Side.CUSTOMER),
    ]


def test_a_list_and_lines_hold_several_documents_with_their_places() -> None:
    both = formats.parse(source(json.dumps([OWN, OWN]), "talks.json"))
    assert [one.place for one in both] == ["item 1", "item 2"]
    lines = formats.parse(source(f"{json.dumps(OWN)}\n\n{json.dumps(OWN)}\n", "talks.ndjson"))
    assert [one.place for one in lines] == ["line 1", "line 3"]


def test_a_broken_line_is_a_warning_with_its_number_and_the_others_live() -> None:
    text = "\n".join([json.dumps(OWN), '{"icp_voice": 1, "turns": [', changed(titel="x"), json.dumps(OWN)])
    first, second = formats.parse(source(text, "talks.ndjson"))
    assert (first.place, second.place) == ("line 1", "line 4")
    assert len(first.warnings) == 2
    assert first.warnings[0].startswith("line 2 was left out: the JSON breaks at column")
    assert first.warnings[1] == 'line 3 was left out: unknown key "titel"'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (changed(titel="x"), 'unknown key "titel" Known: icp_voice, kind, title, '),
        (changed(titel="x"), 'Did you mean "title"?'),
        (changed(turns=[{"speeker": "Ana", "text": "x"}]), 'turns[0]: unknown key "speeker"'),
        (changed(turns=[{"speaker": 7, "text": "x"}]), "turns[0].speaker: must be a string"),
        (changed(turns=[{"speaker": "Ana"}]), "turns[0].text: is missing"),
        (changed(turns=[{"text": "x", "start_ms": 1.5}]), "turns[0].start_ms: must be a whole number of milliseconds"),
        (changed(turns=[{"text": "  "}]), "turns: there are no words in it"),
        (changed(kind="cal"), 'kind: "cal" is not known'),
        (changed(kind="cal"), 'Did you mean "call"?'),
        (changed(date="12.5.2026"), 'date: "12.5.2026" must be a day as YYYY-MM-DD'),
        (changed(url="javascript:alert(1)"), "must begin with http:// or https://"),
        (changed(icp_voice=2), "icp_voice: version 2 is not known Write 1."),
        (changed(speakers=[{"side": "customer"}]), "speakers[0].name: must not be empty"),
        (json.dumps([OWN, 5]), "item 2: must be an object"),
    ],
)
def test_what_is_wrong_in_our_json_is_named_with_its_place(text: str, message: str) -> None:
    assert message in refused(text, "talk.json")


def test_json_that_breaks_off_is_refused_with_the_position() -> None:
    assert "the JSON breaks at line 2 column" in refused(json.dumps(OWN, indent=1)[:9], "talk.json")
    assert "the JSON breaks at line 1 column" in refused(json.dumps(OWN)[:200], "talk.json")


# ---- Word ----------------------------------------------------------------------------------------------------------


def word(*paragraphs: str, table: list[list[str]] | None = None, headings: tuple[str, ...] = ()) -> bytes:
    from docx import Document as new_word

    made = new_word()
    for heading in headings:
        made.add_heading(heading)
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    if table:
        grid = made.add_table(rows=len(table), cols=len(table[0]))
        for row, cells in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return out.getvalue()


def test_a_teams_transcript_in_word_has_names_times_and_words() -> None:
    data = word("Dana Whitlock   0:03", "How did you find us?", "Ana Reyes   0:07", "A colleague.", "At a fair.")
    assert read(data, "call.docx").turns == (
        Turn(text="How did you find us?", speaker="Dana Whitlock", start_ms=3000),
        Turn(text="A colleague. At a fair.", speaker="Ana Reyes", start_ms=7000),
    )


def test_teams_may_put_name_and_words_into_one_paragraph() -> None:
    data = word("Dana Whitlock   0:03\nHow did you find us?", "Ana Reyes   1:00:07\nA colleague.")
    assert [(turn.speaker, turn.start_ms) for turn in read(data, "call.docx").turns] == [
        ("Dana Whitlock", 3000),
        ("Ana Reyes", 3_607_000),
    ]


def test_word_paragraphs_with_names_and_colons_are_turns() -> None:
    data = word("Date: 2026-05-12", "Dana: Why?", "Ana: Price.", "And support.", "Dana: Thanks.", headings=("Call",))
    document = read(data, "call.docx")
    assert said(document) == [("Dana", "Why?"), ("Ana", "Price. And support."), ("Dana", "Thanks.")]
    assert (document.title, document.date) == ("Call", "2026-05-12")


def test_tables_in_word_are_read_as_who_said_what() -> None:
    rows = [["Time", "Speaker", "Text"], ["0:03", "Dana", "Why?"], ["0:05", "Ana", "Price."], ["0:09", "Dana", "Ok."]]
    assert read(word(table=rows), "call.docx").turns == (
        Turn(text="Why?", speaker="Dana", start_ms=3000),
        Turn(text="Price.", speaker="Ana", start_ms=5000),
        Turn(text="Ok.", speaker="Dana", start_ms=9000),
    )


def test_a_note_in_word_keeps_its_paragraphs() -> None:
    data = word("They lose two days each month.", "The CFO signs above 40k.")
    assert read(data, "note.docx").turns == (
        Turn(text="They lose two days each month."),
        Turn(text="The CFO signs above 40k."),
    )


def test_a_word_file_that_unpacks_to_too_much_is_refused() -> None:
    bomb = with_part(word("x"), "word/document.xml", b" " * 30_000_000)
    assert "unpacks to more than 200 times its size" in refused(bomb, "bomb.docx")


def test_a_word_file_with_too_many_parts_is_refused() -> None:
    out = io.BytesIO(word("x"))
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(2100):
            archive.writestr(f"word/{number}.txt", "")
    assert "parts; at most 2,000" in refused(out.getvalue(), "many.docx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_word_file_with_a_document_type_is_refused(encoding: str) -> None:
    xml = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]><d>&e;</d>'
    assert "document type" in refused(with_part(word("x"), "word/document.xml", xml.encode(encoding)), "xxe.docx")


def test_a_cut_off_word_file_is_refused() -> None:
    assert "damaged" in refused(word("Hello there.")[:5000], "cut.docx")


# ---- Markdown ------------------------------------------------------------------------------------------------------


def test_front_matter_tells_title_date_account_and_people() -> None:
    document = read(
        "---\ntitle: 'Talk: month end'\ndate: 2026-05-12\naccount: Brackwater Foods\ninterviewer: Dana Whitlock\n"
        "kind: interview\nurl: https://x.example/1\nregion: EMEA\nparticipants:\n"
        "  - Ana Reyes, Controller, Brackwater\n"
        "  - {name: Milo, role: AE, email: Milo@us.example, company: Us, side: vendor}\n---\n\n"
        "**Q:** How did you find us?\n\n**A:** A colleague.\n\n**Milo:** Nice.\n\n**Q:** Thanks.\n",
        "note.md",
    )
    assert (document.title, document.date, document.kind) == ("Talk: month end", "2026-05-12", Kind.INTERVIEW)
    assert (document.hints, document.url) == (("Brackwater Foods",), "https://x.example/1")
    assert document.attributes == {"region": "EMEA"}
    assert said(document) == [
        ("Dana Whitlock", "How did you find us?"),
        ("A", "A colleague."),
        ("Milo", "Nice."),
        ("Dana Whitlock", "Thanks."),
    ]
    assert Speaker(name="Ana Reyes", role="Controller", company="Brackwater") in document.speakers
    milo = Speaker(
        name="Milo", role="AE", email="milo@us.example", company="Us", side=Side.VENDOR, reason="the file says so"
    )
    assert milo in document.speakers
    assert document.speakers[0].side is Side.VENDOR


def test_questions_and_answers_take_the_names_of_the_only_two_people() -> None:
    text = "---\ninterviewer: Dana\nparticipants: [Ana Reyes]\n---\nQ: Why us?\nA: Price.\n\nQ: And?\nA: Support.\n"
    assert said(read(text, "note.md")) == [
        ("Dana", "Why us?"),
        ("Ana Reyes", "Price."),
        ("Dana", "And?"),
        ("Ana Reyes", "Support."),
    ]


@pytest.mark.parametrize(
    "layout",
    [
        "**{name}:** {text}",
        "**{name}**: {text}",
        "**{name}**  \n{text}",
        "**{name}:**  \n{text}",
        "**{name}**\n\n{text}",
    ],
)
def test_names_in_bold_head_their_turns(layout: str) -> None:
    talk = [("Dana", "How did it *go*?"), ("Ana Reyes", "We lost [two days](http://x.example)."), ("Dana", "Oh.")]
    text = "# Call\n\n" + "\n\n".join(layout.format(name=name, text=words_) for name, words_ in [*talk, *talk])
    expected = [("Dana", "How did it go?"), ("Ana Reyes", "We lost two days."), ("Dana", "Oh.")]
    assert said(read(text, "call.md"))[:2] == expected[:2]
    assert set(names(read(text, "call.md"))) == {"Dana", "Ana Reyes"}


def test_escaped_times_after_a_name_are_times() -> None:
    text = "**Ana Reyes:** \\[01:02\\] It broke.\n\n\\[01:30\\] Twice.\n\n**Break:** \\[02:00\\]\n\n**Dana:** Oh.\n\n"
    document = read(text + "**Ana Reyes:** Yes.\n\n**Dana:** I see.\n", "call.md")
    assert document.turns[:2] == (
        Turn(text="It broke. Twice.", speaker="Ana Reyes", start_ms=62_000),
        Turn(text="Oh.", speaker="Dana"),
    )


def test_a_heading_ends_what_is_said_and_a_question_in_it_is_asked() -> None:
    text = "# Note\n\n## How did you find us?\n\nA colleague told her.\n\n- at a fair\n- in May\n\n> We **love** it.\n"
    assert said(read(text, "note.md")) == [
        ("", "How did you find us?"),
        ("", "A colleague told her."),
        ("", "at a fair"),
        ("", "in May"),
        ("", "We love it."),
    ]


def test_a_quotation_in_a_note_is_said_by_whom_it_names() -> None:
    quotes = '> "It saved us two days." — Ines Okafor, CFO\n\n- "Too slow." -- Ines Okafor\n'
    text = f"# Note\n\nThey switched in May.\n\n{quotes}"
    document = read(text, "note.md")
    assert said(document) == [
        ("", "They switched in May."),
        ("Ines Okafor", '"It saved us two days." "Too slow."'),
    ]
    assert document.speakers == (Speaker(name="Ines Okafor", role="CFO"),)


def test_narration_without_a_name_is_nobodys() -> None:
    text = (
        "**Ana:** Glad to be here.\n\nLet us start with the basics.\n\n**Ana:** We use it daily.\n\nAnd at night.\n\n"
        "**Dana:** Good.\n\n---\n\nThanks to all.\n"
    )
    assert said(read(text, "call.md")) == [
        ("Ana", "Glad to be here."),
        ("", "Let us start with the basics."),
        ("Ana", "We use it daily. And at night."),
        ("Dana", "Good."),
        ("", "Thanks to all."),
    ]


def test_bold_headings_among_names_are_no_speakers() -> None:
    text = "**Dana:** Hi.\n\n**Ana:** Hi.\n\n**Challenges Faced:**\n\n**Dana:** What hurts?\n\n**Ana:** Speed.\n"
    assert said(read(text, "call.md")) == [("Dana", "Hi."), ("Ana", "Hi."), ("Dana", "What hurts?"), ("Ana", "Speed.")]


def test_summaries_by_others_are_no_turns_of_a_transcript() -> None:
    text = (
        "# Call\n\nPublished on 2026-05-12T10:00:00Z\n\n## Summary\n\nThey want SSO.\n\n## Transcript\n\n"
        "Dana Whitlock  0:00  \nHi.\n\nAna Reyes  0:04  \nWe want SSO.\n"
    )
    document = read(text, "call.md")
    assert said(document) == [("Dana Whitlock", "Hi."), ("Ana Reyes", "We want SSO.")]
    assert document.date == "2026-05-12"
    assert document.warnings == ("sections written about the talk were left out: Summary",)


def test_a_summary_is_the_content_of_a_note() -> None:
    assert words(read("# Visit\n\n## Summary\n\nThey want SSO.\n", "note.md")) == ["They want SSO."]


def test_of_a_clean_and_a_raw_transcript_only_the_clean_one_is_kept() -> None:
    text = (
        "# Call\n\n**Ana:** We lose two days at month end because of the queue.\n\n**Dana:** Tell me more about it.\n\n"
        "**Ana:** It is slow.\n\n## Raw YouTube Transcript\n\nuh we lose two days at month end because of the queue "
        "tell me more about it it is slow\n"
    )
    document = read(text, "call.md")
    assert [speaker for speaker, _ in said(document)] == ["Ana", "Dana", "Ana"]
    assert document.warnings == ('"Raw YouTube Transcript" (20 words) was left out: it repeats the 22 words above it',)


def test_a_raw_transcript_of_something_else_is_kept() -> None:
    text = "# Call\n\nBought by the CFO.\n\n## Raw transcript\n\nthe queue is slow and nobody knows why that is so\n"
    assert words(read(text, "call.md"))[-1] == "the queue is slow and nobody knows why that is so"


def test_front_matter_that_cannot_be_read_is_a_warning_and_the_words_live() -> None:
    document = read("---\ntitle: [broken\n---\n\nThey want SSO.\n", "note.md")
    assert words(document) == ["They want SSO."]
    assert document.warnings == ("the front matter could not be read at line 3 and was left out",)


def test_an_unreadable_date_or_kind_in_the_front_matter_is_a_warning() -> None:
    document = read("---\ndate: 5/6/2026\nkind: phonecall\n---\n\nThey want SSO.\n", "note.md")
    assert document.date == ""
    assert document.warnings[0] == 'the date "5/6/2026" could not be read; write YYYY-MM-DD'
    assert document.warnings[1].startswith('the kind "phonecall" is not known; known: call, interview')


def test_markdown_signs_inside_words_stay() -> None:
    text = "# Note\n\nset max_file_size to 2 * 3 * 4 &amp; see `a_b` or <b>c</b> \\# 5\n"
    assert words(read(text, "note.md")) == ["set max_file_size to 2 * 3 * 4 & see a_b or c # 5"]


# ---- plain text ----------------------------------------------------------------------------------------------------

TALK = [("Dana Whitlock", "How did you find us?"), ("Ana Reyes", "A colleague told me."), ("Dana Whitlock", "Good.")]
LAYOUTS = {
    "name and colon": "{name}: {text}\n",
    "time, name and colon": "00:01:02 {name}: {text}\n",
    "time in brackets": "[00:01:02] {name}: {text}\n",
    "Zoom": "[{name}] 00:01:02\n{text}\n\n",
    "Otter": "{name}  1:02\n{text}\n\n",
    "Otter with two spaces": "{name}  1:02  \n{text}\n\n",
    "Otter without times": "{name}  \n{text}\n\n",
    "Teams": "{name}   0:01:02\n{text}\n",
    "name, time and colon": "{name} (00:01:02): {text}\n\n",
    "name and time above": "{name} (01:02)\n{text}\n\n",
    "time and bar": "01:02 | {name}\n{text}\n\n",
    "diarised": "[{name}]: {text}\n",
    "full-width colon": "{name}：{text}\n",
}


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_every_layout_of_plain_text_gives_the_same_turns(layout: str) -> None:
    document = read("".join(LAYOUTS[layout].format(name=name, text=text) for name, text in TALK))
    assert said(document) == TALK
    if "1:02" in LAYOUTS[layout]:
        assert {turn.start_ms for turn in document.turns} == {62_000}
    assert document.kind is Kind.CALL


def test_header_lines_are_told_about_the_talk_and_not_said() -> None:
    text = (
        "Meeting: Quarterly review\nDate: May 12, 2026\nAccount: Brackwater Foods\n"
        "Participants: Ana Reyes (Brackwater, Controller), Dana Whitlock <dana@ledgermoor.example>, Milo\n\n"
        "Dana: How is it going?\nAna Reyes: Slowly.\n"
    )
    document = read(text)
    assert (document.title, document.date, document.hints) == ("Quarterly review", "2026-05-12", ("Brackwater Foods",))
    assert said(document) == [("Dana", "How is it going?"), ("Ana Reyes", "Slowly.")]
    assert document.speakers == (
        Speaker(name="Dana", email="dana@ledgermoor.example"),
        Speaker(name="Ana Reyes", role="Controller", company="Brackwater"),
        Speaker(name="Milo"),
    )


@pytest.mark.parametrize(
    "line",
    [
        "Note: they were in a hurry.",
        "Example: the freight line.",
        "See http://x.example/a: it is there.",
        "We met at 12:30 and left at 14:00.",
        "The problem is this: it is slow.",
        "Action Items: send the offer.",
        "I told them one thing: never again.",
    ],
)
def test_false_speakers_stay_words(line: str) -> None:
    assert said(read(f"{line}\n\nThey want SSO.\n\n{line}\n")) == [("", line), ("", "They want SSO."), ("", line)]
    talk = read(f"Dana: Why?\n\nAna: {line}\n\nDana: Oh.\n\nAna: Yes.\n")
    assert names(talk) == ["Dana", "Ana"]


@pytest.mark.parametrize(
    "name",
    [
        "Speaker 1",
        "José Núñez",
        "Ana (Acme)",
        "Dr. Ana O'Neill-Smith",
        "Jean de la Tour",
        "SPEAKER_00",
        "P3",
        "Олена",
        "田中",
    ],
)
def test_names_may_have_digits_accents_and_parentheses(name: str) -> None:
    assert said(read(f"{name}: It is slow.\nDana: Why?\n{name}: The queue.\nDana: Oh.\n")) == [
        (name, "It is slow."),
        ("Dana", "Why?"),
        (name, "The queue."),
        ("Dana", "Oh."),
    ]


def test_a_company_in_parentheses_is_a_hint_and_one_name_is_one_speaker() -> None:
    document = read("Ana (Acme): Slow.\nDana (Host): Why?\nAna: The queue.\nDana: Oh.\n")
    assert document.speakers == (Speaker(name="Ana (Acme)", company="Acme"), Speaker(name="Dana (Host)", role="Host"))


def test_a_first_name_and_a_full_name_both_know_the_person_of_the_header() -> None:
    document = read("Participants: Ana Reyes (Acme, CFO)\n\nAna: Hi.\nDana: Hi.\nAna Reyes: Slow.\nDana: Oh.\n")
    assert [(one.name, one.role) for one in document.speakers] == [("Ana Reyes", "CFO"), ("Dana", "")]


def test_somebody_who_speaks_once_in_a_dialogue_is_heard() -> None:
    document = read("Dana: Why?\nAna: Price.\nDana: And?\nAna: Support.\nMilo: Hello, sorry to be late.\n")
    assert names(document) == ["Dana", "Ana", "Milo"]


def test_wrapped_lines_belong_to_the_turn_above_them() -> None:
    document = read("Dana: Why\ndid you\nbuy?\n\nAna: Price.\n\nSupport too.\n\nDana: Ok.\n")
    assert said(document) == [("Dana", "Why did you buy?"), ("Ana", "Price. Support too."), ("Dana", "Ok.")]


def test_paragraphs_without_a_speaker_stay_paragraphs() -> None:
    first = "They lose two days each month. " * 30
    document = read(f"{first}\n\nThe CFO signs\nabove 40k.\n")
    assert said(document) == [("", first.strip()), ("", "The CFO signs above 40k.")]
    assert document.kind is Kind.NOTE


def test_times_on_lines_of_their_own_are_times() -> None:
    document = read("0:00\nhello there\n0:04\nwe looked at three\n0:09\ntools\n")
    assert document.turns == (Turn(text="hello there we looked at three tools", start_ms=0),)


def test_a_mail_is_said_by_its_sender() -> None:
    text = (
        "From: Ana Reyes <ana@acme.example>\nTo: help@us.example\nSubject: Sync\nDate: 12 May 2026\n\nHi,\nit fails.\n"
    )
    document = read(text)
    assert said(document) == [("Ana Reyes", "Hi, it fails.")]
    assert (document.kind, document.title, document.date) == (Kind.MAIL, "Sync", "2026-05-12")
    assert document.speakers == (Speaker(name="Ana Reyes", email="ana@acme.example"),)


def test_numbered_questions_and_answers_are_two_voices() -> None:
    document = read("Interviewee: Ana Reyes, Controller, Acme\n\nQ1: Why?\nA1: Price.\nQ2: And?\nA2: Support.\n")
    assert said(document) == [("Q", "Why?"), ("A", "Price."), ("Q", "And?"), ("A", "Support.")]
    assert document.speakers[-1] == Speaker(name="Ana Reyes", role="Controller", company="Acme")


def test_the_head_of_a_teams_recording_is_not_said() -> None:
    document = read(
        "Weekly-Meeting Recording\nMay 12, 2026, 2:00PM\n25m 30s\n\nDana   0:03\nHi.\n\nAna   0:05\nHello.\n"
    )
    assert said(document) == [("Dana", "Hi."), ("Ana", "Hello.")]
    assert (document.title, document.date) == ("Weekly-Meeting Recording", "2026-05-12")


def test_a_job_after_the_name_is_the_role() -> None:
    document = read("Dana: Hi.\nAna Reyes, Controller: Hello.\nDana: Oh.\nReyes, Bo: Yes.\n")
    assert document.speakers == (
        Speaker(name="Dana"),
        Speaker(name="Ana Reyes", role="Controller"),
        Speaker(name="Reyes, Bo"),
    )


def test_lines_of_the_recording_tool_are_left_out_with_a_warning() -> None:
    document = read("Dana  0:00\nHi.\n\nAna  0:02\nHello.\n\nTranscribed by https://otter.ai\n")
    assert said(document) == [("Dana", "Hi."), ("Ana", "Hello.")]
    assert document.warnings == ("1 line of the recording tool left out",)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-12T10:00:00Z", "2026-05-12"),
        ("Tue, May 12th, 2026", "2026-05-12"),
        ("12 May 2026", "2026-05-12"),
        ("12.05.2026", "2026-05-12"),
        ("5/13/2026", "2026-05-13"),
        ("13/5/2026", "2026-05-13"),
        ("5/6/2026", ""),
        ("2026-02-30", ""),
        ("soon", ""),
    ],
)
def test_days_are_read_when_they_are_sure(text: str, day: str) -> None:
    assert read_date(text) == day


# ---- bytes, limits, hostile files ----------------------------------------------------------------------------------

ACCENTED = "José: Das Menü ist schön – très cher.\nAna: Sí.\nJosé: Ok.\nAna: ¿Qué?\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_every_usual_encoding_gives_the_same_words(encoding: str) -> None:
    document = read(ACCENTED.replace("\n", "\r\n").encode(encoding))
    assert said(document)[0] == ("José", "Das Menü ist schön – très cher.")
    assert names(document) == ["José", "Ana"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Мы потеряли два дня из-за очереди. " * 5),
        ("shift_jis", "請求書の承認が遅いです。とても困ります。" * 5),
    ],
)
def test_other_encodings_are_guessed(encoding: str, text: str) -> None:
    assert words(read(text.encode(encoding))) == [text.strip()]


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe", "\ufeff \n".encode()])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert refused(data, "call.vtt") == "the file is empty"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a PNG image"),
        (bytes(range(256)) * 20, "binary"),
        (b"<!doctype html><p>Hello</p>", "HTML"),
        (b'{"foo": {"bar": 1}}', "JSON of another shape"),
        (b"... --- !!!", "no word"),
    ],
)
def test_what_is_no_text_is_refused_whatever_its_name(data: bytes, what: str) -> None:
    message = refused(data, "call.vtt")
    assert message.startswith("not a file of words: ")
    assert what in message
    assert "Known formats: WebVTT, SubRip (srt), Gong" in message


@pytest.mark.parametrize(
    "text", ["[" * 200_000, '{"a":' * 200_000, '{"segments":' + "[" * 200_000, '[{"a": ' + "[" * 200_000]
)
def test_json_nested_too_deep_is_refused(text: str) -> None:
    try:
        documents = formats.parse(source(text, "deep.json"))
    except UnreadableFile:
        return
    assert all(document.turns for document in documents)


def test_whisper_json_nested_too_deep_says_so() -> None:
    assert "nested too deep" in refused('{"segments": ' + "[" * 200_000, "deep.json")


def test_a_turn_of_30000_words_takes_no_time() -> None:
    long = "we waited for the queue and then it broke again, as it always does. " * 2_200
    assert len(read("Ana: a few words here\n" * 40_000 + "Dana: Oh.\n" * 2).turns) == 2
    captions = "".join(f"{n // 60:02}:{n % 60:02}.000 --> 59:59.000\nAna: {long[:80]}\n\n" for n in range(3000))
    began = time.process_time()
    assert len(read(f"Dana: Why?\nAna: {long}\nDana: Oh.\n").turns) == 3
    assert len(read(f"**Dana:** Why?\n\n**Ana:** {long}\n\n**Dana:** Oh.\n", "a.md").turns) == 3
    assert len(read(long).turns) == 1
    assert len(read(f"WEBVTT\n\n00:01.000 --> 59:00.000\n<v Ana>{long}\n", "a.vtt").turns) == 1
    assert len(read(f"WEBVTT\n\n{captions}", "b.vtt").turns) == 1
    assert time.process_time() - began < 8


@pytest.mark.parametrize(
    "piece", ["<v ", "**a", "[", "a: ", "_a ", "- ", "\n\n", "> ", "0:01 ", "A B  \n", "---\n", "# ", "|"]
)
def test_a_piece_repeated_endlessly_takes_no_time(piece: str) -> None:
    began = time.process_time()
    for module in (vtt, srt, plain, markdown):
        for text in (piece * 20_000, f"WEBVTT\n\n00:01.000 --> 00:02.000\n{piece * 20_000}"):
            try:
                module.parse(source(text))
            except UnreadableFile:
                continue
    assert time.process_time() - began < 10


@pytest.mark.parametrize("module", formats.FORMATS, ids=lambda module: module.NAME)
def test_every_format_keeps_the_contract(module: formats.Format) -> None:
    assert module.NAME.strip() == module.NAME != ""
    for text in ("", "hello", "WEBVTT\n", "{", "[1]", "a,b\n1,2\n", "# x\n", "\ufeff"):
        assert 0 <= module.matches(source(text)) <= 1
    assert 0 <= module.matches(source(word("x"), "a.docx")) <= 1


def test_formats_are_tried_in_a_fixed_order() -> None:
    order = [module for module in formats.FORMATS if module in (vtt, srt, whisper, own, docx, markdown, plain)]
    assert order == [vtt, srt, whisper, own, docx, markdown, plain]


@pytest.mark.parametrize(
    ("file", "text", "module"),
    [
        ("a.txt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHi.\n", vtt),
        ("a.vtt", SRT, srt),
        ("a.json", json.dumps(OWN), own),
        ("a.txt", json.dumps(OWN), own),
        ("a.txt", whisper_files()["a.lrc"], whisper),
        ("a.json", whisper_files()["a.json"], whisper),
        ("a.txt", "---\ntitle: x\n---\n\nHi.\n", markdown),
        ("a.txt", "# Call\n\n**Ana:** Hi.\n\n**Dana:** Hi.\n", markdown),
        ("a.md", "Just a line.", markdown),
        ("a.txt", "Just a line.", plain),
        ("a.vtt", "Ana: Hi.\nDana: Hi.\n", plain),
    ],
)
def test_formats_are_told_by_content(file: str, text: str, module: formats.Format) -> None:
    assert formats.detect(source(text, file)) is module


MARKS = st.sampled_from(
    [
        *(
            "\n",
            "\n\n",
            "  \n",
            "\t",
            "WEBVTT",
            "00:01.000 --> 00:02.000",
            "1\n00:00:01,0 --> 00:00:02,0",
            "<v Ana>",
            "</v>",
        ),
        *(
            "Ana: ",
            "**Ana:** ",
            "Ana Reyes  0:03",
            "[Ana] 00:01:02",
            "[00:01.00]",
            "\\[00:31\\]",
            "Q: ",
            "word ",
            "é",
            "\x00",
        ),
        *("---", "# ", "- ", "> ", "| a | b |", "## Summary", "Raw Transcript", "title: x", "Date: 2026-05-12"),
        *("{", "}", "[", "]", ",", '"x"', '"segments":', '"text":', '"icp_voice":1', '"turns":', "start\tend\ttext"),
        "Participants: A (B, C), D",
    ]
)
CALM = settings(deadline=None, max_examples=250, suppress_health_check=[HealthCheck.too_slow])


@CALM
@given(
    data=st.one_of(
        st.binary(max_size=400),
        st.text(max_size=300).map(str.encode),
        st.lists(MARKS, max_size=40).map("".join).map(str.encode),
    )
)
def test_no_parser_raises_anything_but_unreadable_file(data: bytes) -> None:
    for module in formats.FORMATS:
        for suffix in (".txt", ".md", ".json", ".docx", ".csv"):
            try:
                documents = module.parse(source(data, f"x{suffix}"))
                assert 0 <= module.matches(source(data, f"x{suffix}")) <= 1
            except UnreadableFile:
                continue
            assert all(turn.text.strip() and turn.text.encode() for one in documents for turn in one.turns)


@CALM
@given(value=st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from("text segments icp_voice turns speaker start end name".split()), inner),
    max_leaves=15,
))  # fmt: skip
def test_no_json_breaks_a_parser(value: object) -> None:
    for wrapped in (
        value,
        {"segments": value},
        {"icp_voice": 1, "turns": value},
        [{"icp_voice": 1, "speakers": value}],
    ):
        for module in (whisper, own):
            try:
                module.parse(source(json.dumps(wrapped), "x.json"))
            except UnreadableFile:
                continue


@CALM
@given(position=st.integers(min_value=0, max_value=20_000), noise=st.binary(min_size=1, max_size=30))
def test_no_damage_to_a_word_file_breaks_the_parser(position: int, noise: bytes) -> None:
    data = word("Ana: Hello.", "Dana: Hi.")
    at = position % len(data)
    try:
        docx.parse(source(data[:at] + noise + data[at + len(noise) :], "x.docx"))
    except UnreadableFile:
        pass


# ---- real transcripts ----------------------------------------------------------------------------------------------


def real(pattern: str) -> list[Path]:
    return sorted(path for path in DATA.glob(pattern) if path.is_file()) if DATA.is_dir() else []


def parsed(path: Path) -> Document:
    [document] = formats.parse(source(path.read_bytes(), path.name))
    return document


@needs_data
@pytest.mark.parametrize(
    ("stem", "count"),
    [
        ("2023/Goodboy Galaxy/Goodboy Galaxy - Rik Nicol", 7),
        ("2025/Keitai update Spring 2025/Keitai update Spring 2025", 5),
    ],
)
def test_the_two_interviews_agree_over_all_their_formats(stem: str, count: int) -> None:
    files = real(f"interviews-multiformat/{stem}.*")
    assert len(files) == count
    texts = {path.suffix: words(parsed(path)) for path in files}
    assert all(one == texts[".vtt"] for one in texts.values())
    assert len(texts[".vtt"]) > 50
    assert {parsed(path).kind for path in files} == {Kind.CALL}


@needs_data
@pytest.mark.parametrize("path", real("founder-calls/*/*.md"), ids=lambda path: path.stem)
def test_founder_calls_have_two_or_three_speakers_and_hardly_a_word_without_one(path: Path) -> None:
    document = parsed(path)
    assert 2 <= len(document.speakers) <= 3
    nobody = sum(len(turn.text) for turn in document.turns if not turn.speaker)
    assert nobody < 0.1 * sum(len(turn.text) for turn in document.turns)
    assert not any("\\[" in turn.text or ":**" in turn.text for turn in document.turns)


@needs_data
@pytest.mark.parametrize("path", real("pdpilot/transcripts/*.txt"), ids=lambda path: path.stem)
def test_pdpilot_interviews_are_between_dan_and_the_participant(path: Path) -> None:
    assert {turn.speaker for turn in parsed(path).turns} == {"Dan", "Participant"}


OTEL_SPEAKERS = {
    "20230702T174637Z": {"Jacob", "Host"},
    "20230913T192610Z": {"Hazel", "Interviewer"},
    "20230920T193001Z": {"Doug Ramirez"},
    "20230928T040036Z": {"Reese", "Question", "Derek", "Response", "Dan"},
    "20231011T205228Z": {"David", "Iris", "VJ", "Austin", "Noika"},
    "20231204T233444Z": {"Host", "Jennifer", "Audience Member"},
    "20231218T230441Z": {"Luiz", "Audience Member"},
    "20240119T043421Z": {"Adriana", "Amy", "Charity"},
    "20240305T194924Z": {"Adriana", "Iris", "Juraj", "Greg", "Joel"},
    "20240617T190022Z": {"Daniel", "Oscar"},
}


@needs_data
@pytest.mark.parametrize("path", real("otel/calls/*.md"), ids=lambda path: path.stem[:16])
def test_otel_calls_keep_the_clean_transcript_and_its_speakers(path: Path) -> None:
    document = parsed(path)
    stamp = path.stem[:16]
    assert document.date == f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
    assert document.url.startswith("https://www.youtube.com/watch?v=")
    assert document.title
    assert any("Raw YouTube Transcript" in warning for warning in document.warnings)
    assert not any("In this video" in turn.text or "YouTube video" in turn.text for turn in document.turns)
    if stamp in OTEL_SPEAKERS:
        assert set(names(document)) == OTEL_SPEAKERS[stamp]


@needs_data
@pytest.mark.parametrize("path", real("interviews-multiformat/202[0-2]/*/*.md"), ids=lambda path: path.stem[:24])
def test_otter_interviews_have_their_speakers(path: Path) -> None:
    document = parsed(path)
    assert 2 <= len({turn.speaker for turn in document.turns}) <= 6
    assert all(turn.speaker for turn in document.turns)
    assert "Jonas Rosland" in names(document)
    assert document.kind is Kind.INTERVIEW


@needs_data
def test_captions_in_a_markdown_file_are_captions() -> None:
    [path] = real("interviews-multiformat/2023/Artemio*/interview*.md")
    assert formats.detect(source(path.read_bytes(), path.name)) is vtt
    assert len(parsed(path).turns) > 100


def test_the_longest_names_are_judged_in_linear_time() -> None:
    sightings = [labels.Sighting(label=f"Name Surname{number}") for number in range(20_000)]
    began = time.process_time()
    labels.names_among(sightings, lines=20_000)
    assert time.process_time() - began < 5
