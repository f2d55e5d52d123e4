from __future__ import annotations

from pathlib import Path

from django.core.files.base import ContentFile
from django.test import override_settings

from mailhub.lib import storage


def test_private_files_lie_in_the_data_folder_for_its_owner_alone(tmp_path: Path) -> None:
    with override_settings(MAILHUB_DATA=tmp_path):
        name = storage.private().save("exports/people.csv", ContentFile(b"email"))
    file = tmp_path / "private" / name
    assert file.read_bytes() == b"email"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_storage_called_private_is_taken_instead() -> None:
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={"default": memory, "staticfiles": static, "private": memory}):
        storage.private().save("a.txt", ContentFile(b"a"))
        assert storage.private().exists("a.txt")
