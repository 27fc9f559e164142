"""Fireflies: one address for queries, held against its types; the newest meeting first, skipped and limited."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from graphql import GraphQLError, build_schema, graphql_sync
from werkzeug import Request, Response

from tests.fakes.base import CONTRACTS, BaseFake, answer

BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
TYPES = build_schema((CONTRACTS / "fireflies.graphql").read_text("utf-8"))


class Fake(BaseFake):
    NAME = "fireflies"
    ROUTES: ClassVar = {"POST /graphql": "query"}
    SECRETS: ClassVar = {"api_key": "ff-secret-key"}
    SOFT_LIMIT: ClassVar = {
        "errors": [
            {"message": "Too many requests", "extensions": {"code": "too_many_requests", "metadata": {"retryAfter": 1}}}
        ]
    }

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.known: dict[str, dict[str, Any]] = {}
        self.variables: list[dict[str, Any]] = []

    def settings(self) -> dict[str, Any]:
        since = (BEGAN - timedelta(days=30)).date().isoformat()
        return {"base_url": self.base_url, "since": since, "page_size": 2, "per_minute": 100_000}

    def file(self, number: int) -> str:
        return f"fireflies://{_id(number)}"

    def authorized(self, request: Request) -> bool:
        return request.headers.get("Authorization") == "Bearer ff-secret-key"

    def refused(self) -> Response:
        return answer({"errors": [_error("auth_failed", "Invalid API key")]}, 401)

    # -- data ---------------------------------------------------------------------------------------------------

    def add(self, number: int, words: str) -> None:
        began = BEGAN + timedelta(minutes=number)
        self.known[_id(number)] = {
            "id": _id(number),
            "title": f"Review {number}",
            "date": began.timestamp() * 1000,
            "dateString": began.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "duration": 31.5,
            "host_email": "vera@ours.example",
            "organizer_email": "vera@ours.example",
            "participants": ["vera@ours.example", "ann@alder.example"],
            "fireflies_users": ["vera@ours.example"],
            "workspace_users": ["vera@ours.example"],
            "meeting_attendees": [{"displayName": "Ann Lee", "email": "ann@alder.example", "name": None}],
            "transcript_url": f"https://app.fireflies.ai/view/{_id(number)}",
            "sentences": [_sentence(0, "Vera Field", "How is month end?"), _sentence(1, "Ann Lee", words)],
        }

    def update(self, number: int, words: str) -> None:
        self.known[_id(number)]["sentences"][1] = _sentence(1, "Ann Lee", words)

    def delete(self, number: int) -> None:
        self.known.pop(_id(number))

    # -- answers ------------------------------------------------------------------------------------------------

    def query(self, request: Request) -> Response:
        asked = request.get_json()
        self.variables.append(asked.get("variables", {}))
        found = graphql_sync(
            TYPES, asked["query"], root_value=_Root(self), variable_values=asked.get("variables")
        ).formatted
        errors = found.get("errors", [])
        self.violations += [error["message"] for error in errors if not error.get("extensions")]
        return answer(found)


class _Root:
    """What the queries find."""

    def __init__(self, fake: Fake) -> None:
        self._fake = fake

    def transcripts(
        self, info: Any, limit: int = 50, skip: int = 0, fromDate: str = "", toDate: str = ""
    ) -> list[dict[str, Any]]:
        newest = sorted(self._fake.known.values(), key=lambda one: -one["date"])
        if self._fake.repeating:
            return newest[:limit]
        fits = [one for one in newest if (fromDate or "0") <= one["dateString"] < (toDate or "9")]
        return fits[skip : skip + min(limit, 50)]

    def transcript(self, info: Any, id: str) -> dict[str, Any]:
        if id not in self._fake.known:
            raise GraphQLError("Transcript not found", extensions=_error("object_not_found", "")["extensions"])
        return self._fake.known[id]


def _id(number: int) -> str:
    return f"01JTEST{number:05d}"


def _sentence(index: int, who: str, words: str) -> dict[str, Any]:
    times = {"start_time": index * 4.0, "end_time": index * 4.0 + 3.5}
    return {"index": index, "speaker_name": who, "speaker_id": index, "raw_text": words, "text": words, **times}


def _error(code: str, message: str) -> dict[str, Any]:
    return {"message": message, "code": code, "extensions": {"code": code, "status": 401}}
