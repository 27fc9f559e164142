"""What the core says of the command line is not told on pages."""

from __future__ import annotations

import pytest

from icp_voice.web.plain import plain


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
