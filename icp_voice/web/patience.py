"""How long the server waits for those who are slow: a request's head, its body, and connections on which nothing comes."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

from starlette.types import Message, Receive
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD: Final = 15.0  # seconds for the head of a request, from the first moment of a connection on
BODY: Final = 30.0  # seconds for a body, and as many more as it takes at the slowest pace
PACE: Final = 4_096.0  # bytes a second


class TooSlow(Exception):
    """A body that comes more slowly than any line does."""


class Patient(H11Protocol):
    """Closes connections on which no whole head of a request comes in time: else a few hundred of them keep all others out."""

    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait no more once a request has begun; its body has a clock of its own."""
        super().data_received(data)
        if self._busy and self._head:
            self._head.cancel()
            self._head = None

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        if not self.transport.is_closing() and not self._busy:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        if self._head:
            self._head.cancel()
        super().connection_lost(exc)

    @property
    def _busy(self) -> bool:
        """Whether a request is being answered."""
        cycle: Any = self.cycle
        return cycle is not None and not cycle.response_complete

    def _wait(self) -> None:
        if self._head:
            self._head.cancel()
        self._head = self.loop.call_later(HEAD, self._give_up)

    def _give_up(self) -> None:
        if not self._busy and not self.transport.is_closing():
            self.transport.close()


def hurried(receive: Receive, *, patience: float = BODY) -> Receive:
    """Return a receiver that gives up on a body which does not come on."""
    began, taken, whole = time.monotonic(), 0, False

    async def hurrying() -> Message:
        nonlocal taken, whole
        if whole:  # what is waited for now is that the other side goes away
            return await receive()
        left = began + patience + taken / PACE - time.monotonic()
        try:
            async with asyncio.timeout(max(left, 0.001)):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        taken += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        return message

    return hurrying
