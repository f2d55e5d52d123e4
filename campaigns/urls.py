"""The addresses of the campaigns room."""

from django.urls import path

from campaigns.views import doubt, listing, page, records, sections, sending, testing, watching

app_name = "campaigns"

urlpatterns = [
    path("campaigns/", listing.campaign_list, name="campaign_list"),
    path("campaigns/new/", listing.campaign_new, name="campaign_new"),
    path("campaigns/<int:campaign_id>/", page.campaign_page, name="campaign_page"),
    path("campaigns/<int:campaign_id>/check/", page.campaign_check, name="campaign_check"),
    path(
        "campaigns/<int:campaign_id>/audience/",
        sections.section_save,
        {"section": "audience"},
        name="audience_save",
    ),
    path(
        "campaigns/<int:campaign_id>/sender/",
        sections.section_save,
        {"section": "sender"},
        name="sender_save",
    ),
    path(
        "campaigns/<int:campaign_id>/letter/",
        sections.section_save,
        {"section": "letter"},
        name="letter_save",
    ),
    path("campaigns/<int:campaign_id>/letter/begin/", sections.letter_begin, name="letter_begin"),
    path("campaigns/<int:campaign_id>/letter/newest/", sections.letter_newest, name="letter_newest"),
    path("campaigns/<int:campaign_id>/test/", testing.test_others, name="test_others"),
    path("campaigns/<int:campaign_id>/test/me/", testing.test_me, name="test_me"),
    path("campaigns/<int:campaign_id>/launch/", sending.launch, name="launch"),
    path("campaigns/<int:campaign_id>/moment/", sending.moment, name="moment"),
    path("campaigns/<int:campaign_id>/unschedule/", sending.unschedule, name="unschedule"),
    path("campaigns/<int:campaign_id>/live/", watching.campaign_live, name="campaign_live"),
    path("campaigns/<int:campaign_id>/pause/", watching.pause, name="pause"),
    path("campaigns/<int:campaign_id>/resume/", watching.resume, name="resume"),
    path("campaigns/<int:campaign_id>/stop/", watching.stop, name="stop"),
    path("campaigns/<int:campaign_id>/uncertain/", doubt.uncertain_list, name="uncertain_list"),
    path("campaigns/<int:campaign_id>/uncertain/<str:act>/", doubt.uncertain_settle, name="uncertain_settle"),
    path("campaigns/<int:campaign_id>/rename/", records.campaign_rename, name="campaign_rename"),
    path("campaigns/<int:campaign_id>/clone/", records.campaign_clone, name="campaign_clone"),
    path("campaigns/<int:campaign_id>/delete/", records.campaign_delete, name="campaign_delete"),
]
