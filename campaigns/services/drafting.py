"""Makes campaigns and changes what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.selectors import finding
from campaigns.services import frozen, lifecycle, transitions, values
from contacts.models import List
from mailhub.accounts.models import User
from mailhub.content import starters
from mailhub.content.models import LetterVersion
from mailhub.content.services import letters
from mailhub.content.variants import VariantSource
from mailhub.delivery.models import Brand
from mailhub.delivery.services import brands, domains


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a campaign is beside its letter. `tracking` "" leaves it to the lists."""

    name: str
    brand: Brand
    lists: Sequence[List] = ()
    excluded_lists: Sequence[List] = ()
    sender_address: str = ""
    sender_name: str = ""
    reply_to: str = ""
    tracking: str = ""
    utm: Mapping[str, str] = field(default_factory=dict)
    ignore_cap: bool = False
    allow_unverified: bool = False
    created_by: User | None = None


class Changes(TypedDict, total=False):
    """What `change` may be told; what is left out stays as it is."""

    name: str
    brand: Brand
    letter_version: LetterVersion | None
    sender_name: str
    sender_address: str
    reply_to: str
    tracking: str
    utm: dict[str, str]
    ignore_cap: bool
    allow_unverified: bool
    lists: Sequence[List]
    excluded_lists: Sequence[List]


AUDIENCE = ("lists", "excluded_lists")
KEPT_AS: dict[str, Callable[[Any], object]] = {
    "name": values.name,
    "sender_name": values.sender_name,
    "sender_address": values.sender_address,
    "reply_to": values.reply_to,
    "utm": values.utm,
}


@transaction.atomic
def create(draft: Draft, *, letter_version: LetterVersion | None, now: datetime) -> Campaign:
    """A campaign in state `draft`; what it lacks can be added with `change`. Raises BadName."""
    columns = {name: getattr(draft, name) for name in Draft.__slots__ if name not in (*AUDIENCE, "utm")}
    columns["name"] = values.name(draft.name)
    campaign = Campaign.objects.create(
        **columns, utm=dict(draft.utm), letter_version=letter_version, created_at=now
    )
    campaign.lists.set(draft.lists)
    campaign.excluded_lists.set(draft.excluded_lists)
    return campaign


def start(name: str, *, now: datetime, created_by: User | None = None) -> Campaign:
    """An empty draft of the first brand, from that brand's usual sender. Raises BadName."""
    brand = brands.default()
    draft = Draft(
        name=name,
        brand=brand,
        sender_name=brand.sender_name,
        sender_address=brand.sender_address,
        created_by=created_by,
    )
    return create(draft, letter_version=None, now=now)


@transaction.atomic
def change(campaign_id: int, *, now: datetime, **changes: Unpack[Changes]) -> None:
    """The draft says what `changes` say; of two people who change different fields, both have their way.

    All of it or nothing. Raises TransitionRefused for what is no draft any more, UnknownCampaign, and
    the UserError of services.values for a value that cannot be kept.
    """
    kept = {name: KEPT_AS.get(name, _as_given)(value) for name, value in changes.items()}
    lists = {name: kept.pop(name) for name in AUDIENCE if name in kept}
    transitions.move(campaign_id, transitions.EDIT, changed_at=now, problem="", **kept)
    if lists:
        campaign = finding.campaign(campaign_id)
        for name, chosen in lists.items():
            getattr(campaign, name).set(chosen)


def _as_given(value: object) -> object:
    return value


def change_letter(campaign_id: int, letter_version: LetterVersion) -> None:
    """The draft says what `letter_version` says. Raises TransitionRefused or UnknownCampaign.

    What has been launched keeps its letter: some people have it already (rules 3.3).
    """
    transitions.move(campaign_id, transitions.EDIT, letter_version=letter_version)


def rename(campaign_id: int, *, name: str, now: datetime) -> None:
    """Only staff see the name, so that it may change whenever. Raises BadName, UnknownCampaign."""
    kept = values.name(name)
    if not Campaign.objects.filter(pk=campaign_id).update(name=kept, changed_at=now):
        finding.campaign(campaign_id)


@transaction.atomic
def begin_letter(campaign_id: int, *, template: str, author: str, now: datetime) -> None:
    """A new letter of the campaign's name that begins as a shipped template, and is what the draft says.

    Raises UnknownStarter, TransitionRefused, UnknownCampaign.
    """
    campaign = finding.campaign(campaign_id)
    source = starters.find(template).source(locale=campaign.brand.language)
    version = letters.create(
        campaign.name,
        kind=source.kind,
        variants=[source],
        default_locale=source.locale,
        schema=frozen.schema(),
        author=author,
    )
    change(campaign_id, now=now, letter_version=version)


@transaction.atomic
def delete(campaign_id: int) -> None:
    """The draft is gone; its letter stays. Raises TransitionRefused for what is or was under way."""
    transitions.hold(campaign_id, transitions.DELETE).delete()


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


@transaction.atomic
def clone(campaign_id: int, *, now: datetime, name: str = "", created_by: User | None = None) -> Campaign:
    """A new draft with the same letter, sender and lists, without schedule or history (rules 3.3)."""
    original = finding.campaign(campaign_id)
    draft = Draft(
        name=name or _copy_of(original.name),
        brand=original.brand,
        lists=list(original.lists.all()),
        excluded_lists=list(original.excluded_lists.all()),
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


def _copy_of(name: str) -> str:
    """The name of a copy; a long name is cut, so that what makes it a copy is kept."""
    longest = values.MAX_NAME - len(_("%(name)s (copy)") % {"name": ""})
    return _("%(name)s (copy)") % {"name": name[:longest]}
