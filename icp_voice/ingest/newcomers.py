"""Accounts that nobody knew before words of theirs came: made of the names and addresses that files give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from icp_voice.ingest.crm import bare_domain
from icp_voice.ingest.matching import FREE_MAIL, AccountIndex, words
from icp_voice.model import Account, Document, Side


def accounts_in(documents: Iterable[Document], index: AccountIndex, ours: Sequence[str]) -> list[Account]:
    """Return an account for each name that rows give and nobody knows, with the rows' other columns.

    `ours` are our own mail domains, which are no account's.
    """
    fresh: dict[tuple[str, ...], Account] = {}
    for document in documents:
        if any(index.find(hint) for hint in document.hints):
            continue
        named = next((hint for hint in document.hints if "@" not in hint), "")
        domain = "" if named else _mail_domain(document.hints, ours)
        if name := named or domain:
            key = words(name) or (name,)
            account = fresh.get(key) or Account(id=name, name=name, domains=_own(domain))
            fresh[key] = replace(account, attributes={**account.attributes, **document.attributes})
    return list(fresh.values())


def account_named(name: str, documents: Iterable[Document], ours: Sequence[str]) -> Account:
    """Return a new account of this name, with the mail domain of its people where they have just one."""
    customers = (one for document in documents for one in document.speakers if one.side is not Side.VENDOR)
    domains = {_mail_domain([one.email], ours) for one in customers if one.email} - {""}
    return Account(id=name, name=name, domains=_own(domains.pop() if len(domains) == 1 else ""))


def _mail_domain(hints: Sequence[str], ours: Sequence[str]) -> str:
    """Return the domain of a mail address, the address itself at a free mail host, nothing if it is ours."""
    for address in (hint.strip().lower() for hint in hints):
        domain = bare_domain(address)
        host = address.rpartition("@")[2]
        if any(f".{host}".endswith(f".{own}") for own in ours):
            continue
        return address if not domain or domain in FREE_MAIL else domain
    return ""


def _own(domain: str) -> tuple[str, ...]:
    return (domain,) if domain and "@" not in domain else ()
