"""Staff: the people who sign in."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailhub.accounts import permissions
from mailhub.accounts.permissions import Permission


class Role(models.TextChoices):
    """Each may do what the one before it may, and more (mailhub.accounts.permissions)."""

    VIEWER = "viewer", _("viewer")
    EDITOR = "editor", _("editor")
    SENDER = "sender", _("sender")
    ADMIN = "admin", _("admin")


class Theme(models.TextChoices):
    SYSTEM = "", _("as the system")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class User(AbstractUser):
    """One member of staff."""

    role = models.CharField(_("role"), max_length=6, choices=Role.choices, default=Role.VIEWER)
    sees_addresses = models.BooleanField(
        _("sees addresses"), default=True, help_text=_("Else addresses are shown as an***@example.org.")
    )
    may_export = models.BooleanField(
        _("may export"), default=False, help_text=_("May download contacts and recipients as files.")
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, default="", help_text=_("Empty: as the browser says.")
    )
    language = models.CharField(
        _("language"), max_length=35, blank=True, default="", help_text=_("Empty: as the browser says.")
    )
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, blank=True, default="")
    preferences = models.JSONField(
        default=dict, blank=True, help_text="How this person likes the screens, such as columns of tables."
    )

    class Meta:
        db_table = "accounts_user"

    @property
    def effective_role(self) -> str:
        """The role; Django's superusers are administrators."""
        return str(Role.ADMIN if self.is_superuser else self.role)

    def may(self, permission: Permission) -> bool:
        """Whether this person has the permission; nobody has any once deactivated."""
        return self.is_active and permissions.granted(
            self.effective_role,
            permission,
            sees_addresses=self.sees_addresses or self.is_superuser,
            may_export=self.may_export or self.is_superuser,
        )
