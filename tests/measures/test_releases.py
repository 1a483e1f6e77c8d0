"""Planned releases: all of it at one moment, or nothing with the reasons."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from measures.models import Change, Measure, Plan, Release, ReleaseItem, Status, ThemeAnswer, Update
from measures.releases import apply_due, cancel, carry_out, plan_next, rehearse
from measures.workflow import move
from tests.measures.factories import answer, create_measure, create_update, fresh, publish
from wir.languages.models import ContentStamp
from wir.lib.periods import Period

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 3, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def editor(person):
    return person("redaktion")


def plan(by, *things, at=NOON, title="Halbjahresbericht", name="publish"):
    """A release of these measures and updates."""
    release = Release.objects.create(title=title, at=at, by=by)
    for thing in things:
        kind = "measure" if isinstance(thing, Measure) else "update"
        ReleaseItem.objects.create(release=release, move=name, **{kind: thing})
    plan_next()
    return release


def due_at():
    return ContentStamp.objects.get().due_at


def rows():
    """Everything a release or its preview could write."""
    return {
        model.__name__: list(model._base_manager.order_by("pk").values())
        for model in (Measure, Update, Change, Plan, Release, ContentStamp)
    }


# At the moment --------------------------------------------------------------------------------------------------------


def test_nothing_happens_before_the_moment_and_everything_at_it(editor):
    measure = create_measure(planned_end=Period.read("2028"))
    update = create_update(measure, Status.objects.get(key="laeuft"))
    release = plan(editor, update, measure)  # the update was chosen first; the measure is published first

    apply_due(NOON - MINUTE)
    before = fresh(measure).published, fresh(update).state, fresh(release).state
    apply_due(NOON)

    measure, update = fresh(measure), fresh(update)
    assert before == (False, "draft", "planned")
    assert (measure.published, measure.state, update.state, fresh(release).state) == (
        True,
        "laeuft",
        "published",
        "done",
    )
    assert (measure.first_published_at, update.published_at, update.published_by) == (NOON, NOON, editor)
    assert set(Change.objects.filter(measure=measure).values_list("at", "by")) == {(NOON, editor.pk)}


def test_a_late_caller_writes_the_moment_that_was_planned(editor):
    measure = create_measure()
    plan(editor, measure)

    apply_due(NOON + timedelta(days=3))

    assert fresh(measure).first_published_at == NOON


def test_a_measure_and_its_update_are_withdrawn_in_one_release(editor):
    measure = publish(create_measure())
    update = publish(create_update(measure))
    plan(editor, measure, update, name="withdraw")

    apply_due(NOON)

    assert (fresh(measure).published, fresh(update).state) == (False, "taken_back")


def test_releases_come_due_one_after_the_other(editor):
    measures = [create_measure(number) for number in (900, 901, 902)]
    for place, measure in enumerate(measures):
        plan(editor, measure, at=NOON + place * MINUTE)

    seen = []
    for place in range(3):
        seen.append((due_at(), [fresh(measure).published for measure in measures]))
        apply_due(NOON + place * MINUTE)

    assert seen == [
        (NOON, [False, False, False]),
        (NOON + MINUTE, [True, False, False]),
        (NOON + 2 * MINUTE, [True, True, False]),
    ]
    assert due_at() is None


def test_of_two_callers_one_finds_nothing_left_to_do(editor):
    measure = create_measure()
    release = plan(editor, measure)
    first, second = fresh(release), fresh(release)

    carry_out(first)
    before = rows()
    carry_out(second)

    assert rows() == before
    assert Change.objects.filter(measure=measure).count() == 1


def test_a_public_page_publishes_what_is_due(client, editor):
    measure = create_measure()
    plan(editor, measure, at=timezone.now() - MINUTE)

    response = client.get(f"/de/massnahmen/{measure.number}-{measure.slug}/")

    assert response.status_code == 200


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
def test_nobody_is_told_that_an_old_page_is_still_new_once_a_release_is_due(client, editor, monkeypatch, header):
    monkeypatch.setattr("wir.freshness.STARTED", timezone.now() - timedelta(days=2))
    measure = publish(create_measure())
    update = create_update(measure, title_de="Im Bericht")
    release = plan(editor, update, at=timezone.now() + MINUTE)
    ContentStamp.objects.update(changed_at=timezone.now() - timedelta(days=2))
    address = f"/de/massnahmen/{measure.number}-{measure.slug}/"
    first = client.get(address)
    known = {{"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[header]: first[header]}
    waiting = client.get(address, headers=known).status_code

    Release.objects.filter(pk=release.pk).update(at=timezone.now() - timedelta(seconds=1))  # the minute has come
    plan_next()
    response = client.get(address, headers=known)

    assert (waiting, response.status_code, fresh(update).state) == (304, 200, "published")
    assert [update.title_de in page.content.decode() for page in (first, response)] == [False, True]


@pytest.mark.parametrize("address", ["/de/massnahmen/", "/ar/massnahmen.json", "/tr/massnahmen.atom", "/uk/"])
def test_every_public_address_publishes_what_is_due(client, editor, address):
    measure = create_measure()
    plan(editor, measure, at=timezone.now() - MINUTE)

    client.get(address)

    assert fresh(measure).published


def test_a_page_that_is_asked_for_before_the_moment_publishes_nothing(client, editor):
    measure = create_measure()
    plan(editor, measure, at=timezone.now() + MINUTE)

    response = client.get(f"/de/massnahmen/{measure.number}-{measure.slug}/")

    assert (response.status_code, fresh(measure).published) == (404, False)


def test_a_failed_release_stands_on_the_desk_with_its_reasons(signed_in, editor):
    plan(editor, create_measure(answers=False), at=timezone.now() - MINUTE)
    client = signed_in("redaktion")
    client.get("/de/")

    desk = client.get(reverse("admin:index")).content.decode()
    listed = reverse("admin:measures_release_changelist") + "?state__exact=failed"
    page = client.get(reverse("admin:measures_release_change", args=[Release.objects.get().pk])).content.decode()

    assert (listed in desk, "geplante Veröffentlichungen waren nicht möglich" in desk) == (True, True)
    assert page.count("Die Antwort zum Querschnittsthema") == 3


# What is in the way ---------------------------------------------------------------------------------------------------


def test_one_item_in_the_way_keeps_everything_back(editor):
    good, bad = create_measure(900), create_measure(901, answers=False)
    update = create_update(good)
    release = plan(editor, good, update, bad)
    before = rows()

    apply_due(NOON)

    after = rows()
    release = fresh(release)
    assert (release.state, len(release.reasons.splitlines())) == ("failed", 3)
    assert release.reasons.startswith("901 Maßnahme 901: Die Antwort zum Querschnittsthema 1 „")
    for kind in ("Measure", "Update", "Change", "Plan"):
        assert after[kind] == before[kind]


def test_a_failed_release_is_not_tried_again(editor):
    measure = create_measure(answers=False)
    release = plan(editor, measure)
    apply_due(NOON)

    answer(measure, ThemeAnswer.Phase.PLANNED)
    apply_due(NOON + MINUTE)

    assert (fresh(measure).published, fresh(release).state, due_at()) == (False, "failed", None)


def test_a_failed_release_does_not_keep_the_next_one_back(editor):
    bad, good = create_measure(900, answers=False), create_measure(901)
    plan(editor, bad)
    plan(editor, good, at=NOON + MINUTE)

    apply_due(NOON + MINUTE)

    assert list(Release.objects.order_by("at").values_list("state", flat=True)) == ["failed", "done"]
    assert fresh(good).published


@pytest.mark.parametrize("fault", [IntegrityError, Measure.DoesNotExist, ValidationError("Unpassend.")])
def test_a_fault_of_ours_publishes_nothing_and_keeps_no_page_back(client, editor, monkeypatch, fault):
    first, second = create_measure(900), create_measure(901)
    broken = plan(editor, first, second, at=timezone.now() - 2 * MINUTE)
    fine = plan(editor, create_measure(902), at=timezone.now() - MINUTE)

    def fail_at_second(thing, *args, **kwargs):
        if thing == second:
            raise fault
        move(thing, *args, **kwargs)

    monkeypatch.setattr("measures.releases.move", fail_at_second)
    response = client.get("/de/massnahmen/")

    assert (response.status_code, fresh(first).published, fresh(second).published) == (200, False, False)
    assert (fresh(broken).state, fresh(fine).state, due_at()) == ("failed", "done", None)
    assert fresh(broken).reasons.startswith("Unerwarteter Fehler. Nichts ist veröffentlicht;")


@pytest.mark.parametrize("how", ["left", "moved"])
def test_whoever_may_no_longer_publish_publishes_nothing(editor, how):
    measure = create_measure()
    release = plan(editor, measure)
    if how == "left":
        editor.is_active = False
        editor.save()
    else:
        editor.groups.clear()

    apply_due(NOON)

    assert (fresh(measure).published, fresh(release).state) == (False, "failed")
    assert fresh(release).reasons == "900 Maßnahme 900: redaktion (Demo) darf das nicht mehr."


def test_what_was_published_by_hand_meanwhile_is_told(editor):
    measure = create_measure()
    release = plan(editor, measure)
    move(fresh(measure), "publish", by=editor)

    apply_due(NOON)

    assert fresh(release).reasons == "900 Maßnahme 900: „Veröffentlichen“ ist nicht möglich: Das ist schon geschehen."


def test_a_rehearsal_tells_what_would_be_in_the_way_and_writes_nothing(editor):
    good, bad = create_measure(900), create_measure(901, answers=False)
    told, untold = create_update(good), create_update(bad)
    release = plan(editor, good, told, bad, untold)
    before = rows()

    found = rehearse(release)

    assert [len(found[item]) for item in release.items.all()] == [0, 0, 3, 1]
    assert rows() == before


def test_what_was_called_off_a_moment_before_does_not_happen(editor):
    measure = create_measure()
    release = plan(editor, measure)
    found_due = fresh(release)

    cancel(release)
    carry_out(found_due)

    assert (fresh(release).state, fresh(measure).published) == ("cancelled", False)


def test_a_release_is_called_off_once(editor):
    measure = create_measure()
    release = plan(editor, measure)

    called_off = cancel(release), cancel(release)
    apply_due(NOON)

    assert called_off == (True, False)
    assert (fresh(release).state, fresh(measure).published, due_at()) == ("cancelled", False, None)


# The form -------------------------------------------------------------------------------------------------------------


def fields_of(*things, at="2099-03-20T12:00", title="Halbjahr"):
    """What the form sends for a release with items."""
    data = {"title": title, "at": at, "items-INITIAL_FORMS": 0, "items-TOTAL_FORMS": len(things)}
    for place, thing in enumerate(things):
        kind = "measure" if isinstance(thing, Measure) else "update"
        data |= {f"items-{place}-{kind}": thing.pk, f"items-{place}-move": "publish"}
    return data


ADD = "admin:measures_release_add"


def test_a_release_is_planned_in_the_office(signed_in, editor):
    measure = create_measure(answers=False)
    client = signed_in("redaktion")

    response = client.post(reverse(ADD), fields_of(measure, create_update(measure)))

    release = Release.objects.get()
    page = client.get(reverse("admin:measures_release_change", args=[release.pk])).content.decode()
    assert response.status_code == 302
    assert (release.title, release.by, release.state, due_at()) == ("Halbjahr", editor, "planned", release.at)
    assert page.count("Die Antwort zum Querschnittsthema") == 3
    assert page.count("Die Maßnahme selbst ist noch nicht veröffentlicht.") == 1


def test_a_moment_that_has_passed_is_refused_and_nothing_typed_is_lost(signed_in):
    response = signed_in("redaktion").post(
        reverse(ADD), fields_of(create_measure(), at="2020-03-20T12:00", title="Mein Name")
    )

    page = response.content.decode()
    assert (response.status_code, Release.objects.count()) == (422, 0)
    assert "Dieser Zeitpunkt ist schon vorbei." in page
    assert 'value="Mein Name"' in page


def test_an_item_is_one_thing(signed_in):
    data = fields_of(create_measure())
    data["items-0-update"] = create_update(create_measure(901)).pk

    response = signed_in("redaktion").post(reverse(ADD), data)

    assert (response.status_code, Release.objects.count()) == (422, 0)
    assert "Bitte wählen Sie entweder eine Maßnahme oder eine Meldung." in response.content.decode()


def test_what_was_carried_out_stays_as_it_is(signed_in, editor):
    release = plan(editor, create_measure())
    apply_due(NOON)
    client, address = signed_in("redaktion"), reverse("admin:measures_release_change", args=[release.pk])

    page = client.get(address).content.decode()
    changed = client.post(address, fields_of())
    deleted = client.post(reverse("admin:measures_release_delete", args=[release.pk]), {"post": "yes"})
    client.post(reverse("admin:cancel_release", args=[release.pk]))

    assert ("Halbjahresbericht" in page, 'name="title"' in page, 'name="items-0-measure"' in page) == (
        True,
        False,
        False,
    )
    assert (changed.status_code, deleted.status_code) == (403, 403)
    assert 'name="_save"' not in client.get(address).content.decode()
    assert (fresh(release).title, fresh(release).state) == ("Halbjahresbericht", "done")


def test_a_form_that_is_saved_too_late_does_not_plan_it_again(signed_in, editor, monkeypatch):
    release = plan(editor, create_measure())
    client, address = signed_in("redaktion"), reverse("admin:measures_release_change", args=[release.pk])
    item = release.items.get()
    data = fields_of() | {"items-INITIAL_FORMS": 1, "items-TOTAL_FORMS": 1, "items-0-id": item.pk}
    data |= {"items-0-release": release.pk, "items-0-measure": item.measure_id, "items-0-move": "publish"}

    def carried_out_meanwhile(form):
        apply_due(NOON)
        return form.cleaned_data["at"]

    monkeypatch.setattr("measures.admin.ReleaseForm.clean_at", carried_out_meanwhile)
    response = client.post(address, data)

    assert (response.status_code, fresh(release).at) == (403, NOON)


def test_a_release_is_called_off_by_a_button(signed_in, editor):
    release = plan(editor, create_measure())
    client, address = signed_in("redaktion"), reverse("admin:measures_release_change", args=[release.pk])

    offered = "Diese Veröffentlichung absagen" in client.get(address).content.decode()
    client.get(reverse("admin:cancel_release", args=[release.pk]))
    looked_at = fresh(release).state
    client.post(reverse("admin:cancel_release", args=[release.pk]))

    assert (offered, looked_at, fresh(release).state) == (True, "planned", "cancelled")


@pytest.mark.parametrize("role", ["fachstelle", "leitung", "uebersetzung-tr", "datenschutz"])
def test_only_editors_plan_releases(signed_in, editor, role):
    release = plan(editor, create_measure())
    client = signed_in(role)

    added = client.post(reverse(ADD), fields_of())
    cancelled = client.post(reverse("admin:cancel_release", args=[release.pk]))

    assert (added.status_code, cancelled.status_code, fresh(release).state) == (403, 403, "planned")
