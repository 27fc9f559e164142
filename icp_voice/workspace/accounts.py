"""Verbs about accounts: their import, and which of them are ICP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from icp_voice.workspace.base import Base

if TYPE_CHECKING:
    from icp_voice.ingest.account_preview import AccountsPreview
    from icp_voice.profile.icp import Icp
    from icp_voice.profile.icp_preview import IcpPreview


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
        from icp_voice.ingest.account_preview import refuse_other_ids
        from icp_voice.ingest.apart.reader import read_accounts
        from icp_voice.profile import icp

        path = Path(file)
        called = name or path.name
        table = read_accounts(path, called, self.settings.limits, mapping)
        with self.writing("accounts import") as store:
            before = store.accounts.all()
            refuse_other_ids(before, table.accounts, called)
            known = {account.id for account in before} | store.accounts.merged().keys()
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
        from icp_voice.profile.icp_undo import remembered

        detail: dict[str, object] = {"rule": where, "add": list(add), "remove": list(remove)}
        touches = f"icp rule:{self.tag}" if where else ""
        with self.noting("set icp", detail=detail, touches=touches) as store, remembered(store, self.tag, detail):
            icp.set_icp(store, self.tag, where=where, add=add, remove=remove)
        return self.icp()

    def preview_icp(
        self, where: str = "", *, add: Sequence[str] = (), remove: Sequence[str] = (), most: int = 50
    ) -> IcpPreview:
        """Say what `set_icp` would do: who enters, leaves and stays, who comes near, and what is wrong with the rule."""
        from icp_voice.profile.icp_preview import preview

        return preview(self.store, self.tag, where=where, add=add, remove=remove, most=most)

    def remove_icp_rule(self) -> Icp:
        """Tag by rule no more; what was decided by hand stays."""
        from icp_voice.profile import icp
        from icp_voice.profile.icp_undo import remembered

        detail: dict[str, object] = {}
        touches = f"icp rule:{self.tag}"
        with self.noting("remove icp rule", detail=detail, touches=touches) as store:
            with remembered(store, self.tag, detail):
                icp.forget_rule(store, self.tag)
        return self.icp()

    def preview_accounts(
        self, file: str | Path, *, mapping: Mapping[str, str] | None = None, name: str = ""
    ) -> AccountsPreview:
        """Say what `import_accounts` would do with the same file and mapping; nothing is kept."""
        from icp_voice.ingest.account_preview import preview
        from icp_voice.ingest.apart.reader import look

        path = Path(file)
        called = name or path.name
        looked = look(path, called, self.settings.limits, mapping, purpose="accounts")
        return preview(self.store, looked.look, looked.accounts, called)

    def icp(self) -> Icp:
        """Return who is ICP and why, near misses, and ICP accounts without any feedback."""
        from icp_voice.profile import icp

        return icp.icp(self.store, self.tag)
