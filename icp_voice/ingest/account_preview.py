"""What an import of accounts would bring: which are new, which would change in which field, and what is in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from icp_voice.errors import IcpVoiceError
from icp_voice.ingest.crm import AccountTable
from icp_voice.ingest.look import Column, Look
from icp_voice.model import Account, Value
from icp_voice.store import Store

SAMPLES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of an account as it is and as it would be; None where there is none."""

    account: str
    name: str
    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsPreview:
    """What an import would do. `columns` say what each is taken for, `choices` what it can be chosen for.

    `new`, `changed` and `unchanged` count accounts, `fields` how many accounts change in a field; `added` and `changes`
    show some. Where nothing can be imported, `error` says why and `hint` what to do.
    """

    columns: tuple[Column, ...]
    choices: tuple[str, ...]
    accounts: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    contacts: int = 0
    added: tuple[Account, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    fields: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()
    error: str = ""
    hint: str = ""


def preview(store: Store, look: Look, table: AccountTable, file: str) -> AccountsPreview:
    """Compare what a file holds with what is kept; nothing is written."""
    kept = store.accounts.all()
    error, hint = look.error, look.hint
    if not error:
        try:
            refuse_other_ids(kept, table.accounts, file)
        except IcpVoiceError as refused:
            error, hint = refused.message, refused.hint
    if error:
        return AccountsPreview(columns=look.columns, choices=look.fields, error=error, hint=hint)
    before = {account.id: account for account in kept}
    arriving = store.accounts.as_kept(table.accounts)
    added = [account for account in arriving if account.id not in before]
    changes = [one for account in arriving if account.id in before for one in _changes(before[account.id], account)]
    changed = len({one.account for one in changes})
    return AccountsPreview(
        columns=look.columns,
        choices=look.fields,
        accounts=len(table.accounts),
        new=len(added),
        changed=changed,
        unchanged=len(table.accounts) - len(added) - changed,
        contacts=len(table.contacts),
        added=tuple(added[:SAMPLES]),
        changes=tuple(changes[:SAMPLES]),
        fields=tuple(Counter(one.field for one in changes).most_common()),
        warnings=tuple(table.warnings),
    )


def refuse_other_ids(before: Iterable[Account], arriving: Iterable[Account], file: str) -> None:
    """Raise if accounts that are known come under other ids: each would stand there twice."""
    by_name = {account.name.casefold(): account for account in before}
    known = {identity for account in by_name.values() for identity in (account.id, *account.also)}
    for account in arriving:
        same = by_name.get(account.name.casefold())
        if same and same.id != account.id and account.id not in known:
            raise IcpVoiceError(
                f'{file}: "{account.name}" is known under the id {same.id}, and comes as {account.id}.',
                hint="Name the same column with --id as the first time.",
            )


def _changes(before: Account, after: Account) -> Iterator[FieldChange]:
    for field, was, is_now in _fields(before, after):
        if was != is_now:
            yield FieldChange(account=after.id, name=after.name, field=field, before=was, after=is_now)


def _fields(before: Account, after: Account) -> Iterator[tuple[str, Value, Value]]:
    yield "name", before.name, after.name
    yield "domain", ", ".join(before.domains), ", ".join(after.domains)
    for name in sorted({*before.attributes, *after.attributes}):
        yield name, before.attributes.get(name), after.attributes.get(name)
