"""The shell and its components in a real browser, wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD
from tests.browser.visitor import Visitor


@pytest.mark.parametrize("width", [1440, 375])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_component_can_be_read_by_everybody(
    visit: Callable[..., Visitor], width: int, theme: str
) -> None:
    window = visit(width=width, theme=theme).sign_in("admin", PASSWORD)
    window.go("/living/?toast=1")
    window.page.locator(".uplot").first.wait_for()
    assert window.unreadable() == []
    assert window.sticks_out() <= 0


def test_a_slash_opens_the_search_and_escape_closes_it(admin: Visitor) -> None:
    page = admin.go("/living/")
    page.keyboard.press("/")
    box = page.get_by_role("searchbox", name="Search everything")
    box.wait_for()
    box.fill("zzz")
    page.get_by_text("Nothing begins with “zzz”.").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog[open]").wait_for(state="detached")


def test_a_field_is_checked_when_it_is_left(admin: Visitor) -> None:
    page = admin.go("/living/")
    field = page.get_by_label("E-mail").first
    field.fill("ann@")
    field.press("Tab")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{field.get_attribute('id')}-error")).to_contain_text(
        "Enter a valid email address."
    )


@pytest.mark.parametrize("width", [1440, 800])
def test_the_head_of_a_table_stays_in_view(visit: Callable[..., Visitor], width: int) -> None:
    page = visit(width=width).sign_in("admin", PASSWORD).go("/living/")
    page.get_by_label("Select Ann").uncheck()
    scroll_past(page, "Select Cy")
    assert top_of(page, ".table-form th a") == pytest.approx(bottom_of_topbar(page), abs=12)


def test_the_acts_on_what_is_selected_stay_in_view_on_a_phone(visit: Callable[..., Visitor]) -> None:
    page = visit(width=375).sign_in("admin", PASSWORD).go("/living/")
    scroll_past(page, "Select Cy")
    assert top_of(page, ".bulkbar") == pytest.approx(bottom_of_topbar(page), abs=1)


def test_a_server_that_does_not_answer_is_told(admin: Visitor) -> None:
    page = admin.go("/living/")
    admin.context.set_offline(True)
    page.get_by_role("link", name="Dialog").click()
    expect(page.locator("#toasts")).to_contain_text("MailHub does not answer.")
    admin.context.set_offline(False)
    # htmx tells the console too, this once rightly.
    admin.problems.clear()


def scroll_past(page: Page, label: str) -> None:
    """What has this label is a little below what stays at the top of the window."""
    page.get_by_label(label).evaluate("one => scrollTo(0, one.getBoundingClientRect().top + scrollY - 120)")


def top_of(page: Page, selector: str) -> float:
    return float(page.locator(selector).first.evaluate("one => one.getBoundingClientRect().top"))


def bottom_of_topbar(page: Page) -> float:
    return float(page.locator(".topbar").evaluate("one => one.getBoundingClientRect().bottom"))


def test_the_menu_of_a_phone_opens_at_a_touch(visit: Callable[..., Visitor]) -> None:
    page = visit(width=375).sign_in("admin", PASSWORD).go("/living/")
    page.get_by_role("link", name="Menu").click()
    page.get_by_role("link", name="Search").last.wait_for()
    assert page.locator("#navigation").is_visible()


def test_the_menu_works_without_scripts(visit: Callable[..., Visitor]) -> None:
    page = visit(width=375, scripts=False).sign_in("admin", PASSWORD).go("/living/")
    page.get_by_role("link", name="Menu").click()
    assert page.locator("#navigation").is_visible()


def test_the_theme_of_the_account_wins_over_the_system(admin: Visitor) -> None:
    page = admin.go("/account/")
    page.get_by_label("Theme").select_option("dark")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(15, 21, 27)"
    page.get_by_label("Theme").select_option("")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
