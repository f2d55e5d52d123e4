"""Letters, their drafts and pictures in the admin, to be looked at; the services alone write them."""

from __future__ import annotations

from django.contrib import admin

from mailhub.content.models import (
    Image,
    Letter,
    LetterDraft,
    LetterVariant,
    LetterVersion,
    SetAside,
    TestLetter,
)
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


@admin.register(LetterDraft)
class LetterDraftAdmin(ReadOnlyAdmin):
    list_display = ["letter", "locale", "subject", "base_number", "changed_at", "changed_by"]
    list_filter = ["locale", "changed_at"]
    list_select_related = ["letter"]
    search_fields = ["letter__name", "subject"]
    ordering = ["-id"]


@admin.register(SetAside)
class SetAsideAdmin(ReadOnlyAdmin):
    list_display = ["letter", "locale", "subject", "written_by", "written_at"]
    list_filter = ["locale", "written_at"]
    list_select_related = ["letter"]
    search_fields = ["letter__name", "written_by"]
    ordering = ["-id"]


@admin.register(TestLetter)
class TestLetterAdmin(ReadOnlyAdmin):
    list_display = ["letter", "locale", "reader_label", "sent_by", "created_at"]
    list_filter = ["locale", "created_at"]
    list_select_related = ["letter"]
    search_fields = ["letter__name", "sent_by"]
    ordering = ["-id"]


@admin.register(Image)
class ImageAdmin(ReadOnlyAdmin):
    list_display = ["name", "content_type", "width", "height", "size", "uploaded_by", "created_at"]
    list_filter = ["content_type", "animated", "created_at"]
    search_fields = ["name", "file_name"]
    ordering = ["-id"]
