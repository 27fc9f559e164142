"""What the core says of the command line is not told on pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from icp_voice.publish.render import why
from icp_voice.web import show
from icp_voice.web.plain import plain

TEMPLATES = sorted((Path(show.__file__).parent / "templates").glob("*.j2"))
# Who stands before the door without a key is told what the machine's owner types: there is no page yet.
BEFORE_THE_DOOR = "sign_in.html.j2"
SECOND_WORDS = re.compile(r"\b(highlights?|passages?|snippets?|topics?|clusters?)\b", re.IGNORECASE)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Columns: Ref, Amount. Name one with --map text=COLUMN", "Columns: Ref, Amount."),
        (
            "No column says who wrote the rows. If customers did, say so: --map kind=survey",
            "No column says who wrote the rows.",
        ),
        ("`icp-voice init FOLDER --company NAME` makes one.", ""),
        ("`icp-voice themes --history` tells what they were.", ""),
        ("Split it; a part may hold 200 MB.", "Split it; a part may hold 200 MB."),
        ("The plan is made of what is known. Ask an admin.", "The plan is made of what is known. Ask an admin."),
        ("", ""),
    ],
)
def test_sentences_of_the_command_line_are_left_out(said: str, shown: str) -> None:
    assert plain(said) == shown


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_a_page_tells_no_command_and_shows_no_hint_as_it_was_written_for_a_terminal(template: Path) -> None:
    text = template.read_text("utf-8")
    if template.name != BEFORE_THE_DOOR:
        assert not re.search(r"icp-voice [a-z]|(?<=[\s`>])--[a-z]", text)
    assert not re.search(r"\{\{[^}]*\.(?:hint|warning)\b(?![^}]*\|plain)[^}]*\}\}", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_what_a_page_says_by_itself_has_one_word_for_a_quote(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", template.read_text("utf-8"), flags=re.DOTALL)
    assert SECOND_WORDS.findall(text) == []


def test_why_something_is_as_it_is_counts_quotes_and_leaves_names_alone() -> None:
    assert why("only 1 highlight by Ann; 2 are wanted") == "only 1 quote by Ann; 2 are wanted"
    assert why("12 highlights by Highlight Ltd") == "12 quotes by Highlight Ltd"
