"""The example shop comes in whole, once, and goes again without a trace."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import Count
from django.http import QueryDict

from campaigns.models import Campaign
from campaigns.selectors import progress
from campaigns.services import frozen
from contacts.importing import uploads
from contacts.models import (
    BulkJob,
    Contact,
    Import,
    List,
    SavedView,
    SignUpForm,
    Subscription,
    SubscriptionState,
)
from contacts.selectors import browsing
from contacts.services import consent, people
from mailhub.accounts.models import AuditEntry, User
from mailhub.content.models import Image
from mailhub.content.selectors import images as showing
from mailhub.content.services import letters
from mailhub.content.variants import VariantSource
from mailhub.delivery.models import Brand, Message, Suppression
from mailhub.demo.models import DemoLoad
from mailhub.demo.services import loading, removing
from mailhub.lib import addresses
from tests import factories
from tests.campaigns import people as makers

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SIZE = 300
# Counted anew from the rest, or written by the database itself.
DERIVED = {"reports", "contenttypes", "sessions"}


@pytest.fixture
def shop() -> DemoLoad:
    return loading.load(now=NOW, size=SIZE)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    models = [model for model in apps.get_models() if model._meta.app_label not in DERIVED]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}


def test_removing_it_leaves_every_table_as_it_was() -> None:
    made = makers.make_campaign(lists=[makers.make_list(people=["ann@example.org", "bo@example.com"])])
    people.define_field("loyalty_points", kind="number")
    people.add_tags(Contact.objects.get(email="ann@example.org"), ["regular"])
    consent.withdraw(Contact.objects.get(email="bo@example.com"), made.lists.get(), method="page")
    before = everything()
    loading.load(now=NOW, size=SIZE)
    assert everything() != before
    assert removing.remove() == []
    assert everything() == before


def test_on_an_empty_installation_too() -> None:
    loading.load(now=NOW, size=40)
    removing.remove()
    left = {name: rows for name, rows in everything().items() if rows}
    # The key that hashes addresses is pinned once and for all; rights are Django's.
    assert set(left) <= {"delivery.HashKey", "auth.Permission"}


def test_it_is_loaded_once(shop: DemoLoad) -> None:
    with pytest.raises(loading.AlreadyLoaded, match="only once"):
        loading.load(now=NOW, size=SIZE)
    assert Contact.objects.count() == SIZE


def test_what_is_not_there_is_not_removed() -> None:
    with pytest.raises(removing.NothingToRemove):
        removing.remove()


def test_the_same_people_come_each_time(shop: DemoLoad) -> None:
    first = list(Contact.objects.order_by("pk").values_list("email", "first_name", "custom"))
    removing.remove()
    loading.load(now=NOW, size=SIZE)
    assert list(Contact.objects.order_by("pk").values_list("email", "first_name", "custom")) == first


def test_their_addresses_can_belong_to_nobody(shop: DemoLoad) -> None:
    domains = {addresses.domain_of(address) for address in Contact.objects.values_list("address", flat=True)}
    reserved = ("example.com", "example.org", "example.net", "test")
    assert all(any(f".{domain}".endswith(f".{end}") for end in reserved) for domain in domains)


def test_an_address_that_is_known_already_is_not_taken() -> None:
    people.create("ida.lind@example.com")
    loading.load(now=NOW, size=SIZE)
    assert len(set(Contact.objects.values_list("address_hash", flat=True))) == SIZE + 1


def test_every_campaign_adds_up(shop: DemoLoad) -> None:
    for campaign in Campaign.objects.exclude(dispatch=None):
        rows = progress.read(campaign.pk)
        settled = rows.sent + rows.failed + rows.skipped + rows.uncertain + rows.cancelled
        assert rows.planned == rows.queued + settled > 0


def test_there_is_one_of_each_state_and_ten_that_were_sent(shop: DemoLoad) -> None:
    counts = dict(Campaign.objects.order_by().values_list("state").annotate(Count("pk")))
    assert counts == {"finished": 10, "paused": 1, "scheduled": 1, "draft": 1}


def test_subscriptions_are_what_the_consent_records_say(shop: DemoLoad) -> None:
    for contact in Contact.objects.all():
        standing = dict(Subscription.objects.filter(contact=contact).values_list("list_id", "state"))
        assert consent.rebuild(contact) == standing


def test_people_wait_for_confirmation_and_are_not_asked_again(shop: DemoLoad) -> None:
    pending = Subscription.objects.filter(state=SubscriptionState.PENDING)
    assert pending.exists()
    assert not pending.filter(contact__confirmations__reminder_sent_at=None).exists()


def test_a_real_person_on_an_example_list_stays(shop: DemoLoad) -> None:
    ann = people.create("ann@example.org")
    consent.grant(ann, List.objects.order_by("pk")[0], method="staff")
    removing.remove()
    assert list(Contact.objects.all()) == [ann]
    assert not List.objects.exists()
    assert ann.consent_records.count() == 1


def test_a_letter_and_a_brand_that_a_real_campaign_uses_stay(shop: DemoLoad) -> None:
    example = Campaign.objects.filter(state="finished")[0]
    mine = makers.make_campaign(brand=example.brand, letter_version=example.letter_version)
    stayed = removing.remove()
    assert stayed == [example.letter_version.letter.name, "Lind & Fern"]
    assert list(Campaign.objects.all()) == [mine]


def test_a_tag_that_a_real_person_bears_stays(shop: DemoLoad) -> None:
    people.add_tags(people.create("ann@example.org"), ["regular"])
    assert removing.remove() == ["regular"]


def test_the_first_brand_is_never_the_example_s() -> None:
    loading.load(now=NOW, size=40)
    assert Brand.objects.order_by("pk")[0].name == "MailHub"


def test_a_first_brand_that_was_filled_in_since_stays(shop: DemoLoad) -> None:
    Brand.objects.filter(name="MailHub").update(name="Mine", postal_address="1 High Street")
    removing.remove()
    assert [brand.name for brand in Brand.objects.all()] == ["Mine"]


def test_an_example_campaign_that_is_being_sent_must_stop_first(shop: DemoLoad) -> None:
    Campaign.objects.filter(state="paused").update(state="sending")
    with pytest.raises(removing.StillSending, match="Pause or stop it"):
        removing.remove()
    assert Message.objects.exists()


def test_a_load_that_was_killed_is_removed_like_a_whole_one() -> None:
    brand = factories.make_brand()

    def die(done: int, total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loading.load(now=NOW, size=40, tell=die)
    removing.remove()
    assert not Contact.objects.exists()
    assert list(Brand.objects.all()) == [brand]


def test_suppressions_are_numbered_as_they_came(shop: DemoLoad) -> None:
    since = list(Suppression.objects.order_by("pk").values_list("created_at", flat=True))
    assert since == sorted(since)


def test_the_staff_s_screens_have_a_past(shop: DemoLoad) -> None:
    finished, undone = Import.objects.order_by("-started_at")
    assert (finished.state, undone.state) == ("finished", "undone")
    assert finished.changes.count() == finished.created_count + finished.updated_count > 0
    with uploads.open_errors(finished) as file:
        refused = file.read().decode("utf-8-sig").splitlines()[1:]
    assert len(refused) == finished.invalid_count == 3
    assert {job.kind for job in BulkJob.objects.all()} == {"tag", "export"}
    assert [form.list for form in SignUpForm.objects.order_by("list_id")] == list(List.objects.order_by("pk"))
    assert SavedView.objects.filter(shared=True).count() == 2
    for view in SavedView.objects.all():
        assert browsing.read(QueryDict(view.query)).rows(now=NOW).exists()


def test_a_letter_shows_a_picture_of_the_library(shop: DemoLoad) -> None:
    assert [
        [letter.name for letter in showing.used_in(image)] for image in Image.objects.order_by("name")
    ] == [
        [],
        ["From the studio"],
    ]


def test_the_acts_of_its_staff_are_marked_as_the_example_s(shop: DemoLoad) -> None:
    acts = {entry.act for entry in AuditEntry.objects.all()}
    assert {"list.created", "campaign.launched", "import.undone", "contacts.exported"} <= acts
    assert all(
        entry.detail["example"] and entry.actor == "ida (example)" for entry in AuditEntry.objects.all()
    )
    assert not AuditEntry.objects.filter(at__gt=NOW).exists()


def test_nobody_can_sign_in_as_its_staff(shop: DemoLoad) -> None:
    colleague = User.objects.get(username="ida")
    assert not colleague.is_active
    assert not colleague.has_usable_password()


def test_an_account_that_was_let_in_since_stays(shop: DemoLoad) -> None:
    User.objects.filter(username="ida").update(is_active=True)
    assert removing.remove() == ["ida"]


def test_a_picture_that_a_real_letter_shows_stays(shop: DemoLoad) -> None:
    image = Image.objects.get(name="Fern frond")
    source = VariantSource(kind="markdown", locale="en", subject="Ferns", body=f"![]({image.source})")
    letters.create("Mine", kind="markdown", variants=[source], default_locale="en", schema=frozen.schema())
    assert removing.remove() == ["Fern frond"]
    assert default_storage.exists(image.path)


@pytest.mark.django_db(transaction=True)
def test_removing_it_takes_its_files_away(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.MAILHUB_DATA = tmp_path / "media", tmp_path
    loading.load(now=NOW, size=20)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(path.suffix for path in kept) == [".csv", ".png", ".png"]
    removing.remove()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
