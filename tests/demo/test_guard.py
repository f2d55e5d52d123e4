"""Nobody invented is ever mailed in earnest, whatever is launched, resumed or confirmed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import override_settings

from campaigns.models import Campaign
from campaigns.services import lifecycle
from contacts.models import List
from contacts.services import consent, people
from mailhub.delivery.models import Brand, CapturedLetter, Message
from mailhub.delivery.services import sending, single
from mailhub.demo.services import loading
from mailhub.lib import addresses
from mailhub.lib.environment import SmtpServer
from tests.campaigns import people as makers
from tests.postoffice import SmtpServer as PostOffice

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def send_everything() -> None:
    while sending.deliver_bulk():
        pass
    while sending.deliver_due("express"):
        pass


def test_a_real_route_gets_only_the_real_person_of_an_example_list(smtp_server: PostOffice) -> None:
    loading.load(now=NOW, size=60)
    list_ = List.objects.order_by("pk")[0]
    consent.grant(people.create("ann@example.org"), list_, method="staff")
    campaign = makers.make_campaign(lists=[list_])
    with override_settings(MAILHUB_SMTP=SmtpServer("127.0.0.1", smtp_server.port, "", "", "none")):
        lifecycle.launch(campaign.pk, now=NOW)
        send_everything()
    campaign.refresh_from_db()
    rows = Message.objects.filter(dispatch_id=campaign.dispatch_id)
    assert list(rows.filter(state="sent").values_list("address", flat=True)) == ["ann@example.org"]
    reasons = set(rows.exclude(state="sent").values_list("reason", flat=True))
    assert "example_person" in reasons
    assert len(smtp_server.letters) == 1


def test_the_paused_campaign_goes_nowhere_when_it_is_resumed_with_a_real_route(
    smtp_server: PostOffice,
) -> None:
    loading.load(now=NOW, size=200)
    campaign = Campaign.objects.get(state="paused")
    with override_settings(MAILHUB_SMTP=SmtpServer("127.0.0.1", smtp_server.port, "", "", "none")):
        lifecycle.resume(campaign.pk)
        send_everything()
    assert smtp_server.letters == []
    assert not Message.objects.filter(dispatch_id=campaign.dispatch_id, state="queued").exists()


def test_a_single_letter_goes_nowhere_either(smtp_server: PostOffice) -> None:
    loading.load(now=NOW, size=20)
    invented = Message.objects.all()[0].address
    mime = single.mime_of(subject="Hello", text="Hello", html="", sender="a@shop.example", to=invented)
    with override_settings(MAILHUB_SMTP=SmtpServer("127.0.0.1", smtp_server.port, "", "", "none")):
        dispatch = single.send(
            mime,
            to=[single.To(addresses.parse(invented))],
            brand=Brand.objects.all()[0],
            sender_address="a@shop.example",
            producer="transactional",
        )
        send_everything()
    assert Message.objects.get(dispatch=dispatch).reason == "example_person"
    assert smtp_server.letters == []


def test_with_the_capture_mailbox_the_paused_campaign_can_be_tried() -> None:
    loading.load(now=NOW, size=200)
    lifecycle.resume(Campaign.objects.get(state="paused").pk)
    send_everything()
    assert CapturedLetter.objects.exists()
