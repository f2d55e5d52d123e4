"""The addresses of letters and images, and of the files that letters show."""

from django.urls import path

from mailhub.content.views import (
    catalogue,
    editor,
    images,
    languages,
    letter_lists,
    pictures,
    previews,
    trials,
    versions,
)

app_name = "content"

urlpatterns = [
    path("letters/", letter_lists.letter_list, name="letter_list"),
    path("letters/new/", letter_lists.letter_new, name="letter_new"),
    path("letters/templates/<slug:name>/", previews.template_frame, name="template_frame"),
    path("letters/<int:letter_id>/", editor.letter_page, name="letter_page"),
    path("letters/<int:letter_id>/draft/", editor.letter_draft, name="letter_draft"),
    path("letters/<int:letter_id>/save/", editor.letter_save, name="letter_save"),
    path("letters/<int:letter_id>/take-over/", editor.letter_take_over, name="letter_take_over"),
    path("letters/<int:letter_id>/discard/", editor.letter_discard, name="letter_discard"),
    path("letters/<int:letter_id>/preview/", previews.letter_frame, name="letter_frame"),
    path("letters/<int:letter_id>/people/", previews.reader_list, name="reader_list"),
    path("letters/<int:letter_id>/edit/", catalogue.letter_edit, name="letter_edit"),
    path("letters/<int:letter_id>/duplicate/", catalogue.letter_duplicate, name="letter_duplicate"),
    path("letters/<int:letter_id>/archive/", catalogue.letter_archive, name="letter_archive"),
    path("letters/<int:letter_id>/unarchive/", catalogue.letter_unarchive, name="letter_unarchive"),
    path("letters/<int:letter_id>/delete/", catalogue.letter_delete, name="letter_delete"),
    path("letters/<int:letter_id>/languages/new/", languages.language_new, name="language_new"),
    path(
        "letters/<int:letter_id>/languages/<str:locale>/delete/",
        languages.language_delete,
        name="language_delete",
    ),
    path(
        "letters/<int:letter_id>/languages/<str:locale>/default/",
        languages.language_default,
        name="language_default",
    ),
    path("letters/<int:letter_id>/set-aside/<int:aside_id>/", versions.aside_page, name="aside_page"),
    path("letters/<int:letter_id>/set-aside/<int:aside_id>/drop/", versions.aside_drop, name="aside_drop"),
    path("letters/<int:letter_id>/versions/", versions.version_list, name="version_list"),
    path("letters/<int:letter_id>/versions/<int:number>/", versions.version_page, name="version_page"),
    path(
        "letters/<int:letter_id>/versions/<int:number>/restore/",
        versions.version_restore,
        name="version_restore",
    ),
    path("letters/<int:letter_id>/tests/new/", trials.test_new, name="test_new"),
    path("letters/<int:letter_id>/tests/<int:test_id>/", trials.test_page, name="test_page"),
    path("images/", images.image_list, name="image_list"),
    path("images/new/", images.image_new, name="image_new"),
    path("images/picker/", images.image_picker, name="image_picker"),
    path("images/<int:image_id>/", images.image_page, name="image_page"),
    path("images/<int:image_id>/delete/", images.image_delete, name="image_delete"),
    path("media/images/<str:file_name>", pictures.image_file, name="image_file"),
]
