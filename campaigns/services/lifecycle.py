"""Takes campaigns from draft to finished; every step is guarded in the database (services.transitions)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Campaign
from campaigns.services import checks, frozen, transitions
from campaigns.services.transitions import TransitionRefused
from mailhub.delivery.selectors import balance
from mailhub.delivery.services import ledger

TOO_LATE_TO_PAUSE = gettext_lazy(
    "Campaign %(number)s can no longer be paused: its last letters have just been settled."
)
TOO_LATE_TO_RESUME = gettext_lazy(
    "Campaign %(number)s can no longer be resumed: its last letters have just been settled."
)
TOO_LATE_TO_STOP = gettext_lazy(
    "Campaign %(number)s can no longer be stopped: its last letters have just been settled."
)


@transaction.atomic
def schedule(campaign_id: int, *, at: datetime, time_zone: str = "UTC") -> None:
    """It is launched when `at` has come. Refused, with the check's sentence, when it could not be sent now.

    Raises TransitionRefused, UnknownCampaign, or any UserError of services.checks.
    """
    campaign = transitions.hold(campaign_id, transitions.SCHEDULE)
    checks.before_sending(campaign)
    transitions.move(campaign_id, transitions.SCHEDULE, scheduled_at=at, time_zone=time_zone, problem="")


def unschedule(campaign_id: int, *, problem: str = "") -> None:
    """A draft again, without a time. Raises TransitionRefused or UnknownCampaign."""
    transitions.move(campaign_id, transitions.UNSCHEDULE, scheduled_at=None, problem=problem)


@transaction.atomic
def launch(campaign_id: int, *, now: datetime) -> None:
    """Its letter is compiled, its people are in the ledger, and the senders are woken after commit.

    Refused whole: whatever stands in the way, nothing of the attempt is left. Raises
    TransitionRefused, UnknownCampaign, or any UserError of services.checks.
    """
    campaign = transitions.hold(campaign_id, transitions.LAUNCH)
    checks.before_sending(campaign)
    dispatch = frozen.open_dispatch(campaign)
    transitions.move(
        campaign_id, transitions.LAUNCH, dispatch=dispatch, launched_at=now, problem="", pause_reason=""
    )
    frozen.compile_letter(campaign, dispatch)
    recorded = frozen.record_audience(campaign, dispatch)
    checks.somebody_to_mail(campaign, recorded)
    ledger.release(dispatch)


@transaction.atomic
def pause(campaign_id: int) -> None:
    """No sender starts another batch of it. Raises TransitionRefused or UnknownCampaign."""
    transitions.move(campaign_id, transitions.PAUSE, pause_reason="")
    _agreed(campaign_id, TOO_LATE_TO_PAUSE, ledger.pause(_dispatch_id(campaign_id), reason=""))


@transaction.atomic
def resume(campaign_id: int) -> None:
    """The senders go on with what is queued. Raises TransitionRefused or UnknownCampaign."""
    transitions.move(campaign_id, transitions.RESUME, pause_reason="")
    _agreed(campaign_id, TOO_LATE_TO_RESUME, ledger.resume(_dispatch_id(campaign_id)))


@transaction.atomic
def stop(campaign_id: int) -> None:
    """Cancelled for good: what has not left stays here. Raises TransitionRefused or UnknownCampaign."""
    transitions.move(campaign_id, transitions.STOP, pause_reason="", scheduled_at=None)
    dispatch_id = _dispatch_id(campaign_id)
    if dispatch_id:
        _agreed(campaign_id, TOO_LATE_TO_STOP, ledger.stop(dispatch_id))


@transaction.atomic
def finish(campaign_id: int, *, now: datetime) -> None:
    """Over, and accounted for. Refused while a row is open or the balance does not add up (rules 3.1).

    Raises TransitionRefused or UnknownCampaign.
    """
    campaign = transitions.hold(campaign_id, transitions.FINISH)
    rows = balance.balance(_dispatch_id(campaign_id))
    if rows.open:
        raise TransitionRefused(
            _("Campaign %(number)s cannot be finished: %(open)s of its %(planned)s letters are not settled.")
            % {"number": campaign_id, "open": rows.open, "planned": rows.planned}
        )
    if not rows.adds_up:
        raise TransitionRefused(
            _(
                "Campaign %(number)s cannot be finished: %(planned)s letters were planned, but "
                "%(settled)s are accounted for."
            )
            % {"number": campaign_id, "planned": rows.planned, "settled": rows.settled}
        )
    settled_at = campaign.dispatch.settled_at if campaign.dispatch else None
    transitions.move(campaign_id, transitions.FINISH, finished_at=settled_at or now, pause_reason="")


def _dispatch_id(campaign_id: int) -> int:
    """0 when the campaign was never launched."""
    return Campaign.objects.values_list("dispatch_id", flat=True).get(pk=campaign_id) or 0


def _agreed(campaign_id: int, refusal: Promise, by_ledger: bool) -> None:
    """The ledger has a guard of its own; its refusal takes the campaign's transition back with it."""
    if not by_ledger:
        raise TransitionRefused(str(refusal) % {"number": campaign_id})
