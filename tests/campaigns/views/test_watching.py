"""The live view of a campaign, and what is done with it on its way."""

from __future__ import annotations

import pytest
from django.test import Client

from campaigns.models import Campaign
from campaigns.services import lifecycle
from mailhub.accounts.models import AuditEntry
from mailhub.delivery.models import Dispatch, Message, StoredRoute
from mailhub.delivery.services import ledger
from mailhub.lib import clock
from tests.campaigns.gate.looking import a_campaign
from tests.campaigns.views.staff import sign_in

pytestmark = pytest.mark.django_db
LIVE = {"HX-Request": "true", "HX-Target": "live"}


def launched(count: int = 4) -> Campaign:
    campaign = a_campaign(to=tuple(f"person{number}@gmail.com" for number in range(count)))
    lifecycle.launch(campaign.pk, now=clock.now())
    return Campaign.objects.get()


def settle(state: str, *, reason: str = "", reply: str = "", count: int = 1) -> None:
    waiting = Message.objects.filter(state="queued").order_by("id").values_list("pk", flat=True)[:count]
    settled_at = None if state == "deferred" else clock.now()
    Message.objects.filter(pk__in=list(waiting)).update(
        state=state, reason=reason, reply=reply, settled_at=settled_at
    )
    if state == "sent":
        Dispatch.objects.update(left_at=clock.now())


def test_what_was_captured_is_not_called_sent(client: Client) -> None:
    sign_in(client)
    campaign = launched()
    settle("sent", count=2)
    Dispatch.objects.update(captured_at=clock.now(), left_at=None)
    page = client.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert "<strong>2</strong> of 4 captured: none has left" in page
    assert "2 captured" in page and "<dt>captured</dt>" in page and "2 sent" not in page
    assert 'href="/mailbox/"' in page
    assert "captured: none has left" in client.get("/campaigns/").content.decode()
    stop = client.get(f"/campaigns/{campaign.pk}/stop/").content.decode()
    assert "2 letters were captured; none of them has left." in stop and "cannot be called back" not in stop


def test_going_on_under_capture_says_that_nothing_leaves(client: Client) -> None:
    sign_in(client)
    campaign = launched()
    client.post(f"/campaigns/{campaign.pk}/pause/")
    asked = client.get(f"/campaigns/{campaign.pk}/resume/").content.decode()
    assert "4 letters go to the capture mailbox then; nothing leaves." in asked
    stop = client.get(f"/campaigns/{campaign.pk}/stop/").content.decode()
    assert "Nothing has left yet." in stop and "have left" not in stop


def test_going_on_by_a_route_says_how_many_leave(client: Client) -> None:
    sign_in(client)
    StoredRoute.objects.create(name="R", host="mail.example.org")
    campaign = launched()
    client.post(f"/campaigns/{campaign.pk}/pause/")
    assert "4 letters leave then." in client.get(f"/campaigns/{campaign.pk}/resume/").content.decode()


def test_a_letter_of_which_a_part_was_captured_says_so(client: Client) -> None:
    sign_in(client)
    campaign = launched()
    settle("sent", count=2)
    Dispatch.objects.update(captured_at=clock.now(), left_at=clock.now())
    page = client.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert "<strong>2</strong> of 4 sent" in page
    assert "Some of these letters went to the capture mailbox" in page
    assert "captured: none has left" not in client.get("/campaigns/").content.decode()


def test_the_balance_is_shown_and_adds_up(client: Client) -> None:
    sign_in(client)
    campaign = launched()
    settle("sent", count=2)
    settle("failed", reason="bounced", reply="550 5.1.1 no such user")
    page = client.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert "<strong>2</strong> of 4 sent" in page
    assert "<title>75 % – Spring" in page
    assert "the mailbox does not exist (550 5.1.1)" in page
    assert "Gmail" in page
    assert "does not add up" not in page


def test_the_page_asks_for_more_while_it_moves_and_stops_at_the_end(client: Client) -> None:
    sign_in(client)
    campaign = launched(1)
    moving = client.get(f"/campaigns/{campaign.pk}/live/", headers=LIVE)
    assert moving.status_code == 200
    assert 'hx-trigger="every 2s"' in moving.content.decode()
    settle("sent")
    campaign.dispatch and campaign.dispatch.chunks.update(finished=True)
    assert ledger.finish_if_settled(campaign.dispatch_id or 0)
    lifecycle.finish(campaign.pk, now=clock.now())
    over = client.get(f"/campaigns/{campaign.pk}/live/", headers=LIVE)
    assert over.status_code == 286
    assert "every 2s" not in over.content.decode()
    assert "Finished" in over.content.decode()


def test_each_tenth_is_said_once(client: Client) -> None:
    sign_in(client)
    campaign = launched()
    settle("sent", count=2)
    said = client.get(f"/campaigns/{campaign.pk}/live/?said=40", headers=LIVE).content.decode()
    assert "50 percent done" in said
    assert (
        "percent done"
        not in client.get(f"/campaigns/{campaign.pk}/live/?said=50", headers=LIVE).content.decode()
    )


def test_a_campaign_is_paused_and_goes_on(client: Client) -> None:
    sign_in(client)
    campaign = launched()
    client.post(f"/campaigns/{campaign.pk}/pause/")
    assert Campaign.objects.get().state == "paused"
    page = client.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert "nothing more leaves until somebody goes on" in page
    client.post(f"/campaigns/{campaign.pk}/resume/")
    assert Campaign.objects.get().state == "sending"
    acts = set(AuditEntry.objects.values_list("act", flat=True))
    assert {"campaign.paused", "campaign.resumed"} <= acts


def test_stopping_says_how_many_will_not_get_it(client: Client) -> None:
    sign_in(client)
    campaign = launched()
    settle("sent")
    asked = client.get(f"/campaigns/{campaign.pk}/stop/").content.decode()
    assert "3 people will not get it." in asked
    client.post(f"/campaigns/{campaign.pk}/stop/")
    assert Campaign.objects.get().state == "cancelled"
    page = client.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert "stopped for good" in page
    assert AuditEntry.objects.filter(act="campaign.stopped").exists()


def test_what_cannot_be_done_any_more_is_told(client: Client) -> None:
    sign_in(client)
    campaign = launched()
    client.post(f"/campaigns/{campaign.pk}/stop/")
    client.post(f"/campaigns/{campaign.pk}/pause/")
    page = client.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert "only a sending campaign can be paused" in page


def test_uncertain_letters_are_explained(client: Client) -> None:
    sign_in(client)
    campaign = launched()
    settle("uncertain", reason="no_answer")
    assert "It is not sent again" in client.get(f"/campaigns/{campaign.pk}/").content.decode()


def test_a_scheduled_page_waits_for_its_time(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign()
    assert client.get(f"/campaigns/{campaign.pk}/live/", headers={"HX-Request": "true"}).status_code == 204
    lifecycle.launch(campaign.pk, now=clock.now())
    answer = client.get(f"/campaigns/{campaign.pk}/live/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == f"/campaigns/{campaign.pk}/"


def test_a_viewer_watches_and_moves_nothing(client: Client) -> None:
    sign_in(client, "viewer")
    campaign = launched()
    page = client.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert "Pause" not in page
    assert client.post(f"/campaigns/{campaign.pk}/pause/").status_code == 403


def test_every_figure_leads_to_its_people(client: Client) -> None:
    sign_in(client)
    campaign = launched()
    settle("sent")
    settle("failed", reason="bounced", reply="550 5.1.1 no such user")
    settle("skipped", reason="suppressed")
    Message.objects.filter(state="queued").update(address="")
    page = client.get(f"/campaigns/{campaign.pk}/").content.decode()
    people = f'href="/campaigns/{campaign.pk}/recipients/?'
    for query in ("state=sent", "state=failed", "state=skipped", "domain=gmail.com"):
        assert f'{people}{query}"' in page
    assert f'{people}state=failed&amp;reason=bounced"' in page
    assert "<td>erased</td>" in page


def test_letters_that_were_sent_without_a_mark_have_left(client: Client) -> None:
    sign_in(client)
    campaign = launched()
    settle("sent", count=2)
    Dispatch.objects.update(left_at=None)
    assert "<strong>2</strong> of 4 sent" in client.get(f"/campaigns/{campaign.pk}/").content.decode()
