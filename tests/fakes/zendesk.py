"""Zendesk Support: tickets by the incremental export, comments by ticket, people and organizations by id."""

from __future__ import annotations

import base64
from typing import Any, ClassVar

from werkzeug import Request, Response

from tests.fakes.base import BaseFake, answer

PAGE = 2
ORGANIZATIONS = {
    1: {"id": 1, "name": "Alder Foods", "domain_names": ["alder.example"], "organization_fields": {}, "tags": []}
}
USERS = {
    11: {"id": 11, "name": "Ann Lee", "email": "ann@alder.example", "role": "end-user", "organization_id": 1},
    21: {"id": 21, "name": "Vera Field", "email": "vera@ours.example", "role": "agent", "organization_id": None},
}


class Fake(BaseFake):
    NAME = "zendesk"
    ROUTES: ClassVar = {
        "GET /api/v2/incremental/tickets/cursor": "export",
        "GET /api/v2/tickets/<int:number>": "ticket",
        "GET /api/v2/tickets/<int:number>/comments": "comments",
        "GET /api/v2/users/show_many": "users",
        "GET /api/v2/organizations/show_many": "organizations",
        "GET /api/v2/ticket_fields": "fields",
    }
    SECRETS: ClassVar = {"token": "zd-secret-token"}

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.tickets: dict[int, dict[str, Any]] = {}
        self.said: dict[int, list[dict[str, Any]]] = {}
        self.log: list[int] = []  # ids in the order of their changes: what a cursor counts
        self.clock = 1_760_000_000

    def settings(self) -> dict[str, Any]:
        fast = {"exports_per_minute": 100_000, "requests_per_minute": 100_000}
        return {"subdomain": "acme", "base_url": self.base_url, "email": "ann@ours.example", **fast}

    def file(self, number: int) -> str:
        return f"zendesk://{number}"

    def authorized(self, request: Request) -> bool:
        user = base64.b64encode(b"ann@ours.example/token:zd-secret-token").decode()
        return request.headers.get("Authorization") == f"Basic {user}"

    def refused(self) -> Response:
        return answer({"error": "Couldn't authenticate you"}, 401)

    # -- data ---------------------------------------------------------------------------------------------------

    def add(self, number: int, words: str) -> None:
        self.tickets[number] = {
            "id": number,
            "url": f"https://acme.zendesk.com/api/v2/tickets/{number}.json",
            "subject": f"Ticket {number}",
            "description": words,
            "status": "open",
            "priority": "normal",
            "type": None,
            "requester_id": 11,
            "submitter_id": 11,
            "organization_id": 1,
            "tags": ["billing"],
            "custom_fields": [{"id": 77, "value": "web"}],
            "via": {"channel": "email"},
            "created_at": "2026-05-01T09:00:00Z",
            "updated_at": "2026-05-01T09:00:00Z",
        }
        self.said[number] = [
            _comment(number * 10, 11, words),
            _comment(number * 10 + 1, 21, "Thanks, we are looking into it."),
            _comment(number * 10 + 2, 21, "Do not promise anything here.", public=False),
        ]
        self._touched(number)

    def update(self, number: int, words: str) -> None:
        self.said[number][0] |= {"body": words, "plain_body": words, "html_body": f"<p>{words}</p>"}
        self._touched(number)

    def delete(self, number: int) -> None:
        self.tickets[number]["status"] = "deleted"
        self._touched(number)

    def _touched(self, number: int) -> None:
        self.clock += 60
        self.tickets[number]["generated_timestamp"] = self.clock
        self.log = [one for one in self.log if one != number] + [number]

    # -- answers ------------------------------------------------------------------------------------------------

    def export(self, request: Request) -> Response:
        changes = [(self.tickets[one]["generated_timestamp"], one) for one in self.log]
        after = int(request.args.get("cursor", request.args["start_time"]))
        size = min(int(request.args.get("per_page", 1000)), PAGE)
        waiting = [(at, one) for at, one in changes if at > after]
        page = waiting[:size]
        cursor = str(page[-1][0] if page else after)
        if self.repeating:
            page, cursor, waiting = changes[:1], "1", changes * 9
        return answer(
            {
                "tickets": [self.tickets[one] for _, one in page],
                "after_cursor": cursor,
                "after_url": f"{self.base_url}/api/v2/incremental/tickets/cursor?cursor={cursor}",
                "before_cursor": None,
                "before_url": None,
                "end_of_stream": len(waiting) <= size,
            }
        )

    def ticket(self, request: Request, number: int) -> Response:
        known = self.tickets.get(number)
        if known is None or known["status"] == "deleted":
            return answer({"error": "RecordNotFound", "description": "Not found"}, 404)
        return answer({"ticket": known})

    def comments(self, request: Request, number: int) -> Response:
        said = self.said[number]
        first = int(request.args.get("page[after]", 0))
        page = said[first : first + PAGE]
        more = first + PAGE < len(said)
        meta = {"has_more": more, "after_cursor": str(first + PAGE) if more else None, "before_cursor": None}
        return answer({"comments": page, "meta": meta, "links": {"next": None, "prev": None}})

    def users(self, request: Request) -> Response:
        return answer({"users": _chosen(USERS, request)})

    def organizations(self, request: Request) -> Response:
        return answer({"organizations": _chosen(ORGANIZATIONS, request)})

    def fields(self, request: Request) -> Response:
        field = {"id": 77, "type": "text", "title": "Where found"}
        return answer({"ticket_fields": [field], "meta": {"has_more": False, "after_cursor": None}})


def _comment(number: int, author: int, words: str, *, public: bool = True) -> dict[str, Any]:
    return {
        "id": number,
        "type": "Comment",
        "author_id": author,
        "body": words,
        "html_body": f"<p>{words}</p>",
        "plain_body": words,
        "public": public,
        "created_at": "2026-05-01T09:00:00Z",
        "via": {"channel": "email"},
        "attachments": [],
    }


def _chosen(known: dict[int, dict[str, Any]], request: Request) -> list[dict[str, Any]]:
    return [known[int(one)] for one in request.args["ids"].split(",") if int(one) in known]
