"""What every template can use is made when it is asked for, and once."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory

from mailhub.web import banners, context
from mailhub.web.banners import Banner


def test_who_has_a_banner_is_asked_once_a_page(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def provider(request: HttpRequest) -> Banner:
        asked.append(request.path)
        return Banner("warn", "Nothing leaves.")

    monkeypatch.setattr(banners, "_providers", [provider])
    request = rf.get("/lists/")
    request.user = AnonymousUser()
    found = context.shell(request)
    assert asked == []
    shown = Template("{% for banner in banners %}{{ banner.text }}{% endfor %}").render(Context(found))
    assert (shown, asked) == ("Nothing leaves.", ["/lists/"])
