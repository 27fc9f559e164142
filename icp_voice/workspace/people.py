"""Verbs about who may come in. Each change is recorded with who made it; passwords and keys are not."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from icp_voice.access.nouns import Person, Role, Token
from icp_voice.access.tokens import DAYS
from icp_voice.workspace.base import Base

if TYPE_CHECKING:
    from icp_voice.access import Access


class PeopleVerbs(Base):
    """Verbs about people, their roles and passwords, and the tokens by which programs act for them."""

    @cached_property
    def access(self) -> Access:
        """Who may come in, and who is signed in: what a server asks at its door."""
        from icp_voice.access import open_access

        return open_access(self.folder)

    def people(self) -> list[Person]:
        """Return the people of this workspace, by name."""
        return self.access.people()

    def add_person(self, name: str, password: str, role: Role) -> Person:
        """Let somebody in; the first one has to be an admin."""
        with self.noting("add person", subject=name.strip(), detail={"role": role.value}):
            return self.access.add_person(name, password, role)

    def set_password(self, name: str, password: str) -> None:
        """Give a person another password; this ends their sessions."""
        with self.noting("set password", subject=self.access.person(name).name):
            self.access.set_password(name, password)

    def set_role(self, name: str, role: Role) -> None:
        """Give a person another role; it holds at once."""
        person = self.access.person(name)
        with self.noting("set role", subject=person.name, detail={"before": person.role.value, "role": role.value}):
            self.access.set_role(name, role)

    def remove_person(self, name: str) -> None:
        """Let a person in no longer; what they did stays theirs."""
        with self.noting("remove person", subject=self.access.person(name).name):
            self.access.remove_person(name)

    def end_sessions(self, name: str) -> int:
        """Sign a person out everywhere; return how many sessions that ended."""
        ended: dict[str, object] = {}
        with self.noting("end sessions", subject=self.access.person(name).name, detail=ended):
            ended["sessions"] = self.access.end_sessions_of(name)
        return int(str(ended["sessions"]))

    def tokens(self, person: str = "") -> list[Token]:
        """Return the tokens of a person, or all, the newest first."""
        return self.access.tokens(self.access.person(person).name if person else "")

    def make_token(self, person: str, label: str, role: Role | None = None, *, days: int = DAYS) -> tuple[str, Token]:
        """Return a new key, which cannot be shown again, and its token; with the person's own role unless said."""
        owner = self.access.person(person)
        role = role or owner.role
        detail: dict[str, object] = {"role": role.value, "days": days}
        with self.noting("make token", subject=owner.name, detail=detail):
            raw, token = self.access.make_token(person, label, role, days=days)
            detail["token"] = token.id
        return raw, token

    def revoke_token(self, id: int, *, person: str = "") -> None:
        """End a token at once; with a person only if it is theirs."""
        with self.noting("revoke token", subject=str(id)):
            self.access.revoke_token(id, person=person)
