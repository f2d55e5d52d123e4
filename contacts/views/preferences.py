"""The page where people choose, without signing in, what they get, how often, and what we know of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from contacts.models import (
    ConsentMethod,
    Contact,
    CustomField,
    FieldType,
    LinkKind,
    List,
    MailingWish,
    Reason,
)
from contacts.selectors import languages, people, standing
from contacts.services import choices, errands, fields, leaving, wishes
from contacts.services.fields import InvalidValue
from contacts.views import public
from mailhub.delivery import tokens
from mailhub.delivery.models import Brand
from mailhub.delivery.tokens import Payload
from mailhub.lib import clock

METHOD = ConsentMethod.PREFERENCES


@dataclass(slots=True)
class Visit:
    """Who opened the page, and what it is to say: `done` names what was just done, `errors` what was not."""

    request: HttpRequest
    payload: Payload
    brand: Brand | None
    done: str = ""
    errors: dict[str, str | Promise] = field(default_factory=dict)

    @property
    def contact(self) -> Contact | None:
        return people.by_token(contact_id=self.payload.contact_id, address_hash=self.payload.address_hash)


@public.door
def page(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show the choices; POST does what was chosen."""
    payload = tokens.read("preferences", token)
    list_ = List.objects.select_related("brand").filter(pk=payload.list_id).first()
    visit = Visit(request, payload, public.brand_of(request, list_))
    if request.method == "POST":
        _act(visit)
    contact = visit.contact
    if contact is None or visit.brand is None:
        return public.show(request, "preferences_gone.html", brand=visit.brand, contact=None, done=visit.done)
    return _page(visit, contact, visit.brand)


def _page(visit: Visit, contact: Contact, brand: Brand) -> HttpResponse:
    now = clock.now()
    offers = standing.offers(contact, brand_id=brand.pk)
    on_any = any(offer.on for offer in offers)
    left = standing.recently_left(contact, method=METHOD, now=now)
    return public.show(
        visit.request,
        "preferences.html",
        brand=brand,
        contact=contact,
        offers=offers,
        languages=languages.choices(contact.locale),
        often=_often(contact, now=now),
        paused_until=_paused_until(contact, now=now),
        own=_own_values(visit, contact),
        custom_fields=_custom_fields(visit, contact),
        can_undo=bool(left) and visit.done in ("saved", "everything"),
        stopped=standing.still_stopped(contact.address_hash, lists=[], brand=brand) if on_any else "",
        done=visit.done,
        errors=visit.errors,
        reasons=Reason.choices,
    )


def _act(visit: Visit) -> None:
    """Do what the form says; what the contact is gone for is left undone."""
    form = public.posted(visit.request)
    of_no_list = replace(visit.payload, list_id=0)
    evidence = public.evidence(visit.request)
    if "everything" in form:
        leaving.leave(of_no_list, method=METHOD, evidence=evidence)
        visit.done = "everything"
        return
    if "undo" in form:
        restored = leaving.come_back(of_no_list, method=METHOD, evidence=evidence)
        visit.done = "undone" if restored else ""
        return
    contact = visit.contact
    if contact is None or visit.brand is None:
        return
    acts: dict[str, Callable[[Visit, QueryDict, Contact, Brand], None]] = {
        "reason": _reason,
        LinkKind.DATA: _send_link,
        LinkKind.ERASURE: _send_link,
    }
    named = next((name for name in acts if name in form), None)
    (acts[named] if named else _save)(visit, form, contact, visit.brand)


def _reason(visit: Visit, form: QueryDict, contact: Contact, brand: Brand) -> None:
    given = wishes.give_reason(
        contact.address_hash,
        contact=contact,
        reason=form.get("reason", ""),
        text=form.get("text", ""),
        list_id=visit.payload.list_id,
        dispatch_id=visit.payload.dispatch_id,
    )
    if given:
        visit.done = "told" if form.get("text") else "reason"


def _send_link(visit: Visit, form: QueryDict, contact: Contact, brand: Brand) -> None:
    kind = LinkKind.DATA if LinkKind.DATA in form else LinkKind.ERASURE
    errands.ask(contact, kind=kind, brand=brand, evidence=public.evidence(visit.request))
    visit.done = "mailed"


def _save(visit: Visit, form: QueryDict, contact: Contact, brand: Brand) -> None:
    offers = standing.offers(contact, brand_id=brand.pk)
    wording = "; ".join(offer.list.name for offer in offers)
    own, custom = _typed(form, visit)
    if visit.errors:
        return
    with transaction.atomic():
        choices.choose(
            contact,
            offers,
            wanted=public.numbers(form.getlist("list")),
            shown=public.numbers(form.getlist("shown")),
            evidence=public.evidence(visit.request, wording=wording),
        )
        choices.want(contact, often=form.get("often", ""))
        if own or custom:
            choices.tell(contact, values=own, custom=custom)
        if "locale" in form:
            _speak(contact, form.get("locale", ""))
    visit.done = "saved"


def _speak(contact: Contact, locale: str) -> None:
    try:
        choices.speak(contact, locale=locale)
    except InvalidValue:
        # Not one of the page's own choices: whoever made it up keeps the language that was there.
        return


def _typed(form: QueryDict, visit: Visit) -> tuple[dict[str, str], dict[str, str]]:
    """What was typed of the person's own data; what cannot be is in the visit's errors."""
    own = {name: form.get(name, "") for name in choices.OWN_FIELDS if name in form}
    custom: dict[str, str] = {}
    for name, value in own.items():
        try:
            fields.clean({name: value})
        except InvalidValue as error:
            visit.errors[name] = str(error)
    for custom_field in _editable():
        name = f"field_{custom_field.key}"
        if name not in form:
            continue
        custom[custom_field.key] = form.get(name, "")
        try:
            fields.coerce(custom_field.type, form.get(name, ""))
        except InvalidValue as error:
            visit.errors[name] = _sentence(custom_field.type, error)
    return own, custom


def _sentence(kind: str, error: InvalidValue) -> str | Promise:
    """What is wrong, in the reader's language where it is a usual mistake; the page says it."""
    usual = {
        FieldType.NUMBER: gettext_lazy("This is not a number."),
        FieldType.DATE: gettext_lazy("This is not a date. Write it like 2026-03-31."),
    }
    return usual.get(FieldType(kind), str(error))


def _editable() -> list[CustomField]:
    return list(CustomField.objects.filter(public=True).exclude(type=FieldType.JSON).order_by("label", "pk"))


def _own_values(visit: Visit, contact: Contact) -> dict[str, str]:
    """The names as kept, or as typed when something was wrong with them."""
    typed = public.posted(visit.request) if visit.errors else QueryDict()
    return {name: typed.get(name, str(getattr(contact, name))) for name in choices.OWN_FIELDS}


def _custom_fields(visit: Visit, contact: Contact) -> list[tuple[CustomField, str, str | Promise]]:
    typed = public.posted(visit.request) if visit.errors else QueryDict()
    shown = []
    for custom in _editable():
        name = f"field_{custom.key}"
        value = typed.get(name, _spelt(contact.custom.get(custom.key)))
        shown.append((custom, value, visit.errors.get(name, "")))
    return shown


def _spelt(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _wish(contact: Contact) -> MailingWish | None:
    return MailingWish.objects.filter(contact=contact).first()


def _often(contact: Contact, *, now: datetime) -> str:
    """The choice that holds now: `all`, `weekly` or `paused`."""
    if _paused_until(contact, now=now):
        return "paused"
    wish = _wish(contact)
    return wish.frequency if wish and wish.frequency else "all"


def _paused_until(contact: Contact, *, now: datetime) -> datetime | None:
    wish = _wish(contact)
    return wish.paused_until if wish and wish.paused_until and wish.paused_until > now else None
