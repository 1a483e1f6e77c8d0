"""Where a decision was made, as letters say it: committee, day, number and item, in every language."""

import pytest
from django.utils import translation

from fund.decision_reference import reference
from fund.models import CaseItem, CircularVote, Decision
from strategy.models import Body
from tests.fund.factories import NOON, TODAY, approve, confirm_said, create_application, file_paper, for_committee, said
from wir.languages import registry
from wir.lib.formats import long_date

pytestmark = pytest.mark.django_db


def decided(**values):
    case = for_committee()
    file_paper(case)
    said(case, **values)
    return confirm_said(case).decisions.get()


@pytest.mark.parametrize("language", registry.LANGUAGES, ids=lambda language: language.code)
def test_a_letter_names_the_committee_its_day_its_paper_and_the_item(language):
    decision = decided()

    with translation.override(language.code):
        told = reference(decision, language)

    day = long_date(decision.result.session_on, language.locale)
    assert [part in told for part in ("Verwaltungsausschuss", day, "1234/2027", "\u20687\u2069")] == [True] * 4
    assert told.count("\u2066") + told.count("\u2068") == told.count("\u2069") == 4


def test_without_an_item_nothing_is_said_of_one():
    told = reference(decided(point=""), registry.get("en"))

    assert told.count("\u2066") + told.count("\u2068") == told.count("\u2069") == 3


def test_the_letter_of_a_committee_holds_it_and_the_letter_of_the_team_does_not():
    small, _secret = create_application("team_decision")

    of_team = approve(small).decisions.get()
    of_committee = decided()

    assert (reference(of_team, registry.SOURCE), "1234/2027" in of_team.letter.text_de) == ("", False)
    assert [of_committee.letter.text_de.count(part) for part in ("1234/2027", "Verwaltungsausschuss")] == [1, 1]


def test_of_a_vote_without_a_meeting_the_day_of_its_end_is_told():
    vote = CircularVote(pk=1, body=Body.objects.first(), closes_at=NOON)
    decision = Decision(maker=Decision.Maker.BODY, item=CaseItem(vote=vote))

    language = registry.get("en")
    assert long_date(TODAY, language.locale) in reference(decision, language)
