"""The page behind the link of a confirmation mail: one button, once; then a welcome."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from contacts.models import Confirmation, FormVersion, List
from contacts.selectors import languages
from contacts.services import forms, signups
from contacts.services.signups import Answer, Asked
from contacts.views import public
from mailhub.delivery import tokens

TEMPLATES = {
    Answer.READY: "confirm.html",
    Answer.CONFIRMED: "confirm_done.html",
    Answer.ALREADY: "confirm_already.html",
    Answer.EXPIRED: "confirm_expired.html",
    Answer.LEFT: "confirm_left.html",
}


@public.door
def page(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show what the link is good for; POST confirms, or asks for a new link."""
    if request.method != "POST":
        return _page(request, token, signups.look(token))
    if "again" in public.posted(request):
        signups.ask_again(token, evidence=public.evidence(request))
        return _again(request, token)
    return _page(request, token, signups.confirm(token, evidence=public.evidence(request)))


def _page(request: HttpRequest, token: str, asked: Asked) -> HttpResponse:
    row = asked.confirmation
    list_ = row.list if row else _list_of(token)
    return public.show(
        request,
        TEMPLATES[asked.answer],
        brand=public.brand_of(request, list_),
        contact=row.contact if row else None,
        list=list_,
        names=[about.name for about in asked.lists],
        welcome=_welcome(request, row) if row and asked.answer == Answer.CONFIRMED else "",
        preferences_url=_preferences_url(row) if row else "",
        join_url=_join_url(list_),
        # Gone for good; a crawler need not come back.
        status=410 if asked.answer == Answer.EXPIRED else 200,
    )


def _again(request: HttpRequest, token: str) -> HttpResponse:
    """The same for everybody: whether a link was sent is seen in the mailbox alone."""
    list_ = _list_of(token)
    brand = public.brand_of(request, list_)
    return public.show(request, "confirm_again.html", brand=brand, contact=None, join_url=_join_url(list_))


def _list_of(token: str) -> List | None:
    list_id = tokens.read("confirm", token).list_id
    return List.objects.select_related("brand").filter(pk=list_id).first()


def _welcome(request: HttpRequest, row: Confirmation) -> str:
    """What the form that was signed up at says to who has confirmed."""
    slug, _at, rest = row.form_version.partition("@")
    number = rest.partition("/")[0]
    if not number.isdecimal():
        return ""
    version = FormVersion.objects.filter(form__slug=slug, number=int(number)).first()
    if version is None:
        return ""
    language = languages.of_page(request, row.contact, row.list.brand)
    return str(version.texts.get(language, {}).get("welcome", ""))


def _preferences_url(row: Confirmation) -> str:
    payload = tokens.Payload(
        contact_id=row.contact_id, list_id=row.list_id, address_hash=row.contact.address_hash
    )
    return reverse("contacts:preferences", args=[tokens.mint("preferences", payload)])


def _join_url(list_: List | None) -> str:
    """Where the list is signed up for, if anybody may."""
    if list_ is None or not list_.public:
        return ""
    form = forms.of_list(list_)
    return reverse("contacts:join", args=[form.slug]) if form.active else ""
