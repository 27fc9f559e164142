"""Mails as their bytes say them, and which of them belong to one thread."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Final

from icp_voice.ingest.cues import tidy
from icp_voice.ingest.mailtext import plain_subject

_FROM_LINE: Final = re.compile(rb"^From \S{1,200}\s.{0,80}\d{4}\s*\n(?=[A-Za-z][A-Za-z0-9-]{1,40}:)", re.M)
_TOLD: Final = (
    *("auto-submitted", "precedence", "x-autoreply", "x-autorespond", "x-auto-response-suppress"),
    *("list-unsubscribe", "list-id"),
)
_ID: Final = re.compile(r"<[^<>\s]{1,300}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail. `answers` are the ids of those it follows, `moment` sorts; `others` are all addresses in it."""

    identity: str
    subject: str
    name: str
    address: str
    text: str
    is_html: bool
    date: str = ""
    moment: float = 0.0
    answers: tuple[str, ...] = ()
    others: frozenset[str] = frozenset()
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: int = 0


def split_box(data: bytes) -> list[bytes]:
    """Cut an mbox at its `From ` lines, and take the `>` from lines that only look like one."""
    starts = [found.span() for found in _FROM_LINE.finditer(data)]
    ends = [start for start, _ in starts[1:]] + [len(data)]
    bodies = [data[after:end] for (_, after), end in zip(starts, ends, strict=True)]
    return [re.sub(rb"^>(>*From )", rb"\1", body, flags=re.M) for body in bodies]


def read_mail(data: bytes) -> Mail | None:
    """Read one mail; None where it is none that the library can read."""
    from email import message_from_bytes, policy

    try:
        message = message_from_bytes(data, policy=policy.default)
        return _mail(message)
    # The library meets broken headers and parts with whatever its innards raise.
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError, AssertionError):
        return None


def _mail(message: EmailMessage) -> Mail:
    name, address = _sender(message)
    text, is_html = _words(message)
    when = _moment(message)
    own = _ID.findall(_header(message, "message-id"))
    identity = own[0] if own else f"{address} {when:.0f} {plain_subject(_header(message, 'subject'))}"
    follows = _ID.findall(f"{_header(message, 'references')} {_header(message, 'in-reply-to')}")
    return Mail(
        identity=identity,
        subject=_header(message, "subject"),
        name=name,
        address=address,
        text=text,
        is_html=is_html,
        date=_day(message),
        moment=when,
        answers=tuple(dict.fromkeys(follows)),
        others=frozenset(_addresses(message)),
        headers={key: _header(message, key) for key in _TOLD if message[key] is not None},
        attachments=sum(1 for _ in message.iter_attachments()) if message.is_multipart() else 0,
    )


def _header(message: EmailMessage, name: str) -> str:
    value = message[name]
    return tidy(str(value)) if value is not None else ""


def _sender(message: EmailMessage) -> tuple[str, str]:
    from email.utils import parseaddr

    name, address = parseaddr(_header(message, "from"))
    address = address.strip().lower()
    return tidy(name.strip("'\"")), address if re.fullmatch(r"[^@\s]+@[^@\s]+", address) else ""


def _addresses(message: EmailMessage) -> list[str]:
    from email.utils import getaddresses

    stated = [_header(message, name) for name in ("from", "to", "cc", "reply-to")]
    return [address.lower() for _, address in getaddresses([one for one in stated if one]) if "@" in address]


def _words(message: EmailMessage) -> tuple[str, bool]:
    """Return the words, and whether they are HTML; a plain text that says nothing gives way to HTML."""
    for kind in ("plain", "html"):
        part = message.get_body(preferencelist=(kind,))
        if part is None:
            continue
        try:
            words = str(part.get_content())
        except (LookupError, UnicodeError, ValueError):
            held = part.get_payload(decode=True)
            words = held.decode("utf-8", "replace") if isinstance(held, bytes) else ""
        if words.strip():
            return words, kind == "html"
    return "", False


def _when(message: EmailMessage) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(_header(message, "date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _day(message: EmailMessage) -> str:
    when = _when(message)
    return when.date().isoformat() if when else ""


def _moment(message: EmailMessage) -> float:
    when = _when(message)
    if when is None:
        return 0.0
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def threads(mails: Iterable[Mail]) -> list[list[Mail]]:
    """Group mails by what they answer, else by subject and people; in the order of time, whatever that of the file."""
    unique = {mail.identity: mail for mail in sorted(mails, key=lambda mail: (mail.moment, mail.identity, mail.text))}
    group = {identity: identity for identity in unique}
    by_id = dict(group)
    for mail in unique.values():
        for other in mail.answers:
            _join(group, by_id.setdefault(other, other), mail.identity)
    _join_by_subject(group, list(unique.values()))
    found: dict[str, list[Mail]] = defaultdict(list)
    for mail in unique.values():
        found[_root(group, mail.identity)].append(mail)
    return sorted(found.values(), key=lambda thread: (thread[0].moment, thread[0].identity))


def _join_by_subject(group: dict[str, str], mails: Sequence[Mail]) -> None:
    """Join an answer that names no mail with an earlier one of its subject in which one of its people takes part."""
    earlier: dict[str, list[Mail]] = defaultdict(list)
    for mail in mails:
        subject = plain_subject(mail.subject).casefold()
        if subject and not mail.answers and subject != mail.subject.strip().casefold():
            with_same = [other for other in earlier[subject] if other.others & mail.others]
            if with_same:
                _join(group, with_same[-1].identity, mail.identity)
        earlier[subject].append(mail)


def _root(group: dict[str, str], identity: str) -> str:
    group.setdefault(identity, identity)
    while group[identity] != identity:
        group[identity] = group[group[identity]]
        identity = group[identity]
    return identity


def _join(group: dict[str, str], one: str, other: str) -> None:
    first, second = sorted((_root(group, one), _root(group, other)))
    group[second] = first
