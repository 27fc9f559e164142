"""What tests of the hooks share: vendors that sign as their documents say, and a server on loopback."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
import uvicorn
from starlette.applications import Starlette

from icp_voice.web.hooks import hook_route
from icp_voice.workspace import Workspace

PUBLIC = "https://voice.ours.example"
SECRETS = {
    "slack": ("SIGNING_SECRET", "slack-signing-secret"),
    "zendesk": ("SIGNING_SECRET", "zendesk-signing-secret"),
    "intercom": ("CLIENT_SECRET", "intercom-client-secret"),
    "hubspot": ("CLIENT_SECRET", "hubspot-client-secret"),
    "zoom": ("SECRET_TOKEN", "zoom-secret-token"),
    "fireflies": ("SIGNING_SECRET", "fireflies-signing-secret"),
    "gong": ("HOOK_SECRET", "gong-hook-secret"),
    "generic": ("SECRET", "generic-secret"),
}
TIMED = ("slack", "zendesk", "hubspot", "zoom")


def signature(name: str, body: bytes, at: float, secret: str = "", *, query: str = "") -> dict[str, str]:
    """Return the headers that a vendor sends, made from its own description with nothing of ours."""
    key = (secret or SECRETS[name][1]).encode()
    seconds, stamp = str(int(at)), time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
    if name == "slack":
        made = hmac.new(key, b"v0:" + seconds.encode() + b":" + body, "sha256").hexdigest()
        return {"X-Slack-Request-Timestamp": seconds, "X-Slack-Signature": f"v0={made}"}
    if name == "zoom":
        made = hmac.new(key, b"v0:" + seconds.encode() + b":" + body, "sha256").hexdigest()
        return {"x-zm-request-timestamp": seconds, "x-zm-signature": f"v0={made}"}
    if name == "zendesk":
        made = base64.b64encode(hmac.new(key, stamp.encode() + body, "sha256").digest()).decode()
        return {"X-Zendesk-Webhook-Signature": made, "X-Zendesk-Webhook-Signature-Timestamp": stamp}
    if name == "hubspot":
        milliseconds = str(int(at * 1000))
        signed = f"POST{PUBLIC}/hooks/hubspot{query}".encode() + body + milliseconds.encode()
        made = base64.b64encode(hmac.new(key, signed, "sha256").digest()).decode()
        return {"X-HubSpot-Request-Timestamp": milliseconds, "X-HubSpot-Signature-v3": made}
    if name == "intercom":
        return {"X-Hub-Signature": "sha1=" + hmac.new(key, body, "sha1").hexdigest()}
    if name == "fireflies":
        return {"X-Hub-Signature": "sha256=" + hmac.new(key, body, "sha256").hexdigest()}
    return {"X-Icp-Voice-Secret": key.decode()}


def told(name: str, record: str, number: int = 1) -> Any:
    """Return what a vendor says when a record has changed; `number` tells one event from another."""
    if name == "slack":
        channel, _, ts = record.partition(":")
        event = {"type": "message", "channel": channel, "channel_type": "channel", "ts": ts, "thread_ts": ts}
        return {"type": "event_callback", "event_id": f"Ev{number:08d}", "team_id": "T0OURS0001", "event": event}
    if name == "zendesk":
        kind = "zen:event-type:ticket.comment_added"
        return {"id": f"event-{number}", "type": kind, "subject": f"zen:ticket:{record}", "detail": {"id": record}}
    if name == "intercom":
        item = {"type": "conversation", "id": record}
        data = {"type": "notification_event_data", "item": item}
        return {
            "type": "notification_event",
            "id": f"notif_{number}",
            "topic": "conversation.user.replied",
            "data": data,
        }
    if name == "hubspot":
        kind, _, key = record.partition("/")
        about = {"tickets": "ticket.propertyChange", "threads": "conversation.newMessage"}[kind]
        event = {"eventId": number, "subscriptionType": about, "objectId": int(key), "occurredAt": 1_760_000_000_000}
        return [{**event, "portalId": 77, "attemptNumber": 0, "propertyName": "content"}]
    if name == "zoom":
        payload = {"account_id": "acc-1", "object": {"uuid": record, "id": 85_000_000_001, "host_id": "u-vera"}}
        return {"event": "recording.transcript_completed", "event_ts": 1_760_000_000_000 + number, "payload": payload}
    if name == "fireflies":
        return {"event": "meeting.transcribed", "meeting_id": record, "timestamp": 1_760_000_000_000 + number}
    if name == "gong":
        return {"isTest": False, "callData": {"metaData": {"id": record, "scheduled": str(number)}}}
    return {
        "icp_voice": 1,
        "id": record,
        "kind": "ticket",
        "speakers": [{"name": "Ann Lee", "email": "ann@alder.example", "side": "customer"}],
        "turns": [{"speaker": "Ann Lee", "text": f"The export crashes at plant {number}."}],
    }


class Hooks:
    """The hooks of a workspace as vendors see them."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.said: list[str] = []
        self.arrived = 0

    def post(self, name: str, body: bytes, headers: dict[str, str], query: str = "") -> requests.Response:
        return requests.post(f"{self.base}/hooks/{name}{query}", data=body, headers=headers, timeout=20)

    def deliver(self, name: str, what: Any, *, ago: float = 0, secret: str = "") -> requests.Response:
        """Deliver something as the vendor would, signed so long ago."""
        body = json.dumps(what).encode()
        return self.post(name, body, signature(name, body, time.time() - ago, secret))


@contextmanager
def served(workspace: Workspace) -> Iterator[Hooks]:
    """Serve a workspace's hooks on loopback, without working anything off."""
    hooks = Hooks("")

    def arrived() -> None:
        hooks.arrived += 1

    app = Starlette(routes=[hook_route(workspace.inbox, arrived=arrived, tell=hooks.said.append)])
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_config=None, access_log=False, ws="none", lifespan="off", loop="asyncio"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    hooks.base = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield hooks
    finally:
        server.should_exit = True
        thread.join()


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
