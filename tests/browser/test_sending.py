"""Write, preview, test, send, watch, pause, resume, read the report: through a slow mail server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.visitor import Visitor
from tests.postoffice import SmtpServer

PEOPLE = 600


@pytest.fixture
def slow_server() -> Iterator[SmtpServer]:
    server = SmtpServer(seconds_a_letter=0.4)
    server.start()
    yield server
    server.stop()


def set_route(window: Visitor, server: SmtpServer) -> None:
    page = window.go("/settings/routes/new/")
    page.get_by_label("Name", exact=True).fill("Our provider")
    page.get_by_label("Server", exact=True).fill(server.host)
    page.locator("[name=tls]").select_option("none")
    page.get_by_label("Port").fill(str(server.port))
    page.get_by_role("button", name="Save and try out").click()
    page.wait_for_url(re.compile(r"/settings/routes/\d+/"))


def write_with_a_mistake(window: Visitor) -> None:
    """The problem is named while typing, and goes with its cause."""
    page = steps.write_a_letter(window, "Slow letter", "Plain letter")
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Hello {{ contact.nickname }}\n")
    expect(page.get_by_text(re.compile("nickname")).nth(1)).to_be_visible(timeout=20_000)
    page.keyboard.press("Control+Home")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Delete")
    expect(page.get_by_role("link", name="No problems")).to_be_visible(timeout=20_000)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text(re.compile("Ann")).first).to_be_visible()


def test_a_campaign_is_watched_paused_resumed_and_reported(
    admin: Visitor, slow_server: SmtpServer, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "Email\n" + "".join(f"p{number}@example.org\n" for number in range(PEOPLE)), encoding="utf-8"
    )
    steps.name_the_brand(admin)
    steps.add_a_sender(admin)
    steps.make_a_list(admin)
    steps.run_the_import(steps.upload(admin, file, into="Newsletter"))
    set_route(admin, slow_server)
    write_with_a_mistake(admin)

    page = steps.prepare_a_campaign(admin, name="Slow", letter="Slow letter")
    words = re.compile(f"Send to {PEOPLE} people now")
    page.get_by_role("link", name=words).click()
    page.get_by_role("dialog").get_by_role("button", name=words).click()
    campaign = page.url.partition("?")[0]
    pause(page)
    arrived = len(slow_server.letters)
    assert 0 < arrived < PEOPLE
    page.get_by_role("link", name="Go on").click()
    page.get_by_role("dialog").get_by_role("button", name="Go on").click()
    page.get_by_text("Finished", exact=True).first.wait_for(timeout=120_000)
    assert len({letter.recipient for letter in slow_server.letters}) == len(slow_server.letters) == PEOPLE

    page.goto(f"{campaign}report/")
    expect(page.get_by_text(f"{PEOPLE} planned")).to_be_visible()


def pause(page: Page) -> None:
    """Pause after some have left; until then the page itself shows them leave."""
    expect(page.get_by_text(re.compile(rf"[1-9]\d* of {PEOPLE} sent"))).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused").first).to_be_visible(timeout=60_000)
