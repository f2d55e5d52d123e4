"""The doors that letters lead back to: the pixel, the tracked link, the letter as a page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from mailhub.delivery import tokens
from mailhub.delivery.services import viewing
from mailhub.delivery.tracking import answers
from mailhub.delivery.tracking.answers import PRIVATE
from mailhub.lib.errors import UserError

# A letter may look like anything and do nothing.
LETTER_POLICY = (
    "default-src 'none'; img-src https: data: 'self'; style-src 'unsafe-inline'; font-src https: data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@csrf_exempt
@require_safe
def pixel(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the picture and count the open; HEAD is not counted."""
    answer = answers.pixel(token, _counted(request))
    if answer is None:
        return HttpResponse(status=404, headers=PRIVATE)
    return HttpResponse(answer.body, headers=answer.headers)


@csrf_exempt
@require_safe
def click(request: HttpRequest, token: str) -> HttpResponse:
    """Send the reader on to the stored link and count the click; HEAD is not counted."""
    answer = answers.click(token, _counted(request))
    if answer is None:
        raise Http404("No letter of ours has this link.")
    # Not Django's redirect class: it re-encodes the address.
    return HttpResponse(status=302, headers=answer.headers)


@csrf_exempt
@require_safe
def view_in_browser(request: HttpRequest, token: str) -> HttpResponse:
    """Show the letter as it was made for its recipient, without pixel and tracked links."""
    try:
        payload = tokens.read("view", token)
    except tokens.BadToken as error:
        raise Http404("No letter of ours has this link.") from error
    try:
        html = viewing.html_of(dispatch_id=payload.dispatch_id, message_id=payload.message_id)
    except UserError:
        return _gone_letter()
    return HttpResponse(html, headers={**PRIVATE, "Content-Security-Policy": LETTER_POLICY})


def _counted(request: HttpRequest) -> dict[str, Any] | None:
    return request.META if request.method == "GET" else None


def _gone_letter() -> HttpResponse:
    return _page(
        410,
        title=_("This letter can no longer be shown"),
        text=_("What it was made from has been deleted. You still have it in your mailbox."),
    )


def _page(status: int, *, title: str, text: str) -> HttpResponse:
    html = loader.render_to_string("delivery/notice_page.html", {"title": title, "text": text})
    return HttpResponse(html, status=status, headers={**PRIVATE, "Content-Security-Policy": PAGE_POLICY})
