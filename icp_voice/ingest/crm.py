"""Accounts and contacts out of a CRM export: which column is the id, the name and the website, and what is in doubt.

An id that stands for two different things makes the whole file unreadable, because half an import is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.columns import attribute_names, check_keys, columns_hint, find_column
from icp_voice.ingest.rows import rows_named
from icp_voice.ingest.source import Source
from icp_voice.ingest.tables import Row, Table, read_table
from icp_voice.model import Account, Contact, Value

KEYS = ("id", "name", "domain", "contact", "role", "email")

_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "id": (
        *("account_id", "id", "company_id", "crm_id", "account_number", "account_no", "record_id", "customer_id"),
        *("organization_id", "organisation_id", "hs_object_id", "salesforce_id", "account_key", "external_id"),
    ),
    "name": (
        *("account_name", "company_name", "name", "company", "account", "organization_name", "organisation_name"),
        *("organization", "organisation", "customer_name", "customer", "client", "business_name"),
    ),
    "domain": (
        *("website", "domain", "domains", "company_domain_name", "company_domain", "email_domain", "domain_name"),
        *("website_url", "web_site", "homepage", "url", "web"),
    ),
    "contact": ("primary_contact", "contact_name", "contact", "main_contact", "primary_contact_name", "key_contact"),
    "role": ("contact_title", "contact_role", "contact_job_title", "primary_contact_title", "primary_contact_role"),
    "email": ("contact_email", "primary_contact_email", "contact_e_mail", "email", "e_mail", "email_address"),
}
_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{1,62}")
# Under these, a registered name has three parts: brackwater.co.uk.
_SECOND_LEVEL = frozenset("ac co com edu gob gov go mil ne net nhs nom or org sch".split())
# These belong to the host, not to the company that has a page there.
_SHARED = frozenset(
    (
        *("github.io", "gitlab.io", "myshopify.com", "wordpress.com", "wixsite.com", "blogspot.com", "netlify.app"),
        *("vercel.app", "herokuapp.com", "web.app", "webflow.io", "squarespace.com", "notion.site", "weebly.com"),
        *("linkedin.com", "facebook.com", "instagram.com", "twitter.com", "x.com", "youtube.com", "google.com"),
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "gmx.de", "web.de"),
    )
)
_SOCIAL = re.compile(r"(?:www|[a-z]{2}|m|sites|mail)\.")
_NOTHING = frozenset("n/a na none null - -- tbd unknown".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTable:
    """What a CRM export holds. `warnings` tell which rows were left out and what looks doubtful."""

    accounts: list[Account]
    contacts: list[Contact]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """An account with the row it stands in and that row's contact."""

    row: int
    account: Account
    contact: Contact | None


def read_accounts(source: Source) -> AccountTable:
    """Read accounts and their contacts from CSV, XLSX or JSON rows.

    Raise UnreadableFile where no column names the accounts, or where rows with the same id differ: nothing is
    imported then.
    """
    try:
        return _read(source)
    except UnreadableFile as error:
        raise UnreadableFile(f"{source.file}: {error.message}", hint=error.hint) from error


def _read(source: Source) -> AccountTable:
    table = read_table(source)
    columns = account_columns(table.columns, source.mapping)
    told = list(table.warnings)
    entries = _entries(table, columns, told)
    if not entries:
        raise UnreadableFile("no row with an account", hint=columns_hint(table.columns))
    _refuse_conflicts(entries, "id" if "id" in columns else "name")
    accounts = {entry.account.id: entry.account for entry in entries}
    contacts = dict.fromkeys(entry.contact for entry in entries if entry.contact)
    told += _shared_domains(list(accounts.values()))
    return AccountTable(accounts=list(accounts.values()), contacts=list(contacts), warnings=tuple(told))


def bare_domain(website: str) -> str:
    """Return the registered domain of a website or mail address, or an empty string where there is none.

    "https://www.brackwater.example/x" is brackwater.example. A page at a host that many share, such as
    acme.github.io, keeps its own name; a page that has none of its own, such as one at linkedin.com, is no domain.
    """
    host = re.sub(r"^(?:(?:[a-z][a-z0-9+.-]*:)?//+|mailto:)", "", website.strip().lower())
    host = re.split(r"[/?#\s]", host, maxsplit=1)[0].rpartition("@")[2].partition(":")[0].rstrip(".")
    if not _HOST.fullmatch(host):
        return ""
    parts = host.split(".")
    country = len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND_LEVEL
    registered = ".".join(parts[-3 if country else -2 :])
    if registered not in _SHARED:
        return registered
    return "" if host == registered or _SOCIAL.match(host) else ".".join(parts[-3:])


def account_columns(names: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Return field -> column; a field that is mapped to no column has none. UnreadableFile without names of accounts."""
    check_keys(mapping, KEYS, "a mapping of accounts")
    columns: dict[str, str] = {}
    for key in sorted(KEYS, key=lambda key: key not in mapping):
        free = [column for column in names if column not in columns.values()]
        mapped = {key: mapping[key]} if key in mapping else None
        if mapped and not mapped[key]:
            continue
        if found := find_column(names if mapped else free, _SYNONYMS[key], mapped, key=key):
            columns[key] = found
    if "name" not in columns:
        hint = f"{columns_hint(names)} Name one with --name COLUMN."
        raise UnreadableFile("no column with the accounts' names.", hint=hint)
    return columns


def _entries(table: Table, columns: Mapping[str, str], told: list[str]) -> list[_Entry]:
    place = {column: index for index, column in enumerate(table.columns)}
    others = [column for column in table.columns if column not in columns.values()]
    attributes = [(name, place[column]) for column, name in attribute_names(others)]
    entries: list[_Entry] = []
    without: dict[str, list[int]] = {"id": [], "name": []}
    odd: list[str] = []
    for row in table.rows:
        cells = {key: row.texts[place[column]] for key, column in columns.items()}
        missing = next((key for key in ("id", "name") if key in columns and not cells[key]), None)
        if missing:
            without[missing].append(row.number)
            continue
        domains, unclear = _domains(cells.get("domain", ""))
        odd += [f'"{word}" (row {row.number})' for word in unclear]
        account = Account(
            id=cells.get("id") or _slug(cells["name"]),
            name=" ".join(cells["name"].split()),
            domains=domains,
            attributes=_attributes(row, attributes),
        )
        entries.append(_Entry(row.number, account, _contact(account.id, cells)))
    for key, numbers in without.items():
        if numbers:
            told.append(f"Without {key}, left out: {rows_named(numbers)}.")
    if odd:
        more = f" and {len(odd) - 5} more" if len(odd) > 5 else ""
        told.append(f"No domain could be read from {', '.join(odd[:5])}{more}.")
    return entries


def _attributes(row: Row, places: Sequence[tuple[str, int]]) -> dict[str, Value]:
    return {name: row.values[index] for name, index in places if row.values[index] is not None}


def _domains(cell: str) -> tuple[tuple[str, ...], list[str]]:
    """Return the domains of a cell and the words in it that are none."""
    words = [word for word in re.split(r"[;,\s|]+", cell) if word and word.lower() not in _NOTHING]
    found = {word: bare_domain(word) for word in words}
    return tuple(dict.fromkeys(filter(None, found.values()))), [word for word, domain in found.items() if not domain]


def _contact(account: str, cells: Mapping[str, str]) -> Contact | None:
    name, email = " ".join(cells.get("contact", "").split()), cells.get("email", "").strip()
    if not name and not email:
        return None
    return Contact(account=account, name=name or email, role=cells.get("role", ""), email=email)


def _slug(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name).strip("-").lower() or name


def _refuse_conflicts(entries: Sequence[_Entry], key: str) -> None:
    """Raise UnreadableFile if an id stands for different accounts; rows that differ in the contact alone are fine."""
    first: dict[str, _Entry] = {}
    conflicts: dict[str, tuple[_Entry, _Entry]] = {}
    for entry in entries:
        known = first.setdefault(entry.account.id, entry)
        if known.account != entry.account:
            conflicts.setdefault(entry.account.id, (known, entry))
    if not conflicts:
        return
    one, other = next(iter(conflicts.values()))
    shown = one.account.id if key == "id" else f'"{one.account.name}"'
    more = f" {len(conflicts) - 1} more like it." if len(conflicts) > 1 else ""
    raise UnreadableFile(
        f"{key} {shown} stands in rows {one.row} and {other.row} with different values",
        hint=f"{_difference(one.account, other.account)}.{more} Nothing was imported.",
    )


def _difference(one: Account, other: Account) -> str:
    left = {"name": one.name, "domain": ", ".join(one.domains), **one.attributes}
    right = {"name": other.name, "domain": ", ".join(other.domains), **other.attributes}
    name = next(name for name in {**left, **right} if left.get(name) != right.get(name))
    return f'{name} is "{_said(left.get(name))}" and "{_said(right.get(name))}"'


def _said(value: Value) -> str:
    return "" if value is None else str(value)[:60]


def _shared_domains(accounts: Sequence[Account]) -> list[str]:
    holders: dict[str, list[str]] = {}
    for account in accounts:
        for domain in account.domains:
            holders.setdefault(domain, []).append(account.id)
    shared = [f"{domain} ({', '.join(ids[:3])})" for domain, ids in holders.items() if len(ids) > 1]
    if not shared:
        return []
    more = f" and {len(shared) - 5} more" if len(shared) > 5 else ""
    return [f"More than one account has the domain {', '.join(shared[:5])}{more}."]
