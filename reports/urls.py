"""Home, the reports, and a campaign's report below the campaign's address."""

from django.urls import path

from reports.views import exports, home, overview, recipients, report

app_name = "reports"

urlpatterns = [
    path("", home.home, name="home"),
    path("first-steps/", home.first_steps, name="first_steps"),
    path("reports/", overview.overview, name="overview"),
    path("reports/export/", exports.campaigns, name="overview_export"),
    path("campaigns/<int:campaign_id>/report/", report.campaign_report, name="campaign_report"),
    path("campaigns/<int:campaign_id>/report/map/", report.click_map, name="click_map"),
    path("campaigns/<int:campaign_id>/report/summary/", exports.summary, name="summary_export"),
    path("campaigns/<int:campaign_id>/report/links/", exports.links, name="links_export"),
    path("campaigns/<int:campaign_id>/recipients/", recipients.recipient_list, name="recipient_list"),
    path("campaigns/<int:campaign_id>/recipients/export/", exports.people, name="recipients_export"),
]
