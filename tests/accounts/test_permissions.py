"""What each role may do."""

from __future__ import annotations

import pytest

from mailhub.accounts.models import User
from mailhub.accounts.permissions import Permission

MAY = {
    "viewer": {"look", "see_addresses"},
    "editor": {"look", "see_addresses", "write_content", "write_people", "write_campaigns"},
    "sender": {"look", "see_addresses", "write_content", "write_people", "write_campaigns", "send"},
    "admin": {
        "look",
        "see_addresses",
        "write_content",
        "write_people",
        "write_campaigns",
        "send",
        "administer",
    },
}


@pytest.mark.parametrize("role", MAY)
def test_each_role_has_its_permissions(role: str) -> None:
    user = User(role=role)
    assert {permission.value for permission in Permission if user.may(permission)} == MAY[role]


def test_files_are_for_whom_they_were_allowed_to() -> None:
    assert User(role="viewer", may_export=True).may(Permission.EXPORT)
    assert not User(role="admin").may(Permission.EXPORT)


def test_who_sees_no_addresses_takes_none_home() -> None:
    user = User(role="admin", sees_addresses=False, may_export=True)
    assert not user.may(Permission.SEE_ADDRESSES)
    assert not user.may(Permission.EXPORT)


def test_a_superuser_may_everything() -> None:
    user = User(is_superuser=True, sees_addresses=False)
    assert all(user.may(permission) for permission in Permission)


def test_nobody_may_anything_once_shut_out() -> None:
    assert not User(role="admin", is_superuser=True, is_active=False).may(Permission.LOOK)


def test_an_unknown_role_may_nothing() -> None:
    assert not User(role="boss").may(Permission.LOOK)
