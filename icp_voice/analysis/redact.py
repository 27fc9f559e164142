"""What should perhaps not be shown to everybody, told by its form and a check: a person decides. Precision comes first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

VERSION = "1"
MAIL, PHONE, CARD, ACCOUNT = "mail address", "phone number", "card number", "bank account"
SECRET, NAME, BY_HAND = "password in an address", "person's name", "by hand"
WHY = (MAIL, PHONE, CARD, ACCOUNT, SECRET, NAME, BY_HAND)

_URL = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://([^\s/?#@:]{1,200}:[^\s/?#@]{1,200})@", re.IGNORECASE)
_MAIL = re.compile(
    r"(?<![\w.%+-])[\w%+-]{1,64}(?:\.[\w%+-]{1,64}){0,8}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}(?![\w-])",
    re.IGNORECASE,
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}")
_CARD = re.compile(r"(?<![\w.+-])(?<!\d )[2-6]\d{3}(?:[ -]?\d){9,15}(?![\w-]|[. ]\d)")
_CARD_GROUPS = {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3)}
_PHONE_CUE = re.compile(
    r"(?:phone|tel|mobile|cell|fax|whatsapp|call|dial|ring|text|reach|number)\b[^.?!\n]{0,30}$", re.IGNORECASE
)
_DIGITS = re.compile(r"(?:\d\D{0,3}){7}")
_BEGINS = re.compile(r"(?:^|[.?!:;\n\"“”(\[-])\s*$")
# Length of an account number by country: ISO 13616.
_IBAN_LENGTH = {
    **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "XK"), 20),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FI", "FO", "GL", "NL"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("CH", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "CR", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "TL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"), 24),
    **dict.fromkeys(("PT", "ST"), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("FR", "GR", "IT", "MC", "MR", "SM"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HU", "LB", "PL", "SV"), 28),
    **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29),
    **dict.fromkeys(("JO", "KW", "MU"), 30),
    "NO": 15,
    "MT": 31,
}


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A span of a text, and what it is."""

    start: int
    end: int
    why: str


def find(text: str, *, region: str, names: Iterable[str] = ()) -> list[Found]:
    """Return what a text should perhaps not show, in order; of what overlaps, the surer kind.

    `region` is where phone numbers without a country code are dialled, `names` are those of people to look for.
    """
    taken: list[Found] = []
    for found in (*_secrets(text), *_mails(text), *_accounts(text), *_cards(text), *_phones(text, region)):
        if all(found.end <= other.start or other.end <= found.start for other in taken):
            taken.append(found)
    for found in _names(text, names):
        if all(found.end <= other.start or other.end <= found.start for other in taken):
            taken.append(found)
    return sorted(taken)


def _secrets(text: str) -> Iterator[Found]:
    return (Found(*match.span(1), SECRET) for match in _URL.finditer(text)) if "@" in text else iter(())


def _mails(text: str) -> Iterator[Found]:
    return (Found(*match.span(), MAIL) for match in _MAIL.finditer(text)) if "@" in text else iter(())


def _accounts(text: str) -> Iterator[Found]:
    for match in _IBAN.finditer(text):
        wanted = _IBAN_LENGTH.get(match[0][:2], 0)
        number, end = "", 0
        for place, sign in enumerate(match[0], start=1):
            number += sign.strip()
            if len(number) == wanted:
                end = place
                break
        whole = end and not match.string[match.start() + end : match.start() + end + 1].isalnum()
        if whole and _mod_97(number):
            yield Found(match.start(), match.start() + end, ACCOUNT)


def _mod_97(number: str) -> bool:
    return int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1


def _cards(text: str) -> Iterator[Found]:
    for match in _CARD.finditer(text):
        digits = [int(sign) for sign in match[0] if sign.isdigit()]
        groups = tuple(len(group) for group in re.split(r"\D", match[0]))
        written = len(groups) == 1 or groups in _CARD_GROUPS
        if written and 13 <= len(digits) <= 19 and len(set(digits)) > 1 and _luhn(digits):
            yield Found(*match.span(), CARD)


def _luhn(digits: list[int]) -> bool:
    doubled = (2 * digit - 9 * (digit > 4) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _phones(text: str, region: str) -> Iterator[Found]:
    """Yield numbers that can be dialled: with a country code, or written in groups, or named as a phone number."""
    if not _DIGITS.search(text):
        return
    import phonenumbers

    matcher = phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.STRICT_GROUPING)
    for match in matcher:
        told = _PHONE_CUE.search(text[max(0, match.start - 40) : match.start])
        groups = re.split(r"\D+", match.raw_string.strip("+()"))
        if match.raw_string.startswith("+") or told or (len(groups) >= 3 and len(match.raw_string) >= 12):
            yield Found(match.start, match.end, PHONE)


def _names(text: str, names: Iterable[str]) -> Iterator[Found]:
    """Yield names in full anywhere; a part of one only inside a sentence, where a capital letter tells a name."""
    whole = {name for name in names if len(name.split()) > 1 and "@" not in name}
    for name in sorted(whole, key=lambda one: (-len(one), one)):
        yield from (Found(*match.span(), NAME) for match in _word(name).finditer(text))
    parts = {part for name in whole for part in name.split() if len(part) > 2 and part[:1].isupper()}
    for part in sorted(parts):
        for match in _word(part).finditer(text):
            if not _BEGINS.search(text[: match.start()][-8:]):
                yield Found(*match.span(), NAME)


def _word(name: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, name.split())) + r"(?!\w)")
