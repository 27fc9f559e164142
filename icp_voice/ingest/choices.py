"""What a person says of one file before it is kept: whose words it holds, when they were said, what its columns mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from icp_voice.errors import IcpVoiceError
from icp_voice.ingest.dates import iso_date
from icp_voice.model import Document, Kind, Side

Purpose = Literal["", "documents", "accounts", "project"]
SameName = Literal["", "update", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What was changed by hand for one file; what is empty is told by the file.

    `sides` is speaker -> side, `mapping` field -> column (an empty column: nothing has this meaning), `new_account` the
    name of an account to be made. `date` holds for a file of one document, and for the undated ones of several.
    `same_name` says what to do when the file's name is known with other words.
    """

    purpose: Purpose = ""
    account: str = ""
    new_account: str = ""
    kind: str = ""
    date: str = ""
    sides: Mapping[str, str] = field(default_factory=dict)
    mapping: Mapping[str, str] = field(default_factory=dict)
    new_accounts: bool = False
    same_name: SameName = ""
    skip: bool = False


def checked_choices(choices: Choices) -> Choices:
    """Return the choices if each says something that is allowed."""
    if choices.kind and choices.kind not in set(Kind):
        raise IcpVoiceError(f'There is no kind "{choices.kind}".', hint=f"Allowed: {', '.join(Kind)}.")
    for side in choices.sides.values():
        if side not in set(Side):
            raise IcpVoiceError(f'There is no side "{side}".', hint=f"Allowed: {', '.join(Side)}.")
    if choices.date and iso_date(choices.date) != choices.date:
        raise IcpVoiceError(f'"{choices.date}" is no day.', hint="Write it as 2026-05-12.")
    if choices.account and choices.new_account:
        raise IcpVoiceError("An account is chosen and a new one is named.", hint="Say one of the two.")
    return choices


def settled_by(choices: Choices, document: Document, account: str, *, alone: bool) -> dict[str, str]:
    """Return what is settled of a document: field -> value, as people's word is kept."""
    heard = {speaker.name for speaker in document.speakers} | {turn.speaker for turn in document.turns}
    settled = {f"side:{name}": side for name, side in choices.sides.items() if name in heard}
    if account:
        settled["account"] = account
    if choices.kind:
        settled["kind"] = choices.kind
    if choices.date and (alone or not document.date):
        settled["date"] = choices.date
    return settled
