"""The table of what may become of a campaign, and the one guarded way to move it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Campaign
from campaigns.models import CampaignState as State
from campaigns.selectors.finding import UnknownCampaign
from mailhub.lib.errors import UserError


class TransitionRefused(UserError):
    """The campaign is in a state from which this cannot be done; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Transition:
    """`refusal` is what is said in any state but the `sources`: a whole sentence, which names the state."""

    refusal: Promise
    sources: tuple[State, ...]
    target: State


SCHEDULE = Transition(
    gettext_lazy("Campaign %(number)s is %(state)s; only a draft campaign can be scheduled."),
    (State.DRAFT,),
    State.SCHEDULED,
)
UNSCHEDULE = Transition(
    gettext_lazy("Campaign %(number)s is %(state)s; only a scheduled campaign can be unscheduled."),
    (State.SCHEDULED,),
    State.DRAFT,
)
LAUNCH = Transition(
    gettext_lazy("Campaign %(number)s is %(state)s; only a draft or scheduled campaign can be launched."),
    (State.DRAFT, State.SCHEDULED),
    State.SENDING,
)
PAUSE = Transition(
    gettext_lazy("Campaign %(number)s is %(state)s; only a sending campaign can be paused."),
    (State.SENDING,),
    State.PAUSED,
)
RESUME = Transition(
    gettext_lazy("Campaign %(number)s is %(state)s; only a paused campaign can be resumed."),
    (State.PAUSED,),
    State.SENDING,
)
STOP = Transition(
    gettext_lazy(
        "Campaign %(number)s is %(state)s; only a scheduled, sending or paused campaign can be stopped."
    ),
    (State.SCHEDULED, State.SENDING, State.PAUSED),
    State.CANCELLED,
)
EDIT = Transition(
    gettext_lazy("Campaign %(number)s is %(state)s; only a draft campaign can be changed."),
    (State.DRAFT,),
    State.DRAFT,
)
DELETE = Transition(
    gettext_lazy("Campaign %(number)s is %(state)s; only a draft campaign can be deleted."),
    (State.DRAFT,),
    State.DRAFT,
)
FINISH = Transition(
    gettext_lazy("Campaign %(number)s is %(state)s; only a sending or paused campaign can be finished."),
    (State.SENDING, State.PAUSED),
    State.FINISHED,
)


def move(campaign_id: int, transition: Transition, **changes: Any) -> None:
    """Put the campaign into the transition's target state, together with `changes` of its columns.

    One conditional UPDATE: of two that race, one moves it and the other is refused. Raises
    TransitionRefused, or UnknownCampaign.
    """
    _update(campaign_id, transition, state=transition.target, **changes)


def hold(campaign_id: int, transition: Transition) -> Campaign:
    """The campaign, if the transition is allowed now, locked until the running transaction ends.

    For transitions that have to look at the campaign before they can move it. Raises as `move` does.
    """
    _update(campaign_id, transition, state=F("state"))
    return Campaign.objects.select_related("brand", "letter_version", "dispatch").get(pk=campaign_id)


def _update(campaign_id: int, transition: Transition, **changes: Any) -> None:
    movable = Campaign.objects.filter(pk=campaign_id, state__in=transition.sources)
    if not movable.update(**changes):
        raise _refusal(campaign_id, transition)


def _refusal(campaign_id: int, transition: Transition) -> UserError:
    state = Campaign.objects.filter(pk=campaign_id).values_list("state", flat=True).first()
    if state is None:
        return UnknownCampaign(_("There is no campaign %(number)s.") % {"number": campaign_id})
    return TransitionRefused(str(transition.refusal) % {"number": campaign_id, "state": State(state).label})
