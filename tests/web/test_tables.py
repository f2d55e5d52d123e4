"""The cells of a table: escaped, named for the box beside them, linked where the row has a page."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from mailhub.accounts.models import AuditEntry
from mailhub.web.tables import Column, Table

pytestmark = pytest.mark.django_db
COLUMNS = [
    Column("actor", "Who", order=("actor", "id"), phone="title"),
    Column("act", "What", phone="second"),
    Column("pk", "Number", numeric=True),
]


def table(rf: RequestFactory, *, url: str = "") -> Table:
    request = rf.get("/")
    request.user = AnonymousUser()
    rows = AuditEntry.objects.all()
    return Table("acts", request, rows, COLUMNS, default_sort="actor", row_url=lambda row: url)


def test_a_cell_carries_its_column_and_its_row(rf: RequestFactory) -> None:
    AuditEntry.objects.create(pk=1581, actor="Ann", act="looked")
    (line,) = table(rf).lines
    assert line.key == "1581"
    assert line.cells == (
        '<td id="acts-1581" class="phone-title title-cell">Ann</td>'
        '<td class="phone-second">looked</td><td class="numeric"><span class="number">1\u202f581</span></td>'
    )


def test_the_title_leads_to_the_page_of_the_row(rf: RequestFactory) -> None:
    AuditEntry.objects.create(actor="Ann", act="looked")
    (line,) = table(rf, url="/acts/?a=1&b=2").lines
    assert '<a href="/acts/?a=1&amp;b=2">Ann</a>' in line.cells


def test_what_people_typed_is_text(rf: RequestFactory) -> None:
    AuditEntry.objects.create(actor="<b>Ann</b>", act='"><script>')
    shown = table(rf, url='/"><i>')
    html = render_to_string("web/components/_table.html", {"table": shown}, shown.request)
    body = re.search("<tbody>.*</tbody>", html, re.DOTALL)
    assert body and "<b>" not in body[0] and "<script>" not in body[0] and "<i>" not in body[0]
