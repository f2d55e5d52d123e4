"""What each role may do: the one place that says so."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """One kind of act; doors ask for these and never for a role."""

    LOOK = "look"
    SEE_ADDRESSES = "see_addresses"
    EXPORT = "export"
    WRITE_CONTENT = "write_content"
    WRITE_PEOPLE = "write_people"
    WRITE_CAMPAIGNS = "write_campaigns"
    SEND = "send"
    ADMINISTER = "administer"


VIEWER = frozenset({Permission.LOOK, Permission.SEE_ADDRESSES, Permission.EXPORT})
EDITOR = VIEWER | {Permission.WRITE_CONTENT, Permission.WRITE_PEOPLE, Permission.WRITE_CAMPAIGNS}
SENDER = EDITOR | {Permission.SEND}
ADMIN = SENDER | {Permission.ADMINISTER}

OF_ROLE = {"viewer": VIEWER, "editor": EDITOR, "sender": SENDER, "admin": ADMIN}


def granted(role: str, permission: Permission, *, sees_addresses: bool, may_export: bool) -> bool:
    """Whether the role has the permission. Two of them are also given or withheld person by person."""
    if permission == Permission.SEE_ADDRESSES and not sees_addresses:
        return False
    # A file of addresses shows them: who may not see them may not take them home either.
    if permission == Permission.EXPORT and not (may_export and sees_addresses):
        return False
    return permission in OF_ROLE.get(role, frozenset())
