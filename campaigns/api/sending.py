"""Campaigns under way: launch, schedule, pause, resume, stop."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.api import examples, writing
from campaigns.api.drafts import answer
from campaigns.api.shapes import CampaignOut, ScheduleIn, SettledOut, SettleIn
from campaigns.selectors import finding
from campaigns.services import doubt, lifecycle
from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.lib import clock
from mailhub.web.api.operations import Example, Operation, Ref

GROUP = "Campaigns"


class Deed(Endpoint):
    """One act on a campaign."""

    def done(self, campaign_id: int, act: str) -> Response:
        self.record(f"campaign.{act}", target=finding.campaign(campaign_id))
        return answer(campaign_id)


class Launch(Deed):
    @operation(
        Operation(
            name="campaigns_launch",
            tag=GROUP,
            summary="Launch a campaign",
            description=(
                "Sends it now. 422 with each thing that blocks it (see “Check a campaign”), 409 when it is "
                "under way already. Send an Idempotency-Key, so that a lost answer does not leave you in doubt."
            ),
            scope=Scope.CAMPAIGNS_SEND,
            gives=CampaignOut,
            example=Example(path=examples.DRAFT, answer=examples.LAUNCHED),
        ),
        first=writing.ask_dns,
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        writing.launch(campaign_id, now=clock.now())
        return self.done(campaign_id, "launched")


class Schedule(Deed):
    @operation(
        Operation(
            name="campaigns_schedule",
            tag=GROUP,
            summary="Schedule a campaign",
            description="Sends it later. Checked now, and again when its time has come.",
            scope=Scope.CAMPAIGNS_SEND,
            takes=ScheduleIn,
            gives=CampaignOut,
            example=Example(
                path=examples.DRAFT,
                body={"at": "2099-03-01T09:00:00+01:00", "time_zone": "Europe/Berlin"},
                answer={**examples.OUT, "state": "scheduled", "scheduled_at": "2099-03-01T08:00:00Z"},
            ),
        ),
        first=writing.ask_dns,
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        zone = writing.zone(self.body["time_zone"])
        writing.schedule(campaign_id, at=self.body["at"], time_zone=zone, now=clock.now())
        return self.done(campaign_id, "scheduled")


class Unschedule(Deed):
    @operation(
        Operation(
            name="campaigns_unschedule",
            tag=GROUP,
            summary="Unschedule a campaign",
            description="A draft again, without a time.",
            scope=Scope.CAMPAIGNS_SEND,
            gives=CampaignOut,
            example=Example(path=examples.SCHEDULED, answer=examples.OUT),
        )
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        lifecycle.unschedule(campaign_id)
        return self.done(campaign_id, "unscheduled")


class Pause(Deed):
    @operation(
        Operation(
            name="campaigns_pause",
            tag=GROUP,
            summary="Pause a campaign",
            description="No sender starts another batch; what is on the wire still gets its answer.",
            scope=Scope.CAMPAIGNS_SEND,
            gives=CampaignOut,
            example=Example(path=examples.SENDING, answer={**examples.LAUNCHED, "state": "paused"}),
        )
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        lifecycle.pause(campaign_id)
        return self.done(campaign_id, "paused")


class Resume(Deed):
    @operation(
        Operation(
            name="campaigns_resume",
            tag=GROUP,
            summary="Resume a campaign",
            description="The senders go on with what is queued.",
            scope=Scope.CAMPAIGNS_SEND,
            gives=CampaignOut,
            example=Example(path=examples.PAUSED, answer=examples.LAUNCHED),
        )
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        lifecycle.resume(campaign_id)
        return self.done(campaign_id, "resumed")


class Stop(Deed):
    @operation(
        Operation(
            name="campaigns_stop",
            tag=GROUP,
            summary="Stop a campaign",
            description="Cancels for good what has not left. There is no way back; clone it to send it anew.",
            scope=Scope.CAMPAIGNS_SEND,
            gives=CampaignOut,
            example=Example(path=examples.SENDING, answer={**examples.LAUNCHED, "state": "cancelled"}),
        )
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        lifecycle.stop(campaign_id)
        return self.done(campaign_id, "stopped")


class Settle(Deed):
    @operation(
        Operation(
            name="campaigns_settle",
            tag=GROUP,
            summary="Settle letters in doubt",
            description=(
                "Nobody knows whether these letters arrived; say it, or send them again with the same Message-ID "
                "(who has got one may get it twice). They are the campaign's messages with `state=uncertain` (see "
                "“List the letters of a campaign”). What is no longer in doubt stays as it is and is not in "
                "`settled`. 409 for sending again what was stopped for good."
            ),
            scope=Scope.CAMPAIGNS_SEND,
            takes=SettleIn,
            gives=SettledOut,
            example=Example(
                path=examples.DOUBTFUL,
                body={"act": "mark_sent", "message_ids": [Ref("doubtful_message", 101)]},
                answer={
                    "settled": 1,
                    "campaign": {**examples.LAUNCHED, "balance": {**examples.ZEROS, "planned": 1, "sent": 1}},
                },
            ),
        )
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        campaign = finding.campaign(campaign_id)
        act = self.body["act"].replace("_", "-")
        settled = doubt.settle(campaign.pk, act, message_ids=self.body.get("message_ids"), now=clock.now())
        if settled:
            done = f"campaign.letters_{doubt.ACTS[act].done}"
            self.record(done, target=campaign, detail={"letters": settled})
        else:
            self.wrote_nothing()
        return Response(SettledOut({"settled": settled, "campaign": finding.campaign(campaign_id)}).data)
