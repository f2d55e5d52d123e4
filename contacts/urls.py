"""The addresses of the public pages; each ends with its token and takes no query (RFC 8058)."""

from django.urls import path

from contacts.views import confirmation, preferences, unsubscribe

app_name = "contacts"

urlpatterns = [
    path("u/<str:token>", unsubscribe.page, name="unsubscribe"),
    path("p/<str:token>", preferences.page, name="preferences"),
    path("confirm/<str:token>", confirmation.page, name="confirm"),
]
