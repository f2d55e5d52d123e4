"""The first staff account is made once and never changed."""

from __future__ import annotations

import pytest

from mailhub.accounts.models import User
from mailhub.accounts.services import staff

pytestmark = pytest.mark.django_db


def test_the_first_account_gets_a_random_password_that_is_told_once() -> None:
    made = staff.create_first(password="")
    assert made is not None and made.password is not None
    admin = User.objects.get(username="admin")
    assert admin.is_superuser and admin.is_staff
    assert admin.check_password(made.password)
    assert staff.create_first(password="") is None


def test_a_given_password_is_used_and_not_told() -> None:
    made = staff.create_first(password="correct horse")
    assert made is not None and made.password is None
    assert User.objects.get(username="admin").check_password("correct horse")


def test_an_account_of_that_name_is_left_alone() -> None:
    User.objects.create_user("admin", password="Ann's own")
    assert staff.create_first(password="another") is None
    assert User.objects.get(username="admin").check_password("Ann's own")


def test_nobody_is_added_where_an_administrator_exists() -> None:
    User.objects.create_superuser("ann", password="Ann's own")
    assert staff.create_first(password="") is None
    assert User.objects.count() == 1
