"""Password mails take the one path of every letter."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.core.mail.backends.base import BaseEmailBackend

from mailhub.delivery.models import CapturedLetter, Dispatch, Due, Message
from mailhub.delivery.services import sending, suppression
from mailhub.delivery.services.free_mail import SenderRefused
from mailhub.lib.addresses import InvalidAddress
from mailhub.transactional.email_backend import LedgerEmailBackend
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def backend(settings) -> BaseEmailBackend:
    settings.EMAIL_BACKEND = "mailhub.transactional.email_backend.LedgerEmailBackend"
    return LedgerEmailBackend()


def test_send_mail_opens_a_transactional_dispatch_and_sends_nothing_itself(backend):
    assert send_mail("Your password", "Here is how.", "desk@shop.example", ["ann@example.org"]) == 1
    dispatch = Dispatch.objects.get()
    assert (dispatch.stream, dispatch.lane, dispatch.state) == ("transactional", "express", "sending")
    assert Due.objects.filter(dispatch=dispatch, lane="express").exists()
    assert not CapturedLetter.objects.exists()


def test_the_express_worker_delivers_it_with_our_headers(backend):
    send_mail("Your password", "Here is how.", "Desk <desk@shop.example>", ["ann@example.org"])
    sending.deliver_due("express")
    raw = bytes(CapturedLetter.objects.get().raw)
    assert b"Subject: Your password\r\n" in raw
    assert b"Auto-Submitted: auto-generated\r\n" in raw
    assert b"List-Unsubscribe" not in raw


def test_every_recipient_gets_a_row_and_bcc_stays_hidden(backend):
    letter = EmailMultiAlternatives(
        "Hello",
        "Text",
        "desk@shop.example",
        ["ann@example.org"],
        bcc=["bo@example.org"],
        cc=["cy@example.org"],
    )
    letter.attach_alternative("<p>Text</p>", "text/html")
    letter.attach("terms.txt", "Terms", "text/plain")
    letter.send()
    assert Message.objects.count() == 3
    sending.deliver_due("express")
    for captured in CapturedLetter.objects.all():
        assert b"bo@example.org" not in bytes(captured.raw)
        assert b"terms.txt" in bytes(captured.raw)


def test_somebody_who_left_the_newsletter_still_gets_a_password_mail(backend):
    suppression.suppress(factories.address_hash("ann@example.org"), reason="unsubscribed")
    send_mail("Your password", "Here is how.", "desk@shop.example", ["ann@example.org"])
    sending.deliver_due("express")
    assert CapturedLetter.objects.get().rcpt_to == "ann@example.org"


def test_a_wrong_address_is_an_error_for_the_caller_unless_it_wants_silence(backend):
    with pytest.raises(InvalidAddress):
        send_mail("Hello", "Text", "desk@shop.example", ["not an address"])
    assert send_mail("Hello", "Text", "desk@shop.example", ["not an address"], fail_silently=True) == 0
    assert not Dispatch.objects.exists()


def test_a_letter_without_a_sender_of_its_own_is_from_the_brand(backend, settings):
    factories.make_brand(sender_address="shop@shop.example")
    send_mail("Your password", "Here is how.", None, ["ann@example.org"])
    assert Dispatch.objects.get().sender_address == "shop@shop.example"


def test_a_mailbox_providers_address_is_refused_as_a_sender(backend):
    with pytest.raises(SenderRefused):
        send_mail("Hello", "Text", "Ann <ann@gmail.com>", ["bo@example.org"])
    assert not Dispatch.objects.exists()
