"""Salesforce: a token by client credentials, and queries whose next page lies at an address without a host."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from werkzeug import Request, Response

from tests.fakes.base import BaseFake, answer

PAGE = 2
DATA = "/services/data/v62.0"
ALDER = {"Name": "Alder Foods", "Website": "https://www.alder.example", "Industry": "Food", "NumberOfEmployees": 240}
ANN = {"Name": "Ann Lee", "Title": "Controller", "Email": "ann@alder.example", "AccountId": "001000000000101AAA"}


class Fake(BaseFake):
    NAME = "salesforce"
    ROUTES: ClassVar = {
        "POST /services/oauth2/token": "token",
        f"GET {DATA}/query": "query",
        f"GET {DATA}/queryAll": "query_all",
        f"GET {DATA}/query/<locator>": "more",
    }
    SECRETS: ClassVar = {"client_id": "3MVG-client-id", "client_secret": "sf-client-secret"}

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.clock = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
        self.rows: dict[str, dict[str, dict[str, Any]]] = {}
        self.waiting: dict[str, list[dict[str, Any]]] = {}
        self.queries: list[str] = []
        self.off: set[str] = set()
        self.tokens = 0
        self.put("Account", "001000000000101AAA", **ALDER)
        self.put("Contact", "003000000000201AAA", **ANN)

    def settings(self) -> dict[str, Any]:
        return {"domain": "acme", "base_url": self.base_url, "per_second": 10_000}

    def file(self, number: int) -> str:
        return f"salesforce://Case/{case_id(number)}"

    def authorized(self, request: Request) -> bool:
        if request.path.endswith("/token"):
            return request.form.get("client_secret") == "sf-client-secret"
        return request.headers.get("Authorization") == "Bearer 00Dx-access"

    def refused(self) -> Response:
        return answer({"error": "invalid_client", "error_description": "invalid client credentials"}, 400)

    # -- data ---------------------------------------------------------------------------------------------------

    def put(self, what: str, identity: str, **fields: Any) -> None:
        """Put a record into Salesforce as changed now."""
        now = self.moment()
        before = self.rows.setdefault(what, {}).get(identity, {"CreatedDate": now, "IsDeleted": False})
        self.rows[what][identity] = {**before, **fields, "Id": identity, "SystemModstamp": now}

    def moment(self) -> str:
        """Return a new time, a minute after the last."""
        self.clock += timedelta(minutes=1)
        return self.clock.strftime("%Y-%m-%dT%H:%M:%S.000+0000")

    def add(self, number: int, words: str) -> None:
        self.put(
            "Case",
            case_id(number),
            CaseNumber=f"{number:08}",
            Subject=f"Case {number}",
            Description=words,
            Status="New",
            Origin="Email",
            AccountId="001000000000101AAA",
            Account={"Name": "Alder Foods"},
            Contact={"Name": "Ann Lee", "Email": "ann@alder.example", "Title": "Controller"},
            CreatedBy={"UserType": "AutomatedProcess"},
        )
        self.mail(number, 1, words)
        self.comment(number, 1, "Thanks, we are looking into it.")
        self.comment(number, 2, "Do not promise anything here.", published=False)

    def mail(self, case: int, number: int, words: str, **fields: Any) -> None:
        """Put a mail of the customer's into a case."""
        told = {"Incoming": True, "Status": "0", "FromName": "Ann Lee", "FromAddress": "ann@alder.example"}
        told |= {"ParentId": case_id(case), "TextBody": words, "HtmlBody": None, "MessageDate": self.moment(), **fields}
        self.put("EmailMessage", f"02s{case:011}{number:01}AAA", **told)

    def comment(self, case: int, number: int, words: str, *, published: bool = True, user: str = "Standard") -> None:
        """Put a comment into a case, which does not change by it."""
        who = {"Name": "Vera Field" if user == "Standard" else "Ann Lee", "UserType": user}
        told = {"ParentId": case_id(case), "CommentBody": words, "IsPublished": published, "CreatedBy": who}
        self.put("CaseComment", f"00a{case:011}{number:01}AAA", **told)

    def update(self, number: int, words: str) -> None:
        self.put("Case", case_id(number), Description=words)
        self.mail(number, 1, words)

    def delete(self, number: int) -> None:
        self.put("Case", case_id(number), IsDeleted=True)

    # -- answers ------------------------------------------------------------------------------------------------

    def token(self, request: Request) -> Response:
        self.tokens += 1
        told = {"access_token": "00Dx-access", "instance_url": self.base_url, "token_type": "Bearer"}
        return answer({**told, "id": f"{self.base_url}/id/00D/005", "issued_at": "1760000000000", "signature": "x="})

    def query_all(self, request: Request) -> Response:
        return self._found(request.args["q"], deleted=True)

    def query(self, request: Request) -> Response:
        return self._found(request.args["q"], deleted=False)

    def more(self, request: Request, locator: str) -> Response:
        return self._page(self.waiting[locator], locator)

    def _found(self, query: str, *, deleted: bool) -> Response:
        self.queries.append(query)
        read = re.fullmatch(r"SELECT (.+) FROM (\w+)(?: WHERE (.+?))?(?: ORDER BY (.+?))?(?: LIMIT (\d+))?", query)
        assert read, query
        chosen, what, condition, _, limit = read.groups()
        if what in self.off:
            return answer([{"message": "not supported", "errorCode": "INVALID_TYPE"}], 400)
        rows = [one for one in self.rows.get(what, {}).values() if deleted or not one["IsDeleted"]]
        rows = [one for one in rows if _fits(one, condition or "")]
        rows.sort(key=lambda one: (one["SystemModstamp"], one["Id"]))
        shown = [_shown(what, one, chosen.split(", ")) for one in rows[: int(limit) if limit else None]]
        return self._page(shown, f"01g{len(self.queries)}-0")

    def _page(self, rows: list[dict[str, Any]], locator: str) -> Response:
        name, _, first = locator.partition("-")
        following = f"{name}-{int(first) + PAGE}"
        if self.repeating:
            rows, following = rows[:1] * 9, f"{name}-7"
        self.waiting[following] = rows[PAGE:]
        more = {"nextRecordsUrl": f"{DATA}/query/{following}"} if rows[PAGE:] else {}
        return answer({"totalSize": len(rows), "done": not more, "records": rows[:PAGE], **more})


def case_id(number: int) -> str:
    """Return the id of a case."""
    return f"500{number:012}AAA"


def _fits(row: dict[str, Any], condition: str) -> bool:
    if since := re.fullmatch(r"SystemModstamp >= (\S+Z)", condition):
        return datetime.fromisoformat(row["SystemModstamp"]) >= datetime.fromisoformat(since[1])
    if among := re.fullmatch(r"(\w+) IN \((.+)\)", condition):
        return row.get(among[1]) in re.findall(r"'(\w*)'", among[2])
    assert not condition, condition
    return True


def _shown(what: str, row: dict[str, Any], chosen: list[str]) -> dict[str, Any]:
    """Return a record with the chosen fields, those of related records nested."""
    shown: dict[str, Any] = {"attributes": {"type": what, "url": f"{DATA}/sobjects/{what}/{row['Id']}"}}
    for field in chosen:
        name, _, inner = field.partition(".")
        related = row.get(name)
        if not inner:
            shown[name] = related
        elif related is None:
            shown[name] = None
        else:
            kind = {"type": name, "url": f"{DATA}/sobjects/{name}/x"}
            shown.setdefault(name, {"attributes": kind})[inner] = related.get(inner)
    return shown
