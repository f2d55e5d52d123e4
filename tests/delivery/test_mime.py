"""Letters as bytes, read back by the standard library and checked by an independent verifier."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart

import dkim as verifier
import pytest
from django.core.mail import EmailMultiAlternatives
from hypothesis import given, settings
from hypothesis import strategies as st

from mailhub.delivery import headers, mime
from mailhub.delivery.contracts import Envelope
from mailhub.delivery.dkim import Signer, generate_key
from mailhub.delivery.headers import HeaderRefused
from mailhub.delivery.mime import LetterHead
from mailhub.lib.errors import UserError

PRIVATE, PUBLIC = generate_key()
SIGNER = Signer("example.org", "mh202611a", PRIVATE)
DATE = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def head(**changes: object) -> LetterHead:
    values: dict[str, object] = {
        "from_name": "Ann",
        "from_address": "ann@example.org",
        "to_address": "bo@example.com",
        "subject": "Hello",
        "date": DATE,
        "message_id": "1.2@example.org",
        "stream": "marketing",
        "list_id": "news.example.org",
        "list_unsubscribe_url": "https://example.org/u/token",
        "feedback_id": "7:campaign:marketing:example",
    }
    return LetterHead(**{**values, **changes})  # type: ignore[arg-type]


def letter(
    letter_head: LetterHead | None = None,
    *,
    text: str = "Hello\n",
    html: str = "<p>Hello</p>\n",
    mail_from: str = "b@bounces.example.org",
    rcpt_to: str = "bo@example.com",
    prepared: bytes | None = None,
) -> Envelope:
    written = mime.headers_for(letter_head or head())
    return Envelope(1, mail_from, rcpt_to, written, text, html, prepared=prepared, build=mime.builder(SIGNER))


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert isinstance(part, MIMEPart)
    return str(part.get_content())


def verifies(raw: bytes) -> bool:
    return bool(verifier.verify(raw, dnsfunc=lambda name, timeout=5: b"v=DKIM1; k=rsa; p=" + PUBLIC.encode()))


def test_marketing_headers_in_their_order() -> None:
    assert mime.headers_for(head(list_name="News", to_name="Bo", reply_to="cy@example.org")) == [
        ("From", "Ann <ann@example.org>"),
        ("To", "Bo <bo@example.com>"),
        ("Reply-To", "cy@example.org"),
        ("Subject", "Hello"),
        ("Date", "Sun, 22 Nov 2026 09:30:00 +0000"),
        ("Message-ID", "<1.2@example.org>"),
        ("List-Id", "News <news.example.org>"),
        ("List-Unsubscribe", "<https://example.org/u/token>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Precedence", "bulk"),
        ("Feedback-ID", "7:campaign:marketing:example"),
    ]


def test_a_mailto_way_out_stands_behind_the_one_click_address() -> None:
    written = dict(mime.headers_for(head(list_unsubscribe_mailto="mailto:u@example.org")))
    assert written["List-Unsubscribe"] == "<https://example.org/u/token>, <mailto:u@example.org>"


def test_transactional_mail_has_no_unsubscribe_pair_and_is_not_bulk() -> None:
    names = {name for name, _ in mime.headers_for(head(stream="transactional", auto_submitted=True))}
    assert not names & {"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Precedence"}
    assert dict(mime.headers_for(head(auto_submitted=True)))["Auto-Submitted"] == "auto-generated"


def test_a_list_id_without_a_name_stands_in_brackets() -> None:
    assert dict(mime.headers_for(head()))["List-Id"] == "<news.example.org>"


def test_a_letter_has_both_parts_in_utf8_and_verifies() -> None:
    raw = letter(text="Grüße, Bö\n", html="<p>Grüße, 你好</p>\n").as_bytes()
    message = parsed(raw)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert {part.get_content_charset() for part in message.iter_parts()} == {"utf-8"}
    assert text_of(message, "plain").strip() == "Grüße, Bö"
    assert text_of(message, "html").strip() == "<p>Grüße, 你好</p>"
    assert verifies(raw)


def test_a_retry_sends_the_same_bytes() -> None:
    first, again = letter(), letter()
    assert mime.build(first, signer=None) == mime.build(again, signer=None)
    other = mime.build(letter(head(message_id="1.3@example.org")), signer=None)
    assert parsed(other).get_boundary() != parsed(mime.build(first, signer=None)).get_boundary()


@pytest.mark.parametrize(("text", "html"), [("Hello", ""), ("", "<p>Hello</p>"), ("", "")])
def test_a_letter_of_one_part_is_not_multipart(text: str, html: str) -> None:
    raw = letter(text=text, html=html).as_bytes()
    assert not parsed(raw).is_multipart()
    assert verifies(raw)


ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"), max_size=300)


@settings(max_examples=80, deadline=None)
@given(text=ANY_TEXT, html=ANY_TEXT)
def test_any_text_survives_in_short_seven_bit_lines(text: str, html: str) -> None:
    raw = letter(text=text + "x", html=html + "x").as_bytes()
    message = parsed(raw)
    for kind, sent in (("plain", text), ("html", html)):
        part = message.get_body((kind,))
        assert part is not None
        decoded = part.get_payload(decode=True)
        assert isinstance(decoded, bytes)
        assert decoded.decode().replace("\r\n", "\n").rstrip("\n") == sent + "x"
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert verifies(raw)


def test_mac_and_lone_line_ends_become_crlf() -> None:
    message = parsed(letter(text="one\rtwo\nthree\r\nfour").as_bytes())
    assert text_of(message, "plain").splitlines() == ["one", "two", "three", "four"]


SUBJECT = st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=150)


@settings(max_examples=80, deadline=None)
@given(subject=SUBJECT, name=SUBJECT)
def test_any_subject_and_name_survive_folded(subject: str, name: str) -> None:
    raw = letter(head(subject=subject, from_name=name)).as_bytes()
    top = raw.partition(b"\r\n\r\n")[0]
    assert max(map(len, top.split(b"\r\n"))) <= 998
    message = parsed_leniently(raw)
    assert message["Subject"].strip(" ") == subject.strip(" ")
    (sender,) = message["From"].addresses
    assert sender.addr_spec == "ann@example.org"
    assert verifies(raw)


def parsed_leniently(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize(
    "name",
    [
        "Ann, of the Bakery",
        'Ann "A" Smith',
        "Änn Schmidt",
        "安",
        "Ann (Bakery)",
        "=?utf-8?q?x?=",
        "Ann <a@b>",
    ],
)
def test_names_come_back_as_they_were(name: str) -> None:
    message = parsed(letter(head(from_name=name)).as_bytes())
    (sender,) = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "ann@example.org")


def test_a_long_subject_is_folded_within_78_columns() -> None:
    for subject in ("A word and another " * 12, "Größe und 你好 " * 12):
        raw = letter(head(subject=subject)).as_bytes()
        found = re.search(rb"Subject: .*(?:\r\n[ \t].*)*", raw)
        assert found
        assert max(map(len, found[0].split(b"\r\n"))) <= 78
        assert parsed(raw)["Subject"] == subject.strip()


@pytest.mark.parametrize("bad", ["\r\n", "\n", "\r", "\x00", "\x0b", "\x7f", "\x85", "\u2028", "\ud800"])
@pytest.mark.parametrize(
    "field", ["subject", "from_name", "to_name", "feedback_id", "list_unsubscribe_url", "reply_to"]
)
def test_a_control_character_in_a_header_is_refused(bad: str, field: str) -> None:
    with pytest.raises(HeaderRefused, match="control character"):
        mime.headers_for(head(**{field: f"Hello{bad}Bcc: cy@example.com"}))


def test_a_control_character_in_a_header_made_elsewhere_is_refused_too() -> None:
    envelope = letter()
    envelope.headers.append(("X-Note", "a\r\nBcc: cy@example.com"))
    with pytest.raises(HeaderRefused, match="X-Note"):
        envelope.as_bytes()


@pytest.mark.parametrize("name", ["Bad Name", "Bad:Name", "Bad\r\nName", ""])
def test_a_wrong_header_name_is_refused(name: str) -> None:
    with pytest.raises(HeaderRefused):
        headers.check(name, "value")


@pytest.mark.parametrize(
    "address", ["bo@example.com\r\n", "bo@example.com> x", "bo", "b o@example.com", "\x00@a.test"]
)
@pytest.mark.parametrize("field", ["mail_from", "rcpt_to"])
def test_an_envelope_address_that_could_smuggle_is_refused(address: str, field: str) -> None:
    with pytest.raises(UserError):
        letter(**{field: address}).as_bytes()  # type: ignore[arg-type]


@given(st.text(max_size=30) | st.text("aB.-_/", max_size=1200))
def test_a_bracketed_word_is_the_field_of_its_brackets(word: str) -> None:
    def made(make: Callable[[], bytes]) -> bytes | str:
        try:
            return make()
        except HeaderRefused as refused:
            return str(refused)

    bracketed = made(lambda: headers.bracketed("Message-ID", word))
    assert bracketed == made(lambda: headers.encode("Message-ID", f"<{word}>"))


def test_the_empty_return_path_is_allowed() -> None:
    assert letter(mail_from="").as_bytes()


def test_a_local_part_beyond_ascii_stays_utf8() -> None:
    raw = letter(head(to_address="bö@bücher.example", to_name="Bö")).as_bytes()
    assert "To: =?utf-8?b?QsO2?= <bö@xn--bcher-kva.example>\r\n".encode() in raw


def prepared(**extra: str) -> bytes:
    django_letter = EmailMultiAlternatives(
        "Réinitialiser", "Bonjour Bö\n", "webmaster@localhost", ["bo@example.com"], headers=extra
    )
    django_letter.attach_alternative("<p>Bonjour Bö</p>", "text/html")
    django_letter.attach("notes.txt", "été", "text/plain")
    return django_letter.message().as_bytes()


def test_a_prepared_letter_keeps_its_parts_under_our_headers() -> None:
    envelope = letter(
        head(subject="Réinitialiser", stream="transactional"), prepared=prepared(Bcc="cy@example.com")
    )
    raw = envelope.as_bytes()
    message = parsed(raw)
    assert message.get_all("Message-ID") == ["<1.2@example.org>"]
    assert message.get_all("From") == ["Ann <ann@example.org>"]
    assert "Bcc" not in message
    assert text_of(message, "plain") == "Bonjour Bö\n"
    assert text_of(message, "html") == "<p>Bonjour Bö</p>"
    assert [part.get_filename() for part in message.iter_attachments()] == ["notes.txt"]
    assert raw.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert verifies(raw)


def test_a_prepared_letter_with_a_line_that_no_server_takes_is_refused() -> None:
    with pytest.raises(UserError, match="998"):
        letter(prepared=b"From: a@example.org\r\n\r\n" + b"x" * 1200).as_bytes()
