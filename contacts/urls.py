"""The addresses of the public pages, and of the staff screens about people.

Those in letters end with their token and take no query (RFC 8058).
"""

from django.urls import path

from contacts import staff_urls
from contacts.views import confirmation, joining, lost, preferences, self_service, unsubscribe

app_name = "contacts"

urlpatterns = [
    path("u/<str:token>", unsubscribe.page, name="unsubscribe"),
    path("p/<str:token>", preferences.page, name="preferences"),
    path("p/data/<str:token>", self_service.data, name="data"),
    path("p/erase/<str:token>", self_service.erase, name="erasure"),
    path("confirm/<str:token>", confirmation.page, name="confirm"),
    path("join/<slug:slug>/", joining.page, name="join"),
    path("join/<slug:slug>/challenge", joining.challenge, name="join_challenge"),
    path("lost/", lost.page, name="lost"),
    *staff_urls.urlpatterns,
]
