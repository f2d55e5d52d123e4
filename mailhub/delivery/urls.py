"""The public addresses that letters carry. Letters live for years: these never change."""

from django.urls import path

from mailhub.delivery.tracking import views

app_name = "delivery"
urlpatterns = [
    path("o/<str:token>.gif", views.pixel, name="open"),
    path("c/<str:token>", views.click, name="click"),
    path("v/<str:token>", views.view_in_browser, name="view"),
]
