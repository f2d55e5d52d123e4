"""What the public pages have in common: no sign-in, the brand's look, the reader's language, the headers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from contacts.models import Contact, List
from contacts.selectors import languages, looks
from contacts.services.evidence import Evidence
from contacts.services.protection import TRAP_FIELD, Signs
from mailhub.delivery.models import Brand
from mailhub.delivery.tokens import BadToken
from mailhub.lib import addresses

View = Callable[..., HttpResponse]
# Fits the database's numbers (2⁶³) whatever its digits; no id of ours is longer.
LONGEST_NUMBER = 18

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
    """A page for everybody, by a signed token or a form's name: 404 for any other (`nowhere`); nothing of
    it is kept, indexed or passed on.

    No CSRF token is asked for: the pages act on what the signed address says and never on a session, forms
    stand on other sites too, and mailbox providers post without cookies (RFC 8058, 3.1).
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except BadToken as error:
            raise Http404("This link is not one of ours, or a part of it is missing.") from error
        return private(response)

    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(guarded))


def private(response: HttpResponse) -> HttpResponse:
    """The response with the headers of a public page, where it has not its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def show(
    request: HttpRequest,
    template: str,
    *,
    brand: Brand | None,
    contact: Contact | None,
    status: int = 200,
    form_targets: tuple[str, ...] = (),
    scripted: bool = False,
    **context: Any,
) -> HttpResponse:
    """The page in the reader's language and the brand's look.

    `form_targets` are URLs of other hosts that its forms may lead on to; `scripted` pages load our scripts.
    """
    language = languages.of_page(request, contact, brand)
    nonce = secrets.token_urlsafe(12)
    context |= {
        "brand": brand,
        "look": looks.of(brand),
        "nonce": nonce,
        "address": addresses.mask(contact.email) if contact else context.get("address", ""),
        "language": language,
        "spoken": _spoken(language),
        "is_right_to_left": translation.get_language_info(language)["bidi"],
    }
    with translation.override(language):
        response = render(request, f"contacts/{template}", context, status=status)
    response.headers["Content-Language"] = language
    response.headers["Content-Security-Policy"] = _policy(
        nonce, brand, form_targets=form_targets, scripted=scripted
    )
    return response


def posted(request: HttpRequest) -> QueryDict:
    """The form that was posted; empty when it cannot be read: a garbled body must not keep anybody here."""
    try:
        form = request.POST
    except (MultiPartParserError, BadRequest, SuspiciousOperation):
        return QueryDict()
    return _without_nul(form)


def numbers(texts: Iterable[str]) -> set[int]:
    """The ids among what was posted; what cannot be one is left out."""
    return {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER}


def evidence(request: HttpRequest, *, wording: str = "", form_version: str = "") -> Evidence:
    """What the request tells of whoever made it."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    return Evidence(
        ip=request.META.get("REMOTE_ADDR") or None,
        user_agent=agent.replace("\0", "")[:400],
        wording=wording,
        form_version=form_version,
    )


def signs(form: QueryDict) -> Signs:
    """What a form's hidden fields tell of whoever filled it in."""
    return Signs(
        trap=form.get(TRAP_FIELD, ""), stamp=form.get("stamp", "")[:100], proof=form.get("altcha", "")
    )


def brand_of(request: HttpRequest, list_: List | None) -> Brand | None:
    """Whose page it is: the list's brand; when the list is gone, `brand_here`."""
    return list_.brand if list_ else brand_here(request)


def brand_here(request: HttpRequest) -> Brand | None:
    """Whose page it is where nothing names a list: a brand of this host, else one that has no host of its own.

    Of several, the one that the page before names (`?brand=`), else the first that can mail.
    """
    host = request.get_host().lower()
    brands = list(Brand.objects.order_by("pk"))
    own = [brand for brand in brands if urlsplit(brand.public_url).netloc.lower() == host]
    shared = [brand for brand in brands if not brand.public_url]
    named = numbers(request.GET.getlist("brand"))
    return min(
        own or shared or brands,
        key=lambda brand: (brand.pk not in named, not brand.sender_address),
        default=None,
    )


def _without_nul(form: QueryDict) -> QueryDict:
    """PostgreSQL keeps no NUL character, and people type none: what a robot sends is read without."""
    if not any("\0" in text for name, texts in form.lists() for text in (name, *texts)):
        return form
    clean = QueryDict(mutable=True)
    for name, texts in form.lists():
        clean.setlist(name.replace("\0", ""), [text.replace("\0", "") for text in texts])
    return clean


def _spoken(language: str) -> list[tuple[str, str, bool]]:
    codes = [code for code, _name in settings.LANGUAGES]
    return [(code, translation.get_language_info(code)["name_local"], code == language) for code in codes]


def _policy(nonce: str, brand: Brand | None, *, form_targets: tuple[str, ...], scripted: bool) -> str:
    pictures = ["'self'", "data:", *([_origin(brand.logo_url)] if brand and brand.logo_url else [])]
    # A browser holds the redirect after a form against this too.
    targets = ["'self'", *(_origin(url) for url in form_targets)]
    parts = [
        "default-src 'none'",
        f"style-src 'self' 'nonce-{nonce}'",
        "img-src " + " ".join(pictures),
        "form-action " + " ".join(targets),
        "base-uri 'none'",
        "frame-ancestors 'none'",
        *(["script-src 'self'", "connect-src 'self'"] if scripted else []),
    ]
    return "; ".join(parts)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else "'self'"
