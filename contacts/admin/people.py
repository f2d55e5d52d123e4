"""Contacts, custom fields and tags; everything that is typed goes through the same checks as elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from contacts.models import ConsentRecord, Contact, ContactTag, CustomField, Subscription, Tag
from contacts.selectors import people as found
from contacts.services import consent, fields, people
from contacts.services.evidence import Evidence
from mailhub.lib.errors import UserError
from mailhub.web.admin import BigTableAdmin, may_change
from mailhub.web.refusals import told

VALUES = [*(name for name in fields.BUILTIN if name != "email"), "tracking"]


class ContactForm(forms.ModelForm[Contact]):
    class Meta:
        model = Contact
        fields = ["email", *VALUES, "custom"]

    def clean_custom(self) -> dict[str, Any]:
        custom = self.cleaned_data["custom"]
        if custom is None:
            return {}
        if not isinstance(custom, dict):
            raise forms.ValidationError(_('This must be a JSON object, such as {"club": "Gold"}.'))
        return custom

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            people.check(
                cleaned["email"],
                contact=self.instance if self.instance.pk else None,
                values={name: cleaned.get(name) for name in VALUES},
                custom=cleaned["custom"],
            )
        except UserError as error:
            raise forms.ValidationError(str(error)) from error
        return cleaned


class ReadOnlyInline(admin.TabularInline[Any, Any]):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SubscriptionInline(ReadOnlyInline):
    model = Subscription
    fields = ("list", "state", "basis_expires_at", "changed_at")


class ConsentInline(ReadOnlyInline):
    model = ConsentRecord
    fields = ("occurred_at", "action", "list_name", "method", "basis", "source", "actor")
    ordering = ("-pk",)


class TagInline(admin.TabularInline[ContactTag, Contact]):
    model = ContactTag
    fields = ("tag",)
    autocomplete_fields = ("tag",)
    extra = 0


@admin.register(Contact)
class ContactAdmin(BigTableAdmin):
    form = ContactForm
    list_display = ("email", "first_name", "last_name", "country", "locale", "source", "created_at")
    list_filter = ("created_at", "subscriptions__list", "subscriptions__state", "tracking", "tags")
    # Only makes the box appear: `get_search_results` does the finding.
    search_fields = ("email_key",)
    search_help_text = _("An address, or the beginning of an address, a first or a last name")
    readonly_fields = ("email_key", "address", "address_hash", "created_at", "updated_at")
    inlines = (SubscriptionInline, TagInline, ConsentInline)
    ordering = ("-pk",)
    actions = ("unsubscribe_from_everything",)

    def has_unsubscribe_permission(self, request: HttpRequest) -> bool:
        return may_change(self, request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return (found.search(search_term, among=queryset) if search_term.strip() else queryset), False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in VALUES}
        email, custom = form.cleaned_data["email"], form.cleaned_data["custom"]
        if change:
            emptied = dict.fromkeys(Contact.objects.get(pk=obj.pk).custom)
            saved = people.update(obj, email=email, values=given, custom=emptied | custom)
        else:
            saved = people.create(email, values=given, custom=custom)
        obj.__dict__.update(saved.__dict__)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """What goes with a contact is the contact's own: who may delete the one needs no leave for the other.

        Proof of consent and suppressions stay.
        """
        going, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return going, counts, lacking & {str(self.opts.verbose_name)}, protected

    @admin.action(description=_("Unsubscribe from everything"), permissions=["unsubscribe"])
    def unsubscribe_from_everything(self, request: HttpRequest, queryset: QuerySet[Contact]) -> None:
        evidence = Evidence(actor=request.user.get_username())
        for contact in queryset:
            consent.withdraw_everything(contact, method="staff", source="admin", evidence=evidence)
        count = len(queryset)
        text = ngettext("%(count)d contact unsubscribed.", "%(count)d contacts unsubscribed.", count)
        messages.success(request, text % {"count": count})


class CustomFieldForm(forms.ModelForm[CustomField]):
    class Meta:
        model = CustomField
        fields = ["key", "label", "type"]

    def clean_key(self) -> str:
        return told(fields.check_key, self.cleaned_data["key"])


@admin.register(CustomField)
class CustomFieldAdmin(admin.ModelAdmin[CustomField]):
    form = CustomFieldForm
    list_display = ("label", "key", "type", "created_at")
    list_filter = ("type",)
    search_fields = ("key", "label")

    def get_readonly_fields(self, request: HttpRequest, obj: CustomField | None = None) -> tuple[str, ...]:
        # Letters and stored values rely on both.
        return ("key", "type") if obj else ()


class TagForm(forms.ModelForm[Tag]):
    class Meta:
        model = Tag
        fields = ["name"]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if Tag.objects.filter(key=name.casefold()).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is already a tag of this name."))
        self.instance.key = name.casefold()
        return name


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin[Tag]):
    form = TagForm
    list_display = ("name", "created_at")
    search_fields = ("name", "key")


@admin.register(ContactTag)
class ContactTagAdmin(BigTableAdmin):
    list_display = ("contact", "tag", "created_at")
    list_filter = ("tag",)
    list_select_related = ("contact", "tag")
    raw_id_fields = ("contact",)
    search_fields = ("contact__email_key__startswith", "tag__key__startswith")
    readonly_fields = ("created_at",)
