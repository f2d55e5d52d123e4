"""The image library, and how its files are served."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Pillow

from mailhub.content.models import Image, Letter

Staff = Callable[..., Client]


def file_of(colour: str = "red", *, name: str = "sun.png", kind: str = "PNG") -> SimpleUploadedFile:
    out = io.BytesIO()
    Pillow.new("RGB", (30, 10), colour).save(out, kind)
    return SimpleUploadedFile(name, out.getvalue())


def upload(client: Client, *files: SimpleUploadedFile, **fields: str):
    return client.post("/images/new/", {"file": list(files), **fields})


def test_an_image_is_uploaded_and_served_for_good(staff: Staff) -> None:
    client = staff(first_name="Ann")
    answer = upload(client, file_of(), alt="A sun")
    image = Image.objects.get()
    assert answer.url == f"/images/{image.pk}/"
    assert (image.name, image.alt, image.width, image.uploaded_by) == ("sun", "A sun", 30, "Ann")
    served = Client().get(image.url)
    assert served.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Vary" not in served.headers
    assert served.headers["Content-Type"] == "image/png"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Security-Policy"] == "default-src 'none'"
    assert b"".join(served.streaming_content).startswith(b"\x89PNG")


def test_the_type_comes_from_the_bytes_and_not_from_the_name(staff: Staff) -> None:
    upload(staff(), file_of(name="page.html", kind="JPEG"))
    assert Image.objects.get().file_name.endswith(".jpg")


def test_the_same_picture_twice_is_one_image(staff: Staff) -> None:
    client = staff()
    upload(client, file_of())
    page = client.post("/images/new/", {"file": file_of(name="again.png")}, follow=True)
    assert Image.objects.count() == 1
    assert "already" in page.content.decode()


def test_several_files_are_taken_at_once_and_a_bad_one_is_named(staff: Staff) -> None:
    page = upload(staff(), file_of("red"), file_of("blue"), SimpleUploadedFile("x.svg", b"<svg/>"))
    assert "x.svg: SVG" in page.content.decode()
    assert Image.objects.count() == 2


def test_more_files_than_are_taken_at_once_are_named(staff: Staff) -> None:
    page = upload(staff(), *(file_of(name=f"{number}.png") for number in range(21)))
    assert "These are 21 files; at most 20 are taken at once." in page.content.decode()
    assert Image.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.svg", b"<svg onload='alert(1)'/>", "SVG"),
        ("a.png", b"<html><script>alert(1)</script>", "no PNG"),
        ("a.gif", b"GIF89a/*<script>*/", "no PNG"),
        ("a.png", b"", "empty"),
    ],
)
def test_a_hostile_file_is_refused_with_its_reason(staff: Staff, name: str, data: bytes, words: str) -> None:
    page = upload(staff(), SimpleUploadedFile(name, data))
    assert words in page.content.decode()
    assert len(page.context["form"].errors["file"]) == 1
    assert not Image.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/media/images/" + "0" * 32 + ".png",
        "/media/images/..%2f..%2fsecret.key",
        "/media/images/x.html",
        "/media/secret.key",
    ],
)
def test_nothing_else_is_served(path: str, db: None) -> None:
    assert Client().get(path).status_code == 404


def test_words_are_changed_and_letters_named_that_show_it(
    staff: Staff, make_letter: Callable[..., Letter]
) -> None:
    client = staff()
    upload(client, file_of())
    image = Image.objects.get()
    letter = make_letter(name="With sun", body=f'<img src="{image.source}" alt="">')
    client.post(f"/images/{image.pk}/", {"name": "The sun", "alt": "Sun"})
    page = client.get(f"/images/{image.pk}/").content.decode()
    assert "The sun" in page and "With sun" in page and "brand.url" in page
    question = client.get(f"/images/{image.pk}/delete/").content.decode()
    assert "With sun" in question
    frame = client.get(f"/letters/{letter.pk}/preview/").content.decode()
    assert image.url in frame and "brand.url" not in frame


def test_a_deleted_image_is_gone_with_its_file(
    staff: Staff, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    client = staff()
    upload(client, file_of())
    image = Image.objects.get()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        client.post(f"/images/{image.pk}/delete/")
    assert Client().get(image.url).status_code == 404
    assert not Image.objects.exists()


@pytest.mark.parametrize(
    ("kind", "code"),
    [("mjml", "&lt;mj-image src="), ("html", "&lt;img src="), ("markdown", "![Sun]({{ brand.url }}/media/")],
)
def test_the_picker_writes_as_the_letter_does(staff: Staff, kind: str, code: str) -> None:
    client = staff()
    upload(client, file_of(), alt="Sun")
    assert code in client.get("/images/picker/", {"kind": kind}).content.decode()


def test_an_empty_library_says_what_to_do_first(staff: Staff) -> None:
    assert "No images yet" in staff().get("/images/").content.decode()


def test_a_viewer_looks_and_does_not_touch(staff: Staff) -> None:
    upload(staff(), file_of())
    viewer, image = staff("viewer"), Image.objects.get()
    assert viewer.get("/images/").status_code == viewer.get(f"/images/{image.pk}/").status_code == 200
    assert upload(viewer, file_of("blue")).status_code == 403
    assert viewer.post(f"/images/{image.pk}/", {"name": "x"}).status_code == 403
    assert viewer.post(f"/images/{image.pk}/delete/").status_code == 403
