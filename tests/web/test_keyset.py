"""Pages by position: each row once, forwards and backwards, whatever a cursor claims."""

from __future__ import annotations

import base64
import json
import re

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

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


@pytest.mark.parametrize("order", [["act", "id"], ["-act", "-id"]])
def test_rows_that_share_the_first_value_come_once_both_ways(order: list[str]) -> None:
    make(["a", "b", "b", "b", "b", "c"])
    rows = AuditEntry.objects.all()
    whole = [row.pk for row in rows.order_by(*order)]
    page, pages = keyset.page(rows, order=order, size=2), []
    pages.append(page)
    while page.next:
        page = keyset.page(rows, order=order, size=2, cursor=page.next)
        pages.append(page)
    assert [row.pk for page in pages for row in page.rows] == whole
    back = keyset.page(rows, order=order, size=2, cursor=pages[-1].previous)
    assert back.rows == pages[-2].rows


def test_postgresql_is_asked_for_a_page_in_one_direction_by_a_comparison_of_rows(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make(["b", "a", "b"])
    first = keyset.page(AuditEntry.objects.all(), order=["-act", "-id"], size=1)
    with django_assert_num_queries(1) as captured:
        keyset.page(AuditEntry.objects.all(), order=["-act", "-id"], size=1, cursor=first.next)
    is_one = re.search(r"\(\S+, \S+\) < \(", captured.captured_queries[0]["sql"]) is not None
    assert is_one is (connection.vendor == "postgresql")


@pytest.mark.parametrize("number", [2**63, 2**70, -(2**70), 1e300, True])
def test_a_cursor_beyond_all_numbers_is_refused_or_empty(number: float) -> None:
    make(["a", "b"])
    claim = ["a", "-act,-id", ["b", number]]
    cursor = base64.urlsafe_b64encode(json.dumps(claim).encode()).decode()
    try:
        found = keyset.page(AuditEntry.objects.all(), order=["-act", "-id"], cursor=cursor)
    except keyset.BadCursor:
        return
    assert {row.act for row in found.rows} <= {"a", "b"}


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
