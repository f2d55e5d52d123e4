"""Sends what a person has looked at: launches and schedules only while it is still what was confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import gate
from campaigns.models import Campaign
from campaigns.selectors import finding, funnel
from campaigns.services import checks, lifecycle, transitions
from mailhub.content.services import letters
from mailhub.delivery import headers
from mailhub.lib.errors import UserError

# On a list with a sign-up form the count moves while somebody reads: this share of it may.
TOLERATED = 0.001
# Above this many people the number has to be typed.
TYPED_ABOVE = 10_000


class Changed(UserError):
    """The campaign is no longer what the person confirmed; says in what it differs."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the confirmation showed."""

    count: int
    subject: str
    sender: str
    letter_version_id: int


def as_it_is(
    campaign: Campaign, *, now: datetime, at: datetime | None = None, anew: bool = True
) -> Confirmed:
    """What there is to confirm now, with the people counted `anew`, as of `at`. Raises NoLetter."""
    version = finding.letter_of(campaign)
    subject = letters.choose_variant(version, locale=version.default_locale).subject
    steps = funnel.count(campaign, now=now, at=at, anew=anew)
    sender = headers.mailbox(campaign.sender_name, campaign.sender_address)
    return Confirmed(steps.will_get, subject, sender, version.pk)


def launch(campaign_id: int, *, confirmed: Confirmed, now: datetime) -> None:
    """The campaign is sent, if it is still what was confirmed and the gate lets it through.

    Of two confirmations one launches it; the other raises TransitionRefused. Raises Changed,
    gate.Blocked, and what lifecycle.launch raises.
    """
    _ask_dns(campaign_id)
    with transaction.atomic():
        _require_same(transitions.hold(campaign_id, transitions.LAUNCH), confirmed, now=now)
        lifecycle.launch(campaign_id, now=now)


def schedule(campaign_id: int, *, confirmed: Confirmed, at: datetime, time_zone: str, now: datetime) -> None:
    """The campaign is sent at `at`, if it is still what was confirmed. Raises as `launch`."""
    _ask_dns(campaign_id)
    with transaction.atomic():
        _require_same(transitions.hold(campaign_id, transitions.SCHEDULE), confirmed, now=now, at=at)
        lifecycle.schedule(campaign_id, at=at, time_zone=time_zone)


def _ask_dns(campaign_id: int) -> None:
    """DNS takes its time: asked before the transaction, within which its answer is still fresh."""
    checks.may_use_sender(finding.campaign(campaign_id))


def _require_same(
    campaign: Campaign, confirmed: Confirmed, *, now: datetime, at: datetime | None = None
) -> None:
    present = as_it_is(campaign, now=now, at=at)
    gate.require(campaign, now=now, at=at)
    if told := difference(present, confirmed):
        raise Changed(_("%(change)s Look again before you send.") % {"change": told})


def difference(present: Confirmed, confirmed: Confirmed) -> str:
    """A sentence about what is not as it was confirmed; "" when nothing that matters is."""
    return _other_count(present, confirmed) or _other_words(present, confirmed)


def _other_count(present: Confirmed, confirmed: Confirmed) -> str:
    if abs(present.count - confirmed.count) <= confirmed.count * TOLERATED:
        return ""
    return ngettext(
        "It would go to %(count)s person now; you confirmed %(confirmed)s.",
        "It would go to %(count)s people now; you confirmed %(confirmed)s.",
        present.count,
    ) % {"count": f"{present.count:,}", "confirmed": f"{confirmed.count:,}"}


def _other_words(present: Confirmed, confirmed: Confirmed) -> str:
    if present.sender != confirmed.sender:
        return _("Somebody changed the sender to %(sender)s.") % {"sender": present.sender}
    if present.subject != confirmed.subject:
        return _("Somebody changed the subject to “%(subject)s”.") % {"subject": present.subject}
    if present.letter_version_id != confirmed.letter_version_id:
        return _("Somebody changed the letter.")
    return ""
