"""Sends a draft's letter to a few addresses, to be looked at before the people get it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from campaigns.models import Campaign, TestLetter
from campaigns.selectors import finding
from mailhub.accounts.models import User
from mailhub.content import previewing
from mailhub.content.models import LetterVariant
from mailhub.content.previewing import Reader, Sender
from mailhub.content.services import letters, trials
from mailhub.content.services.drafts import Author


@transaction.atomic
def send(campaign_id: int, *, addresses: Sequence[str], user: User, now: datetime) -> list[TestLetter]:
    """One test in each language of the letter to each address, written for the sample person.

    Raises as `send_variant`, and UnknownCampaign, NoLetter.
    """
    campaign = finding.campaign(campaign_id)
    variants = finding.letter_of(campaign).variants.select_related("version__letter").order_by("id")
    reader = previewing.reader(previewing.SAMPLE, user=user)
    author = Author(user.get_username(), now)
    return [
        send_variant(variant, campaign=campaign, addresses=addresses, reader=reader, author=author, user=user)
        for variant in variants
    ]


@transaction.atomic
def send_variant(
    variant: LetterVariant,
    *,
    campaign: Campaign,
    addresses: Sequence[str],
    reader: Reader,
    author: Author,
    user: User | None = None,
) -> TestLetter:
    """A test in one language, from the campaign's sender, so that the inbox shows what people will see.

    Raises LetterError, trials.CannotTest, and SenderRefused.
    """
    wish = trials.Wish(list(addresses), reader, brand_id=campaign.brand_id, sender=_sender(campaign))
    trial = trials.send(variant.version.letter, source=letters.source_of(variant), wish=wish, author=author)
    return TestLetter.objects.create(
        campaign=campaign,
        dispatch_id=trial.dispatch_id or 0,
        letter_version_id=variant.version_id,
        sent_by=user,
        sent_at=author.now,
    )


def _sender(campaign: Campaign) -> Sender | None:
    """None for a draft that has none yet: its test comes from the brand's."""
    if not campaign.sender_address:
        return None
    return Sender(campaign.sender_address, campaign.sender_name, campaign.reply_to)
