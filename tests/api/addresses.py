"""The API's addresses beside the others."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("api/v1/", include("mailhub.api_urls")), path("", include("mailhub.urls"))]
