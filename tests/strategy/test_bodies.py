"""Bodies, seats and who holds them: constraints, overlaps, the gate of consent, and their forms in the back office."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from strategy.models import Body, Seat, SeatHolder, missing_marks
from tests.measures.test_admin import form_of, with_row
from tests.strategy.meetings import (
    NOON,
    TODAY,
    create_body,
    create_holder,
    create_meeting,
    create_seat,
    fresh,
    hold,
    rows,
    seat,
)
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db

DAY = date(2027, 3, 1)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
WRITTEN = (Body, Seat, SeatHolder)


@pytest.fixture
def body():
    return create_body()


# Constraints ----------------------------------------------------------------------------------------------------------


def stored(thing, **values):
    with transaction.atomic():
        type(thing).objects.filter(pk=thing.pk).update(**values)


@pytest.mark.parametrize("values", [{"rhythm_source": ""}, {"meetings_per_year": 0}])
def test_a_rhythm_is_a_number_with_a_source(body, values):
    with pytest.raises(IntegrityError):
        stored(body, **values)


def test_a_body_without_a_known_rhythm_needs_no_source(body):
    stored(body, meetings_per_year=None, rhythm_source="")

    assert fresh(body).meetings_per_year is None


def test_a_seat_has_a_number_of_its_own_and_ends_after_it_begins(body):
    one = create_seat(body, 1, valid_from=DAY, valid_until=DAY)

    with pytest.raises(IntegrityError), transaction.atomic():
        create_seat(body, 1)
    with pytest.raises(IntegrityError):
        stored(one, valid_until=BEFORE)


@pytest.mark.parametrize(
    "values",
    [
        {"valid_until": date(2025, 12, 31)},
        {"consent_on": DAY},  # without saying how
        {"consent_how": "Formular"},  # without the day
        {"consent_on": DAY, "consent_how": "Formular", "consent_withdrawn_on": BEFORE},
        {"consent_withdrawn_on": DAY},  # withdrawn, but never given
    ],
)
def test_the_database_refuses_a_holder_that_contradicts_itself(body, values):
    holder = create_holder(create_seat(body))

    with pytest.raises(IntegrityError):
        stored(holder, **values)


def test_a_seat_has_one_open_member(body):
    one = create_holder(create_seat(body))

    with pytest.raises(IntegrityError), transaction.atomic():
        SeatHolder.objects.create(seat=one.seat, name="Bo Celik", valid_from=DAY)
    SeatHolder.objects.create(seat=one.seat, name="Cem Dorn", valid_from=DAY, substitute=True)


def test_what_history_hangs_on_is_not_deleted(body):
    holder = create_holder(create_seat(body))
    hold(create_meeting(body, DAY))

    for thing in (holder, holder.seat, body):
        with pytest.raises(ProtectedError), transaction.atomic():
            thing.delete()


def test_a_seat_somebody_held_is_not_deleted(body):
    holder = create_holder(create_seat(body))

    with pytest.raises(ProtectedError):
        holder.seat.delete()


# Overlaps -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "fits"),
    [
        ((DAY, None), (AFTER, None), False),
        ((DAY, AFTER), (AFTER, None), False),  # one day together
        ((DAY, DAY), (AFTER, None), True),
        ((AFTER, None), (BEFORE, DAY), True),
        ((AFTER, None), (BEFORE, AFTER), False),
        ((DAY, DAY), (DAY, DAY), False),
        ((BEFORE, AFTER), (DAY, DAY), False),
    ],
)
def test_one_member_a_seat_at_a_time(body, first, second, fits):
    one = create_seat(body)
    create_holder(one, valid_from=first[0], valid_until=first[1])
    other = SeatHolder(seat=one, name="Bo Celik", valid_from=second[0], valid_until=second[1])

    if fits:
        other.full_clean()
    else:
        with pytest.raises(ValidationError) as faults:
            other.full_clean()
        assert faults.value.messages[0].startswith("Der Sitz ist in dieser Zeit schon besetzt: Ada Berger")


def test_a_substitute_shares_the_seat(body):
    one = create_seat(body)
    create_holder(one)

    create_holder(one, "Bo Celik", substitute=True)
    create_holder(one, "Cem Dorn", substitute=True)


def test_an_account_has_one_seat_a_body_and_may_be_substitute_in_another(body, person):
    user = person("gremium1")
    seat(body, user, 1)

    with pytest.raises(ValidationError) as faults:
        seat(body, user, 2)
    create_holder(create_seat(body, 3), "Vertretung", user=user, substitute=True)
    seat(create_body("other"), user, 1)

    assert faults.value.message_dict == {
        "user": ["Dieses Konto hat in diesem Gremium in dieser Zeit schon einen Sitz."]
    }


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"valid_from": BEFORE, "valid_until": AFTER}, "valid_from"),
        ({"valid_from": DAY}, "valid_until"),
        ({"valid_from": DAY, "valid_until": AFTER + timedelta(days=1)}, "valid_until"),
    ],
)
def test_nobody_sits_longer_than_the_seat_exists(body, values, field):
    one = create_seat(body, valid_from=DAY, valid_until=AFTER)

    with pytest.raises(ValidationError) as faults:
        create_holder(one, **values)

    assert list(faults.value.message_dict) == [field]


# Gaps and marks -------------------------------------------------------------------------------------------------------


def test_a_seat_whose_holders_nobody_told_is_unknown_not_vacant(body):
    unknown, left, held = create_seat(body, 1), create_seat(body, 2), create_seat(body, 3)
    create_holder(left, valid_until=BEFORE)
    create_holder(held)
    create_holder(create_seat(body, 4), substitute=True)

    found = {each.number: each.is_vacant_on(DAY) for each in Seat.objects.filter(body=body)}

    assert found == {1: False, 2: True, 3: False, 4: True}
    assert (unknown.is_vacant_on(DAY), left.is_vacant_on(BEFORE)) == (False, False)


@pytest.mark.parametrize("kind", Body.Kind.values)
def test_only_boards_want_youth_and_migrant_organisations(kind):
    body = create_body("other", kind)

    assert missing_marks(body, DAY) == (["youth", "migrant_organisation"] if kind == "board" else [])


def test_a_mark_counts_while_somebody_holds_the_seat(body):
    youth = create_seat(body, 1, mark="youth")
    migrants = create_seat(body, 2, mark="migrant_organisation")
    assert missing_marks(body, DAY) == ["youth", "migrant_organisation"]

    create_holder(youth, substitute=True)  # a substitute alone does not fill it
    create_holder(migrants, valid_until=DAY)

    assert missing_marks(body, DAY) == ["youth"]
    assert missing_marks(body, AFTER) == ["youth", "migrant_organisation"]


# The gate of consent --------------------------------------------------------------------------------------------------


CONSENT = {"consent_on": DAY, "consent_how": "Formular"}
CASES = {
    "consent given": ({}, CONSENT, [False, True, True]),
    "no consent": ({}, {}, [False, False, False]),
    "no public seat": ({"public": False}, CONSENT, [False, False, False]),
    "withdrawn today": ({}, CONSENT | {"consent_withdrawn_on": DAY}, [False, False, False]),
    "withdrawn tomorrow": ({}, CONSENT | {"consent_withdrawn_on": AFTER}, [False, True, False]),
    "left today": ({}, CONSENT | {"valid_until": DAY}, [False, True, False]),
    "comes tomorrow": ({}, CONSENT | {"valid_from": AFTER}, [False, False, True]),
    "a substitute": ({}, CONSENT | {"substitute": True}, [False, True, True]),
    "seat ends today": ({"valid_until": DAY}, CONSENT | {"valid_until": DAY}, [False, True, False]),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("published", [True, False])
def test_a_person_is_named_only_with_public_seat_and_standing_consent(case, published):
    of_seat, of_holder, expected = CASES[case]
    body = create_body(published=published)
    holder = create_holder(create_seat(body, **{"public": True} | of_seat), **of_holder)

    for day, wanted in zip((BEFORE, DAY, AFTER), expected, strict=True):
        by_queryset = SeatHolder.objects.public(day).filter(pk=holder.pk).exists()

        assert (by_queryset, fresh(holder).is_public_on(day)) == (wanted and published,) * 2


# The forms ------------------------------------------------------------------------------------------------------------


def change_of(thing):
    return reverse(f"admin:strategy_{thing._meta.model_name}_change", args=[thing.pk])


@pytest.mark.parametrize("model", ["body", "seat", "meeting", "agendaitem"])
def test_every_field_is_explained(signed_in, model):
    context = signed_in("admin").get(reverse(f"admin:strategy_{model}_add")).context

    forms = [context["adminform"].form]
    forms += [each.formset.empty_form for each in context["inline_admin_formsets"]]
    silent = [
        f"{form.prefix or ''} {name}"
        for form in forms
        for name, field in form.fields.items()
        if not field.help_text and not field.widget.is_hidden and name not in ("id", "DELETE")
    ]
    assert silent == []
    assert [name for form in forms for name in form.fields if name.endswith(("_en", "_ar"))] == []


def test_the_german_words_of_a_body_are_written_and_its_key_stays(signed_in, body):
    client = signed_in("leitung")
    data = form_of(client, change_of(body)) | {"plain_de": "Es begleitet die Umsetzung.", "key": "anders"}

    response = client.post(change_of(body), data)

    assert response.status_code == 302
    assert (fresh(body).plain_de, fresh(body).key) == ("Es begleitet die Umsetzung.", "probe")


def test_a_rhythm_without_a_source_is_told_at_the_form(signed_in, body):
    client = signed_in("leitung")

    response = client.post(change_of(body), form_of(client, change_of(body)) | {"rhythm_source": ""})

    assert response.status_code == 422
    assert "Zu der Zahl der Sitzungen gehört, woher die Regel stammt." in response.content.decode()


SECRETS = ("Ada Berger", "ada@example.org", "Musterstraße 7")


@pytest.mark.parametrize(
    ("role", "sees"),
    {
        "admin": True,
        "leitung": True,
        "team1": True,
        "redaktion": False,
        "fachstelle": False,
        "gremium1": False,
        "vorsitz": False,
        "ausschuss": False,
        "finanzen": False,
        "datenschutz": False,
        "uebersetzung-tr": False,
    }.items(),
)
def test_who_sits_where_is_for_who_may_change_it(signed_in, body, role, sees):
    holder = create_holder(create_seat(body), postal="Musterstraße 7")
    hold(create_meeting(body, DAY))
    office = signed_in("leitung")
    data = form_of(office, change_of(holder.seat))
    office.post(change_of(holder.seat), data | {"holders-0-organisation": "DGB"})  # the history names her now
    client = signed_in(role)
    addresses = [change_of(holder.seat), change_of(body), reverse("admin:strategy_seat_changelist")]
    addresses += [f"{reverse('admin:strategy_seat_changelist')}?besetzt=ja"]
    for name in ("delete", "history"):
        addresses += [reverse(f"admin:strategy_{kind}_{name}", args=[thing.pk]) for kind, thing in named(holder)]

    told = {secret for address in addresses for secret in SECRETS if secret in client.get(address).content.decode()}

    assert told == (set(SECRETS) if sees else set())


def named(holder):
    return [("seat", holder.seat), ("body", holder.seat.body)]


def test_editors_change_seats_but_no_holders(signed_in, body):
    holder = create_holder(create_seat(body))
    client, before = signed_in("redaktion"), rows(SeatHolder)
    data = form_of(client, change_of(holder.seat)) | {"label": "DGB"}
    data |= {"holders-TOTAL_FORMS": 1, "holders-INITIAL_FORMS": 1, "holders-0-id": holder.pk, "holders-0-name": "X"}

    response = client.post(change_of(holder.seat), data)

    assert response.status_code == 302
    assert fresh(holder.seat).label == "DGB"
    assert rows(SeatHolder) == before


def holder_row(number, **values):
    row = {"name": "Bo Celik", "role": "member", "language": "de", "valid_from": "01.04.2027"} | values
    return {f"holders-{number}-{name}": value for name, value in row.items()}


def test_two_new_members_of_one_form_do_not_overlap(signed_in, body):
    one, client = create_seat(body), signed_in("leitung")
    data = form_of(client, change_of(one)) | {"holders-TOTAL_FORMS": 2}
    data |= holder_row(0, valid_until="30.06.2027") | holder_row(1, name="Cem Dorn", valid_until="31.07.2027")

    refused = client.post(change_of(one), data)
    written = client.post(change_of(one), data | {"holders-1-valid_from": "01.07.2027"})

    assert refused.status_code == 422
    assert "Bo Celik und Cem Dorn hätten den Sitz zur selben Zeit." in refused.content.decode()
    assert written.status_code == 302
    assert one.holders.count() == 2


def save_holder(client, seat, **values):
    data = form_of(client, change_of(seat))
    return client.post(change_of(seat), with_row(data, "holders", **HOLDER | values))


HOLDER = {"name": "Bo Celik", "role": "member", "language": "de", "valid_from": "01.01.2026", "mail": "bo@example.org"}


@pytest.mark.parametrize(
    ("public", "values", "context"),
    [
        (True, {}, {"substitute": False, "asks_consent": True}),
        (False, {}, {"substitute": False, "asks_consent": False}),
        (True, {"substitute": "on"}, {"substitute": True, "asks_consent": True}),
        (True, {"consent_on": "01.02.2026", "consent_how": "Formular"}, {"substitute": False, "asks_consent": False}),
    ],
)
def test_who_is_new_in_the_form_of_a_seat_is_told_and_asked_for_consent(signed_in, body, told, public, values, context):
    one = create_seat(body, public=public)

    response = save_holder(signed_in("team1"), one, **values)

    assert response.status_code == 302
    [(key, (kind, to, found))] = told.items()
    assert (key, kind, to.name, to.mail) == (f"seat-{one.holders.get().pk}", "seat_begins", "Bo Celik", HOLDER["mail"])
    assert found == {"body": "Gremium probe", "since": "1. Januar 2026"} | context


def test_a_substitute_reads_of_being_one_and_the_office_is_named_as_the_writer(signed_in, person, body):
    one = create_seat(body)
    create_holder(one)

    save_holder(signed_in("team1"), one, substitute="on")

    message = Message.objects.get(kind="seat_begins")
    assert (message.name, message.written_by) == ("Bo Celik", person("team1"))
    assert "gehören Sie als Stellvertretung zu diesem Gremium" in message.text
    assert [each.valid_until for each in one.holders.all()] == [None, None]  # nobody's time ends


@pytest.mark.parametrize(("days", "names"), [(-1, []), (0, ["Bo Celik"]), (1, ["Bo Celik"])])
def test_whose_time_is_over_is_told_nothing(signed_in, body, told, days, names):
    until = timezone.localdate() + timedelta(days=days)

    save_holder(signed_in("team1"), create_seat(body), valid_from="01.01.2020", valid_until=f"{until:%d.%m.%Y}")

    assert [to.name for _kind, to, _context in told.values()] == names
    assert SeatHolder.objects.filter(name="Bo Celik").exists()


def test_who_comes_later_is_told_at_once(signed_in, body, told):
    save_holder(signed_in("team1"), create_seat(body), valid_from="01.01.2099")

    assert [context["since"] for _kind, _to, context in told.values()] == ["1. Januar 2099"]


def test_who_was_there_before_is_told_nothing_when_the_form_is_saved_again(signed_in, body, told):
    holder, client = create_holder(create_seat(body, public=True)), signed_in("team1")

    client.post(change_of(holder.seat), form_of(client, change_of(holder.seat)) | {"holders-0-organisation": "DGB"})

    assert fresh(holder).organisation == "DGB"
    assert told == {}


def test_a_form_that_is_refused_tells_nobody(signed_in, body, told):
    one = create_seat(body)
    create_holder(one)

    response = save_holder(signed_in("team1"), one)

    assert response.status_code == 422
    assert told == {}


def test_nobody_is_stored_who_could_not_be_told(signed_in, body, monkeypatch):
    def fails(holder, **_values):
        raise RuntimeError("kein Platz")

    one, client, before = create_seat(body), signed_in("team1"), rows(SeatHolder)
    monkeypatch.setattr("strategy.mails.welcome", fails)

    with pytest.raises(RuntimeError):
        save_holder(client, one)

    assert rows(SeatHolder) == before


def test_a_seat_list_tells_who_holds_it_today(signed_in, body):
    held, left, _unknown = create_seat(body, 1), create_seat(body, 2), create_seat(body, 3)
    create_holder(held)
    create_holder(left, valid_until=date(2026, 6, 30))
    page = signed_in("leitung").get(reverse("admin:strategy_seat_changelist") + f"?body__id__exact={body.pk}")

    admin = page.context["cl"].model_admin
    assert [str(admin.holder(each)) for each in page.context["cl"].result_list] == [
        "Ada Berger",
        "unbesetzt",
        "nicht bekannt",
    ]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("besetzt=ja", [1, 2, 3]),
        ("besetzt=nein", [4]),
        ("besetzt=unbekannt", [5]),
        ("einwilligung=ohne", [2]),
        ("besetzt=x", [1, 2, 3, 4, 5]),
    ],
)
def test_seats_are_found_by_what_they_lack(signed_in, body, query, numbers):
    consent = {"consent_on": date(2026, 1, 1), "consent_how": "Formular"}
    create_holder(create_seat(body, 1, public=True), **consent)
    create_holder(create_seat(body, 2, public=True))
    create_holder(create_seat(body, 3))
    create_holder(create_seat(body, 4, public=True), valid_until=date(2026, 6, 30))
    create_seat(body, 5, public=True)

    address = f"{reverse('admin:strategy_seat_changelist')}?body__id__exact={body.pk}&{query}"
    found = signed_in("leitung").get(address).context["cl"].result_list

    assert [each.number for each in found] == numbers


@pytest.mark.parametrize("query", ["body__id__exact=x", "body__id__exact=99999999999999", "gremium=x", "vorbei=7"])
@pytest.mark.parametrize("model", ["seat", "meeting", "minutes", "agendaitem"])
def test_odd_addresses_are_no_fault(signed_in, model, query):
    assert signed_in("admin").get(reverse(f"admin:strategy_{model}_changelist") + f"?{query}").status_code in (200, 302)


def test_today_of_these_tests_is_the_day_of_the_clock():
    assert (TODAY, NOON.date()) == (DAY, DAY)
