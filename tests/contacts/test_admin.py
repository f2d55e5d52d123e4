"""The contacts room in the admin."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from contacts.models import (
    Confirmation,
    ConsentRecord,
    Contact,
    CustomField,
    Import,
    ImportChange,
    List,
    Subscription,
    Tag,
)
from contacts.services import people, signups
from mailhub.accounts.models import User
from tests.contacts import makers

pytestmark = pytest.mark.django_db
MODELS = [model for model in admin.site._registry if model._meta.app_label == "contacts"]
INLINES = ("subscriptions", "tag_marks", "consent_records")


def fill() -> Contact:
    ann, news = makers.make_contact(first_name="Ann", last_name="Archer"), makers.make_list(opt_in="double")
    signups.start(ann, news, method="form")
    people.add_tags(ann, ["vip"])
    run = Import.objects.create(file_name="people.csv", file_hash="0", list=news, consent_source="fair")
    ImportChange.objects.create(run=run, contact_id=ann.pk, address_hash=ann.address_hash, kind="created")
    people.define_field("club")
    return ann


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_can_be_listed_searched_and_opened(admin_client: Client, model: type) -> None:
    fill()
    name = model.__name__.lower()

    assert admin_client.get(reverse(f"admin:contacts_{name}_changelist")).status_code == 200
    assert (
        admin_client.get(reverse(f"admin:contacts_{name}_changelist"), {"q": "ann@example.org"}).status_code
        == 200
    )
    first = model.objects.first()
    if first:
        assert admin_client.get(reverse(f"admin:contacts_{name}_change", args=[first.pk])).status_code == 200


def test_every_model_is_there() -> None:
    assert {
        Confirmation,
        ConsentRecord,
        Contact,
        CustomField,
        Import,
        ImportChange,
        Subscription,
        Tag,
    } <= set(MODELS)


@pytest.mark.parametrize("term", ["ANN@example.ORG", "ann@", "arch", "Ann"])
def test_contacts_are_found_by_address_and_by_beginnings(admin_client: Client, term: str) -> None:
    fill()
    makers.make_contact("bo@example.org")

    page = admin_client.get(reverse("admin:contacts_contact_changelist"), {"q": term}).content.decode()

    assert ">ann@example.org</a>" in page
    assert "bo@example.org" not in page


def test_a_contact_is_added_and_changed_with_its_checks(admin_client: Client) -> None:
    people.define_field("age", kind="number")
    add = reverse("admin:contacts_contact_add")

    admin_client.post(
        add, {"email": "Bo@Example.org", "first_name": " Bo ", "custom": '{"age": "30"}', **prefixed()}
    )
    bo = Contact.objects.get()
    assert (bo.email, bo.email_key, bo.first_name, bo.custom) == (
        "Bo@Example.org",
        "bo@example.org",
        "Bo",
        {"age": 30},
    )

    taken = admin_client.post(add, {"email": "bo@example.org", "custom": "{}", **prefixed()})
    assert "already a contact" in taken.content.decode()
    wrong = admin_client.post(add, {"email": "cy@example.org", "custom": '{"age": "old"}', **prefixed()})
    assert "not a number" in wrong.content.decode()

    change = reverse("admin:contacts_contact_change", args=[bo.pk])
    admin_client.post(change, {"email": "bo@example.com", "custom": "{}", **prefixed()})
    bo.refresh_from_db()
    assert (bo.address, bo.first_name, bo.custom) == ("bo@example.com", "", {})


def test_ending_subscriptions_keeps_the_proof_of_who_did_it(admin_client: Client) -> None:
    ann, news = makers.make_contact(), makers.make_list()
    makers.subscribe(ann, news)

    admin_client.post(
        reverse("admin:contacts_subscription_changelist"),
        {"action": "unsubscribe", "_selected_action": [Subscription.objects.get().pk]},
    )

    assert Subscription.objects.get().state == "unsubscribed"
    record = ConsentRecord.objects.latest("pk")
    assert (record.action, record.method, record.actor) == ("withdrawn", "staff", "admin")


@pytest.mark.parametrize("name", ["contact", "subscription"])
def test_who_may_only_look_unsubscribes_nobody(client: Client, name: str) -> None:
    makers.subscribe(makers.make_contact(), makers.make_list())
    client.force_login(make_staff("view_contact", "view_subscription"))

    url = reverse(f"admin:contacts_{name}_changelist")
    for action in ("unsubscribe", "unsubscribe_from_everything"):
        chosen = [
            *Contact.objects.values_list("pk", flat=True),
            *Subscription.objects.values_list("pk", flat=True),
        ]
        client.post(url, {"action": action, "_selected_action": chosen})

    assert 'value="unsubscribe' not in client.get(url).content.decode()
    assert Subscription.objects.get().state == "subscribed"


@pytest.mark.parametrize(
    ("name", "action"), [("contact", "unsubscribe_from_everything"), ("subscription", "unsubscribe")]
)
def test_who_may_change_them_unsubscribes_people(client: Client, name: str, action: str) -> None:
    makers.subscribe(makers.make_contact(), makers.make_list())
    client.force_login(make_staff(f"view_{name}", f"change_{name}"))

    (model,) = (model for model in MODELS if model._meta.model_name == name)
    chosen = list(model.objects.values_list("pk", flat=True))
    client.post(reverse(f"admin:contacts_{name}_changelist"), {"action": action, "_selected_action": chosen})

    assert Subscription.objects.get().state == "unsubscribed"


@pytest.mark.parametrize("custom", ["[1,2]", "7", '"text"', "false"])
def test_custom_values_that_are_no_object_are_an_error_of_the_form(admin_client: Client, custom: str) -> None:
    add = reverse("admin:contacts_contact_add")
    page = admin_client.post(add, {"email": "bo@example.org", "custom": custom, **prefixed()})
    assert "must be a JSON object" in page.content.decode()
    assert not Contact.objects.exists()


def test_the_value_of_a_deleted_field_does_not_lock_its_contact(admin_client: Client) -> None:
    people.define_field("club")
    ann = people.create("ann@example.org", custom={"club": "Gold"})
    CustomField.objects.all().delete()
    change = reverse("admin:contacts_contact_change", args=[ann.pk])

    admin_client.post(
        change, {"email": ann.email, "city": "Rome", "custom": '{"club": "Gold"}', **prefixed()}
    )
    ann.refresh_from_db()
    assert (ann.city, ann.custom) == ("Rome", {"club": "Gold"})

    page = admin_client.post(change, {"email": ann.email, "custom": '{"club": "Iron"}', **prefixed()})
    assert "no custom field" in page.content.decode()

    admin_client.post(change, {"email": ann.email, "custom": "{}", **prefixed()})
    ann.refresh_from_db()
    assert ann.custom == {}


def test_who_may_delete_a_contact_deletes_all_that_is_its_own(client: Client) -> None:
    ann = fill()
    makers.subscribe(ann, makers.make_list("Offers"))
    client.force_login(make_staff("view_contact", "delete_contact"))

    client.post(reverse("admin:contacts_contact_delete", args=[ann.pk]), {"post": "yes"})

    assert not Contact.objects.exists()
    assert not Subscription.objects.exists()
    assert ConsentRecord.objects.filter(contact=None, address_hash=ann.address_hash).count() == 2


def test_contacts_are_deleted_from_their_list_and_only_with_the_permission(client: Client) -> None:
    ann = fill()
    chosen = {"action": "delete_selected", "_selected_action": [ann.pk], "post": "yes"}
    bo = make_staff("view_contact", "change_contact")
    client.force_login(bo)
    client.post(reverse("admin:contacts_contact_changelist"), chosen)
    client.post(reverse("admin:contacts_contact_delete", args=[ann.pk]), {"post": "yes"})
    assert Contact.objects.exists()

    bo.user_permissions.add(Permission.objects.get(codename="delete_contact"))
    client.post(reverse("admin:contacts_contact_changelist"), chosen)
    assert not Contact.objects.exists()


def test_who_may_only_look_deletes_no_list(client: Client) -> None:
    news = makers.make_list()
    client.force_login(make_staff("view_list"))
    client.post(reverse("admin:contacts_list_delete", args=[news.pk]), {"post": "yes"})
    assert List.objects.exists()


def test_proof_can_be_seen_but_not_changed(admin_client: Client) -> None:
    makers.subscribe(makers.make_contact(), makers.make_list())
    record = ConsentRecord.objects.get()

    assert (
        admin_client.post(reverse("admin:contacts_consentrecord_change", args=[record.pk]), {}).status_code
        == 403
    )
    assert (
        admin_client.post(reverse("admin:contacts_consentrecord_delete", args=[record.pk]), {}).status_code
        == 403
    )


def make_staff(*codenames: str) -> User:
    """Bo, with these permissions of the contacts room and no more."""
    bo = User.objects.create_user("bo", "bo@example.org", "pw", is_staff=True)
    wanted = Permission.objects.filter(codename__in=codenames, content_type__app_label="contacts")
    bo.user_permissions.set(wanted)
    return bo


def prefixed() -> dict[str, object]:
    """The management forms of the inlines, empty."""
    return {f"{name}-{count}": 0 for name in INLINES for count in ("TOTAL_FORMS", "INITIAL_FORMS")}
