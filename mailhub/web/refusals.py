"""Brings what services refuse beside the fields of forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.forms import BaseForm

from mailhub.lib.errors import UserError

Value = TypeVar("Value")
Kept = TypeVar("Kept")


def told(check: Callable[[Value], Kept], value: Value) -> Kept:
    """What `check` makes of `value`; its refusal is the sentence beside the field that is being cleaned."""
    try:
        return check(value)
    except UserError as refusal:
        raise ValidationError(str(refusal)) from refusal


def place(form: BaseForm, refusal: UserError) -> None:
    """The sentence stands beside the field that the refusal names; above the form when it names none of it."""
    field = getattr(refusal, "field", "")
    form.add_error(field if field in form.fields else None, str(refusal))
