"""The addresses of the post office below /api/v1/."""

from __future__ import annotations

from django.urls import path

from mailhub.delivery.api import settings, suppressions

urlpatterns = [
    path("suppressions", suppressions.SuppressionList.as_view()),
    path("suppressions/check", suppressions.SuppressionCheck.as_view()),
    path("suppressions/<id:suppression_id>", suppressions.SuppressionPage.as_view()),
    path("brands", settings.BrandList.as_view()),
    path("senders", settings.SenderList.as_view()),
    path("domains", settings.DomainList.as_view()),
]
