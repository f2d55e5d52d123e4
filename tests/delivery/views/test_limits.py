"""The screen of limits through the browser's door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from mailhub.accounts.models import AuditEntry, User
from mailhub.delivery import limits
from mailhub.delivery.contracts import Outcome, Verdict
from mailhub.delivery.limits import backoff
from mailhub.delivery.models import BreakerTrip, DestinationLimit, Due, RouteLimit, WarmUp
from mailhub.delivery.services import brands, domains
from mailhub.lib import clock
from tests.delivery.limits.makers import FACTS, FROM, letters, limit_domain, limit_route, warm
from tests.factories import addresses_of, make_sending_dispatch

pytestmark = pytest.mark.django_db


def page(client: Client) -> str:
    return " ".join(client.get("/settings/limits/").content.decode().split())


def test_without_limits_it_says_that_letters_leave_freely(client: Client, boss: User) -> None:
    text = page(client)
    assert "No route is limited" in text
    assert "Add a sending domain first." in text


def test_each_cap_shows_what_is_used_of_it(client: Client, boss: User) -> None:
    limit_route(per_hour=500, per_day=1000)
    found = limits.admit(FACTS, "", FROM, letters(180))
    limits.settle(found, tried=found.admitted)
    text = page(client)
    assert "180 of 500" in text
    assert "180 of 1 000" in text


def test_a_full_cap_says_when_there_is_room_again(client: Client, boss: User) -> None:
    limit_domain("slow.example", per_hour=5)
    found = limits.admit(FACTS, "", FROM, letters(9, domain="slow.example"))
    limits.settle(found, tried=found.admitted)
    text = page(client)
    assert "5 of 5" in text
    assert "Full; the next place is free" in text


def test_a_warm_up_shows_its_day_and_what_is_used_of_it(client: Client, boss: User) -> None:
    warm(plan="seed", started_date=(clock.now() - timedelta(days=8)).date())
    found = limits.admit(FACTS, "", FROM, letters(180))
    limits.settle(found, tried=found.admitted)
    text = page(client)
    assert "Day 9 of 21" in text
    assert "180 of 800" in text


def test_it_shows_what_waits_and_why(client: Client, boss: User) -> None:
    dispatch = make_sending_dispatch(addresses_of(3), lane="express")
    dispatch.messages.update(state="deferred", reason="limit_warm_up")
    Due.objects.update(due_at=clock.now() + timedelta(hours=2))
    backoff.note("", [("busy.example", Outcome(1, Verdict.DEFERRED, 421))])
    text = page(client)
    assert "3 letters" in text
    assert "the sending domain is being warmed up" in text
    assert "busy.example" in text
    client.post("/settings/limits/try-again/", {"route": "", "domain": "busy.example"})
    assert "busy.example</strong>" not in page(client)


def test_a_route_is_limited_changed_and_freed(client: Client, boss: User) -> None:
    form = {"route": "environment", "per_hour": "100", "zone": "Europe/Berlin"}
    assert client.post("/settings/limits/route/new/", form).status_code == 302
    limit = RouteLimit.objects.get()
    assert (limit.per_hour, limit.zone) == (100, "Europe/Berlin")
    client.post(f"/settings/limits/route/{limit.pk}/", {"per_minute": "7", "zone": "UTC"})
    limit.refresh_from_db()
    assert (limit.per_hour, limit.per_minute) == (None, 7)
    assert "Remove the limit" in client.get(f"/settings/limits/route/{limit.pk}/delete/").content.decode()
    client.post(f"/settings/limits/route/{limit.pk}/delete/")
    assert not RouteLimit.objects.exists()
    acts = list(AuditEntry.objects.order_by("id").values_list("act", flat=True))
    assert acts[-3:] == ["limit.set", "limit.changed", "limit.removed"]


def test_what_cannot_be_stands_beside_its_field(client: Client, boss: User) -> None:
    empty = client.post("/settings/limits/domain/new/", {"domain": "gmail.com", "zone": "UTC"})
    assert empty.status_code == 422
    assert "Set at least one cap" in empty.content.decode()
    bad = client.post(
        "/settings/limits/domain/new/", {"domain": "not a domain", "per_hour": "1", "zone": "UTC"}
    )
    assert bad.status_code == 422
    assert not DestinationLimit.objects.exists()


def test_a_domain_is_warmed_up_with_caps_of_its_own(client: Client, boss: User) -> None:
    domain, _ = domains.get_or_create(FROM, brands.default())
    form: dict[str, Any] = {
        "domain": domain.pk,
        "route": "environment",
        "plan": "custom",
        "custom_caps": "50, 100",
        "custom_step_days": "2",
        "overflow": "hold",
        "zone": "UTC",
    }
    assert client.post("/settings/limits/warm-up/new/", form | {"custom_caps": "many"}).status_code == 422
    assert client.post("/settings/limits/warm-up/new/", form).status_code == 302
    row = WarmUp.objects.get()
    assert (row.custom_caps, row.custom_step_days, row.started_date) == ([50, 100], 2, None)
    assert "Begins with its first letter" in page(client)


def test_a_stopped_route_is_let_go_on(client: Client, boss: User) -> None:
    BreakerTrip.objects.create(
        route_name="", kind="bounces", stops=True, sentence="Too many came back.", tripped_at=clock.now()
    )
    assert "Too many came back." in page(client)
    assert "is stopped: Too many came back." in client.get("/settings/").content.decode(), "on every page"
    client.post("/settings/limits/go-on/", {"route": ""})
    assert "Too many came back." not in page(client)


def test_who_may_only_look_sees_it_and_sets_nothing(client: Client, viewer: User) -> None:
    limit_route(per_hour=500)
    text = page(client)
    assert "0 of 500" in text
    assert "Limit a route" not in text
    assert client.get("/settings/limits/route/new/").status_code == 403
    assert client.post("/settings/limits/go-on/", {"route": ""}).status_code == 403


def test_the_part_that_renews_itself_is_given_alone(client: Client, boss: User) -> None:
    limit_route(per_hour=500)
    asked = {"hx-request": "true", "hx-target": "limits"}
    part = client.get("/settings/limits/", headers=asked).content.decode()
    assert "0 of 500" in part
    assert "<html" not in part


def test_an_unknown_kind_is_not_there(client: Client, boss: User) -> None:
    assert client.get("/settings/limits/weather/new/").status_code == 404


def test_a_campaign_under_way_that_goes_badly_is_told_on_every_page(client: Client, boss: User) -> None:
    dispatch = make_sending_dispatch(addresses_of(3))
    BreakerTrip.objects.create(
        dispatch=dispatch, kind="bounces", stops=False, sentence="6 % bounced.", tripped_at=clock.now()
    )
    assert "A campaign goes badly: 6 % bounced." in client.get("/settings/").content.decode()
