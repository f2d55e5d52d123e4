"""Brands, senders and sending domains, to read."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.delivery.models import Brand, Sender, SendingDomain
from mailhub.web.api import paging
from mailhub.web.api.operations import Example, Operation, Ref, page_of
from mailhub.web.api.paging import Paged
from mailhub.web.api.shapes import Id, Moment, Shape, Text

GROUP = "Settings"
BRAND = Ref("brand", 1)
AT = "2026-11-22T09:30:00Z"
SHOP = {
    "id": BRAND,
    "name": "Shop",
    "postal_address": "1 High Street\nTown",
    "public_url": "https://mail.shop.example",
    "sender_name": "Shop",
    "sender_address": "news@shop.example",
    "language": "en",
}
NEWS = {
    "id": Ref("sender", 2),
    "brand_id": BRAND,
    "name": "Shop",
    "address": "news@shop.example",
    "reply_to": "",
    "usual": True,
}
DOMAIN = {
    "id": Ref("domain", 2),
    "name": "shop.example",
    "brand_id": BRAND,
    "verified": False,
    "verified_at": None,
    "checked_at": None,
    "problem": "",
}


class OfBrand(Paged):
    brand_id = Id(required=False, help_text="Of this brand alone.")


class BrandOut(Shape):
    """A name that customers know."""

    id = Id()
    name = Text()
    postal_address = Text()
    public_url = serializers.CharField(source="base_url")
    sender_name = Text()
    sender_address = Text()
    language = Text()


class SenderOut(Shape):
    """An address that a brand's letters may be from."""

    id = Id()
    brand_id = Id()
    name = Text()
    address = Text()
    reply_to = Text()
    usual = serializers.BooleanField(source="is_default", help_text="Whether new campaigns begin with it.")


class DomainOut(Shape):
    """A domain that letters may be from, once its DNS says so."""

    id = Id()
    name = Text()
    brand_id = Id()
    verified = serializers.SerializerMethodField()
    verified_at = Moment(allow_null=True)
    checked_at = Moment(allow_null=True)
    problem = Text(help_text="What the last check found wrong.")

    def get_verified(self, domain: SendingDomain) -> bool:
        return domain.verified_at is not None


class BrandList(Endpoint):
    @operation(
        Operation(
            name="brands_list",
            tag=GROUP,
            summary="List brands",
            description="Who letters come from. Brands are changed under Settings in the browser.",
            scope=Scope.SETTINGS_READ,
            asks=Paged,
            gives=paging.of(BrandOut),
            example=Example(answer=page_of(SHOP)),
        )
    )
    def get(self, request: Request) -> Response:
        return Response(paging.page(request, Brand.objects.all(), query=self.query, shape=BrandOut))


class SenderList(Endpoint):
    @operation(
        Operation(
            name="senders_list",
            tag=GROUP,
            summary="List senders",
            description="The addresses that letters may be from.",
            scope=Scope.SETTINGS_READ,
            asks=OfBrand,
            gives=paging.of(SenderOut),
            example=Example(query={"brand_id": BRAND}, answer=page_of(NEWS)),
        )
    )
    def get(self, request: Request) -> Response:
        rows = Sender.objects.select_related("brand")
        if "brand_id" in self.query:
            rows = rows.filter(brand=self.query["brand_id"])
        return Response(paging.page(request, rows, query=self.query, shape=SenderOut))


class DomainList(Endpoint):
    @operation(
        Operation(
            name="domains_list",
            tag=GROUP,
            summary="List sending domains",
            description="Whether the DNS of each vouches for letters from it.",
            scope=Scope.SETTINGS_READ,
            asks=OfBrand,
            gives=paging.of(DomainOut),
            example=Example(answer=page_of(DOMAIN)),
        )
    )
    def get(self, request: Request) -> Response:
        rows = SendingDomain.objects.all()
        if "brand_id" in self.query:
            rows = rows.filter(brand=self.query["brand_id"])
        return Response(paging.page(request, rows, query=self.query, shape=DomainOut))
