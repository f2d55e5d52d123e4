"""What is said where nothing is: to customers by a page of theirs, to staff by the shell's own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.defaults import page_not_found

from contacts.views import public

# The first part of every address that letters, forms and their pages lead to.
PLACES = frozenset({"u", "p", "c", "v", "confirm", "join", "lost"})


def page(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: a link that was cut short or altered says so in the reader's language, and helps on."""
    if request.path_info.split("/")[1] not in PLACES:
        return page_not_found(request, exception)
    brand = public.brand_here(request)
    return public.private(public.show(request, "nowhere.html", brand=brand, contact=None, status=404))
