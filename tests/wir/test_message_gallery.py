"""The gallery of messages: each kind in each language can be looked at before anybody gets one."""

import pytest

from wir.languages import registry
from wir.outbox import kinds
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/bausteine/nachrichten/"


@pytest.mark.parametrize("kind", kinds.all_kinds(), ids=lambda kind: kind.name)
def test_every_kind_is_shown_in_every_language_as_text_and_as_page(signed_in, kind):
    client = signed_in("leitung")

    for language in registry.PUBLIC:
        asked = {"anlass": kind.name, "sprache": language.code}
        told = client.get(ADDRESS, asked)
        page = client.get(ADDRESS, asked | {"seite": "1"})

        marks = f'lang="{language.tag}" dir="{language.dir}"'
        assert f'<pre class="message-text" {marks}>' in told.content.decode()
        assert page.content.decode().count(f"<html {marks}>") == 1
        assert page["X-Frame-Options"] == "SAMEORIGIN"


def test_unknown_kinds_and_languages_show_the_first_kind_in_german(signed_in):
    response = signed_in("leitung").get(ADDRESS, {"anlass": "nichts", "sprache": "xx"})

    assert response.status_code == 200
    assert '<pre class="message-text" lang="de" dir="ltr">' in response.content.decode()


def test_an_example_is_never_written(signed_in):
    signed_in("leitung").get(ADDRESS)

    assert not Message.objects.exists()
