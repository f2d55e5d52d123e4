from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse

from mailhub.web.caching import NeverVaries


@pytest.mark.parametrize(
    ("cached", "varies"), [("public, max-age=9, immutable", False), ("private", True), ("", True)]
)
def test_only_what_never_changes_is_the_same_for_everybody(cached: str, varies: bool) -> None:
    response = HttpResponse(headers={"Vary": "Cookie", "Cache-Control": cached})
    assert ("Vary" in NeverVaries(lambda request: response)(HttpRequest()).headers) is varies
