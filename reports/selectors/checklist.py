"""What a new installation still lacks before its first letter; each step looked up in the data itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from campaigns.models import Campaign
from contacts.models import Contact
from mailhub.accounts.models import User
from mailhub.accounts.permissions import Permission
from mailhub.content.models import Letter
from mailhub.delivery.models import Brand, SendingDomain
from reports.selectors.examples import Examples

# The preference by which somebody put the finished list away.
HIDDEN = "hides_first_steps"
# What somebody must be allowed to take a step; the others see only how it stands.
NEEDED = {
    "account": Permission.LOOK,
    "brand": Permission.ADMINISTER,
    "sender": Permission.ADMINISTER,
    "people": Permission.WRITE_PEOPLE,
    "letter": Permission.WRITE_CONTENT,
    "campaign": Permission.WRITE_CAMPAIGNS,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One row: what is so now in one sentence, and the one thing to do about it."""

    key: str
    title: str
    is_done: bool
    text: str
    url: str
    label: str
    minutes: int
    is_offered: bool = True


def steps(user: User, *, examples: Examples) -> list[Step]:
    """The six steps in their order, offered to who may take them. Example data counts for nothing here."""
    brands = Brand.objects.exclude(pk__in=examples.brand_ids)
    found = [
        _account(user),
        _brand(brands.exclude(postal_address="").order_by("pk").first()),
        _sender(brands.exclude(sender_address="").order_by("pk").first()),
        _people(Contact.objects.exclude(pk__in=examples.contact_ids).exists()),
        _letter(Letter.objects.exclude(pk__in=examples.letter_ids).exists()),
        _campaign(Campaign.objects.exclude(dispatch=None).exclude(pk__in=examples.campaign_ids).exists()),
    ]
    return [replace(step, is_offered=user.may(NEEDED[step.key])) for step in found]


def _account(user: User) -> Step:
    guarded = TOTPDevice.objects.filter(user=user, confirmed=True).exists()
    name = user.get_username()
    text = (
        _("You are signed in as %(name)s, with a password and a second factor.")
        if guarded
        else _("You are signed in as %(name)s. A second factor keeps a stolen password from being enough.")
    )
    label = _("Open your account") if guarded else _("Add a second factor")
    return Step(
        "account", _("Your account"), True, text % {"name": name}, reverse("accounts:account"), label, 2
    )


def _brand(brand: Brand | None) -> Step:
    text = (
        _("Letters are from “%(name)s” and show its postal address.") % {"name": brand.name}
        if brand
        else _("The law wants a postal address in every marketing letter; yours is not set yet.")
    )
    label = _("Change it") if brand else _("Name your brand")
    return Step(
        "brand",
        _("Brand and postal address"),
        brand is not None,
        text,
        reverse("delivery:brand_page"),
        label,
        2,
    )


def _sender(brand: Brand | None) -> Step:
    title = _("Sender and domain")
    if brand is None:
        text = _("Nobody is set to write the letters yet: choose a name and an address at your own domain.")
        return Step("sender", title, False, text, reverse("delivery:sender_list"), _("Choose a sender"), 5)
    address = brand.sender_address
    domain = SendingDomain.objects.filter(name=address.rpartition("@")[2]).first()
    if domain is not None and domain.verified_at is not None:
        text = _("Letters are from %(address)s, and DNS proves it.") % {"address": address}
        return Step("sender", title, True, text, reverse("delivery:domain_list"), _("Look at the domain"), 5)
    text = _("Letters are from %(address)s, but DNS does not prove it yet; mailbox providers ask for that.")
    return Step(
        "sender",
        title,
        False,
        text % {"address": address},
        reverse("delivery:domain_list"),
        _("Prove the domain"),
        5,
    )


def _people(some: bool) -> Step:
    text = (
        _("There are people who can get letters.")
        if some
        else _("Bring in a file of people who agreed to hear from you, or type in one, such as yourself.")
    )
    return Step("people", _("Add people"), some, text, reverse("contacts:import_list"), _("Add people"), 3)


def _letter(some: bool) -> Step:
    text = (
        _("There is a letter to send.")
        if some
        else _("Begin with a template and say what is new. It is kept while you write.")
    )
    return Step(
        "letter", _("Write a letter"), some, text, reverse("content:letter_new"), _("Write a letter"), 5
    )


def _campaign(some: bool) -> Step:
    text = (
        _("You have sent a campaign; its report shows what became of it.")
        if some
        else _("Send your first campaign to yourself, open it and click: you will see it in the report.")
    )
    return Step(
        "campaign",
        _("Send a campaign"),
        some,
        text,
        reverse("campaigns:campaign_new"),
        _("Make a campaign"),
        3,
    )
