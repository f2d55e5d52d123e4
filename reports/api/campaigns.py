"""The report of a campaign, and what became of each of its letters."""

from __future__ import annotations

from collections.abc import Sequence

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.selectors import finding
from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.delivery.models import Message
from mailhub.delivery.models.ledger import MessageState
from mailhub.web.api import paging
from mailhub.web.api.operations import Example, Operation, Ref
from mailhub.web.api.paging import Paged
from mailhub.web.api.shapes import Anything, Id, Moment, Object, Shape, Text
from reports.selectors import campaign_report, recipients
from reports.selectors.recipients import DEEDS, Filter
from reports.services import freshness

GROUP = "Campaigns"
AT = "2026-11-22T09:30:00Z"
PATH = {"campaign_id": Ref("sending", 11)}
GRADES = {grade: {"unique": 371, "total": 512} for grade in ("human", "machine", "unknown", "all")}
COUNTS = ("planned", "queued", "sent", "failed", "skipped", "uncertain", "cancelled")


class ReportOut(Shape):
    """What became of a campaign; docs/campaigns.md says what each figure counts."""

    id = Id()
    name = Text()
    state = Text()
    pause_reason = Text()
    launched_at = Moment(allow_null=True)
    finished_at = Moment(allow_null=True)
    seconds = serializers.FloatField(allow_null=True, help_text="From the launch to the last settled letter.")
    balance = Object(child=serializers.IntegerField(), help_text="planned is the sum of the others.")
    reasons = serializers.ListField(child=Object(child=Anything()), help_text="state, reason, count.")
    opens = Object(child=Object(child=serializers.IntegerField()), help_text="By grade: unique and total.")
    clicks = Object(child=Object(child=serializers.IntegerField()), help_text="By grade: unique and total.")
    links = serializers.ListField(child=Object(child=Anything()))
    domains = serializers.ListField(child=Object(child=Anything()))
    unsubscribes = serializers.IntegerField(min_value=0)
    complaints = serializers.IntegerField(min_value=0)
    bounces = serializers.IntegerField(min_value=0)
    unsubscribe_reasons = serializers.ListField(
        child=Object(child=Anything()), help_text="reason and count, as far as people said."
    )
    captured = serializers.IntegerField(
        min_value=0, help_text="How many of sent the capture mailbox took: those have left for nobody."
    )
    rates = Object(child=Object(child=Anything()), help_text="Each with count, of, base and value.")


class MessageQuery(Paged):
    state = serializers.ChoiceField(MessageState.choices, default="", allow_blank=True)
    reason = Text(default="", max_length=40, help_text="Such as suppressed or capped.")
    did = serializers.ChoiceField(
        [*DEEDS, "not_opened"], default="", allow_blank=True, help_text="What the person did with it."
    )
    email = Text(
        default="", max_length=320, help_text="An address, or the beginning of one; needs contacts:read."
    )


class MessageOut(Shape):
    """One letter of the ledger."""

    id = Id()
    contact_id = Id(allow_null=True)
    address = Text(allow_null=True, help_text="Null without the scope contacts:read.")
    locale = Text()
    state = serializers.ChoiceField(MessageState.choices)
    reason = Text(help_text="Why it is so, in one word.")
    reply = Text(allow_null=True, help_text="What the server said, often with the address: null as that.")
    attempts = serializers.IntegerField(min_value=0)
    settled_at = Moment(allow_null=True)


REPORT = {
    "id": Ref("sending", 11),
    "name": "Spring",
    "state": "finished",
    "pause_reason": "",
    "launched_at": AT,
    "finished_at": None,
    "seconds": None,
    "balance": {**dict.fromkeys(COUNTS, 0), "planned": 1180, "sent": 1180},
    "reasons": [],
    "opens": GRADES,
    "clicks": GRADES,
    "links": [],
    "domains": [
        {"domain": "example.org", "planned": 1180, "sent": 1180, "failed": 0, "opened": 371, "clicked": 64}
    ],
    "unsubscribes": 2,
    "complaints": 0,
    "bounces": 0,
    "unsubscribe_reasons": [{"reason": "too_many", "count": 1}],
    "captured": 0,
    "rates": {
        name: {"count": 371, "of": "sent", "base": 1180, "value": 0.3144}
        for name in ("open", "click", "click_to_open", "unsubscribe", "failure")
    },
}
LETTER = {
    "id": Ref("message", 100),
    "contact_id": Ref("contact", 12),
    "address": "ann@example.org",
    "locale": "en",
    "state": "queued",
    "reason": "",
    "reply": "",
    "attempts": 0,
    "settled_at": None,
}


class Report(Endpoint):
    @operation(
        Operation(
            name="campaigns_report",
            tag=GROUP,
            summary="Get the report of a campaign",
            description="Balance, opens, clicks, links, domains and rates; zeros before the launch.",
            scope=Scope.CAMPAIGNS_READ,
            gives=ReportOut,
            example=Example(path=PATH, answer=REPORT),
        )
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        freshness.catch_up()
        return Response(ReportOut(campaign_report.report(campaign_id)).data)


class Messages(Endpoint):
    @operation(
        Operation(
            name="campaigns_messages",
            tag=GROUP,
            summary="List the letters of a campaign",
            description=(
                "One row for each person: what became of the letter, and why. `address` and `reply` are null, "
                "and `email` cannot be asked for, unless the key also has `contacts:read`."
            ),
            scope=Scope.CAMPAIGNS_READ,
            asks=MessageQuery,
            gives=paging.of(MessageOut),
            example=Example(
                path=PATH,
                query={"state": "queued"},
                answer={"results": [LETTER]} | {"next": None, "previous": None},
            ),
        )
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        query = self.query
        if query["email"]:
            self.require(Scope.CONTACTS_READ, to="Finding letters by address")
        prepare = None if self.may(Scope.CONTACTS_READ) else _hide_addresses
        wanted = Filter(state=query["state"], reason=query["reason"], did=query["did"], text=query["email"])
        rows = recipients.find(finding.campaign(campaign_id), wanted)
        return Response(
            paging.page(request, rows, query=query, shape=MessageOut, order=("id",), prepare=prepare)
        )


def _hide_addresses(messages: Sequence[Message]) -> None:
    for message in messages:
        message.address = message.reply = None  # type: ignore[assignment]  # shown, never saved
