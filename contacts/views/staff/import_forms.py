"""What staff decide about a file before it is imported."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.importing import choosing, drafts, looking
from contacts.importing.mapping import Column
from contacts.importing.terms import LONGEST_SOURCE, LONGEST_WORDING, Terms
from contacts.models import CustomField, FieldType, Import, ImportKind, LegalBasis, List
from mailhub.delivery.models import Brand
from mailhub.lib.errors import UserError

NO_BASIS = "none"
BASES = [
    (
        LegalBasis.EXPRESS,
        gettext_lazy("They asked for it: they ticked a box, signed a sheet, confirmed a mail."),
    ),
    (
        LegalBasis.IMPLIED,
        gettext_lazy("They are customers or have inquired: implied consent, which ends on a day."),
    ),
    (NO_BASIS, gettext_lazy("They did not agree. Keep them as contacts and subscribe nobody.")),
]
EMPTY = [
    ("keep", gettext_lazy("An empty cell leaves what is stored.")),
    ("clear", gettext_lazy("An empty cell empties the field.")),
]
REASONS = [
    ("manual", gettext_lazy("By hand: they must not be mailed")),
    ("unsubscribed", gettext_lazy("They unsubscribed")),
    ("hard_bounce", gettext_lazy("Their mailbox does not exist (hard bounce)")),
    ("complaint", gettext_lazy("They complained")),
    ("invalid", gettext_lazy("The address is invalid")),
]


class UploadForm(forms.Form):
    """The file, and what it is."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is in the file?"),
        choices=[
            (ImportKind.PEOPLE, gettext_lazy("People, for a list")),
            (ImportKind.SUPPRESSIONS, gettext_lazy("Addresses that must not be mailed (a suppression list)")),
        ],
        widget=forms.RadioSelect,
        initial=ImportKind.PEOPLE,
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV or XLSX, at most 200 MB. The first line holds the names of the columns. "
            "Separator and encoding are found out."
        ),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
        max_length=255,
        widget=forms.ClearableFileInput(
            attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv,text/plain,application/vnd.ms-excel"}
        ),
    )


class ColumnsForm(forms.Form):
    """What becomes of each column: `target_<n>`, and for a new field its `label_<n>` and `kind_<n>`."""

    def __init__(self, data: Any = None, *, run: Import) -> None:
        super().__init__(data)
        self.run = run
        self.columns = drafts.columns_of(run)
        self._known = list(CustomField.objects.order_by("label"))
        for column in self.columns:
            self._add(column)

    def _add(self, column: Column) -> None:
        number = column.index
        label = _("What “%(header)s” becomes") % {"header": column.header or number + 1}
        self.fields[f"target_{number}"] = forms.ChoiceField(
            label=label,
            choices=choosing.options(column, known=self._known),
            initial=choosing.word_of(column),
            widget=forms.Select(attrs={"data-target": "", "aria-label": label}),
        )
        self.fields[f"label_{number}"] = forms.CharField(
            label=_("Name of the new field"), required=False, max_length=120
        )
        self.fields[f"kind_{number}"] = forms.ChoiceField(
            label=_("Its type"), required=False, choices=FieldType.choices, initial=column.kind
        )

    def lines(self) -> list[dict[str, Any]]:
        """Each column with its samples and controls, for the table."""
        return [
            {
                "column": column,
                **looking.samples_of(self.run, column),
                "target": self[f"target_{column.index}"],
                "label": self[f"label_{column.index}"],
                "kind": self[f"kind_{column.index}"],
            }
            for column in self.columns
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        numbers = [column.index for column in self.columns]
        try:
            cleaned["columns"] = choosing.chosen(
                self.columns,
                words=[cleaned[f"target_{number}"] for number in numbers],
                new=[(cleaned[f"label_{number}"], cleaned[f"kind_{number}"]) for number in numbers],
                known=self._known,
            )
        except UserError as error:
            raise forms.ValidationError(str(error)) from error
        return cleaned


class TermsForm(forms.Form):
    """Where these people go, and how they agreed. What a choice makes needless is not asked for."""

    # A field that is hidden until it is needed must not keep the browser from sending the form.
    use_required_attribute = False

    list = forms.ModelChoiceField(
        label=gettext_lazy("List"),
        queryset=List.objects.none(),
        empty_label=gettext_lazy("A new list…"),
    )
    list_name = forms.CharField(label=gettext_lazy("Name of the new list"), max_length=100)
    basis = forms.ChoiceField(
        label=gettext_lazy("How did these people agree?"),
        choices=BASES,
        widget=forms.RadioSelect,
        initial=LegalBasis.EXPRESS,
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Implied consent ends on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("In Canada two years after a purchase, six months after an inquiry (CASL)."),
    )
    source = forms.CharField(
        label=gettext_lazy("Where and when did they agree?"),
        max_length=LONGEST_SOURCE,
        help_text=gettext_lazy(
            "Kept as the proof with each person, such as: sign-up sheet, spring fair 2026."
        ),
        error_messages={
            "required": gettext_lazy("Say where these people come from; it is kept as the proof.")
        },
    )
    wording = forms.CharField(
        label=gettext_lazy("What exactly were they shown?"),
        required=False,
        max_length=LONGEST_WORDING,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The sentence beside the box or on the sheet, word by word."),
    )
    empty = forms.ChoiceField(
        label=gettext_lazy("Empty cells"), choices=EMPTY, widget=forms.RadioSelect, initial="keep"
    )

    def __init__(self, data: Any = None, *, run: Import) -> None:
        super().__init__(data, initial=_terms_of(run))
        self.run = run
        field = self.fields["list"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = List.objects.order_by("name")
        if self.is_bound:
            # Whether they are needed depends on each other; `clean` says so.
            for name in ("list", "list_name", "ends_on"):
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._clean_list(cleaned)
        if self.errors:
            return cleaned
        basis = "" if cleaned["basis"] == NO_BASIS else cleaned["basis"]
        implied = basis == LegalBasis.IMPLIED
        if implied and not cleaned.get("ends_on"):
            self.add_error("ends_on", _("Choose the day on which the implied consent ends."))
            return cleaned
        by = self.run.created_by.get_username() if self.run.created_by else ""
        ends_at = _end_of(cleaned["ends_on"]) if implied else None
        try:
            cleaned["terms"] = Terms(cleaned["source"], basis, ends_at, cleaned["wording"], by)
        except UserError as error:
            self.add_error("ends_on" if implied else "source", str(error))
        return cleaned

    def _clean_list(self, cleaned: dict[str, Any]) -> None:
        name = " ".join((cleaned.get("list_name") or "").split())
        if cleaned.get("list") or "list" in self.errors:
            return
        if not name:
            self.add_error("list_name", _("Choose a list, or name a new one."))
        elif List.objects.filter(slug=looking.slug_of(name)).exists():
            self.add_error("list_name", _("There is a list of this name already; choose it above."))
        cleaned["list_name"] = name


class BlockForm(forms.Form):
    """Why the addresses of the file must not be mailed, and by whom."""

    reason = forms.ChoiceField(label=gettext_lazy("Why must they not be mailed?"), choices=REASONS)
    scope_key = forms.ChoiceField(label=gettext_lazy("By whom not?"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Where the list comes from, for whoever wonders later."),
    )

    def __init__(self, data: Any = None, *, run: Import) -> None:
        super().__init__(data, initial=run.choices)
        field = self.fields["scope_key"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = scopes()


def scopes() -> list[tuple[str, str]]:
    """What a suppression may be about: everything, a brand, a list."""
    brands = Brand.objects.order_by("name").values_list("pk", "name")
    lists = List.objects.order_by("name")
    return [
        ("", _("Everything that MailHub sends as marketing")),
        *((f"brand:{pk}", _("The brand %(name)s") % {"name": name}) for pk, name in brands),
        *((list_.key, _("The list %(name)s") % {"name": list_.name}) for list_ in lists),
    ]


def _terms_of(run: Import) -> dict[str, Any]:
    kept = run.choices
    ends = kept.get("basis_expires_at")
    return {
        "list": kept.get("list_id"),
        "list_name": kept.get("list_name", ""),
        "basis": kept.get("basis", LegalBasis.EXPRESS) or NO_BASIS,
        "ends_on": datetime.fromisoformat(ends).date() if ends else None,
        "source": kept.get("source", ""),
        "wording": kept.get("wording", ""),
        "empty": kept.get("empty", "keep"),
    }


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=UTC)
