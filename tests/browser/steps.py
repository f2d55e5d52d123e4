"""What people do at the screens, step by step; journeys are made of these."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Frame, Page, expect

from tests.browser.visitor import Visitor


def name_the_brand(window: Visitor) -> None:
    page = window.go("/settings/brand/")
    page.get_by_label("Name", exact=True).fill("Corner Shop")
    page.get_by_label("Postal address").fill("1 High Street\nTown")
    page.get_by_role("button", name="Save").first.click()
    page.get_by_text("Saved.").wait_for()


def add_a_sender(window: Visitor, address: str = "news@shop.example") -> None:
    page = window.go("/settings/senders/new/")
    page.get_by_label("Name").first.fill("Corner Shop")
    page.get_by_label("Address", exact=True).fill(address)
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/settings/senders/")
    expect(page.get_by_text(address).first).to_be_visible()


def make_a_list(window: Visitor, name: str = "Newsletter") -> None:
    page = window.go("/lists/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Create list").click()
    page.get_by_text(f"List “{name}” created.").wait_for()


def upload(window: Visitor, file: Path, *, into: str) -> Page:
    """As far as the page that says what would happen."""
    page = window.go("/imports/new/")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload and look at it").click()
    page.wait_for_url("**/columns/")
    page.locator("[name=list]").select_option(label=into)
    page.get_by_label("Where and when did they agree?").fill("Sign-up sheet, spring fair 2026")
    page.get_by_role("button", name="Check what would happen").click()
    page.get_by_text("Nothing has been changed yet.").wait_for()
    return page


def run_the_import(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"Import \d+ (people|person)")).click()
    page.get_by_text("finished", exact=True).wait_for(timeout=30_000)


def write_a_letter(window: Visitor, name: str = "Hello", template: str = "Plain letter") -> Page:
    page = window.go("/letters/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name=f"Begin with “{template}”").click()
    page.wait_for_url(re.compile(r"/letters/\d+/"))
    return page


def prepare_a_campaign(window: Visitor, *, name: str = "First", to: str = "Newsletter", letter: str) -> Page:
    """A draft with everything chosen, its Send section open."""
    page = window.go("/campaigns/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Create campaign").click()
    page.wait_for_url(re.compile(r"/campaigns/\d+/"))
    page.get_by_role("checkbox", name=to).first.check()
    page.locator("#saved-audience").get_by_text("Saved").wait_for()
    address = page.url.partition("?")[0]
    page.goto(f"{address}?open=letter")
    chooser = page.get_by_role("combobox", name="Letter")
    chooser.select_option(chooser.locator("option", has_text=letter).first.get_attribute("value"))
    page.locator("#saved-letter").get_by_text("Saved").wait_for()
    # Nobody has published DNS records for the domain of a trial.
    page.get_by_label("For a trial: send although the domain is not verified").check()
    page.locator("#saved-sender").get_by_text("Saved").wait_for()
    page.goto(f"{address}?open=send")
    return page


def send_now(page: Page, people: int) -> None:
    """Say yes, and stay until it has left."""
    words = re.compile(f"Send to {people} (people|person) now")
    page.get_by_role("link", name=words).click()
    page.get_by_role("dialog").get_by_role("button", name=words).click()
    page.get_by_text("Finished", exact=True).first.wait_for(timeout=60_000)


def open_the_newest_letter(window: Visitor) -> Frame:
    """The captured letter that came last, as its reader would see it."""
    page = window.go("/mailbox/")
    page.locator("td a").first.click()
    page.wait_for_url(re.compile(r"/mailbox/\d+/"))
    page.locator("iframe").wait_for()
    frame = page.frame(url=re.compile("/html/"))
    assert frame is not None
    return frame


def follow(window: Visitor, frame: Frame, link: str) -> Page:
    """Click a link of a letter; the page that opens, with the same eyes on it."""
    with window.context.expect_page() as opened:
        frame.get_by_role("link", name=link).first.click()
    opened.value.wait_for_load_state()
    return opened.value
