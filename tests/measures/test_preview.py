"""See as the public will see it: the draft, or the page after a release, in every language, with nothing written."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from measures.models import Change, Measure, Plan, Release, ReleaseItem, Status, Update
from measures.releases import plan_next
from strategy.models import ActionField
from tests.measures.factories import create_measure, create_unit, create_update, publish, withdraw
from wir.languages import registry
from wir.languages.models import ContentStamp, Origin
from wir.languages.writing import save_translation
from wir.lib.periods import Period

pytestmark = pytest.mark.django_db

SIGNING_IN = {"sessions.Session"}


def rows():
    """How many rows every table has, and everything in those a preview might have written."""
    counts = {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in SIGNING_IN
    }
    written = (Measure, Update, Change, Plan, Release, ContentStamp)
    return counts | {model.__name__: list(model._base_manager.order_by("pk").values()) for model in written}


def plan(by, *updates):
    """A release of tomorrow."""
    release = Release.objects.create(title="Halbjahr", at=timezone.now() + timedelta(days=1), by=by)
    for thing in updates:
        kind = "measure" if isinstance(thing, Measure) else "update"
        ReleaseItem.objects.create(release=release, **{kind: thing})
    plan_next()
    return release


@pytest.fixture
def editor(person):
    return person("redaktion")


def frame_of(client, measure, query=""):
    """The page of the office with the frame."""
    return client.get(reverse("admin:measure_preview", args=[measure.pk]) + query)


def preview_of(client, measure, query=""):
    """The public page inside the frame."""
    return client.get(reverse("admin:measure_preview", args=[measure.pk]) + f"?seite=1{query}")


def test_the_preview_shows_the_draft_and_writes_nothing(signed_in):
    measure = create_measure(title_de="Ganz neu", planned_end=Period.read("2028"))
    create_update(measure, Status.objects.get(key="laeuft"), title_de="Es geht los")
    client = signed_in("redaktion")
    before = rows()

    response = preview_of(client, measure)

    page = response.content.decode()
    assert response.status_code == 200
    assert ("Ganz neu" in page, "Es geht los" in page, "An der Maßnahme wird gearbeitet." in page) == (True,) * 3
    assert "no-store" in response["Cache-Control"]
    assert rows() == before


def test_the_preview_speaks_every_language(signed_in):
    measure = create_measure(title_de="Ganz neu")
    save_translation(measure, "ar", {"title": "جديد تماما"}, origin=Origin.HUMAN, by=None)
    client = signed_in("redaktion")

    arabic = preview_of(client, measure, "&sprache=ar").content.decode()
    unknown = preview_of(client, measure, "&sprache=xx").content.decode()

    assert ('<html lang="ar" dir="rtl"' in arabic, "جديد تماما" in arabic) == (True, True)
    assert ('<html lang="de"' in unknown, "Ganz neu" in unknown) == (True, True)


@pytest.mark.parametrize("language", registry.LANGUAGES, ids=lambda language: language.code)
def test_the_preview_is_the_page_of_its_language_and_writes_nothing(signed_in, language):
    measure = create_measure(title_de="Ganz neu")
    create_update(measure, Status.objects.get(key="laeuft"), title_de="Es geht los")
    client = signed_in("redaktion")
    before = rows()

    page = preview_of(client, measure, f"&sprache={language.code}").content.decode()
    frame = frame_of(client, measure, f"?sprache={language.code}").content.decode()

    assert f'<html lang="{language.tag}" dir="{language.dir}"' in page
    german_instead = language.code != "de-simple"  # easy language never shows what is not easy
    assert ("Ganz neu" in page, "Es geht los" in page) == (german_instead, german_instead)
    assert f"?seite=1&amp;sprache={language.code}" in frame
    assert rows() == before


def test_the_preview_of_a_public_measure_adds_its_drafts_and_no_report_that_was_taken_back(signed_in):
    measure = publish(create_measure())
    create_update(measure, title_de="Noch Entwurf")
    withdraw(publish(create_update(measure, title_de="Zurückgenommen")))
    client = signed_in("redaktion")
    public = client.get(f"/de/massnahmen/{measure.number}-{measure.slug}/").content.decode()

    page = preview_of(client, measure).content.decode()

    assert [text in public for text in ("Noch Entwurf", "Zurückgenommen")] == [False, False]
    assert [text in page for text in ("Noch Entwurf", "Zurückgenommen")] == [True, False]


def test_internal_notes_are_not_in_the_preview(signed_in):
    measure = create_measure(internal_note="Geheimnis der Notiz")
    create_update(measure, internal_note="Geheimnis der Meldung")

    assert "Geheimnis" not in preview_of(signed_in("redaktion"), measure).content.decode()


def test_the_pages_inside_and_around_are_never_kept(signed_in):
    measure = publish(create_measure())
    client = signed_in("redaktion")

    inside, around = preview_of(client, measure), frame_of(client, measure)
    again = client.get(
        reverse("admin:measure_preview", args=[measure.pk]) + "?seite=1",
        headers={"If-None-Match": inside.get("ETag", "*"), "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    )

    assert ("no-store" in inside["Cache-Control"], "no-store" in around["Cache-Control"]) == (True, True)
    assert (inside["X-Robots-Tag"], inside.has_header("Last-Modified"), again.status_code) == ("noindex", False, 200)


@pytest.mark.parametrize("query", ["", "?seite=1", "?seite=1&veroeffentlichung=1"])
def test_guests_are_sent_to_sign_in(client, query):
    measure = create_measure(title_de="Ganz neu")

    response = client.get(reverse("admin:measure_preview", args=[measure.pk]) + query, follow=True)

    assert response.redirect_chain[0][1] == 302
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert "Ganz neu" not in response.content.decode()


def test_a_measure_that_does_not_exist_has_no_preview(signed_in):
    assert signed_in("redaktion").get(reverse("admin:measure_preview", args=[99999])).status_code == 404


def test_a_release_that_is_over_changes_nothing_in_the_preview(signed_in, editor):
    measure = publish(create_measure())
    release = plan(editor, create_update(measure, title_de="Nie gekommen"))
    Release.objects.filter(pk=release.pk).update(state=Release.State.CANCELLED)
    client = signed_in("redaktion")

    page = preview_of(client, measure, f"&veroeffentlichung={release.pk}").content.decode()

    assert ("Maßnahme 900" in page, "Nie gekommen" in page) == (True, False)


def test_the_preview_shows_the_page_after_a_release(signed_in, editor):
    measure = publish(create_measure())
    planned, draft = create_update(measure, title_de="Im Bericht"), create_update(measure, title_de="Noch nicht")
    release = plan(editor, planned)
    client = signed_in("redaktion")
    before = rows()

    page = preview_of(client, measure, f"&veroeffentlichung={release.pk}").content.decode()

    assert (planned.title_de in page, draft.title_de in page) == (True, False)
    assert rows() == before


def test_a_release_that_something_is_in_the_way_of_changes_nothing_in_the_preview(signed_in, editor):
    measure = create_measure(answers=False)
    release = plan(editor, measure)
    client = signed_in("redaktion")

    frame = frame_of(client, measure, f"?veroeffentlichung={release.pk}")
    page = preview_of(client, measure, f"&veroeffentlichung={release.pk}")

    assert frame.content.decode().count("Die Antwort zum Querschnittsthema") == 3
    assert (page.status_code, page.content.decode()) == (200, "Diese Seite wäre nicht öffentlich.")


def test_a_release_in_the_preview_is_all_or_nothing(signed_in, editor):
    measure = publish(create_measure())
    release = plan(editor, create_update(measure, title_de="Im Bericht"), create_measure(901, answers=False))
    client = signed_in("redaktion")

    frame = frame_of(client, measure, f"?veroeffentlichung={release.pk}").content.decode()
    page = preview_of(client, measure, f"&veroeffentlichung={release.pk}").content.decode()

    assert frame.count("901 Maßnahme 901: Die Antwort zum Querschnittsthema") == 3
    assert ("Maßnahme 900" in page, "Im Bericht" in page) == (True, False)


def test_the_frame_names_what_is_in_the_way(signed_in):
    ActionField.objects.filter(number=2).update(published=False)
    measure = create_measure()
    create_update(measure, title_de=" ")
    client = signed_in("redaktion")

    page = frame_of(client, measure).content.decode()

    assert "Handlungsfeld „2 Soziales“ ist nicht veröffentlicht." in page
    assert "Die Überschrift fehlt." in page
    assert "Die Maßnahme selbst ist noch nicht veröffentlicht." not in page  # it would be


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?veroeffentlichung=99999", 404),
        ("?veroeffentlichung=" + "9" * 40, 200),
        ("?veroeffentlichung=x", 200),
        ("?seite=x", 200),
        ("?seite=1&sprache=%00", 200),
        ("?seite=1&sprache=../de", 200),
    ],
)
def test_odd_addresses_are_answered(signed_in, query, status):
    assert frame_of(signed_in("redaktion"), create_measure(), query).status_code == status


@pytest.mark.parametrize(
    ("role", "own", "other"),
    [("redaktion", 200, 200), ("leitung", 200, 200), ("fachstelle", 200, 403), ("datenschutz", 403, 403)],
)
def test_who_may_see_what_is_not_public_yet(signed_in, person, role, own, other):
    unit = create_unit("90", members=[person("fachstelle")])
    measures = create_measure(900, responsible=unit), create_measure(901)
    client = signed_in(role)

    assert [preview_of(client, measure).status_code for measure in measures] == [own, other]
    assert [frame_of(client, measure).status_code for measure in measures] == [own, other]
