"""Departments, bodies, council papers and the contact of the office."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from strategy.models import Body, BodyName, Contact, CouncilPaper, Unit, UnitName

pytestmark = pytest.mark.django_db

DAY = date(2031, 5, 1)


def messages(obj):
    with pytest.raises(ValidationError) as caught:
        obj.full_clean()
    return caught.value.messages


def create_contact(**values):
    return Contact.objects.create(**{"office": "Stelle", "mail": "stelle@example.org", "valid_from": DAY} | values)


# Dated names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "owner"), [(UnitName, "unit"), (BodyName, "body")])
def test_a_name_cannot_end_before_it_begins(model, owner):
    thing = {"unit": Unit, "body": Body}[owner].objects.first()
    name = model(**{owner: thing}, name="Kurz", valid_from=DAY, valid_until=date(2031, 4, 30))

    assert messages(name) == ["Das Ende liegt vor dem Anfang."]
    with pytest.raises(IntegrityError), transaction.atomic():
        name.save()


@pytest.mark.parametrize(("begin", "end"), [(DAY, DAY), (DAY, None), (None, DAY), (None, None)])
def test_a_name_of_one_day_and_a_name_with_open_ends_are_fine(begin, end):
    name = UnitName(unit=Unit.objects.get(number="56"), name="Fein", valid_from=begin, valid_until=end)

    name.full_clean()
    name.save()

    assert (name.valid_from, name.valid_until) == (begin, end)


def test_the_name_of_a_day_is_the_one_that_was_valid_then():
    board = Body.objects.get(key="begleitgremium")

    days = [date(2021, 4, 1), date(2022, 7, 10), date(2022, 7, 11), date(2031, 1, 1)]
    assert [board.name_on(day) for day in days] == [
        "WIR2.0 Begleitgremium",
        "WIR2.0 Begleitgremium",
        "WIR2.0-Kuratorium",
        "WIR2.0-Kuratorium",
    ]


def test_other_names_are_never_the_name_of_a_day():
    body = Body.objects.create(key="runde", kind=Body.Kind.COMMITTEE)
    BodyName.objects.create(body=body, name="Spitzname", is_alias=True)

    assert body.name_on(DAY) == ""


def test_no_name_is_known_before_the_first_one_began():
    body = Body.objects.create(key="runde", kind=Body.Kind.COMMITTEE)
    BodyName.objects.create(body=body, name="Runde", valid_from=DAY)

    assert [body.name_on(day) for day in (date(2031, 4, 30), DAY)] == ["", "Runde"]


def test_of_two_names_valid_on_a_day_the_later_one_counts():
    body = Body.objects.create(key="runde", kind=Body.Kind.COMMITTEE)
    BodyName.objects.create(body=body, name="Neu", valid_from=date(2030, 1, 1))
    BodyName.objects.create(body=body, name="Alt", valid_from=date(2020, 1, 1))
    BodyName.objects.create(body=body, name="Uralt")

    assert body.name_on(DAY) == "Neu"


def test_a_thing_is_called_by_its_present_proper_name():
    nameless = Unit.objects.create(number="99")

    assert [str(Body.objects.get(key="begleitgremium")), str(Unit.objects.get(number="56.10"))] == [
        "WIR2.0-Kuratorium",
        "Grundsatzangelegenheiten der Einwanderung",
    ]
    assert str(nameless) == f"Stelle der Stadtverwaltung {nameless.pk}"


def test_a_department_with_offices_below_it_cannot_be_deleted():
    with pytest.raises(ProtectedError):
        Unit.objects.get(number="56").delete()


def test_the_number_of_a_department_and_the_key_of_a_body_are_given_once():
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.create(number="56.10")
    with pytest.raises(IntegrityError), transaction.atomic():
        Body.objects.create(key="rat", kind=Body.Kind.COUNCIL)


# Council papers -----------------------------------------------------------------------------------------------------


def test_a_council_paper_exists_once():
    second = CouncilPaper(number="0993/2022", title="Noch einmal")

    assert messages(second) == ["Diese Drucksache gibt es schon."]
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


def test_a_supplement_is_a_paper_of_its_own():
    supplement = CouncilPaper(number="0993/2022", supplement="E1", title="Ergänzung")

    supplement.full_clean()
    supplement.save()

    assert [str(paper) for paper in CouncilPaper.objects.filter(number="0993/2022")] == ["0993/2022", "0993/2022 E1"]


def test_a_supplement_exists_once():
    CouncilPaper.objects.create(number="0993/2022", supplement="E1", title="Ergänzung")

    assert messages(CouncilPaper(number="0993/2022", supplement="E1", title="Noch einmal")) == [
        "Diese Drucksache gibt es schon."
    ]


def test_a_body_that_decided_a_paper_cannot_be_deleted():
    with pytest.raises(ProtectedError):
        Body.objects.get(key="rat").delete()


# The contact of the office ------------------------------------------------------------------------------------------


def test_a_contact_can_be_reached():
    contact = Contact(office="Stelle", valid_from=DAY, hours="immer", address="Irgendwo 1")

    assert messages(contact) == ["Ein Kontakt braucht Telefon oder E-Mail."]
    with pytest.raises(IntegrityError), transaction.atomic():
        contact.save()


@pytest.mark.parametrize("way", [{"phone": "0511 168-0"}, {"mail": "stelle@example.org"}])
def test_one_way_to_reach_the_office_is_enough(way):
    contact = Contact(office="Stelle", valid_from=DAY, **way)

    contact.full_clean()
    contact.save()

    assert Contact.objects.on(DAY) == contact


def test_the_contact_of_a_day_is_the_one_that_began_last():
    Contact.objects.all().delete()
    old = create_contact(valid_from=date(2030, 1, 1))
    new = create_contact(valid_from=DAY)
    create_contact(valid_from=date(2040, 1, 1))

    days = [date(2029, 12, 31), date(2030, 1, 1), date(2031, 4, 30), DAY]
    assert [Contact.objects.on(day) for day in days] == [None, old, old, new]


def test_of_two_contacts_of_the_same_day_the_one_entered_last_counts():
    create_contact(office="Erste")
    second = create_contact(office="Zweite")

    assert Contact.objects.on(DAY) == second


def test_the_office_is_named_in_german_and_stands_where_the_page_begins(client):
    contact = create_contact(valid_from=date(2022, 1, 1), office="Amt Muster, WIR2.0")

    foot = client.get("/ar/leitlinien/").content.decode().partition("<footer")[2]

    assert f'<p><bdi lang="de" dir="ltr">{contact.office}</bdi></p>' in foot


def test_the_languages_of_the_office_are_those_of_the_registry():
    contact = create_contact(languages=["de", "ku", "xx"])

    assert [language.name for language in contact.spoken] == ["Deutsch", "Kurdî (Kurmancî)"]


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("0511 168-0", "+495111680"),
        ("0511 168 41232", "+4951116841232"),
        ("(0511) 168-41232", "+4951116841232"),
        ("+49 511 168-41232", "+4951116841232"),
        ("+49(0)511-168 41232", "+4951116841232"),
        ("+49 (0) 511 168 41232", "+4951116841232"),
        ("0049 511 168 41232", "+4951116841232"),
        ("115", "115"),
    ],
)
def test_a_phone_number_can_be_dialled(phone, link):
    assert Contact(phone=phone).phone_link == link
