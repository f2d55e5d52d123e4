"""What beat does for the limits."""

from __future__ import annotations

from datetime import date

import pytest

from mailhub.delivery.limits import upkeep
from mailhub.delivery.models import ReservedDay
from mailhub.lib import clock
from tests.delivery.limits.makers import NOON

pytestmark = pytest.mark.django_db


def test_old_days_are_forgotten_but_the_last_of_each_limit() -> None:
    for key, day in (
        ("a", date(2026, 1, 1)),
        ("a", date(2026, 1, 2)),
        ("b", date(2026, 1, 1)),
        ("b", NOON.date()),
    ):
        ReservedDay.objects.create(limit_key=key, day=day, reserved=1)
    with clock.frozen(NOON):
        upkeep.keep()
    kept = ReservedDay.objects.order_by("limit_key").values_list("limit_key", "day")
    assert list(kept) == [("a", date(2026, 1, 2)), ("b", NOON.date())]
