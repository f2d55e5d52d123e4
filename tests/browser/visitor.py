"""Somebody at a real browser, who notices what goes wrong behind the page."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, Response

AXE = Path(__file__).parent / "vendored" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# What a screen reader would say of the focused thing, nearly: its label, else its words.
FOCUSED = """() => {
  const one = document.activeElement;
  const spoken = one.ariaLabel || one.labels?.[0]?.innerText || one.innerText || one.value;
  return spoken || one.querySelector("[aria-label]")?.getAttribute("aria-label") || "";
}"""

# axe leaves this one to people: a label, a description or htmx then finds the wrong thing.
NAMED_TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))];
}"""


class NoBrowser(Exception):
    """Says how to get one."""


def launch(playwright: Playwright) -> Browser:
    """The system's Chromium, else Playwright's own; MAILHUB_TEST_BROWSER names another."""
    found = os.environ.get("MAILHUB_TEST_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and not Path(playwright.chromium.executable_path).exists():
        raise NoBrowser(
            "No Chromium: install it (Debian: apt-get install chromium), or run "
            "`.venv/bin/playwright install chromium`, or name one in MAILHUB_TEST_BROWSER."
        )
    return playwright.chromium.launch(executable_path=found, args=QUIET)


class Visitor:
    """One person at one browser window. `problems` is what no page of ours may cause."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        *,
        width: int = 1440,
        theme: str = "light",
        scripts: bool = True,
        language: str = "en-GB",
        state: Any = None,
    ) -> None:
        self.base = base
        self.problems: list[str] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            # What is still fading in has not its colours yet.
            reduced_motion="reduce",
            locale=language,
            storage_state=state,
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.context.on("page", self._watch)
        self._watch(self.page)

    def _watch(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("request", self._asked)
        page.on("response", self._answered)

    def go(self, path: str) -> Page:
        self.page.goto(path if path.startswith("http") else self.base + path)
        return self.page

    def sign_in(self, name: str, password: str) -> Visitor:
        page = self.go("/sign-in/")
        page.get_by_label("User name or e-mail").fill(name)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return self

    def tab_to(self, name: str) -> None:
        """Press Tab until the focus is on what is called `name`, as somebody without a mouse does."""
        for _ in range(200):
            self.page.keyboard.press("Tab")
            called = self.page.evaluate(FOCUSED).strip()
            if called == name or (called.startswith(name) and not called[len(name)].isalnum()):
                return
        raise AssertionError(f"Tab never reaches {name!r} on {self.page.url}.")

    def press(self, name: str) -> None:
        self.tab_to(name)
        self.page.keyboard.press("Enter")

    def type_into(self, name: str, text: str) -> None:
        """As on a keyboard: what is there is replaced; in a choice the text finds its option."""
        self.tab_to(name)
        if self.page.locator(":focus").evaluate("one => one.tagName") != "SELECT":
            self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def unreadable(self) -> list[str]:
        """What axe finds wrong with the page for people who cannot see or cannot point (WCAG 2.2 AA)."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        run = "rules => axe.run(document, {runOnly: rules, iframes: false}).then(found => found.violations)"
        return [
            f"{self.page.url}: {one['id']}: {node['target']} {node['failureSummary']}"
            for one in self.page.evaluate(run, RULES)
            for node in one["nodes"]
        ] + [f"{self.page.url}: two things are called #{id}" for id in self.page.evaluate(NAMED_TWICE)]

    def sticks_out(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    def leave(self) -> None:
        """Close the window; whatever went wrong behind the pages fails the test."""
        self.context.close()
        assert self.problems == []

    def _heard(self, message: ConsoleMessage) -> None:
        # A refused form is a 4xx, which Chromium tells the console of; `_answered` judges those. And the
        # test itself looks into letters, whose frames rightly let no script run.
        expected = ("Failed to load resource", "Blocked script execution in")
        if message.type == "error" and not message.text.startswith(expected):
            self.problems.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != urlsplit(self.base).netloc:
            self.problems.append(f"asked another host: {request.url}")

    def _answered(self, response: Response) -> None:
        kind = response.request.resource_type
        if response.status >= 500 or (response.status >= 400 and kind not in ("document", "fetch", "xhr")):
            self.problems.append(f"{response.status} for {response.url}")
