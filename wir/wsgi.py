import os
import re

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wir.settings")
django_application = get_wsgi_application()
CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\";]*)\"?", re.IGNORECASE)


def application(environ, start_response):
    """Django's application. A charset that no text can be in, such as "hex", is dropped: Django itself fails on it."""
    charset = CHARSET.search(environ.get("CONTENT_TYPE", ""))
    if charset and not is_text_encoding(charset.group(1).strip()):
        environ = environ | {"CONTENT_TYPE": CHARSET.sub("", environ["CONTENT_TYPE"])}
    return django_application(environ, start_response)


def is_text_encoding(name):
    try:
        return isinstance(b"a".decode(name), str)
    except (LookupError, ValueError):
        return False
