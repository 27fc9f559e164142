"""Verbs about accounts: their import, and which of them are ICP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError
from icp_voice.model import Account
from icp_voice.workspace.base import Base

if TYPE_CHECKING:
    from icp_voice.profile.icp import Icp


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import of accounts brought."""

    accounts: int
    new: int
    contacts: int
    warnings: tuple[str, ...]


class AccountVerbs(Base):
    """Verbs about accounts: their import, and which of them are ICP."""

    def import_accounts(
        self, file: str | Path, *, mapping: Mapping[str, str] | None = None, name: str = ""
    ) -> Imported:
        """Add or update accounts from a CRM export (CSV or XLSX); the ICP rule is applied anew.

        `name` is what the file is called for people, where its path does not tell.
        """
        from icp_voice.ingest.apart.reader import read_accounts
        from icp_voice.profile import icp

        path = Path(file)
        called = name or path.name
        table = read_accounts(path, called, self.settings.limits, mapping)
        with self.writing("accounts import") as store:
            before = store.accounts.all()
            _refuse_other_ids(before, table.accounts, called)
            known = {account.id for account in before}
            with store.transaction():
                store.accounts.put(table.accounts)
                store.accounts.put_contacts(table.contacts)
                icp.apply_rule(store, self.tag)
            self._settle()
        new = sum(account.id not in known for account in table.accounts)
        if table.accounts or table.contacts:
            counts = {"accounts": len(table.accounts), "new": new, "contacts": len(table.contacts)}
            self.note("import accounts", detail=counts)
        return Imported(
            accounts=len(table.accounts), new=new, contacts=len(table.contacts), warnings=tuple(table.warnings)
        )

    def set_icp(self, *, where: str = "", add: Sequence[str] = (), remove: Sequence[str] = ()) -> Icp:
        """Tag accounts by a rule and by hand; what is done by hand outlives the rule."""
        from icp_voice.profile import icp

        with self.writing("icp") as store:
            icp.set_icp(store, self.tag, where=where, add=add, remove=remove)
            self.note("set icp", detail={"rule": where, "add": list(add), "remove": list(remove)})
        return self.icp()

    def icp(self) -> Icp:
        """Return who is ICP and why, near misses, and ICP accounts without any feedback."""
        from icp_voice.profile import icp

        return icp.icp(self.store, self.tag)


def _refuse_other_ids(before: Iterable[Account], arriving: Iterable[Account], file: str) -> None:
    """Raise if accounts that are known come under other ids: each would stand there twice."""
    by_name = {account.name.casefold(): account for account in before}
    known = {account.id for account in by_name.values()}
    for account in arriving:
        same = by_name.get(account.name.casefold())
        if same and same.id != account.id and account.id not in known:
            raise IcpVoiceError(
                f'{file}: "{account.name}" is known under the id {same.id}, and comes as {account.id}.',
                hint="Name the same column with --id as the first time.",
            )
