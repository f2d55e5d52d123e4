"""MailHub as a WSGI application, which is how it is served."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailhub.settings")

application = get_wsgi_application()
