"""The addresses of the post office: those that letters carry, which never change, and the staff's."""

from django.urls import path

from mailhub.delivery.tracking import views as tracking
from mailhub.delivery.views import (
    brands,
    domains,
    health,
    limits,
    mailbox,
    routes,
    senders,
    settings,
    suppressions,
)

app_name = "delivery"
urlpatterns = [
    # Letters live for years: these never change.
    path("o/<str:token>.gif", tracking.pixel, name="open"),
    path("c/<str:token>", tracking.click, name="click"),
    path("v/<str:token>", tracking.view_in_browser, name="view"),
    path("mailbox/", mailbox.mailbox_list, name="mailbox"),
    path("mailbox/empty/", mailbox.mailbox_empty, name="mailbox_empty"),
    path("mailbox/<int:pk>/", mailbox.letter_page, name="captured_letter"),
    path("mailbox/<int:pk>/html/", mailbox.letter_frame, name="captured_frame"),
    path("mailbox/<int:pk>/source/", mailbox.letter_source, name="captured_source"),
    path("suppressions/", suppressions.suppression_list, name="suppression_list"),
    path("suppressions/new/", suppressions.suppression_new, name="suppression_new"),
    path("suppressions/export/", suppressions.suppression_export, name="suppression_export"),
    path("suppressions/<int:pk>/lift/", suppressions.suppression_lift, name="suppression_lift"),
    path("settings/", settings.settings, name="settings"),
    path("settings/brand/", brands.brand_page, name="brand_page"),
    path("settings/brands/", brands.brand_list, name="brand_list"),
    path("settings/brands/new/", brands.brand_new, name="brand_new"),
    path("settings/brands/<int:pk>/", brands.brand_page, name="brand_edit"),
    path("settings/senders/", senders.sender_list, name="sender_list"),
    path("settings/senders/new/", senders.sender_new, name="sender_new"),
    path("settings/senders/<int:pk>/", senders.sender_edit, name="sender_edit"),
    path("settings/senders/<int:pk>/default/", senders.sender_default, name="sender_default"),
    path("settings/senders/<int:pk>/delete/", senders.sender_delete, name="sender_delete"),
    path("settings/domains/", domains.domain_list, name="domain_list"),
    path("settings/domains/new/", domains.domain_new, name="domain_new"),
    path("settings/domains/<int:pk>/", domains.domain_page, name="domain_page"),
    path("settings/domains/<int:pk>/check/", domains.domain_check, name="domain_check"),
    path("settings/domains/<int:pk>/text/", domains.domain_text, name="domain_text"),
    path("settings/domains/<int:pk>/rotate/", domains.domain_rotate, name="domain_rotate"),
    path("settings/domains/<int:pk>/signing/", domains.domain_signing, name="domain_signing"),
    path("settings/domains/<int:pk>/delete/", domains.domain_delete, name="domain_delete"),
    path("settings/routes/", routes.route_list, name="route_list"),
    path("settings/routes/new/", routes.route_new, name="route_new"),
    path("settings/routes/<int:pk>/", routes.route_edit, name="route_edit"),
    path("settings/routes/<int:pk>/test/", routes.route_test, name="route_test"),
    path("settings/routes/<int:pk>/delete/", routes.route_delete, name="route_delete"),
    path("settings/limits/", limits.limit_list, name="limit_list"),
    path("settings/limits/go-on/", limits.route_go_on, name="route_go_on"),
    path("settings/limits/try-again/", limits.domain_try_again, name="domain_try_again"),
    path("settings/limits/<slug:kind>/new/", limits.limit_new, name="limit_new"),
    path("settings/limits/<slug:kind>/<int:pk>/", limits.limit_edit, name="limit_edit"),
    path("settings/limits/<slug:kind>/<int:pk>/delete/", limits.limit_delete, name="limit_delete"),
    path("settings/health/", health.health_page, name="health_page"),
]
