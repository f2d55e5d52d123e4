"""The page behind the link of a confirmation mail: one button, once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from contacts.services import signups
from contacts.services.signups import Answer
from contacts.views import public

TEMPLATES = {
    Answer.READY: "confirm.html",
    Answer.CONFIRMED: "confirm_done.html",
    Answer.ALREADY: "confirm_already.html",
    Answer.EXPIRED: "confirm_expired.html",
    Answer.LEFT: "confirm_left.html",
}


@public.door
def page(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show what the link is good for; POST confirms."""
    if request.method == "POST":
        asked = signups.confirm(token, evidence=public.evidence(request))
    else:
        asked = signups.look(token)
    row = asked.confirmation
    return public.show(
        request,
        TEMPLATES[asked.answer],
        brand=public.brand_of(row.list if row else None),
        contact=row.contact if row else None,
        list=row.list if row else None,
        # Gone for good; a crawler need not come back.
        status=410 if asked.answer == Answer.EXPIRED else 200,
    )
