from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from contacts.models import ConsentRecord, Contact, CustomField, List, SavedView, Tag
from contacts.services import people
from mailhub.accounts.models import AuditEntry
from mailhub.lib import clock
from tests import factories
from tests.contacts import makers

pytestmark = pytest.mark.django_db
Staff = Callable[..., Client]


@pytest.mark.parametrize("place", ["lists", "tags", "fields"])
def test_empty_screens_say_what_to_do_and_viewers_only_look(staff: Staff, place: str) -> None:
    assert "first" in (shown := staff("editor").get(f"/{place}/").content.decode()) or "Go to" in shown
    viewer = staff("viewer")
    assert viewer.get(f"/{place}/").status_code == 200
    assert viewer.get(f"/{place}/new/").status_code == 403
    for path in (f"/{place}/9/edit/", f"/{place}/9/delete/"):
        assert staff("editor").get(path).status_code == 404


def test_a_list_is_made_changed_and_deleted_with_what_goes_with_it(staff: Staff) -> None:
    brand, editor = factories.make_brand(), staff("editor")
    data = {"name": "News", "brand": brand.pk, "opt_in": "double", "tracking": "", "public": "on"}
    assert editor.post("/lists/new/", data).status_code == 302
    list_ = List.objects.get()
    assert (list_.slug, list_.opt_in, list_.public) == ("news", "double", True)
    makers.subscribe(makers.make_contact(), list_)
    assert editor.post(f"/lists/{list_.pk}/edit/", {**data, "name": "Newsletter"}).status_code == 302
    shown = editor.get("/lists/").content.decode()
    assert "Newsletter" in shown and f"where=list:subscribed:{list_.pk}" in shown
    assert "1 subscription" in editor.get(f"/lists/{list_.pk}/delete/").content.decode()
    assert editor.post(f"/lists/{list_.pk}/delete/").status_code == 302
    assert not List.objects.exists() and Contact.objects.exists() and ConsentRecord.objects.exists()
    acts = set(AuditEntry.objects.values_list("act", flat=True))
    assert acts == {"list.created", "list.changed", "list.deleted"}


def test_a_list_that_a_campaign_names_says_so_before_it_goes(staff: Staff) -> None:
    from campaigns.models import Campaign

    list_ = makers.make_list()
    campaign = Campaign.objects.create(name="Spring", brand=list_.brand, created_at=clock.now())
    campaign.lists.add(list_)
    assert "its place in 1 campaign" in staff("editor").get(f"/lists/{list_.pk}/delete/").content.decode()


def test_a_lists_name_is_checked_while_it_is_typed(staff: Staff) -> None:
    list_ = makers.make_list("News")
    response = staff("editor").post(
        "/lists/new/", {"name": "news", "brand": list_.brand_id}, headers={"X-Validate": "name"}
    )
    assert "already a list with this name" in response.content.decode() and List.objects.count() == 1


def test_two_lists_of_one_name_in_letters_get_two_slugs(staff: Staff) -> None:
    brand, editor = factories.make_brand(), staff("editor")
    for name in ("新闻", "优惠", "News!", "News?"):
        editor.post("/lists/new/", {"name": name, "brand": brand.pk, "opt_in": "single", "tracking": ""})
    assert sorted(List.objects.values_list("slug", flat=True)) == ["list", "list-2", "news", "news-2"]


def test_tags_are_made_renamed_merged_and_deleted(staff: Staff) -> None:
    editor = staff("editor")
    people.add_tags(makers.make_contact(), ["Old"])
    editor.post("/tags/new/", {"name": "New"})
    assert editor.post("/tags/new/", {"name": "new"}).status_code == 422
    old, new = Tag.objects.get(key="old"), Tag.objects.get(key="new")
    editor.post(f"/tags/{old.pk}/edit/", {"name": "Older"})
    assert editor.post(f"/tags/{old.pk}/edit/", {"name": "New"}).status_code == 422
    assert f"where=tag:has:{old.pk}" in editor.get("/tags/").content.decode()
    assert "1 contact bears it" in editor.get(f"/tags/{old.pk}/merge/").content.decode()
    assert editor.post(f"/tags/{old.pk}/merge/", {"into": new.pk}).status_code == 302
    assert [tag.name for tag in Tag.objects.all()] == ["New"]
    assert "1 contact bears it" in editor.get(f"/tags/{new.pk}/delete/").content.decode()
    editor.post(f"/tags/{new.pk}/delete/")
    assert not Tag.objects.exists() and Contact.objects.exists()


def test_fields_are_made_changed_and_deleted_with_their_values(staff: Staff) -> None:
    editor = staff("editor")
    assert editor.post("/fields/new/", {"label": "Shoe size", "kind": "text"}).status_code == 302
    field = CustomField.objects.get()
    assert field.key == "shoe_size"
    assert "{{ contact.shoe_size }}" in editor.get("/fields/").content.decode()
    people.update(makers.make_contact(), custom={"shoe_size": "large"})
    refused = editor.post(f"/fields/{field.pk}/edit/", {"label": "Shoe size", "kind": "number"})
    assert refused.status_code == 422 and "large" in refused.content.decode()
    assert "1 contact has a value" in editor.get(f"/fields/{field.pk}/delete/").content.decode()
    editor.post(f"/fields/{field.pk}/delete/")
    assert not CustomField.objects.exists() and Contact.objects.get().custom == {}


@pytest.mark.parametrize("key", ["email", "Größe", "1st", "a-b", "x" * 64])
def test_a_key_that_letters_cannot_say_is_refused_beside_it(staff: Staff, key: str) -> None:
    response = staff("editor").post("/fields/new/", {"label": "Club", "key": key, "kind": "text"})
    assert response.status_code == 422 and not CustomField.objects.exists()


def test_the_global_search_finds_people_lists_and_tags(staff: Staff) -> None:
    contact = makers.make_contact("ann@example.org", first_name="Newton")
    makers.make_list("News")
    people.add_tags(contact, ["Newcomer"])
    shown = staff("viewer").get("/search/?q=new").content.decode()
    assert "Newton" in shown and "News" in shown and "Newcomer" in shown
    masked = staff("viewer", sees_addresses=False).get("/search/?q=ann").content.decode()
    assert "ann@example.org" not in masked and "Newton" not in masked


@pytest.mark.parametrize(
    ("path", "field", "more"),
    [
        ("/tags/new/", "name", {}),
        ("/lists/new/", "name", {"opt_in": "single"}),
        ("/fields/new/", "label", {"kind": "text", "key": "shoe"}),
        ("/contacts/views/new/", "name", {}),
    ],
)
def test_a_name_that_nobody_can_see_is_refused(
    staff: Callable[..., Client], path: str, field: str, more: dict[str, str]
) -> None:
    response = staff("editor").post(path, {field: "\u200b", **more})
    assert response.status_code == 422
    assert response.context["form"].errors
    assert not Tag.objects.exists() and not CustomField.objects.exists() and not SavedView.objects.exists()
