"""Accounts and people as a person types them: checked, numbers as numbers, and told apart from those that are known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from icp_voice.errors import FormError
from icp_voice.model import Account, Contact, Value
from icp_voice.profile.rules import snake

_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{1,62}")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?")
_OWN = frozenset({"id", "name", "domain"})


def typed_account(
    known: Sequence[Account],
    before: Account | None,
    name: str | None,
    domains: Sequence[str] | str | None,
    attributes: Mapping[str, Value] | None,
) -> tuple[Account, dict[str, object]]:
    """Return the account as it will be and, by field, what of it a person says."""
    account = before or Account(id="", name="")
    said: dict[str, object] = {}
    if name is not None or before is None:
        account = replace(account, name=_name(name or "", account, known))
        said["name"] = account.name
    if domains is not None:
        account = replace(account, domains=_domains(domains, account, known))
        said["domains"] = list(account.domains)
    typed = {_attribute(key): _value(value) for key, value in (attributes or {}).items()}
    values = {key: value for key, value in {**account.attributes, **typed}.items() if typed.get(key, "") is not None}
    said |= {f"attribute:{key}": value for key, value in typed.items()}
    return replace(account, id=account.id or _new_id(account.name, known), attributes=values), said


def typed_changes(before: Account | None, typed: Sequence[tuple[str, str]]) -> dict[str, Value]:
    """Return what a form changes of an account's attributes: (name, value) pairs whose value is not as it was shown.

    An emptied value is None. Where "yes" or "no" stood, it stays one of them.
    """
    known = before.attributes if before else {}
    changed: dict[str, Value] = {}
    for name, said in typed:
        was, value = known.get(name), " ".join(said.split())
        if name.strip() and value != shown_value(was):
            flag = isinstance(was, bool) and value in ("yes", "no")
            changed[name] = value == "yes" if flag else value or None
    return changed


def shown_value(value: Value) -> str:
    """Return an attribute as a form shows it."""
    if value is None:
        return ""
    return ("no", "yes")[value] if isinstance(value, bool) else " ".join(str(value).split())


def typed_contact(account: str, name: str, role: str, email: str) -> Contact:
    """Return a person of an account; the name is needed."""
    name, email = " ".join(name.split()), email.strip()
    if not name:
        raise FormError("A person needs a name.", hint="Give one.", field="name")
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise FormError("This is no mail address.", hint="Write it as ann@acme.example.", field="email")
    return Contact(account=account, name=name, role=" ".join(role.split()), email=email)


def _name(name: str, account: Account, known: Sequence[Account]) -> str:
    name = " ".join(name.split())
    if not name:
        raise FormError("An account needs a name.", hint="Give one.", field="name")
    for other in known:
        if other.id != account.id and name.casefold() in {one.casefold() for one in (other.name, *other.also)}:
            raise FormError(f'"{name}" is known already, as {other.id}.', hint="Change that one.", field="name")
    return name


def _domains(domains: Sequence[str] | str, account: Account, known: Sequence[Account]) -> tuple[str, ...]:
    words = domains if not isinstance(domains, str) else re.split(r"[\s,;]+", domains)
    found = tuple(dict.fromkeys(bare for word in words if (bare := _bare(word))))
    for domain in found:
        if not _DOMAIN.fullmatch(domain):
            raise FormError(f'"{domain}" is no domain.', hint="Write it as acme.example.", field="domains")
        for other in known:
            if other.id != account.id and domain in other.domains:
                hint = "If both are one company, merge them."
                raise FormError(f"{domain} is a domain of {other.name}.", hint=hint, field="domains")
    return found


def _bare(word: str) -> str:
    host = re.sub(r"^(?:[a-z][a-z0-9+.-]*:)?//", "", word.strip().lower())
    return re.split(r"[/?#]", host, maxsplit=1)[0].rpartition("@")[2].removeprefix("www.")


def _attribute(key: str) -> str:
    name = snake(key)
    if not name or name in _OWN:
        raise FormError(f'"{key}" cannot be the name of an attribute.', hint="Use letters.", field="attributes")
    return name


def _value(value: Value) -> Value:
    """Return a number where a person typed one as text; 007 is a text, and an empty text is none."""
    if not isinstance(value, str):
        return value
    text = " ".join(value.split())
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text or None


def _new_id(name: str, known: Sequence[Account]) -> str:
    start = re.sub(r"[\W_]+", "-", name).strip("-").lower() or "account"
    taken = {one.casefold() for account in known for one in (account.id, *account.also)}
    wanted, number = start, 2
    while wanted.casefold() in taken:
        wanted, number = f"{start}-{number}", number + 1
    return wanted
