"""Lists: what people agree to be mailed about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contacts.api import examples, finding
from contacts.api.examples import NEWS
from contacts.models import List, OptIn, TrackingPreference
from contacts.services import lists
from contacts.services.lists import StillInUse
from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.delivery.models import Brand
from mailhub.delivery.services import brands
from mailhub.web import problems
from mailhub.web.api import faults, paging
from mailhub.web.api.faults import Fault, Invalid
from mailhub.web.api.operations import Example, Operation, Ref, page_of
from mailhub.web.api.paging import Paged
from mailhub.web.api.shapes import Id, Moment, Shape, Text
from mailhub.web.problems import Problem

faults.register(StillInUse, problems.CONFLICT)

GROUP = "Lists"
PATH = {"list_id": examples.LIST}
OFFERS = {"name": "Offers", "slug": "offers", "brand_id": Ref("brand", 1), "opt_in": "double"}


class ListQuery(Paged):
    brand_id = Id(required=False, help_text="Lists of this brand.")
    slug = Text(default="", max_length=120, help_text="The list of this slug.")


class ListChange(Shape):
    name = Text(max_length=120, allow_blank=False)
    description = Text(required=False, max_length=2000, help_text="Shown on the preference page.")
    public = serializers.BooleanField(required=False, help_text="Shown to everybody on the preference page.")
    opt_in = serializers.ChoiceField(
        OptIn.choices, required=False, help_text="double: a confirmation mail asks who signs up."
    )
    tracking = serializers.ChoiceField(TrackingPreference.choices, required=False, allow_blank=True)


class ListIn(ListChange):
    slug = Text(
        required=False, max_length=120, help_text="a–z, 0–9, - and _; made from the name when left out."
    )
    brand_id = Id(required=False, help_text="The first brand when left out.")


class ListOut(Shape):
    """A list."""

    id = Id()
    name = Text()
    slug = Text()
    description = Text()
    brand_id = Id()
    public = serializers.BooleanField()
    opt_in = serializers.ChoiceField(OptIn.choices)
    tracking = Text()
    created_at = Moment()


class ListList(Endpoint):
    @operation(
        Operation(
            name="lists_list",
            tag=GROUP,
            summary="List lists",
            description="The newest first.",
            scope=Scope.LISTS_READ,
            asks=ListQuery,
            gives=paging.of(ListOut),
            example=Example(answer=page_of(NEWS)),
        )
    )
    def get(self, request: Request) -> Response:
        rows = List.objects.all()
        if "brand_id" in self.query:
            rows = rows.filter(brand=self.query["brand_id"])
        if self.query["slug"]:
            rows = rows.filter(slug=self.query["slug"])
        return Response(paging.page(request, rows, query=self.query, shape=ListOut))

    @operation(
        Operation(
            name="lists_create",
            tag=GROUP,
            summary="Create a list",
            description="409 when there is one with this slug.",
            scope=Scope.LISTS_WRITE,
            takes=ListIn,
            gives=ListOut,
            status=201,
            example=Example(body=OFFERS, answer={**NEWS, **OFFERS, "description": "", "public": False}),
        )
    )
    def post(self, request: Request) -> Response:
        list_ = _created(self.body)
        self.record("list.created", target=list_)
        return Response(ListOut(list_).data, status=201)


class ListPage(Endpoint):
    @operation(
        Operation(
            name="lists_get",
            tag=GROUP,
            summary="Get a list",
            description="One list. Who is on it: “List contacts” with `list`.",
            scope=Scope.LISTS_READ,
            gives=ListOut,
            example=Example(path=PATH, answer=NEWS),
        )
    )
    def get(self, request: Request, list_id: int) -> Response:
        return Response(ListOut(_found(list_id)).data)

    @operation(
        Operation(
            name="lists_change",
            tag=GROUP,
            summary="Change a list",
            description="What you leave out stays. Slug and brand stay: consent was given to them.",
            scope=Scope.LISTS_WRITE,
            takes=ListChange,
            gives=ListOut,
            example=Example(path=PATH, body={"public": False}, answer={**NEWS, "public": False}),
        )
    )
    def patch(self, request: Request, list_id: int) -> Response:
        list_ = _found(list_id)
        if self.body:
            list_ = lists.update(list_, **self.body)
        self.record("list.changed", target=list_, detail={"fields": sorted(self.body)})
        return Response(ListOut(list_).data)

    @operation(
        Operation(
            name="lists_delete",
            tag=GROUP,
            summary="Delete a list",
            description=(
                "Its subscriptions end; contacts and the records of their consent stay. "
                "409 while something else needs it."
            ),
            scope=Scope.LISTS_WRITE,
            status=204,
            example=Example(path=PATH),
        )
    )
    def delete(self, request: Request, list_id: int) -> Response:
        list_ = _found(list_id)
        self.record("list.deleted", target=list_)
        lists.delete(list_)
        return Response(status=204)


def _created(said: Mapping[str, Any]) -> List:
    """409 when the wanted slug is taken. Raises Invalid, InvalidValue."""
    values = dict(said)
    name, slug, brand = values.pop("name"), values.pop("slug", ""), _brand(values.pop("brand_id", None))
    if not slug:
        return lists.create(name, brand=brand, **values)
    list_, created = lists.get_or_create(slug, brand=brand, name=name)
    if not created:
        raise Fault(Problem(problems.CONFLICT, f"There is already a list with the slug “{slug}”."))
    return lists.update(list_, **values) if values else list_


def _brand(number: int | None) -> Brand:
    if number is None:
        return brands.default()
    found = Brand.objects.filter(pk=number).first()
    if found is None:
        raise Invalid("brand_id", f"There is no brand {number}.")
    return found


def _found(list_id: int) -> List:
    return finding.one(List.objects.all(), list_id, what="list")
