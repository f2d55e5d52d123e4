"""The form of a rule that says which letters take which routes; what it refuses, the service says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mailhub.delivery.models import Brand, RouteRule, StoredRoute
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.services import route_rules
from mailhub.delivery.services.route_rules import RuleDraft
from mailhub.web.refusals import told

# The order in which the routes of a rule are tried.
ORDER = ("first", "second", "third", "fourth")


class RuleForm(forms.Form):
    """Letters, and the routes that they take in their order."""

    brand = forms.ModelChoiceField(
        label=_("Brand"), queryset=Brand.objects.none(), required=False, empty_label=_("Every brand")
    )
    stream = forms.ChoiceField(
        label=_("Letters"), required=False, choices=[("", _("Marketing and transactional")), *Stream.choices]
    )
    domain = forms.CharField(
        label=_("Receiving domain"),
        required=False,
        max_length=253,
        widget=forms.TextInput(attrs={"placeholder": "gmail.com", "autocapitalize": "none"}),
        help_text=_("What stands behind the @ of your readers. Empty: every domain."),
    )
    first = forms.ModelChoiceField(label=_("Route"), queryset=StoredRoute.objects.none(), empty_label="–")
    second = forms.ModelChoiceField(
        label=_("When it does not work"),
        queryset=StoredRoute.objects.none(),
        required=False,
        empty_label=_("The letters wait"),
        help_text=_("Letters that the first route has not tried take this one until it works again."),
    )
    third = forms.ModelChoiceField(
        label=_("When that does not work either"),
        queryset=StoredRoute.objects.none(),
        required=False,
        empty_label=_("The letters wait"),
    )
    fourth = forms.ModelChoiceField(
        label=_("And then"),
        queryset=StoredRoute.objects.none(),
        required=False,
        empty_label=_("The letters wait"),
    )

    def __init__(self, data: Any = None, *, rule: RouteRule | None = None) -> None:
        initial: dict[str, Any] = {}
        if rule is not None:
            initial = {"brand": rule.brand_id, "stream": rule.stream, "domain": rule.domain}
            initial |= zip(ORDER, rule.choices.values_list("route_id", flat=True), strict=False)
        super().__init__(data, initial=initial, use_required_attribute=False)
        self._choose("brand", Brand.objects.order_by("name"))
        for name in ORDER:
            self._choose(name, StoredRoute.objects.order_by("name"))

    def _choose(self, name: str, queryset: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queryset

    def clean_domain(self) -> str:
        return told(route_rules.check_domain, self.cleaned_data["domain"])

    def draft(self) -> RuleDraft:
        data = self.cleaned_data
        chain = [data[name] for name in ORDER if data[name] is not None]
        return RuleDraft(data["brand"], data["stream"], data["domain"], chain)
