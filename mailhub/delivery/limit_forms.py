"""The forms of the limits; what they refuse, the services say."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from mailhub.delivery.models import DestinationLimit, RouteLimit, SendingDomain, StoredRoute, WarmUp
from mailhub.delivery.models.limits import Overflow, WarmUpPlan
from mailhub.delivery.selectors import limits as shown
from mailhub.delivery.services import limits
from mailhub.delivery.services.limits import HIGHEST, CapsDraft, WarmUpDraft
from mailhub.web.refusals import told

CAPS = ("per_second", "per_minute", "per_hour", "per_day")
# A select box cannot tell "" from nothing chosen.
ENVIRONMENT = "environment"


def zones(own: str) -> list[tuple[str, str]]:
    """Every zone, `own` first."""
    names = dict.fromkeys((own, "UTC", *sorted(available_timezones())))
    return [(name, name.replace("_", " ")) for name in names]


def _cap(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=HIGHEST)


class CapsForm(forms.Form):
    """Caps in letters; an empty one does not limit."""

    per_second = _cap(_("Letters a second"))
    per_minute = _cap(_("Letters a minute"))
    per_hour = _cap(_("Letters an hour"))
    per_day = _cap(_("Letters a day"))
    zone = forms.ChoiceField(label=_("Whose midnight begins the day"))

    def __init__(self, data: Any = None, *, limit: RouteLimit | DestinationLimit | None, zone: str) -> None:
        names = [*CAPS, "zone"]
        initial = {name: getattr(limit, name) for name in names} if limit else {"zone": zone}
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.fields["zone"] = forms.ChoiceField(
            label=self.fields["zone"].label, choices=zones(str(initial["zone"]))
        )

    def caps(self) -> CapsDraft:
        data = self.cleaned_data
        caps = {name: data[name] for name in CAPS}
        return CapsDraft(**caps, zone=data["zone"], at_once=data.get("at_once"))


class RouteLimitForm(CapsForm):
    """What may leave by a route."""

    route = forms.ChoiceField(label=_("Route"))
    field_order = ("route", *CAPS, "zone")

    def __init__(self, data: Any = None, *, limit: RouteLimit | None = None, zone: str = "UTC") -> None:
        super().__init__(data, limit=limit, zone=zone)
        if limit is not None:
            del self.fields["route"]
        else:
            self.fields["route"] = forms.ChoiceField(label=_("Route"), choices=route_choices())
            self.order_fields(self.field_order)
        self.limit = limit

    def save(self) -> RouteLimit:
        route = self.limit.route if self.limit else chosen_route(self.cleaned_data["route"])
        return limits.limit_route(route, self.caps())


class DestinationLimitForm(CapsForm):
    """What may leave for a receiving domain."""

    domain = forms.CharField(
        label=_("Receiving domain"),
        required=False,
        max_length=253,
        widget=forms.TextInput(attrs={"placeholder": "gmail.com", "autocapitalize": "none"}),
        help_text=_(
            "What stands behind the @ of your readers. Empty: each domain without a limit of its own."
        ),
    )
    at_once = forms.IntegerField(
        label=_("Letters at the same time"),
        required=False,
        min_value=1,
        max_value=HIGHEST,
        help_text=_("How many may be on their way to it at once."),
    )
    field_order = ("domain", *CAPS, "at_once", "zone")

    def __init__(self, data: Any = None, *, limit: DestinationLimit | None = None, zone: str = "UTC") -> None:
        super().__init__(data, limit=limit, zone=zone)
        self.limit = limit
        if limit is not None:
            self.initial["at_once"] = limit.at_once
            del self.fields["domain"]

    def clean_domain(self) -> str:
        return told(limits.check_domain, self.cleaned_data["domain"])

    def save(self) -> DestinationLimit:
        domain = self.limit.domain if self.limit else self.cleaned_data["domain"]
        return limits.limit_destination(domain, self.caps())


class WarmUpForm(forms.Form):
    """How a new sending domain grows warm on a route."""

    domain = forms.ModelChoiceField(
        label=_("Sending domain"), queryset=SendingDomain.objects.none(), empty_label=None
    )
    route = forms.ChoiceField(label=_("Route"))
    plan = forms.ChoiceField(label=_("Plan"), choices=WarmUpPlan.choices)
    custom_caps = forms.CharField(
        label=_("Caps of your own"),
        required=False,
        max_length=1500,
        widget=forms.TextInput(attrs={"placeholder": "50, 100, 200, 400"}),
        help_text=_("One number a step, with commas between them; after the last one nothing is capped."),
    )
    custom_step_days = forms.IntegerField(
        label=_("Days a step lasts"), required=False, min_value=1, max_value=60
    )
    custom_per_hour = forms.BooleanField(label=_("The caps count an hour, not a day"), required=False)
    overflow = forms.ChoiceField(label=_("Letters over the cap"), choices=Overflow.choices)
    overflow_route = forms.ChoiceField(label=_("The other route"), required=False)
    started_date = forms.DateField(
        label=_("First day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_(
            "Empty: the day of the first letter. An earlier day when the domain is half warm already."
        ),
    )
    zone = forms.ChoiceField(label=_("Whose midnight begins the day"))

    def __init__(self, data: Any = None, *, limit: WarmUp | None = None, zone: str = "UTC") -> None:
        initial: dict[str, Any] = {"plan": WarmUpPlan.SEED, "custom_step_days": 1, "zone": zone}
        if limit is not None:
            names = ("plan", "custom_step_days", "custom_per_hour", "overflow", "started_date", "zone")
            initial = {name: getattr(limit, name) for name in names}
            initial["custom_caps"] = ", ".join(str(cap) for cap in limit.custom_caps)
            initial["overflow_route"] = route_value(limit.overflow_route)
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.limit = limit
        self.fields["zone"] = forms.ChoiceField(
            label=_("Whose midnight begins the day"), choices=zones(str(initial["zone"]))
        )
        stored = [("", "–"), *((str(row.pk), row.name) for row in StoredRoute.objects.order_by("name"))]
        self.fields["overflow_route"] = forms.ChoiceField(
            label=_("The other route"), choices=stored, required=False
        )
        self._choose_what(limit)

    def _choose_what(self, limit: WarmUp | None) -> None:
        if limit is not None:
            del self.fields["domain"], self.fields["route"]
            return
        self.fields["domain"] = forms.ModelChoiceField(
            label=_("Sending domain"), queryset=SendingDomain.objects.order_by("name"), empty_label=None
        )
        self.fields["route"] = forms.ChoiceField(label=_("Route"), choices=route_choices())
        self.order_fields(("domain", "route", "plan"))

    def clean_custom_caps(self) -> list[int]:
        text = self.cleaned_data["custom_caps"]
        if self.data.get("plan") != WarmUpPlan.CUSTOM:
            return []
        return told(limits.parse_caps, text)

    def draft(self) -> WarmUpDraft:
        data = self.cleaned_data
        return WarmUpDraft(
            domain=self.limit.domain if self.limit else data["domain"],
            route=self.limit.route if self.limit else chosen_route(data["route"]),
            plan=data["plan"],
            custom_caps=data["custom_caps"],
            custom_per_hour=data["custom_per_hour"],
            custom_step_days=data["custom_step_days"] or 1,
            zone=data["zone"],
            overflow=data["overflow"],
            overflow_route=chosen_route(data["overflow_route"] or ENVIRONMENT),
            started_date=data["started_date"],
        )


def route_choices() -> list[tuple[str, str]]:
    """The stored routes, and what takes letters without one."""
    stored = [(str(row.pk), row.name) for row in StoredRoute.objects.order_by("name")]
    return [*stored, (ENVIRONMENT, shown.route_name(None))]


def chosen_route(value: str) -> StoredRoute | None:
    return None if value == ENVIRONMENT else StoredRoute.objects.filter(pk=int(value)).first()


def route_value(route: StoredRoute | None) -> str:
    return str(route.pk) if route else ""
