"""Who was asked for an interview and who declined, and in which documents they were heard since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from icp_voice.model import Gap
from icp_voice.profile.known import NOTHING, knowledge_of
from icp_voice.profile.people import Person, known_as
from icp_voice.store import Store
from icp_voice.store.interviews import ASKED, DECLINED, NONE, SCHEDULED, Arrival, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Someone who was asked or has an appointment on `date`, with the gaps that the talk is to close."""

    person: Person
    state: str
    date: str
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What people settled of the plan: who is invited, and who declined for now, as (account, name in lower case)."""

    invited: tuple[Invited, ...] = ()
    declined: frozenset[tuple[str, str]] = field(default=frozenset())


def today() -> str:
    """Return the day, as it is written down: what a person declined until is measured from it."""
    return datetime.now(UTC).strftime("%Y-%m-%d")


def standing_of(store: Store, day: str = "") -> Standing:
    """Return who is invited and was not heard since, and who declined until after `day` (today)."""
    marks = [mark for mark in store.interviews.standing() if mark.state != NONE]
    if not marks:
        return Standing()
    heard, day = heard_since(store, marks), day or today()
    known = knowledge_of(store).all(store)
    return Standing(
        invited=tuple(
            Invited(
                person=_person(mark, known.get(mark.account, NOTHING).people),
                state=mark.state,
                date=mark.date,
                gaps=mark.gaps,
            )
            for mark in marks
            if mark.state in {ASKED, SCHEDULED} and not heard.get(mark.number)
        ),
        declined=frozenset(
            (mark.account, mark.person.casefold())
            for mark in marks
            if mark.state == DECLINED and mark.date > day and mark.person
        ),
    )


def heard_since(store: Store, marks: Sequence[Mark]) -> dict[int, tuple[Arrival, ...]]:
    """Return mark's number -> where the person spoke since, for those who were asked or have an appointment.

    A document counts that arrived after the first mark, or that is dated after its day or from the appointment on.
    Where nobody is named, everybody counts who was never heard before.
    """
    waiting = [mark for mark in marks if mark.state in {ASKED, SCHEDULED}]
    if not waiting:
        return {}
    by_account: dict[str, list[Arrival]] = {mark.account: [] for mark in waiting}
    for arrival in store.interviews.arrivals(by_account):
        by_account[arrival.account].append(arrival)
    known = knowledge_of(store).all(store)
    invited = {account: {one.person.casefold() for one in marks if one.account == account} for account in by_account}
    return {
        mark.number: tuple(
            _appearances(mark, by_account[mark.account], known.get(mark.account, NOTHING).people, invited[mark.account])
        )
        for mark in waiting
    }


def _appearances(
    mark: Mark, arrivals: Iterable[Arrival], people: Sequence[Person], invited: set[str]
) -> Iterable[Arrival]:
    listed = list(arrivals)
    new = [arrival for arrival in listed if _since(mark, arrival)]
    if mark.person:
        wanted = mark.person.casefold()
        return (one for one in new if wanted == _named(one, people) or _same_address(mark, one))
    before = {_named(one, people) for one in listed if not _since(mark, one)}
    return (one for one in new if _named(one, people) not in before | invited)


def _since(mark: Mark, arrival: Arrival) -> bool:
    appointed = mark.state == SCHEDULED and arrival.date[:10] >= mark.date[:10]
    return arrival.number > mark.arrived or arrival.date[:10] > mark.since or (bool(arrival.date) and appointed)


def _same_address(mark: Mark, arrival: Arrival) -> bool:
    return bool(mark.email) and mark.email.casefold() in {arrival.email.casefold(), arrival.name.casefold()}


def _named(arrival: Arrival, people: Sequence[Person]) -> str:
    return (known_as(arrival.name, arrival.email, people) or arrival.name).casefold()


def _person(mark: Mark, people: Iterable[Person]) -> Person:
    """Return who is invited, as known today."""
    if mark.person:
        for person in people:
            if person.name.casefold() == mark.person.casefold():
                return person
    return Person(account=mark.account, name=mark.person, role=mark.role, email=mark.email)
