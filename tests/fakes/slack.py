"""Slack: channels, people, a channel's history from the newest message back, and the replies of a thread."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from werkzeug import Request, Response

from tests.conftest import SHARED
from tests.fakes.base import BaseFake, answer

PAGE = 2
CONTRACT = SHARED / "api-contracts" / "slack.json"
CHANNEL = "C0ALDER001"
FIRST = 1_777_600_000
ABOUT = {"value": "", "creator": "U0VERA0001", "last_set": 0}


class Fake(BaseFake):
    NAME = "slack"
    PREFIX = "/api"
    ROUTES: ClassVar = {
        "GET /conversations.list": "channels",
        "GET /conversations.info": "channel",
        "GET /conversations.history": "history",
        "GET /conversations.replies": "replies",
        "GET /users.list": "people",
    }
    SECRETS: ClassVar = {"token": "xoxb-secret-token"}
    SOFT_LIMIT: ClassVar = {"ok": False, "error": "ratelimited"}

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.said: dict[str, dict[str, Any]] = {}
        self.joined = [_channel(CHANNEL, "shared-alder"), _channel("C0BIRCH002", "shared-birch", is_member=False)]

    def contract(self) -> dict[str, Any]:
        if not CONTRACT.is_file():
            pytest.skip(f"Slack's own document is not at {CONTRACT}")
        found: dict[str, Any] = json.loads(CONTRACT.read_text("utf-8"))
        # What Slack answers and its document of 2021 does not allow: a cursor beside messages, and no messages at all.
        for path in ("/conversations.history", "/conversations.replies"):
            answers = found["paths"][path]["get"]["responses"]
            schema = answers["200"]["content"]["application/json"]["schema"]
            schema["properties"]["response_metadata"] = {"type": "object"}
            schema["properties"]["messages"].pop("minItems", None)
        # Slack says 200 to what went wrong as well.
        wrong = answers["default"]["content"]["application/json"]["schema"]
        answers["200"]["content"]["application/json"]["schema"] = {"oneOf": [schema, wrong]}
        found["components"]["schemas"]["objs_message"]["properties"]["edited"] = {"type": "object"}
        # openapi-core knows no OAuth 2; on the wire it is a bearer token all the same.
        found["components"]["securitySchemes"] = {"slackAuth": {"type": "http", "scheme": "bearer"}}
        return found

    def settings(self) -> dict[str, Any]:
        fast = {"reads_per_minute": 100_000, "lists_per_minute": 100_000}
        return {"workspace": "acme", "base_url": self.base_url, **fast}

    def file(self, number: int) -> str:
        return f"slack://{CHANNEL}:{ts(number)}"

    def authorized(self, request: Request) -> bool:
        return request.headers.get("Authorization") == "Bearer xoxb-secret-token"

    def refused(self) -> Response:
        return answer({"ok": False, "error": "invalid_auth"})

    # -- data ---------------------------------------------------------------------------------------------------

    def add(self, number: int, words: str) -> None:
        self.say(ts(number), words)
        self.reply(number, 1, "Thanks, we are looking into it.", user="U0VERA0001", team="T0OURS0001")
        self.reply(number, 2, "A ticket was made.", user="U0BOT00001", team="T0OURS0001")

    def say(self, at: str, words: str, *, user: str = "U0ANN00001", team: str = "T0ALDER001") -> dict[str, Any]:
        """Put a message into the channel."""
        self.said[at] = {"type": "message", "ts": at, "user": user, "team": team, "user_team": team, "text": words}
        return self.said[at]

    def reply(self, number: int, after: int, words: str, *, user: str = "U0ANN00001", team: str = "T0ALDER001") -> None:
        """Put an answer into a thread."""
        at, root = ts(number, after), self.said[ts(number)]
        self.say(at, words, user=user, team=team).update(thread_ts=root["ts"], parent_user_id=root["user"])
        known = root.get("reply_count", 0) + 1
        root.update(thread_ts=root["ts"], reply_count=known, latest_reply=at, subscribed=False)

    def update(self, number: int, words: str) -> None:
        self.said[ts(number)]["text"] = words

    def delete(self, number: int) -> None:
        for at in [at for at, one in self.said.items() if ts(number) in (at, one.get("thread_ts"))]:
            del self.said[at]

    # -- answers ------------------------------------------------------------------------------------------------

    def channels(self, request: Request) -> Response:
        return _listed(request, "channels", self.joined, size=1)

    def channel(self, request: Request) -> Response:
        return answer({"ok": True, "channel": next(one for one in self.joined if one["id"] == request.args["channel"])})

    def people(self, request: Request) -> Response:
        users = [
            _user("U0ANN00001", "T0ALDER001", "Ann Lee", "ann@alder.example", is_stranger=True),
            _user("U0VERA0001", "T0OURS0001", "Vera Field", "vera@ours.example"),
            _user("U0BOT00001", "T0OURS0001", "Ticket Bot", None, is_bot=True),
        ]
        return _listed(request, "members", users, cache_ts=1)

    def history(self, request: Request) -> Response:
        first, last = float(request.args["oldest"]), float(request.args.get("latest", 10**10))
        shown = [one for one in self.said.values() if one.get("thread_ts") in (None, one["ts"]) or "subtype" in one]
        found = [one for one in shown if first <= float(one["ts"]) <= last]
        found.sort(key=lambda one: float(one["ts"]), reverse=True)
        beside = {"pin_count": 0, "channel_actions_ts": [], "channel_actions_count": 0}
        if self.repeating:
            return answer({"ok": True, "messages": found[:1], "has_more": True, **beside, **_next("1")})
        return _listed(request, "messages", found, has_more=False, **beside)

    def replies(self, request: Request) -> Response:
        thread = request.args["ts"]
        found = [one for at, one in sorted(self.said.items()) if thread in (at, one.get("thread_ts"))]
        if not found:
            return answer({"ok": False, "error": "thread_not_found"})
        return _listed(request, "messages", found, has_more=False)


def ts(number: int, after: int = 0) -> str:
    """Return the time stamp of a record's first message, or of an answer to it."""
    return f"{FIRST + number * 3600 + after * 60}.000100"


def _listed(request: Request, key: str, items: list[dict[str, Any]], *, size: int = PAGE, **beside: Any) -> Response:
    first = int(request.args.get("cursor") or 0)
    page, more = items[first : first + size], first + size < len(items)
    beside = {**beside, "has_more": more} if "has_more" in beside else beside
    return answer({"ok": True, key: page, **beside, **_next(str(first + size) if more else "")})


def _next(cursor: str) -> dict[str, Any]:
    return {"response_metadata": {"next_cursor": cursor}}


def _channel(identity: str, name: str, *, is_member: bool = True) -> dict[str, Any]:
    flags = dict.fromkeys(("is_archived", "is_general", "is_mpim", "is_group", "is_org_shared", "is_im"), False)
    return {
        "id": identity,
        "name": name,
        "name_normalized": name,
        "created": FIRST,
        "creator": "U0VERA0001",
        "is_channel": True,
        "is_shared": True,
        "is_ext_shared": True,
        "is_private": False,
        "is_member": is_member,
        "topic": ABOUT,
        "purpose": ABOUT,
        **flags,
    }


def _user(identity: str, team: str, name: str, email: str | None, **flags: bool) -> dict[str, Any]:
    empty = ("avatar_hash", "title", "phone", "skype", "status_text", "status_emoji")
    profile = {"real_name": name, "display_name": name, "email": email, "fields": {}, **dict.fromkeys(empty, "")}
    profile |= {"real_name_normalized": name, "display_name_normalized": name}
    about = {"id": identity, "team_id": team, "name": name.split()[0].lower(), "real_name": name, "profile": profile}
    return {**about, "is_bot": False, "updated": 1, "is_app_user": False, **flags}
