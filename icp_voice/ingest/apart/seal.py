"""What a process that reads strangers' files may not do: open files but code, reach a network, start others, take more.

Two rings. An audit hook, which Python code cannot take away again, refuses whatever a parser has no business with, on
every platform. The kernel's limits, where there are any, bound memory, computing time, open files and processes, and
allow no file to be written.
"""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
from collections.abc import Callable, Sequence
from typing import Any, Final

from icp_voice.limits import MEGABYTE, Limits

OPEN_FILES: Final = 64
_CODE: Final = (".py", ".pyc", ".so", ".pyd", ".dll", ".dylib")
_REFUSED: Final = (
    *("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile"),
    *("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown"),
    *("os.utime", "os.putenv", "os.kill", "shutil.", "pty.", "ctypes.", "ftplib.", "smtplib.", "urllib.", "http."),
    *("mmap.", "tempfile.", "webbrowser.", "winreg.", "pathlib.Path.glob", "glob.glob"),
)


def seal() -> None:
    """Give up, for the rest of this process, what no parser needs. What is to be imported at once was imported before."""
    sys.dont_write_bytecode = True
    _bound("RLIMIT_CORE", 0, for_good=True)
    _bound("RLIMIT_FSIZE", 0, for_good=True)
    _bound("RLIMIT_NOFILE", OPEN_FILES, for_good=True)
    _bound("RLIMIT_NPROC", 0, for_good=True)
    libraries = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    sys.addaudithook(_Refusing(libraries, sys.path))


def bound(limits: Limits) -> None:
    """Set the memory of this process, and the computing time that it may spend from now on."""
    _bound("RLIMIT_AS", limits.memory_mb * MEGABYTE)
    spent = os.times()
    _bound("RLIMIT_CPU", int(spent.user + spent.system) + limits.cpu_seconds + 1)


def meter() -> Callable[[], float]:
    """Return what tells the megabytes of memory that this process holds, now and after it is sealed; else always 0."""
    try:
        import resource

        # The greatest size so far, which `getrusage` tells, is also that of the process which started this one.
        number = os.open("/proc/self/statm", os.O_RDONLY)
        page = resource.getpagesize()
    except (ImportError, OSError):  # Windows, macOS
        return lambda: 0.0
    return lambda: int(os.pread(number, 100, 0).split()[0]) * page / MEGABYTE


def _bound(name: str, most: int, *, for_good: bool = False) -> None:
    try:
        import resource
    except ImportError:  # Windows has none of these limits; the clock of the one who asks remains
        return
    if (which := getattr(resource, name, None)) is None:
        return
    _, hard = resource.getrlimit(which)
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS knows RLIMIT_AS and refuses it
        resource.setrlimit(which, (soft, soft if for_good else hard))


class _Refusing:
    """Refuses files other than code and the libraries' own data, every network, every other process."""

    def __init__(self, libraries: Sequence[str], path: Sequence[str]) -> None:
        self._libraries = tuple(_folder(one) for one in libraries)
        self._path = tuple(_folder(one) for one in path if one)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            self._check_open(*args)
        elif event in ("os.listdir", "os.scandir"):
            if not self._is_folder_of_code(args[0]):
                raise PermissionError(1, "A parser may not look into folders")
        elif event.startswith(_REFUSED) or (event == "sqlite3.connect" and args[0] != ":memory:"):
            raise PermissionError(1, f"A parser may not do this: {event}")

    def _check_open(self, path: object, mode: object, flags: object) -> None:
        if isinstance(path, int):
            return
        writes = isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))
        named = os.path.abspath(os.fsdecode(path)) if isinstance(path, str | bytes | os.PathLike) else ""
        own = named.startswith(self._libraries) or (named.endswith(_CODE) and named.startswith(self._path))
        if writes or not own:
            raise PermissionError(1, "A parser may not open files")

    def _is_folder_of_code(self, path: object) -> bool:
        named = _folder(os.fsdecode(path)) if isinstance(path, str | bytes | os.PathLike) else ""
        return named.startswith((*self._libraries, *self._path))


def _folder(path: str) -> str:
    return os.path.join(os.path.abspath(path), "")
