"""Arranges the OpenAPI document for people to read."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body or one parameter, in words."""

    name: str
    type: str
    needed: bool
    description: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation as the page shows it."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    parameters: list[Field]
    body: list[Field]
    answer: str
    status: str
    curl: str


def groups(document: Document) -> dict[str, list[Entry]]:
    """Tag → its operations, in the order of the document."""
    found: dict[str, list[Entry]] = {}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            found.setdefault(told["tags"][0], []).append(_entry(document, path, method, told))
    return found


def _entry(document: Document, path: str, method: str, told: Document) -> Entry:
    description, _, scope = told["description"].rpartition("\n\nScope: ")
    body = _body(told)
    status, answer = next(iter(told["responses"].items()))
    return Entry(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        description=description,
        scope=scope.strip("`."),
        parameters=list(_parameters(told)),
        body=list(_fields(document, body.get("schema", {}))),
        answer=_example(answer),
        status=status,
        curl=_curl(path, method, told, body),
    )


def _body(told: Document) -> Document:
    content = told.get("requestBody", {}).get("content", {})
    return next(iter(content.values()), {})


def _parameters(told: Document) -> Iterator[Field]:
    for parameter in told.get("parameters", []):
        kind = _type(parameter["schema"])
        text = parameter.get("description", "")
        yield Field(parameter["name"], kind, bool(parameter.get("required")), text)


def _fields(document: Document, schema: Document) -> Iterator[Field]:
    schema = _resolved(document, schema)
    for name, told in schema.get("properties", {}).items():
        text = told.get("description", "")
        yield Field(name, _type(told), name in schema.get("required", []), text)


def _resolved(document: Document, schema: Document) -> Document:
    if "$ref" not in schema:
        return schema
    found: Document = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _type(schema: Document) -> str:
    if "$ref" in schema:
        return "object"
    if "allOf" in schema or "oneOf" in schema:
        return "one of several"
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    kind = schema.get("type", "any value")
    kind = " or ".join(kind) if isinstance(kind, list) else kind
    return f"{kind} of {_type(schema['items'])}" if kind == "array" else str(kind)


def _example(answer: Document) -> str:
    content: Document = next(iter(answer.get("content", {}).values()), {})
    example: Document = next(iter(content.get("examples", {}).values()), {})
    return json.dumps(example["value"], indent=2, ensure_ascii=False) if "value" in example else ""


def _curl(path: str, method: str, told: Document, body: Document) -> str:
    query = told.get("x-example-query", "")
    for name, value in told.get("x-example-path", {}).items():
        path = path.replace(f"{{{name}}}", str(value))
    address = f'"$MAILHUB{path.removeprefix("/api/v1")}{query}"'
    lines = [f'curl -H "Authorization: Bearer $KEY" {address}']
    if method != "get":
        lines[0] = lines[0].replace("curl ", f"curl -X {method.upper()} ")
    shown: Document = next(iter(body.get("examples", {}).values()), {})
    example = shown.get("value")
    if example is not None and told.get("x-uploads"):
        for name in told["x-uploads"]:
            lines.append(f"  -F {name}=@{told['x-uploads'][name]}")
        lines += [
            f"  -F {shlex.quote(f'{name}={_plain(value)}')}"
            for name, value in example.items()
            if name not in told["x-uploads"]
        ]
    elif example is not None:
        lines.append('  -H "Content-Type: application/json"')
        lines.append(f"  -d {shlex.quote(json.dumps(example, indent=2, ensure_ascii=False))}")
    return " \\\n".join(lines)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
