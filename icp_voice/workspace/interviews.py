"""Verbs about interviews: whom we asked, who has an appointment, who declined, and what came of it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError, UnknownName, unknown
from icp_voice.model import Contact, Interview
from icp_voice.workspace.insight import InsightVerbs

if TYPE_CHECKING:
    from icp_voice.profile.interviews import InterviewState
    from icp_voice.profile.people import Person
    from icp_voice.publish.guides import Guide
    from icp_voice.store import Store
    from icp_voice.store.interviews import Mark

STATES = ("none", "asked", "scheduled", "declined")
UNDER_WAY = ("asked", "scheduled", "declined")
MONTHS_DECLINED = 6
LONGEST_NOTE = 2_000
MOST_LISTED = 12
MOST_PLANNED = 100


class InterviewVerbs(InsightVerbs):
    """Verbs about interviews: whom we asked, who has an appointment, who declined, and what came of it."""

    def interviews(self) -> tuple[InterviewState, ...]:
        """Return what became of every interview, in the order in which they began.

        Who was asked or has an appointment is "heard" by itself once a document arrives in which that person speaks.
        """
        return self._interview_states()

    def mark_interview(
        self,
        account: str,
        person: str,
        state: str,
        *,
        date: str = "",
        note: str = "",
        name: str = "",
        role: str = "",
        email: str = "",
    ) -> InterviewState:
        """Say that a person is "asked", "scheduled" (on `date`), has "declined" (until `date`, or half a year), or "none".

        `account` is an id, name or domain. `person` is a name as the plan gives it, and empty for a pick without one;
        then `name`, `role` and `email` tell who it is, and make that person a contact of the account. The gaps that
        the talk is to close are kept as they stand when the person is marked first.
        """
        from icp_voice.profile.icp import find_account
        from icp_voice.store.changes import now

        found = (self.store.accounts.get(account) or find_account(self.store, account)).id
        moment = now()
        said, named = person.strip(), name.strip()
        first = replace(
            self._first_mark(found, said, named, role.strip(), email.strip()),
            state=state,
            date=_date(state, date, moment[:10]),
            note=note.strip()[:LONGEST_NOTE],
            at=moment,
            by=self.by,
            since=moment[:10],
        )
        if state == "declined" and not first.person:
            raise IcpVoiceError("Nobody is named who could decline.", hint="Say by a name who it is.")
        detail: dict[str, object] = {"state": state}
        touches = f"interview:{found}:{first.person.casefold()}"
        with self.noting("mark interview", subject=found, detail=detail, touches=touches) as store:
            kept = _keep(store, first, said)
            detail |= {"mark": kept.number, "interview": kept.interview}
        return self._interview_states((kept,))[0]

    def interview_guide(self, account: str, person: str = "", *, format: str = "html") -> str | bytes:
        """Return the guide for a person of the plan, or of an interview under way: "html", "markdown" or "docx" (bytes).

        An empty `person` stands for the pick without a name, or for the first one at the account.
        """
        from icp_voice.publish.one_guide import one_guide

        chosen = self._planned(account, person)
        return one_guide(self.store, self.settings, self.codebook, chosen, format, folder=self.folder)

    def interview_guides(self, people: int = 8, *, format: str = "html") -> str | bytes:
        """Return the guides of the whole plan as one file: "html", "markdown" or "docx" (bytes)."""
        from icp_voice.publish.one_guide import many_guides

        interviews = self.plan(people).interviews
        return many_guides(self.store, self.settings, self.codebook, interviews, format, folder=self.folder)

    def shown_guides(self, account: str = "", person: str = "", *, people: int = 8) -> tuple[Guide, ...]:
        """Return what guides show: that of a person of the plan, or those of the whole plan without an account."""
        from icp_voice.publish.one_guide import shown_guides

        chosen = (self._planned(account, person),) if account else self.plan(people).interviews
        return shown_guides(self.store, self.settings, self.codebook, chosen, folder=self.folder)

    def _planned(self, account: str, person: str) -> Interview:
        from icp_voice.profile.icp import find_account

        found = (self.store.accounts.get(account) or find_account(self.store, account)).id
        planned = [one for one in self.plan(MOST_PLANNED).interviews if one.account == found]
        wanted = [one for one in planned if one.person.casefold() == person.strip().casefold()]
        if not wanted and (person or not planned):
            raise unknown("person in the plan", person, [one.person or "(without a name)" for one in planned])
        return (wanted or planned)[0]

    def _interview_states(self, marks: Sequence[Mark] | None = None) -> tuple[InterviewState, ...]:
        from icp_voice.profile.interviews import interviews

        questions = {view.question: view for view in self.views() if view.question}
        answered_by = {question: self._answer_known(view)[1] for question, view in questions.items()}
        return interviews(self.store, self.gaps(), answered_by, marks=marks)

    def _first_mark(self, account: str, said: str, named: str, role: str, email: str) -> Mark:
        """Return a first mark for a person, with the gaps that a talk with them is to close."""
        from icp_voice.profile.known import NOTHING, knowledge_of
        from icp_voice.profile.plan import closes
        from icp_voice.store.interviews import Mark

        people = [one for one in knowledge_of(self.store).all(self.store).get(account, NOTHING).people if one.full]
        known = next((one for one in people if one.name.casefold() == (said or named).casefold()), None)
        invited = {one.person for one in self.store.interviews.standing() if one.account == account}
        if said and not known and said not in invited:
            hint = "Leave the person empty and give a name, and they become a contact."
            raise UnknownName(f'Nobody called "{said}" is known at "{account}". {hint}', hint=_listed(people))
        picks = [one for one in self.plan().interviews if one.account == account]
        pick = next((one for one in picks if one.person.casefold() == said.casefold()), None)
        gaps = pick.closes if pick else tuple(gap for gap in self.gaps() if gap.account == account)
        if known and not pick:
            gaps = tuple(closes(known, gaps))
        return Mark(
            account=account,
            person=known.name if known else said or named,
            role=role or (known.role if known else pick.role if pick and not named else ""),
            email=email or (known.email if known else ""),
            state="",
            date="",
            note="",
            at="",
            by="",
            since="",
            arrived=0,
            gaps=gaps,
        )


def _keep(store: Store, first: Mark, said: str) -> Mark:
    """Keep a mark, as the next one of the interview with the person who was said, or as the first one of a new one."""
    running = _running(store, first.account, said)
    if running is None and first.state == "none":
        raise IcpVoiceError(
            f'No interview with {said or "somebody"} is under way at "{first.account}".', hint="Nothing was changed."
        )
    if running:
        first = replace(
            first, interview=running.interview, since=running.since, arrived=running.arrived, gaps=running.gaps
        )
    else:
        first = replace(first, arrived=store.interviews.arrived())
    known = {(account, name.casefold()) for account, name, *_ in store.counted.contacts([first.account])}
    new = not said and bool(first.person) and (first.account, first.person.casefold()) not in known
    if new:
        contact = Contact(account=first.account, name=first.person, role=first.role, email=first.email)
        store.accounts.put_contacts([contact])
    return store.interviews.put(first, contact=new)


def _running(store: Store, account: str, person: str) -> Mark | None:
    """Return the mark of the interview with a person that is under way: neither called off, nor heard, nor declined."""
    from icp_voice.profile.invited import heard_since

    marks = [
        one
        for one in store.interviews.standing()
        if one.account == account and one.person.casefold() == person.casefold() and one.state in UNDER_WAY
    ]
    heard = heard_since(store, marks)
    return next((one for one in reversed(marks) if not heard.get(one.number)), None)


def _date(state: str, said: str, day: str) -> str:
    """Return the date that goes with a state, or raise what is wrong with it."""
    if state not in STATES:
        raise IcpVoiceError(f'There is no state "{state}" of an interview.', hint=f"Allowed: {', '.join(STATES)}.")
    if state not in {"scheduled", "declined"}:
        return ""
    if not said and state == "declined":
        return _months_later(day, MONTHS_DECLINED)
    try:
        return date.fromisoformat(said.strip()).isoformat()
    except ValueError:
        what = f'"{said}" is not a date.' if said else "An appointment has a date."
        raise IcpVoiceError(what, hint="Write it as 2026-05-12.") from None


def _months_later(day: str, months: int) -> str:
    start = date.fromisoformat(day)
    years, month = divmod(start.month - 1 + months, 12)
    last = monthrange(start.year + years, month + 1)[1]
    return date(start.year + years, month + 1, min(start.day, last)).isoformat()


def _listed(people: Sequence[Person]) -> str:
    names = ", ".join(one.name for one in people[:MOST_LISTED])
    return f"Known there: {names}." if names else "Nobody is known there by name."
