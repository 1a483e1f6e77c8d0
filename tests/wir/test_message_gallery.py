"""The gallery of messages: each kind in each language can be looked at before anybody gets one."""

import pytest

from fund.questions import BY_KEY
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


def test_a_letter_is_shown_as_a_yes_and_as_a_no_and_only_the_yes_asks_to_confirm(signed_in):
    client = signed_in("leitung")

    shown = dict(client.get(f"{ADDRESS}?anlass=letter_released").context["messages"])
    pages = {case: client.get(f"{ADDRESS}?anlass=letter_released&seite=1&fall={case}").content for case in shown}

    assert list(shown) == ["Bewilligung", "Ablehnung"]
    assert ["2027" in message.text.replace("WIR-2027", "") for message in shown.values()] == [True, False]
    assert pages == {case: message.html.encode() for case, message in shown.items()}


@pytest.mark.parametrize("name", ["changes_asked", "more_time", "changes_reminder"])
def test_the_section_of_a_question_is_called_by_its_title(signed_in, name):
    client = signed_in("leitung")

    ((_case, message),) = client.get(f"{ADDRESS}?anlass={name}").context["messages"]

    assert f"{BY_KEY['wo-wann'].title}:\n" in message.text
