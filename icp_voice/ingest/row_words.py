"""What one row of a table says: its answers, who wrote it, when, and of which account."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from icp_voice.ingest.dates import iso_date, read_date
from icp_voice.ingest.labels import person
from icp_voice.ingest.layout import Layout
from icp_voice.ingest.mailtext import own_words
from icp_voice.ingest.rows import counted, rows_named
from icp_voice.ingest.tables import Row
from icp_voice.ingest.vocabulary import NO_ANSWER
from icp_voice.model import Document, Kind, Side, Speaker, Turn, Value

ASKER = Speaker(name="Question", side=Side.VENDOR, reason="the question of the form")
# Only these are written in mail programs and editors: whose markup, signatures and quotations are no words.
_MAILED = frozenset((Kind.TICKET, Kind.NOTE, Kind.CHAT, Kind.MAIL))


@dataclass(slots=True)
class Left:
    """What was left out, to be told once."""

    unanswered: int = 0
    private: int = 0
    machines: int = 0
    wordless: list[int] = field(default_factory=list)
    dateless: list[int] = field(default_factory=list)

    def warnings(self, layout: Layout, unit: str) -> list[str]:
        """Return `3 rows without words left out (rows 2, 5 and 9).` and the like."""
        told = []
        if self.wordless:
            noun = unit if len(self.wordless) == 1 else f"{unit}s"
            told.append(f"{len(self.wordless):,} {noun} without words left out ({rows_named(self.wordless, unit)}).")
        if self.unanswered and len(layout.texts) > 1:
            noun = "answer" if self.unanswered == 1 else "answers"
            told.append(f'{self.unanswered:,} empty or "n/a" {noun} left out.')
        if self.private:
            told.append(f"{counted(self.private, 'internal note')} left out.")
        if self.machines:
            told.append(f"{counted(self.machines, 'bot message')} left out.")
        if self.dateless:
            told.append(f"{len(self.dateless):,} unclear dates left out ({rows_named(self.dateless, unit)}).")
        return told


def row_document(file: str, layout: Layout, row: Row, left: Left) -> Document | None:
    """Return the document of one row; None where there are no words in it."""
    answers = answers_of(layout, row, left)
    if not answers:
        left.wordless.append(row.number)
        return None
    kind = kind_of(layout, row)
    speaker = speaker_of(layout, row, kind)
    turns: list[Turn] = []
    for heading, text in answers:
        if heading:
            turns.append(Turn(text=heading, speaker=ASKER.name))
        turns.append(Turn(text=text, speaker=speaker.name))
    asked = any(heading for heading, _ in answers)
    return Document(
        file=file,
        place=row.place,
        kind=kind,
        title=layout.value(row, "title") if layout.columns.get("title") != (layout.texts[0][0],) else "",
        date=date_of(layout, row, left),
        url=layout.value(row, "url"),
        speakers=(ASKER, speaker) if asked else (speaker,),
        turns=tuple(turns),
        hints=hints_of(layout, row, speaker),
        identity=layout.value(row, "id") or layout.value(row, "respondent"),
        attributes=attributes_of(layout, row),
    )


def answers_of(layout: Layout, row: Row, left: Left) -> list[tuple[str, str]]:
    """Return the row's (question, answer) pairs; no question is an empty string."""
    question = folded(layout.value(row, "question"))
    answers = []
    for column, heading in layout.texts:
        text = written(layout, row.texts[layout.place[column]])
        if text.lower().strip("()[] ") in NO_ANSWER or not text:
            left.unanswered += 1
        else:
            answers.append((question or folded(heading), text))
    if not answers and layout.kind is Kind.TICKET and (title := folded(layout.value(row, "title"))):
        return [("", title)]
    return answers


def written(layout: Layout, text: str) -> str:
    """Return what somebody wrote in a cell; of tickets and notes without markup, signatures and quotations."""
    if layout.kind in _MAILED and ("\n" in text or "<" in text):
        return own_words(text) or folded(text)
    return folded(text)


def folded(text: str) -> str:
    """Fold white space inside lines, and several empty lines into one."""
    lines = [" ".join(line.split()) for line in text.replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def kind_of(layout: Layout, row: Row) -> Kind:
    """Return the kind that the row states, else that of the table."""
    said = layout.value(row, "kind").lower()
    return Kind(said) if said in set(Kind) else layout.kind


def speaker_of(layout: Layout, row: Row, kind: Kind) -> Speaker:
    """Return who wrote the row: a customer if the row names a respondent, or if only customers fill in such forms."""
    email = layout.value(row, "email")
    respondent, author = layout.value(row, "respondent"), layout.value(row, "author")
    # A note is written about a contact, not by one.
    named = author or respondent if kind is Kind.NOTE else respondent or author
    mail = next((value for value in (email, named) if re.fullmatch(r"\S+@\S+\.\w+", value)), "")
    if not mail and (told := person(named)).email:  # `Ana Reyes (ana@brackwater.example)`
        named, mail = told.name, told.email
    side, reason = Side.UNKNOWN, ""
    if kind is not Kind.NOTE and (respondent or email):
        side, reason = Side.CUSTOMER, "the row's respondent"
    elif kind in (Kind.SURVEY, Kind.REVIEW) or (kind is Kind.TICKET and not author):
        side, reason = Side.CUSTOMER, f"who writes a {kind} is a customer"
    company = layout.value(row, "account") if len(layout.columns.get("account", ())) == 1 else ""
    return Speaker(
        name=_name(named, mail, layout.value(row, "id") or str(row.number), side),
        side=side,
        role=layout.value(row, "role"),
        email=mail,
        company=company if side is Side.CUSTOMER else "",
        reason=reason,
    )


def _name(said: str, mail: str, number: str, side: Side) -> str:
    if said and re.search(r"[^\W\d_]", said):
        return " ".join(said.split())
    if said:
        return f"Respondent {said}"
    return mail or (f"Respondent {number}" if side is Side.CUSTOMER else "Author")


def date_of(layout: Layout, row: Row, left: Left) -> str:
    """Return the row's day; one that cannot be told is noted."""
    text = layout.value(row, "date")
    if not text:
        return ""
    value = row.values[layout.place[layout.columns["date"][0]]]
    date = iso_date(str(value)) or iso_date(text) or read_date(text)
    if not date:
        left.dateless.append(row.number)
    return date


def attributes_of(layout: Layout, row: Row) -> dict[str, Value]:
    """Return what the row says beside its words."""
    found = ((name, row.values[layout.place[column]]) for column, name in layout.attributes)
    return {name: value for name, value in found if value is not None}


def hints_of(layout: Layout, row: Row, speaker: Speaker) -> tuple[str, ...]:
    """Return what the row says of its account, the plainest first."""
    said = [layout.value(row, key) for key in ("account", "account_id", "domain")]
    # A note is about somebody who did not write it.
    about = person(layout.value(row, "respondent")).email
    return tuple(dict.fromkeys(hint for hint in (*said, speaker.email, about) if hint))
