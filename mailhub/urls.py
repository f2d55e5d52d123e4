"""Where every address begins."""

from django.contrib import admin
from django.urls import include, path, re_path

from mailhub.web import problems

handler404 = "contacts.views.nowhere.page"
# Here and not at the start of every process (web/admin_apps.py).
admin.autodiscover()

urlpatterns = [
    path("", include("mailhub.web.urls")),
    # Before the admin: its sign-in page is ours.
    path("", include("mailhub.accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("mailhub.api_urls")),
    # A program that asks for another version is answered as programs are.
    re_path(r"^api/", problems.unknown_path),
    path("", include("mailhub.content.urls")),
    path("", include("mailhub.delivery.urls")),
    path("", include("contacts.urls")),
    path("", include("campaigns.urls")),
    path("", include("reports.urls")),
    path("", include("mailhub.demo.urls")),
]
