"""HubSpot: objects by list, search and id, the inbox's conversations with their messages, and who wrote them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from werkzeug import Request, Response

from icp_voice.ingest.vendors import hubspot
from tests.fakes.base import BaseFake, answer

PAGE = 2
THREADS = "/conversations/v3/conversations/threads"
ALDER = {"name": "Alder Foods", "domain": "alder.example", "industry": "FOOD", "numberofemployees": "240"}
ANN = {
    "firstname": "Ann",
    "lastname": "Lee",
    "email": "ann@alder.example",
    "jobtitle": "Controller",
    "associatedcompanyid": "101",
}
ACTORS = {
    "A-21": {"id": "A-21", "type": "AGENT", "name": "Vera Field", "email": "vera@ours.example"},
    "V-11": {"id": "V-11", "type": "VISITOR", "name": "Ann Lee", "email": "ann@alder.example"},
    "B-1": {"id": "B-1", "type": "BOT", "name": "Welcome Bot"},
}


class Fake(BaseFake):
    NAME = "hubspot"
    ROUTES: ClassVar = {
        "GET /crm/v3/objects/<kind>": "objects",
        "GET /crm/v3/objects/<kind>/<identity>": "object",
        "POST /crm/v3/objects/<kind>/search": "search",
        f"GET {THREADS}": "threads",
        f"GET {THREADS}/<identity>": "thread",
        f"GET {THREADS}/<identity>/messages": "messages",
        "POST /conversations/v3/conversations/actors/batch/read": "actors",
    }
    SECRETS: ClassVar = {"token": "pat-secret-token"}

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.clock = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
        self.known: dict[str, dict[str, dict[str, Any]]] = {
            kind: {} for kind in ("companies", "contacts", "tickets", "notes", "calls")
        }
        self.talks: dict[str, dict[str, Any]] = {}
        self.said: dict[str, list[dict[str, Any]]] = {}
        self.put("companies", "101", ALDER)
        self.put("contacts", "201", ANN)

    def settings(self) -> dict[str, Any]:
        fast = {"searches_per_second": 10_000, "per_second": 10_000}
        return {"portal_id": 77, "base_url": self.base_url, **fast}

    def file(self, number: int) -> str:
        return f"hubspot://tickets/{number}"

    def authorized(self, request: Request) -> bool:
        return request.headers.get("Authorization") == "Bearer pat-secret-token"

    def refused(self) -> Response:
        told = {"status": "error", "message": "Authentication credentials not found.", "correlationId": "c-1"}
        return answer({**told, "category": "INVALID_AUTHENTICATION"}, 401)

    # -- data ---------------------------------------------------------------------------------------------------

    def put(self, kind: str, identity: str, properties: dict[str, str | None], **tied: str) -> None:
        """Put an object into HubSpot as changed now; `tied` are companies= and contacts=."""
        now = self.moment()
        before = self.known[kind].get(identity, {"createdAt": now, "associations": {}})
        ties = {name: {"results": [{"id": other, "type": f"to_{name}"}] * 2} for name, other in tied.items()}
        told = {"id": identity, "properties": properties, "updatedAt": now, "archived": False}
        self.known[kind][identity] = {**before, **told, "associations": {**before["associations"], **ties}}

    def moment(self) -> str:
        """Return a new time, a minute after the last."""
        self.clock += timedelta(minutes=1)
        return self.clock.strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def add(self, number: int, words: str) -> None:
        told = {"subject": f"Ticket {number}", "content": words, "source_type": "EMAIL", "hs_ticket_priority": None}
        self.put("tickets", str(number), told, companies="101", contacts="201")

    def update(self, number: int, words: str) -> None:
        self.put("tickets", str(number), {**self.known["tickets"][str(number)]["properties"], "content": words})

    def delete(self, number: int) -> None:
        self.known["tickets"][str(number)] |= {"archived": True, "archivedAt": self.moment()}

    def talk(self, number: int, *messages: dict[str, Any]) -> None:
        """Put a conversation into the inbox; each message needs `actor`, `text` and may have a `type`."""
        identity = str(number)
        self.said[identity] = [_message(identity, at, self.moment(), **one) for at, one in enumerate(messages)]
        self.talks[identity] = {
            "id": identity,
            "createdAt": self.said[identity][0]["createdAt"],
            "latestMessageTimestamp": self.said[identity][-1]["createdAt"],
            "status": "OPEN",
            "inboxId": "5",
            "associatedContactId": "201",
            "originalChannelId": "1000",
            "originalChannelAccountId": "9",
            "spam": False,
            "archived": False,
        }

    # -- answers ------------------------------------------------------------------------------------------------

    def objects(self, request: Request, kind: str) -> Response:
        archived = request.args.get("archived") == "true"
        found = [self._shown(one, request) for one in _by_id(self.known[kind]) if one["archived"] is archived]
        if self.repeating:
            return answer({"results": found[:1], **_next("1")})
        return _page(found, request.args.get("after"), request.args.get("limit"))

    def object(self, request: Request, kind: str, identity: str) -> Response:
        found = self.known[kind].get(identity)
        return answer(self._shown(found, request)) if found and not found["archived"] else _missing()

    def search(self, request: Request, kind: str) -> Response:
        body = request.get_json()
        if int(body.get("after") or 0) >= hubspot.MOST:
            return answer(
                {"status": "error", "message": "no", "correlationId": "c-2", "category": "VALIDATION_ERROR"}, 400
            )
        changed, beyond = body["filterGroups"][0]["filters"]
        assert changed["propertyName"] == ("lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate")
        found = [
            {key: value for key, value in one.items() if key != "associations"}
            for one in _by_id(self.known[kind])
            if not one["archived"]
            and _milliseconds(one["updatedAt"]) >= int(changed["value"])
            and int(one["id"]) > int(beyond["value"])
        ]
        return _page(found, body.get("after"), body["limit"], total=len(found))

    def threads(self, request: Request) -> Response:
        archived = request.args.get("archived") == "true"
        after = request.args.get("latestMessageTimestampAfter", "")
        found = [one for one in self.talks.values() if one["archived"] is archived]
        found = [one for one in found if one["latestMessageTimestamp"] > after]
        found.sort(key=lambda one: str(one["latestMessageTimestamp"]))
        return _page(found, request.args.get("after"), request.args["limit"])

    def thread(self, request: Request, identity: str) -> Response:
        return answer(self.talks[identity]) if identity in self.talks else _missing()

    def messages(self, request: Request, identity: str) -> Response:
        return _page(self.said[identity], request.args.get("after"), request.args["limit"])

    def actors(self, request: Request) -> Response:
        known = [ACTORS[one] for one in request.get_json()["inputs"] if one in ACTORS]
        at = {"startedAt": self.moment(), "completedAt": self.moment()}
        return answer({"status": "COMPLETE", "results": known, **at})

    def _shown(self, item: dict[str, Any], request: Request) -> dict[str, Any]:
        """Return an object with the properties and the ties that were asked for, as HubSpot does."""
        wanted = request.args.get("properties", "").split(",")
        properties = {key: value for key, value in item["properties"].items() if key in wanted}
        tied = {key: one for key, one in item["associations"].items() if key in request.args.get("associations", "")}
        shown = {key: value for key, value in item.items() if key != "associations"}
        return {**shown, "properties": properties, **({"associations": tied} if tied else {})}


def _message(thread: str, number: int, at: str, *, actor: str, text: str, type: str = "MESSAGE") -> dict[str, Any]:
    return {
        "id": f"{thread}-{number}",
        "conversationsThreadId": thread,
        "createdAt": at,
        "createdBy": actor,
        "type": type,
        "client": {"clientType": "HUBSPOT"},
        "senders": [{"actorId": actor}],
        "recipients": [],
        "text": text,
        "archived": False,
    }


def _by_id(known: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for _, one in sorted(known.items(), key=lambda pair: int(pair[0]))]


def _milliseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)


def _next(after: str) -> dict[str, Any]:
    return {"paging": {"next": {"after": after, "link": f"?after={after}"}}}


def _page(found: list[dict[str, Any]], after: str | None, limit: Any, **beside: Any) -> Response:
    first, size = int(after or 0), min(int(limit or 10), PAGE)
    following = _next(str(first + size)) if first + size < len(found) else {}
    return answer({"results": found[first : first + size], **beside, **following})


def _missing() -> Response:
    told = {"status": "error", "message": "resource not found", "correlationId": "c-3"}
    return answer({**told, "category": "OBJECT_NOT_FOUND"}, 404)
