"""What the public pages have in common: the signed token as the only key, the brand's look, the headers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from contacts.models import Contact, List
from contacts.selectors import languages
from contacts.services.evidence import Evidence
from mailhub.delivery.models import Brand
from mailhub.delivery.tokens import BadToken
from mailhub.lib import addresses

View = Callable[[HttpRequest, str], HttpResponse]

HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    # The token is in the address, and whoever has it may act for its owner.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


def door(view: View) -> View:
    """A page behind a signed token: 404 for any other; nothing of it is kept, indexed or passed on.

    No CSRF token is asked for: the pages act on what the signed address says and never on a session, and
    mailbox providers post without cookies (RFC 8058, 3.1).
    """

    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except BadToken as error:
            raise Http404("This link is not one of ours, or a part of it is missing.") from error
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(guarded))


def show(
    request: HttpRequest,
    template: str,
    *,
    brand: Brand | None,
    contact: Contact | None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """The page in the contact's language, else the brand's."""
    language = languages.of(contact, brand)
    context |= {
        "brand": brand,
        "address": addresses.mask(contact.email) if contact else "",
        "language": language,
        "is_right_to_left": translation.get_language_info(language)["bidi"],
    }
    with translation.override(language):
        response = render(request, f"contacts/{template}", context, status=status)
    response.headers["Content-Language"] = language
    return response


def posted(request: HttpRequest) -> QueryDict:
    """The form that was posted; empty when it cannot be read: a garbled body must not keep anybody here."""
    try:
        return request.POST
    except (MultiPartParserError, BadRequest, SuspiciousOperation):
        return QueryDict()


def evidence(request: HttpRequest, *, wording: str = "") -> Evidence:
    """What the request tells of whoever made it."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    return Evidence(ip=request.META.get("REMOTE_ADDR") or None, user_agent=agent[:400], wording=wording)


def brand_of(list_: List | None) -> Brand | None:
    """Whose page it is: the list's brand; the first one when the list is gone."""
    return list_.brand if list_ else Brand.objects.order_by("pk").first()
