"""The web room's own addresses: the probes."""

from django.urls import path

from mailhub.web import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
