"""The page of a draft: its sections, their answers, and what its forms save."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from campaigns.models import Campaign
from campaigns.selectors import funnel
from campaigns.selectors.remembered import Kept, place_of
from campaigns.services import drafting, lifecycle
from contacts.models import Contact, List
from contacts.services import wishes
from mailhub.accounts.models import AuditEntry
from mailhub.content.models import Letter, LetterVariant, LetterVersion
from mailhub.delivery.models import Sender
from mailhub.lib import clock
from tests import factories
from tests.campaigns import people
from tests.campaigns.gate.looking import a_campaign, a_letter
from tests.campaigns.views.staff import sign_in

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page_of(client: Client, campaign: Campaign, query: str = "") -> str:
    answer = client.get(f"/campaigns/{campaign.pk}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def fresh(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_related("letter_version").get(pk=campaign.pk)


def test_the_five_sections_show_their_answers(client: Client) -> None:
    sign_in(client)
    page = page_of(client, a_campaign())
    for title in ("Audience", "Letter", "Test", "Check", "Send"):
        assert f"<h2>{title}</h2>" in page
    assert "1 person on News" in page
    assert "“News” from news@shop.example" in page
    assert "Send to 1 person now" in page


def test_an_empty_draft_opens_where_something_is_missing(client: Client) -> None:
    sign_in(client)
    factories.make_brand()
    page = page_of(client, drafting.start("Empty", now=clock.now()))
    assert page.index('<details class="fold" open>') < page.index("<h2>Audience</h2>")
    assert page.count('<details class="fold" open>') == 1
    assert "have to be mended first" in page
    assert "Send to" not in page


def test_a_line_of_the_checklist_leads_to_its_section(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign(lists=[])
    page = page_of(client, campaign)
    assert f'href="/campaigns/{campaign.pk}/?open=audience#audience"' in page
    opened = page_of(client, campaign, "?open=audience")
    assert opened.index('<details class="fold" open>') < opened.index("<h2>Audience</h2>")


def test_a_list_that_is_ticked_is_saved_and_the_people_are_counted(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign(lists=[])
    news = List.objects.get()
    answer = client.post(f"/campaigns/{campaign.pk}/audience/", {"lists": [news.pk]}, headers=HTMX)
    assert answer.status_code == 200
    assert "Saved" in answer.content.decode()
    assert "1 person on News" in answer.content.decode()
    assert list(fresh(campaign).lists.all()) == [news]


def test_who_asked_for_a_pause_is_a_line_of_the_funnel(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign(to=("ann@example.org", "bo@example.org"))
    wishes.pause(Contact.objects.get(email_key="bo@example.org"), days=30)
    page = client.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert '<span class="number">− 1</span> who asked for a pause' in page
    assert "1 person on News" in page


def test_lists_are_offered_with_the_people_on_them(client: Client) -> None:
    sign_in(client, "editor")
    empty = people.make_list(slug="a<b")
    people.join(empty, "bo@example.org", state="unsubscribed")
    page = page_of(client, a_campaign(to=("ann@example.org", "bo@example.org")))
    assert 'News <span class="muted">· 2 people</span>' in page
    assert 'A&lt;b <span class="muted">· 0 people</span>' in page


def test_without_javascript_saving_leads_back_to_the_section(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign(lists=[])
    answer = client.post(f"/campaigns/{campaign.pk}/audience/", {"lists": [List.objects.get().pk]})
    assert answer.headers["Location"] == f"/campaigns/{campaign.pk}/?open=audience#audience"


def test_two_people_who_change_different_fields_both_have_their_way(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign(sender_name="Ann")
    shown = {"sender_name": "Ann", "sender_address": factories.SENDER, "reply_to": ""}
    was = {f"initial-{name}": value for name, value in shown.items()}
    client.post(
        f"/campaigns/{campaign.pk}/sender/", {**shown, **was, "allow_unverified": "on", "sender_name": "Bo"}
    )
    client.post(
        f"/campaigns/{campaign.pk}/sender/",
        {**shown, **was, "allow_unverified": "on", "reply_to": "help@shop.example"},
    )
    kept = fresh(campaign)
    assert (kept.sender_name, kept.reply_to) == ("Bo", "help@shop.example")


def test_a_list_that_is_unticked_is_taken_out(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign()
    client.post(f"/campaigns/{campaign.pk}/audience/", {"initial-lists": [List.objects.get().pk]})
    assert not fresh(campaign).lists.exists()


def test_a_sender_that_cannot_be_used_is_told_beside_the_field_and_not_saved(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign()
    answer = client.post(
        f"/campaigns/{campaign.pk}/sender/",
        {"sender_address": "shop@gmail.com", "initial-sender_address": factories.SENDER},
        headers=HTMX,
    )
    assert "Not saved" in answer.content.decode()
    assert "gmail.com belongs to a mailbox provider" in answer.content.decode()
    assert fresh(campaign).sender_address == factories.SENDER


def test_a_sender_of_the_brand_is_chosen_with_its_answer_address(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign()
    sender = Sender.objects.create(
        brand=campaign.brand, name="Help", address="help@shop.example", reply_to="answers@shop.example"
    )
    client.post(f"/campaigns/{campaign.pk}/sender/", {"sender": sender.pk, "initial-sender": "typed"})
    kept = fresh(campaign)
    assert (kept.sender_name, kept.sender_address) == ("Help", "help@shop.example")
    assert kept.reply_to == "answers@shop.example"


def test_choosing_a_letter_takes_its_newest_version(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign()
    other = a_letter("<p>Other words</p>", subject="Other")
    newest = LetterVersion.objects.create(letter=other.letter, number=2, default_locale="en")
    LetterVariant.objects.create(version=newest, locale="en", subject="Newest", body="<p>Words</p>")
    answer = client.post(f"/campaigns/{campaign.pk}/letter/", {"letter": other.letter_id}, headers=HTMX)
    assert "Newest" in answer.content.decode()
    assert fresh(campaign).letter_version == newest


def test_a_letter_begins_from_a_template_and_is_chosen(client: Client) -> None:
    sign_in(client, "editor")
    factories.make_brand()
    campaign = drafting.start("Spring", now=clock.now())
    assert "Start from a template" in page_of(client, campaign)
    client.post(f"/campaigns/{campaign.pk}/letter/begin/", {"template": "plain"})
    version = fresh(campaign).letter_version
    assert version is not None
    assert version.letter.name == "Spring"


def test_a_template_that_is_not_there_is_told(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign()
    before = campaign.letter_version
    answer = client.post(f"/campaigns/{campaign.pk}/letter/begin/", {"template": "nothing"}, follow=True)
    assert answer.status_code == 200
    assert fresh(campaign).letter_version == before


def test_parameters_for_links_are_kept_beside_others(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign(utm={"utm_content": "a"})
    letter = Letter.objects.get()
    client.post(f"/campaigns/{campaign.pk}/letter/", {"letter": letter.pk, "utm_source": "news"})
    assert fresh(campaign).utm == {"utm_content": "a", "utm_source": "news"}


def test_a_newer_version_of_the_letter_is_offered_and_taken(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign()
    newest = LetterVersion.objects.create(letter=Letter.objects.get(), number=2, default_locale="en")
    LetterVariant.objects.create(version=newest, locale="en", subject="Newest", body="<p>Words</p>")
    assert "Use version 2" in page_of(client, campaign)
    client.post(f"/campaigns/{campaign.pk}/letter/newest/")
    assert fresh(campaign).letter_version == newest


def test_the_preview_shows_the_version_that_will_be_sent(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign(body="<p>As it will be sent</p>")
    LetterVersion.objects.create(letter=campaign.letter_version.letter, number=2, default_locale="en")
    page = page_of(client, campaign, "?open=letter")
    address = html.unescape(re.search(r'<iframe class="frame" src="([^"]+)"', page)[1])
    assert address.endswith("version=1")
    assert "As it will be sent" in client.get(address).content.decode()


def test_what_was_launched_meanwhile_is_not_changed(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign()
    lifecycle.launch(campaign.pk, now=clock.now())
    answer = client.post(f"/campaigns/{campaign.pk}/sender/", {"sender_name": "Bo"}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == f"/campaigns/{campaign.pk}/"
    assert "only a draft campaign can be changed" in page_of(client, campaign)
    assert fresh(campaign).sender_name == ""


def test_every_saving_is_in_the_audit_log_with_its_fields(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign()
    client.post(
        f"/campaigns/{campaign.pk}/sender/", {"sender_name": "Bo", "sender_address": factories.SENDER}
    )
    entry = AuditEntry.objects.get(act="campaign.changed")
    assert entry.target_label == "Spring"
    assert "sender_name" in entry.detail["fields"]


def test_a_viewer_looks_and_changes_nothing(client: Client) -> None:
    sign_in(client, "viewer", sees_addresses=False)
    campaign = a_campaign()
    page = page_of(client, campaign)
    assert "ann@example.org" not in page
    assert client.post(f"/campaigns/{campaign.pk}/audience/", {}).status_code == 403
    assert client.post(f"/campaigns/{campaign.pk}/letter/newest/").status_code == 403
    assert client.post(f"/campaigns/{campaign.pk}/test/me/").status_code == 403


def test_who_is_not_signed_in_is_asked_to_sign_in(client: Client) -> None:
    answer = client.get(f"/campaigns/{a_campaign().pk}/")
    assert answer.headers["Location"].startswith("/sign-in/?next=")


def test_a_campaign_that_is_not_there_is_a_404(client: Client) -> None:
    sign_in(client)
    assert client.get("/campaigns/4711/").status_code == 404


def test_the_checklist_can_be_asked_for_anew(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign()
    people.join(List.objects.get(), "bo@example.org")
    answer = client.get(f"/campaigns/{campaign.pk}/check/", headers=HTMX)
    assert "2 people will get it." in answer.content.decode()


def test_a_slow_count_keeps_no_page_waiting(client: Client) -> None:
    sign_in(client, "editor")
    campaign = a_campaign()
    an_hour_ago = clock.now() - timedelta(hours=1)
    last = replace(funnel.count(campaign, now=an_hour_ago), will_get=777)
    cache.set(place_of(funnel.about(campaign)), Kept(last, price=3.0, good_until=0.0))
    page = page_of(client, campaign)
    assert "777 people on News" in page and "being counted anew" in page
    assert f'hx-get="/campaigns/{campaign.pk}/check/" hx-trigger="load"' in page
    anew = client.get(f"/campaigns/{campaign.pk}/check/", headers=HTMX).content.decode()
    assert "1 person on News" in anew and "being counted anew" not in anew
    assert "777" not in page_of(client, campaign)


def test_why_the_last_launch_was_refused_is_shown(client: Client) -> None:
    sign_in(client)
    campaign = a_campaign()
    Campaign.objects.update(problem="It was not sent: there was nobody to mail.")
    assert "there was nobody to mail" in page_of(client, campaign)
