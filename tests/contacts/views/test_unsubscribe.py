"""The unsubscribe link: one click, page and undo (RFC 8058)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from contacts.models import ConsentRecord, Contact, List, Subscription
from contacts.services import consent, people
from mailhub.delivery import tokens
from mailhub.delivery.models import Event, Suppression
from mailhub.delivery.services import suppression
from mailhub.delivery.tokens import Payload
from mailhub.lib import clock
from tests.contacts import makers

pytestmark = pytest.mark.django_db
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def client() -> Client:
    """A mailbox provider: brings neither cookies nor a CSRF token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def ann() -> Contact:
    return makers.make_contact("ann@example.org")


@pytest.fixture
def news(ann: Contact) -> List:
    news = makers.make_list("News")
    makers.subscribe(ann, news)
    return news


def url_of(payload: Payload) -> str:
    return f"/u/{tokens.mint('unsubscribe', payload)}"


def state() -> str:
    return Subscription.objects.get().state


def post_one_click(client: Client, url: str) -> HttpResponse:
    return client.post(url, ONE_CLICK, content_type="application/x-www-form-urlencoded")  # type: ignore[return-value]  # the test client's own class


def test_looking_at_the_page_changes_nothing(client: Client, ann: Contact, news: List) -> None:
    url = url_of(makers.payload_of(ann, news, dispatch_id=5, message_id=6))

    page, head = client.get(url), client.head(url)

    assert (page.status_code, head.status_code) == (200, 200)
    assert "a••@e••.org" in page.content.decode()
    assert "ann@example.org" not in page.content.decode()
    assert page.content.decode().count("<button") == 1
    assert state() == "subscribed"
    assert not Suppression.objects.exists() and not Event.objects.exists()


def test_one_click_unsubscribes(client: Client, ann: Contact, news: List) -> None:
    url = url_of(makers.payload_of(ann, news, dispatch_id=5, message_id=6))

    answer = post_one_click(client, url)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert not answer.cookies
    assert state() == "unsubscribed"
    assert Suppression.objects.get().scope_key == news.key
    record = ConsentRecord.objects.get(action="withdrawn")
    assert (record.method, record.ip) == ("one_click", "127.0.0.1")
    event = Event.objects.get()
    assert (event.type, event.dispatch_id, event.message_id, event.contact_id) == (
        "unsubscribed",
        5,
        6,
        ann.pk,
    )


def test_one_click_may_come_as_multipart(client: Client, ann: Contact, news: List) -> None:
    answer = client.post(url_of(makers.payload_of(ann, news)), {"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert state() == "unsubscribed"


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=x", "text/plain"]
)
def test_a_garbled_body_keeps_nobody_here(
    client: Client, ann: Contact, news: List, content_type: str
) -> None:
    answer = client.post(url_of(makers.payload_of(ann, news)), b"%%%", content_type=content_type)

    assert answer.status_code == 200
    assert state() == "unsubscribed"


def test_one_click_works_twice_and_is_one_event(client: Client, ann: Contact, news: List) -> None:
    url = url_of(makers.payload_of(ann, news, dispatch_id=5, message_id=6))

    assert [post_one_click(client, url).status_code for _ in range(2)] == [200, 200]

    assert Event.objects.count() == 1
    assert ConsentRecord.objects.filter(action="withdrawn").count() == 1


def test_one_click_works_when_list_and_contact_are_gone(client: Client, ann: Contact, news: List) -> None:
    payload = makers.payload_of(ann, news, dispatch_id=5, message_id=6)
    ann.delete()
    news.delete()

    assert post_one_click(client, url_of(payload)).status_code == 200
    assert client.get(url_of(payload)).status_code == 200

    kept = set(Suppression.objects.values_list("address_hash", "scope_key"))
    # And everything: the list may be made anew, with another number and the same people.
    assert kept == {(payload.address_hash, f"list:{payload.list_id}"), (payload.address_hash, "")}


def test_a_changed_address_is_unsubscribed_with_the_old_one(client: Client, ann: Contact, news: List) -> None:
    payload = makers.payload_of(ann, news)
    changed = people.update(ann, email="ann@example.com")

    post_one_click(client, url_of(payload))

    assert state() == "unsubscribed"
    assert set(Suppression.objects.values_list("address_hash", flat=True)) == {
        payload.address_hash,
        changed.address_hash,
    }


def test_a_letter_to_no_list_unsubscribes_from_everything(client: Client, ann: Contact, news: List) -> None:
    post_one_click(client, url_of(makers.payload_of(ann, None)))

    assert state() == "unsubscribed"
    assert set(Suppression.objects.values_list("scope_key", flat=True)) == {"", news.key}


def test_the_page_unsubscribes_and_offers_undo(client: Client, ann: Contact, news: List) -> None:
    url = url_of(makers.payload_of(ann, news))

    done = client.post(url, {"unsubscribe": "1"})
    assert done.status_code == 200
    assert 'name="undo"' in done.content.decode()
    assert state() == "unsubscribed"

    undone = client.post(url, {"undo": "1"})
    assert undone.status_code == 200
    assert state() == "subscribed"
    assert not Suppression.objects.exists()


def test_undo_of_nothing_says_so(client: Client, ann: Contact, news: List) -> None:
    answer = client.post(url_of(makers.payload_of(ann, news)), {"undo": "1"})

    assert "Nothing to undo" in answer.content.decode()
    assert not ConsentRecord.objects.filter(action="restored").exists()


@pytest.mark.parametrize("method", ["staff", "api", "import", "preferences"])
def test_undo_takes_back_what_the_link_did_and_nobody_elses_act(
    client: Client, ann: Contact, news: List, method: str
) -> None:
    url = url_of(makers.payload_of(ann, news, dispatch_id=5, message_id=6))
    consent.withdraw(ann, news, method=method)

    answer = client.post(url, {"undo": "1"})

    assert "Nothing to undo" in answer.content.decode()
    assert state() == "unsubscribed"
    assert Suppression.objects.exists()


def test_the_link_of_another_letter_takes_nothing_back(client: Client, ann: Contact, news: List) -> None:
    used, other = (url_of(makers.payload_of(ann, news, dispatch_id=5, message_id=pk)) for pk in (6, 7))
    post_one_click(client, used)

    client.post(other, {"undo": "1"})
    assert state() == "unsubscribed"

    client.post(used, {"undo": "1"})
    assert state() == "subscribed"


def test_undo_leaves_what_staff_suppressed_and_says_so(client: Client, ann: Contact, news: List) -> None:
    url = url_of(makers.payload_of(ann, news))
    suppression.suppress(ann.address_hash, reason="unsubscribed", source="Bo")
    client.post(url, {"unsubscribe": "1"})

    page = client.post(url, {"undo": "1"}).content.decode()

    assert Suppression.objects.get().source == "Bo"
    assert "Undone, but no letters come" in page and "blocked for other reasons" in page


@pytest.mark.parametrize(
    ("reason", "said"), [("complaint", "reported as spam"), ("hard_bounce", "sent ours back")]
)
def test_undo_says_what_still_stops_letters(
    client: Client, ann: Contact, news: List, reason: str, said: str
) -> None:
    url = url_of(makers.payload_of(ann, news))
    suppression.suppress(ann.address_hash, reason=reason)
    client.post(url, {"unsubscribe": "1"})

    page = client.post(url, {"undo": "1"}).content.decode()

    assert said in page and "as before" not in page


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_a_forged_token_is_not_found(client: Client, ann: Contact, news: List, method: str) -> None:
    url = url_of(makers.payload_of(ann, news))
    foreign = f"/u/{tokens.mint('preferences', makers.payload_of(ann, news))}"
    forged = url[:10] + ("A" if url[10] != "A" else "B") + url[11:]

    assert [
        getattr(client, method)(address).status_code for address in (forged, foreign, url[:-3], "/u/x")
    ] == [404] * 4
    assert state() == "subscribed"


def test_other_methods_are_refused(client: Client, ann: Contact, news: List) -> None:
    assert client.put(url_of(makers.payload_of(ann, news))).status_code == 405


def test_the_pages_are_not_kept_indexed_or_passed_on(client: Client, ann: Contact, news: List) -> None:
    answer = client.get(url_of(makers.payload_of(ann, news)))

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "<script" not in answer.content.decode()
    assert len(answer.content) < 30_000


def test_the_link_never_expires(client: Client, ann: Contact, news: List) -> None:
    url = url_of(makers.payload_of(ann, news))

    with clock.frozen(clock.now() + timedelta(days=400)):
        assert post_one_click(client, url).status_code == 200

    assert state() == "unsubscribed"


def test_the_page_speaks_the_readers_language(client: Client, ann: Contact, news: List) -> None:
    Contact.objects.update(locale="zh-CN")

    page = client.get(url_of(makers.payload_of(ann, news)))

    assert '<html lang="zh-hans">' in page.content.decode()
    assert "退订" in page.content.decode()


def test_names_of_lists_are_shown_as_text(client: Client, ann: Contact, news: List) -> None:
    List.objects.update(name="<b>News</b>")

    page = client.get(url_of(makers.payload_of(ann, news))).content.decode()

    assert "&lt;b&gt;News" in page
    assert "<b>News" not in page
