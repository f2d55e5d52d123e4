"""What every template can use: the shell, the person's rights, the places, banners and toasts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import lazy

from mailhub.web import banners, navigation, toasts
from mailhub.web.templatetags import ui


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` is the dialog's frame when htmx wants one; the rest is made when a template asks."""
    htmx = getattr(request, "htmx", None)
    in_dialog = htmx is not None and bool(htmx) and htmx.target == "dialog"
    return {
        "shell": "web/dialog.html" if in_dialog else "web/shell.html",
        "in_dialog": in_dialog,
        "may": ui.rights_of(request),
        "places": lazy(lambda: navigation.places(request), list)(),
        "banners": lazy(lambda: banners.of(request), list)(),
        "toasts": lazy(lambda: toasts.waiting(request), list)(),
        "is_right_to_left_shell": translation.get_language_bidi(),
        "theme": getattr(request.user, "theme", "") if hasattr(request, "user") else "",
    }
