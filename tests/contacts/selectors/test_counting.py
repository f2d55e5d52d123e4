from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import QuerySet

from contacts.models import Contact, ContactTag
from contacts.selectors import browsing, counting
from contacts.selectors.browsing import Filter
from contacts.services import people
from tests.contacts import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def five() -> None:
    for number in range(5):
        makers.make_contact(f"p{number}@example.org")


@pytest.mark.usefixtures("five")
def test_few_are_counted_exactly_and_handed_on_by_number() -> None:
    found = counting.count(Contact.objects.filter(email_key__lt="p3"))
    assert (found.number, found.kind) == (3, "exact")
    if found.ids is not None:
        assert sorted(counting.among(found.ids).values_list("email", flat=True)) == [
            "p0@example.org",
            "p1@example.org",
            "p2@example.org",
        ]


@pytest.mark.usefixtures("five")
def test_beyond_the_most_the_number_is_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "FEW", 2)
    monkeypatch.setattr(counting, "MOST", 4)
    assert counting.count(Contact.objects.all()) == counting.Found(4, "capped")


def slow(monkeypatch: pytest.MonkeyPatch) -> QuerySet[Contact]:
    """People of whom two are few, and who take too long."""
    monkeypatch.setattr(counting, "FEW", 2)
    monkeypatch.setattr(counting, "BUDGET", 20)
    return Contact.objects.extra(where=["pg_sleep(0.05) IS NOT NULL"])


@pytest.mark.usefixtures("five")
def test_a_count_that_takes_too_long_says_what_it_knows_and_leaves_the_connection_sound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if connection.vendor != "postgresql":
        return
    assert counting.count(slow(monkeypatch)) == counting.Found(2, "capped")
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)
    assert Contact.objects.count() == 5


@pytest.mark.usefixtures("five")
def test_where_the_page_itself_would_take_long_counting_may_take_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the numbers of all the page is quick."""
    if connection.vendor != "postgresql":
        return
    monkeypatch.setattr(counting, "COSTLY_BUDGET", 10_000)
    monkeypatch.setattr(counting, "QUICK", 0)
    found = counting.count(slow(monkeypatch))
    assert (found.number, found.kind, len(found.ids or [])) == (5, "exact", 5)


@pytest.mark.usefixtures("five")
def test_everybody_is_counted_while_that_is_quick() -> None:
    assert counting.everybody() == counting.Found(5)


@pytest.mark.usefixtures("five")
def test_tags_and_lists_are_counted_by_state() -> None:
    ann = Contact.objects.get(email="p0@example.org")
    people.add_tags(ann, ["VIP"])
    list_ = makers.make_list()
    makers.subscribe(ann, list_)
    assert counting.by_tag() == {ContactTag.objects.get().tag_id: 1}
    assert counting.by_list() == {list_.pk: {"subscribed": 1}}


@pytest.mark.usefixtures("five")
def test_a_filter_is_narrowed_to_whom_it_finds() -> None:
    filter_ = Filter("p1")
    rows, found = browsing.narrowed(filter_, Contact.objects.filter(email_key__startswith="p1"))
    assert found.number == 1 and [row.email for row in rows] == ["p1@example.org"]
