"""The form of a route: what it leads to is chosen, and nothing that was typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD
from tests.browser.visitor import Visitor

PROVIDER = "anymail:sendgrid"


def shown(page: Page, name: str) -> str:
    return page.locator(f"[name={name}]:visible").input_value()


def test_a_choice_of_the_kind_loses_nothing_that_was_typed(admin: Visitor) -> None:
    page = admin.go("/settings/routes/new/")
    kind = page.get_by_label("Leads to")
    page.get_by_label("Name", exact=True).fill("Our provider")
    page.get_by_label("Server", exact=True).fill("smtp.example.org")
    page.locator("[name=username]").fill("ann")
    page.locator("[name=password]").fill("secret words")
    kind.select_option(PROVIDER)
    expect(page.get_by_label("Server", exact=True)).to_be_hidden()
    page.locator("[name=setting_api_key]:visible").fill("SG.key")
    kind.select_option("anymail:brevo")
    assert shown(page, "setting_api_key") == ""
    kind.select_option(PROVIDER)
    assert shown(page, "setting_api_key") == "SG.key"
    # Not even what is typed at the moment of the choice.
    kind.focus()
    kind.select_option("smtp")
    page.keyboard.press("Tab")
    page.keyboard.type("mail.example.net")
    assert shown(page, "host") == "mail.example.net"
    assert (shown(page, "username"), shown(page, "password")) == ("ann", "secret words")
    assert shown(page, "name") == "Our provider"
    page.get_by_role("button", name="Save and try out").click()
    page.wait_for_url(re.compile(r"/settings/routes/\d+/test/"))
    expect(page.get_by_text("mail.example.net:587").first).to_be_visible()


def test_a_field_of_another_kind_is_checked_when_it_is_left(admin: Visitor) -> None:
    page = admin.go("/settings/routes/new/")
    page.get_by_label("Leads to").select_option(PROVIDER)
    field = page.locator("[name=setting_api_url]:visible")
    field.fill("http://api.example.org")
    field.press("Tab")
    expect(field).to_have_attribute("aria-describedby", re.compile(r"\w+-error"))
    field.fill("")
    page.get_by_role("button", name="Save and try out").click()
    key = page.locator("[name=setting_api_key]:visible")
    expect(key).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Leads to")).to_have_value(PROVIDER)


def test_without_scripts_a_button_shows_the_fields(visit: Callable[..., Visitor]) -> None:
    page = visit(scripts=False).sign_in("admin", PASSWORD).go("/settings/routes/new/")
    page.get_by_label("Name", exact=True).fill("Our provider")
    page.get_by_label("Leads to").select_option(PROVIDER)
    page.get_by_role("button", name="Show its fields").click()
    expect(page.locator("[name=setting_api_key]:visible")).to_be_visible()
    expect(page.locator("[name=host]")).to_be_hidden()
    assert shown(page, "name") == "Our provider"


@pytest.mark.parametrize("width", [1440, 375])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_forms_of_routes_and_rules_can_be_read_by_everybody(
    visit: Callable[..., Visitor], width: int, theme: str
) -> None:
    window = visit(width=width, theme=theme).sign_in("admin", PASSWORD)
    window.go("/settings/routes/new/")
    window.page.get_by_label("Leads to").select_option(PROVIDER)
    assert (window.unreadable(), window.sticks_out() <= 0) == ([], True)
    window.go("/settings/routes/rules/new/")
    assert (window.unreadable(), window.sticks_out() <= 0) == ([], True)
