"""Settles a campaign's letters in doubt: the acts that there are, for the screen and the command."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from campaigns.selectors import finding
from mailhub.delivery import hashing
from mailhub.delivery.models import Message
from mailhub.delivery.services import settling
from mailhub.lib import addresses
from mailhub.lib.errors import UserError


class NotInDoubt(UserError):
    """Somebody was named whose letter is not in doubt; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Act:
    """`done` is its word in the audit log: campaign.letters_<done>."""

    done: str
    do: Callable[[int, Collection[int] | None, datetime], int]


ACTS = {
    "mark-sent": Act("marked_sent", lambda number, ids, now: settling.mark_sent(number, message_ids=ids)),
    "send-again": Act(
        "sent_again", lambda number, ids, now: settling.send_again(number, message_ids=ids, now=now)
    ),
    "give-up": Act("given_up", lambda number, ids, now: settling.give_up(number, message_ids=ids)),
}


def in_doubt(campaign_id: int) -> QuerySet[Message]:
    """The campaign's uncertain letters, none before its launch. Raises UnknownCampaign."""
    return settling.in_doubt(finding.campaign(campaign_id).dispatch_id or 0)


def named(campaign_id: int, texts: Sequence[str]) -> list[int]:
    """The letters in doubt to these addresses. Raises NotInDoubt, InvalidAddress or UnknownCampaign."""
    keys = {hashing.address_hash(addresses.parse(text).key): text for text in texts}
    # A campaign's recipient_key is the address hash.
    found = dict(in_doubt(campaign_id).filter(recipient_key__in=keys).values_list("recipient_key", "id"))
    for key, text in keys.items():
        if key not in found:
            raise NotInDoubt(
                _("The letter of campaign %(id)s to %(address)s is not in doubt.")
                % {"id": campaign_id, "address": text}
            )
    return sorted(found.values())


def settle(campaign_id: int, act: str, *, message_ids: Collection[int] | None, now: datetime) -> int:
    """Do one of ACTS to these letters, or to all in doubt; how many still were.

    Raises settling.SettlingRefused or UnknownCampaign.
    """
    dispatch_id = finding.campaign(campaign_id).dispatch_id
    return ACTS[act].do(dispatch_id, message_ids, now) if dispatch_id else 0
