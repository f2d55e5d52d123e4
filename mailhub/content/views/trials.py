"""Test letters: to oneself in one click, to a few others, and what became of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.content import previewing
from mailhub.content.forms import TestForm
from mailhub.content.models import Letter, TestLetter
from mailhub.content.selectors import drafts as working
from mailhub.content.services import trials
from mailhub.content.views import editing, finding
from mailhub.content.wording import language_name
from mailhub.lib import addresses
from mailhub.lib.errors import UserError
from mailhub.web import inline, responses

LATEST = 5


@doors.staff(Permission.WRITE_CONTENT)
def test_new(request: StaffRequest, letter_id: int) -> HttpResponse:
    """The working copy in one language to a few addresses; to others than oneself needs SEND."""
    letter = finding.letter(letter_id)
    asked = request.POST if request.method == "POST" else request.GET
    current = working.working_copy(letter).or_default(asked.get("locale", ""))
    reader = previewing.reader(asked.get("reader", "")[:40], user=request.user)
    initial = {"addresses": request.user.email, "reader": reader.key}
    form = TestForm(request.POST or None, initial=initial)
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer
        if form.is_valid() and _may_send_to(request, form):
            try:
                return _sent(request, letter, current, form.wish(reader))
            except UserError as error:
                form.add_error(None, str(error))
    context = {
        "letter": letter,
        "form": form,
        "current": current,
        "language_label": language_name(current.locale),
        "reader": reader,
        "reader_name": editing.reader_name(reader),
        "latest": letter.tests.order_by("-id")[:LATEST],
        "back": _page(letter, current.locale),
    }
    return render(request, "content/test_new.html", context, status=422 if form.errors else 200)


@doors.staff(Permission.LOOK)
def test_page(request: StaffRequest, letter_id: int, test_id: int) -> HttpResponse:
    """What became of a test; asked again every second until everything is settled."""
    letter = finding.letter(letter_id)
    test = get_object_or_404(TestLetter, pk=test_id, letter=letter)
    context = _results(test)
    context |= {"back": _page(letter, test.locale), "language_label": language_name(test.locale)}
    if request.htmx and request.htmx.target == "test-results":
        status = responses.STOP_POLLING if context["is_settled"] else 200
        return render(request, "content/_test_results.html", context, status=status)
    return render(request, "content/test_page.html", context)


def _sent(request: StaffRequest, letter: Letter, current: working.Working, wish: trials.Wish) -> HttpResponse:
    test = trials.send(letter, source=current.source, wish=wish, author=finding.author(request))
    detail = {"language": current.locale, "count": len(wish.addresses)}
    audit.record(request, "letter.test_sent", target=letter, detail=detail)
    url = reverse("content:test_page", args=[letter.pk, test.pk])
    if request.htmx and request.htmx.target == "dialog":
        context = _results(test) | {
            "language_label": language_name(test.locale),
            "back": _page(letter, test.locale),
        }
        return render(request, "content/test_page.html", context)
    return responses.go(request, url)


def _results(test: TestLetter) -> dict[str, Any]:
    office = previewing.post()
    rows = list(office.results(test.dispatch_id)) if office and test.dispatch_id else []
    return {
        "letter": test.letter,
        "test": test,
        "rows": rows,
        "is_settled": all(row.is_settled for row in rows),
    }


def _may_send_to(request: StaffRequest, form: TestForm) -> bool:
    """To one's own address without further ado; to others only with the right to send."""
    if request.user.may(Permission.SEND):
        return True
    try:
        own = addresses.parse(request.user.email).key
    except addresses.InvalidAddress:
        own = ""
    if all(addresses.parse(address).key == own for address in form.cleaned_data["addresses"]):
        return True
    words = _("You may send tests to your own address, %(email)s. To others it takes the role “sender”.")
    form.add_error("addresses", words % {"email": request.user.email or _("which is not set")})
    return False


def _page(letter: Letter, locale: str) -> str:
    return reverse("content:letter_page", args=[letter.pk]) + f"?locale={locale}"
