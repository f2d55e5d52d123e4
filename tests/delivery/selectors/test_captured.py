"""A captured letter as its reader sees it, without asking other hosts."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from mailhub.delivery.selectors import captured
from mailhub.delivery.selectors.captured import Opened

pytestmark = pytest.mark.django_db

PIXEL_OF_OTHERS = '<img src="https://spy.example/p.gif" srcset="https://spy.example/2x.gif 2x">'


def letter_with_picture() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ann@example.org", "bo@example.org", "Bread"
    message.set_content("text")
    message.add_alternative('<img src="cid:loaf@shop"><img src="cid:gone">', subtype="html")
    part = message.get_body(preferencelist=("html",))
    assert isinstance(part, EmailMessage)
    part.add_related(b"\x89PNG", "image", "png", cid="<loaf@shop>")
    return message.as_bytes()


def test_pictures_that_came_along_are_shown() -> None:
    html = captured.with_pictures(captured.read(letter_with_picture()), remote=False)
    assert 'src="data:image/png;base64,iVBORw=="' in html
    assert "cid:" not in html


def test_pictures_of_other_hosts_are_asked_for_only_when_wanted(settings: Any) -> None:
    opened = Opened((), "", PIXEL_OF_OTHERS)
    assert captured.remote_hosts(opened) == ["spy.example"]
    assert "spy.example" not in captured.with_pictures(opened, remote=False)
    assert "https://spy.example/p.gif" in captured.with_pictures(opened, remote=True)


def test_our_own_pictures_are_shown(settings: Any) -> None:
    settings.PUBLIC_URL = "https://mail.example.org"
    html = '<p style="background:url(https://mail.example.org/media/images/a.png)">'
    opened = Opened((), "", html)
    assert captured.remote_hosts(opened) == []
    assert captured.with_pictures(opened, remote=False) == html
    assert "img-src data: 'self' https://mail.example.org;" in captured.policy(remote=False)


def test_links_are_left_alone() -> None:
    html = '<a href="https://shop.example/bread">Order</a>'
    assert captured.with_pictures(Opened((), "", html), remote=False) == html
