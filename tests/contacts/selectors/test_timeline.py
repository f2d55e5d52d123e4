"""The timeline shows everything once, page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contacts.models import Contact, ContactTag, Tag
from contacts.selectors import timeline
from contacts.services import consent
from mailhub.lib import clock
from tests.contacts.makers import make_contact, make_list

pytestmark = pytest.mark.django_db


def all_pages(contact: Contact, *, kind: str = "", size: int) -> list[str]:
    """The keys of the entries of every page, one after the other."""
    keys: list[str] = []
    cursor = ""
    while True:
        page = timeline.page(contact, kind=kind, cursor=cursor, size=size)
        keys += [entry.key for day in page.days for entry in day.entries]
        cursor = page.older
        if not cursor:
            return keys


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_entries_of_one_moment_are_neither_lost_nor_shown_twice(size: int) -> None:
    ann, now = make_contact(), clock.now()
    for number in range(23):
        tag = Tag.objects.create(name=f"t{number}", key=f"t{number}")
        # Ten at one moment, the others at moments of their own.
        at = now - timedelta(days=1) if number < 10 else now - timedelta(hours=number)
        ContactTag.objects.create(contact=ann, tag=tag, created_at=at)
    consent.grant(ann, make_list(), method="form")
    whole = all_pages(ann, size=1_000)
    assert len(whole) == len(set(whole)) == 25
    assert all_pages(ann, size=size) == whole


def test_one_kind_is_shown_alone() -> None:
    ann = make_contact()
    consent.grant(ann, make_list(), method="form")
    assert len(all_pages(ann, kind="consent", size=10)) == 1
    assert len(all_pages(ann, kind="tags", size=10)) == 0


@pytest.mark.parametrize("cursor", ["rubbish", "ж", "W10", "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzIzOjAwIiwgMF0"])
def test_a_cursor_that_is_none_of_ours_shows_the_beginning(cursor: str) -> None:
    ann = make_contact()
    assert timeline.page(ann, cursor=cursor).days
