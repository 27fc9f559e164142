"""What people read of the API: each call with its parameters and an example, out of the OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing that a call takes."""

    name: str
    where: str
    kind: str
    about: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: what it does, what it takes, what it answers, and how it is typed."""

    key: str
    method: str
    path: str
    title: str
    about: str
    parameters: tuple[Parameter, ...]
    body: str
    answer: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Calls about one subject."""

    name: str
    about: str
    calls: tuple[Call, ...]


def calls(document: Mapping[str, Any], base: str, search: str = "") -> tuple[Group, ...]:
    """Return the calls by subject; with words to look for, those in which all of them stand."""
    words = search.casefold().split()
    groups = []
    for tag in document["tags"]:
        found = tuple(call for call in _of(document, tag["name"], base) if _holds(call, tag["name"], words))
        if found:
            groups.append(Group(name=tag["name"], about=tag["description"], calls=found))
    return tuple(groups)


def _holds(call: Call, tag: str, words: list[str]) -> bool:
    text = f"{tag} {call.method} {call.path} {call.title} {call.about}".casefold()
    return all(word in text for word in words)


def _of(document: Mapping[str, Any], tag: str, base: str) -> Iterator[Call]:
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method in METHODS:
            if tag in methods.get(method, {}).get("tags", ()):
                yield _call(path, method, methods[method], schemas, base)


def _call(path: str, method: str, told: Mapping[str, Any], schemas: Mapping[str, Any], base: str) -> Call:
    body = told.get("requestBody", {}).get("content", {})
    sample = _example(body["application/json"]["schema"], schemas) if "application/json" in body else None
    text = json.dumps(sample, indent=2, ensure_ascii=False) if sample is not None else ""
    good: Mapping[str, Any] = next((one for code, one in told["responses"].items() if code.startswith("2")), {})
    contents: list[Mapping[str, Any]] = list(good.get("content", {}).values())
    answer = contents[0].get("schema", {}) if contents else {}
    return Call(
        key=str(told["operationId"]),
        method=method.upper(),
        path=path,
        title=told.get("summary", ""),
        about=told.get("description", ""),
        parameters=tuple(_parameter(one, schemas) for one in told.get("parameters", ())),
        body=text or ("The bytes of the file." if body else ""),
        answer=_kind(answer, schemas) if answer else ", ".join(good.get("content", {})),
        example=_curl(base + path, method, told, sample, bytes_=bool(body) and sample is None),
    )


def _parameter(told: Mapping[str, Any], schemas: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=told["name"],
        where=told["in"],
        kind=_kind(told.get("schema", {}), schemas),
        about=told.get("description", ""),
        required=told.get("required", False),
    )


def _kind(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """Return in a few words what a schema allows."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        known = schemas.get(name, {})
        return " | ".join(known["enum"]) if "enum" in known else name
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_kind(one, schemas) for one in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return " | ".join(str(one) or '""' for one in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}), schemas)}"
    return str(schema.get("type", "any"))


def _example(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int = 0) -> Any:
    """Return a value that a schema allows: the examples it gives, else the plainest."""
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].rpartition("/")[2]], schemas, depth)
    if schema.get("examples"):
        return schema["examples"][0]
    if "default" in schema and depth:
        return schema["default"]
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], schemas, depth)
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    if schema.get("type") == "object" and depth < DEEPEST:
        required = schema.get("required", ())
        fields = {name: one for name, one in schema.get("properties", {}).items() if name in required}
        fields = fields or schema.get("properties", {})
        return {name: _example(one, schemas, depth + 1) for name, one in fields.items()}
    if schema.get("type") == "array":
        return [_example(schema.get("items", {}), schemas, depth + 1)] if depth < DEEPEST else []
    return {"integer": 0, "number": 0.5, "boolean": True, "null": None}.get(str(schema.get("type")), "…")


def _curl(address: str, method: str, told: Mapping[str, Any], sample: Any, *, bytes_: bool) -> str:
    asked = [one["name"] for one in told.get("parameters", ()) if one["in"] == "query" and one.get("required")]
    query = "?" + "&".join(f"{name}=…" for name in asked) if asked else ""
    parts = ["curl", "-H 'Authorization: Bearer icpv_…'"]
    if method != "get":
        parts.append(f"-X {method.upper()}")
    if sample is not None:
        quoted = json.dumps(sample, ensure_ascii=False).replace("'", "'\\''")
        parts.append(f"-H 'Content-Type: application/json' -d '{quoted}'")
    if bytes_:
        parts.append("--data-binary @call.vtt")
    return " ".join([*parts, f"'{address}{query}'"])
