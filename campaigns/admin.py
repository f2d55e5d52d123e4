"""Campaigns in the admin: drafts are written here; what was launched is looked at and moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.console import words
from campaigns.forms import DraftForm
from campaigns.models import Campaign, CampaignState, TestLetter
from campaigns.selectors import progress
from campaigns.services import drafting, lifecycle, transitions
from mailhub.accounts.models import User
from mailhub.lib import clock
from mailhub.lib.errors import UserError

# What a draft is made of; the rest of the columns are written by services alone.
WRITTEN = (
    "name",
    "brand",
    "letter_version",
    "sender_name",
    "sender_address",
    "reply_to",
    "lists",
    "excluded_lists",
    "tracking",
    "utm",
    "ignore_cap",
    "allow_unverified",
)
SHOWN = (
    "state",
    "balance",
    "pause_reason",
    "problem",
    "scheduled_at",
    "time_zone",
    "dispatch",
    "created_by",
    "created_at",
    "launched_at",
    "finished_at",
)


@admin.register(Campaign)
class CampaignAdmin(admin.ModelAdmin[Campaign]):
    form = DraftForm
    list_display = ("name", "id", "state", "brand", "planned", "scheduled_at", "launched_at", "finished_at")
    list_filter = ("state", "brand", "lists", ("launched_at", admin.DateFieldListFilter))
    list_select_related = ("brand", "dispatch")
    search_fields = ("=id", "name", "sender_address", "letter_version__letter__name")
    ordering = ("-id",)
    fieldsets = ((None, {"fields": WRITTEN}), (_("How it stands"), {"fields": SHOWN}))
    readonly_fields = SHOWN
    raw_id_fields = ("letter_version",)
    filter_horizontal = ("lists", "excluded_lists")
    actions = ("pause", "resume", "stop", "unschedule", "clone")

    @admin.display(description=_("planned"), ordering="dispatch__planned_count")
    def planned(self, campaign: Campaign) -> int | None:
        return campaign.dispatch.planned_count if campaign.dispatch else None

    @admin.display(description=_("balance"))
    def balance(self, campaign: Campaign) -> str:
        return words.balance(progress.read(campaign.pk)) if campaign.pk else "–"

    def has_change_permission(self, request: HttpRequest, obj: Campaign | None = None) -> bool:
        """What was launched is frozen (rules 3.3); what is scheduled has to be unscheduled first."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.state == CampaignState.DRAFT)

    def has_delete_permission(self, request: HttpRequest, obj: Campaign | None = None) -> bool:
        # Not in bulk: only a draft that is looked at.
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and obj.state == CampaignState.DRAFT

    def save_model(
        self, request: HttpRequest, obj: Campaign, form: ModelForm[Campaign], change: bool
    ) -> None:
        if change:
            # Launched by somebody else since the form was opened: nothing of it may be written back.
            transitions.hold(obj.pk, transitions.EDIT)
            obj.save(update_fields=[name for name in form.changed_data if name not in drafting.AUDIENCE])
            return
        obj.created_at, obj.created_by = clock.now(), _user(request)
        obj.save()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except UserError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    @admin.action(description=_("Pause"), permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        self._each(request, queryset, lifecycle.pause, gettext("“{name}” is paused."))

    @admin.action(description=_("Resume"), permissions=["change"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        self._each(request, queryset, lifecycle.resume, gettext("“{name}” goes on."))

    @admin.action(description=_("Stop for good"), permissions=["change"])
    def stop(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        self._each(request, queryset, lifecycle.stop, gettext("“{name}” is stopped."))

    @admin.action(description=_("Unschedule"), permissions=["change"])
    def unschedule(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        self._each(request, queryset, lifecycle.unschedule, gettext("“{name}” is a draft again."))

    @admin.action(description=_("Clone"), permissions=["add"])
    def clone(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        def copy(campaign_id: int) -> object:
            return drafting.clone(campaign_id, now=clock.now(), created_by=_user(request))

        self._each(request, queryset, copy, gettext("“{name}” has a copy."))

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[Campaign],
        act: Callable[[int], object],
        done: str,
    ) -> None:
        """Do it to each of them; each has its own message, of what was done or of why not."""
        for campaign in queryset.order_by("pk"):
            try:
                act(campaign.pk)
                self.message_user(request, done.format(name=campaign.name), messages.SUCCESS)
            except UserError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)


@admin.register(TestLetter)
class TestLetterAdmin(admin.ModelAdmin[TestLetter]):
    """What was tested; gone with its draft."""

    list_display = ("campaign", "sent_at", "sent_by", "letter_version_id")
    list_select_related = ("campaign", "sent_by")
    search_fields = ("campaign__name", "sent_by__username")
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: TestLetter | None = None) -> bool:
        return False


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
