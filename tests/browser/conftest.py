"""A running MailHub and people at real browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import installation
from tests.browser import visitor
from tests.browser.visitor import Visitor
from tests.installation import Installation

PASSWORD = "a-password-for-the-tests"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file.

    Not for the session: as long as Playwright runs, its event loop does too, and Django refuses its database
    to whatever comes after in the same process.
    """
    with sync_playwright() as playwright:
        running = visitor.launch(playwright)
        yield running
        running.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An empty installation, as `bin/start` makes it; its administrator has PASSWORD."""
    folder = tmp_path_factory.mktemp("house")
    with installation.own_database() as url:
        running = Installation(
            folder / "data", migrated=True, DATABASE_URL=url, MAILHUB_ADMIN_PASSWORD=PASSWORD
        )
        try:
            running.wait_until_ready()
            yield running
        finally:
            running.stop_by(running.process.terminate)


@pytest.fixture
def visit(browser: Browser, house: Installation) -> Iterator[Callable[..., Visitor]]:
    """Call it for a new window (`width`, `theme`, `scripts`, `language`); it is closed, and judged, at the end."""
    windows: list[Visitor] = []

    def open_window(**how: Any) -> Visitor:
        windows.append(Visitor(browser, f"http://127.0.0.1:{house.port}", **how))
        return windows[-1]

    yield open_window
    for window in windows:
        window.leave()


@pytest.fixture
def admin(visit: Callable[..., Visitor]) -> Visitor:
    """The administrator, signed in."""
    return visit().sign_in("admin", PASSWORD)
