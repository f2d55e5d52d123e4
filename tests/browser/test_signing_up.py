"""A customer signs up, confirms, gets a letter, chooses, leaves, and comes back: on a phone, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Frame, expect

from tests.browser import steps
from tests.browser.conftest import PASSWORD
from tests.browser.visitor import Visitor


@pytest.fixture
def shop(visit: Callable[..., Visitor]) -> Visitor:
    """The administrator of a shop with a public list that asks for a confirmation."""
    window = visit().sign_in("admin", PASSWORD)
    steps.name_the_brand(window)
    steps.add_a_sender(window)
    page = window.go("/lists/new/")
    page.get_by_label("Name", exact=True).fill("Club")
    page.get_by_label("double: a confirmation mail asks").check()
    page.get_by_label("Shown on the preference page").check()
    page.get_by_role("button", name="Create list").click()
    page.get_by_text("List “Club” created.").wait_for()
    return window


def arrived(window: Visitor, words: str) -> Frame:
    """The newest captured letter, once it is the one that says `words`."""
    for _ in range(30):
        page = window.go("/mailbox/")
        if page.locator("td a").count() and words in page.locator("tbody tr").first.inner_text():
            return steps.open_the_newest_letter(window)
        page.wait_for_timeout(500)
    raise AssertionError(f"No letter says {words!r}: {page.locator('main').inner_text()}")


def test_from_the_form_to_the_letters_out_and_back(shop: Visitor, visit: Callable[..., Visitor]) -> None:
    cy = visit(width=375, scripts=False)
    page = cy.go("/join/club/")
    page.wait_for_timeout(3500)  # Nobody fills a form in faster, but robots.
    page.get_by_label("E-mail address").fill("cy@example.org")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("c••@e••.org")).to_be_visible()

    asking = arrived(shop, "Club")
    link = asking.get_by_role("link", name="Yes, subscribe me").get_attribute("href")
    assert link
    page = cy.go(link)
    page.get_by_role("button", name="Yes, subscribe me").click()
    expect(page.get_by_role("heading", name="You are subscribed")).to_be_visible()

    steps.write_a_letter(shop, "Club letter")
    sending = steps.prepare_a_campaign(shop, name="To the club", to="Club", letter="Club letter")
    steps.send_now(sending, 1)
    letter = arrived(shop, "A short note")
    preferences = letter.get_by_role("link", name="Preferences").get_attribute("href")
    leaving = letter.get_by_role("link", name="Unsubscribe").get_attribute("href")
    assert preferences and leaving

    page = cy.go(preferences)
    page.get_by_label("At most one a week").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("At most one a week")).to_be_checked()

    page = cy.go(leaving)
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", name="You are unsubscribed")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text(re.compile("subscribed again|back", re.I)).first).to_be_visible()


@pytest.mark.parametrize("width", [1440, 375])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_form_can_be_read_by_everybody_and_is_light(
    visit: Callable[..., Visitor], width: int, theme: str, language: str
) -> None:
    window = visit(width=width, theme=theme, language=language)
    weight: list[int] = []
    window.page.on("response", lambda answer: weight.append(len(answer.body())))
    for place in ("/join/club/", "/lost/"):
        weight.clear()
        page = window.go(place)
        page.wait_for_load_state("networkidle")
        assert window.unreadable() == []
        assert window.sticks_out() <= 0
        assert page.locator("html").get_attribute("lang") == ("zh-hans" if language == "zh-CN" else "en")
        assert sum(weight) < 30_000
