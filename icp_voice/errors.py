"""What can go wrong, as one tree, and how an error is worded.

    IcpVoiceError           a person can mend it; the command line prints one line and exits with 1
      SettingsError         a TOML file of the workspace says something that is not allowed
      FormError             a field that a person typed is not allowed
      WorkspaceError        no workspace here, or another process holds it
      UnreadableFile        a file could not be read as customers' words
      SourceError           a connected source refused, or answered what it must not
        SourcePaused        its limit is reached: what came is kept, and it goes on later
      UnknownName           an account, category, view, ... that does not exist
      RuleError             an ICP rule that cannot be parsed or names an unknown column
      ModelError            a language or embedding model is missing or not the one expected
      AccessError           a person, password, role or token that cannot be so
      SignInRefused         name and password do not fit, or a link is used up
      TooManyTries          too many failed; `wait` tells for how many seconds nothing more is tried

Anything else is a bug and keeps its traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class IcpVoiceError(Exception):
    """What happened and where; `hint` says what is allowed or what to do."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class SettingsError(IcpVoiceError):
    """A settings or codebook file says something that is not allowed; `field` is the key, so that a form shows it there."""

    def __init__(self, message: str, *, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = field


class FormError(IcpVoiceError):
    """Something that a person typed is not allowed; `field` is where, so that a form shows it there."""

    def __init__(self, message: str, *, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = field


class WorkspaceError(IcpVoiceError):
    """There is no workspace here, or another process holds it."""


class UnreadableFile(IcpVoiceError):
    """One file could not be read; the others are not touched by it."""


class SourceError(IcpVoiceError):
    """A connected source refused, could not be reached, or answered what it must not; what came before is kept."""


class SourcePaused(SourceError):
    """A source asks for more patience than a run has; `until` is the time of day at which it may go on."""

    def __init__(self, message: str, *, hint: str = "", until: str = "") -> None:
        super().__init__(message, hint=hint)
        self.until = until


class UnknownName(IcpVoiceError):
    """A name that nothing in the workspace carries."""


class RuleError(IcpVoiceError):
    """An ICP rule that cannot be parsed, or that names an unknown column; `position` is where in its text, if known."""

    def __init__(self, message: str, *, hint: str = "", position: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.position = position


class ModelError(IcpVoiceError):
    """A model is missing, or is not the one that was expected."""


class AccessError(IcpVoiceError):
    """A person, a password, a role or a token that cannot be so."""


class SignInRefused(IcpVoiceError):
    """Name and password do not fit, or a link is used up; it does not say which of them is wrong."""


class TooManyTries(IcpVoiceError):
    """Too many tries to sign in failed; nothing more is tried for `wait` seconds."""

    def __init__(self, *, wait: int) -> None:
        super().__init__(
            "Too many tries to sign in have failed.",
            hint=f"Try again in {wait} seconds." if wait < 120 else f"Try again in {-(-wait // 60)} minutes.",
        )
        self.wait = wait


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean "x"?` for the nearest known word, else an empty string."""
    near = nearest(word, known)
    return f' Did you mean "{near}"?' if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is written most like this one, or an empty string if none is."""
    names = {name.lower(): name for name in known}
    begun = sorted(name for name in names if len(word) > 2 and name.startswith(word.lower()))
    near = begun or difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return names[near[0]] if near else ""


def unknown(kind: str, word: str, known: Iterable[str], *, most: int = 12) -> UnknownName:
    """Build the error for a name that does not exist, with what is known and the nearest spelling."""
    names = sorted(known)
    shown = ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
    allowed = f"Known: {shown}." if names else "There are none yet."
    return UnknownName(f'No {kind} "{word}".', hint=allowed + did_you_mean(word, names))
