"""People as previews of letters show them."""

from __future__ import annotations

import pytest

from contacts.selectors.readers import ContactReaders, person_values
from contacts.services import people
from mailhub.accounts.models import User

pytestmark = pytest.mark.django_db


def make_user(*, sees_addresses: bool) -> User:
    return User.objects.create_user("ann", role="editor", sees_addresses=sees_addresses)


def test_a_person_is_found_by_name_and_shown_with_their_address() -> None:
    bo = people.create("bo@example.org", values={"first_name": "Bo", "last_name": "Berg"})
    [found] = ContactReaders().find("ber", user=make_user(sees_addresses=True), limit=5)
    assert (found.key, found.label, found.detail) == (str(bo.pk), "Bo Berg", "bo@example.org")


def test_addresses_are_masked_for_who_may_not_see_them() -> None:
    bo = people.create("bo@example.org")
    user = make_user(sees_addresses=False)
    reader = ContactReaders().reader(str(bo.pk), user=user)
    values = ContactReaders().values(str(bo.pk), user=user)
    assert reader is not None and values is not None
    assert "bo@example.org" not in f"{reader} {values}"


@pytest.mark.parametrize("key", ["", "sample", "-1", "9" * 40, "7"])
def test_a_key_that_names_nobody_finds_nobody(key: str) -> None:
    assert ContactReaders().reader(key, user=None) is None
    assert ContactReaders().values(key, user=None) is None


def test_a_person_without_a_list_has_an_empty_one() -> None:
    assert person_values(people.create("bo@example.org"))["list"] == {"name": None, "slug": None}
