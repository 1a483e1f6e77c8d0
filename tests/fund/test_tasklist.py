"""Which steps an application needs, how far each is, and what is missing."""

from datetime import date
from decimal import Decimal

import pytest

from fund import tasklist
from fund.filled import Filled
from fund.models import ApplicantKind, RuleSet
from tests.fund.cases import LARGE, SMALL, create_draft, rules, write

pytestmark = pytest.mark.django_db

SHORT = ["wer", "was", "wo-wann", "kosten", "kontakt", "unterlagen"]
LONG = ["wer", "was", "wo-wann", "konzept", "querschnitt", "meilensteine", "kostenplan", "finanzierung"]
LONG += ["kontakt", "unterlagen"]


def states(application):
    return {task.step.key: str(task.state) for task in tasklist.tasks(application)}


def steps(application):
    return [step.key for step in tasklist.needed_steps(application)]


def without(answers, step, **fields):
    return answers | {step: answers[step] | fields}


@pytest.mark.parametrize(
    ("kind", "amount", "needed"),
    [
        ("organisation", "400", SHORT),
        ("group", "5000", SHORT),
        ("person", "٥٠٠٠", SHORT),
        ("tandem", "5.000,01", LONG),
        ("organisation", "50000", LONG),
        ("organisation", "50000,01", LONG),  # too much; the page with the amount stays the one that was open
        ("unit", "3000", LONG),
        ("unit", "", LONG),
        ("person", "viel", SHORT),
        ("person", "0", SHORT),
    ],
)
def test_kind_and_amount_decide_which_steps_there_are(kind, amount, needed):
    application = create_draft({"wer": {"kind": kind}, "kosten": {"requested": amount}})

    assert steps(application) == needed


def test_an_empty_draft_misses_everything_and_says_so():
    application = create_draft()

    assert states(application) == dict.fromkeys(SHORT, "not_started")
    assert len(tasklist.gaps(application)) == 10


def test_a_small_application_is_complete_with_its_five_pages():
    application = create_draft(SMALL)

    assert states(application) == dict.fromkeys(SHORT[:-1], "done") | {"unterlagen": "not_started"}
    assert tasklist.gaps(application) == []


def test_a_large_application_is_complete_with_all_of_its_pages():
    application = create_draft(LARGE)

    assert states(application) == dict.fromkeys(LONG[:-1], "done") | {"unterlagen": "not_started"}
    assert tasklist.gaps(application) == []


@pytest.mark.parametrize(
    ("step", "field"),
    [(step, field) for step, fields in SMALL.items() for field in fields if field not in ("field", "themes", "post")],
)
def test_each_required_answer_is_asked_for_by_name(step, field):
    application = create_draft(without(SMALL, step, **{field: ""}))

    missing = [(problem.step, problem.question) for problem in tasklist.problems(application)]

    assert missing == ([] if field == "phone" else [(step, field)])
    assert states(application)[step] == (
        "done" if not missing else "not_started" if step == "kontakt" else "in_progress"
    )


def test_steps_that_fell_away_are_not_needed_and_keep_their_texts():
    application = create_draft(LARGE)

    saved = write(application, "finanzierung", {"requested": "900"})

    found = states(application)
    assert saved.moved
    assert [key for key, state in found.items() if state == "not_needed"] == [
        "konzept", "querschnitt", "meilensteine", "kostenplan", "finanzierung",
    ]  # fmt: skip
    assert found["kosten"] == "in_progress"
    assert Filled(application).text("aim") == LARGE["konzept"]["aim"]


def test_a_line_that_is_half_full_is_in_progress_and_an_empty_one_does_not_count():
    application = create_draft(
        without(LARGE, "kostenplan", **{"cost_amount-1": "9000", "cost_amount-2": "", "cost_what-3": " "})
    )

    found = [(problem.question, problem.row) for problem in tasklist.problems(application)]

    assert found == [("cost_amount", 2)]


@pytest.mark.parametrize(
    ("step", "fields", "wrong"),
    [
        ("wo-wann", {"ends": "31.8.2027"}, "ends"),
        ("wo-wann", {"starts": "bald"}, "starts"),
        ("wo-wann", {"district": "99"}, "district"),
        ("kosten", {"requested": "1500,51"}, "requested"),
        ("kosten", {"total": "0"}, "total"),
        ("kontakt", {"mail": "ada@"}, "mail"),
        ("kontakt", {"mail": "", "phone": "nein"}, "phone"),
        ("wer", {"kind": "koenigin"}, "kind"),
        ("was", {"title": "a" * 121}, "title"),
    ],
)
def test_what_cannot_be_true_is_named(step, fields, wrong):
    application = create_draft(without(SMALL, step, **fields))

    assert [problem.question for problem in tasklist.problems(application)] == [wrong]


def test_more_than_the_fund_gives_is_told_with_the_limit():
    application = create_draft(
        without(LARGE, "finanzierung", requested="50000,01")
        | {"kostenplan": {"cost_what-1": "Bau", "cost_amount-1": "80000"}}
    )

    assert tasklist.gaps(application) == [
        "Woher das Geld kommt – Wie viel Euro beantragen Sie? "
        "Dieser Fonds gibt höchstens <bdi>50.000\xa0€</bdi> für ein Projekt."
    ]


def test_sums_and_own_share_of_the_short_form():
    filled = Filled(create_draft(SMALL))

    assert (filled.total, filled.own_share, filled.share_percent) == (Decimal("1500.50"), Decimal("300.50"), 20)


def test_sums_and_own_share_of_the_long_form():
    filled = Filled(create_draft(LARGE))

    found = (filled.total, filled.own_share, filled.share_percent, filled.others, filled.still_open)
    assert found == (Decimal(12000), Decimal(2500), 20, Decimal(500), Decimal(0))


def test_less_than_the_rules_ask_for_needs_a_reason_where_the_rules_say_so():
    answers = without(LARGE, "finanzierung", own_money="0", requested="11000")
    RuleSet.objects.update(large_needs_call=False)  # tried by itself in test_form_pages.py
    practice, paper = create_draft(answers, rule_set=rules("praxis-2025")), create_draft(answers)

    found = [[problem.question for problem in tasklist.problems(each)] for each in (practice, paper)]

    assert found == [["share_reason"], []]
    write(practice, "finanzierung", {"share_reason": "Wir sind neu."})
    assert tasklist.gaps(practice) == []


def test_how_somebody_is_reached():
    both = create_draft({"wer": {"person": "Ada"}, "kontakt": {"mail": " ada@example.org ", "phone": "nein"}})
    wrong, none = create_draft({"kontakt": {"mail": "ada@"}}), create_draft()

    found = [tasklist.contact(each) for each in (both, wrong, none)]

    assert found == [{"name": "Ada", "mail": "ada@example.org", "phone": "", "postal": ""}, None, None]


@pytest.mark.parametrize(
    ("kind", "applicant"),
    [
        (ApplicantKind.ORGANISATION, "Nachbarn e. V."),
        (ApplicantKind.PERSON, "Ada Yilmaz"),
        (ApplicantKind.TANDEM, "Ada Yilmaz / Bo Chen"),
    ],
)
def test_the_main_values_name_who_applies(kind, applicant):
    application = create_draft(without(SMALL, "wer", kind=kind, partner="Bo Chen"))

    assert tasklist.facts(application) == {
        "kind": kind,
        "applicant": applicant,
        "person": "Ada Yilmaz",
        "title": "Kochen in Linden",
        "requested": Decimal(1200),
        "total": Decimal("1500.50"),
        "own_share": Decimal("300.50"),
        "share_percent": 20,
        "starts_on": date(2027, 9, 1),
        "ends_on": date(2027, 11, 30),
        "district": 10,
        "tier": "micro",
    }


def test_staff_read_the_name_of_a_step():
    assert [tasklist.label_of("wer"), tasklist.label_of("gibt-es-nicht")] == ["Wer Sie sind", "gibt-es-nicht"]
