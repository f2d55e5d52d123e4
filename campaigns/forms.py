"""Drafts as staff write them: what a launch would refuse is said beside its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.models import Campaign
from campaigns.models.campaigns import TrackingChoice
from campaigns.services import confirming, moments, values
from contacts.models import List, SubscriptionState
from contacts.selectors import counting
from mailhub.content.models import Letter
from mailhub.delivery.models import Brand, Sender
from mailhub.lib.errors import UserError
from mailhub.web.refusals import told
from mailhub.web.templatetags import ui

TYPED = "typed"
UTM = ("source", "medium", "campaign")


class DraftForm(forms.ModelForm[Campaign]):
    """The admin's. Asks no DNS: whether a domain is verified matters when it is launched."""

    class Meta:
        model = Campaign
        fields = ("sender_name", "sender_address", "reply_to", "utm")

    def clean_sender_name(self) -> str:
        return told(values.sender_name, self.cleaned_data["sender_name"])

    def clean_sender_address(self) -> str:
        return told(values.sender_address, self.cleaned_data["sender_address"])

    def clean_reply_to(self) -> str:
        return told(values.reply_to, self.cleaned_data["reply_to"])

    def clean_utm(self) -> dict[str, str]:
        given: object = self.cleaned_data["utm"]
        return told(values.utm, {} if given is None else given)


class SectionForm(forms.Form):
    """One section of a draft. Only what differs from what the page showed is saved: two people who
    change different fields both have their way."""

    # Shown as needed, since a campaign that is sent needs it; a draft may lack it.
    needed: tuple[str, ...] = ()
    use_required_attribute = False

    def __init__(self, *args: Any, campaign: Campaign, **options: Any) -> None:
        self.campaign = campaign
        options.setdefault("initial", self.shown(campaign))
        options.setdefault("auto_id", f"{type(self).__name__.removesuffix('Form').lower()}-%s")
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.show_hidden_initial = True
            field.required = name in self.needed

    def full_clean(self) -> None:
        for name in self.needed:
            self.fields[name].required = False
        super().full_clean()
        for name in self.needed:
            self.fields[name].required = True

    def shown(self, campaign: Campaign) -> dict[str, Any]:
        raise NotImplementedError("A section says in shown() what its fields begin with.")

    def was(self) -> SafeString:
        """What the fields showed, as hidden fields; rendered once, outside the visible controls."""
        return mark_safe("".join(bound.as_hidden(only_initial=True) for bound in self))

    def changes(self) -> dict[str, Any]:
        """What `drafting.change` is to be told."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=values.MAX_NAME, strip=True)

    def clean_name(self) -> str:
        return told(values.name, self.cleaned_data["name"])


class NewForm(NameForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=values.MAX_NAME,
        help_text=gettext_lazy("Only staff see it, such as “Spring sale, week 12”."),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    copy_of = forms.ModelChoiceField(
        label=gettext_lazy("Begin with"),
        queryset=Campaign.objects.none(),
        required=False,
        empty_label=gettext_lazy("An empty campaign"),
        help_text=gettext_lazy("A copy takes letter, sender and lists, and no schedule."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _choices(self, "copy_of").queryset = Campaign.objects.order_by("-id")


class ListsField(forms.ModelMultipleChoiceField[List]):
    """Lists, each with how many people are subscribed to it."""

    numbers: Mapping[int, Mapping[str, int]] = {}

    def label_from_instance(self, obj: List) -> str:
        number = self.numbers.get(obj.pk, {}).get(SubscriptionState.SUBSCRIBED, 0)
        people = ngettext("%(count)s person", "%(count)s people", number) % {"count": ui.count(number)}
        return format_html('{} <span class="muted">· {}</span>', obj.name, people)


class AudienceForm(SectionForm):
    needed = ("lists",)

    lists = ListsField(
        label=gettext_lazy("Goes to"),
        queryset=List.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )
    excluded_lists = ListsField(
        label=gettext_lazy("But to nobody on"),
        queryset=List.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )
    ignore_cap = forms.BooleanField(
        label=gettext_lazy("Also mail people who had another letter a short while ago"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        numbers = counting.by_list()
        for name in ("lists", "excluded_lists"):
            _choices(self, name).queryset = List.objects.order_by("name")
            _choices(self, name).numbers = numbers

    def shown(self, campaign: Campaign) -> dict[str, Any]:
        return {
            "lists": [each.pk for each in campaign.lists.all()],
            "excluded_lists": [each.pk for each in campaign.excluded_lists.all()],
            "ignore_cap": campaign.ignore_cap,
        }


class SenderForm(SectionForm):
    """A sender of the brand's, or one that is typed."""

    needed = ("sender_address",)

    brand = forms.ModelChoiceField(
        label=gettext_lazy("Brand"), queryset=Brand.objects.none(), empty_label=None
    )
    sender = forms.ChoiceField(label=gettext_lazy("From"), required=False)
    sender_name = forms.CharField(
        label=gettext_lazy("Name"), max_length=values.MAX_SENDER_NAME, required=False
    )
    sender_address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"}),
    )
    reply_to = forms.CharField(
        label=gettext_lazy("Answers go to"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Empty: to the sender."),
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"}),
    )
    allow_unverified = forms.BooleanField(
        label=gettext_lazy("For a trial: send although the domain is not verified"), required=False
    )

    def __init__(self, *args: Any, campaign: Campaign, **options: Any) -> None:
        self.senders = {f"{each.pk}": each for each in Sender.objects.filter(brand=campaign.brand_id)}
        super().__init__(*args, campaign=campaign, **options)
        _choices(self, "brand").queryset = Brand.objects.order_by("id")
        if Brand.objects.count() < 2:
            del self.fields["brand"]
        known = [(key, str(each)) for key, each in self.senders.items()]
        self.fields["sender"].required = True
        chooser = _choices(self, "sender")
        chooser.choices = [*known, (TYPED, _("Another sender …"))]
        if not known:
            del self.fields["sender"]

    def shown(self, campaign: Campaign) -> dict[str, Any]:
        same = (
            key
            for key, each in self.senders.items()
            if (each.name, each.address) == (campaign.sender_name, campaign.sender_address)
        )
        return {
            "brand": campaign.brand_id,
            "sender": next(same, TYPED),
            "sender_name": campaign.sender_name,
            "sender_address": campaign.sender_address,
            "reply_to": campaign.reply_to,
            "allow_unverified": campaign.allow_unverified,
        }

    def clean_sender_name(self) -> str:
        return told(values.sender_name, self.cleaned_data["sender_name"])

    def clean_sender_address(self) -> str:
        return told(values.sender_address, self.cleaned_data["sender_address"])

    def clean_reply_to(self) -> str:
        return told(values.reply_to, self.cleaned_data["reply_to"])

    def changes(self) -> dict[str, Any]:
        changes = super().changes()
        chosen = self.senders.get(str(changes.pop("sender", "")))
        if chosen is not None:
            changes |= {"sender_name": chosen.name, "sender_address": chosen.address}
            if chosen.reply_to:
                changes["reply_to"] = chosen.reply_to
        return changes


class LetterForm(SectionForm):
    """The letter, how its readers are counted, and what is added to its links."""

    needed = ("letter",)

    letter = forms.ModelChoiceField(
        label=gettext_lazy("Letter"),
        queryset=Letter.objects.none(),
        required=False,
        empty_label=gettext_lazy("None chosen yet"),
    )
    tracking = forms.ChoiceField(
        label=gettext_lazy("Count opens and clicks"), choices=TrackingChoice.choices, required=False
    )
    utm_source = forms.CharField(label="utm_source", max_length=100, required=False)
    utm_medium = forms.CharField(label="utm_medium", max_length=100, required=False)
    utm_campaign = forms.CharField(label="utm_campaign", max_length=100, required=False)

    def __init__(self, *args: Any, campaign: Campaign, **options: Any) -> None:
        super().__init__(*args, campaign=campaign, **options)
        current = campaign.letter_version.letter_id if campaign.letter_version else 0
        offered = Letter.objects.filter(archived_at=None, is_template=False)
        kept = Letter.objects.filter(pk=current)
        _choices(self, "letter").queryset = (offered | kept).order_by("-updated_at")

    def shown(self, campaign: Campaign) -> dict[str, Any]:
        utm = campaign.utm if isinstance(campaign.utm, dict) else {}
        return {
            "letter": campaign.letter_version.letter_id if campaign.letter_version else None,
            "tracking": campaign.tracking,
            **{f"utm_{name}": utm.get(f"utm_{name}", "") for name in UTM},
        }

    def changes(self) -> dict[str, Any]:
        changes = super().changes()
        if "letter" in changes:
            letter: Letter | None = changes.pop("letter")
            newest = letter.versions.order_by("-number").first() if letter else None
            changes["letter_version"] = newest
        typed = {name: changes.pop(name) for name in list(changes) if name.startswith("utm_")}
        if typed:
            before = self.campaign.utm if isinstance(self.campaign.utm, dict) else {}
            merged = {**before, **typed}
            changes["utm"] = {name: text for name, text in merged.items() if text}
        return changes


class TestForm(forms.Form):
    __test__ = False  # Not a test itself, whatever its name begins with.

    addresses = forms.CharField(
        label=gettext_lazy("To"),
        max_length=2000,
        help_text=gettext_lazy("Up to ten addresses, with commas between them."),
    )


class MomentForm(forms.Form):
    """A day and a time on the clock of a zone; `moment` is what they amount to."""

    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    time = forms.TimeField(
        label=gettext_lazy("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    which = forms.ChoiceField(
        label=gettext_lazy("Which of the two"),
        required=False,
        choices=[("", "–"), ("first", gettext_lazy("the first")), ("second", gettext_lazy("the second"))],
    )

    def __init__(self, *args: Any, now: Any, **options: Any) -> None:
        self.now = now
        self.comes_twice = False
        super().__init__(*args, **options)
        own = str(options.get("initial", {}).get("zone", "UTC"))
        names = moments.zones()
        _choices(self, "zone").choices = [
            (name, name.replace("_", " ")) for name in dict.fromkeys((own, *names))
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, at, zone = data.get("day"), data.get("time"), data.get("zone")
        if isinstance(day, date) and isinstance(at, time) and zone:
            which = {"first": False, "second": True}.get(data.get("which", ""))
            try:
                data["moment"] = moments.resolve(day, at, zone=zone, second=which, now=self.now)
            except moments.BadMoment as wrong:
                self.comes_twice = isinstance(wrong, moments.TwoMoments)
                self.add_error("which" if self.comes_twice else wrong.field, str(wrong))
        return data


class ConfirmForm(forms.Form):
    """What the confirmation showed, and above 10 000 people its number, typed."""

    count = forms.IntegerField(widget=forms.HiddenInput())
    subject = forms.CharField(widget=forms.HiddenInput(), required=False, strip=False)
    sender = forms.CharField(widget=forms.HiddenInput(), required=False, strip=False)
    letter_version_id = forms.IntegerField(widget=forms.HiddenInput())
    typed = forms.CharField(
        label=gettext_lazy("Type the number of people"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    @property
    def needs_number(self) -> bool:
        return int(self["count"].value() or 0) > confirming.TYPED_ABOVE

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        count = data.get("count") or 0
        typed = "".join(sign for sign in data.get("typed", "") if sign.isdigit())
        if count > confirming.TYPED_ABOVE and typed != str(count):
            self.add_error("typed", _("Type %(count)s to send to that many people.") % {"count": count})
        return data

    def confirmed(self) -> confirming.Confirmed:
        data = self.cleaned_data
        return confirming.Confirmed(data["count"], data["subject"], data["sender"], data["letter_version_id"])


def _choices(form: forms.Form, name: str) -> Any:
    """The field, whose choices are read when the form is made and not when the module is."""
    return form.fields[name]


def attempt(form: forms.BaseForm, act: Callable[[], object], *, field: str | None = None) -> bool:
    """Whether `act` was done; what it refused is said in the form."""
    try:
        act()
    except UserError as refusal:
        form.add_error(field, str(refusal))
        return False
    return True
