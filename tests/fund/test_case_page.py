"""One way into a case: its secret. Everything else gets one answer."""

import pytest
from django.utils import timezone, translation

from fund import access, takeout
from fund.models import Application, RuleSet
from fund.workflow import MOVES

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    """(an application, its secret)"""
    now = timezone.now()
    rules = RuleSet.objects.create(key="probe", title="Probe", valid_from="2021-01-01", source="Test", fund_name="F")
    application = Application.objects.create(rule_set=rules, started_at=now, saved_at=now)
    return application, access.make_key(application, now=now)[1]


def test_a_line_of_the_history_that_repeats_the_one_before_is_told_once():
    moves = [(1, "submit"), (2, "pass_to_body"), (5, "void_result"), (6, "submit"), (7, "void_result")]

    told = takeout.history(moves)

    board = str(MOVES["void_result"].public)
    assert [at for at, _text in told] == [1, 2, 6, 7]
    assert [text == board for _at, text in told] == [False, True, False, True]


def test_all_lines_of_the_history_are_whole_sentences():
    with translation.override("en"):
        lines = [str(move.public) for move in MOVES.values() if move.public]

    assert [line for line in lines if not line.endswith(".")] == []


def test_the_secret_opens_the_case_and_the_answer_stays_private(client, case):
    response = client.get(f"/de/fonds/antrag/{case[1].lower()}/")

    headers = [response[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")]
    assert response.status_code == 200
    assert headers == ["no-store, private", "noindex, nofollow", "no-referrer"]
    assert dict(client.cookies) == {}


def test_capitals_and_dashes_lead_to_the_one_address(client, case):
    typed = "-".join(case[1][start : start + 4] for start in range(0, 16, 4))

    response = client.get(f"/de/fonds/antrag/{typed}/?neu=1")

    assert (response.status_code, response["Location"]) == (302, f"/de/fonds/antrag/{case[1].lower()}/?neu=1")
    assert response["Cache-Control"] == "no-store, private"


def test_unknown_ended_and_short_secrets_get_the_same_answer(client, case):
    application, secret = case
    access.end_keys(application, now=timezone.now())

    typed = (secret.lower(), "k7qxm2pd9rva3tnc", "kurz")
    answers = [(each, client.get(f"/de/fonds/antrag/{each}/")) for each in typed]

    assert [answer.status_code for _each, answer in answers] == [404, 404, 404]
    assert len({answer.content.replace(each.encode(), b"") for each, answer in answers}) == 1
    assert {answer["Cache-Control"] for _each, answer in answers} == {"no-store, private"}


def test_too_many_wrong_guesses_get_no_other_answer_and_lock_out_nobody(client, case, monkeypatch):
    monkeypatch.setattr("fund.views.case_page.GUESSES", "30/h")

    statuses = [client.get("/de/fonds/antrag/k7qxm2pd9rva3tnc/").status_code for _number in range(31)]

    assert statuses == [404] * 30 + [429]
    assert client.get(f"/de/fonds/antrag/{case[1].lower()}/").status_code == 200


@pytest.mark.parametrize("rest", ["", "/zugang", "/nichts/", "/dateien/x/"])
def test_whatever_answers_below_a_secret_is_kept_by_nobody(client, case, rest):
    response = client.get(f"/de/fonds/antrag/{case[1].lower()}{rest}")

    assert response.status_code in (301, 302, 404)
    names = ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")
    assert [response[name] for name in names] == ["no-store, private", "no-referrer", "noindex, nofollow"]
