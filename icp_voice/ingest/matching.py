"""Whose words a document holds: by mail domain, by what the file says, by folder, title or file name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from icp_voice.model import Account, Document, Side

LEGAL = frozenset(
    "inc ltd llc gmbh ag sa sas bv nv ab oy plc co corp corporation company limited group holding the".split()
)
FREE_MAIL = frozenset(
    """gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk live.com msn.com yahoo.com yahoo.co.uk yahoo.fr
    icloud.com me.com mac.com gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de proton.me protonmail.com aol.com
    mail.com fastmail.com zoho.com orange.fr free.fr libero.it qq.com 163.com yandex.ru mail.ru""".split()
)


@dataclass(frozen=True, slots=True)
class Match:
    """An account's id, or an empty string with the reason why none was found."""

    account: str
    reason: str


class AccountIndex:
    """The accounts, findable by id, domain and name."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._ids: dict[str, str] = {}
        self.domains: dict[str, str] = {}
        self.names: dict[str, str] = {}
        leading: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for account in accounts:
            self._ids[account.id.casefold()] = account.id
            self.names[" ".join(words(account.name))] = account.id
            for other in account.also:
                self._ids[other.casefold()] = self.names[" ".join(words(other))] = account.id
            for domain in account.domains:
                self.domains[domain] = account.id
                leading[(domain.split(".")[0],)].add(account.id)
            for named in map(words, (account.name, *account.also)):
                for length in range(1, len(named) + 1):
                    leading[named[:length]].add(account.id)
        # The beginning of a name stands for the account where no other account begins so.
        self._leading: Mapping[tuple[str, ...], str] = {
            start: next(iter(ids))
            for start, ids in leading.items()
            if len(ids) == 1 and (len(start) > 1 or len(start[0]) >= 5)
        }

    def match(self, document: Document) -> Match:
        """Find the account of a document; of several ways the surest that names exactly one account wins."""
        # A record of a source (zendesk://17) lies in no folder: its address names nobody.
        path = PurePosixPath("" if "://" in document.file else document.file)
        ways = (
            ("the file says", self._by_hints(document)),
            ("mail address of a speaker", self._by_mail(document)),
            ("company of a speaker", self._by_company(document)),
            ("folder", self._by_name(path.parent.as_posix())),
            ("title", self._by_name(document.title)),
            ("file name", self._by_name(path.stem)),
        )
        doubt = ""
        for way, found in ways:
            if len(found) == 1:
                account, said = next(iter(found.items()))
                return Match(account, f"{way}: {said}")
            if len(found) > 1 and not doubt:
                doubt = f"{way}: could be {' or '.join(sorted(found))}"
        return Match("", doubt or "nothing in the file names a known account")

    def find(self, said: str) -> str:
        """Return the id of the account with this id, name or domain, or an empty string."""
        key = said.strip().casefold()
        domain = key.rpartition("@")[2]
        found = self._ids.get(key) or self.names.get(" ".join(words(said))) or self._domain(domain)
        return found or self._leading.get(words(said), "")

    def _domain(self, domain: str) -> str:
        if domain in FREE_MAIL:
            return ""
        parts = domain.split(".")
        starts = range(len(parts) - 1)
        return next((self.domains[part] for start in starts if (part := ".".join(parts[start:])) in self.domains), "")

    def _by_hints(self, document: Document) -> dict[str, str]:
        return {found: hint for hint in document.hints if (found := self.find(hint))}

    def _by_mail(self, document: Document) -> dict[str, str]:
        mails = [speaker.email for speaker in document.speakers if "@" in speaker.email]
        return {found: mail for mail in mails if (found := self._domain(mail.rpartition("@")[2].lower()))}

    def _by_company(self, document: Document) -> dict[str, str]:
        companies = [
            speaker.company for speaker in document.speakers if speaker.company and speaker.side is not Side.VENDOR
        ]
        return {found: company for company in companies if (found := self.find(company))}

    def _by_name(self, text: str) -> dict[str, str]:
        """Find names inside a text; a longer name hides the shorter ones that stand in it."""
        said = words(text)
        found: dict[str, str] = {}
        place = 0
        while place < len(said):
            lengths = range(len(said) - place, 0, -1)
            length = next((n for n in lengths if said[place : place + n] in self._leading), 0)
            if length:
                found[self._leading[said[place : place + length]]] = " ".join(said[place : place + length])
            place += max(length, 1)
        return found


def words(text: str) -> tuple[str, ...]:
    """Return the words of a name in lower case, without legal forms."""
    found = re.findall(r"[^\W_]+", text.casefold())
    return tuple(word for word in found if word not in LEGAL) or tuple(found)


def with_account(document: Document, index: AccountIndex, settled: Mapping[str, str]) -> Document:
    """Return the document with its account, or with the reason why it has none; what a person settled comes first."""
    if "account" in settled:
        return replace(document, account=settled["account"], account_reason="settled by hand")
    match = index.match(document)
    return replace(document, account=match.account, account_reason=match.reason)
