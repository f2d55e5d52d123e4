from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError

from mailhub.lib.errors import UserError, ValueRefused
from mailhub.web import refusals


class NameForm(forms.Form):
    name = forms.CharField()


def test_a_refusal_stands_beside_the_field_that_it_names() -> None:
    form = NameForm({"name": "Ann"})
    refusals.place(form, ValueRefused("There is an Ann already.", field="name"))
    assert form.errors == {"name": ["There is an Ann already."]}


@pytest.mark.parametrize("refusal", [UserError("No."), ValueRefused("No.", field="colour")])
def test_a_refusal_of_no_field_of_the_form_stands_above_it(refusal: UserError) -> None:
    form = NameForm({"name": "Ann"})
    refusals.place(form, refusal)
    assert form.non_field_errors() == ["No."]


def test_what_a_check_makes_of_a_value_is_taken_and_its_sentence_kept() -> None:
    def check(value: str) -> str:
        if not value:
            raise UserError("Say a name.")
        return value.strip()

    assert refusals.told(check, " Ann ") == "Ann"
    with pytest.raises(ValidationError, match="Say a name"):
        refusals.told(check, "")
