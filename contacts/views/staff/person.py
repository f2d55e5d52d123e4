"""The page of one contact: who it is, what they agreed to, what happened, which letters they got and why."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from contacts import contracts
from contacts.models import Contact
from contacts.selectors import letters, profile, proof, reachability, timeline
from contacts.services import portability
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.delivery.models import Message
from mailhub.delivery.services import composing, viewing
from mailhub.lib import addresses
from mailhub.lib.errors import UserError
from mailhub.web import downloads, spreadsheet

RECENT = 50
# Nothing but what a mail program would show; the letter's own styles, no script, no form.
FRAME_POLICY = (
    "default-src 'none'; img-src 'self' data: https: http:; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'; form-action 'none'; base-uri 'none'; sandbox allow-same-origin"
)


@require_safe
@doors.staff(Permission.LOOK)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """The timeline, of one kind or of all."""
    contact = _contact(pk)
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(timeline.kinds()) else ""
    found = timeline.page(contact, kind=kind, cursor=request.GET.get("older", ""))
    context = {
        "timeline": found,
        "kind": kind,
        "kinds": timeline.kinds(),
        "is_first": not request.GET.get("older"),
    }
    if request.htmx and request.htmx.target == "timeline_more":
        return render(request, "contacts/staff/_person_days.html", {"contact": contact, **context})
    return render(request, "contacts/staff/person.html", {**_frame(contact, "timeline"), **context})


@require_safe
@doors.staff(Permission.LOOK)
def letter_list(request: StaffRequest, pk: int) -> HttpResponse:
    """Each letter with what became of it; and why the person got a campaign or not."""
    contact = _contact(pk)
    below = request.GET.get("below", "")
    found = letters.page(contact, below=int(below) if below.isdecimal() and len(below) < 18 else 0)
    asked = request.GET.get("campaign", "")
    producer = contracts.producers().get("campaign")
    context = {
        "letters": found,
        "campaigns": producer.recent(RECENT) if producer else [],
        "asked": asked,
        "why": _why(request, contact, asked) if asked else [],
    }
    return render(request, "contacts/staff/person_letters.html", {**_frame(contact, "letters"), **context})


@require_safe
@doors.staff(Permission.LOOK)
def letter(request: StaffRequest, pk: int, dispatch_id: int, message_id: int) -> HttpResponse:
    """One letter as it was sent to this person."""
    contact = _contact(pk)
    message = _message(contact, dispatch_id, message_id)
    name = letters.names_of([message.dispatch]).get(dispatch_id)
    context = {**_frame(contact, "letters"), "message": message, "name": name}
    return render(request, "contacts/staff/person_letter.html", context)


@require_safe
@doors.staff(Permission.LOOK)
@xframe_options_sameorigin
def letter_frame(request: StaffRequest, pk: int, dispatch_id: int, message_id: int) -> HttpResponse:
    """The letter's own HTML, for the frame on its page: without pixel, with plain links."""
    contact = _contact(pk)
    _message(contact, dispatch_id, message_id)
    try:
        html = viewing.html_of(dispatch_id=dispatch_id, message_id=message_id)
    except (composing.NothingToSay, UserError):
        html = ""
    if not html:
        html = f"<p>{_('What this letter said is not kept any more.')}</p>"
    elif not request.user.may(Permission.SEE_ADDRESSES):
        html = _masked(html, contact)
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    return response


@require_safe
@doors.staff(Permission.LOOK)
def consent(request: StaffRequest, pk: int) -> HttpResponse:
    """Every record of consent with all that it proves."""
    contact = _contact(pk)
    return render(request, "contacts/staff/person_consent.html", _frame(contact, "consent"))


@require_safe
@doors.staff(Permission.EXPORT)
def proof_file(request: StaffRequest, pk: int, form: str) -> HttpResponseBase:
    """The proof of consent as a file, CSV or JSON."""
    contact = _contact(pk)
    if form not in ("csv", "json"):
        raise Http404
    audit.record(request, "contact.proof_exported", target=contact, label=f"#{pk}", detail={"form": form})
    if form == "csv":
        return spreadsheet.stream(f"consent-{pk}.csv", proof.HEADER, proof.rows(contact))
    return downloads.offer_json(proof.as_json(contact), name=f"consent-{pk}.json")


@require_safe
@doors.staff(Permission.EXPORT)
def data_file(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything that MailHub holds of the person."""
    contact = _contact(pk)
    audit.record(request, "contact.data_exported", target=contact, label=f"#{pk}")
    return downloads.offer_json(portability.data_of(contact), name=f"contact-{pk}.json")


def _contact(pk: int) -> Contact:
    return get_object_or_404(Contact, pk=pk)


def _frame(contact: Contact, tab: str) -> dict[str, Any]:
    """What every tab of the page shows."""
    tabs = [
        ("timeline", _("Timeline"), "contacts:contact_page"),
        ("letters", _("Letters"), "contacts:contact_letters"),
        ("consent", _("Proof of consent"), "contacts:contact_consent"),
    ]
    return {
        "contact": contact,
        "profile": profile.of(contact),
        "reach": reachability.of(contact),
        "standings": proof.by_list(contact),
        "tabs": [(label, reverse(url, args=[contact.pk]), key == tab) for key, label, url in tabs],
    }


def _message(contact: Contact, dispatch_id: int, message_id: int) -> Message:
    rows = Message.objects.select_related("dispatch").filter(dispatch_id=dispatch_id, pk=message_id)
    message = rows.first()
    if message is None or (contact.address_hash != message.address_hash and message.contact_id != contact.pk):
        raise Http404
    return message


def _why(request: StaffRequest, contact: Contact, asked: str) -> list[str]:
    producer = contracts.producers().get("campaign")
    if producer is None or not asked.isdecimal() or len(asked) > 17:
        return []
    try:
        sentences = list(producer.explain(int(asked), contact))
    except UserError as error:
        return [str(error)]
    if request.user.may(Permission.SEE_ADDRESSES):
        return sentences
    return [_masked(sentence, contact) for sentence in sentences]


def _masked(text: str, contact: Contact) -> str:
    for spelling in (contact.email, contact.address, contact.email_key):
        text = text.replace(spelling, addresses.mask(contact.email))
    return text
