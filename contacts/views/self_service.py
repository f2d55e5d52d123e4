"""The pages behind the mailed links: a copy of one's data, and its erasure."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from contacts.models import Contact, LinkKind
from contacts.services import erasure, errands, portability
from contacts.services.errands import Errand
from contacts.views import public
from mailhub.lib.errors import UserError
from mailhub.web import downloads


@public.door
def data(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show a button; POST answers with the file, as often as wanted until the link ends."""
    errand = errands.look(token, kind=LinkKind.DATA)
    contact = _person(errand)
    if contact is None:
        return _over(request, errand)
    if request.method != "POST":
        return _show(request, "data.html", errand, contact)
    return downloads.offer_json(portability.data_of(contact), name="my-data.json")


@public.door
def erase(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show what will be erased; POST erases it."""
    errand = errands.look(token, kind=LinkKind.ERASURE)
    contact = _person(errand)
    if contact is None:
        return _over(request, errand)
    if request.method != "POST":
        return _show(request, "erasure.html", errand, contact)
    brand = errand.request.brand if errand.request else None
    try:
        erasure.erase(contact.pk, actor="the person")
    except UserError:
        # Its sentence names a file of the staff's.
        return _show(request, "erasure.html", errand, contact, status=409, is_busy=True)
    return public.show(request, "erasure_done.html", brand=brand, contact=None)


def _person(errand: Errand) -> Contact | None:
    return errand.request.contact if errand.usable and errand.request else None


def _show(
    request: HttpRequest,
    template: str,
    errand: Errand,
    contact: Contact,
    *,
    status: int = 200,
    is_busy: bool = False,
) -> HttpResponse:
    row = errand.request
    brand, until = (row.brand, row.expires_at) if row else (None, None)
    return public.show(
        request, template, brand=brand, contact=contact, status=status, until=until, is_busy=is_busy
    )


def _over(request: HttpRequest, errand: Errand) -> HttpResponse:
    brand = errand.request.brand if errand.request else public.brand_here(request)
    return public.show(request, "link_over.html", brand=brand, contact=None, status=410)
