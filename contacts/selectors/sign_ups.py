"""Counts what came of sign-up forms, for staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from contacts.models import Confirmation, List, SignUp, SignUpForm, SignUpState
from contacts.services import forms


@dataclass(frozen=True, slots=True)
class Line:
    """One form in the overview. `form` may be unsaved: a public list's own, nobody touched it yet."""

    form: SignUpForm
    lists: list[List]
    is_open: bool
    taken_count: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the last 30 days, as long as sign-ups are kept; `confirmed_count` of all time."""

    taken_count: int
    waiting_count: int
    caught_count: int
    confirmed_count: int


def lines() -> list[Line]:
    """All forms by name, with those that public lists have by themselves."""
    saved = list(SignUpForm.objects.select_related("brand", "list").prefetch_related("lists"))
    own = [
        forms.of_list(list_)
        for list_ in List.objects.filter(public=True, own_form=None).select_related("brand")
    ]
    taken = _taken(saved)
    found = [_line(form, list(form.lists.all()), taken.get(form.pk, 0)) for form in saved]
    found += [_line(form, forms.lists_of(form), 0) for form in own]
    return sorted(found, key=lambda line: (line.form.name.casefold(), line.form.slug))


def figures(form: SignUpForm) -> Figures:
    if form.pk is None:
        return Figures(0, 0, 0, 0)
    states = dict(SignUp.objects.filter(form=form).values_list("state").annotate(Count("pk")))
    confirmed = Confirmation.objects.filter(
        form_version__startswith=f"{form.slug[:40]}@", used_at__isnull=False
    )
    return Figures(
        taken_count=states.get(SignUpState.TAKEN, 0),
        waiting_count=states.get(SignUpState.WAITING, 0),
        caught_count=states.get(SignUpState.CAUGHT, 0) + states.get(SignUpState.DROPPED, 0),
        confirmed_count=confirmed.count(),
    )


def problems() -> list[tuple[str, int]]:
    """Why sign-ups wait for staff, and how many: (sentence, count)."""
    waiting = SignUp.objects.filter(state=SignUpState.WAITING).exclude(problem="")
    return list(waiting.values_list("problem").annotate(Count("pk")).order_by("problem"))


def _line(form: SignUpForm, lists: list[List], taken_count: int) -> Line:
    return Line(form, lists, forms.is_open(form, lists), taken_count)


def _taken(saved: Iterable[SignUpForm]) -> dict[int, int]:
    counted = SignUp.objects.filter(Q(form__in=[form.pk for form in saved]), state=SignUpState.TAKEN)
    return dict(counted.values_list("form").annotate(Count("pk")))
