"""MailHub as a WSGI application, which is how it is served."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailhub.settings")

django = get_wsgi_application()

# Imported here: the apps are not ready before.
from mailhub.delivery.tracking.doors import TrackingDoors  # noqa: E402

application = TrackingDoors(django)
