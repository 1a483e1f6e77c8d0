"""Money and staff: euro in Python, whole cents in the database, so that sums are exact on both databases."""

from decimal import Decimal

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Sum, Value
from django.utils import translation

from measures.admin import BudgetInline
from measures.models import Budget, Measure
from tests.measures.factories import create_measure, create_unit, fresh, publish, withdraw
from wir.columns import EuroField

pytestmark = pytest.mark.django_db


@pytest.fixture
def measure():
    return create_measure()


def stored(line, column="planned"):
    """What the database itself holds."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {Budget._meta.db_table} WHERE id = %s", [line.pk])  # noqa: S608
        return cursor.fetchone()[0]


# The column -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "cents"),
    [("12500.5", 1250050), ("0", 0), (3, 300), (Decimal("0.01"), 1), ("9999999999999.99", 999999999999999)],
)
def test_an_amount_is_cents_in_the_database_and_euro_in_python(measure, given, cents):
    line = Budget.objects.create(measure=measure, year=2027, planned=given)

    amount = fresh(line).planned

    assert stored(line) == cents
    assert (type(amount), amount) == (Decimal, Decimal(cents) / 100)
    assert str(amount) == f"{cents // 100}.{cents % 100:02}"


def test_unknown_is_not_nothing(measure):
    line = Budget.objects.create(measure=measure, year=2027, planned=0)

    assert (fresh(line).planned, fresh(line).actual, stored(line, "actual")) == (Decimal("0.00"), None, None)


def test_staff_is_counted_in_hundredths_too(measure):
    line = Budget.objects.create(measure=measure, year=2027, planned_staff="0.75")

    assert (stored(line, "planned_staff"), fresh(line).planned_staff) == (75, Decimal("0.75"))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("0.005", "Höchstens zwei Stellen nach dem Komma: „0.005“."),
        (0.1, "Höchstens zwei Stellen nach dem Komma: „0.1“."),  # binary: not exactly ten cents
        ("1e-400", "Höchstens zwei Stellen nach dem Komma: „1e-400“."),
        ("10000000000000", "Höchstens zwei Stellen nach dem Komma: „10000000000000“."),
        ("1e400", "Höchstens zwei Stellen nach dem Komma: „1e400“."),
        ("NaN", "Höchstens zwei Stellen nach dem Komma: „NaN“."),
        ("-Infinity", "Höchstens zwei Stellen nach dem Komma: „-Infinity“."),
        ("viel", "„viel“ ist keine Zahl."),
        ([], "„[]“ ist keine Zahl."),
    ],
)
def test_what_is_no_amount_is_never_rounded_and_never_written(measure, given, sentence):
    with pytest.raises(ValidationError) as refused:
        Budget.objects.create(measure=measure, year=2027, planned=given)

    assert (refused.value.messages, Budget.objects.filter(measure=measure).count()) == ([sentence], 0)


@pytest.mark.parametrize(("each", "total"), [("0.01", "1.99"), ("0.10", "19.90")])
def test_the_sum_of_199_amounts_is_exact(measure, each, total):
    Budget.objects.bulk_create(Budget(measure=measure, year=2000 + year, planned=each) for year in range(199))

    lines = Budget.objects.filter(measure=measure)

    assert lines.aggregate(sum=Sum("planned"))["sum"] == Decimal(total)
    assert sum(line.planned for line in lines) == Decimal(total)
    assert lines.aggregate(sum=Sum("actual"))["sum"] is None


@pytest.mark.parametrize("each", ["0.01", "0.10"])
def test_199_steps_to_a_ceiling_all_fit_and_the_next_does_not(measure, each):
    step, ceiling = Decimal(each), Decimal(each) * 199
    line = Budget.objects.create(measure=measure, year=2027, planned=ceiling, actual=0)
    more = F("actual") + Value(step, output_field=EuroField())

    taken = [
        Budget.objects.filter(pk=line.pk, planned__gte=more).update(actual=more)  # as a guard in one statement does
        for _step in range(200)
    ]

    assert taken == [1] * 199 + [0]
    assert (fresh(line).actual, stored(line, "actual")) == (ceiling, int(ceiling * 100))


def test_an_amount_is_compared_in_euro(measure):
    for year, planned in ((2026, "99.99"), (2027, "100.00"), (2028, "100.01")):
        Budget.objects.create(measure=measure, year=year, planned=planned)

    lines = Budget.objects.filter(measure=measure)

    assert [line.year for line in lines.filter(planned__gt=Decimal("100.00"))] == [2028]
    assert [line.year for line in lines.filter(planned__lte=100)] == [2026, 2027]
    assert [line.year for line in lines.filter(planned="100.00")] == [2027]


# The constraints ------------------------------------------------------------------------------------------------------

SAYS_NOTHING = "Bitte tragen Sie mindestens einen Betrag oder eine Stelle ein."
NEGATIVE = "Beträge und Stellen sind nie kleiner als null."
TWICE = "Für dieses Jahr, diese Art und diese Geldquelle gibt es schon eine Zeile."


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, SAYS_NOTHING),
        ({"planned": "-0.01"}, NEGATIVE),
        ({"actual": "-0.01"}, NEGATIVE),
        ({"planned_staff": "-0.01"}, NEGATIVE),
        ({"actual_staff": "-0.01"}, NEGATIVE),
        ({"planned": "5", "actual": "-5"}, NEGATIVE),
        ({"year": 2026, "planned": "1"}, TWICE),
    ],
)
def test_the_database_refuses_nonsense_and_the_model_says_why(measure, values, sentence):
    Budget.objects.create(measure=measure, year=2026, planned="1")
    line = Budget(**{"measure": measure, "year": 2027} | values)

    with pytest.raises(ValidationError) as told:
        line.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        line.save()

    assert (told.value.messages, Budget.objects.filter(measure=measure).count()) == ([sentence], 1)


@pytest.mark.parametrize(
    "values",
    [
        {"planned": "0"},
        {"actual": "0.01"},
        {"planned_staff": "0.5"},
        {"actual_staff": "0"},
        {"year": 2026, "planned": "1", "source": "fund"},
        {"year": 2026, "planned": "1", "kind": "investment"},
    ],
)
def test_what_makes_sense_is_kept(measure, values):
    Budget.objects.create(measure=measure, year=2026, planned="1")
    line = Budget(**{"measure": measure, "year": 2027} | values)

    line.full_clean()
    line.save()

    assert Budget.objects.filter(measure=measure).count() == 2


def test_two_measures_have_lines_of_the_same_year():
    for number in (900, 901):
        line = Budget(measure=create_measure(number), year=2027, planned=1)
        line.full_clean()
        line.save()

    assert Budget.objects.filter(year=2027, planned=1, measure__number__gte=900).count() == 2


@pytest.mark.parametrize(("year", "fine"), [(1999, False), (2000, True), (2199, True), (2200, False)])
def test_years_have_four_sensible_digits(measure, year, fine):
    line = Budget(measure=measure, year=year, planned=1)

    if fine:
        line.full_clean()
    else:
        with pytest.raises(ValidationError) as told:
            line.full_clean()
        assert list(told.value.message_dict) == ["year"]


# The form -------------------------------------------------------------------------------------------------------------


def field_of(name):
    """The field of the office's form."""
    return BudgetInline(Measure, admin.site).formfield_for_dbfield(Budget._meta.get_field(name), None)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12500,50", "12500.50"),
        ("12500.50", "12500.50"),
        ("12.500,50", "12500.50"),  # so the example of the help text is written
        ("1.250.000", "1250000"),
        ("12.500", "12500"),  # cents have two digits, so these three are thousands
        (" 12 500,5 € ", "12500.50"),
        ("12\u202f500", "12500"),
        ("0,5", "0.50"),
        ("1.5", "1.50"),
        ("١٢٥", "125"),
        ("", None),
    ],
)
def test_an_amount_is_typed_as_people_write_it(typed, amount):
    with translation.override("de"):
        found = field_of("planned").clean(typed)

    assert found == (amount and Decimal(amount))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        *(("planned", typed) for typed in ("1,234", "viel", "1,2,3", "1.23.4", "0.500", "12.50.000", "--1", "NaN")),
        *(("planned_staff", typed) for typed in ("1.500", "0,125")),  # nobody has fifteen hundred posts
    ],
)
def test_what_could_be_misread_is_asked_again(name, typed):
    with translation.override("de"), pytest.raises(ValidationError):
        field_of(name).clean(typed)


def test_the_examples_beside_the_fields_can_be_typed():
    with translation.override("de"):
        for name in ("planned", "planned_staff"):
            field = field_of(name)
            example = field.help_text.removeprefix("Zum Beispiel: ")

            assert field.clean(example) == {"planned": Decimal("12500.00"), "planned_staff": Decimal("0.5")}[name]


def test_an_amount_is_shown_as_it_can_be_typed_again():
    with translation.override("de"):
        field = field_of("planned")

        assert 'value="1234567,80"' in field.widget.render("planned", Decimal("1234567.80"))
        assert not field.has_changed(Decimal("1234567.80"), "1234567,80")
        assert not field.has_changed(Decimal("1234567.80"), "1.234.567,80")


# Who sees it ----------------------------------------------------------------------------------------------------------


def test_money_of_a_draft_is_not_public():
    draft, public, gone = (create_measure(number, responsible=create_unit(f"{number}")) for number in (900, 901, 902))
    for measure in (draft, public, gone):
        Budget.objects.create(measure=measure, year=2027, planned=1)
    publish(public)
    withdraw(publish(gone))

    assert [line.measure for line in Budget.objects.public().filter(measure__number__gte=900)] == [public]
