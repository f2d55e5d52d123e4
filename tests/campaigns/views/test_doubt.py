"""The screen of letters in doubt: who, why, and what is done about them after asking."""

from __future__ import annotations

import pytest
from django.test import Client

from campaigns.models import Campaign
from campaigns.services import lifecycle
from mailhub.accounts.models import AuditEntry
from mailhub.delivery.models import Dispatch, Message
from mailhub.delivery.selectors.balance import balance
from mailhub.delivery.services import ledger
from mailhub.lib import clock
from tests.campaigns.gate.looking import a_campaign
from tests.campaigns.views.staff import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def finished(*, doubtful: int = 3, sent: int = 1) -> Campaign:
    """A campaign that is over, with letters in doubt."""
    campaign = a_campaign(to=tuple(f"person{number}@gmail.com" for number in range(doubtful + sent)))
    lifecycle.launch(campaign.pk, now=clock.now())
    Message.objects.update(state="sent", settled_at=clock.now())
    names = [f"person{number}@gmail.com" for number in range(doubtful)]
    Message.objects.filter(address__in=names).update(
        state="uncertain", reason="no_answer", reply="The connection broke off."
    )
    dispatch = Dispatch.objects.get()
    dispatch.chunks.update(finished=True)
    assert ledger.finish_if_settled(dispatch.pk)
    return Campaign.objects.get()


def ids() -> list[int]:
    """The letters in doubt."""
    doubtful = Message.objects.filter(state="uncertain")
    return list(doubtful.order_by("id").values_list("pk", flat=True))


def post(client: Client, campaign: Campaign, act: str, **data: object) -> str:
    answer = client.post(f"/campaigns/{campaign.pk}/uncertain/{act}/", data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_who_when_and_why(client: Client) -> None:
    sign_in(client)
    campaign = finished()
    page = client.get(f"/campaigns/{campaign.pk}/uncertain/").content.decode()
    assert "person0@gmail.com" in page and "person3@gmail.com" not in page
    assert "The connection broke off." in page and "its answer got lost" in page
    assert (
        f'href="/campaigns/{campaign.pk}/uncertain/"'
        in client.get(f"/campaigns/{campaign.pk}/").content.decode()
    )


def test_ticked_letters_are_marked_as_sent_after_asking_with_their_number(client: Client) -> None:
    sign_in(client)
    campaign = finished()
    asked = post(client, campaign, "mark-sent", ids=ids()[:2])
    assert "Mark 2 letters as sent?" in asked and f'value="{ids()[0]}"' in asked
    assert balance(Dispatch.objects.get().pk).uncertain == 3
    done = post(client, campaign, "mark-sent", ids=ids()[:2], confirmed="2")
    assert "2 letters are marked as sent." in done
    now = balance(Dispatch.objects.get().pk)
    assert (now.sent, now.uncertain, now.adds_up) == (3, 1, True)
    entry = AuditEntry.objects.get(act="campaign.letters_marked_sent")
    assert (entry.target_id, entry.detail) == (str(campaign.pk), {"letters": 2})


def test_all_are_sent_again_and_the_campaign_goes_on(client: Client) -> None:
    sign_in(client)
    campaign = finished()
    asked = post(client, campaign, "send-again", all="1")
    assert "Send 3 letters again?" in asked and "may get it twice" in asked
    post(client, campaign, "send-again", all="1", confirmed="3")
    campaign.refresh_from_db()
    assert (campaign.state, campaign.finished_at) == ("sending", None)
    assert balance(Dispatch.objects.get().pk).deferred == 3
    assert AuditEntry.objects.filter(act="campaign.letters_sent_again").exists()


def test_when_there_are_others_than_were_asked_about_it_asks_again(client: Client) -> None:
    sign_in(client)
    campaign = finished()
    assert "Mark 3 letters as not arrived?" in post(client, campaign, "give-up", all="1", confirmed="2")
    assert balance(Dispatch.objects.get().pk).uncertain == 3


def test_of_a_stopped_campaign_nothing_can_be_sent_again(client: Client) -> None:
    sign_in(client)
    campaign = finished()
    Campaign.objects.update(state="cancelled")
    Dispatch.objects.update(state="cancelled")
    page = client.get(f"/campaigns/{campaign.pk}/uncertain/").content.decode()
    assert "Mark as sent" in page and "Send again" not in page
    assert "stopped for good" in post(client, campaign, "send-again", all="1", confirmed="3")
    assert balance(Dispatch.objects.get().pk).uncertain == 3


def test_who_may_not_send_sees_them_and_settles_nothing(client: Client) -> None:
    sign_in(client, "editor")
    campaign = finished()
    page = client.get(f"/campaigns/{campaign.pk}/uncertain/").content.decode()
    assert "person0@gmail.com" in page and "Mark as sent" not in page
    answer = client.post(f"/campaigns/{campaign.pk}/uncertain/mark-sent/", {"all": "1", "confirmed": "3"})
    assert answer.status_code == 403
    assert balance(Dispatch.objects.get().pk).uncertain == 3


def test_when_nothing_is_in_doubt_it_says_so(client: Client) -> None:
    sign_in(client)
    campaign = finished(doubtful=0, sent=2)
    assert "Nothing is in doubt" in client.get(f"/campaigns/{campaign.pk}/uncertain/").content.decode()
    assert "in doubt any more" in post(client, campaign, "mark-sent", all="1")
    assert client.post(f"/campaigns/{campaign.pk}/uncertain/burn/").status_code == 404
