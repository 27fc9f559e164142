"""Whatever bytes come, a parser returns documents or says why not: nothing else is raised, and none takes long."""

from __future__ import annotations

import io
import random
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from icp_voice.errors import UnreadableFile
from icp_voice.ingest import crm, formats
from icp_voice.ingest.apart.child import answer
from icp_voice.ingest.apart.frames import ACCOUNTS, DOCUMENTS, ERROR, Task
from icp_voice.ingest.formats import Format
from icp_voice.ingest.source import Source
from icp_voice.limits import Limits
from icp_voice.model import Document
from tests import hostile

SECONDS = 5.0  # far above what any of these inputs takes on a busy machine
BOUNDED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
FORMATS = {one.__name__.rpartition(".")[2]: one for one in formats.FORMATS}  # type: ignore[attr-defined]
EXPORTS = Path(__file__).parent / "data" / "exports"
SAMPLE = Path(formats.__file__).parents[2] / "sample"

# What the formats are made of, so that chance gets past their first lines.
WORDS = (
    *("WEBVTT", "\n", "\n\n", "00:01.000 --> 00:02.000", "00:00:01,000 --> 00:00:02,000", "<v Ann Lee>", "</v>", "1"),
    *(
        "Ann Lee: ",
        "Vera: ",
        "It is slow.",
        "[00:01]",
        "(0:03)",
        "# Notes",
        "## Ann?",
        "> quoted",
        "- item",
        "| a | b |",
    ),
    *(
        "|---|---|",
        "**Ann:**",
        "---",
        "id,comment,email",
        "1,slow,a@b.example",
        '"',
        ";",
        "\t",
        ",",
        "{",
        "}",
        "[",
        "]",
    ),
    *(
        '"icp_voice": 1',
        '"turns"',
        '"text"',
        '"speaker"',
        '"segments"',
        '"start": 1',
        ":",
        "null",
        "1e999",
        "-1",
        "NaN",
    ),
    *(
        '"comments"',
        '"conversation_parts"',
        '"transcript"',
        '"sentences"',
        '"messages"',
        '"ts": "1.1"',
        '"type"',
        "\\u0000",
    ),
    *(
        "From a@b.example Mon Jan  5 10:00:00 2026\n",
        "From: Ann <a@b.example>\n",
        "Subject: =?utf-8?q?a?=\n",
        "Date: x\n",
    ),
    *(
        "Message-ID: <1@b>\n",
        "MIME-Version: 1.0\n",
        "Content-Type: text/html\n",
        "<p>",
        "<br>",
        "&amp;",
        "&#0;",
        "<!--",
    ),
    *("\0", "\x1b[31m", "\u202e", "\ufeff", "\u2028", "é", "日本語", "😀", "\udcff", " " * 50, "x" * 300, "2026-05-12"),
)
text = st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=40).map("".join)
encoded = st.builds(
    lambda said, encoding: said.encode(encoding, "replace" if encoding != "utf-8" else "surrogatepass"),
    text,
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "shift_jis"]),
)


def samples() -> list[Path]:
    """Return a small file of every kind there is."""
    files = sorted(path for folder in (EXPORTS, SAMPLE) for path in folder.rglob("*.*") if path.is_file())
    small = [path for path in files if path.stat().st_size < 60_000]
    first: dict[tuple[str, str], Path] = {}
    for path in small:
        first.setdefault((path.parent.name, path.suffix), path)
    return list(first.values())


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Cut, double, drop or change some of the bytes."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed) + 1)
        to = min(len(changed), at + chance.choice((1, 4, 40, 400)))
        deed = chance.randrange(5)
        if deed == 0:
            del changed[at:to]
        elif deed == 1:
            changed[at:at] = changed[at:to] * chance.choice((1, 2, 50))
        elif deed == 2:
            changed[at:to] = chance.randbytes(to - at)
        elif deed == 3:
            changed[at:at] = chance.choice(WORDS).encode("utf-8", "surrogatepass")
        elif chance.random() < 0.3:
            del changed[at:]
    return bytes(changed)


def mutated_office(data: bytes, chance: random.Random) -> bytes:
    """Change what is inside an archive, and leave the archive whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as copy:
        names = archive.namelist()
        victim = chance.choice([name for name in names if name.endswith((".xml", ".json"))] or names)
        for name in names:
            held = archive.read(name)
            copy.writestr(name, mutated(held, chance) if name == victim else held)
    return out.getvalue()


def check(data: bytes, file: str, one: Format | None = None) -> list[Document]:
    """Read bytes and check what came out; refused ones give nothing."""
    source = Source(file=file, data=data)
    began = time.process_time()
    try:
        sure = one.matches(source) if one else 1.0
        documents = (one.parse(source) if one else formats.parse(source)) if sure else []
    except UnreadableFile as error:
        assert error.message and "\0" not in error.message
        documents = []
    assert time.process_time() - began < SECONDS
    for document in documents:
        assert document.turns and document.file.startswith(file)
        for turn in document.turns:
            assert turn.text.strip() and "\0" not in turn.text and "\0" not in turn.speaker
            turn.text.encode()
            for moment in (turn.start_ms, turn.end_ms):
                assert moment is None or (type(moment) is int and moment >= 0)
            assert turn.start_ms is None or turn.end_ms is None or turn.start_ms <= turn.end_ms
        named = {turn.speaker for turn in document.turns if turn.speaker}
        assert named <= {speaker.name for speaker in document.speakers}
    return documents


@pytest.mark.parametrize("name", FORMATS)
def test_a_parser_takes_whatever_text_its_own_words_make(name):
    one = FORMATS[name]

    @BOUNDED
    @given(data=encoded)
    def holds(data: bytes) -> None:
        check(data, f"a.{name}", one)

    holds()


@BOUNDED
@given(data=st.binary(max_size=400) | encoded)
def test_any_bytes_are_documents_or_refused(data):
    check(data, "a.bin")


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.name[:40])
def test_a_sample_with_faults_is_documents_or_refused(path):
    chance = random.Random(path.name)
    data = path.read_bytes()
    began = time.process_time()
    for _ in range(40):
        change = mutated_office if data.startswith(b"PK") and chance.random() < 0.7 else mutated
        check(change(data, chance), path.name)
        if time.process_time() - began > 1.5:
            break


@BOUNDED
@given(data=encoded)
def test_any_bytes_are_accounts_or_refused(data):
    try:
        table = crm.read_accounts(Source(file="a.csv", data=data))
    except UnreadableFile:
        return
    assert all(account.id and account.name for account in table.accounts)


@BOUNDED
@given(data=encoded, what=st.sampled_from(["documents", "accounts"]))
def test_a_reader_always_answers_in_plain_data(data, what):
    kinds = [kind for kind, _ in answer(Task(what=what, file="a.txt", limits=Limits()), data)]
    assert kinds[0] in (DOCUMENTS, ACCOUNTS, ERROR)


@pytest.mark.parametrize(
    "letter", ["<", "[", "(", "*", "_", "|", "-", ":", "#", ">", "&", '"', "\n", " ", "\t", "=", "`", "\\", "{"]
)
def test_a_long_run_of_one_sign_takes_no_long_time(letter):
    for before, after in (("", ""), ("Ann Lee: slow ", "\n"), ("WEBVTT\n\n00:01.000 --> 00:02.000\nslow ", " x")):
        check(f"{before}{letter * 20_000}{after}".encode(), "a.txt")


def test_makers_of_harm_make_what_opens():
    [document] = check(hostile.docx(), "a.docx")
    assert document.turns[0].text == hostile.WORDS.strip()
    with pytest.raises(UnreadableFile, match="pictures"):
        formats.parse(Source(file="a.pdf", data=hostile.flate(1)))
