"""The audit log: every act of staff and of API keys, newest first."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.models import AuditEntry
from mailhub.accounts.permissions import Permission
from mailhub.web.tables import Column, Empty, Table, respond

COLUMNS = [
    Column("at", _("When"), order=("at", "id"), phone="meta"),
    Column("actor", _("Who"), phone="title"),
    Column("act", _("Act"), cell="accounts/cells/_act.html", phone="second"),
    Column("target_label", _("What")),
    Column("detail", _("Details"), cell="accounts/cells/_detail.html"),
    Column("ip", _("From"), shown=False),
]


@doors.staff(Permission.ADMINISTER)
def audit_log(request: StaffRequest) -> HttpResponse:
    table = Table(
        name="audit",
        request=request,
        queryset=_found(request),
        columns=COLUMNS,
        default_sort="-at",
        empty=_empty(request),
        caption=_("Audit log"),
    )
    return respond(request, table, "accounts/audit_log.html", {"text": request.GET.get("q", "")})


def _empty(request: StaffRequest) -> Empty:
    if request.GET.get("q"):
        return Empty(_("Nothing matches"), _("Search for how a name or an act begins."), icon="search")
    return Empty(_("Nothing was done here yet."), icon="scroll-text")


def _found(request: StaffRequest) -> QuerySet[Any]:
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    rows = AuditEntry.objects.all()
    if text:
        rows = rows.filter(
            Q(actor__istartswith=text)
            | Q(act__istartswith=text.replace(" ", "_"))
            | Q(target_label__istartswith=text)
        )
    return rows
