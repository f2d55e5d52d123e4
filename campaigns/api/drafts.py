"""Campaigns as drafts: create, read, change, delete, clone, check, test."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import gate
from campaigns.api import examples, writing
from campaigns.api.shapes import (
    AudienceOut,
    CampaignChange,
    CampaignIn,
    CampaignOut,
    CampaignQuery,
    CampaignRow,
    CloneIn,
    GateOut,
    TestIn,
    TestOut,
)
from campaigns.models import Campaign
from campaigns.selectors import finding, funnel
from campaigns.services import drafting
from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.content.services.drafts import Author
from mailhub.lib import clock
from mailhub.web.api import paging
from mailhub.web.api.operations import Example, Operation, Ref

GROUP = "Campaigns"


class CampaignList(Endpoint):
    @operation(
        Operation(
            name="campaigns_list",
            tag=GROUP,
            summary="List campaigns",
            description="The newest first, without their figures.",
            scope=Scope.CAMPAIGNS_READ,
            asks=CampaignQuery,
            gives=paging.of(CampaignRow),
            example=Example(query={"state": "draft"}, answer=examples.page_of(examples.ROW)),
        )
    )
    def get(self, request: Request) -> Response:
        rows = Campaign.objects.prefetch_related("lists", "excluded_lists")
        if self.query["state"]:
            rows = rows.filter(state=self.query["state"])
        if self.query["search"]:
            rows = rows.filter(name__icontains=self.query["search"])
        return Response(paging.page(request, rows, query=self.query, shape=CampaignRow))

    @operation(
        Operation(
            name="campaigns_create",
            tag=GROUP,
            summary="Create a campaign",
            description="A draft. Nothing leaves before it is launched, and a draft may lack letter and lists.",
            scope=Scope.CAMPAIGNS_WRITE,
            takes=CampaignIn,
            gives=CampaignOut,
            status=201,
            example=Example(body=examples.SAID, answer=examples.OUT),
        )
    )
    def post(self, request: Request) -> Response:
        campaign = writing.create(self.body, now=clock.now())
        self.record("campaign.created", target=campaign)
        return answer(campaign.pk, status=201)


class CampaignPage(Endpoint):
    @operation(
        Operation(
            name="campaigns_get",
            tag=GROUP,
            summary="Get a campaign",
            description="With the figures of the ledger, which always add up.",
            scope=Scope.CAMPAIGNS_READ,
            gives=CampaignOut,
            example=Example(path=examples.SENDING, answer=examples.LAUNCHED),
        )
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        return answer(campaign_id)

    @operation(
        Operation(
            name="campaigns_change",
            tag=GROUP,
            summary="Change a campaign",
            description="What you leave out stays. 409 unless it is a draft: what is sent does not change.",
            scope=Scope.CAMPAIGNS_WRITE,
            takes=CampaignChange,
            gives=CampaignOut,
            example=Example(
                path=examples.DRAFT,
                body={"name": "Spring sale"},
                answer={**examples.OUT, "name": "Spring sale"},
            ),
        )
    )
    def patch(self, request: Request, campaign_id: int) -> Response:
        campaign = finding.campaign(campaign_id)
        drafting.change(campaign_id, now=clock.now(), **writing.resolved(self.body))
        self.record("campaign.changed", target=campaign, detail={"fields": sorted(self.body)})
        return answer(campaign_id)

    @operation(
        Operation(
            name="campaigns_delete",
            tag=GROUP,
            summary="Delete a draft",
            description="Its letter stays. 409 for what is or was under way.",
            scope=Scope.CAMPAIGNS_WRITE,
            status=204,
            example=Example(path=examples.DRAFT),
        )
    )
    def delete(self, request: Request, campaign_id: int) -> Response:
        self.record("campaign.deleted", target=finding.campaign(campaign_id))
        drafting.delete(campaign_id)
        return Response(status=204)


class CampaignClone(Endpoint):
    @operation(
        Operation(
            name="campaigns_clone",
            tag=GROUP,
            summary="Clone a campaign",
            description="A draft with the same letter, sender, lists and settings; it takes no schedule.",
            scope=Scope.CAMPAIGNS_WRITE,
            takes=CloneIn,
            gives=CampaignOut,
            status=201,
            example=Example(
                path=examples.DRAFT, body={"name": "Summer"}, answer={**examples.OUT, "name": "Summer"}
            ),
        )
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        copy = drafting.clone(campaign_id, now=clock.now(), name=self.body["name"])
        self.record("campaign.cloned", target=copy, detail={"from": campaign_id})
        return answer(copy.pk, status=201)


class CampaignCheck(Endpoint):
    @operation(
        Operation(
            name="campaigns_check",
            tag=GROUP,
            summary="Check a campaign",
            description="The checklist before sending: what is fine, worth a look, or blocks it.",
            scope=Scope.CAMPAIGNS_READ,
            gives=GateOut,
            example=Example(
                path=examples.DRAFT,
                answer={"may_be_sent": True, "findings": [examples.FINDING, examples.COUNTED]},
            ),
        )
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        campaign = finding.campaign(campaign_id)
        findings = gate.run(campaign, now=clock.now(), at=campaign.scheduled_at)
        told = {"may_be_sent": not gate.blocks(findings), "findings": findings}
        return Response(GateOut(told).data)


class CampaignAudience(Endpoint):
    @operation(
        Operation(
            name="campaigns_audience",
            tag=GROUP,
            summary="Count a campaign's audience",
            description="From everybody on its lists to who will get the letter, in steps that add up.",
            scope=Scope.CAMPAIGNS_READ,
            gives=AudienceOut,
            example=Example(path=examples.DRAFT, answer=examples.AUDIENCE),
        )
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        campaign = finding.campaign(campaign_id)
        steps = funnel.count(campaign, now=clock.now(), at=campaign.scheduled_at)
        return Response(AudienceOut(steps).data)


class CampaignTest(Endpoint):
    @operation(
        Operation(
            name="campaigns_test",
            tag=GROUP,
            summary="Send a test",
            description=(
                "The letter to up to 10 addresses, untracked, its subject beginning with [Test]. `contact_id` "
                "shows somebody's data, and needs the scope `contacts:read` too."
            ),
            scope=Scope.CAMPAIGNS_SEND,
            takes=TestIn,
            gives=TestOut,
            status=202,
            example=Example(
                path=examples.DRAFT,
                body={"emails": ["cy@shop.example"]},
                answer={"dispatch_id": Ref("dispatch", 40), "emails": ["cy@shop.example"]},
            ),
        )
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        if "contact_id" in self.body:
            self.require(Scope.CONTACTS_READ, to="A test with somebody's data")
        campaign = finding.campaign(campaign_id)
        author = Author(f"API key {self.key}", clock.now())
        sent = writing.test(campaign, self.body, author=author)
        self.record("campaign.tested", target=campaign, detail={"addresses": len(self.body["emails"])})
        return Response({"dispatch_id": sent.dispatch_id, "emails": self.body["emails"]}, status=202)


def answer(campaign_id: int, *, status: int = 200) -> Response:
    return Response(CampaignOut(finding.campaign(campaign_id)).data, status=status)
