"""Where every address begins."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/", admin.site.urls),
    path("", include("mailhub.web.urls")),
    path("", include("contacts.urls")),
    path("", include("mailhub.delivery.urls")),
]
