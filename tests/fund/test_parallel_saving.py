"""Many at once: no draft twice, no word lost, nothing saved into what was sent."""

from django.test import Client
from django.utils import timezone

from fund import saving
from fund.actors import APPLICANT
from fund.models import Application, RivalText
from fund.workflow import perform
from tests.fund.cases import SMALL, create_draft, create_year, posted
from tests.fund.factories import fresh
from tests.fund.parallel import REAL_CONNECTIONS, at_once
from tests.fund.test_form_pages import given
from wir.lib.workflow import Refused

TIMES = 10
pytestmark = REAL_CONNECTIONS


def test_ten_clicks_at_once_begin_one_draft():
    create_year(year=timezone.localdate().year)
    page = given(Client())

    found = at_once([lambda: Client().post("/de/fonds/antrag/beginnen/", page)["Location"]] * TIMES)

    assert (len(set(found)), Application.objects.count()) == (1, 1)


def test_ten_tabs_at_once_lose_no_text():
    draft = create_draft(SMALL, now=timezone.now())
    pages = [posted(draft, "was", {"title": f"Text {number}"}) for number in range(TIMES)]

    def save(page):
        return lambda: saving.save(fresh(draft), "was", page, by=APPLICANT, now=timezone.now())

    at_once(map(save, pages))

    stands = draft.answers.get(question="title").text
    kept = {stands, *RivalText.objects.values_list("text", flat=True)}
    assert kept == {f"Text {number}" for number in range(TIMES)}


def test_what_is_saved_while_it_is_sent_is_in_it_or_comes_back():
    draft = create_draft(SMALL, now=timezone.now())
    pages = [posted(draft, step, {name: f"{name} neu"}) for step, name in (("was", "plan"), ("wer", "person"))]

    def save(step, page):
        return lambda: saving.save(fresh(draft), step, page, by=APPLICANT, now=timezone.now())

    def send():
        return perform(fresh(draft), "submit", by=APPLICANT, now=timezone.now(), consent=True)

    calls = [save("was", pages[0]), save("wer", pages[1]), send]
    results = at_once(calls, (Refused, saving.NotWritable))

    kept = fresh(draft)
    frozen = {key: rows["0"] for key, rows in kept.revision.answers.items()}
    stands = {each.question: each.text for each in draft.answers.exclude(text="")}
    assert kept.state == "submitted"
    assert frozen == stands
    came_back = {text for each in results if isinstance(each, saving.NotWritable) for text in each.typed.values()}
    assert {"plan neu", "person neu"} == came_back | {frozen["plan"], frozen["person"]} & {"plan neu", "person neu"}
