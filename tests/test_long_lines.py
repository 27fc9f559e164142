"""Files that are one long line, or hold thousands of spaces: they are read in the time that their length takes."""

from __future__ import annotations

import time

import pytest

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.formats import parse
from icp_voice.ingest.source import Source
from icp_voice.model import Document

MANY = 150_000
SPACES = " " * MANY


def read(text: str, file: str = "a.txt") -> list[Document]:
    began = time.process_time()
    try:
        return parse(Source(file=file, data=text.encode()))
    except UnreadableFile:
        return []
    finally:
        assert time.process_time() - began < 10


@pytest.mark.parametrize("file", ["a.txt", "a.md", "a.vtt", "a.csv"])
@pytest.mark.parametrize(
    "text",
    [
        f"{SPACES}x",
        "\t" * MANY + "x",
        "\u00a0" * MANY + "x",
        f"a{SPACES}b",
        f"Aa Bb{SPACES}: hi",
        f"Ann Lee{SPACES},{SPACES}(",
        f"Ann Lee: hello{SPACES}there",
        f"- {SPACES}**{SPACES}Date{SPACES}x",
        "a" * MANY,
        "Aa " * (MANY // 3),
        "[" * MANY,
        "1:" * (MANY // 2),
        "> " * (MANY // 2),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_line_takes_no_more_time_than_its_length(text: str, file: str) -> None:
    read(text, file)


def test_words_around_many_spaces_are_all_kept() -> None:
    (document,) = read(f"Ann Lee: Good{SPACES}[0:05] morning.\nBo Ek{SPACES}, (0:09): I see.\nAnn Lee: So it is.\n")
    assert [turn.text for turn in document.turns] == ["Good morning.", "I see.", "So it is."]
    assert [turn.speaker for turn in document.turns] == ["Ann Lee", "Bo Ek", "Ann Lee"]
