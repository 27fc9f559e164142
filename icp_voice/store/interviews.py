"""Whom we asked for an interview: marks that people set and can take back, and what arrived after them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from sqlite_utils import Database

from icp_voice.model import Gap

NONE, ASKED, SCHEDULED, DECLINED = "none", "asked", "scheduled", "declined"
STATES = (NONE, ASKED, SCHEDULED, DECLINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a person said of an interview. `date` is the appointment's, or the day until which somebody declined.

    Of the interview itself: `since` is the day of its first mark, `arrived` the number of the latest document by then,
    `gaps` what it is to close. `number` is 0 until it is kept.
    """

    account: str
    person: str
    role: str
    email: str
    state: str
    date: str
    note: str
    at: str
    by: str
    since: str
    arrived: int
    gaps: tuple[Gap, ...]
    interview: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Arrival:
    """A customer who speaks in a document; `number` tells in which order the documents arrived."""

    account: str
    document: str
    title: str
    kind: str
    date: str
    number: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A category that holds for a highlight, by whom it was said, and how sure that is."""

    document: str
    speaker: str
    highlight: str
    category: str
    score: float


class Interviews:
    """The interview, interview_mark and arrival tables."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def arrived(self) -> int:
        """Return the number of the document that arrived last, 0 before any."""
        return int(self._db.execute("select coalesce(max(number), 0) from arrival").fetchone()[0])

    def put(self, mark: Mark, *, contact: bool = False) -> Mark:
        """Keep a mark, of a new interview if it names none; `contact` tells that it made the person a contact."""
        interview = mark.interview or self._insert(
            "interview (account, since, arrived, gaps)",
            (mark.account, mark.since, mark.arrived, json.dumps([asdict(gap) for gap in mark.gaps])),
        )
        self._insert(
            "interview_mark (interview, person, role, email, state, date, note, at, by, contact)",
            (
                interview,
                mark.person,
                mark.role,
                mark.email,
                mark.state,
                mark.date,
                mark.note,
                mark.at,
                mark.by,
                contact,
            ),
        )
        return next(one for one in self.standing() if one.interview == interview)

    def take_back(self, number: int) -> bool:
        """Let what was said before a mark hold again, if it is the latest of its interview; else change nothing."""
        row = self._db.execute(
            "select interview.account, mark.person, mark.contact from interview_mark as mark join interview"
            " on interview.number = mark.interview where mark.number = ? and mark.number = (select max(number)"
            " from interview_mark where interview = mark.interview and undone = 0)",
            (number,),
        ).fetchone()
        if row is None:
            return False
        self._db.execute("update interview_mark set undone = 1 where number = ?", (number,))
        if row[2]:
            self._db.execute("delete from contact where account = ? and name = ?", (row[0], row[1]))
        return True

    def standing(self) -> list[Mark]:
        """Return the mark that holds of each interview, in the order in which the interviews began."""
        rows = self._db.query(
            "select interview.account, mark.person, mark.role, mark.email, mark.state, mark.date, mark.note, mark.at,"
            " mark.by, interview.since, interview.arrived, interview.gaps, interview.number as interview, mark.number"
            " from interview join interview_mark as mark on mark.number = (select max(number) from interview_mark"
            " where interview = interview.number and undone = 0) order by interview.number"
        )
        return [Mark(**{**row, "gaps": tuple(Gap(**gap) for gap in json.loads(row["gaps"]))}) for row in rows]

    def arrivals(self, accounts: Collection[str]) -> list[Arrival]:
        """Return the customers who speak in the documents of some accounts, in the order of arrival."""
        rows = self._db.execute(
            "select document.account, document.id, document.title, document.kind, document.date, arrival.number,"
            " speaker.name, speaker.email from document join arrival on arrival.document = document.id"
            " join speaker on speaker.document = document.id and speaker.side = 'customer'"
            " where document.account in (select value from json_each(?)) and exists (select 1 from turn"
            " where turn.document = document.id and turn.speaker = speaker.name)"
            " order by arrival.number, document.date, document.id, speaker.position",
            (json.dumps(sorted(accounts)),),
        )
        return [Arrival(*row) for row in rows.fetchall()]

    def passages(self, documents: Collection[str]) -> list[Passage]:
        """Return what is coded in some documents."""
        rows = self._db.execute(
            "select highlight.document, turn.speaker, highlight.id, tag.category,"
            " max(case when tag.state = 'confirmed' then 1.0 else tag.score end)"
            " from highlight join turn on turn.document = highlight.document and turn.position = highlight.turn"
            " and turn.key = highlight.key join tag on tag.highlight = highlight.id"
            " where highlight.document in (select value from json_each(?)) group by highlight.id, tag.category"
            " having max(tag.state = 'confirmed') or not max(tag.state = 'rejected')"
            " order by highlight.document, highlight.turn, highlight.start, tag.category",
            (json.dumps(sorted(documents)),),
        )
        return [Passage(*row) for row in rows.fetchall()]

    def _insert(self, into: str, values: Sequence[object]) -> int:
        marks = ", ".join("?" * len(values))
        cursor = self._db.execute(f"insert into {into} values ({marks})", values)
        return int(cursor.lastrowid or 0)
