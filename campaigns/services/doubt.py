"""Settles a campaign's letters in doubt: the acts that there are, for the screen and the command."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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


ACTS = settling.ACTS


def in_doubt(campaign_id: int) -> QuerySet[Message]:
    """The campaign's uncertain letters, none before its launch. Raises UnknownCampaign."""
    return settling.in_doubt(finding.campaign(campaign_id).dispatch_id or 0)


def named(campaign_id: int, texts: Sequence[str]) -> list[int]:
    """The letters in doubt to these addresses. Raises NotInDoubt, InvalidAddress or UnknownCampaign."""
    return of_addresses(in_doubt(campaign_id), texts)


def of_addresses(letters: QuerySet[Message], texts: Sequence[str]) -> list[int]:
    """Those of these letters in doubt that go to one of the addresses. Raises NotInDoubt, InvalidAddress."""
    hashes = {hashing.address_hash(addresses.parse(text).key): text for text in texts}
    rows = list(letters.filter(address_hash__in=hashes).values_list("address_hash", "id"))
    found = {hashed for hashed, _id in rows}
    for hashed, text in hashes.items():
        if hashed not in found:
            raise NotInDoubt(_("No letter to %(address)s is in doubt here.") % {"address": text})
    return sorted(number for _hash, number in rows)


def settle(campaign_id: int, act: str, *, message_ids: Collection[int] | None, now: datetime) -> int:
    """Do one of ACTS to these letters, or to all in doubt; how many still were.

    Raises settling.SettlingRefused or UnknownCampaign.
    """
    dispatch_id = finding.campaign(campaign_id).dispatch_id
    return ACTS[act].do(dispatch_id, message_ids, now) if dispatch_id else 0
