"""Five questions that end in "here", "at another address", "not now" or "not from this fund"; nothing is stored."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from fund.eligibility import Answers, judge
from fund.intake import openings
from fund.models import OtherPot, RuleSet
from fund.samples_rules import make_sample_fund
from tests.fund.rules import copy_of, create_call, create_year, noon, put_in_force

pytestmark = pytest.mark.django_db

GOOD = {"wer": "person", "betrag": "400", "ort": "hannover", "beginn": "nein", "passt": "ja"}


def verdict(applicant="person", amount=400, *, rule_set=None, **answers):
    rule_set = rule_set or RuleSet.objects.in_force(noon().date())
    given = Answers(applicant, Decimal(amount), **answers)
    return judge(given, rule_set, openings(noon()), noon(), pots=OtherPot.objects.running())


def conditions(found):
    return [(reason.condition, reason.value) for reason in found.reasons]


def test_who_fits_can_apply_here_and_is_told_why():
    create_year()

    found = verdict()

    assert (found.kind, found.tier.key, conditions(found), found.pots) == ("apply", "micro", [("tier", "micro")], [])
    assert [str(each.year) for each in found.openings] == ["2027"]


def test_without_an_opening_the_idea_has_to_wait_and_other_pots_are_named():
    found = verdict()

    assert (found.kind, found.tier.key, found.openings) == ("later", "micro", [])
    assert "regionsfonds" in [pot.key for pot in found.pots]


def test_where_the_city_takes_applications_at_another_address_it_says_so():
    year = create_year(rolling=False)
    create_call(year, where="elsewhere", address="https://example.org/", meets_de="Ein Formular.")

    found = verdict(amount=20000)

    assert (found.kind, [each.call.address for each in found.openings]) == ("elsewhere", ["https://example.org/"])


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"amount": "50000.01"}, [("amount", "50000.01")]),
        ({"amount": 0}, [("amount", "0")]),
        ({"where": "region"}, [("where", "region")]),
        ({"where": "woanders", "serves": "nein"}, [("where", "woanders"), ("serves", "nein")]),
    ],
)
def test_everything_in_the_way_is_told_at_once(answers, expected):
    create_year()

    found = verdict(**answers)

    assert (found.kind, conditions(found), found.openings) == ("cannot", expected, [])


def test_whoever_the_rules_leave_out_is_told_so_and_a_silent_paper_leaves_out_nobody():
    create_year()
    assert verdict("group").kind == "apply"

    put_in_force(copy_of(applicants=["organisation"]))

    assert (verdict("group").kind, conditions(verdict("group"))) == ("cannot", [("applicant", "group")])
    assert verdict("organisation").kind == "apply"


@pytest.mark.parametrize(("rule", "kind"), [("unsaid", "apply"), ("on_request", "apply"), ("no", "cannot")])
def test_a_project_that_has_begun_is_refused_only_where_the_rules_say_so(rule, kind):
    create_year()
    put_in_force(copy_of(early_start=rule))

    found = verdict(begun="ja")

    assert (found.kind, ("begun", "ja") in conditions(found)) == (kind, True)


def test_doubt_about_the_goals_stops_nobody():
    create_year()

    assert conditions(verdict(serves="unsicher")) == [("tier", "micro"), ("serves", "unsicher")]
    assert verdict(serves="unsicher").kind == "apply"


@pytest.mark.parametrize(
    ("answers", "fit"),
    [
        ({"where": "region"}, {"regionsfonds"}),
        ({"where": "region", "begun": "ja"}, set()),
        ({"where": "woanders"}, set()),
    ],
)
def test_only_pots_that_might_pay_are_named_and_none_that_has_ended(answers, fit):
    assert {pot.key for pot in verdict(**answers).pots} == fit


def test_a_pot_with_a_known_limit_is_not_named_above_it():
    OtherPot.objects.filter(key="regionsfonds").update(highest=Decimal(300))

    assert "regionsfonds" not in [pot.key for pot in verdict(where="region").pots]


def test_without_rules_nobody_can_apply():
    found = judge(Answers("person", Decimal(400)), None, [], noon())

    assert (found.kind, found.tier, conditions(found)) == ("later", None, [("rules", "")])


# The page -------------------------------------------------------------------------------------------------------------


def get(client, language="en", **answers):
    return client.get(f"/{language}/fonds/antrag/", answers)


def test_the_questions_come_first_and_set_no_cookie(client):
    answer = get(client)

    assert (answer.status_code, answer.cookies) == (200, {})
    assert answer.content.decode().count("<fieldset") == 4
    assert 'name="betrag"' in answer.content.decode()


def test_the_result_stands_on_the_same_address_and_writes_nothing(client):
    make_sample_fund(now=timezone.now())

    with CaptureQueriesContext(connection) as captured:
        answer = get(client, **GOOD, beispiele="1")

    assert "You can apply here" in answer.content.decode()
    assert [each["sql"] for each in captured if not each["sql"].startswith("SELECT")] == []
    assert len(captured) <= 10
    assert answer.cookies == {}


def test_the_real_page_never_offers_an_example(client):
    make_sample_fund(now=timezone.now())

    text = get(client, **GOOD).content.decode()

    assert "nothing is open for it right now" in text
    assert "Example: call" not in text and "Applications at any time" not in text


@pytest.mark.parametrize("amount", ["1e5", "-1", "", "viel", "5.00,00", "\x00", "9" * 400])
def test_what_is_no_amount_is_asked_again_and_shown_as_typed(client, amount):
    answer = get(client, **GOOD | {"betrag": amount})
    text = answer.content.decode()

    assert answer.status_code == 422
    assert "<title>Error: " in text and 'href="#id_betrag"' in text
    assert "\x00" not in text
    assert text.count(" checked") == 4


@pytest.mark.parametrize("amount", ["4.999,99", "٥٠٠٠", "۵۰۰۰", "5000", "0,01", "5 000 €"])
def test_amounts_of_every_keyboard_are_understood(client, amount):
    assert get(client, "fa", **GOOD | {"betrag": amount}).status_code == 200


def test_zero_is_understood_and_not_paid(client):
    answer = get(client, **GOOD | {"betrag": "0"})

    assert answer.status_code == 200
    assert "You are not asking for any money." in answer.content.decode()


def test_unknown_answers_are_asked_again_without_a_fault(client):
    answer = get(client, **GOOD | {"wer": "<script>"})

    assert answer.status_code == 422
    assert "<script>" not in answer.content.decode()


@pytest.fixture
def begin():
    """The address at which an application begins."""
    try:
        return reverse("fund:begin")
    except NoReverseMatch:
        pytest.skip("The form of the application is not there yet.")


def test_the_answers_travel_with_the_button_only(client, begin):
    make_sample_fund(now=timezone.now())

    text = get(client, **GOOD | {"betrag": "4.000"}, beispiele="1").content.decode()

    form = text[text.index('<form method="post"') :]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    assert hidden.pop("marke")  # one page begins one draft (test_form_pages)
    assert hidden == GOOD | {"betrag": "4.000", "beispiele": "1"}
    assert "csrfmiddlewaretoken" not in text  # no session stands behind it, so there is nothing to forge


def test_there_is_no_button_where_one_cannot_apply(client, begin):
    make_sample_fund(now=timezone.now())

    results = [get(client, **GOOD), get(client, **GOOD | {"betrag": "70000"}, beispiele="1")]

    assert [answer.content.decode().count('<form method="post"') for answer in results] == [0, 0]


def test_post_is_refused(client):
    assert client.post("/de/fonds/antrag/", GOOD).status_code == 405


def test_results_are_not_for_search_engines_and_the_questions_are(client):
    assert "noindex" in get(client, "de", **GOOD).content.decode()
    assert "noindex" not in get(client, "de").content.decode()


def test_the_day_of_an_answer_is_told_from_the_promise_of_the_rules(client):
    make_sample_fund(now=timezone.now())

    text = get(client, **GOOD, beispiele="1").content.decode()

    assert "If you apply today, you will hear from us by about" in text
