"""What campaigns tell the contact page: their names, and why somebody got one or not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.urls import reverse

from campaigns.models import Campaign
from contacts import contracts
from contacts.contracts import Named, Producer
from contacts.models import Contact
from reports.selectors import why
from reports.services import freshness


def register() -> None:
    contracts.register_producer("campaign", Producer(names=_names, recent=_recent, explain=_explain))


def _names(numbers: Collection[int]) -> Mapping[int, Named]:
    return {named.number: named for named in _named(Campaign.objects.filter(pk__in=list(numbers)))}


def _recent(limit: int) -> Sequence[Named]:
    return list(_named(Campaign.objects.order_by("-pk")[:limit]))


def _explain(number: int, contact: Contact) -> Sequence[str]:
    freshness.catch_up()
    return why.explain(number, address=contact.email)


def _named(campaigns: Iterable[Campaign]) -> Iterable[Named]:
    for campaign in campaigns:
        yield Named(campaign.pk, campaign.name, reverse("campaigns:campaign_page", args=[campaign.pk]))
