"""From an empty installation to a sent, tracked, unsubscribed letter: wide, on a phone, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import PASSWORD
from tests.browser.visitor import Visitor


@pytest.fixture
def people(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Two people whom nobody has written to yet: who had a letter today gets no second one."""
    tag = abs(hash(request.node.name))
    file = tmp_path / "people.csv"
    file.write_text(f"Email,First name\nann{tag}@example.org,Ann\nbo{tag}@example.org,Bo\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (375, "dark")])
def test_a_newcomer_sends_a_letter_and_sees_it_opened_and_unsubscribed(
    visit: Callable[..., Visitor], people: Path, width: int, theme: str
) -> None:
    window = visit(width=width, theme=theme).sign_in("admin", PASSWORD)
    expect(window.page.get_by_text("First steps")).to_be_visible()
    steps.name_the_brand(window)
    steps.add_a_sender(window, f"news{width}@shop.example")
    steps.make_a_list(window, f"News {width}")
    steps.run_the_import(steps.upload(window, people, into=f"News {width}"))
    steps.write_a_letter(window, f"Hello {width}")
    page = steps.prepare_a_campaign(
        window, name=f"First {width}", to=f"News {width}", letter=f"Hello {width}"
    )
    steps.send_now(page, 2)
    campaign = page.url.partition("?")[0]

    leaving = steps.follow(window, steps.open_the_newest_letter(window), "Unsubscribe")
    leaving.get_by_role("button", name="Unsubscribe").click()
    expect(leaving.get_by_role("heading", name="You are unsubscribed")).to_be_visible()

    page.goto(f"{campaign}report/")
    expect(page.get_by_text("2 letters were captured; none has left.")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("left a list"))).to_be_visible()
    assert window.sticks_out() <= 0


def test_the_same_by_keyboard_alone(visit: Callable[..., Visitor], people: Path) -> None:
    window = visit()
    page, keyboard = window.go("/"), window.page.keyboard
    keyboard.type("admin")
    window.type_into("Password", PASSWORD)
    keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)

    page.goto(f"{window.base}/settings/brand/")
    window.type_into("Name", "Corner Shop")
    window.type_into("Postal address", "1 High Street, Town")
    window.press("Save")
    page.get_by_text("Saved.").wait_for()

    page.goto(f"{window.base}/settings/senders/new/")
    window.type_into("Address", "keys@shop.example")
    window.press("Add")
    page.wait_for_url("**/settings/senders/")

    window.press("Contacts")
    page.wait_for_url("**/contacts/")
    window.press("Import")
    page.wait_for_url("**/imports/new/")
    # The window in which a file is chosen is the operating system's.
    page.get_by_label("File", exact=True).set_input_files(people)
    window.press("Upload and look at it")
    page.wait_for_url("**/columns/")
    window.type_into("Name of the new list", "Keys")
    window.type_into("Where and when did they agree?", "On paper")
    window.press("Check what would happen")
    page.get_by_text("Nothing has been changed yet.").wait_for()
    window.press("Import 2 people")
    page.get_by_text("finished", exact=True).wait_for(timeout=30_000)

    window.press("Letters")
    page.wait_for_url("**/letters/")
    window.press("New letter")
    page.wait_for_url("**/letters/new/")
    window.type_into("Name", "By keys")
    window.press("Begin with “Plain letter”")
    page.wait_for_url(re.compile(r"/letters/\d+/"))

    window.press("Campaigns")
    page.wait_for_url("**/campaigns/")
    window.press("New campaign")
    window.type_into("Name", "By keys")
    keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/campaigns/\d+/"))
    window.tab_to("Keys")
    keyboard.press("Space")
    page.locator("#saved-audience").get_by_text("Saved").wait_for()
    window.press("Letter")
    window.type_into("Letter", "By keys")
    keyboard.press("Tab")
    page.locator("#saved-letter").get_by_text("Saved").wait_for()
    window.tab_to("For a trial")
    keyboard.press("Space")
    page.locator("#saved-sender").get_by_text("Saved").wait_for()
    window.press("Send")
    window.press("Send to 2 people now")
    page.get_by_role("dialog").wait_for()
    window.press("Send to 2 people now")
    page.get_by_text("Finished", exact=True).first.wait_for(timeout=60_000)
