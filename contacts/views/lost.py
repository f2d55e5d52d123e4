"""The page for who has lost the mail with the link: it never tells whether an address is known."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from contacts.selectors import languages
from contacts.services import errands, protection
from contacts.views import public
from mailhub.delivery.models import Brand
from mailhub.lib import addresses


@public.door
def page(request: HttpRequest) -> HttpResponse:
    """GET and HEAD show the question; POST answers the same for every address."""
    brand = public.brand_here(request)
    if brand is None:
        raise Http404("There is no brand yet.")
    if request.method != "POST":
        return _ask(request, brand)
    form = public.posted(request)
    language = languages.of_page(request, None, brand)
    try:
        errands.ask_by_address(
            form.get("email", ""),
            brand=brand,
            language=language,
            evidence=public.evidence(request),
            signs=public.signs(form),
        )
    except addresses.InvalidAddress:
        with translation.override(language):
            error = _("This is not an e-mail address. It looks like ann@example.org.")
        return _ask(request, brand, typed=form.get("email", "")[:400], error=error)
    masked = addresses.mask(addresses.parse(form.get("email", "")).typed)
    return public.show(request, "lost_done.html", brand=brand, contact=None, address=masked)


def _ask(request: HttpRequest, brand: Brand, *, typed: str = "", error: str = "") -> HttpResponse:
    return public.show(
        request,
        "lost.html",
        brand=brand,
        contact=None,
        typed=typed,
        error=error,
        stamp=protection.stamp(),
        trap=protection.TRAP_FIELD,
    )
