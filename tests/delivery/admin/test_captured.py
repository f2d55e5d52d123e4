"""The capture mailbox in the admin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from mailhub.delivery.models import CapturedLetter
from mailhub.delivery.services import single
from tests import factories

pytestmark = pytest.mark.django_db
HTML = (
    '<html><head><title>x</title></head><body><p>Grüße, Ann</p><script>alert("no")</script>'
    '<a href="https://example.org/shop">Shop</a><img src="https://example.org/o/abc.gif" alt=""></body></html>'
)


def capture(raw: bytes) -> CapturedLetter:
    return CapturedLetter.objects.create(
        dispatch_id=1, message_id=1, mail_from="b@example.org", rcpt_to="ann@example.org", raw=raw
    )


def capture_greeting() -> CapturedLetter:
    letter = single.mime_of(
        subject="Grüße",
        text="Grüße aus dem Text. " * 30,
        html=HTML,
        sender=factories.SENDER,
        to="ann@example.org",
    )
    return capture(letter)


def page_of(client: Client, letter: CapturedLetter) -> str:
    url = reverse("admin:delivery_capturedletter_change", args=[letter.pk])
    return client.get(url).content.decode()


def test_a_captured_letter_is_shown_decoded(admin_client: Client) -> None:
    letter = capture_greeting()
    page = page_of(admin_client, letter)
    assert "Grüße aus dem Text." in page
    assert "<td>Grüße</td>" in page  # the subject among the headers
    assert f'src="{reverse("admin:delivery_capturedletter_page", args=[letter.pk])}"' in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "Content-Transfer-Encoding" in page  # the source is there as well


def test_its_page_runs_no_script_and_opens_links_beside_the_frame(admin_client: Client) -> None:
    letter = capture_greeting()
    answer = admin_client.get(reverse("admin:delivery_capturedletter_page", args=[letter.pk]))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert "sandbox allow-popups" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    html = answer.content.decode()
    assert '<head><base target="_blank">' in html
    assert "Grüße, Ann" in html
    assert "/o/abc.gif" not in html  # looking at it is no open


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe no letter at all",
        b"Content-Type: text/html; charset=x-nobody\r\n\r\n<p>Hello</p>",
        b"Subject: \xff\xfe\r\nTo: \xc3\x28 <a@b>\r\n\r\nHello \xff",
        b"Content-Type: text/plain\r\n\r\nHello",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\ncut off",
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        b"From: <<>>\r\nSubject: =?x?q?=?=\r\nContent-Type: nonsense\r\n\r\nHello",
    ],
)
def test_a_letter_that_is_none_is_shown_as_well_as_it_can_be(admin_client: Client, raw: bytes) -> None:
    letter = capture(raw)
    assert "Source" in page_of(admin_client, letter)
    frame = reverse("admin:delivery_capturedletter_page", args=[letter.pk])
    assert admin_client.get(frame).status_code == 200


def test_nobody_sees_a_letter_without_signing_in(client: Client) -> None:
    letter = capture_greeting()
    answer = client.get(reverse("admin:delivery_capturedletter_page", args=[letter.pk]))
    assert answer.status_code == 302
