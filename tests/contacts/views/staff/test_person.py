"""The page of one contact, through the door."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from contacts import contracts
from contacts.contracts import Named, Producer
from contacts.models import Contact, CustomField, Subscription
from contacts.services import consent, people
from contacts.services.evidence import Evidence
from mailhub.accounts.models import AuditEntry
from mailhub.delivery.models import Suppression
from mailhub.delivery.services import events, suppression
from mailhub.delivery.services.events import NewEvent
from mailhub.lib import clock
from tests import factories
from tests.contacts.makers import make_contact, make_list, subscribe

pytestmark = pytest.mark.django_db
Staff = Callable[..., Client]


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return str(response.content.decode())


def test_the_page_says_whether_mail_reaches_the_person(staff: Staff) -> None:
    client, ann, list_ = staff("viewer"), make_contact(first_name="Ann"), make_list()
    assert "Gets none: is on no list." in text(client, f"/contacts/{ann.pk}/")
    subscribe(ann, list_)
    assert "Gets marketing mail: News." in text(client, f"/contacts/{ann.pk}/")
    suppression.suppress(ann.address_hash, reason="complaint")
    assert "Gets none: complained on" in text(client, f"/contacts/{ann.pk}/")


def test_the_proof_shows_what_was_shown_and_from_where(staff: Staff) -> None:
    client, ann, list_ = staff("viewer", may_export=True), make_contact(), make_list()
    evidence = Evidence(ip="192.0.2.7", user_agent="Firefox", wording="Yes, mail me.", form_version="f3")
    consent.grant(ann, list_, method="form", source="join form", evidence=evidence)
    page = text(client, f"/contacts/{ann.pk}/consent/")
    for part in ("Yes, mail me.", "192.0.2.7", "Firefox", "f3", "join form", "express"):
        assert part in page
    answer = client.get(f"/contacts/{ann.pk}/consent/csv/")
    assert "Yes, mail me." in b"".join(answer).decode()  # type: ignore[call-overload]
    data = json.loads(client.get(f"/contacts/{ann.pk}/consent/json/").content)
    assert data["records"][0]["ip"] == "192.0.2.7"
    assert AuditEntry.objects.filter(act="contact.proof_exported").count() == 2
    assert client.get(f"/contacts/{ann.pk}/consent/xml/").status_code == 404


def test_the_timeline_tells_what_happened_and_marks_machines(staff: Staff) -> None:
    client, ann, list_ = staff("viewer"), make_contact(), make_list()
    subscribe(ann, list_)
    people.add_tags(ann, ["vip"])
    dispatch = factories.make_sending_dispatch(["ann@example.org"])
    for number, grade in enumerate(("machine", "human", "human")):
        hit = NewEvent(
            dispatch_id=dispatch.pk,
            message_id=dispatch.messages.get().pk,
            contact_id=ann.pk,
            address_hash=ann.address_hash,
            type="opened",
            occurred_at=clock.now(),
            dedupe_key=f"open{number}",
            grade=grade,
        )
        events.record([hit])
    page = text(client, f"/contacts/{ann.pk}/")
    for part in ("Subscribed to “News”", "Got the tag “vip”", "×2", "probably a mail scanner"):
        assert part in page
    only_tags = text(client, f"/contacts/{ann.pk}/?kind=tags")
    assert "Got the tag “vip”" in only_tags
    assert "Subscribed to" not in only_tags


def test_letters_are_named_and_explained_from_upstairs(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    client, ann = staff("viewer", sees_addresses=False), make_contact()
    spring = Named(7, "Spring sale", "/campaigns/7/")
    producer = Producer(
        names=lambda numbers: {7: spring},
        recent=lambda limit: [spring],
        explain=lambda number, contact: [f"{contact.email} was sent it."],
    )
    monkeypatch.setitem(contracts._producers, "campaign", producer)
    dispatch = factories.make_sending_dispatch(["ann@example.org"], producer_id=7)
    message = dispatch.messages.get()
    page = text(client, f"/contacts/{ann.pk}/letters/")
    assert "Spring sale" in page
    assert "waiting" in page
    page = text(client, f"/contacts/{ann.pk}/letters/?campaign=7")
    assert "a••@e••.org was sent it." in page
    assert text(client, f"/contacts/{ann.pk}/letters/{dispatch.pk}/{message.pk}/")
    frame = client.get(f"/contacts/{ann.pk}/letters/{dispatch.pk}/{message.pk}/frame/")
    assert (frame.status_code, "sandbox" in frame.headers["Content-Security-Policy"]) == (200, True)
    assert client.get(f"/contacts/{ann.pk}/letters/{dispatch.pk}/999999/").status_code == 404
    bo = make_contact("bo@example.org")
    assert client.get(f"/contacts/{bo.pk}/letters/{dispatch.pk}/{message.pk}/").status_code == 404


def test_a_contact_is_added_with_typed_fields(staff: Staff) -> None:
    CustomField.objects.create(key="points", label="Points", type="number")
    client = staff("editor")
    data = {"email": "Ann@Example.org", "first_name": "Ann", "custom_points": "7"}
    response = client.post("/contacts/new/", data)
    ann = Contact.objects.get()
    assert response.headers["Location"] == f"/contacts/{ann.pk}/"
    assert (ann.email_key, ann.first_name, ann.custom) == ("ann@example.org", "Ann", {"points": 7})


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"email": "ann"}, "is not an e-mail address"),
        ({"email": ""}, "A contact needs an e-mail address."),
        ({"email": "bo@example.org", "custom_points": "many"}, "“many” is not a number."),
        ({"email": "bo@example.org", "locale": "German"}, "is not a language code"),
        ({"email": "ANN@example.org"}, "There is a contact with this address already."),
    ],
)
def test_a_wrong_contact_is_told_beside_the_field(staff: Staff, data: dict[str, str], sentence: str) -> None:
    CustomField.objects.create(key="points", label="Points", type="number")
    ann, client = make_contact(), staff("editor")
    response = client.post("/contacts/new/", data)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    if "already" in sentence:
        assert f"/contacts/{ann.pk}/" in response.content.decode()
    assert Contact.objects.count() == 1


def test_one_field_is_checked_while_typing(staff: Staff) -> None:
    response = staff("editor").post("/contacts/new/", {"email": "ann"}, headers={"X-Validate": "email"})
    assert "is not an e-mail address" in response.content.decode()
    assert not AuditEntry.objects.exists()


def test_a_new_address_takes_the_persons_wishes_along(staff: Staff) -> None:
    client, ann = staff("editor"), make_contact()
    suppression.suppress(ann.address_hash, reason="complaint")
    suppression.suppress(ann.address_hash, reason="hard_bounce")
    former = ann.address_hash
    client.post(f"/contacts/{ann.pk}/edit/", {"email": "new@example.org"})
    ann.refresh_from_db()
    assert ann.email == "new@example.org"
    assert set(Suppression.objects.values_list("address_hash", "reason")) == {
        (former, "complaint"),
        (former, "hard_bounce"),
        (ann.address_hash, "complaint"),
    }


def test_one_field_is_changed_alone(staff: Staff) -> None:
    client, ann = staff("editor"), make_contact(city="Bonn", first_name="Ann")
    assert "Bonn" in text(client, f"/contacts/{ann.pk}/fields/city/")
    client.post(f"/contacts/{ann.pk}/fields/city/", {"city": "Kiel"})
    ann.refresh_from_db()
    assert (ann.city, ann.first_name) == ("Kiel", "Ann")
    assert client.get(f"/contacts/{ann.pk}/fields/nothing/").status_code == 404


def test_tags_are_put_on_and_taken_off(staff: Staff) -> None:
    client, ann = staff("editor"), make_contact()
    client.post(f"/contacts/{ann.pk}/tags/add/", {"tag": " VIP "})
    assert [tag.name for tag in ann.tags.all()] == ["VIP"]
    client.post(f"/contacts/{ann.pk}/tags/remove/", {"tag": "vip"})
    assert not ann.tags.exists()


def test_staff_subscribe_with_what_they_state_as_the_proof(staff: Staff) -> None:
    client, ann, list_ = staff("editor"), make_contact(), make_list()
    path = f"/contacts/{ann.pk}/subscribe/"
    refused = client.post(path, {"list": list_.pk, "basis": "express", "source": ""})
    assert refused.status_code == 422
    client.post(path, {"list": list_.pk, "basis": "express", "source": "at the counter", "wording": "Yes"})
    record = ann.consent_records.get()
    assert (record.method, record.source, record.actor) == ("staff", "at the counter", "editor0")
    assert AuditEntry.objects.filter(act="contact.subscribed").exists()


def test_staff_do_not_bring_back_who_left(staff: Staff) -> None:
    client, ann, list_ = staff("editor"), make_contact(), make_list()
    subscribe(ann, list_)
    client.post(f"/contacts/{ann.pk}/unsubscribe/{list_.pk}/", {"source": "by phone"})
    assert Subscription.objects.get().state == "unsubscribed"
    data = {"list": list_.pk, "basis": "express", "source": "x"}
    response = client.post(f"/contacts/{ann.pk}/subscribe/", data)
    assert "Staff cannot bring them back" in response.content.decode()


def test_implied_consent_wants_a_day_to_come(staff: Staff) -> None:
    client, ann, list_ = staff("editor"), make_contact(), make_list()
    data = {"list": list_.pk, "basis": "implied", "source": "order 7"}
    assert client.post(f"/contacts/{ann.pk}/subscribe/", data).status_code == 422
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    client.post(f"/contacts/{ann.pk}/subscribe/", {**data, "ends_on": day})
    assert Subscription.objects.get().basis_expires_at is not None


def test_staff_suppress_a_person(staff: Staff) -> None:
    client, ann = staff("editor"), make_contact()
    client.post(f"/contacts/{ann.pk}/suppress/", {"reason": "manual", "note": "asked for it"})
    assert Suppression.objects.get().source == "staff: editor0"
    assert "by hand" in text(client, f"/contacts/{ann.pk}/")


def test_deleting_says_what_goes_and_keeps_the_proof(staff: Staff) -> None:
    client, ann, list_ = staff("editor"), make_contact(), make_list()
    subscribe(ann, list_)
    assert "with 1 subscription" in text(client, f"/contacts/{ann.pk}/delete/")
    client.post(f"/contacts/{ann.pk}/delete/")
    assert not Contact.objects.exists()
    assert AuditEntry.objects.get().act == "contact.deleted"


def test_erasing_is_for_administrators(staff: Staff) -> None:
    ann = make_contact()
    assert staff("editor").post(f"/contacts/{ann.pk}/erase/").status_code == 403
    staff("admin").post(f"/contacts/{ann.pk}/erase/")
    assert not Contact.objects.exists()
    assert Suppression.objects.get().reason == "erased"


def test_everything_known_is_downloaded_by_who_may_export(staff: Staff) -> None:
    ann = make_contact()
    assert staff("editor").get(f"/contacts/{ann.pk}/data/").status_code == 403
    data = json.loads(staff("viewer", may_export=True).get(f"/contacts/{ann.pk}/data/").content)
    assert "ann@example.org" in json.dumps(data)


def test_who_does_not_see_addresses_sees_none(staff: Staff) -> None:
    ann, client = make_contact(), staff("editor", sees_addresses=False)
    for path in ("", "letters/", "consent/", "edit/", "subscribe/", "suppress/", "delete/"):
        assert "ann@example.org" not in text(client, f"/contacts/{ann.pk}/{path}")
    client.post(f"/contacts/{ann.pk}/edit/", {"email": "x@example.org", "city": "Kiel"})
    ann.refresh_from_db()
    assert (ann.email, ann.city) == ("ann@example.org", "Kiel")


def test_a_viewer_changes_nothing(staff: Staff) -> None:
    client, ann, list_ = staff("viewer"), make_contact(), make_list()
    assert "Edit" not in text(client, f"/contacts/{ann.pk}/").split("<main")[1]
    writes = ["edit", "fields/city", "tags/add", "tags/remove", "subscribe", "suppress", "delete", "erase"]
    for path in (*writes, f"unsubscribe/{list_.pk}"):
        assert client.post(f"/contacts/{ann.pk}/{path}/").status_code == 403
    assert client.post("/contacts/new/").status_code == 403


def test_a_person_who_is_not_there_is_a_404(staff: Staff) -> None:
    client = staff("admin", may_export=True)
    for path in (
        "",
        "letters/",
        "consent/",
        "edit/",
        "data/",
        "delete/",
        "erase/",
        "subscribe/",
        "suppress/",
    ):
        assert client.get(f"/contacts/999/{path}").status_code == 404
