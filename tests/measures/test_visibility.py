"""One gate for every way out: what is planted as a secret stays inside, for guests and for every role."""

import json
import re

import pytest
from django.utils import timezone

from measures.models import Measure, Milestone, Release, ReleaseItem, Status, ThemeAnswer, Update
from measures.workflow import move
from strategy.models import ActionField, CrossCuttingTheme, Goal, Subtopic
from tests.visibility import SECRET, text_of, told_secrets
from wir.accounts.demo import ACCOUNTS
from wir.lib.periods import Period

pytestmark = pytest.mark.django_db

WAYS = [
    "",
    "massnahmen/",
    "massnahmen/?q=geheimnis",
    "massnahmen/?feld=2&sortierung=titel",
    "massnahmen/?sortierung=-aktualisiert",
    "massnahmen/?status=laeuft",
    "massnahmen/2/",
    "massnahmen.csv",
    "massnahmen.json",
    "massnahmen.atom",
    "massnahmen.ics",
    "umsetzung/",
    "umsetzung/aenderungen/?seit=2020-01-01",
    "umsetzung/aenderungen/?seit=2020-01-01&feld=2",
    "stadtbezirke/",
    "stadtbezirke/2/",
    "handlungsfelder/2/",
    "unterthemen/2.2/",
    "unterthemen/2.1/",
    "inhalt/",
    "strategie/",
    "uebersetzungen/",
]


def made_here(number, title, *, by, **values):
    """A published measure with answers, and secrets where nobody may read."""
    measure = Measure(
        number=number, title_de=title, plain_de=f"{title}: Text.", internal_note=f"{SECRET} Notiz", **values
    )
    measure.save()
    for theme in CrossCuttingTheme.objects.all():
        ThemeAnswer.objects.create(measure=measure, theme=theme, plain_de=f"Antwort {number}.{theme.number}")
    move(measure, "publish", by=by)
    return measure


@pytest.fixture
def planted(person):
    """Secrets of every kind. Returns the measures whose own pages must not exist."""
    editor, field = person("redaktion"), ActionField.objects.get(number=2)
    running = Status.objects.get(key="laeuft")
    draft = Measure(number=900, field=field, title_de=f"{SECRET} Entwurf", plain_de=SECRET, area=Measure.Area.CITY)
    draft.save()
    withdrawn = made_here(901, f"{SECRET} zurückgezogen", by=editor, field=field, planned_end=Period.read("2024"))
    Update.objects.create(measure=withdrawn, day=Period.read("2024"), status=running, title_de=SECRET, plain_de=SECRET)
    move(withdrawn.updates.get(), "publish", by=editor)
    move(withdrawn, "withdraw", by=editor)

    subtopic = Subtopic.objects.get(field=field, number=1)
    below = made_here(902, f"{SECRET} unter Unterthema", by=editor, field=field, subtopic=subtopic)
    Subtopic.objects.filter(pk=subtopic.pk).update(published=False)
    goal = Goal.objects.filter(field__number=3).first()
    aimed = made_here(903, f"{SECRET} unter Ziel", by=editor, field=goal.field, goal=goal)
    Goal.objects.filter(pk=goal.pk).update(published=False, title_de=f"{SECRET} Ziel")
    hidden = made_here(904, f"{SECRET} unter Feld", by=editor, field=ActionField.objects.get(number=6))
    ActionField.objects.filter(number=6).update(published=False, title_de=f"{SECRET} Feld")

    shown = Measure.objects.get(number=2)
    Measure.objects.filter(pk=shown.pk).update(internal_note=f"{SECRET} Notiz")
    for state in ("draft", "taken back", "planned"):
        update = Update(measure=shown, day=Period.read("2026"), status=running, title_de=f"{SECRET} {state}")
        update.plain_de, update.internal_note = SECRET, SECRET
        update.save()
        if state == "taken back":
            move(update, "publish", by=editor)
            move(update, "withdraw", by=editor)
        if state == "planned":
            release = Release.objects.create(title=SECRET, at=timezone.now() + timezone.timedelta(days=1), by=editor)
            ReleaseItem.objects.create(release=release, update=update)
    Update.objects.filter(measure=shown, state=Update.State.PUBLISHED).update(internal_note=f"{SECRET} Notiz")
    Milestone(measure=shown, title_de=f"{SECRET} Schritt", due=Period.read("2020"), published=False).save()
    return [draft, withdrawn, below, aimed, hidden]


@pytest.mark.parametrize("role", [None, *ACCOUNTS])
def test_no_way_out_tells_a_secret(client, person, planted, role):
    if role:
        client.force_login(person(role))

    assert told_secrets(client, WAYS) == {}
    assert SECRET not in text_of(client.get("/sitemap.xml"))


def test_pages_of_hidden_measures_do_not_exist(client, planted):
    for measure in planted:
        address = f"/de/massnahmen/{measure.number}-{measure.slug}"

        assert client.get(f"{address}/").status_code == 404
        assert client.get(f"/de/massnahmen/{measure.number}/").status_code == 404
        assert client.get(f"{address}.json").status_code == 404
        assert f"/{measure.number}-" not in text_of(client.get("/sitemap.xml"))


def test_no_number_counts_a_secret(client, planted):
    measures = json.loads(client.get("/de/massnahmen.json").getvalue())["measures"]
    facet = re.search(r'id="feld-2".*?</label>', client.get("/de/massnahmen/").content.decode(), re.S).group()
    progress = client.get("/de/umsetzung/").content.decode()

    public = list(Measure.objects.public().filter(field__number=2).values_list("number", flat=True))
    assert {measure["number"] for measure in measures} == {*range(1, 18)} - {3}  # 3 stood below the hidden subtopic
    assert f"({len(public)})" in facet
    assert 'class="badge bad"' not in progress  # the withdrawn measure is late, but nobody may know it
    assert {measure["state"] for measure in measures} == {"unbekannt"}


def test_one_measure_and_the_queryset_agree_about_what_is_public(planted):
    public = set(Measure.objects.public().values_list("pk", flat=True))

    for measure in Measure.objects.select_related("field", "subtopic__field", "goal__field"):
        assert measure.is_public == (measure.pk in public)
    assert not {measure.pk for measure in planted} & public
