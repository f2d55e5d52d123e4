"""Letters at hand, and browsers in which staff are signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from mailhub.accounts.models import User
from mailhub.content import previewing
from mailhub.content.models import Letter
from mailhub.content.services import letters
from tests.content.letters_at_hand import variant

BODY = '<p>Hello {{ contact.first_name | default: "there" }}</p>'


@pytest.fixture
def staff(db: None) -> Callable[..., Client]:
    """`staff("editor", email="ann@example.org")`: a browser with somebody of that role."""

    def make(role: str = "editor", **fields: Any) -> Client:
        user = User.objects.create_user(f"{role}{User.objects.count()}", password="pw", role=role, **fields)
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def make_letter(db: None) -> Callable[..., Letter]:
    """`make_letter("en", "de", name="Spring")`: an HTML letter with its first version."""

    def make(*locales: str, name: str = "Spring", body: str = BODY) -> Letter:
        offered = locales or ("en",)
        return letters.create(
            name,
            kind="html",
            variants=[variant(body, locale=locale, preheader="Soon") for locale in offered],
            default_locale=offered[0],
            schema=previewing.schema(),
            author="Ann",
        ).letter

    return make


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every test's images lie in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
