"""What somebody wrote in a mail themselves: without quoted replies, signatures, disclaimers and automatic messages.

All is told line by line. The library for this has patterns that take half a minute over 20,000 words without a full
stop, and it takes a list of steps with hyphens for a signature, which would lose customers' words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from icp_voice.ingest.htmltext import from_html, is_html
from icp_voice.ingest.mailphrases import (
    AUTO_SUBJECT,
    AWAY,
    BACK,
    BANNER,
    CLOSING,
    DEVICE,
    DISCLAIMER,
    FROM,
    LEGAL,
    MARKS,
    RECEIVED,
    ROBOTS,
    SENT,
    SEPARATOR,
    THANKS,
    TO,
    WROTE,
    WROTE_STARTS,
)

_MOST_AUTOMATIC: Final = 120  # words; somebody who has more to say than that is not a machine


def own_words(text: str, *, html: bool | None = None) -> str:
    """Return what the writer of a mail, ticket or chat message says anew; empty where all of it is quoted."""
    if html or (html is None and is_html(text)):
        text = from_html(text)
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    lines = _without_disclaimers(_without_signature(_without_history(_without_banner(lines))))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in lines)).strip()


def is_automatic(text: str, *, subject: str = "", sender: str = "", headers: Mapping[str, str] | None = None) -> bool:
    """Tell whether a machine wrote a mail: out-of-office notes, bounces, receipts, calendar answers."""
    told = {name.lower(): value.lower() for name, value in (headers or {}).items()}
    if (
        told.get("auto-submitted", "no").split(";")[0].strip() != "no"
        or "x-autoreply" in told
        or "x-autorespond" in told
    ):
        return True
    if told.get("precedence", "").strip() in ("auto_reply", "bulk", "junk") or AUTO_SUBJECT.match(subject):
        return True
    if sender and ROBOTS.match(sender.strip()):
        return True
    if len(text) > 4_000 or len(text.split()) > _MOST_AUTOMATIC:
        return False
    return bool(AWAY.search(text) and BACK.search(text)) or len(RECEIVED.findall(text)) >= 2


def plain_subject(subject: str) -> str:
    """Return a subject without `Re:`, `Fwd:`, `AW:` and the like."""
    return re.sub(
        r"^(?:\s*(?:re|fwd?|aw|wg|tr|rv|sv|vs|antw|res|enc|r|i)(?:\[\d+\])?\s?:\s*)+", "", subject, flags=re.I
    ).strip()


def _without_banner(lines: list[str]) -> list[str]:
    """Drop the paragraph with which mail gates warn of strangers."""
    first = next((number for number, line in enumerate(lines[:5]) if line), None)
    if first is None or not BANNER.match(" ".join(lines[first : first + 2])):
        return lines
    rest = lines[first:]
    return rest[rest.index("") :] if "" in rest else (rest[1:] if len(rest) > 1 else lines)


def _without_history(lines: Sequence[str]) -> list[str]:
    """Drop quoted lines and what they answer; a history that is not marked by `>` reaches to the end."""
    kept: list[str] = []
    number = 0
    while number < len(lines):
        taken = _introduces(lines, number)
        if taken:
            following = next((line for line in lines[number + taken : number + taken + 4] if line), "")
            if not following.startswith(">"):
                break
            number += taken
        elif lines[number].startswith(">"):
            number += 1
        elif SEPARATOR.match(lines[number]) or _heads_history(lines, number):
            break
        else:
            kept.append(lines[number])
            number += 1
    while kept and re.fullmatch(r"[_*=\-\s]*", kept[-1]):
        kept.pop()
    return kept


def _introduces(lines: Sequence[str], number: int) -> int:
    """Return how many lines an `On Monday, Ana wrote:` takes, which mail programs wrap; 0 if there is none."""
    if len(lines[number]) > 300:
        return 0
    if lines[number].endswith(":") and WROTE.fullmatch(lines[number]):
        return 1
    if not WROTE_STARTS.match(lines[number]):
        return 0
    for more in (2, 3):
        joined = " ".join(lines[number : number + more])
        if joined.endswith(":") and len(joined) <= 400 and WROTE.fullmatch(joined):
            return more
    return 0


def _heads_history(lines: Sequence[str], number: int) -> bool:
    """Whether the block `From: Sent: To: Subject:` stands here, as Outlook writes it above what is answered."""
    if not FROM.match(lines[number]):
        return False
    block = [line for line in lines[number + 1 : number + 8] if line][:4]
    return any(map(SENT.match, block)) and any(map(TO.match, block))


def _without_signature(lines: list[str]) -> list[str]:
    """Drop what follows `--`, and each closing with the lines of name, job and address below it."""
    mark = next((number for number, line in enumerate(lines) if line in MARKS and any(lines[:number])), len(lines))
    lines = [line for line in lines[:mark] if not DEVICE.fullmatch(line)]
    kept: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        end = number
        if 0 < len(line) <= 60 and any(kept) and CLOSING.fullmatch(line):
            end = _signature_ends(lines, number + 1, soft=bool(THANKS.match(line)))
        if end == number:
            kept.append(line)
        number = max(end, number + 1)
    return kept


def _signature_ends(lines: Sequence[str], start: int, *, soft: bool) -> int:
    """Return where the lines of a name, a job and an address end; `start` - 1 where it is no signature.

    After a `soft` closing such as "Thanks" people go on talking, unless a name follows.
    """
    first = next((line for line in lines[start : start + 3] if line), "")
    if soft and first and not _is_name(first):
        return start - 1
    for number in range(start, len(lines)):
        if _is_prose(lines[number]):
            return number
        if number - start > 25:
            return start - 1
    return len(lines)


def _is_name(line: str) -> bool:
    words = line.strip(" ,.-|").split()
    capitals = all(not word[0].isalpha() or word[0].isupper() for word in words)
    return len(words) == 1 or (len(words) <= 6 and capitals and line[-1] not in "!?")


def _is_prose(line: str) -> bool:
    words = line.split()
    if re.match(r"p\.?\s?s\b", line, re.I):
        return True
    return line[-1:] == "?" or (len(words) >= 5 and line[-1] in ".!…:,;") or len(words) >= 12


def _without_disclaimers(lines: list[str]) -> list[str]:
    """Drop the paragraphs of small print at the end."""
    while lines:
        end = len(lines)
        while end and not lines[end - 1]:
            end -= 1
        start = end
        while start and lines[start - 1]:
            start -= 1
        paragraph = " ".join(lines[start:end])
        if not (DISCLAIMER.match(paragraph.lstrip("*_ ")) and LEGAL.search(paragraph)):
            break
        lines = lines[:start]
    return lines
