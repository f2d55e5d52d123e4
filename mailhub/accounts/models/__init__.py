"""Staff and what they did."""

from mailhub.accounts.models.api_keys import ApiKey, KeptAnswer
from mailhub.accounts.models.audit import AuditEntry
from mailhub.accounts.models.users import Role, Theme, User

__all__ = ["ApiKey", "AuditEntry", "KeptAnswer", "Role", "Theme", "User"]
