"""Numbers, sizes and moments as every template says them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from mailhub.lib import clock
from mailhub.web.templatetags import ui

THIN = ui.THIN


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.00175, "0.2"), (2 / 3, "66.7"), (0.0005, "0.1"), (0.315, "31.5"), (0, "0.0"), (1, "100.0")],
)
def test_a_share_is_rounded_and_not_cut_off(share: float, said: str) -> None:
    assert ui.percent(share) == f"{said}{THIN}%"


def test_what_is_not_known_is_a_dash() -> None:
    assert ui.percent(None) == "–"
    assert "–" in ui.rate(0, 0)
    assert "–" in ui.moment(None)


def test_thousands_are_set_apart_by_thin_spaces() -> None:
    assert ui.count(1234567) == f"1{THIN}234{THIN}567"


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0 B"), (999, "999 B"), (74_321, "74.3 kB"), (1_500_000, "1.5 MB")]
)
def test_sizes_are_told_in_the_unit_that_fits(size: int, said: str) -> None:
    assert ui.size(size) == said.replace(" ", THIN)


def test_a_moment_is_written_in_the_order_of_the_language() -> None:
    with translation.override("zh-hans"), timezone.override("Europe/Berlin"):
        assert "2026年11月24日 星期二 09:00 CET" in ui.moment(datetime(2026, 11, 24, 8, tzinfo=UTC))


def test_a_moment_names_its_zone() -> None:
    with timezone.override("Europe/Berlin"):
        assert "Tue 24 Nov 2026, 09:00 CET" in ui.moment(datetime(2026, 11, 24, 8, tzinfo=UTC))


def test_a_while_ago_is_told_in_one_unit() -> None:
    now = datetime(2026, 11, 24, 8, tzinfo=UTC)
    with clock.frozen(now), translation.override("en"):
        assert "just now" in ui.ago(now)
        assert "2\xa0hours ago" in ui.ago(now - timedelta(hours=2, minutes=30))
        assert "in 3\xa0days" in ui.ago(now + timedelta(days=3))


def test_text_of_people_is_escaped_everywhere() -> None:
    page = Template('{% load ui %}{% badge "ok" text %}{% icon "x" text %}').render(Context({"text": "<b>"}))
    assert "<b>" not in page
