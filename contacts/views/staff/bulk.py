"""Acts on many contacts: what is asked before, and how far each has come."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.models import BulkJob, BulkKind, BulkState, Tag
from contacts.services import bulk
from contacts.views.staff import choosing, outcomes
from contacts.views.staff.bulk_forms import FORMS
from contacts.views.staff.choosing import Chosen
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.lib.errors import UserError
from mailhub.web import responses, toasts
from mailhub.web.templatetags.ui import count as grouped


@doors.staff(Permission.WRITE_PEOPLE)
def contact_act(request: StaffRequest, kind: str) -> HttpResponse:
    """First what the act needs to know, and its consequence; with `confirmed`, the act."""
    if kind not in FORMS:
        raise Http404
    confirmed = request.method == "POST" and "confirmed" in request.POST
    form_key = request.POST.get("form_key", "").replace("\x00", "")[:64]
    if confirmed and (earlier := bulk.begun_by(form_key, user=request.user)):
        return _again(request, earlier)
    try:
        chosen = choosing.read(request)
    except UserError as error:
        return _nobody(request, str(error))
    form = FORMS[kind](request.POST if confirmed else None, count=chosen.count)
    if confirmed and form.is_valid():
        try:
            job = bulk.begin(
                kind,
                choice=chosen.choice,
                words=chosen.words,
                parameters=form.parameters,
                total=chosen.count,
                by=request.user,
                form_key=form_key,
            )
        except bulk.AlreadyBegun as error:
            return _again(request, error.job)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            return _begun(request, job, chosen)
    # A click too many sends the form a second time: its key tells.
    context = {
        "form": form,
        "form_key": form_key or secrets.token_urlsafe(16),
        "chosen": chosen,
        "kind": kind,
        **_words(kind, chosen),
        "tags": _tags(kind),
    }
    return render(request, "contacts/staff/contact_act.html", context, status=422 if form.errors else 200)


@doors.staff(Permission.LOOK)
def act_list(request: StaffRequest) -> HttpResponse:
    jobs = BulkJob.objects.select_related("created_by").order_by("-pk")[:50]
    return render(request, "contacts/staff/act_list.html", {"jobs": [(job, bulk.title(job)) for job in jobs]})


@doors.staff(Permission.LOOK)
def act_page(request: StaffRequest, pk: int) -> HttpResponse:
    return render(request, "contacts/staff/act_page.html", _progress(get_object_or_404(BulkJob, pk=pk)))


@doors.staff(Permission.LOOK)
def act_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """The living part of the page alone."""
    job = get_object_or_404(BulkJob, pk=pk)
    status = 200 if job.state == BulkState.RUNNING else responses.STOP_POLLING
    return render(request, "contacts/staff/_act_progress.html", _progress(job), status=status)


@doors.staff(Permission.LOOK, post=Permission.WRITE_PEOPLE)
def act_stop(request: StaffRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(BulkJob, pk=pk)
    if request.method == "POST":
        if bulk.stop(job):
            audit.record(request, "bulk_act.stopped", target=job, label=bulk.title(job))
            toasts.ok(request, _("Stopped. What was done stays done."))
        return responses.go(request, reverse("contacts:act_page", args=[pk]))
    return redirect("contacts:act_page", pk)


def _begun(request: StaffRequest, job: BulkJob, chosen: Chosen) -> HttpResponse:
    detail = {"count": chosen.count, "chosen": outcomes.without_addresses(chosen.words), **job.parameters}
    audit.record(
        request, f"contacts.{VERBS[BulkKind(job.kind)]}", target=job, label=bulk.title(job), detail=detail
    )
    if job.state == BulkState.RUNNING:
        return responses.go(request, reverse("contacts:act_page", args=[job.pk]))
    if job.state == BulkState.FAILED:
        toasts.bad(request, job.problem)
    else:
        tell = toasts.warn if outcomes.left_out(job.counts) else toasts.ok
        tell(request, " ".join(sentence for sentence, _is_left in outcomes.sentences(job)))
    return responses.go(request, chosen.back)


def _again(request: StaffRequest, job: BulkJob) -> HttpResponse:
    """The same form a second time does nothing; it leads to what the first one does."""
    audit.record(request, "contacts.act_repeated", target=job, label=bulk.title(job))
    return responses.go(request, reverse("contacts:act_page", args=[job.pk]))


def _nobody(request: StaffRequest, problem: str) -> HttpResponse:
    toasts.bad(request, problem)
    return responses.go(request, reverse("contacts:contact_list"))


def _progress(job: BulkJob) -> dict[str, Any]:
    return {
        "job": job,
        "title": bulk.title(job),
        "sentences": outcomes.sentences(job),
        "is_running": job.state == BulkState.RUNNING,
        "value": job.done_count,
        "max": max(job.total_count, 1),
    }


def _tags(kind: str) -> list[str]:
    return (
        list(Tag.objects.order_by("name").values_list("name", flat=True)[:500])
        if kind == BulkKind.TAG
        else []
    )


def _words(kind: str, chosen: Chosen) -> dict[str, str]:
    """Heading, consequence and button of the act."""
    people = ngettext("%(count)s contact", "%(count)s contacts", chosen.count) % {
        "count": grouped(chosen.count)
    }
    texts = {
        BulkKind.SUBSCRIBE: (
            _("Add %(people)s to a list"),
            _("Who has left the list or is suppressed stays away; you are told how many."),
            _("Add %(people)s"),
        ),
        BulkKind.UNSUBSCRIBE: (
            _("Remove %(people)s from a list"),
            _("They are unsubscribed, and come back only by their own act: staff cannot add them again."),
            _("Remove %(people)s"),
        ),
        BulkKind.TAG: (_("Tag %(people)s"), "", _("Tag %(people)s")),
        BulkKind.UNTAG: (_("Take a tag off %(people)s"), "", _("Take it off")),
        BulkKind.DELETE: (
            _("Delete %(people)s"),
            _("Their fields, tags and subscriptions go for good. Proof of consent and suppressions stay."),
            _("Delete %(people)s"),
        ),
    }[BulkKind(kind)]
    heading, text, button = (text % {"people": people} for text in texts)
    return {"heading": heading, "text": text, "button": button}


VERBS = {
    BulkKind.SUBSCRIBE: "subscribed",
    BulkKind.UNSUBSCRIBE: "unsubscribed",
    BulkKind.TAG: "tagged",
    BulkKind.UNTAG: "untagged",
    BulkKind.DELETE: "deleted",
}
