"""Bringing in a file with mistakes, and taking it back."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.visitor import Visitor

PEOPLE = """Email;First name;Favourite colour
ann@example.org;Ann;blue
bo@example.org;Bo;
BO@example.org;Bo again;red
not an address;X;Y
"""


def test_a_file_with_mistakes_comes_in_tells_them_and_goes_again(admin: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    steps.name_the_brand(admin)
    steps.make_a_list(admin)
    page = steps.upload(admin, file, into="Newsletter")
    expect(page.get_by_text("“not an address” is not an e-mail address")).to_be_visible()
    steps.run_the_import(page)
    run = page.url

    with page.expect_download() as download:
        page.get_by_role("link", name="Refused rows").click()
    assert "not an address" in Path(download.value.path()).read_text(encoding="utf-8-sig")

    page.goto(f"{admin.base}/contacts/")
    expect(page.get_by_text("2 contacts")).to_be_visible()

    page.goto(f"{run}undo/")
    page.get_by_role("button", name="Undo this import").click()
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    expect(page.get_by_text(re.compile("undone|taken back", re.I)).first).to_be_visible(timeout=30_000)
    page.goto(f"{admin.base}/contacts/")
    expect(page.get_by_text("No contacts yet")).to_be_visible()


def test_a_file_that_is_none_is_refused_beside_its_field(admin: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    page = admin.go("/imports/new/")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.locator(".error").first).to_be_visible()
    assert "/imports/new/" in page.url
