"""What has changed since a day, in sentences, for the plan, a field or any filter."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from measures.models import Change, Measure, Milestone, Status, Update
from measures.workflow import edited, move
from wir.lib.periods import Period

pytestmark = pytest.mark.django_db


def sentences(client, query="?seit=2020-01-01", code="de"):
    """The changes of the page as plain text, newest first."""
    page = client.get(f"/{code}/umsetzung/aenderungen/{query}").content.decode()
    listed = re.search(r'<ol class="points history">(.*?)</ol>\s*(?:<nav|<ul class="links")', page, re.S)
    items = listed.group(1).split("<h3>")[1:] if listed else []
    return [" ".join(re.sub(r"<[^>]+>", " ", item).split()) for item in items]


@pytest.fixture
def quiet(person):
    """Nothing but what the test does: what loading the pack has told is long ago."""
    Change.objects.update(at=timezone.make_aware(datetime(2019, 1, 1)))
    return Measure.objects.get(number=10)


def report(measure, status, day, by, now=None):
    update = Update(measure=measure, day=Period.read(day), title_de=f"Meldung {day}", plain_de="Darum.")
    update.status = Status.objects.get(key=status)
    update.save()
    move(update, "publish", by=by, now=now)
    return update


def test_a_status_moves_from_one_to_the_next(client, quiet, person):
    report(quiet, "geplant", "2026-03-01", person("redaktion"))
    report(quiet, "laeuft", "2026-06-01", person("redaktion"))

    newest, first = sentences(client)

    assert re.findall("Geplant|Läuft|Meldung [0-9-]+", newest) == ["Geplant", "Läuft", "Meldung 2026-06-01"]
    assert re.findall("Geplant|Läuft|Meldung [0-9-]+", first) == ["Geplant", "Meldung 2026-03-01"]


def test_a_moved_date_is_told_with_both_dates(client, quiet, person):
    quiet.planned_end = Period.read("2026")
    quiet.save()
    edited(quiet, {}, by=person("redaktion"))
    Change.objects.update(at=timezone.make_aware(datetime(2019, 1, 1)))
    quiet.planned_end = Period.read("2028-Q2")
    quiet.save()
    edited(quiet, {"Ende geplant": ["2026", "2028-Q2"]}, by=person("redaktion"))

    (told,) = sentences(client)

    assert "2026" in told and "2. Quartal 2028" in told
    page = client.get("/de/massnahmen/10-staedtische-kulturorte-der-vielfalt/").content.decode()
    assert "18 Monate" in page  # later than first announced


def test_a_milestone_is_told_once_and_not_when_reopened(client, quiet, person):
    step = Milestone(measure=quiet, title_de="Der Träger ist gewählt", due=Period.read("2026-05"))
    step.save()
    step.done_on = timezone.localdate()
    step.save()
    edited(quiet, {}, by=person("redaktion"))
    edited(quiet, {}, by=person("redaktion"))

    assert ["Der Träger ist gewählt" in told for told in sentences(client)] == [True]

    step.done_on = None
    step.save()
    edited(quiet, {}, by=person("redaktion"))
    assert sentences(client) == []


def test_only_the_time_and_the_filter_asked_for(client, quiet, person):
    now = timezone.now()
    report(quiet, "laeuft", "2026-06-01", person("redaktion"), now=now - timedelta(days=40))
    report(Measure.objects.get(number=2), "geplant", "2026-06-02", person("redaktion"), now=now - timedelta(days=2))

    def found(query):
        return len(sentences(client, query))

    day = f"{timezone.localdate() - timedelta(days=10):%Y-%m-%d}"
    assert found("?seit=2020-01-01") == 2
    assert found(f"?seit={day}") == 1
    assert found("?seit=2020-01-01&feld=4") == 1
    assert found("?seit=2020-01-01&bezirk=9") == 1
    assert found("?seit=2020-01-01&feld=1") == 0
    assert found("") == 2  # the last year, where no day is asked for


@pytest.mark.parametrize(
    ("query", "told"),
    [("?seit=gestern", "gestern"), ("?seit=2026-02-31", "2026-02-31"), ("?seite=9", "9"), ("?feld=77", "77")],
)
def test_what_means_nothing_is_told_and_left_out(client, query, told):
    response = client.get(f"/uk/umsetzung/aenderungen/{query}")

    assert response.status_code == 200
    assert f'<bdi dir="ltr">{told}</bdi>' in response.content.decode()


def test_a_long_list_has_pages(client, quiet, person):
    Change.objects.bulk_create(
        Change(measure=quiet, kind=Change.Kind.PUBLISHED, at=timezone.now()) for _number in range(65)
    )

    assert [len(sentences(client, f"?seite={number}")) for number in (1, 2, 3)] == [30, 30, 5]
