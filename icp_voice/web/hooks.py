"""POST /hooks/NAME: a route that any Starlette application can mount. It reads, hands over and acknowledges."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from icp_voice.ingest.hooks.message import Message, Refused, Reply
from icp_voice.ingest.hooks.taking import Inbox

PATIENCE = 10.0  # seconds for a body to arrive


def hook_route(
    inbox: Inbox, *, arrived: Callable[[], None] = lambda: None, tell: Callable[[str], None] = lambda told: None
) -> Route:
    """Return the route of all hooks. `arrived` is called after a delivery, `tell` with the reason for each refusal."""

    async def answer(request: Request) -> Response:
        name = str(request.path_params["name"])
        try:
            if request.method == "HEAD":  # some vendors ask in this way whether anybody is there
                inbox.scheme(name)
                return Response()
            reply = await _taken(inbox, name, request)
        except Refused as refused:
            tell(f"{'unknown hook' if refused.status == 404 else name}: refused ({refused.status}): {refused}")
            # What is still to come of its body is not read.
            headers = {"Connection": "close"} | ({"Retry-After": "30"} if refused.status == 503 else {})
            return JSONResponse({"error": str(refused)}, refused.status, headers=headers)
        except ClientDisconnect:
            return Response(status_code=400)
        arrived()
        return JSONResponse(dict(reply.body))

    return Route("/hooks/{name}", answer, methods=["POST", "HEAD"])


async def _taken(inbox: Inbox, name: str, request: Request) -> Reply:
    message = Message(headers=dict(request.headers), query=request.url.query)
    most = inbox.admit(name, message)
    body = await _body(request, most)
    return await run_in_threadpool(inbox.take, name, replace(message, body=body))


async def _body(request: Request, most: int) -> bytes:
    """Return the body; what is too large is not read to its end, and what does not arrive is not waited for."""
    body = bytearray()
    too_large = Refused(413, f"its body is larger than {most:,} bytes.")
    if request.headers.get("content-length", "").isdigit() and int(request.headers["content-length"]) > most:
        raise too_large
    try:
        async with asyncio.timeout(PATIENCE):
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise too_large
    except TimeoutError:
        raise Refused(408, f"its body took longer than {PATIENCE:.0f} seconds.") from None
    return bytes(body)
