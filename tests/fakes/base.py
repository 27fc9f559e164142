"""What all fakes share: every request and response is held against the vendor's contract; trouble comes when asked for.

A fake says where its routes are and keeps its records as the vendor does. `violations` collects what broke the contract,
on either side; a test ends with none.
"""

from __future__ import annotations

import copy
import json
import re
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from openapi_core import Config, OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

CONTRACTS = Path(__file__).resolve().parents[1] / "contracts"
Handler = Callable[..., Response]


class BaseFake:
    """One vendor. Subclasses set the class variables and implement what raises NotImplementedError here."""

    NAME: ClassVar[str]
    PREFIX: ClassVar[str] = ""  # the path of the contract's server
    ROUTES: ClassVar[Mapping[str, str]]  # "GET /path/<id>" -> the method that answers
    SECRETS: ClassVar[Mapping[str, str]]  # as the connector's SECRETS
    SOFT_LIMIT: ClassVar[Mapping[str, Any] | None] = None  # what the vendor says inside a 200
    DELETES: ClassVar[bool] = True  # whether the connector can tell that a record is gone
    REPEATS: ClassVar[bool] = True  # whether it has a cursor that could repeat

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.requests: list[str] = []
        self.violations: list[str] = []
        self.trouble: deque[tuple[str, Response]] = deque()
        self.expired = False
        self.repeating = False
        contract = copy.deepcopy(self.contract())
        contract["servers"] = [{"url": self.PREFIX or "/"}]
        self._declared = contract["paths"]
        self._shared = contract.get("components", {}).get("parameters", {})
        self._api = OpenAPI.from_dict(contract, config=Config(spec_validator_cls=None))
        rules = [
            Rule(self.PREFIX + route.split()[1], methods=[route.split()[0]], endpoint=route) for route in self.ROUTES
        ]
        self._urls = Map(rules, strict_slashes=False)
        server.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    # -- what a fake says of itself -----------------------------------------------------------------------------

    def contract(self) -> dict[str, Any]:
        """Return the OpenAPI document of the vendor."""
        found: dict[str, Any] = json.loads((CONTRACTS / f"{self.NAME}.json").read_text("utf-8"))
        return found

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return self.server.url_for(self.PREFIX).rstrip("/")

    def settings(self) -> dict[str, Any]:
        """Return what stands under [connectors.NAME]."""
        raise NotImplementedError

    def add(self, number: int, words: str) -> None:
        """Put record `number` (from 1), in which a customer at Alder Foods says these words, into the vendor's data."""
        raise NotImplementedError

    def update(self, number: int, words: str) -> None:
        """Have the customer say other words in a record, later."""
        raise NotImplementedError

    def delete(self, number: int) -> None:
        """Delete a record as the vendor does."""
        raise NotImplementedError

    def file(self, number: int) -> str:
        """Return the file name under which the connector keeps a record."""
        raise NotImplementedError

    def authorized(self, request: Request) -> bool:
        """Tell whether a request carries the credentials."""
        raise NotImplementedError

    def refused(self) -> Response:
        """Answer as the vendor does to credentials that have run out."""
        return answer({"error": "unauthorized"}, 401)

    # -- trouble on demand --------------------------------------------------------------------------------------

    def next(self, response: Response, path: str = "") -> None:
        """Answer the next request, or the next whose path holds `path`, with this instead of the truth."""
        self.trouble.append((path, response))

    def asked(self, path: str) -> int:
        """Return how many requests went to paths that hold `path`."""
        return sum(path in request for request in self.requests)

    # -- answering ----------------------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Response:
        self.requests.append(f"{request.method} {request.full_path.rstrip('?')}")
        self._hold(lambda: self._check_request(request), request)
        if self.trouble and self.trouble[0][0] in request.path:
            return self.trouble.popleft()[1]
        if self.expired or not self.authorized(request):
            return self.refused()
        try:
            route, values = self._urls.bind_to_environ(request.environ).match()
        except HTTPException as error:
            self.violations.append(f"{request.method} {request.path}: {error}")
            return answer({}, 404)
        response: Response = getattr(self, self.ROUTES[route])(request, **values)
        self._hold(lambda: self._api.validate_response(WerkzeugOpenAPIRequest(request), _response(response)), request)
        return response

    def _check_request(self, request: Request) -> None:
        self._api.validate_request(WerkzeugOpenAPIRequest(request))
        declared = self._parameters(request)
        for name in request.args:
            if name not in declared:
                self.violations.append(f"{request.method} {request.path}: no parameter {name}")

    def _parameters(self, request: Request) -> set[str]:
        """Return the query parameters that the contract knows for a path; openapi-core lets any other pass."""
        path = request.path.removeprefix(self.PREFIX)
        for pattern, operations in self._declared.items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path):
                operation = operations.get(request.method.lower(), {})
                shared = map(self._resolved, operations.get("parameters", []) + operation.get("parameters", []))
                return {one["name"] for one in shared if one.get("in") == "query"}
        return set()

    def _resolved(self, parameter: dict[str, Any]) -> dict[str, Any]:
        """Return a parameter that may stand elsewhere in the contract."""
        found: dict[str, Any] = parameter
        if "$ref" in parameter:
            found = self._shared[parameter["$ref"].rpartition("/")[2]]
        return found

    def _hold(self, check: Callable[[], None], request: Request) -> None:
        try:
            check()
        except OpenAPIError as error:
            self.violations.append(f"{request.method} {request.path}: {error!r} {error.__cause__}")


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    """Return a JSON answer; `Retry_After="1"` becomes the header Retry-After."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(json.dumps(body), status, named, content_type="application/json")


def _response(response: Response) -> WerkzeugOpenAPIResponse:
    return WerkzeugOpenAPIResponse(response)
