"""The screen of letters in doubt that belong to no campaign, and what System health says of them."""

from __future__ import annotations

import pytest
from django.test import Client

from mailhub.accounts.models import AuditEntry
from mailhub.delivery.models import Dispatch, Due, Message
from mailhub.delivery.selectors import doubt, health
from mailhub.delivery.selectors.balance import balance
from mailhub.delivery.services import results, rows, settling
from mailhub.delivery.services.results import Result
from mailhub.lib import clock
from tests import factories
from tests.campaigns.views.staff import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def in_doubt(*addresses: str, producer: str = "confirmation") -> Dispatch:
    """A dispatch of which every letter was in doubt twice."""
    dispatch = factories.make_sending_dispatch(
        list(addresses), stream="transactional", lane="express", producer=producer
    )
    settled = [
        Result(row, "uncertain", "no_answer", "The connection broke off.", tried=True)
        for row in rows.window(dispatch, after_id=0, last_id=2**62, size=100)
    ]
    results.settle(dispatch, settled, now=clock.now())
    Due.objects.all().delete()
    return dispatch


def ids(*addresses: str) -> list[int]:
    return list(Message.objects.filter(address__in=addresses).order_by("id").values_list("id", flat=True))


def post(client: Client, act: str, **data: object) -> str:
    answer = client.post(f"/settings/uncertain/{act}/", data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_who_by_what_and_why_and_leaves_campaigns_to_their_own_pages(client: Client) -> None:
    sign_in(client)
    in_doubt("ann@example.org")
    in_doubt("bo@example.org", producer="campaign")
    page = client.get("/settings/uncertain/").content.decode()
    assert "ann@example.org" in page and "bo@example.org" not in page
    assert "Confirmation" in page and "The connection broke off." in page and "its answer got lost" in page


def test_system_health_and_home_lead_there_while_something_is_in_doubt(client: Client) -> None:
    sign_in(client)
    link = 'href="/settings/uncertain/"'
    assert health.in_doubt("Letters in doubt").state == "ok"
    in_doubt("ann@example.org")
    assert link in client.get("/settings/health/").content.decode()
    assert link in client.get("/").content.decode()
    settling.give_up(Dispatch.objects.get().pk)
    assert link not in client.get("/").content.decode()


def test_ticked_letters_of_several_dispatches_are_settled_after_asking(client: Client) -> None:
    sign_in(client)
    first, second = in_doubt("ann@example.org", "bo@example.org"), in_doubt("cy@example.org")
    ticked = ids("ann@example.org", "cy@example.org")
    assert "Mark 2 letters as sent?" in post(client, "mark-sent", ids=ticked)
    assert balance(first.pk).uncertain == 2
    assert "2 letters are marked as sent." in post(client, "mark-sent", ids=ticked, confirmed="2")
    assert (balance(first.pk).sent, balance(first.pk).uncertain, balance(second.pk).sent) == (1, 1, 1)
    entry = AuditEntry.objects.get(act="dispatch.letters_marked_sent")
    assert entry.detail == {"letters": 2, "dispatches": 2}


def test_all_are_sent_again(client: Client) -> None:
    sign_in(client)
    dispatch = in_doubt("ann@example.org", "bo@example.org")
    assert "Send 2 letters again?" in post(client, "send-again", all="1")
    assert "2 letters are sent again." in post(client, "send-again", all="1", confirmed="2")
    assert (balance(dispatch.pk).deferred, Due.objects.filter(resent=True).count()) == (2, 2)
    assert doubt.dispatches() == []


def test_when_there_are_others_than_were_asked_about_it_asks_again(client: Client) -> None:
    sign_in(client)
    dispatch = in_doubt("ann@example.org", "bo@example.org")
    assert "Mark 2 letters as not arrived?" in post(client, "give-up", all="1", confirmed="1")
    assert balance(dispatch.pk).uncertain == 2


def test_letters_of_campaigns_are_not_settled_here(client: Client) -> None:
    sign_in(client)
    dispatch = in_doubt("bo@example.org", producer="campaign")
    assert "in doubt any more" in post(client, "give-up", ids=ids("bo@example.org"), confirmed="1")
    assert balance(dispatch.pk).uncertain == 1


def test_who_may_not_send_sees_them_and_settles_nothing(client: Client) -> None:
    sign_in(client, "editor")
    dispatch = in_doubt("ann@example.org")
    page = client.get("/settings/uncertain/").content.decode()
    assert "ann@example.org" in page and "Mark as sent" not in page
    assert client.post("/settings/uncertain/mark-sent/", {"all": "1", "confirmed": "1"}).status_code == 403
    assert balance(dispatch.pk).uncertain == 1


def test_when_nothing_is_in_doubt_it_says_so(client: Client) -> None:
    sign_in(client)
    assert "Nothing is in doubt" in client.get("/settings/uncertain/").content.decode()
    assert client.post("/settings/uncertain/burn/").status_code == 404


def test_a_refusal_for_one_dispatch_changes_none(client: Client) -> None:
    sign_in(client)
    first, second = in_doubt("ann@example.org"), in_doubt("bo@example.org")
    Dispatch.objects.filter(pk=second.pk).update(state="cancelled")
    assert "stopped for good" in post(client, "send-again", all="1", confirmed="2")
    assert (balance(first.pk).uncertain, balance(second.pk).uncertain) == (1, 1)
