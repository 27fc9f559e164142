"""Files on their way in: their bytes go from the network to the disk in pieces, and nothing stays of a file cut short."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager

import anyio
from fastapi import UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from icp_voice.errors import IcpVoiceError, UnreadableFile
from icp_voice.limits import MEGABYTE
from icp_voice.store.uploads import Uploads, Writer

PIECE = MEGABYTE
PATIENCE = 60.0  # seconds without a single byte


async def streamed(uploads: Uploads, batch: str, name: str, request: Request) -> None:
    """Take the body of a request into an upload as one file."""
    async with _taking(uploads.add(batch, name)) as writer:
        async for piece in _pieces(request):
            await run_in_threadpool(writer.write, piece)


def copied(uploads: Uploads, batch: str, files: list[UploadFile]) -> tuple[int, list[IcpVoiceError]]:
    """Take the files of a form, which lie on the disk already; return how many, and why others were refused."""
    refused: list[IcpVoiceError] = []
    for one in files:
        try:
            with uploads.add(batch, one.filename or "") as writer:
                while piece := one.file.read(PIECE):
                    writer.write(piece)
        except IcpVoiceError as error:
            refused.append(error)
    return len(files) - len(refused), refused


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """Yield the body in pieces worth a trip to the disk; who sends nothing for long is not waited for."""
    gathered = bytearray()
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(PATIENCE):
                piece = await anext(stream, None)
        except TimeoutError:
            raise UnreadableFile("The file did not arrive to its end.", hint="Send it again.") from None
        if piece is None:
            break
        gathered += piece
        if len(gathered) >= PIECE:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


@asynccontextmanager
async def _taking(taking: AbstractContextManager[Writer]) -> AsyncIterator[Writer]:
    """Enter and leave in a thread; what was begun is also left when this request is given up."""
    writer = await run_in_threadpool(taking.__enter__)
    try:
        yield writer
    except BaseException as error:
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(taking.__exit__, type(error), error, error.__traceback__)
        raise
    await run_in_threadpool(taking.__exit__, None, None, None)
