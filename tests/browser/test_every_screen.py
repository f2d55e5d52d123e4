"""Every screen of staff, with a shop in it: readable by everybody, wide and light as well as narrow and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailhub.accounts.permissions import Permission
from tests.browser.conftest import PASSWORD
from tests.browser.visitor import Visitor
from tests.house import access
from tests.installation import Installation

# Fragments that stand inside of screens.
PARTS = ("/picker/", "/preview", "/filter/")


@pytest.fixture(scope="module")
def shop(house: Installation) -> Installation:
    loaded = house.manage("demo", "--load")
    assert loaded.returncode == 0, loaded.stderr
    return house


def places() -> list[str]:
    """The addresses of staff that need no number."""
    return [
        one.route
        for one in access.addresses()
        if one.needs is not None and "<" not in one.route and not any(word in one.route for word in PARTS)
    ]


def things(window: Visitor) -> list[str]:
    """One page of each kind of thing: where the first row of its list leads."""
    found = []
    for place in ("/contacts/", "/campaigns/", "/letters/", "/reports/", "/settings/domains/", "/forms/"):
        row = window.go(place).locator("tr[data-href]").first
        if row.count():
            found.append(row.get_attribute("data-href") or "")
    return [
        *found,
        "/campaigns/9/",
        "/campaigns/9/report/",
        "/campaigns/9/recipients/",
        "/campaigns/9/uncertain/",
        "/letters/1/versions/",
    ]


def is_screen(window: Visitor, place: str) -> bool:
    """Whether a page is there to be looked at, and not a file or an address that only acts."""
    answer = window.context.request.get(window.base + place)
    return answer.status != 405 and "text/html" in answer.headers.get("content-type", "")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (375, "dark")])
def test_every_screen_can_be_read_by_everybody(
    shop: Installation, visit: Callable[..., Visitor], width: int, theme: str
) -> None:
    window = visit(width=width, theme=theme).sign_in("admin", PASSWORD)
    wrong = []
    for place in [*places(), *things(window)]:
        if not is_screen(window, place):
            continue
        answer = window.page.goto(window.base + place)
        if answer is None or answer.status != 200:
            wrong.append(f"{place}: {answer and answer.status}")
        wrong += window.unreadable()
        if (pixels := window.sticks_out()) > 0:
            wrong.append(f"{place}: {pixels} pixels wider than {width}")
    assert wrong == []


def test_the_table_of_rights_knows_every_place() -> None:
    assert {"/", "/contacts/", "/campaigns/", "/letters/", "/mailbox/", "/settings/health/"} <= set(places())
    assert Permission.LOOK in {needs[0] for one in access.addresses() if (needs := one.needs)}
