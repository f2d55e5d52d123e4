"""What must be right before a letter may go out; each check refuses with one sentence."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Campaign
from campaigns.selectors import finding
from campaigns.services import frozen, values
from contacts.models import Subscription, SubscriptionState
from mailhub.content import check
from mailhub.content.services import letters
from mailhub.delivery.services import domains
from mailhub.delivery.services.ledger import Recorded
from mailhub.lib.errors import UserError


class LaunchRefused(UserError):
    """The campaign may not be sent as it is; says what to mend."""


Check = Callable[[Campaign], None]


def has_lists(campaign: Campaign) -> None:
    if not campaign.lists.exists():
        raise LaunchRefused(_("“%(name)s” goes to no list; choose at least one.") % {"name": campaign.name})


def lists_are_of_the_brand(campaign: Campaign) -> None:
    """The letter shows the brand's name and postal address: people must know it from their list."""
    other = campaign.lists.exclude(brand=campaign.brand).select_related("brand").order_by("name").first()
    if other is not None:
        raise LaunchRefused(
            _(
                "The list “%(list)s” belongs to the brand “%(list_brand)s”, but “%(name)s” is sent as "
                "“%(brand)s”."
            )
            % {
                "list": other.name,
                "list_brand": other.brand.name,
                "name": campaign.name,
                "brand": campaign.brand.name,
            }
        )


def has_postal_address(campaign: Campaign) -> None:
    """The law wants one in every marketing letter (CAN-SPAM 15 USC 7704(a)(5), CASL s. 6(2))."""
    brand = campaign.brand
    if not brand.postal_address.strip():
        raise LaunchRefused(
            _(
                "The brand “%(brand)s” has no postal address, which every marketing letter must show. "
                'Set it with: manage.py brand --postal-address "…"'
            )
            % {"brand": brand.name}
        )


def may_use_sender(campaign: Campaign) -> None:
    """Raises LaunchRefused without a sender, domains.SenderRefused for one that may not be used."""
    if not campaign.sender_address:
        raise LaunchRefused(_("“%(name)s” has no sender yet; say whom it is from.") % {"name": campaign.name})
    domains.check_sender(campaign.sender_address, allow_unverified=campaign.allow_unverified)


def has_sound_utm(campaign: Campaign) -> None:
    """Raises values.BadValue."""
    values.utm(campaign.utm)


def has_clean_headers(campaign: Campaign) -> None:
    """Raises values.BadValue for the sender's name, InvalidAddress for an answer address that is none."""
    values.sender_name(campaign.sender_name)
    values.reply_to(campaign.reply_to)


def has_letter(campaign: Campaign) -> None:
    if campaign.letter_version is None:
        raise LaunchRefused(_("“%(name)s” has no letter yet; choose one.") % {"name": campaign.name})


def has_subject(campaign: Campaign) -> None:
    for variant in finding.letter_of(campaign).variants.order_by("id"):
        if not variant.subject.strip():
            raise LaunchRefused(
                _("The letter of “%(name)s” has no subject in %(language)s.")
                % {"name": campaign.name, "language": variant.locale}
            )


def letter_is_sound(campaign: Campaign) -> None:
    """Raises LetterError: every problem of every language with its line and column."""
    variants = finding.letter_of(campaign).variants.select_related("version__letter").order_by("id")
    check.require([letters.source_of(variant) for variant in variants], frozen.schema())


CHECKS: tuple[Check, ...] = (
    has_lists,
    lists_are_of_the_brand,
    has_postal_address,
    may_use_sender,
    has_clean_headers,
    has_sound_utm,
    has_letter,
    has_subject,
    letter_is_sound,
)


def before_sending(campaign: Campaign) -> None:
    """Every check in its order; raises the first one's UserError."""
    for passes in CHECKS:
        passes(campaign)


def somebody_to_mail(campaign: Campaign, recorded: Recorded) -> None:
    """Raises LaunchRefused when nobody who was recorded may be mailed.

    It says how many wait for confirmation, have left, or are suppressed.
    """
    if recorded.planned > recorded.skipped:
        return
    names = ", ".join(f"“{list_.name}”" for list_ in campaign.lists.order_by("name"))
    on_lists = Subscription.objects.filter(list__in=campaign.lists.all())
    waiting = on_lists.filter(state=SubscriptionState.PENDING).count()
    left = on_lists.filter(state=SubscriptionState.UNSUBSCRIBED).count()
    counts = [
        ngettext("%(count)s waiting for confirmation", "%(count)s waiting for confirmation", waiting),
        ngettext("%(count)s unsubscribed", "%(count)s unsubscribed", left),
        ngettext("%(count)s suppressed", "%(count)s suppressed", recorded.skipped),
    ]
    told = [
        words % {"count": f"{count:,}"}
        for words, count in zip(counts, (waiting, left, recorded.skipped), strict=True)
        if count
    ]
    raise LaunchRefused(
        _("There is nobody to mail on %(lists)s: %(reasons)s.")
        % {"lists": names, "reasons": ", ".join(told) or _("nobody is subscribed")}
    )
