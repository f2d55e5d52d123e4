"""The addresses of letters below /api/v1/."""

from __future__ import annotations

from django.urls import path

from mailhub.content.api import images, letters

urlpatterns = [
    path("images", images.ImageList.as_view()),
    path("letters", letters.LetterList.as_view()),
    path("letters/check", letters.LetterCheck.as_view()),
    path("letters/<id:letter_id>", letters.LetterPage.as_view()),
    path("letters/<id:letter_id>/preview", letters.Preview.as_view()),
    path("letters/<id:letter_id>/versions", letters.VersionList.as_view()),
    path("letters/<id:letter_id>/versions/<id:number>", letters.VersionPage.as_view()),
]
