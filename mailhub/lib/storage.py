"""Where files lie that only a view hands out: uploads of imports, exports."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, InvalidStorageError, Storage, storages


def private() -> Storage:
    """The storage called “private” in STORAGES, shared by all machines; else a folder of the data directory."""
    try:
        return storages["private"]
    except InvalidStorageError:
        folder = Path(settings.MAILHUB_DATA) / "private"
        return FileSystemStorage(folder, file_permissions_mode=0o600, directory_permissions_mode=0o700)
