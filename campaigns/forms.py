"""Drafts as staff write them: what a launch would refuse is said beside its field."""

from __future__ import annotations

from django import forms

from campaigns.models import Campaign
from campaigns.services import values
from mailhub.web.admin import told


class DraftForm(forms.ModelForm[Campaign]):
    """Asks no DNS: whether a domain is verified matters when it is launched."""

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
