"""What a viewer sees, and what a viewer cannot do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD
from tests.browser.visitor import Visitor

VIEWER = "a-password-of-the-viewer"


def add_colleague(window: Visitor, name: str, *, role: str, sees_addresses: bool = True) -> None:
    page = window.go("/settings/staff/new/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Email").fill(f"{name}@shop.example")
    page.get_by_label("Role").select_option(role)
    page.get_by_label("sees addresses").set_checked(sees_addresses)
    page.get_by_label("Password").fill(VIEWER)
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: "/new/" not in url)


@pytest.mark.parametrize("width", [1440, 375])
def test_a_viewer_looks_and_changes_nothing(visit: Callable[..., Visitor], width: int) -> None:
    name = f"vera{width}"
    add_colleague(visit().sign_in("admin", PASSWORD), name, role="viewer")
    window = visit(width=width).sign_in(name, VIEWER)
    for place in ("/", "/contacts/", "/campaigns/", "/letters/", "/reports/", "/settings/"):
        assert window.go(place).get_by_role("heading", level=1).count() == 1
        assert window.page.get_by_role("link", name="New campaign").count() == 0
        assert window.page.get_by_role("link", name="New letter").count() == 0
        assert window.page.get_by_role("link", name="Import", exact=True).count() == 0
    for closed in (
        "/campaigns/new/",
        "/imports/new/",
        "/letters/new/",
        "/settings/staff/",
        "/settings/routes/",
    ):
        page = window.go(closed)
        expect(page.get_by_role("heading", name="You may not do this")).to_be_visible()
    assert window.sticks_out() <= 0


def test_who_may_not_see_addresses_sees_them_masked(visit: Callable[..., Visitor]) -> None:
    boss = visit().sign_in("admin", PASSWORD)
    add_colleague(boss, "vic", role="editor", sees_addresses=False)
    page = boss.go("/contacts/new/")
    page.get_by_label("E-mail").first.fill("masked@example.org")
    page.get_by_role("button", name="Add the contact").click()
    page.wait_for_url(lambda url: "/new/" not in url)
    person = page.url
    window = visit().sign_in("vic", VIEWER)
    for place in ("/contacts/", person):
        page = window.go(place)
        expect(page.get_by_text("m••@e••.org").first).to_be_visible()
        assert "masked@example.org" not in page.content()
