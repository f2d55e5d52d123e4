"""The form of a rule that says which letters take which routes; what it refuses, the service says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mailhub.delivery.models import Brand, RouteRule, StoredRoute
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.selectors import rules
from mailhub.delivery.services import route_rules
from mailhub.delivery.services.route_rules import RuleDraft
from mailhub.lib.errors import UserError
from mailhub.web import refusals

# The order in which the routes of a rule are tried.
ORDER = ("first", "second", "third", "fourth")
# What the server of MAILHUB_SMTP_URL is called among them.
ENVIRONMENT = "environment"


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
    subdomains = forms.BooleanField(
        label=_("And its subdomains"),
        required=False,
        help_text=_(
            "All that stands below the domain, at any depth. A rule for one of these counts before this one."
        ),
    )
    first = forms.ChoiceField(label=_("Route"))
    second = forms.ChoiceField(
        label=_("When it does not work"),
        required=False,
        help_text=_("Letters that the first route has not tried take this one until it works again."),
    )
    third = forms.ChoiceField(label=_("When that does not work either"), required=False)
    fourth = forms.ChoiceField(label=_("And then"), required=False)

    def __init__(self, data: Any = None, *, rule: RouteRule | None = None) -> None:
        initial: dict[str, Any] = {}
        if rule is not None:
            initial = {"brand": rule.brand_id, "stream": rule.stream}
            initial |= {"domain": rule.domain, "subdomains": rule.subdomains}
            routes = rule.choices.values_list("route_id", flat=True)
            initial |= {name: str(pk or ENVIRONMENT) for name, pk in zip(ORDER, routes, strict=False)}
        super().__init__(data, initial=initial, use_required_attribute=False)
        brand = self.fields["brand"]
        assert isinstance(brand, forms.ModelChoiceField)
        brand.queryset = Brand.objects.order_by("name")
        self._stored = {str(route.pk): route for route in StoredRoute.objects.order_by("name")}
        choices = [(pk, route.name) for pk, route in self._stored.items()]
        if settings.MAILHUB_SMTP is not None or ENVIRONMENT in initial.values():
            choices.append((ENVIRONMENT, rules.environment_name()))
        for name in ORDER:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "–" if name == "first" else _("The letters wait")), *choices]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "domain" in data:
            try:
                subdomains = bool(data.get("subdomains"))
                data["domain"] = route_rules.check_domain(data["domain"], subdomains=subdomains)
            except UserError as refusal:
                refusals.place(self, refusal)
        return data

    def draft(self) -> RuleDraft:
        data = self.cleaned_data
        chain = [self._stored.get(data[name]) for name in ORDER if data[name]]
        return RuleDraft(data["brand"], data["stream"], data["domain"], chain, data["subdomains"])
