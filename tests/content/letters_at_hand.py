"""Letters and data that the tests of this room share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailhub.content import engine
from mailhub.content.engine import LinkTable, Program, Rendered
from mailhub.content.schema import Schema
from mailhub.content.variants import Kind, VariantSource

SCHEMA = Schema().with_fields(
    {
        "contact.email": "text",
        "contact.first_name": "text",
        "contact.city": "text",
        "contact.points": "number",
        "contact.tags": "list",
        "contact.orders": "list",
        "contact.custom.shoe": "text",
    }
)
ANN: dict[str, Any] = {
    "contact": {
        "email": "ann+tea@example.org",
        "first_name": "Ann",
        "city": "Riga",
        "points": 7,
        "tags": ["tea", "a/b c"],
        "orders": [{"id": 1, "total": 1250}, {"id": 2, "total": 99}],
        "custom": {"shoe": None},
    },
    "brand": {"name": "Tea & Co", "url": "https://tea.example.org"},
    "list": {"name": "Tea Notes"},
    "unsubscribe_url": "https://mail.example.org/u/token",
    "preferences_url": "https://mail.example.org/p/token",
    "view_url": "https://mail.example.org/v/token",
    "postal_address": "Tea & Co\n1 Quay\nRiga",
}
SIGNED_OFF = '<p><a href="{{ unsubscribe_url }}">Unsubscribe</a> {{ postal_address }}</p>'


def variant(body: str, *, kind: Kind = "html", locale: str = "en", **parts: str) -> VariantSource:
    return VariantSource(kind=kind, locale=locale, subject=parts.pop("subject", "News"), body=body, **parts)


def program(body: str, **options: Any) -> Program:
    """`options` are those of compile_variant and of `variant`."""
    wanted = ("links", "utm", "brand_url", "marketing")
    compiling = {name: options.pop(name) for name in wanted if name in options}
    compiling.setdefault("links", LinkTable())
    return engine.compile_variant(variant(body, **options), schema=SCHEMA, **compiling)


def render(
    body: str, *, data: Mapping[str, Any] = ANN, pixel_url: str | None = None, **options: Any
) -> Rendered:
    """The letter as the recipient gets it without tracking, through JSON as in the product."""
    stored = program(body, **options).to_json()
    return Program.from_json(stored).render(
        data, link=lambda link, values: engine.fill(link.template, values), pixel_url=pixel_url
    )


def render_marked(body: str, **options: Any) -> Rendered:
    """The letter with every tracked link as LINK-number(values)."""
    return program(body, **options).render(
        ANN, link=lambda link, values: f"LINK-{link.number}({'|'.join(values)})"
    )
