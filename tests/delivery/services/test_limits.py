"""Setting limits: what is kept, and what is refused with which sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mailhub.delivery.models import RouteLimit, SendingDomain, StoredRoute, WarmUp
from mailhub.delivery.services import brands, domains, limits
from mailhub.delivery.services.limits import CapsDraft, LimitRefused, WarmUpDraft
from tests.delivery.limits.makers import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain() -> SendingDomain:
    return domains.get_or_create("shop.example", brands.default())[0]


def test_a_route_has_one_limit_which_is_changed_in_its_place() -> None:
    first = limits.limit_route(None, CapsDraft(per_hour=10))
    again = limits.limit_route(None, CapsDraft(per_minute=5, zone="Europe/Berlin"))
    assert again.pk == first.pk, "its counts go on"
    limit = RouteLimit.objects.get()
    assert (limit.per_hour, limit.per_minute, limit.zone) == (None, 5, "Europe/Berlin")
    limits.remove(limit)
    assert not RouteLimit.objects.exists()


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (CapsDraft(), ""),
        (CapsDraft(per_hour=0), "per_hour"),
        (CapsDraft(per_day=10**9), "per_day"),
        (CapsDraft(per_day=5, zone="Mars/Base"), "zone"),
    ],
)
def test_caps_that_cannot_be_are_refused_beside_their_field(draft: CapsDraft, field: str) -> None:
    with pytest.raises(LimitRefused) as refused:
        limits.limit_route(None, draft)
    assert refused.value.field == field


def test_a_receiving_domain_is_known_as_letters_name_it() -> None:
    assert (
        limits.limit_destination(" @Bücher.example ", CapsDraft(per_hour=1)).domain == "xn--bcher-kva.example"
    )
    assert limits.limit_destination("", CapsDraft(per_hour=1)).domain == ""
    with pytest.raises(LimitRefused) as refused:
        limits.limit_destination("no domain at all", CapsDraft(per_hour=1))
    assert refused.value.field == "domain"


@pytest.mark.parametrize("text", ["", "ten", "5, -1", "5, 0", "1.5", ", ".join(["9"] * 200)])
def test_caps_of_a_plan_are_whole_numbers(text: str) -> None:
    with pytest.raises(LimitRefused):
        limits.parse_caps(text)


def test_a_warm_up_keeps_its_first_day_when_it_is_changed(domain: SendingDomain) -> None:
    limits.warm_up(WarmUpDraft(domain=domain, route=None, started_date=date(2026, 11, 1)), now=NOON)
    row = limits.warm_up(WarmUpDraft(domain=domain, route=None, plan="hourly"), now=NOON)
    assert (row.plan, row.started_date) == ("hourly", date(2026, 11, 1))
    assert WarmUp.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"plan": "guess"}, "plan"),
        ({"plan": "custom"}, "custom_caps"),
        ({"plan": "custom", "custom_caps": [5], "custom_step_days": 0}, "custom_step_days"),
        ({"started_date": date(2026, 11, 3)}, "started_date"),
        ({"overflow": "route"}, "overflow_route"),
    ],
)
def test_a_warm_up_that_cannot_be_is_refused_beside_its_field(
    domain: SendingDomain, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(LimitRefused) as refused:
        limits.warm_up(WarmUpDraft(domain=domain, route=None, **fields), now=NOON)
    assert refused.value.field == field


def test_the_rest_never_goes_to_the_other_stream_s_route(domain: SendingDomain) -> None:
    single = StoredRoute.objects.create(name="Single", host="a.example", use="transactional")
    bulk = StoredRoute.objects.create(name="Bulk", host="b.example", use="marketing")
    draft = WarmUpDraft(domain=domain, route=bulk, overflow="route", overflow_route=single)
    with pytest.raises(LimitRefused, match="never share an address"):
        limits.warm_up(draft, now=NOON)
