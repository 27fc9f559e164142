"""Intercom: conversations by search and one by one, contacts by id, companies by a scroll whose parameter never changes."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from werkzeug import Request, Response

from tests.conftest import SHARED
from tests.fakes.base import BaseFake, answer

PAGE = 2
CONTRACT = SHARED / "api-contracts" / "intercom.json"
COMPANY = {
    "type": "company",
    "id": "6630f0a1",
    "company_id": "alder-42",
    "app_id": "ecahpwf5",
    "name": "Alder Foods",
    "website": "https://www.alder.example",
    "industry": "Food",
    "size": 240,
    "monthly_spend": 7500,
    "plan": {"type": "plan", "id": "9", "name": "Scale"},
    "custom_attributes": {"Region Name": "North"},
    "tags": {"type": "tag.list", "tags": []},
    "segments": {"type": "segment.list", "segments": []},
}
SILENT = {"type": "company", "id": "6630f0a2", "company_id": "fir-7", "name": "Fir Glass", "website": "fir.example"}
CONTACT = {
    "type": "contact",
    "id": "c-11",
    "workspace_id": "ecahpwf5",
    "role": "user",
    "email": "ann@alder.example",
    "name": "Ann Lee",
    "custom_attributes": {"job_title": "Head of Finance"},
    "companies": {"data": [{"id": "6630f0a1", "type": "company", "url": "/companies/6630f0a1"}], "has_more": False},
}
ANN = {"type": "user", "id": "c-11", "name": "Ann Lee", "email": "ann@alder.example"}
VERA = {"type": "admin", "id": "21", "name": "Vera Field", "email": "vera@ours.example"}
FIN = {"type": "bot", "id": "99", "name": "Fin", "email": "fin@ours.example", "from_ai_agent": True}


class Fake(BaseFake):
    NAME = "intercom"
    ROUTES: ClassVar = {
        "POST /conversations/search": "search",
        "GET /conversations/<int:number>": "conversation",
        "GET /contacts/<identity>": "contact",
        "POST /contacts/search": "contacts",
        "GET /companies/scroll": "companies",
    }
    SECRETS: ClassVar = {"token": "ic-secret-token"}

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.known: dict[int, dict[str, Any]] = {}
        self.clock = 1_760_000_000

    def contract(self) -> dict[str, Any]:
        if not CONTRACT.is_file():
            pytest.skip(f"Intercom's own document is not at {CONTRACT}")
        found: dict[str, Any] = json.loads(CONTRACT.read_text("utf-8"))
        return found

    def settings(self) -> dict[str, Any]:
        return {"base_url": self.base_url, "look_back_days": 100_000, "per_second": 10_000}

    def file(self, number: int) -> str:
        return f"intercom://{number}"

    def authorized(self, request: Request) -> bool:
        return (
            request.headers.get("Authorization") == "Bearer ic-secret-token"
            and request.headers.get("Intercom-Version") == "2.15"
        )

    def refused(self) -> Response:
        error = {"code": "unauthorized", "message": "Access Token Invalid"}
        return answer({"type": "error.list", "request_id": None, "errors": [error]}, 401)

    # -- data ---------------------------------------------------------------------------------------------------

    def add(self, number: int, words: str) -> None:
        parts = [
            _part(number * 10 + 1, FIN, "Have you tried our help center?"),
            _part(number * 10 + 2, VERA, "Do not promise anything here.", part_type="note"),
            _part(number * 10 + 3, VERA, "Thanks, we are looking into it."),
        ]
        self.known[number] = {
            "type": "conversation",
            "id": str(number),
            "title": f"Conversation {number}",
            "created_at": self.clock + number,
            "state": "open",
            "open": True,
            "source": {
                "type": "conversation",
                "id": f"s{number}",
                "subject": "",
                "body": words,
                "author": ANN,
                "redacted": False,
            },
            "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "c-11", "external_id": None}]},
            "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": "5", "name": "billing"}]},
            "custom_attributes": {},
            "conversation_rating": {"rating": 4, "remark": ""},
            "conversation_parts": {
                "type": "conversation_part.list",
                "conversation_parts": parts,
                "total_count": len(parts),
            },
        }
        self.touched(number)

    def update(self, number: int, words: str) -> None:
        self.known[number]["source"]["body"] = words
        self.touched(number)

    def delete(self, number: int) -> None:
        del self.known[number]

    def touched(self, number: int) -> None:
        """Have a conversation change now."""
        self.clock += 60
        self.known[number]["updated_at"] = self.clock

    # -- answers ------------------------------------------------------------------------------------------------

    def search(self, request: Request) -> Response:
        body = request.get_json()
        query, pagination = body["query"], body["pagination"]
        fit = [one for _, one in sorted(self.known.items()) if one[query["field"]] > query["value"]]
        first = int(pagination.get("starting_after") or 0)
        size = min(pagination["per_page"], PAGE)
        page, after = fit[first : first + size], first + size if first + size < len(fit) else None
        if self.repeating:
            page, after = fit[:1], 1
        pages: dict[str, Any] = {"type": "pages", "page": first // size + 1, "per_page": size, "total_pages": len(fit)}
        if after is not None:
            pages["next"] = {"per_page": size, "starting_after": str(after)}
        listed = [{key: value for key, value in one.items() if key != "conversation_parts"} for one in page]
        found = {"type": "conversation.list", "conversations": listed, "total_count": len(fit), "pages": pages}
        return answer(found)

    def conversation(self, request: Request, number: int) -> Response:
        if number not in self.known:
            error = {"code": "not_found", "message": "Resource Not Found"}
            return answer({"type": "error.list", "request_id": None, "errors": [error]}, 404)
        return answer(self.known[number])

    def contact(self, request: Request, identity: str) -> Response:
        return answer(CONTACT)

    def contacts(self, request: Request) -> Response:
        return answer({"type": "list", "data": [CONTACT], "total_count": 1, "pages": {"type": "pages", "page": 1}})

    def companies(self, request: Request) -> Response:
        began = "scroll_param" in request.args
        self.scrolled = self.scrolled + 1 if began else 0
        page = [[COMPANY], [SILENT], []][min(self.scrolled, 2)]
        return answer({"type": "list", "data": page, "pages": None, "scroll_param": "25b649f7"})

    scrolled = 0


def _part(number: int, author: dict[str, Any], words: str, *, part_type: str = "comment") -> dict[str, Any]:
    return {
        "type": "conversation_part",
        "id": str(number),
        "part_type": part_type,
        "body": words,
        "created_at": 1_760_000_000 + number,
        "updated_at": 1_760_000_000 + number,
        "author": author,
        "redacted": False,
    }
