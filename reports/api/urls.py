"""The addresses of reports and events below /api/v1/."""

from __future__ import annotations

from django.urls import path

from reports.api import campaigns, events

urlpatterns = [
    path("campaigns/<id:campaign_id>/report", campaigns.Report.as_view()),
    path("campaigns/<id:campaign_id>/messages", campaigns.Messages.as_view()),
    path("events", events.EventList.as_view()),
]
