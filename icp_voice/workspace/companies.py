"""Verbs about single accounts: listing them in pages, and typing in, correcting, tagging and merging them by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from icp_voice.errors import FormError
from icp_voice.model import Account, Contact, Value
from icp_voice.workspace.base import Base

if TYPE_CHECKING:
    from icp_voice.store import Store
    from icp_voice.store.account_pages import AccountColumn, AccountsPage


class CompanyVerbs(Base):
    """Verbs about single accounts."""

    def accounts(self, *, tag: str = "") -> list[Account]:
        """Return the accounts, by id; with `tag`, only those that carry it."""
        return self.store.accounts.all(tag=tag)

    def account(self, said: str) -> Account:
        """Return the account with this id, name or domain."""
        from icp_voice.profile.icp import find_account

        return find_account(self.store, said)

    def accounts_page(
        self, *, search: str = "", tag: str = "", where: str = "", sort: str = "name", start: int = 0, most: int = 50
    ) -> AccountsPage:
        """Return some accounts with what is known of each, and how many there are.

        `search` looks in ids, names, domains and people; `tag` leaves those that carry it; `where` is a rule such as
        the ICP rule. Sorted by name, id, documents, highlights, newest, tag or an attribute; "-" in front turns it.
        """
        from icp_voice.store.account_pages import accounts_page

        ids = self._holding(where) if where.strip() else None
        start, most = max(start, 0), min(max(most, 1), 500)
        return accounts_page(
            self.store.db, tag=self.tag, search=search, only=tag, ids=ids, sort=sort, start=start, most=most
        )

    def account_columns(self) -> tuple[AccountColumn, ...]:
        """Return the columns that a rule may name, with their types, ranges and commonest values."""
        from icp_voice.store.account_pages import account_columns

        return account_columns(self.store.db)

    def put_account(
        self,
        account: str = "",
        *,
        name: str | None = None,
        domains: Sequence[str] | str | None = None,
        attributes: Mapping[str, Value] | None = None,
    ) -> Account:
        """Type in an account, or correct one that is known by id, name or domain; no import undoes it.

        An attribute of None is taken away. FormError names the field that is not allowed.
        """
        from icp_voice.profile.typed import typed_account

        before = self.account(account) if account else None
        detail: dict[str, object] = {}
        touches = f"account:{before.id}" if before else ""
        with self._telling("put account", before.id if before else "", detail, touches=touches) as store:
            after, said = typed_account(store.accounts.all(), before, name, domains, attributes)
            detail |= {"account": after.id, "fields": sorted(said), "new": before is None}
            rows = [("account", (after.id,)), *(("account_said", (after.id, field)) for field in sorted(said))]
            with store.before.keeping(rows, detail):
                store.accounts.say(after.id, said)
                store.accounts.put([after])
        return self.account(after.id)

    def tag_account(self, account: str, *, held: bool | None, tag: str = "") -> Account:
        """Put an account into a tag by hand, or keep it out; None leaves it to the rule again."""
        from icp_voice.profile.icp_undo import remembered

        chosen, wanted = self.account(account), tag or self.tag
        detail: dict[str, object] = {"tag": wanted, "held": held}
        with self._telling("tag account", chosen.id, detail, touches=f"tag {wanted}:{chosen.id}") as store:
            with remembered(store, wanted, detail):
                store.accounts.forget_by_hand(wanted, chosen.id)
                if held is not None:
                    store.accounts.tag_by_hand(wanted, chosen.id, held=held)
        return self.account(chosen.id)

    def decided_by_hand(self, tag: str = "") -> tuple[tuple[Account, bool], ...]:
        """Return the accounts that a person put into a tag or kept out of it, by name, with which of both."""
        held = self.store.accounts.by_hand(tag or self.tag)
        accounts = sorted(self.store.accounts.some(held), key=lambda one: (one.name.casefold(), one.id))
        return tuple((account, held[account.id]) for account in accounts)

    def contacts(self, account: str) -> list[Contact]:
        """Return the people known at an account, by name."""
        return self.store.accounts.contacts(self.account(account).id)

    def put_contact(self, account: str, name: str, *, role: str = "", email: str = "") -> Contact:
        """Add a person who can be asked, or correct what is known of them."""
        from icp_voice.profile.typed import typed_contact

        contact = typed_contact(self.account(account).id, name, role, email)
        row = ("contact", (contact.account, contact.name))
        with self.replacing("put contact", contact.account, [row]) as store:
            store.accounts.put_contacts([contact])
        return contact

    def remove_contact(self, account: str, name: str) -> None:
        """Forget a person of an account."""
        chosen = self.account(account)
        with self.replacing("remove contact", chosen.id, [("contact", (chosen.id, name))]) as store:
            if not store.accounts.remove_contact(chosen.id, name):
                raise FormError(f"{chosen.name} has no such person.", hint="It may be gone already.", field="name")

    def merge_accounts(self, account: str, into: str) -> Account:
        """Say that two accounts are one company: words, people and attributes of the first go to the second.

        Its id and name stand for the second from now on, also in imports. Where both have an attribute, that of the
        second stays.
        """
        from icp_voice.store.account_merge import touched

        one, other = self.account(account), self.account(into)
        if one.id == other.id:
            raise FormError(f"{one.name} is the same account twice.", hint="Name two.", field="into")
        detail: dict[str, object] = {"into": other.id}
        with self._telling("merge accounts", one.id, detail, touches=f"account:{other.id}") as store:
            with store.before.keeping(touched(store.db, one.id, other.id), detail):
                store.accounts.merge(one, other)
        return self.account(other.id)

    def _holding(self, where: str) -> list[str]:
        from icp_voice.profile.rule_parser import parse_rule

        accounts, rule = self.store.accounts.all(), parse_rule(where)
        rule.check(sorted({name for account in accounts for name in account.attributes}), "rule")
        return [account.id for account in accounts if rule.matches(account)]

    @contextmanager
    def _telling(self, verb: str, subject: str, detail: dict[str, object], *, touches: str = "") -> Iterator[Store]:
        """Hold the store for a change of accounts; who is in by rule, sides and accounts are told anew by it."""
        with self.noting(verb, subject=subject, detail=detail, touches=touches) as store:
            yield store
            self.accounts_changed(store)
