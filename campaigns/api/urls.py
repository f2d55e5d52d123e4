"""The addresses of campaigns below /api/v1/."""

from __future__ import annotations

from django.urls import path

from campaigns.api import drafts, sending

urlpatterns = [
    path("campaigns", drafts.CampaignList.as_view()),
    path("campaigns/<id:campaign_id>", drafts.CampaignPage.as_view()),
    path("campaigns/<id:campaign_id>/clone", drafts.CampaignClone.as_view()),
    path("campaigns/<id:campaign_id>/audience", drafts.CampaignAudience.as_view()),
    path("campaigns/<id:campaign_id>/check", drafts.CampaignCheck.as_view()),
    path("campaigns/<id:campaign_id>/test", drafts.CampaignTest.as_view()),
    path("campaigns/<id:campaign_id>/launch", sending.Launch.as_view()),
    path("campaigns/<id:campaign_id>/schedule", sending.Schedule.as_view()),
    path("campaigns/<id:campaign_id>/unschedule", sending.Unschedule.as_view()),
    path("campaigns/<id:campaign_id>/pause", sending.Pause.as_view()),
    path("campaigns/<id:campaign_id>/resume", sending.Resume.as_view()),
    path("campaigns/<id:campaign_id>/stop", sending.Stop.as_view()),
    path("campaigns/<id:campaign_id>/settle", sending.Settle.as_view()),
]
