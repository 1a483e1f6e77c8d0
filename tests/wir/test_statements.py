"""At most eight statements a page, nine for a district with its funded projects, thirteen for one measure, twelve for
the progress of the plan; the same with five items and with five hundred."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from strategy.models import ActionField, FocusPoint, Goal, Guideline, Subtopic
from tests.pages import one_of_each_type

pytestmark = pytest.mark.django_db

LANGUAGES = ("de", "fa", "ku")
MOST = 8
MOST_OF = {"massnahmen/11-kulturdialoge-einer-postmigrantischen-gesellschaft/": 13, "umsetzung/": 12}
MOST_OF["umsetzung/aenderungen/"] = 12
MOST_OF |= {"stadtbezirke/2-vahrenwald-list/": 9, "fonds/": 10, "gremium/": 10, "gremium/sitzungen/2022-07-11/": 10}


def statements(client, address):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(address)
    return len(captured)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("path", one_of_each_type())
def test_a_page_needs_few_statements(client, code, path):
    client.get(f"/{code}/{path}")

    assert statements(client, f"/{code}/{path}") <= MOST_OF.get(path, MOST)


@pytest.mark.parametrize("code", LANGUAGES)
def test_five_hundred_items_need_no_more_statements_than_five(client, code):
    pages = ["leitlinien/", "handlungsfelder/2-soziales/", "inhalt/", "strategie/", "leitlinien/6/", "uebersetzungen/"]
    before = {path: statements(client, f"/{code}/{path}") for path in pages}

    field = ActionField.objects.get(number=2)
    for number in range(100, 600):
        Guideline(number=number, title_de=f"Leitlinie {number}", plain_de=f"Text {number}").save_base()
        subtopic = Subtopic(field=field, number=number, title_de=f"Unterthema {number}", plain_de="Text")
        subtopic.save_base()
        FocusPoint(field=field, subtopic=subtopic, number=1, title_de=f"Schwerpunkt {number}").save_base()
        Goal(field=field, number=number, title_de=f"Ziel {number}", plain_de="Text").save_base()

    assert {path: statements(client, f"/{code}/{path}") for path in pages} == before
