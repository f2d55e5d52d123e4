"""What every template can use: the shell, the person's rights, the places, banners and toasts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject, lazy

from mailhub.web import banners, navigation, toasts
from mailhub.web.templatetags import ui

# The preference by which somebody has the navigation as icons only.
NARROW = "narrow_navigation"


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` is the dialog's frame when htmx wants one; the rest is made when a template asks."""
    htmx = getattr(request, "htmx", None)
    in_dialog = htmx is not None and bool(htmx) and htmx.target == "dialog"
    return {
        "shell": "web/dialog.html" if in_dialog else "web/shell.html",
        "in_dialog": in_dialog,
        "may": ui.rights_of(request),
        # Made once: a lazy list would be made anew for its length and for its items.
        "places": SimpleLazyObject(lambda: navigation.places(request)),
        "banners": SimpleLazyObject(lambda: banners.of(request)),
        "toasts": lazy(lambda: toasts.waiting(request), list)(),
        "is_right_to_left_shell": translation.get_language_bidi(),
        "theme": getattr(request.user, "theme", "") if hasattr(request, "user") else "",
        "has_narrow_navigation": SimpleLazyObject(lambda: bool(_preferences(request).get(NARROW))),
    }


def _preferences(request: HttpRequest) -> dict[str, Any]:
    return getattr(getattr(request, "user", None), "preferences", None) or {}
