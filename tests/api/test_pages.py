"""The API's page for people."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from mailhub.web import problems
from mailhub.web.api import pages

pytestmark = pytest.mark.django_db


def test_the_page_shows_every_operation_and_every_kind_of_problem() -> None:
    page = Client().get("/api/v1/docs/").content.decode()
    names = [
        told["operationId"] for methods in pages.description()["paths"].values() for told in methods.values()
    ]
    assert all(f'id="{name}"' in page for name in names)
    assert all(f'id="{kind.slug}"' in page for kind in problems.KINDS)


def test_the_page_runs_nothing_and_loads_nothing_from_elsewhere() -> None:
    page = Client().get("/api/v1/docs/").content.decode()
    assert "<script" not in page and "<style" not in page and " style=" not in page
    assert not re.search(r'(?:src|href)="https?://', page)
