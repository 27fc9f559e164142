"""Mails: one (`.eml`) or a box of them (`mbox`), the mails of a thread as one document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.cues import tidy
from icp_voice.ingest.mailbox import Mail, read_mail, split_box, threads
from icp_voice.ingest.mailtext import is_automatic, own_words, plain_subject
from icp_voice.ingest.source import Source
from icp_voice.ingest.vendors.collected import told
from icp_voice.ingest.vendors.parts import Left, People, hints
from icp_voice.model import Document, Kind, Speaker, Turn

NAME = "mail (eml, mbox)"

_HEADER: Final = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,40}):[ \t]*\S?")
_MAIL_ONLY: Final = frozenset(
    (b"message-id", b"mime-version", b"received", b"content-type", b"return-path", b"delivered-to", b"dkim-signature")
)
_BOX: Final = re.compile(rb"From \S{1,200}\s.{0,80}\d{4}\s*\n[A-Za-z][A-Za-z0-9-]{1,40}:")


def matches(source: Source) -> float:
    """Certain by headers that only machines write, above an empty line."""
    head = _bytes(source)[:20_000].lstrip(b"\n")
    if _BOX.match(head):
        return 1.0
    names = set()
    for line in head.split(b"\n\n", 1)[0].split(b"\n")[:80]:
        found = _HEADER.match(line)
        if found:
            names.add(found[1].lower())
        elif not line.startswith((b" ", b"\t")):
            return 0.0
    return 1.0 if b"from" in names and names & _MAIL_ONLY else 0.0


def parse(source: Source) -> list[Document]:
    """Return a document for each thread in which a person says something."""
    data = _bytes(source).lstrip(b"\n")
    is_box = bool(_BOX.match(data))
    left = Left()
    mails = list(_read(split_box(data) if is_box else [data], left))
    found = [
        document
        for number, thread in enumerate(threads(mails), 1)
        if (document := _document(source.file, f"thread {number}" if is_box else "", thread, left))
    ]
    if not found:
        why = f": {', '.join(left.warnings())}" if left else ""
        raise UnreadableFile(f"there are no words of a person's own in it{why}")
    return told(found, left)


def _bytes(source: Source) -> bytes:
    """Return the mail with plain line ends; a mail that was saved as UTF-16 is no mail to the library."""
    data = source.data
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:200]:
        data = source.legible.encode("utf-8", "replace")
    return data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")


def _read(parts: Sequence[bytes], left: Left) -> Iterator[Mail]:
    for part in parts:
        mail = read_mail(part)
        if mail is None:
            left["mail that could not be read"] += 1
        else:
            left["attachment"] += mail.attachments
            yield mail


def _document(file: str, place: str, thread: Sequence[Mail], left: Left) -> Document | None:
    people = People()
    turns: list[Turn] = []
    silent: Counter[str] = Counter()
    for mail in thread:
        if is_automatic(mail.text, subject=mail.subject, sender=mail.address, headers=mail.headers):
            silent["automatic mail"] += 1
        elif not (own := own_words(mail.text, html=mail.is_html)):
            silent["mail without own words"] += 1
        else:
            speaker = Speaker(name=mail.name or mail.address or "Unknown sender", email=mail.address)
            turns.append(Turn(text=own, speaker=people.add(mail.address or mail.name, speaker).name))
    left.update(silent)
    if not turns:
        return None
    speakers = people.in_order(turns)
    # Addresses, not domains: which of them are ours, the workspace's settings tell.
    return Document(
        file=file,
        place=place,
        turns=tuple(turns),
        kind=Kind.MAIL,
        title=tidy(plain_subject(thread[0].subject)),
        date=thread[0].date,
        speakers=speakers,
        hints=hints(*(one.email for one in speakers)),
        identity=thread[0].identity,
    )
