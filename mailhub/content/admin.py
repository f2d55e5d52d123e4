"""Letters in the admin, to be looked at; versions are made by the services alone."""

from __future__ import annotations

from django.contrib import admin

from mailhub.content.models import Letter, LetterVariant, LetterVersion
from mailhub.web.admin import ReadOnlyAdmin


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "created_at", "updated_at"]
    list_filter = ["kind", "created_at"]
    search_fields = ["name"]
    ordering = ["-updated_at"]


@admin.register(LetterVersion)
class LetterVersionAdmin(ReadOnlyAdmin):
    list_display = ["letter", "number", "default_locale", "created_at"]
    list_filter = ["default_locale", "created_at"]
    list_select_related = ["letter"]
    search_fields = ["letter__name"]
    ordering = ["-id"]


@admin.register(LetterVariant)
class LetterVariantAdmin(ReadOnlyAdmin):
    list_display = ["version", "locale", "subject"]
    list_filter = ["locale"]
    list_select_related = ["version__letter"]
    search_fields = ["version__letter__name", "subject"]
    ordering = ["-id"]
