"""Carries out what the API says of campaigns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from campaigns import gate
from campaigns.gate import Blocked
from campaigns.models import Campaign, TestLetter
from campaigns.selectors import finding
from campaigns.selectors.finding import UnknownCampaign
from campaigns.services import checks, drafting, lifecycle, testing, transitions
from campaigns.services.drafting import Draft
from campaigns.services.transitions import TransitionRefused
from contacts.models import List
from contacts.services import fields
from mailhub.content import previewing
from mailhub.content.api import writing as letter_writing
from mailhub.content.models import LetterVersion
from mailhub.content.services import letters
from mailhub.content.services.drafts import Author
from mailhub.delivery.models import Brand
from mailhub.delivery.services import brands
from mailhub.delivery.services.settling import SettlingRefused
from mailhub.lib import addresses
from mailhub.web import problems
from mailhub.web.api import faults
from mailhub.web.api.faults import Fault, Invalid
from mailhub.web.problems import Problem

faults.register(UnknownCampaign, problems.NOT_FOUND)
faults.register(TransitionRefused, problems.CONFLICT)
faults.register(SettlingRefused, problems.CONFLICT)


def create(said: Mapping[str, Any], *, now: datetime) -> Campaign:
    """Raises BadName, BadValue, Invalid."""
    told = resolved(said)
    lists = told.pop("lists", [])
    brand = told.pop("brand", None) or (lists[0].brand if lists else brands.default())
    version = told.pop("letter_version", None)
    draft = Draft(
        name=told.pop("name"),
        brand=brand,
        lists=lists,
        sender_name=brand.sender_name,
        sender_address=brand.sender_address,
    )
    campaign = drafting.create(draft, letter_version=version, now=now)
    if told:
        drafting.change(campaign.pk, now=now, **told)
    return campaign


def resolved(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said, with the things that its numbers and slugs name. Raises Invalid."""
    told = dict(said)
    if "brand_id" in told:
        told["brand"] = _one(Brand, told.pop("brand_id"), field="brand_id")
    if "letter_version_id" in told:
        number = told.pop("letter_version_id")
        told["letter_version"] = _one(LetterVersion, number, field="letter_version_id") if number else None
    for name in ("lists", "excluded_lists"):
        if name in told:
            told[name] = _lists(told[name], field=name)
    return told


def ask_dns(campaign_id: int) -> None:
    """DNS takes its time: asked before the transaction, within which its answer is still fresh."""
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is not None and campaign.sender_address:
        checks.may_use_sender(campaign)


def launch(campaign_id: int, *, now: datetime) -> None:
    """Raises Fault with what blocks it, TransitionRefused, LaunchRefused."""
    _require_gate(transitions.hold(campaign_id, transitions.LAUNCH), now=now)
    lifecycle.launch(campaign_id, now=now)


def schedule(campaign_id: int, *, at: datetime, time_zone: str, now: datetime) -> None:
    """As `launch`."""
    if at <= now:
        raise Invalid("at", "This moment has passed; launch the campaign, or choose a later one.")
    _require_gate(transitions.hold(campaign_id, transitions.SCHEDULE), now=now, at=at)
    lifecycle.schedule(campaign_id, at=at, time_zone=time_zone)


def zone(name: str) -> str:
    """Raises Invalid for what is no time zone."""
    try:
        return fields.clean({"time_zone": name})["time_zone"] or "UTC"
    except fields.InvalidValue as error:
        raise Invalid("time_zone", str(error)) from error


def test(campaign: Campaign, said: Mapping[str, Any], *, author: Author) -> TestLetter:
    """The letter goes to a few addresses to be looked at.

    Raises Invalid, InvalidAddress, NoLetter, and as testing.send_variant.
    """
    version = finding.letter_of(campaign)
    variant = letters.choose_variant(version, locale=said["locale"] or version.default_locale)
    return testing.send_variant(
        variant,
        campaign=campaign,
        addresses=[addresses.parse(email).typed for email in said["emails"]],
        reader=previewing.reader(letter_writing.reader_key(said), user=None),
        author=author,
    )


def _require_gate(campaign: Campaign, *, now: datetime, at: datetime | None = None) -> None:
    try:
        gate.require(campaign, now=now, at=at)
    except Blocked as blocked:
        errors = [
            {"field": found.place.value, "check": found.check, "message": found.sentence}
            for found in blocked.findings
        ]
        raise Fault(Problem(problems.REFUSED, str(blocked), errors)) from blocked


def _lists(words: Sequence[str], *, field: str) -> list[List]:
    return [_list(word, field=f"{field}.{index}") for index, word in enumerate(dict.fromkeys(words))]


def _list(word: str, *, field: str) -> List:
    rows = List.objects.select_related("brand")
    found = rows.filter(slug=word).first()
    if found is None and word.isascii() and word.isdigit() and len(word) < 19:
        found = rows.filter(pk=int(word)).first()
    if found is None:
        raise Invalid(field, f"There is no list “{word}”; name one by its number or its slug.")
    return found


def _one(model: Any, number: int, *, field: str) -> Any:
    found = model.objects.filter(pk=number).first()
    if found is None:
        raise Invalid(field, f"There is no {model._meta.verbose_name} {number}.")
    return found
