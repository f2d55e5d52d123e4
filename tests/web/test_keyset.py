"""Pages by position: each row once, forwards and backwards, whatever a cursor claims."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailhub.accounts.models import AuditEntry
from mailhub.web import keyset

pytestmark = pytest.mark.django_db
ORDER = ["-act", "id"]


def make(acts: list[str]) -> list[int]:
    rows = [AuditEntry.objects.create(actor="Ann", act=act) for act in acts]
    return [row.pk for row in sorted(rows, key=lambda row: row.pk)]


def walk(direction: str, start: str = "", size: int = 2) -> list[list[str]]:
    pages, cursor = [], start
    while True:
        page = keyset.page(AuditEntry.objects.all(), order=ORDER, cursor=cursor, size=size)
        pages.append([f"{row.act}" for row in page.rows])
        cursor = getattr(page, direction)
        if not cursor:
            return pages


def test_every_row_comes_once_and_in_order() -> None:
    make(["b", "a", "c", "b", "b"])
    assert walk("next") == [["c", "b"], ["b", "b"], ["a"]]


def test_the_way_back_shows_the_same_pages() -> None:
    make(["b", "a", "c", "b", "b"])
    last = keyset.page(AuditEntry.objects.all(), order=ORDER, size=2)
    while last.next:
        last = keyset.page(AuditEntry.objects.all(), order=ORDER, cursor=last.next, size=2)
    assert walk("previous", last.previous) == [["b", "b"], ["c", "b"]]


def test_the_first_and_the_last_page_lead_nowhere_further() -> None:
    make(["a"])
    page = keyset.page(AuditEntry.objects.all(), order=ORDER)
    assert (page.next, page.previous) == ("", "")


def test_a_page_by_time_keeps_the_microseconds() -> None:
    make(["a", "b", "c"])
    first = keyset.page(AuditEntry.objects.all(), order=["-at", "-id"], size=1)
    second = keyset.page(AuditEntry.objects.all(), order=["-at", "-id"], size=1, cursor=first.next)
    assert [first.rows[0].act, second.rows[0].act] == ["c", "b"]


def test_a_cursor_of_another_order_is_refused() -> None:
    make(["a", "b", "c"])
    cursor = keyset.page(AuditEntry.objects.all(), order=ORDER, size=1).next
    with pytest.raises(keyset.BadCursor, match="another list"):
        keyset.page(AuditEntry.objects.all(), order=["id"], cursor=cursor)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.one_of(st.text(), st.recursive(st.none() | st.integers() | st.text(), st.lists)))
def test_no_cursor_does_more_than_be_refused(claim: object) -> None:
    text = claim if isinstance(claim, str) else json.dumps(claim)
    encoded = base64.urlsafe_b64encode(text.encode(errors="surrogatepass")).decode()
    for cursor in (text, encoded, forged(["a", claim]), forged([claim, claim])):
        if cursor:
            with pytest.raises(keyset.BadCursor):
                keyset.page(AuditEntry.objects.all(), order=["-at", "id"], cursor=cursor)


def forged(values: object) -> str:
    """Signed by its order as ours are, with values that ours never have."""
    return base64.urlsafe_b64encode(json.dumps(["a", "-at,id", values]).encode()).decode()
