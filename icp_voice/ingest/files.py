"""Files as a system keeps them: found below folders, named so that every name can be shown and kept, and read safely.

What is no file to read (a link, a pipe, a device, a socket) is left out with its reason and never waited for.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from icp_voice.errors import UnreadableFile
from icp_voice.limits import MEGABYTE, Limits, raise_hint

IGNORED: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
SECRETS: Final = "secrets.toml"
SETTINGS: Final = "icp-voice.toml"

# What a workspace keeps beside its settings: nothing of it is what somebody said.
_OWN: Final = frozenset((SETTINGS, "pipelines", "connectors", "reports", "guides", "uploads"))
_OWN_STORES: Final = (
    "voice.db",
    "voice.lock",
    "voice.holder",
    "hooks.db",
    "hooks.lock",
    "hooks.holder",
    "access.db",
    "access.lock",
    "access.holder",
    "jobs.db",
    "jobs.lock",
    "jobs.log",
)  # and SQLite's beside them

# Line ends and what moves or turns the cursor: a name with these could pass for another, or for several lines.
_UNSHOWN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def find_files(paths: Iterable[Path], left_out: list[str] | None = None) -> Iterator[Path]:
    """Yield the files named and those below the folders named, in order, hidden ones left out.

    Secrets, what is a workspace's own, and links, pipes, devices and sockets below a folder are told in `left_out`.
    Secrets that are named are yielded, to be refused by who reads them. What may not be looked into is yielded
    too: who reads it tells why it cannot be read.
    """
    told = left_out if left_out is not None else []
    for path in paths:
        if _is_own(path):  # `add *` names each of them
            told.append(f"{shown(path.as_posix())}: left out, it is the workspace's own")
        elif os.path.isdir(path):
            yield from sorted(_below(path, told), key=os.fsencode)
        else:
            yield path


def _below(folder: Path, left_out: list[str]) -> Iterator[Path]:
    refused: list[OSError] = []
    for here, folders, files in os.walk(folder, onerror=refused.append):
        own = {name for name in (*folders, *files) if SETTINGS in files and _is_own_name(name)}
        if own:
            left_out.append(f"{shown(here)}: left out what is the workspace's own ({shown(', '.join(sorted(own)))})")
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in own)
        for name in (*folders, *sorted(files)):
            path = Path(here, name)
            if name.startswith(".") or name in IGNORED or name in own:
                continue
            if is_secret(name):
                left_out.append(f"{shown(path.as_posix())}: left out, it holds secrets")
            elif what := _no_file(path):
                left_out.append(f"{shown(path.as_posix())}: left out, it is {what}")
            elif name not in folders:
                yield path
    yield from (Path(error.filename) for error in refused)


def is_secret(name: str) -> bool:
    """Whether a file of this name holds keys: the file of secrets, and what editors leave of it."""
    return name.casefold().startswith(SECRETS)


def _is_own_name(name: str) -> bool:
    return name in _OWN or name.startswith(_OWN_STORES)


def _is_own(path: Path) -> bool:
    """Whether a path that is named leads to what is a workspace's own."""
    try:
        real = path.resolve()
        return _is_own_name(real.name) and (real.parent / SETTINGS).is_file()
    except (OSError, ValueError, RuntimeError):
        return False


def _no_file(path: Path) -> str:
    """Say what it is that stands in a folder and is neither a file nor a folder; nothing of what is one or the other."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return ""
    if stat.S_ISLNK(mode):
        return "a link; add what it leads to"
    return "" if stat.S_ISDIR(mode) else _kind(mode)


def _kind(mode: int) -> str:
    return next((what for is_it, what in _KINDS if is_it(mode)), "")


def shown(name: str) -> str:
    r"""Return a name that can be shown, kept and told apart: `\n`, `\u202e` and bytes that are no text are spelled out."""
    return _UNSHOWN.sub(_spelled, name)


def _spelled(found: re.Match[str]) -> str:
    letter = found[0]
    if "\udc80" <= letter <= "\udcff":  # how Python keeps a byte of a name that is no text
        return f"\\x{ord(letter) - 0xDC00:02x}"
    return letter.encode("unicode_escape", "surrogatepass").decode("ascii")


def file_name(path: Path, workspace: Path) -> str:
    """Return the name under which a file is known: seen from the workspace where that is near, else the whole path."""
    try:
        relative = Path(os.path.relpath(path.resolve(), workspace.resolve()))
        near = relative.parts.count("..") <= 2
        return shown((relative if near else path.resolve()).as_posix())
    except (OSError, ValueError):  # no system has such a name; who reads it says so
        return shown(path.as_posix())


def chunks(path: Path, limits: Limits) -> Iterator[bytes]:
    """Yield a file's bytes; UnreadableFile when it is none, too large, or changes meanwhile. Nothing is waited for."""
    try:
        if is_secret(path.name) or is_secret(path.resolve().name):
            raise UnreadableFile("it holds secrets", hint="Name what holds words; secrets stay where they are.")
        _refuse_others(path.stat())
        # O_NONBLOCK: what has become a pipe meanwhile is opened at once, and refused.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(number, "rb", buffering=0) as file:
            before = os.fstat(number)
            _refuse_others(before)
            if before.st_size > limits.file_mb * MEGABYTE:
                raise UnreadableFile(f"larger than {limits.file_mb} MB", hint=raise_hint("file_mb"))
            left = before.st_size
            while left > 0 and (chunk := file.read(min(MEGABYTE, left))):
                left -= len(chunk)
                yield chunk
            if left or file.read(1) or os.fstat(number).st_mtime_ns != before.st_mtime_ns:
                raise UnreadableFile("it changed while it was read", hint="Add it once more when it is complete.")
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or "cannot be opened"
        raise UnreadableFile(reason, hint="Check the path and its permissions.") from error


def _refuse_others(status: os.stat_result) -> None:
    if what := _kind(status.st_mode):
        raise UnreadableFile(f"it is {what}, not a file", hint="Name a file.")
