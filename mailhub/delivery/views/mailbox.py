"""The capture mailbox: letters that were sent and did not leave."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.delivery.models import CapturedLetter
from mailhub.delivery.selectors import capture_list, captured
from mailhub.delivery.services import mailbox
from mailhub.web import downloads, responses, tables, toasts

TABS = ("html", "text", "headers", "source", "signature")


@doors.staff(Permission.SEE_ADDRESSES)
def mailbox_list(request: StaffRequest) -> HttpResponse:
    table = capture_list.table(request)
    return tables.respond(request, table, "delivery/mailbox.html", capture_list.surroundings(request))


@doors.staff(Permission.SEE_ADDRESSES)
def letter_page(request: StaffRequest, pk: int) -> HttpResponse:
    letter = get_object_or_404(capture_list.readable(request.user), pk=pk)
    tab = request.GET.get("tab", "")
    opened = captured.read(bytes(letter.raw))
    if tab not in TABS:
        tab = "html" if opened.html else "text"
    context = {
        **capture_list.page(letter, opened, user=request.user),
        "tab": tab,
        "tabs": _tabs(letter, tab),
        "remote": request.GET.get("remote") == "1",
    }
    return render(request, "delivery/captured_letter.html", context)


@doors.staff(Permission.SEE_ADDRESSES)
def letter_frame(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter's HTML for a frame: it may look like anything and does nothing."""
    opened = captured.read(bytes(get_object_or_404(capture_list.readable(request.user), pk=pk).raw))
    if not opened.html:
        raise Http404
    remote = request.GET.get("remote") == "1"
    headers = {
        "Content-Security-Policy": captured.policy(remote=remote),
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "SAMEORIGIN",
    }
    return HttpResponse(captured.page(captured.with_pictures(opened, remote=remote)), headers=headers)


@doors.staff(Permission.SEE_ADDRESSES)
def letter_source(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter byte by byte, as a file that mail programs open."""
    letter = get_object_or_404(capture_list.readable(request.user), pk=pk)
    answer = HttpResponse(bytes(letter.raw), content_type="message/rfc822")
    return downloads.offer(answer, name=f"letter-{letter.pk}.eml")


@doors.staff(Permission.ADMINISTER)
def mailbox_empty(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        count = mailbox.empty()
        audit.record(request, "mailbox.emptied", label=_("capture mailbox"), detail={"letters": count})
        text = ngettext("One letter is deleted.", "{count} letters are deleted.", count)
        toasts.ok(request, text.format(count=count))
        return responses.go(request, reverse("delivery:mailbox"))
    context = {"count": CapturedLetter.objects.count()}
    return render(request, "delivery/mailbox_empty.html", context)


def _tabs(letter: CapturedLetter, current: str) -> list[tuple[str, str, bool]]:
    titles = (_("HTML"), _("Text"), _("Headers"), _("Source"), _("Signature"))
    url = reverse("delivery:captured_letter", args=[letter.pk])
    return [(title, f"{url}?tab={tab}", tab == current) for tab, title in zip(TABS, titles, strict=True)]
