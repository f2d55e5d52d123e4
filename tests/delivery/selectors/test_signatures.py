"""The verdict on a letter's signature, without DNS."""

from __future__ import annotations

import pytest

from mailhub.delivery.models import DkimKey
from mailhub.delivery.selectors import signatures
from mailhub.delivery.services import brands, domains

pytestmark = pytest.mark.django_db

LETTER = b"From: Ann <ann@example.org>\r\nTo: bo@example.com\r\nSubject: Bread\r\n\r\nHello\r\n"


def signed(letter: bytes = LETTER) -> bytes:
    domains.get_or_create("example.org", brands.default())
    signer = domains.signer_for("example.org")
    assert signer is not None
    return signer.sign(letter)


def test_a_letter_of_ours_passes() -> None:
    verdict = signatures.verify(signed())
    assert (verdict.state, verdict.domain) == ("pass", "example.org")
    assert "the sender's own domain" in verdict.sentence
    assert len(set(verdict.signed)) == len(verdict.signed)


def test_a_letter_from_another_domain_passes_and_says_so() -> None:
    verdict = signatures.verify(signed(LETTER.replace(b"ann@example.org", b"ann@example.net")))
    assert (verdict.state, "from another domain" in verdict.sentence) == ("pass", True)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [(b"Hello", b"Goodbye", "body hash"), (b"Subject: Bread", b"Subject: Cake", "header was changed")],
)
def test_a_changed_letter_fails_and_says_what_changed(old: bytes, new: bytes, sentence: str) -> None:
    verdict = signatures.verify(signed().replace(old, new))
    assert (verdict.state, sentence in verdict.sentence) == ("fail", True)


def test_a_key_that_is_gone_is_named() -> None:
    letter = signed()
    DkimKey.objects.all().delete()
    verdict = signatures.verify(letter)
    assert (verdict.state, "does not hold any more" in verdict.sentence) == ("fail", True)


@pytest.mark.parametrize("raw", [LETTER, b"", b"\xff\xfe", b"DKIM-Signature: v=1\r\n\r\n"])
def test_what_is_not_signed_never_passes(raw: bytes) -> None:
    assert signatures.verify(raw).state in ("none", "fail")
