"""The API's description (OpenAPI 3.1), made from what each operation says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlencode

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiExample, OpenApiParameter, OpenApiRequest, OpenApiResponse

from mailhub.web import problems
from mailhub.web.api.operations import Operation
from mailhub.web.api.shapes import Shape, Text
from mailhub.web.problems import Kind

SCHEME = "apiKey"
WRITES = ("POST", "PUT", "PATCH", "DELETE")
EVERYWHERE = (400, 401, 403, 406, 429, 503)
ON_WRITES = (409, 415, 422)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
    OpenApiParameter.HEADER,
    description="Makes the request happen once in 24 hours, however often it is sent.",
)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a request says whose it is."""

    target_class = "mailhub.accounts.api.authentication.BearerKey"
    name = SCHEME

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key, made with `manage.py create_api_key` or under Settings, API keys.",
        }


class DescribedSchema(AutoSchema):
    """Reads the Operation of the handler at hand."""

    @property
    def told(self) -> Operation:
        return cast(Operation, getattr(self.view, self.method.lower()).operation)

    def get_operation_id(self) -> str:
        return self.told.name

    def get_summary(self) -> str:
        return self.told.summary

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular's, without arguments
        return f"{self.told.description}\n\nScope: `{self.told.scope}`."

    def get_tags(self) -> list[str]:
        return [self.told.tag]

    def get_auth(self) -> list[dict[str, Any]]:
        super().get_auth()  # registers the scheme
        return [{SCHEME: [self.told.scope]}]

    def get_override_parameters(self) -> list[Any]:
        asks: list[Any] = [self.told.asks] if self.told.asks else []
        return [*asks, *([IDEMPOTENCY_KEY] if self.method in WRITES else [])]

    def get_request_serializer(self) -> Any:
        if self.told.takes is None:
            return None
        return OpenApiRequest(self.told.takes, examples=self._request_examples())

    def get_response_serializers(self) -> Any:
        told = self.told
        examples = [OpenApiExample("Answer", value=told.example.answer)] if told.example.answer else []
        if told.media_type != "application/json":
            schema = {"type": "string"}
            return {(told.status, told.media_type): OpenApiResponse(schema, description=told.summary)}
        gives = told.gives() if told.gives else None
        return {told.status: OpenApiResponse(gives, description=told.summary, examples=examples)}

    def get_extensions(self) -> dict[str, Any]:
        """What an example with curl needs beside the body."""
        example = self.told.example
        told: dict[str, Any] = {}
        if example.path:
            told["x-example-path"] = dict(example.path)
        if example.query:
            told["x-example-query"] = f"?{urlencode(example.query)}"
        if example.files:
            told["x-uploads"] = {name: file for name, (file, _) in example.files.items()}
        return told

    def get_examples(self) -> list[OpenApiExample]:
        return []

    def _request_examples(self) -> list[OpenApiExample]:
        example = self.told.example
        body = {name: file for name, (file, _) in example.files.items()} | dict(example.body or {})
        return [OpenApiExample("Request", value=body)] if body else []

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for status in sorted(self._failures()):
            bodies[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
        return dict(bodies)

    def _failures(self) -> set[int]:
        found = {*EVERYWHERE, *self.told.problems}
        if "{" in self.path:
            found.add(404)
        if self.method in WRITES:
            found |= {*ON_WRITES}
        if self.told.takes is not None:
            found.add(413)
        return found

    def _map_basic_serializer(self, serializer: Any, direction: str) -> dict[str, Any]:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if isinstance(serializer, Shape) or (isinstance(serializer, type) and issubclass(serializer, Shape)):
            schema |= {"additionalProperties": False, **serializer.rules}
        return cast(dict[str, Any], schema)

    def _map_serializer_field(self, field: Any, direction: str, bypass_extensions: bool = False) -> Any:
        schema = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if isinstance(field, Text) and not field.allow_blank:
            schema = _not_blank(schema)
        return _any_value(schema) if type(field).__name__ == "Anything" else schema


def _not_blank(schema: dict[str, Any]) -> dict[str, Any]:
    """Blanks around a text do not count, so one of blanks alone is empty."""
    return {"minLength": 1, "pattern": r"\S", **schema} if "type" in schema else schema


def _any_value(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name == "description"}


def add_problems(result: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Postprocessing: the problem documents that operations refer to."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _problem_schema()
    by_status: dict[int, list[Kind]] = {}
    for kind in problems.KINDS:
        by_status.setdefault(kind.status, []).append(kind)
    components["responses"] = {
        f"Problem{status}": _problem_response(kinds) for status, kinds in by_status.items() if status != 500
    }
    return result


def _problem_response(kinds: list[Kind]) -> dict[str, Any]:
    example = problems.Problem(kinds[0], f"{kinds[0].title}: the sentence says what to do.").as_json()
    content: Mapping[str, Any] = {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "examples": {"Problem": {"value": example}},
    }
    description = "; or: ".join(f"{kind.title} (`{kind.slug}`)" for kind in kinds)
    return {"description": description, "content": {problems.MEDIA_TYPE: content}}


def _problem_schema() -> dict[str, Any]:
    error = {
        "type": "object",
        "properties": {
            "field": {"type": "string", "description": "Which field, such as variants.0.body."},
            "pointer": {"type": "string", "description": "JSON pointer to it (RFC 6901)."},
            "message": {"type": "string", "description": "What is wrong, in a sentence."},
        },
        "required": ["message"],
    }
    return {
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "properties": {
            "type": {"type": "string", "description": "Which kind of problem; explained at that address."},
            "title": {"type": "string", "description": "The kind in words."},
            "status": {"type": "integer", "description": "The HTTP status."},
            "detail": {"type": "string", "description": "What happened here, and what to do."},
            "errors": {"type": "array", "items": error, "description": "Each thing to mend."},
        },
        "required": ["type", "title", "status", "detail"],
    }
