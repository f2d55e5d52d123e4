"""The web room's own addresses: the probes, and what browsers and robots ask every site for."""

from django.urls import path

from mailhub.web import health, marks

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", marks.robots, name="robots"),
    path("favicon.ico", marks.favicon, name="favicon"),
]
