"""Captured letters in the admin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from mailhub.delivery.models import CapturedLetter

pytestmark = pytest.mark.django_db


def test_a_captured_letter_is_a_record_there_and_shown_in_the_mailbox(admin_client: Client) -> None:
    letter = CapturedLetter.objects.create(
        dispatch_id=1, message_id=1, mail_from="b@example.org", rcpt_to="ann@example.org", raw=b"Subject: x"
    )
    page = admin_client.get(reverse("admin:delivery_capturedletter_change", args=[letter.pk]))
    assert "ann@example.org" in page.content.decode()
    assert f'href="{reverse("delivery:captured_letter", args=[letter.pk])}"' in page.content.decode()
