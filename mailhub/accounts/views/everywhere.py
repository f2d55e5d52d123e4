"""Pages that belong to no room: global search, and the living page of components."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.lib import clock
from mailhub.web import inline, search, toasts
from mailhub.web.charts import Chart, Series


@doors.staff(Permission.LOOK)
def found(request: StaffRequest) -> HttpResponse:
    """What every room finds for `q`; the hits alone while somebody types."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    groups = search.find(text, user=request.user)
    alone = bool(request.htmx) and request.htmx.target == "search-hits"
    return render(request, "web/_hits.html" if alone else "web/search.html", {"text": text, "groups": groups})


class SpecimenForm(forms.Form):
    """Every kind of field, for the living page."""

    name = forms.CharField(label="Text", help_text="Help stays visible under the field.")
    address = forms.EmailField(label="E-mail", initial="ann@example.org")
    amount = forms.IntegerField(label="Number", required=False)
    day = forms.DateField(
        label="Date", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    secret = forms.CharField(label="Secret", required=False, widget=forms.PasswordInput())
    kind = forms.ChoiceField(label="Select", choices=[("a", "First"), ("b", "Second")])
    pick = forms.ChoiceField(
        label="Radio", choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect(), initial="a"
    )
    several = forms.MultipleChoiceField(
        label="Checks", choices=[("a", "First"), ("b", "Second")], widget=forms.CheckboxSelectMultiple()
    )
    agreed = forms.BooleanField(label="One check", help_text="With what it means.")
    words = forms.CharField(label="Long text", widget=forms.Textarea(), required=False)


@doors.staff(Permission.LOOK, post=Permission.LOOK)
def living(request: StaffRequest) -> HttpResponse:
    """Every component in every state, to look at and to test against."""
    form = SpecimenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (answer := inline.answer(request, form)):
        return answer
    if request.GET.get("toast"):
        toasts.ok(request, _("Saved."))
        toasts.warn(request, _("Something to look at."), undo=request.path)
        toasts.bad(request, _("That did not work, and this says why."))
    days = [(clock.now() - timedelta(days=back)).date() for back in range(29, -1, -1)]
    opened = [40 + (index * 37) % 61 for index in range(30)]
    context = {
        "form": form,
        # Beside the other form on one page: an id must name one thing only.
        "wrong": SpecimenForm({"name": "", "address": "ann@", "amount": "many"}, auto_id="wrong_%s"),
        "line": Chart(
            "Opened each day",
            days,
            [Series("this month", opened), Series("before", opened[::-1], dashed=True)],
        ),
        "bars": Chart(
            "By provider", ["Gmail", "Outlook", "Yahoo"], [Series("letters", [120, 80, 31])], kind="bars"
        ),
        "none": Chart("Nothing yet", [], [Series("letters", [])]),
        "parts": [("ok", 62, "62 % sent"), ("info", 20, "20 % waiting"), ("bad", 3, "3 % failed")],
        "kinds": ["ok", "warn", "bad", "info", "neutral"],
        "at": clock.now(),
    }
    return render(request, "accounts/living.html", context)
