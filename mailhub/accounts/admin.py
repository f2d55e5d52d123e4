"""Staff, keys and acts in the admin: keys are made and revoked on their screen, acts are only looked at."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from mailhub.accounts.models import ApiKey, AuditEntry, KeptAnswer, User
from mailhub.web.admin import ReadOnlyAdmin


@admin.register(User)
class StaffAdmin(UserAdmin[User]):
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        ("MailHub", {"fields": ("role", "sees_addresses", "may_export", "time_zone", "language", "theme")}),
    )
    list_display = ("username", "email", "role", "is_active", "last_login")


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "act", "target_label", "ip")
    list_filter = ("at",)
    search_fields = ("actor", "act", "target_label")
    ordering = ("-at", "-pk")


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    list_display = ("name", "prefix", "created_at", "last_used_at", "expires_at", "revoked_at")
    search_fields = ("name", "prefix")
    exclude = ("digest",)


@admin.register(KeptAnswer)
class KeptAnswerAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "api_key", "key", "status")
    list_select_related = ("api_key",)
    search_fields = ("api_key__name", "key")
    exclude = ("body",)
