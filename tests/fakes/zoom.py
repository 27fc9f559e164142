"""Zoom: users by numbered pages, recordings by user and days, VTT files to download, tokens for an hour."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import unquote

import pytest
from werkzeug import Request, Response

from tests.conftest import SHARED
from tests.fakes.base import BaseFake, answer

PAGE = 2
CONTRACT = SHARED / "api-contracts" / "zoom.json"
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
USERS = [
    {"id": "u-vera", "first_name": "Vera", "last_name": "Field", "email": "vera@ours.example", "type": 2},
    {"id": "u-noor", "first_name": "Noor", "last_name": "Haddad", "email": "noor@ours.example", "type": 2},
    {"id": "u-ben", "first_name": "Ben", "last_name": "Oak", "email": "ben@ours.example", "type": 1},
]
OURS = {
    "/oauth/token": {"post": {"responses": {"200": {"description": "a token"}, "400": {"description": "refused"}}}},
    "/rec/download/{file}": {
        "get": {
            "parameters": [{"name": "file", "in": "path", "required": True, "schema": {"type": "string"}}],
            "responses": {"200": {"description": "a file"}},
        }
    },
}


class Fake(BaseFake):
    NAME = "zoom"
    ROUTES: ClassVar = {
        "POST /oauth/token": "token",
        "GET /v2/users": "users",
        "GET /v2/users/<user>/recordings": "recordings",
        "GET /v2/meetings/<path:uuid>/recordings": "meeting",
        "GET /rec/download/<file>": "download",
    }
    SECRETS: ClassVar = {"client_id": "zoom-client-id", "client_secret": "zoom-client-secret"}

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.held: dict[str, dict[str, Any]] = {}
        self.vtt: dict[str, str] = {}
        self.tokens = 0
        self.signed_out = False

    def contract(self) -> dict[str, Any]:
        if not CONTRACT.is_file():
            pytest.skip(f"Zoom's own document is not at {CONTRACT}")
        found: dict[str, Any] = json.loads(CONTRACT.read_text("utf-8"))
        # The document is older than Zoom's tokens in the header, and knows neither their address nor the downloads'.
        paths = {f"/v2{path}": operations for path, operations in found["paths"].items()}
        return {**found, "security": [], "paths": paths | OURS}

    def settings(self) -> dict[str, Any]:
        return {
            "account_id": "acc-1",
            "base_url": f"{self.base_url}/v2",
            "token_url": f"{self.base_url}/oauth/token",
            "since": (BEGAN - timedelta(days=10)).date().isoformat(),
            "per_second": 1000,
        }

    def file(self, number: int) -> str:
        return f"zoom://{_uuid(number)}"

    def authorized(self, request: Request) -> bool:
        if request.path == "/oauth/token":
            client = base64.b64encode(b"zoom-client-id:zoom-client-secret").decode()
            return request.headers.get("Authorization") == f"Basic {client}"
        return request.headers.get("Authorization", "").startswith("Bearer zoom-token-")

    def refused(self) -> Response:
        if self.requests[-1].startswith("POST /oauth/token"):
            return answer({"reason": "Invalid client_id or client_secret", "error": "invalid_client"}, 400)
        return answer({"code": 124, "message": "Invalid access token."}, 401)

    def next(self, response: Response, path: str = "/v2/") -> None:
        super().next(response, path)

    # -- data ---------------------------------------------------------------------------------------------------

    def add(self, number: int, words: str) -> None:
        began = BEGAN + timedelta(minutes=number)
        self.held[_uuid(number)] = {
            "uuid": _uuid(number),
            "id": str(85_000_000_000 + number),
            "account_id": "acc-1",
            "host_id": "u-vera" if number % 2 else "u-noor",
            "topic": f"Alder Foods: review {number}",
            "start_time": began.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "duration": 31,
            "recording_count": "2",
            "recording_files": [
                _file(
                    f"v{number}", "MP4", "shared_screen_with_speaker_view", f"{self.base_url}/rec/download/v{number}"
                ),
                _file(f"t{number}", "TRANSCRIPT", "audio_transcript", f"{self.base_url}/rec/download/t{number}"),
            ],
        }
        self._say(number, words)

    def update(self, number: int, words: str) -> None:
        self._say(number, words)

    def delete(self, number: int) -> None:
        self.held.pop(_uuid(number))

    def _say(self, number: int, words: str) -> None:
        self.vtt[f"t{number}"] = (
            "WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.000\nVera Field: How is month end?\n\n"
            f"2\n00:00:04.000 --> 00:00:09.000\nAnn Lee: {words}\n"
        )
        self.held[_uuid(number)]["recording_files"][1]["file_size"] = len(self.vtt[f"t{number}"])

    # -- answers ------------------------------------------------------------------------------------------------

    def token(self, request: Request) -> Response:
        assert request.form["grant_type"] == "account_credentials" and request.form["account_id"] == "acc-1"
        self.tokens += 1
        return answer({"access_token": f"zoom-token-{self.tokens}", "token_type": "bearer", "expires_in": 3600})

    def users(self, request: Request) -> Response:
        number = int(request.args.get("page_number", 1))
        page = USERS[(number - 1) * PAGE : number * PAGE]
        counts = {"page_count": 2, "page_number": number, "page_size": PAGE, "total_records": len(USERS)}
        return answer({**counts, "users": page})

    def recordings(self, request: Request, user: str) -> Response:
        first, last = request.args["from"], request.args["to"]
        if (datetime.fromisoformat(last) - datetime.fromisoformat(first)).days > 30:
            self.violations.append(f"{first} to {last} is longer than a month")
        theirs = [one for one in self.held.values() if one["host_id"] == user or self.repeating]
        fits = [one for one in theirs if first <= one["start_time"][:10] <= last]
        at = 0 if self.repeating else int(request.args.get("next_page_token") or 0)
        following = str(at + PAGE) if at + PAGE < len(fits) else ""
        if self.repeating:
            following = "again"
        counts = {"page_count": 1, "page_size": PAGE, "total_records": len(fits), "next_page_token": following}
        return answer({"from": first, "to": last, **counts, "meetings": fits[at : at + PAGE]})

    def meeting(self, request: Request, uuid: str) -> Response:
        found = self.held.get(unquote(uuid))
        return answer(found) if found else answer({"code": 3301, "message": "This recording does not exist."}, 404)

    def download(self, request: Request, file: str) -> Response:
        if self.signed_out:
            return Response(
                "<!doctype html><title>Sign in</title><p>Sign in to see this page</p>", mimetype="text/html"
            )
        return Response(self.vtt[file], mimetype="text/vtt")


def _uuid(number: int) -> str:
    return f"/ajXp112QmuoKj//4854875{number}=="


def _file(identity: str, kind: str, what: str, url: str) -> dict[str, Any]:
    return {
        "id": identity,
        "meeting_id": "m",
        "recording_start": "2026-05-01T09:00:00Z",
        "recording_end": "2026-05-01T09:31:00Z",
        "file_type": kind,
        "file_size": 1000,
        "play_url": f"https://zoom.us/rec/play/{identity}",
        "download_url": url,
        "status": "completed",
        "recording_type": what,
    }
