"""Drafts as staff write them: what a launch would refuse is said beside its field."""

from __future__ import annotations

from django import forms

from campaigns.models import Campaign
from campaigns.services import checks
from mailhub.delivery.services import brands
from mailhub.lib import addresses
from mailhub.web.admin import told


class DraftForm(forms.ModelForm[Campaign]):
    """Asks no DNS: whether a domain is verified matters when it is launched."""

    class Meta:
        model = Campaign
        fields = ("sender_name", "sender_address", "reply_to", "utm")

    def clean_sender_name(self) -> str:
        return told(checks.check_sender_name, self.cleaned_data["sender_name"])

    def clean_sender_address(self) -> str:
        return told(brands.check_sender_address, self.cleaned_data["sender_address"])

    def clean_reply_to(self) -> str:
        typed = self.cleaned_data["reply_to"]
        return told(addresses.parse, typed).ascii if typed else ""

    def clean_utm(self) -> dict[str, str]:
        given: object = self.cleaned_data["utm"]
        return told(checks.check_utm, {} if given is None else given)
