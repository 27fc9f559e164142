"""What a form says of a file that is not kept yet, as choices. What was left as it was found is not said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar, get_args

from starlette.datastructures import FormData

from icp_voice.errors import FormError
from icp_voice.ingest.choices import Choices, Purpose, SameName

T = TypeVar("T", bound=str)


def chosen(form: FormData, before: Choices) -> Choices:
    """Return the choices of a file's form, which were `before`."""
    account, new_account = _account(form, before)
    sides = {who: side for who, side in zip(_all(form, "speaker"), _all(form, "side"), strict=False) if side}
    purpose = _one_of(form, "purpose", get_args(Purpose)) if "purpose" in form else before.purpose
    return replace(
        before,
        account=account,
        new_account=new_account,
        date=_touched(form, "date", before.date),
        kind=_text(form, "kind"),
        sides=sides,
        new_accounts=bool(_text(form, "new_accounts")),
        same_name=_one_of(form, "same_name", get_args(SameName)),
        purpose=purpose,
        mapping=before.mapping if purpose == before.purpose else {},
    )


def for_all(form: FormData) -> Choices:
    """Return what is said of all files at once."""
    account, new_account = _account(form, Choices())
    return Choices(account=account, new_account=new_account, date=_text(form, "date"), kind=_text(form, "kind"))


def meanings(form: FormData) -> Sequence[tuple[str, str]]:
    """Return each column of a table with what it is said to mean."""
    return list(zip(_all(form, "column"), _all(form, "meaning"), strict=False))


def _account(form: FormData, before: Choices) -> tuple[str, str]:
    """Return the account that is chosen, or the name of a new one; neither if it is as it was found."""
    if made := _text(form, "make"):
        return "", made
    said = _text(form, "account")
    if said and _text(form, "new"):
        return "", said
    found = said == _text(form, "was_account") and not (before.account or before.new_account)
    return ("", "") if found else (said, "")


def _touched(form: FormData, name: str, before: str) -> str:
    said = _text(form, name)
    return said if said != _text(form, f"was_{name}") or before else ""


def _text(form: FormData, name: str) -> str:
    said = form.get(name, "")
    return said.strip()[:500] if isinstance(said, str) else ""


def _all(form: FormData, name: str) -> list[str]:
    return [one if isinstance(one, str) else "" for one in form.getlist(name)]


def _one_of(form: FormData, name: str, allowed: tuple[T, ...]) -> T:
    said = _text(form, name)
    for one in allowed:
        if one == said:
            return one
    raise FormError(f'"{said}" cannot be chosen here.', hint="Load the page again.", field=name)
