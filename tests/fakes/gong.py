"""Gong: calls by when they began or by id, transcripts by the calls' ids; cursors lie in the body, and 404 is "none"."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from werkzeug import Request, Response

from tests.fakes.base import BaseFake, answer

PAGE = 2
FIRST = 7_782_342_274_025_937_000
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
CONTEXT = {
    "system": "Salesforce",
    "objects": [{"objectType": "Account", "objectId": "001A", "fields": [{"name": "name", "value": "Alder Foods"}]}],
}
PARTIES = [
    {
        "id": "p1",
        "speakerId": "6432345678555530067",
        "name": "Ann Lee",
        "emailAddress": "ann@alder.example",
        "title": "Controller",
        "affiliation": "External",
    },
    {
        "id": "p2",
        "speakerId": "6432345678555530068",
        "userId": "21",
        "name": "Vera Field",
        "emailAddress": "vera@ours.example",
        "affiliation": "Internal",
    },
]


class Fake(BaseFake):
    NAME = "gong"
    ROUTES: ClassVar = {"POST /v2/calls/extensive": "calls", "POST /v2/calls/transcript": "transcripts"}
    SECRETS: ClassVar = {"access_key": "GONG-ACCESS-KEY", "access_key_secret": "gong-secret-of-key"}

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.known: dict[str, dict[str, Any]] = {}
        self.said: dict[str, str] = {}
        self.bodies: list[tuple[str, dict[str, Any]]] = []
        self.untranscribed: set[str] = set()

    def settings(self) -> dict[str, Any]:
        since = (BEGAN - timedelta(days=10)).date().isoformat()
        return {"base_url": self.base_url, "since": since, "per_second": 1000}

    def file(self, number: int) -> str:
        return f"gong://{FIRST + number}"

    def authorized(self, request: Request) -> bool:
        user = base64.b64encode(b"GONG-ACCESS-KEY:gong-secret-of-key").decode()
        return request.headers.get("Authorization") == f"Basic {user}"

    def refused(self) -> Response:
        return answer({"requestId": "r", "errors": ["Unauthorized"]}, 401)

    # -- data ---------------------------------------------------------------------------------------------------

    def add(self, number: int, words: str) -> None:
        identity = str(FIRST + number)
        about = {
            "id": identity,
            "url": f"https://app.gong.io/call?id={identity}",
            "title": f"Review {number}",
            "started": (BEGAN + timedelta(minutes=number)).isoformat(),
            "duration": 460,
            "scope": "External",
            "language": "eng",
            "workspaceId": "627",
        }
        self.known[identity] = {"metaData": about, "context": [CONTEXT], "parties": PARTIES}
        self.said[identity] = words

    def update(self, number: int, words: str) -> None:
        self.said[str(FIRST + number)] = words

    def delete(self, number: int) -> None:
        self.known.pop(str(FIRST + number))

    # -- answers ------------------------------------------------------------------------------------------------

    def calls(self, request: Request) -> Response:
        asked = request.get_json()
        self.bodies.append((request.path, asked))
        chosen = asked["filter"]
        fits = [call for call in self.known.values() if _fits(call["metaData"], chosen)]
        return self._page("calls", fits, asked.get("cursor"))

    def transcripts(self, request: Request) -> Response:
        asked = request.get_json()
        self.bodies.append((request.path, asked))
        ids = [one for one in asked["filter"]["callIds"] if one in self.known and one not in self.untranscribed]
        # Gong keeps no order of ours.
        return self._page(
            "callTranscripts", [_transcript(one, self.said[one]) for one in ids[::-1]], asked.get("cursor")
        )

    def _page(self, key: str, found: list[dict[str, Any]], cursor: str | None) -> Response:
        if not found:
            return answer({"requestId": "r", "errors": ["No calls found corresponding to the provided filters"]}, 404)
        first = int(cursor.removeprefix("page")) if cursor else 0
        records: dict[str, Any] = {
            "totalRecords": len(found),
            "currentPageSize": PAGE,
            "currentPageNumber": first // PAGE,
        }
        if first + PAGE < len(found) or self.repeating:
            records["cursor"] = "page0" if self.repeating else f"page{first + PAGE}"
        return answer({"requestId": "r", "records": records, key: found[first : first + PAGE]})


def _fits(about: dict[str, Any], chosen: dict[str, Any]) -> bool:
    if "callIds" in chosen:
        return about["id"] in chosen["callIds"]
    began = datetime.fromisoformat(about["started"])
    first, last = (datetime.fromisoformat(chosen[name]) for name in ("fromDateTime", "toDateTime"))
    return first <= began < last


def _transcript(identity: str, words: str) -> dict[str, Any]:
    said = [
        ("6432345678555530068", "How is month end?", 0),
        ("6432345678555530067", words, 4_000),
    ]
    monologues = [
        {"speakerId": who, "topic": "", "sentences": [{"start": at, "end": at + 3_000, "text": text}]}
        for who, text, at in said
    ]
    return {"callId": identity, "transcript": monologues}
