"""The switch of the example data."""

from django.urls import path

from mailhub.demo import views

app_name = "demo"
urlpatterns = [path("example-data/", views.switch, name="switch")]
