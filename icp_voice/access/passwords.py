"""Passwords: which are taken, and how they are kept (argon2id, as argon2-cffi sets it)."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from icp_voice.errors import AccessError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST, MOST = 10, 1024
_WANTED: Final = f"Take one of at least {LEAST} characters that nobody guesses, such as four random words."
# Of those with ten characters or more that leaked lists know best; those made of one or two letters need no list.
_COMMON: Final = frozenset(
    """
    0123456789 1234567890 12345678910 123456789a 1234567891 0987654321 9876543210 1122334455 123123123123 12345678900
    1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5 q1w2e3r4t5y6 1qaz2wsx3edc qwertyuiop qwerty1234 qwerty12345 qwerty123456
    asdfghjkl1 asdfghjkl; zaq12wsxcde3 abcdefghij abcdefghijk abcd123456 abc1234567 abc123abc123 a123456789
    password10 password11 password12 password123 password1234 password12345 password123! passwordpassword mypassword
    mypassword1 p@ssw0rd123 p@ssword123 passw0rd123 letmein123 letmein1234 welcome123 welcome1234 welcome2024 welcome2025
    welcome2026 administrator admin12345 admin123456 adminadmin changeme123 changeme1234 iloveyou12 iloveyou123
    iloveyouso football123 baseball123 basketball sunshine123 princess123 superman123 dragon1234 monkey1234 starwars123
    summer2024! summer2025! summer2026! winter2025! winter2026! testtest12 test123456 icp-voice1 icpvoice123 icp-voice123
    """.split()
)
_READABLE: Final = "abcdefghijkmnpqrstuvwxyz23456789"  # none that look like one another
# Each takes 64 MB while it works: strangers at the door shall not take the machine's memory.
_AT_ONCE = threading.BoundedSemaphore(4)


def check_password(password: str, name: str) -> None:
    """Raise AccessError, saying what is wanted, if this is no password for a person of this name."""
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < LEAST:
        raise AccessError(f"The password has {len(plain)} characters.", hint=_WANTED)
    if len(password) > MOST or len(plain) > MOST:
        raise AccessError(f"The password has more than {MOST} characters.", hint="Take a shorter one.")
    folded = plain.casefold().strip()
    if folded == unicodedata.normalize("NFKC", name).casefold().strip():
        raise AccessError("The password is the name.", hint=_WANTED)
    if folded in _COMMON or len(set(folded)) < 3:
        raise AccessError("The password is one of those that are tried first.", hint=_WANTED)


def generated() -> str:
    """Return a new password that is easy to copy and to type, with 99 bits of chance."""
    import secrets

    return "-".join("".join(secrets.choice(_READABLE) for _ in range(5)) for _ in range(4))


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    with _AT_ONCE:
        return _hasher().hash(_bytes(password))


def fits(password: str, kept: str | None) -> bool:
    """Whether a password is the kept one. Without a kept one the answer is no, and takes as long."""
    from argon2.exceptions import VerificationError

    if len(password) > MOST:
        password, kept = "", None
    against = kept or _nobodys()
    with _AT_ONCE:
        try:
            return _hasher().verify(against, _bytes(password)) and kept is not None
        except VerificationError:
            return False


def is_outdated(kept: str) -> bool:
    """Whether it was kept in an older way than is usual now."""
    return _hasher().check_needs_rehash(kept)


def ready() -> None:
    """Make the stand-in for unknown names beforehand, lest the first of them takes twice as long."""
    _nobodys()


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys() -> str:
    import secrets

    return hashed(secrets.token_urlsafe(32))


def _bytes(password: str) -> bytes:
    # The same letters reach us in several spellings, by keyboard and system.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
