"""The tracked addresses of a letter, in the three privacy modes."""

import pytest

from mailhub.content.engine.links import Link
from mailhub.delivery import tokens
from mailhub.delivery.contracts import TrackingMode
from mailhub.delivery.tracking.links import TrackedUrls

LINK = Link(3, "https://shop.example.org/a?who={{ contact.first_name }}")


def urls(tracking: TrackingMode) -> TrackedUrls:
    return TrackedUrls(dispatch_id=7, message_id=70, tracking=tracking, base_url="https://mail.example.org")


def token(url: str, before: str, after: str = "") -> str:
    assert url.startswith(before) and url.endswith(after)
    return url.removeprefix(before).removesuffix(after)


def test_an_individual_link_names_its_message() -> None:
    made = token(urls("individual").link(LINK, ("Ann & Bo",)), "https://mail.example.org/c/")
    expected = tokens.Payload(dispatch_id=7, message_id=70, number=3, values=("Ann & Bo",))
    assert tokens.read("click", made) == expected


def test_an_anonymous_link_and_pixel_name_only_the_dispatch() -> None:
    anonymous = urls("anonymous")
    click = token(anonymous.link(LINK, ("Ann",)), "https://mail.example.org/c/")
    pixel = token(anonymous.pixel() or "", "https://mail.example.org/o/", ".gif")
    assert tokens.read("click", click) == tokens.Payload(dispatch_id=7, number=3, values=("Ann",))
    assert tokens.read("open", pixel) == tokens.Payload(dispatch_id=7)


def test_everybody_gets_the_same_anonymous_pixel() -> None:
    bo = TrackedUrls(dispatch_id=7, message_id=71, tracking="anonymous", base_url="https://mail.example.org")
    assert bo.pixel() == urls("anonymous").pixel()


def test_with_tracking_off_links_are_plain_and_there_is_no_pixel() -> None:
    assert urls("off").link(LINK, ("Ann & Bo",)) == "https://shop.example.org/a?who=Ann%20%26%20Bo"
    assert urls("off").pixel() is None


@pytest.mark.parametrize("address", ["mailto:ann@example.org", "tel:+4312345", "#top"])
def test_what_is_no_web_address_is_never_wrapped(address: str) -> None:
    assert urls("individual").link(Link(1, address), ()) == address


@pytest.mark.parametrize("tracking", ["individual", "anonymous", "off"])
def test_the_letter_as_a_page_names_its_message_in_every_mode(tracking: TrackingMode) -> None:
    view = token(urls(tracking).view_url(), "https://mail.example.org/v/")
    assert tokens.read("view", view) == tokens.Payload(dispatch_id=7, message_id=70)
