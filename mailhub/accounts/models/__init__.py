"""Staff and what they did."""

from mailhub.accounts.models.audit import AuditEntry
from mailhub.accounts.models.users import Role, Theme, User

__all__ = ["AuditEntry", "Role", "Theme", "User"]
