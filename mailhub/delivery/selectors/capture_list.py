"""What the capture mailbox shows: its list, and the facts of one letter."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Min, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.models import User
from mailhub.accounts.permissions import Permission
from mailhub.delivery.models import CapturedLetter, Dispatch
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.selectors import captured, signatures
from mailhub.delivery.selectors.captured import Opened
from mailhub.delivery.services import routing
from mailhub.delivery.services.mailbox import MOST_BYTES
from mailhub.web import keyset
from mailhub.web.tables import Column, Count, Empty, Table

SIZE = 25
# What test letters of staff are called in the ledger (contacts.services.letter_tests).
TEST = "test"

COLUMNS = (
    Column("to", gettext_lazy("To"), "rcpt_to", phone="second"),
    Column("subject", gettext_lazy("Subject"), "delivery/cells/_subject.html", phone="title"),
    Column("from", gettext_lazy("From"), "delivery/cells/_from.html"),
    Column("what", gettext_lazy("Sent by"), "delivery/cells/_what.html"),
    Column("signature", "DKIM", "delivery/cells/_signature.html"),
    Column("when", gettext_lazy("When"), "delivery/cells/_when.html", order=("id",), phone="meta"),
)


def table(request: StaffRequest) -> Table:
    """The letters that match `q` (recipient or subject) and `dispatch`, newest first."""
    found = _matching(request)
    shown = Table(
        name="mailbox",
        request=request,
        queryset=found,
        columns=COLUMNS,
        default_sort="-when",
        row_url=lambda row: reverse("delivery:captured_letter", args=[row.pk]),
        count=Count(found.count()),
        empty=_empty(request),
        size=SIZE,
        caption=_("Captured letters"),
    )
    try:
        _dress(shown.page.rows)
    except keyset.BadCursor:
        # The table answers it with the first page, which shows the facts that it has.
        return shown
    return shown


def surroundings(request: StaffRequest) -> dict[str, Any]:
    """What stands around the list: how full the mailbox is, and whether letters still go there."""
    kept = CapturedLetter.objects.aggregate(bytes=Sum("size_bytes"), first=Min("id"))
    count = CapturedLetter.objects.count()
    bytes_kept = kept["bytes"] or 0
    full = count >= settings.MAILHUB_CAPTURE_LIMIT or bytes_kept > MOST_BYTES * 0.98
    return {
        "count": count,
        "bytes": bytes_kept,
        "limit": settings.MAILHUB_CAPTURE_LIMIT,
        "most_bytes": MOST_BYTES,
        "is_full": full,
        "captures_now": routing.captures_some(),
        "q": request.GET.get("q", ""),
    }


def page(letter: CapturedLetter, opened: Opened, *, user: User) -> dict[str, Any]:
    """The context of one letter's page."""
    raw = bytes(letter.raw)
    headers = {name.lower(): value for name, value in reversed(opened.headers)}
    letter.dispatch = (  # type: ignore[attr-defined]  # for the cell that the list has too
        Dispatch.objects.select_related("brand").filter(pk=letter.dispatch_id).first()
    )
    return {
        "letter": letter,
        "opened": opened,
        "sender": letter.sender or headers.get("from", letter.mail_from),
        "signature": signatures.verify(raw),
        "source": raw.decode("utf-8", "replace"),
        "remote_hosts": captured.remote_hosts(opened),
        "newer": _beside(letter, user, newer=True),
        "older": _beside(letter, user, newer=False),
    }


def readable(user: User) -> QuerySet[CapturedLetter]:
    """The letters that this person may read.

    Transactional ones hold keys: whoever opens a password mail or a confirmation can act for its reader.
    They are for administrators; tests that staff send to themselves are for everybody.
    """
    found = CapturedLetter.objects.all()
    if user.may(Permission.ADMINISTER):
        return found
    keys = Dispatch.objects.filter(stream=Stream.TRANSACTIONAL).exclude(producer=TEST)
    return found.exclude(dispatch_id__in=keys.values("pk"))


def _matching(request: StaffRequest) -> QuerySet[CapturedLetter]:
    found = readable(request.user)
    words = request.GET.get("q", "").replace("\x00", "").split()
    for word in words[:5]:
        found = found.filter(Q(rcpt_to__icontains=word) | Q(subject__icontains=word))
    number = request.GET.get("dispatch", "")
    if number.isascii() and number.isdigit() and len(number) < 19:
        found = found.filter(dispatch_id=int(number))
    return found


def _empty(request: StaffRequest) -> Empty:
    if request.GET.get("q"):
        return Empty(_("No letter matches"), _("Search for a part of the recipient or the subject."))
    if routing.captures_some():
        text = _("Send a campaign or a test: its letters are kept here, and nothing leaves.")
        return Empty(_("No letter has been captured yet"), text, icon="inbox")
    return Empty(_("No captured letters"), _("Letters leave by their route; none is kept here."))


def _dress(rows: list[CapturedLetter]) -> None:
    """Give each row its dispatch and what its signature is worth, with one query each for all."""
    dispatches = Dispatch.objects.select_related("brand").in_bulk({row.dispatch_id for row in rows})
    named = {row.pk: signatures.named_in(bytes(row.raw)) for row in rows}
    keys = signatures.known(list(set(named.values())))
    for row in rows:
        row.dispatch = dispatches.get(row.dispatch_id)  # type: ignore[attr-defined]  # for its cells
        row.signature = signatures.verify(bytes(row.raw), keys=keys)  # type: ignore[attr-defined]


def _beside(letter: CapturedLetter, user: User, *, newer: bool) -> int | None:
    found = readable(user).order_by("id" if newer else "-id")
    found = found.filter(pk__gt=letter.pk) if newer else found.filter(pk__lt=letter.pk)
    return found.values_list("pk", flat=True).first()
