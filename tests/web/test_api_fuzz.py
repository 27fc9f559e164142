"""No request that can be made up out of the OpenAPI document ends in an error of the server."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from starlette.testclient import TestClient

from icp_voice.access import Role, open_access
from icp_voice.web.api import description
from icp_voice.web.app import build

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed: pip install schemathesis")
GenerationMode = schemathesis.GenerationMode

FEW = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
HOSTILE = (
    "\x00",
    "a\x00b",
    "\ud800",
    "\uffff",
    "9" * 400,
    "-1",
    "1e400",
    "NaN",
    "²",  # a digit by its name, and no number
    "' or 1=1 --",
    "../../etc/passwd",
    "%00",
    "{{7*7}}",
    "=1+1",
    "A" * 100_000,
    '"',
    "*",
    "(",
    "é" * 300,
    "\u202e",
    "[]",
    '{"a":',
    "n" + "W" * 50,
    "nWzk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OV0",  # a cursor that holds a number with thirty digits
)


@dataclass(frozen=True)
class Site:
    app: FastAPI
    key: str

    @property
    def client(self) -> TestClient:
        return TestClient(
            self.app,
            base_url="http://127.0.0.1",
            headers={"authorization": f"Bearer {self.key}"},
            raise_server_exceptions=False,
            follow_redirects=False,
        )


@pytest.fixture(scope="module")
def site(peopled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application over a copy of its own, and the token of an admin."""
    folder = tmp_path_factory.mktemp("fuzz") / "ws"
    shutil.copytree(peopled, folder)
    key, _ = open_access(folder).make_token("Ada", "a test", Role.ADMIN)
    app = build(folder)
    yield Site(app, key)
    app.state.site.close()


@pytest.fixture(scope="module")
def schema(site: Site) -> Any:
    """The document as schemathesis reads it."""
    told = schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json", site.app, headers={"authorization": f"Bearer {site.key}"}
    )
    return told.exclude(path_regex="/events$")


def test_no_made_up_request_breaks_the_server(schema: Any, site: Site) -> None:
    headers = {"authorization": f"Bearer {site.key}"}
    asked: set[tuple[str, str]] = set()

    def ask(case: Any) -> None:
        answer = case.call(headers=headers)
        assert answer.status_code < 500, (case.method, case.formatted_path, answer.text)
        asked.add((case.method, case.path))

    for result in schema.get_all_operations():
        for mode in GenerationMode:
            strategy = result.ok().as_strategy(generation_mode=mode)
            with suppress(Unsatisfiable):  # a call without parameters cannot be made wrongly
                FEW(given(strategy)(lambda case: ask(case)))()
    assert len(asked) > 80


def test_no_hostile_word_in_any_place_breaks_the_server(site: Site) -> None:
    client, told = site.client, description(site.app)
    schemas = told["components"]["schemas"]
    for path, methods in told["paths"].items():
        if path.endswith("/events"):
            continue
        for method, call in methods.items():
            for word in HOSTILE:
                address = _filled(path, word)
                names = [one["name"] for one in call.get("parameters", ()) if one["in"] == "query"]
                sent = {"params": _encoded(names, word)}
                content = call.get("requestBody", {}).get("content", {})
                if "application/json" in content:
                    sample = _hostile(content["application/json"]["schema"], schemas, word)
                    sent["content"] = json.dumps(sample).encode()
                    sent["headers"] = {"content-type": "application/json"}
                answer = client.request(method, address, **sent)
                assert answer.status_code < 500, (method, address, sent, answer.text)


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded", ""]
)
@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff", b"[" * 100_000, b'{"a":' * 50_000, b"null", b"1e999", b'"\\ud800"', b"--x\r\n"]
)
def test_no_body_of_any_kind_breaks_the_server(site: Site, kind: str, body: bytes) -> None:
    client, told = site.client, description(site.app)
    for path, methods in told["paths"].items():
        for method in methods:
            if method != "get":
                answer = client.request(method, _filled(path, "1"), content=body, headers={"content-type": kind})
                assert answer.status_code < 500, (method, path, kind, answer.text)


def _filled(path: str, word: str) -> str:
    shown = quote(word[:2_000].encode("utf-8", "surrogatepass"), safe="")
    return re.sub(r"\{[^}]+\}", lambda _: shown, path)


def _encoded(names: list[str], word: str) -> str:
    """Return a query in which every parameter is the same word, halves of characters and all."""
    shown = quote(word[:2_000].encode("utf-8", "surrogatepass"), safe="")
    return "&".join(f"{name}={shown}" for name in names)


def _hostile(schema: Any, schemas: Any, word: str, depth: int = 0) -> Any:
    """Return a body of the right shape in which each text is a hostile word, and each number a monstrous one."""
    if "$ref" in schema:
        return _hostile(schemas[schema["$ref"].rpartition("/")[2]], schemas, word, depth)
    if "anyOf" in schema:
        return _hostile(schema["anyOf"][0], schemas, word, depth)
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    if schema.get("type") == "object":
        fields = {name: _hostile(one, schemas, word, depth + 1) for name, one in schema.get("properties", {}).items()}
        return fields or {word[:200]: _hostile(schema.get("additionalProperties") or {}, schemas, word, depth + 1)}
    if schema.get("type") == "array":
        return [_hostile(schema.get("items", {}), schemas, word, depth + 1)]
    least = schema.get("minimum", 0)
    return {"integer": least, "number": 1e308, "boolean": True}.get(schema.get("type"), word[:200])
