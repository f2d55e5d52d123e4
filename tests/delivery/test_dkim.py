"""DKIM signatures, checked by an independent verifier."""

from __future__ import annotations

import re

import dkim as verifier
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailhub.delivery.dkim import Signer, generate_key

PRIVATE, PUBLIC = generate_key()
SIGNER = Signer("example.org", "mh202611a", PRIVATE)
HEAD = (
    b"From: Ann <ann@example.org>\r\nTo: bo@example.com\r\nSubject: Hello\r\n"
    b"Date: Sun, 22 Nov 2026 00:00:00 +0000\r\nList-Unsubscribe: <https://example.org/u/x>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
)


def verifies(message: bytes) -> bool:
    def lookup(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"mh202611a._domainkey.example.org."
        return b"v=DKIM1; k=rsa; p=" + PUBLIC.encode()

    return bool(verifier.verify(message, dnsfunc=lookup))


def signature_of(message: bytes) -> bytes:
    return re.split(rb"\r\n(?![ \t])", message, maxsplit=1)[0]


def signed_names(message: bytes) -> list[bytes]:
    found = re.search(rb"h=([^;]+);", signature_of(message))
    assert found
    return re.sub(rb"\s", b"", found[1]).split(b":")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\r\n",
        b"\r\n\r\n\r\n",
        b"no line end",
        b"trailing blanks  \t \r\nruns   of \t blanks\r\n",
        b" \r\n\t\r\n",
        b"text\r\n \r\n\t\r\n\r\n",
        b"text   ",
        "Grüße, 你好\r\n".encode(),
        b".\r\n..\r\n",
        b"\r\n\r\nfirst lines empty",
    ],
)
def test_odd_bodies_verify(body: bytes) -> None:
    assert verifies(SIGNER.sign(HEAD + b"\r\n" + body))


LINES = st.lists(st.text(alphabet=" \tab.=é你", max_size=12), max_size=8)


@settings(max_examples=60, deadline=None)
@given(lines=LINES, subject=st.lists(st.text(alphabet="ab=?;:", min_size=1, max_size=9), min_size=1))
def test_any_letter_verifies(lines: list[str], subject: list[str]) -> None:
    body = "\r\n".join(lines).encode()
    head = HEAD.replace(b"Subject: Hello", b"Subject:  " + "\r\n\t ".join(subject).encode())
    assert verifies(SIGNER.sign(head + b"\r\n" + body))


def test_the_message_itself_is_not_changed() -> None:
    message = HEAD + b"\r\nHello\r\n"
    signed = SIGNER.sign(message)
    assert signed.removeprefix(signature_of(signed) + b"\r\n") == message


def test_a_missing_last_line_end_is_added_before_signing() -> None:
    assert SIGNER.sign(HEAD + b"\r\nHello").endswith(b"Hello\r\n")


@pytest.mark.parametrize(
    ("there", "altered"),
    [
        (b"Hello, Bo", b"Hello, By"),
        (b"Subject: Hello", b"Subject: Hellp"),
        (b"/u/x>", b"/u/y>"),
        (b"=One-Click", b"=Two-Click"),
        (b"ann@example.org>", b"bob@example.org>"),
    ],
)
def test_one_changed_byte_fails(there: bytes, altered: bytes) -> None:
    signed = SIGNER.sign(HEAD + b"\r\nHello, Bo\r\n")
    assert verifies(signed)
    assert not verifies(signed.replace(there, altered))


@pytest.mark.parametrize(
    "added", [b"From: Cy <cy@example.com>", b"Subject: Pay here", b"Reply-To: cy@example.com"]
)
def test_a_second_header_put_in_front_fails(added: bytes) -> None:
    signed = SIGNER.sign(HEAD + b"\r\nHello\r\n")
    assert not verifies(added + b"\r\n" + signed)


def test_from_is_named_twice_and_the_unsubscribe_pair_is_covered() -> None:
    names = signed_names(SIGNER.sign(HEAD + b"\r\nHello\r\n"))
    assert names.count(b"from") == 2
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"to", b"date", b"subject"} <= set(names)


def test_the_signature_covers_the_whole_body_and_says_when_it_was_made() -> None:
    signature = signature_of(SIGNER.sign(HEAD + b"\r\nHello\r\n"))
    assert re.search(rb"\bt=\d{10,};", signature)
    assert b"c=relaxed/relaxed;" in signature
    assert b"a=rsa-sha256;" in signature
    assert not re.search(rb"\bl=", signature)


def test_the_signature_is_folded_at_78_columns() -> None:
    signer = Signer("a-rather-long-name.of-a-department.example.org", "mh202611a", PRIVATE)
    assert max(map(len, signature_of(signer.sign(HEAD + b"\r\nHello\r\n")).split(b"\r\n"))) <= 78


def test_long_folded_headers_verify() -> None:
    head = (
        HEAD + b"References: " + b"\r\n ".join(b"<%d@example.org>" % number for number in range(60)) + b"\r\n"
    )
    assert verifies(SIGNER.sign(head + b"\r\nHello\r\n"))


def test_several_fields_of_one_name_verify() -> None:
    signed = SIGNER.sign(b"To: cy@example.com\r\n" + HEAD + b"\r\nHello\r\n")
    assert signed_names(signed).count(b"to") == 3
    assert verifies(signed)


def test_a_letter_without_from_is_refused() -> None:
    with pytest.raises(ValueError, match="From"):
        SIGNER.sign(b"To: bo@example.com\r\n\r\nHello\r\n")
