"""What each bulk act asks before it is done."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import BulkKind, LegalBasis, List, Tag
from contacts.services import bulk, people
from contacts.services.bulk_acts import LONGEST_STATEMENT
from mailhub.lib import clock, names

BASES = [
    (LegalBasis.EXPRESS, gettext_lazy("Express: they asked for these letters")),
    (LegalBasis.IMPLIED, gettext_lazy("Implied: they are customers or inquired, until a date")),
]


class ActForm(forms.Form):
    """`parameters` are those of the job, once the form is valid."""

    def __init__(self, data: Any = None, *, count: int) -> None:
        self.count = count
        super().__init__(data)

    @property
    def parameters(self) -> dict[str, Any]:
        return {}


class ListForm(ActForm):
    list = forms.ModelChoiceField(label=gettext_lazy("List"), queryset=List.objects.order_by("name"))

    @property
    def parameters(self) -> dict[str, Any]:
        return {"id": self.cleaned_data["list"].pk}


class SubscribeForm(ListForm):
    """Consent is stated by who acts, and kept as proof with each contact."""

    statement = forms.CharField(
        label=gettext_lazy("Where and how did these people agree?"),
        help_text=gettext_lazy(
            "For example “Sign-up sheet at the fair in Hanover, May 2026”. Kept as proof."
        ),
        max_length=LONGEST_STATEMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Consent"), choices=BASES, widget=forms.RadioSelect, initial=LegalBasis.EXPRESS
    )
    ends = forms.DateField(
        label=gettext_lazy("Implied consent ends on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Two years after a purchase, six months after an inquiry (CASL)."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("basis") == LegalBasis.IMPLIED and not self.errors:
            ends = cleaned.get("ends")
            if ends is None:
                raise forms.ValidationError({"ends": _("Implied consent ends some day: say when.")})
            if ends <= clock.now().date():
                raise forms.ValidationError({"ends": _("That day is over: nobody could be mailed.")})
        return cleaned

    @property
    def parameters(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        found = {**super().parameters, "statement": cleaned["statement"], "basis": cleaned["basis"]}
        if cleaned["basis"] == LegalBasis.IMPLIED:
            found["basis_expires_at"] = datetime.combine(cleaned["ends"], time.max, tzinfo=UTC).isoformat()
        return found


class TagForm(ActForm):
    """A tag that there is, or a new one."""

    tag = forms.CharField(
        label=gettext_lazy("Tag"),
        max_length=120,
        help_text=gettext_lazy("One that there is, or a new one."),
        widget=forms.TextInput(attrs={"list": "tags", "autocomplete": "off"}),
    )

    @property
    def parameters(self) -> dict[str, Any]:
        return {"id": people.get_tag(self.cleaned_data["tag"]).pk}

    def clean_tag(self) -> str:
        name = " ".join(self.cleaned_data["tag"].split())
        if not names.is_visible(name) or "\x00" in name:
            raise forms.ValidationError(_("Give the tag a name."))
        return name


class UntagForm(ActForm):
    tag = forms.ModelChoiceField(label=gettext_lazy("Tag"), queryset=Tag.objects.order_by("name"))

    @property
    def parameters(self) -> dict[str, Any]:
        return {"id": self.cleaned_data["tag"].pk}


class DeleteForm(ActForm):
    """Above a thousand the number is typed: nobody deletes so many by a slip."""

    number = forms.CharField(label=gettext_lazy("Type the number of contacts"), required=False)

    def __init__(self, data: Any = None, *, count: int) -> None:
        super().__init__(data, count=count)
        if count <= bulk.TYPED_ABOVE:
            del self.fields["number"]

    def clean_number(self) -> str:
        typed = "".join(letter for letter in self.cleaned_data["number"] if letter.isdigit())
        if typed != str(self.count):
            raise forms.ValidationError(_("Type %(count)d to delete so many.") % {"count": self.count})
        return typed


FORMS: dict[str, type[ActForm]] = {
    BulkKind.SUBSCRIBE: SubscribeForm,
    BulkKind.UNSUBSCRIBE: ListForm,
    BulkKind.TAG: TagForm,
    BulkKind.UNTAG: UntagForm,
    BulkKind.DELETE: DeleteForm,
}
