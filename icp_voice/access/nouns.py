"""The nouns of who may come in: roles, people, sessions, tokens. Times are unix seconds, 0 for never."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

ME: Final = "me"
"""The one person of a workspace without people, who came in by a one-time link."""


class Role(StrEnum):
    """What a person may do; each role may all that those before it may."""

    VIEWER = "viewer"
    RESEARCHER = "researcher"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """Its place among the roles, the least one first."""
        return list(Role).index(self)

    def may(self, needed: Role) -> bool:
        """Whether this role is the needed one or a higher one; `<` would compare their letters."""
        return self.rank >= needed.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may come in; `last_seen` is exact to a minute."""

    name: str
    role: Role
    created: float = 0
    last_seen: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """That a person is signed in, until `expires` if nothing is heard of them. Its secrets are not shown by `repr`.

    `token` goes into a cookie; `csrf` goes into forms, and comes back with each change. `since` is when the person was
    here before this visit, 0 if never.
    """

    token: str = field(repr=False)
    person: Person
    csrf: str = field(repr=False)
    expires: float
    since: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A program's key to act as a person with at most this role; the key itself is kept nowhere.

    `last_used` is a day in UTC (2026-05-12), empty if it never was.
    """

    id: int
    person: str
    label: str
    role: Role
    created: float
    expires: float
    last_used: str = ""


def lower(one: Role, other: Role) -> Role:
    """Return the lower of two roles."""
    return min(one, other, key=lambda role: role.rank)
