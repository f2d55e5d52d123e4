"""The addresses of the API, /api/v1/: every room's, its description, and what is left over."""

from __future__ import annotations

from django.urls import include, path, re_path

from mailhub.web.api import pages, paths

app_name = "api"

urlpatterns = [
    path("openapi.json", pages.openapi, name="openapi"),
    path("docs/", pages.docs, name="docs"),
    path("", include("contacts.api.urls")),
    path("", include("mailhub.content.api.urls")),
    path("", include("campaigns.api.urls")),
    path("", include("reports.api.urls")),
    path("", include("mailhub.delivery.api.urls")),
    re_path(r"^(?P<path>.*)$", paths.otherwise, name="otherwise"),
]
