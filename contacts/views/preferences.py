"""The page where people choose, without signing in, what they get and in which language."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, QueryDict

from contacts.models import ConsentMethod, Contact, List
from contacts.selectors import languages, people, standing
from contacts.services import choices, leaving
from contacts.services.fields import InvalidValue
from contacts.views import public
from mailhub.delivery import tokens
from mailhub.delivery.models import Brand
from mailhub.delivery.tokens import Payload

METHOD = ConsentMethod.PREFERENCES


@public.door
def page(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show the choices; POST does what was chosen."""
    payload = tokens.read("preferences", token)
    list_ = List.objects.select_related("brand").filter(pk=payload.list_id).first()
    brand = public.brand_of(list_)
    done = _act(request, payload, brand) if request.method == "POST" else ""
    contact = people.by_token(contact_id=payload.contact_id, address_hash=payload.address_hash)
    if contact is None or brand is None:
        return public.show(request, "preferences_gone.html", brand=brand, contact=None, done=done)
    return public.show(
        request,
        "preferences.html",
        brand=brand,
        contact=contact,
        offers=standing.offers(contact, brand_id=brand.pk),
        languages=languages.choices(contact.locale),
        done=done,
    )


def _act(request: HttpRequest, payload: Payload, brand: Brand | None) -> str:
    """Do what the form says; the name of what was done, "" when there was nothing to do."""
    form, evidence = public.posted(request), public.evidence(request)
    of_no_list = replace(payload, list_id=0)
    if "everything" in form:
        leaving.leave(of_no_list, method=METHOD, evidence=evidence)
        return "everything"
    if "undo" in form:
        return "undone" if leaving.come_back(of_no_list, method=METHOD, evidence=evidence) else ""
    contact = people.by_token(contact_id=payload.contact_id, address_hash=payload.address_hash)
    if contact is None or brand is None:
        return ""
    _save(request, form, contact, brand)
    return "saved"


def _save(request: HttpRequest, form: QueryDict, contact: Contact, brand: Brand) -> None:
    offers = standing.offers(contact, brand_id=brand.pk)
    wording = "; ".join(offer.list.name for offer in offers)
    choices.choose(
        contact,
        offers,
        wanted=_numbers(form.getlist("list")),
        shown=_numbers(form.getlist("shown")),
        evidence=public.evidence(request, wording=wording),
    )
    if "locale" in form:
        try:
            choices.speak(contact, locale=form.get("locale", ""))
        except InvalidValue:
            # Not one of the page's own choices: whoever made it up keeps the language that was there.
            return


def _numbers(texts: list[str]) -> set[int]:
    return {int(text) for text in texts if text.isascii() and text.isdigit()}
