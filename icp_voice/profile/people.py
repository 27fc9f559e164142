"""The people of an account: from the CRM or added by hand, and heard in documents, each one known by one name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from icp_voice.model import Side
from icp_voice.store.counted import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone at an account. `heard` counts the documents in which they speak, `last` is the newest of them.

    `failed` are the categories in which they were asked and did not answer. `full` tells that the name is one by which
    they can be invited: a first name or a label such as "Customer" is not.
    """

    account: str
    name: str
    role: str = ""
    email: str = ""
    heard: int = 0
    last: str = ""
    failed: frozenset[str] = frozenset()
    full: bool = True


def people_of(
    contacts: Iterable[Person], voices: Sequence[Voice], failed: Mapping[str, Collection[str]]
) -> tuple[Person, ...]:
    """Return the people of one account: its contacts, then who else was heard.

    `voices` come in the order of their documents, `failed` are the categories that a document left unanswered.
    """
    roles = known_roles(contacts, voices)
    people = {one.name.casefold(): one for one in contacts}
    heard = [voice for voice in voices if voice.side == Side.CUSTOMER]
    for voice in sorted(heard, key=lambda one: not in_full(one.name)):
        told = known_as(voice.name, voice.email, people.values())
        name = told or voice.name
        known = people.get(name.casefold(), Person(account=voice.account, name=name, full=bool(told)))
        people[name.casefold()] = replace(
            known,
            name=name,
            role=voice.role or roles.get(voice.name, "") or known.role,
            email=voice.email or known.email,
            heard=known.heard + 1,
            last=max(known.last, voice.date),
            failed=known.failed | frozenset(failed.get(voice.document, ())),
        )
    return tuple(people.values())


def unnamed(people: Iterable[Person], contacts: Iterable[Person], shown: Callable[[str], str]) -> tuple[Person, ...]:
    """Return people as they may be shown: who speaks under another name is no contact, and nobody to write to."""
    named = {one.name.casefold() for one in contacts}
    return tuple(
        one
        if one.name.casefold() in named or shown(one.name) == one.name
        else replace(one, name=shown(one.name), email="", full=False)
        for one in people
    )


def known_roles(contacts: Iterable[Person], voices: Iterable[Voice]) -> dict[str, str]:
    """Return name -> role within one account: people do not say it each time."""
    stated: dict[str, set[str]] = defaultdict(set)
    told = [*((one.name, one.role) for one in contacts), *((one.name, one.role) for one in voices)]
    for name, role in told:
        if role:
            stated[name].add(role)
    return {name: max(roles) for name, roles in stated.items()}


def in_full(name: str) -> bool:
    """Tell whether a name is first and last name."""
    return " " in name and "@" not in name


def known_as(name: str, email: str, known: Iterable[Person]) -> str:
    """Return a speaker's name in full, by address or first name where a document gives no more; else nothing."""
    if in_full(name):
        return name
    said, address = name.casefold(), (email or name).casefold()
    if not said and not email:
        return ""
    same = {
        one.name
        for one in known
        if one.full and (one.email.casefold() == address or said in one.name.casefold().split()[:1])
    }
    return same.pop() if len(same) == 1 else ""
