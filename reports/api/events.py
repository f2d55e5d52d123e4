"""Events: what happened to letters after they were handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.models import Campaign
from contacts.models import Contact
from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.delivery.models import Dispatch, Event
from mailhub.delivery.models.events import EventType, Grade
from mailhub.web.api import paging
from mailhub.web.api.faults import Invalid
from mailhub.web.api.operations import Example, Operation, Ref
from mailhub.web.api.paging import Paged
from mailhub.web.api.shapes import Id, Moment, Shape, Text

ORDERS = {"newest": ("-id",), "oldest": ("id",)}


class EventQuery(Paged):
    type = serializers.ChoiceField(EventType.choices, default="", allow_blank=True)
    grade = serializers.ChoiceField(
        Grade.choices, default="", allow_blank=True, help_text="Who opened or clicked."
    )
    campaign_id = Id(required=False)
    contact_id = Id(required=False)
    occurred_after = Moment(required=False)
    occurred_before = Moment(required=False)
    order = serializers.ChoiceField(
        list(ORDERS), default="newest", help_text="oldest: keep the last `next` and go on from there later."
    )


class EventOut(Shape):
    """Something that happened to a letter. Anonymous ones name nobody."""

    id = Id()
    type = serializers.ChoiceField(EventType.choices)
    grade = serializers.ChoiceField(Grade.choices)
    rule = Text(help_text="What graded it.")
    campaign_id = serializers.SerializerMethodField()
    dispatch_id = Id()
    message_id = Id(allow_null=True)
    contact_id = Id(allow_null=True)
    link_number = serializers.IntegerField(allow_null=True)
    user_agent = Text()
    occurred_at = Moment()
    recorded_at = Moment()

    def get_campaign_id(self, event: Event) -> int | None:
        campaign: int | None = getattr(event, "campaign_id", None)
        return campaign


CLICK = {
    "id": Ref("event", 501),
    "type": "clicked",
    "grade": "human",
    "rule": "",
    "campaign_id": Ref("sending", 11),
    "dispatch_id": Ref("dispatch", 40),
    "message_id": Ref("message", 100),
    "contact_id": Ref("contact", 12),
    "link_number": 1,
    "user_agent": "Mozilla/5.0",
    "occurred_at": "2026-11-22T09:30:00Z",
    "recorded_at": "2026-11-22T09:30:02Z",
}


class EventList(Endpoint):
    @operation(
        Operation(
            name="events_list",
            tag="Events",
            summary="List events",
            description="Opens, clicks, bounces, complaints, unsubscribes … of every campaign.",
            scope=Scope.EVENTS_READ,
            asks=EventQuery,
            gives=paging.of(EventOut),
            example=Example(
                query={"type": "clicked", "campaign_id": Ref("sending", 11)},
                answer={"results": [CLICK], "next": None, "previous": None},
            ),
        )
    )
    def get(self, request: Request) -> Response:
        return Response(
            paging.page(
                request,
                _filtered(self.query),
                query=self.query,
                shape=EventOut,
                order=ORDERS[self.query["order"]],
                prepare=_with_campaigns,
            )
        )


def _filtered(query: Mapping[str, Any]) -> QuerySet[Event]:
    rows = Event.objects.all()
    for name in ("type", "grade"):
        if query[name]:
            rows = rows.filter(**{name: query[name]})
    if "campaign_id" in query:
        rows = rows.filter(dispatch_id=_dispatch_of(query["campaign_id"]))
    if "contact_id" in query:
        rows = rows.filter(address_hash=_hash_of(query["contact_id"]))
    if "occurred_after" in query:
        rows = rows.filter(occurred_at__gte=query["occurred_after"])
    if "occurred_before" in query:
        rows = rows.filter(occurred_at__lt=query["occurred_before"])
    return rows


def _dispatch_of(campaign_id: int) -> int:
    """0 for a campaign that was never launched. Raises Invalid."""
    found = Campaign.objects.filter(pk=campaign_id).values_list("dispatch_id", flat=True)
    if not found:
        raise Invalid("campaign_id", f"There is no campaign {campaign_id}.")
    return found[0] or 0


def _hash_of(contact_id: int) -> str:
    """Events are found by the address, for which there is an index. Raises Invalid."""
    found = Contact.objects.filter(pk=contact_id).values_list("address_hash", flat=True).first()
    if found is None:
        raise Invalid("contact_id", f"There is no contact {contact_id}.")
    return found


def _with_campaigns(events: Sequence[Event]) -> None:
    wanted = {event.dispatch_id for event in events}
    rows = Dispatch.objects.filter(pk__in=wanted, producer="campaign")
    campaigns = dict(rows.values_list("pk", "producer_id"))
    for event in events:
        event.campaign_id = campaigns.get(event.dispatch_id)  # type: ignore[attr-defined]
