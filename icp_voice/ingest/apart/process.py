"""Processes that read: started when needed, kept for the next file, ended at a limit; and why one has ended.

A process is started anew and not forked: it has no open database, no lock, no thread and no secret of ours.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Final, cast

from icp_voice.errors import IcpVoiceError, UnreadableFile
from icp_voice.ingest.apart import frames
from icp_voice.ingest.apart.clock import Clock
from icp_voice.ingest.apart.frames import Broken, Frame, Refusal, Task, TooMuch, receive, send
from icp_voice.limits import MEGABYTE, Limits, raise_hint

_MOST_IDLE: Final = 2
# What a fresh Python needs of the environment to start; secrets, and all else, stay here.
_ENVIRONMENT: Final = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ")
_START: Final = "import sys; sys.path[:0] = {path!r}; from icp_voice.ingest.apart.child import main; main()"


class Ended(UnreadableFile):
    """Reading has ended the process, or used up its memory; in a fresh one it may come further."""


class Child:
    """A process that reads one file after another. `files` counts them; `alive` is whether it takes another."""

    def __init__(self) -> None:
        self.files = 0
        self.alive = True
        self._ready = self._late = self._half_way = False
        self._clock = Clock(self._expire)
        root = str(Path(__file__).resolve().parents[3])
        path = [root, *(entry for entry in sys.path if entry and entry != root)]
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-c", _START.format(path=path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            )
        except OSError as error:
            raise _not_started(error.strerror or "") from error
        self._asks = cast(BinaryIO, self._process.stdin)
        self._hears = cast(BinaryIO, self._process.stdout)

    def ask(self, data: Iterable[bytes], task: Task) -> list[Frame]:
        """Give a task and its bytes; return the frames of the answer, or raise UnreadableFile."""
        self._wait_until_ready()
        self.files += 1
        self._clock.start(task.limits.seconds)
        try:
            self._give(data, task)
            return self._answer()
        except (Broken, BrokenPipeError) as error:
            raise self._why(error, task.limits) from None
        except Ended:
            self.close()
            raise
        except BaseException:
            if self._half_way:
                self.close()
            raise
        finally:
            self._clock.stop()

    def close(self) -> None:
        """End the process, whatever it does."""
        self.alive = False
        self._clock.close()
        self._process.kill()
        self._process.wait()
        for pipe in (self._asks, self._hears):
            with contextlib.suppress(OSError):
                pipe.close()

    def _wait_until_ready(self) -> None:
        if not self._ready:
            try:
                self._ready = receive(self._hears)[0] == frames.READY
            except Broken:
                self.close()
                raise _not_started("it ends at once") from None

    def _give(self, data: Iterable[bytes], task: Task) -> None:
        import msgspec

        self._half_way = True
        send(self._asks, frames.TASK, msgspec.json.encode(task))
        for chunk in data:
            send(self._asks, frames.DATA, chunk)
        send(self._asks, frames.NO_MORE)
        self._asks.flush()

    def _answer(self) -> list[Frame]:
        answer: list[Frame] = []
        room = frames.MOST_BYTES
        while (frame := receive(self._hears, most=room))[0] != frames.DONE:
            answer.append(frame)
            room -= len(frame[1])
        self._half_way = False
        self.alive = frame[1] == b"stay"
        for kind, body in answer:
            if kind == frames.ERROR:
                raise _refused(body)
        return answer

    def _expire(self) -> None:
        self._late = True
        self._process.kill()

    def _why(self, error: Exception, limits: Limits) -> UnreadableFile:
        """Say why the process has ended; it is over in any case."""
        if isinstance(error, TooMuch):
            self.close()
            most = frames.MOST_BYTES // MEGABYTE
            return UnreadableFile(f"it holds more than {most} MB of words", hint="Split it.")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        code = self._process.poll()
        self.close()
        if self._late:
            return UnreadableFile(f"reading it takes longer than {limits.seconds} seconds", hint=raise_hint("seconds"))
        if code is not None and -code == getattr(signal, "SIGXCPU", None):
            took = f"reading it takes more than {limits.cpu_seconds} seconds of computing"
            return UnreadableFile(took, hint=raise_hint("cpu_seconds"))
        if code in (frames.OUT_OF_MEMORY, -9):
            memory = f"{limits.memory_mb:,} MB of memory, or more than this machine has"
            return Ended(f"reading it takes more than {memory}", hint=raise_hint("memory_mb"))
        return Ended(f"its reader crashed ({_name(code)})", hint="Please report this file's form.")


def _refused(body: bytes) -> UnreadableFile:
    import msgspec

    try:
        refusal = msgspec.json.decode(body, type=Refusal)
    except msgspec.MsgspecError:
        return UnreadableFile("its reader answered what it must not", hint="Please report this file's form.")
    return (Ended if refusal.memory else UnreadableFile)(refusal.message, hint=refusal.hint)


def _name(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit {code}"


def _not_started(reason: str) -> IcpVoiceError:
    return IcpVoiceError(
        f"The process that reads files does not start: {reason}.",
        hint=f'See what this says: {sys.executable} -c "import icp_voice.ingest.apart.child"',
    )


# -- the few that are kept ------------------------------------------------------------------------------------------------

_idle: list[Child] = []


def fresh() -> Child:
    """Start a process."""
    return Child()


def taken() -> Child:
    """Take a process that waits, or start one."""
    try:
        return _idle.pop()
    except IndexError:
        return Child()


def give_back(child: Child) -> None:
    """Keep a process for the next file, if it takes another and not enough wait already."""
    if child.alive and len(_idle) < _MOST_IDLE:
        _idle.append(child)
    else:
        child.close()


def warm() -> None:
    """Start a process ahead, so that it is ready when the first file is; does nothing if one waits already."""
    if not _idle:
        _idle.append(Child())


@atexit.register
def close_all() -> None:
    """End all processes that wait."""
    while _idle:
        _idle.pop().close()


if hasattr(os, "register_at_fork"):
    # Two that ask through the same pipes would get each other's answers.
    os.register_at_fork(after_in_child=_idle.clear)
