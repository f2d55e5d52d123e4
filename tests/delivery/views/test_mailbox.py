"""The capture mailbox through the browser's door."""

from __future__ import annotations

import pytest
from django.test import Client

from mailhub.accounts.models import AuditEntry, User
from mailhub.delivery.models import CapturedLetter
from mailhub.delivery.services import brands, domains, sending, single
from mailhub.lib import addresses

pytestmark = pytest.mark.django_db

HTML = (
    "<html><head><script>alert(1)</script></head><body><h1>Fresh bread</h1>"
    '<a href="https://shop.example/order">Order</a><img src="https://spy.example/p.gif"></body></html>'
)


def send(to: str, *, subject: str = "Bread <b>today</b>", html: str = HTML) -> CapturedLetter:
    mime = single.mime_of(subject=subject, text="Hello", html=html, sender="Ann <ann@example.org>", to=to)
    single.send(
        mime,
        to=[single.To(addresses.parse(to))],
        brand=brands.default(),
        sender_address="ann@example.org",
        producer="transactional",
    )
    while sending.deliver_due("express"):
        pass
    return CapturedLetter.objects.get(rcpt_to=to)


def test_an_empty_mailbox_says_what_comes_here(client: Client, boss: User) -> None:
    page = client.get("/mailbox/").content.decode()
    assert "No letter has been captured yet" in page


def test_letters_are_listed_newest_first_with_their_verdict(client: Client, boss: User) -> None:
    send("ann@example.org", subject="First")
    domains.get_or_create("example.org", brands.default())
    send("bo@example.org", subject="Second")
    page = client.get("/mailbox/").content.decode()
    assert page.index("Second") < page.index("First")
    assert "Ann &lt;ann@example.org&gt;" in page
    assert "Single letter" in page
    assert "Not signed" in page
    assert "Pass" in page


def test_letters_are_found_by_recipient_and_subject(client: Client, boss: User) -> None:
    send("ann@example.org", subject="Bread")
    send("bo@example.org", subject="Cake")
    assert "bo@example.org" not in client.get("/mailbox/", {"q": "ANN@ex"}).content.decode()
    assert "bo@example.org" in client.get("/mailbox/", {"q": "cake"}).content.decode()
    for odd in ("%", "'; DROP", "\x00", "🙂", "x" * 5000):
        assert client.get("/mailbox/", {"q": odd}).status_code == 200
    assert client.get("/mailbox/", {"cursor": "nonsense", "dispatch": "²"}).status_code == 200


def test_pages_follow_one_another(client: Client, boss: User) -> None:
    CapturedLetter.objects.bulk_create(
        CapturedLetter(
            dispatch_id=0, message_id=n, mail_from="", rcpt_to=f"p{n}@example.org", raw=b"Subject: x"
        )
        for n in range(30)
    )
    first = client.get("/mailbox/")
    table = first.context["table"]
    assert len(table.page.rows) == 25
    second = client.get("/mailbox/", {"cursor": table.page.next}).context["table"]
    assert [row.rcpt_to for row in second.page.rows] == [f"p{n}@example.org" for n in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("tab", ["", "html", "text", "headers", "source", "signature", "nonsense"])
def test_a_letter_has_its_tabs(client: Client, boss: User, tab: str) -> None:
    letter = send("ann@example.org")
    page = client.get(f"/mailbox/{letter.pk}/", {"tab": tab}).content.decode()
    assert "Bread &lt;b&gt;today&lt;/b&gt;" in page
    assert "<script>alert" not in page
    told = {"text": "Hello", "headers": "Message-ID", "source": "multipart/alternative"}
    assert told.get(tab, "Fresh") in page or tab not in told


def test_the_frame_shows_the_letter_and_does_nothing_else(client: Client, boss: User) -> None:
    letter = send("ann@example.org")
    page = client.get(f"/mailbox/{letter.pk}/").content.decode()
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "Pictures from spy.example are not shown" in page
    frame = client.get(f"/mailbox/{letter.pk}/html/")
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    html = frame.content.decode()
    assert '<base target="_blank">' in html
    assert 'href="https://shop.example/order"' in html
    assert "spy.example" not in html
    assert "spy.example" in client.get(f"/mailbox/{letter.pk}/html/", {"remote": "1"}).content.decode()


def test_a_letter_without_html_opens_with_its_text(client: Client, boss: User) -> None:
    letter = send("ann@example.org", html="")
    assert "Hello" in client.get(f"/mailbox/{letter.pk}/").content.decode()
    assert client.get(f"/mailbox/{letter.pk}/html/").status_code == 404


def test_the_source_is_downloaded_byte_by_byte(client: Client, boss: User) -> None:
    letter = send("ann@example.org")
    answer = client.get(f"/mailbox/{letter.pk}/source/")
    assert answer.content == bytes(letter.raw)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="letter-{letter.pk}.eml"'


def test_looking_at_a_letter_is_no_open(client: Client, boss: User) -> None:
    letter = send("ann@example.org", html='<p>Hello</p><img src="https://example.org/o/abc.gif" alt="">')
    html = client.get(f"/mailbox/{letter.pk}/html/", {"remote": "1"}).content.decode()
    assert "Hello" in html and "/o/abc.gif" not in html


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"=?",
        b"\xff\xfe\x00",
        b"Content-Type: text/html; charset=nobody\r\n\r\nx",
        b"Subject: \xff\xfe\r\nTo: \xc3\x28 <a@b>\r\n\r\nHello \xff",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\ncut off",
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        b"From: <<>>\r\nSubject: =?x?q?=?=\r\nContent-Type: nonsense\r\n\r\nHello",
    ],
)
def test_a_broken_letter_is_shown_as_well_as_it_can_be(client: Client, boss: User, raw: bytes) -> None:
    letter = CapturedLetter.objects.create(
        dispatch_id=0, message_id=0, mail_from="", rcpt_to="ann@example.org", raw=raw
    )
    for tab in ("html", "text", "headers", "source", "signature"):
        assert client.get(f"/mailbox/{letter.pk}/", {"tab": tab}).status_code == 200
    assert client.get("/mailbox/").status_code == 200


def test_emptying_is_asked_for_and_written_down(client: Client, boss: User) -> None:
    send("ann@example.org")
    assert "One letter is deleted for good" in client.get("/mailbox/empty/").content.decode()
    assert CapturedLetter.objects.exists()
    client.post("/mailbox/empty/")
    assert not CapturedLetter.objects.exists()
    assert AuditEntry.objects.get(act="mailbox.emptied").detail == {"letters": 1}


def test_who_sees_no_addresses_opens_no_letter(client: Client, viewer: User) -> None:
    letter = send("ann@example.org")
    for part in ("", "html/", "source/"):
        assert client.get(f"/mailbox/{letter.pk}/{part}").status_code == 403


def test_letters_that_hold_keys_are_for_administrators_alone(client: Client, boss: User) -> None:
    """Whoever opens a colleague's password mail could sign in as they."""
    letter = send("boss@example.org")
    assert client.get(f"/mailbox/{letter.pk}/").status_code == 200
    client.force_login(User.objects.create_user("vera", password="x", role="sender"))
    assert b"boss@example.org" not in client.get("/mailbox/").content
    for place in ("", "html/", "source/"):
        assert client.get(f"/mailbox/{letter.pk}/{place}").status_code == 404
