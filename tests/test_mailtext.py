"""What somebody wrote in a mail themselves."""

from __future__ import annotations

import time

import pytest

from icp_voice.ingest.htmltext import from_html, is_html
from icp_voice.ingest.mailtext import is_automatic, own_words, plain_subject


@pytest.mark.parametrize(
    ("mail", "own"),
    [
        ("Fixed.\n\nOn Mon, May 12, 2026 at 3:04 PM Support <help@acme.example> wrote:\n> try again", "Fixed."),
        ("Fixed.\n\nOn Mon, May 12, 2026 at 3:04 PM\nSupport <help@acme.example> wrote:\n> try again", "Fixed."),
        ("No.\n\nFrom: Support <h@acme.example>\nSent: Monday\nTo: Ana\nSubject: RE: x\n\nplease retry", "No."),
        ("Nein.\n\nVon: Support <h@acme.example>\nGesendet: Montag\nAn: Ana\nBetreff: AW: x\n\nBitte", "Nein."),
        (
            "Das geht nicht.\n\nMit freundlichen Grüßen\nAnna Müller\n\nAm 12.05.2026 schrieb Ute:\n> Hallo",
            "Das geht nicht.",
        ),
        ("Non.\n\nLe mar. 12 mai 2026 à 10:00, Ute <u@acme.example> a écrit :\n> Bonjour", "Non."),
        ("> Can you export?\nNo, it fails.\n> How often?\nDaily.", "No, it fails.\nDaily."),
        ("Yes please\n\nSent from my iPhone\n\n> On 12 May 2026 Support wrote:\n> Hello", "Yes please"),
        ("It works.\n\n##- Please type your reply above this line -##\n\nYou are in copy", "It works."),
        ("See below.\n\n-----Original Message-----\nold words", "See below."),
        ("Steps:\n- open it\n- click\n-- \nAna\nHead of Finance", "Steps:\n- open it\n- click"),
        ("Hi,\nit is broken.\nThanks\nAna", "Hi,\nit is broken."),
        (
            "It is slow.\n\nThanks,\n\nAna Reyes\nFinance\n+49 30 1234\n\nPS: the export too.",
            "It is slow.\n\nPS: the export too.",
        ),
        ("We need SSO.\n\nThis e-mail is confidential and intended solely for the addressee.", "We need SSO."),
        ("CAUTION: This email originated from outside of the organization.\n\nWe need SSO.", "We need SSO."),
        ("On Monday,\nwe lost a day.", "On Monday,\nwe lost a day."),
    ],
)
def test_quoted_mails_signatures_and_small_print_are_no_words(mail: str, own: str) -> None:
    assert own_words(mail) == own
    assert own_words(mail.replace("\n", "\r\n")) == own


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "We tried it.\nThanks\nIt works now",
        "Thanks for the demo.\nRegards to the team, they were kind.\nBest of all was the price.",
        "I have sent from my side the logs. It fails.\nSent from the office we see it.",
        "Confidential data must not leave our network, so we need SSO.",
        "This message box shows confidential data to everybody.",
        "From: our side it is fine.\nTo be honest, it is slow.",
        "- open it\n- click\n- it breaks",
        "We wrote:\nnothing helped.",
    ],
)
def test_words_that_only_look_like_small_print_stay(text: str) -> None:
    assert own_words(text) == text


def test_html_becomes_lines_without_what_its_markup_calls_quoted_or_signed() -> None:
    html = (
        "<html><head><style>p {color: red}</style></head><body><p>The <b>export</b>&nbsp;fails &amp; "
        "<a href='https://x.example'>this</a> too 😩.<br>Daily.</p><ul><li>May</li><li>June</li></ul>"
        "<div class='gmail_signature'>Ana</div><div class='gmail_quote'>On x wrote:<blockquote>hi</blockquote></div>"
        "</body></html>"
    )
    assert is_html(html)
    assert own_words(html) == "The export fails & this too 😩.\nDaily.\n\nMay\n\nJune"
    assert "hi" in from_html(html, history=True)


def test_what_outlook_puts_below_its_mark_is_history() -> None:
    html = "<div>No.</div><div id='divRplyFwdMsg'>From: Support</div><div>please retry</div>"
    assert own_words(html) == "No."


def test_words_about_a_tag_are_no_html() -> None:
    assert not is_html("We put a <div> into the page and it broke")
    assert own_words("We put a <div> into the page & it broke") == "We put a <div> into the page & it broke"


@pytest.mark.parametrize(
    "given",
    [
        {"text": "x", "headers": {"Auto-Submitted": "auto-replied"}},
        {"text": "x", "subject": "Automatic reply: export"},
        {"text": "x", "subject": "Abwesenheitsnotiz: export"},
        {"text": "x", "subject": "Undeliverable: export"},
        {"text": "x", "sender": "MAILER-DAEMON@mx.example"},
        {"text": "x", "sender": "no-reply@brackwater.example"},
        {"text": "I am out of the office until Monday with limited access to mail."},
        {"text": "Thank you for contacting us. We have received your request."},
    ],
)
def test_machines_are_told_from_people(given: dict[str, object]) -> None:
    assert is_automatic(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "I am out of ideas. The export is broken until you fix it.",
        "Thank you for your message. It is still broken.",
        "Our out-of-office rule does not reach your system.",
    ],
)
def test_people_are_not_taken_for_machines(text: str) -> None:
    assert not is_automatic(text, subject="Re: export", sender="ana@brackwater.example")


def test_subjects_of_one_thread_are_one() -> None:
    assert {plain_subject(one) for one in ("Export", "Re: Export", "AW: RE: Fwd: Export", "RE[2]: Export")} == {
        "Export"
    }


@pytest.mark.parametrize(
    "text",
    [
        "a" + "\n" * 20_000 + "b",
        "On " + "x " * 20_000,
        "On 1\n" * 20_000,
        "Thanks\n" * 20_000,
        "<div>" * 50_000,
        "From: a\n" * 20_000,
        "I am " * 20_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    own_words(text)
    is_automatic(text)
    assert time.process_time() - started < 2
