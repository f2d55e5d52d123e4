"""Who letters may be from, and whether they can leave as they are."""

from __future__ import annotations

from dataclasses import dataclass

from mailhub.delivery.models import Brand, Sender, SendingDomain
from mailhub.lib import addresses


@dataclass(frozen=True, slots=True)
class Standing:
    """A sender with the domain that vouches for it; `domain` None when MailHub does not know it."""

    sender: Sender
    domain_name: str
    domain: SendingDomain | None

    @property
    def can_send(self) -> bool:
        return self.domain is not None and self.domain.verified_at is not None


def choices(brand: Brand) -> list[Sender]:
    """The brand's senders, the usual one first, the others by address."""
    found = list(Sender.objects.filter(brand=brand).select_related("brand").order_by("address"))
    return sorted(found, key=lambda sender: not sender.is_default)


def standings(brand: Brand | None = None) -> list[Standing]:
    """All senders (of `brand`), by brand, the usual one first."""
    brands = [brand] if brand else list(Brand.objects.order_by("id"))
    found = [sender for each in brands for sender in choices(each)]
    names = {sender.pk: addresses.domain_of(sender.address) for sender in found}
    known = {domain.name: domain for domain in SendingDomain.objects.filter(name__in=set(names.values()))}
    return [Standing(sender, names[sender.pk], known.get(names[sender.pk])) for sender in found]
