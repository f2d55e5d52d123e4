"""The form that makes one condition: a field, an operator, a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.segments import compiler, registry
from contacts.segments.field import Field, Operator
from contacts.segments.tree import BadTree, Condition, Group
from contacts.selectors import suggesting


class ConditionForm(forms.Form):
    """Shows of the value what the chosen operator takes. `condition` is clean once the form is valid."""

    field = forms.ChoiceField(label=gettext_lazy("What"))
    operator = forms.ChoiceField(label=gettext_lazy("Condition"))

    def __init__(self, data: QueryDict, *, sees_addresses: bool) -> None:
        # Judged only once it is to be added: until then it shows what was chosen so far.
        self.asked = data
        super().__init__(data if "add" in data else None, initial={"value": data.get("value")})
        self.suggestions: list[tuple[str, int]] = []
        self.fields["field"].choices = [("", _("Choose …")), *_field_groups(sees_addresses)]  # type: ignore[attr-defined]
        if self.chosen is None:
            return
        operators = [(key, operator.label) for key, operator in self.chosen.offered_operators.items()]
        self.fields["operator"].choices = operators  # type: ignore[attr-defined]
        if self.chosen_operator is not None and self.chosen_operator.takes != "nothing":
            self.fields["value"] = _value_field(self.chosen, self.chosen_operator)
            if self.chosen_operator.takes == "choice":
                self.initial["value"] = data.getlist("value")
            elif self.chosen_operator.many:
                self.initial["value"] = "\n".join(data.getlist("value"))
            if self.chosen_operator.takes == "text":
                self.suggestions = suggesting.values(self.chosen)
                self.fields["value"].widget.attrs["list"] = "suggestions"

    @cached_property
    def chosen(self) -> Field | None:
        name = self.asked.get("field", "")
        return registry.find(name) if name and name in dict(self._names()) else None

    @cached_property
    def chosen_operator(self) -> Operator | None:
        """The chosen one; the field's first while none of its own is chosen."""
        if self.chosen is None:
            return None
        operators = self.chosen.operators
        return operators.get(self.asked.get("operator", ""), next(iter(operators.values())))

    @property
    def condition(self) -> Condition:
        condition: Condition = self.cleaned_data["condition"]
        return condition

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        value = cleaned.get("value")
        if isinstance(value, str) and self.chosen_operator is not None and self.chosen_operator.many:
            value = tuple(line.strip() for line in value.splitlines() if line.strip())
        try:
            group = compiler.check(
                Group("all", (Condition(cleaned["field"], cleaned["operator"], _kept(value)),))
            )
        except BadTree as error:
            raise forms.ValidationError(
                {"value" if "value" in self.fields else "operator": str(error)}
            ) from error
        assert isinstance(group, Group)
        return {**cleaned, "condition": group.items[0]}

    def _names(self) -> list[tuple[str, str]]:
        choices = self.fields["field"].choices  # type: ignore[attr-defined]
        return [pair for _group, names in list(choices)[1:] for pair in names]


def _field_groups(sees_addresses: bool) -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings with (name, label) of the fields below them."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for field in registry.offered():
        if field.name != "email" or sees_addresses:
            groups.setdefault(str(field.group), []).append((field.name, str(field.label)))
    return list(groups.items())


def _value_field(field: Field, operator: Operator) -> forms.Field:
    label = _("Value")
    if operator.takes == "choice":
        return forms.MultipleChoiceField(
            label=_("Any of these"), choices=field.choices(), widget=forms.CheckboxSelectMultiple
        )
    if operator.many:
        return forms.CharField(label=_("Any of these, one a line"), widget=forms.Textarea(attrs={"rows": 4}))
    makers: Mapping[str, forms.Field] = {
        "number": forms.DecimalField(label=label, widget=forms.NumberInput(attrs={"step": "any"})),
        "date": forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"})),
        "days": forms.IntegerField(label=_("Days"), min_value=1, max_value=36_500),
    }
    return makers.get(operator.takes) or forms.CharField(label=label, max_length=500)


def _kept(value: Any) -> Any:
    """As the query string would give it."""
    if value is None or isinstance(value, tuple):
        return value
    return tuple(value) if isinstance(value, list) else str(value)
