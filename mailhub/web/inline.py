"""Checks one field while the form is being filled in."""

from __future__ import annotations

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def answer(request: HttpRequest, form: BaseForm) -> HttpResponse | None:
    """What is wrong with the field that was just left, when that is all that was asked; else None.

    A form marked `data-validate` posts itself to its own address with the field's name in X-Validate.
    """
    name = request.headers.get("X-Validate", "")
    if not name:
        return None
    # A formset's or prefixed field is asked for by the name that HTML knows.
    field = next((bound for bound in form if bound.html_name == name), None)
    errors = field.errors if field is not None else []
    response = render(request, "web/components/_field_error.html", {"errors": errors, "field": field})
    response.changed_nothing = True  # type: ignore[attr-defined]
    return response
