"""Sends a draft's letter to staff, to be looked at before the people get it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from campaigns.models import TestLetter
from campaigns.selectors import finding
from mailhub.accounts.models import User
from mailhub.content import previewing
from mailhub.content.services import letters, trials
from mailhub.content.services.drafts import Author


@transaction.atomic
def send(campaign_id: int, *, addresses: Sequence[str], user: User, now: datetime) -> list[TestLetter]:
    """One test in each language of the letter to each address, written for the sample person.

    Raises UnknownCampaign, NoLetter, LetterError, and trials.CannotTest.
    """
    campaign = finding.campaign(campaign_id)
    version = finding.letter_of(campaign)
    wish = trials.Wish(
        list(addresses),
        previewing.reader(previewing.SAMPLE, user=user),
        brand_id=campaign.brand_id,
    )
    author = Author(user.get_username(), now)
    sent = []
    for variant in version.variants.select_related("version__letter").order_by("id"):
        trial = trials.send(version.letter, source=letters.source_of(variant), wish=wish, author=author)
        sent.append(
            TestLetter.objects.create(
                campaign=campaign,
                dispatch_id=trial.dispatch_id or 0,
                letter_version_id=version.pk,
                sent_by=user,
                sent_at=now,
            )
        )
    return sent
