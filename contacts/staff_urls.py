"""The addresses of the staff screens about people; `urls` takes them in."""

from __future__ import annotations

from django.urls import URLPattern, path

from contacts.views.staff import forms, import_steps, imports

urlpatterns: list[URLPattern] = [
    path("forms/", forms.list_, name="form_list"),
    path("forms/new/", forms.new, name="form_new"),
    path("forms/preview/", forms.preview, name="form_preview"),
    path("forms/preview-frame/", forms.preview_frame, name="form_preview_frame"),
    path("forms/<slug:slug>/", forms.page, name="form_page"),
    path("forms/<slug:slug>/edit/", forms.edit, name="form_edit"),
    path("imports/", imports.list_, name="import_list"),
    path("imports/new/", import_steps.new, name="import_new"),
    path("imports/<int:pk>/", imports.page, name="import_page"),
    path("imports/<int:pk>/columns/", import_steps.columns, name="import_columns"),
    path("imports/<int:pk>/check/", import_steps.check, name="import_check"),
    path("imports/<int:pk>/run/", import_steps.start, name="import_start"),
    path("imports/<int:pk>/progress/", imports.progress, name="import_progress"),
    path("imports/<int:pk>/errors/", imports.errors, name="import_errors"),
    path("imports/<int:pk>/go-on/", imports.go_on, name="import_go_on"),
    path("imports/<int:pk>/undo/", imports.take_back, name="import_undo"),
    path("imports/<int:pk>/delete/", import_steps.delete, name="import_delete"),
]
