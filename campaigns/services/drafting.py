"""Makes campaigns and changes what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from campaigns.models import Campaign
from campaigns.selectors import finding
from campaigns.services import frozen, lifecycle, transitions
from contacts.models import List
from mailhub.accounts.models import User
from mailhub.content.models import LetterVersion
from mailhub.content.services import letters
from mailhub.content.variants import VariantSource
from mailhub.delivery.models import Brand
from mailhub.delivery.services import domains
from mailhub.lib.errors import UserError

COPY = " (copy)"
MAX_NAME = 200


class BadName(UserError):
    """A campaign without a name, or with one that is too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a campaign is beside its letter. `tracking` "" leaves it to the lists."""

    name: str
    brand: Brand
    lists: Sequence[List]
    sender_address: str
    sender_name: str = ""
    reply_to: str = ""
    tracking: str = ""
    utm: Mapping[str, str] = field(default_factory=dict)
    ignore_cap: bool = False
    allow_unverified: bool = False
    created_by: User | None = None


@transaction.atomic
def create(draft: Draft, *, letter_version: LetterVersion, now: datetime) -> Campaign:
    """A campaign in state `draft`. Raises BadName."""
    if not draft.name.strip():
        raise BadName("A campaign needs a name.")
    if len(draft.name) > MAX_NAME:
        raise BadName(
            f"The campaign's name has {len(draft.name)} characters; at most {MAX_NAME} are allowed."
        )
    columns = {name: getattr(draft, name) for name in Draft.__slots__ if name not in ("lists", "utm")}
    campaign = Campaign.objects.create(
        **columns, utm=dict(draft.utm), letter_version=letter_version, created_at=now
    )
    campaign.lists.set(draft.lists)
    return campaign


def send(draft: Draft, *, letter: VariantSource, now: datetime, at: datetime | None = None) -> Campaign:
    """Write the letter, create the campaign, and launch it, or schedule it for `at`.

    A refusal leaves neither letter nor draft behind. Raises LetterError, BadName, SenderRefused, and
    what lifecycle.launch and lifecycle.schedule raise.
    """
    # DNS takes its time: asked before the transaction, within which its answer is still fresh.
    domains.check_sender(draft.sender_address, allow_unverified=draft.allow_unverified)
    with transaction.atomic():
        version = letters.create(
            draft.name,
            kind=letter.kind,
            variants=[letter],
            default_locale=letter.locale,
            schema=frozen.schema(),
        )
        campaign = create(draft, letter_version=version, now=now)
        if at is None:
            lifecycle.launch(campaign.pk, now=now)
        else:
            lifecycle.schedule(campaign.pk, at=at)
    return campaign


def change_letter(campaign_id: int, letter_version: LetterVersion) -> None:
    """The draft says what `letter_version` says. Raises TransitionRefused or UnknownCampaign.

    What has been launched keeps its letter: some people have it already (rules 3.3).
    """
    transitions.move(campaign_id, transitions.EDIT, letter_version=letter_version)


@transaction.atomic
def clone(campaign_id: int, *, now: datetime, created_by: User | None = None) -> Campaign:
    """A new draft with the same letter, sender and lists, without schedule or history (rules 3.3)."""
    original = finding.campaign(campaign_id)
    draft = Draft(
        name=original.name[: MAX_NAME - len(COPY)] + COPY,
        brand=original.brand,
        lists=list(original.lists.all()),
        sender_name=original.sender_name,
        sender_address=original.sender_address,
        reply_to=original.reply_to,
        tracking=original.tracking,
        utm=original.utm,
        ignore_cap=original.ignore_cap,
        allow_unverified=original.allow_unverified,
        created_by=created_by,
    )
    return create(draft, letter_version=original.letter_version, now=now)
