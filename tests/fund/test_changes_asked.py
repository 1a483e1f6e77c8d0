"""What staff asked about can be changed, and nothing else; the form says so and the door of saving holds it."""

from datetime import timedelta

import pytest

from fund import saving, tasklist
from fund.actors import APPLICANT
from fund.models import RequestedSection
from fund.workflow import blockers
from tests.fund.cases import posted, write
from tests.fund.factories import NOON, PROJECT, ask, create_application, fresh

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


@pytest.fixture
def asked():
    """asked(sections) -> (case that waits for its applicant, its address)"""

    def make(sections):
        application, secret = create_application("formal_check")
        return ask(application, sections=sections), f"/de/fonds/antrag/{secret.lower()}/"

    return make


def states(application):
    return {task.step.key: (str(task.state), task.writable) for task in tasklist.tasks(fresh(application))}


def test_only_the_named_sections_are_open(asked):
    application, _address = asked({"was": "Was kochen Sie?"})

    found = states(application)

    assert found == {
        "wer": ("done", False),
        "was": ("changes_asked", True),
        "wo-wann": ("done", False),
        "kosten": ("done", False),
        "kontakt": ("done", False),
        "unterlagen": ("not_started", False),
    }
    assert [tasklist.is_writable(application, key) for key in ("was", "kosten")] == [True, False]


def test_a_change_in_a_named_section_counts_as_touched(asked):
    application, _address = asked({"was": "Was kochen Sie?"})

    write(application, "was", {"title": "Suppe kochen"}, now=LATER)

    assert RequestedSection.objects.get().touched_at == LATER
    assert states(application)["was"] == ("done", True)
    assert blockers(fresh(application), "answer", by=APPLICANT, now=LATER) == []


def test_saving_without_a_change_is_no_answer(asked):
    application, _address = asked({"was": "Was kochen Sie?"})

    write(application, "was", {"title": application.answers.get(question="title").text}, now=LATER)

    assert RequestedSection.objects.get().touched_at is None
    assert len(blockers(fresh(application), "answer", by=APPLICANT, now=LATER)) == 1


def test_the_rest_is_closed_and_gives_the_words_back(asked, client):
    application, address = asked({"was": "Was kochen Sie?"})
    page = posted(application, "kosten", {"total": "2000"})

    with pytest.raises(saving.NotWritable) as refusal:
        saving.save(application, "kosten", page, by=APPLICANT, now=LATER)
    response = client.post(f"{address}kosten/", {"total": "2000"})

    assert refusal.value.typed == {("total", 0): "2000"}
    assert (response.status_code, "2000" in response.content.decode()) == (409, True)
    assert client.get(f"{address}kosten/")["Location"] == address
    assert application.answers.get(question="total").text == "1500"


@pytest.mark.parametrize("button", ["weg:costs:1", "nimm:1", "bleibt", "zeile:costs:9"])
def test_no_button_opens_what_is_closed(asked, client, button):
    application, address = asked({"was": "Was kochen Sie?"})
    before = list(application.answers.values())

    response = client.post(f"{address}kosten/", {"tun": button})

    assert response.status_code == 409
    assert list(application.answers.values()) == before


def test_it_stays_as_it_is_answers_too(asked, client):
    application, address = asked({"was": "Was kochen Sie?"})

    client.post(f"{address}was/", {"tun": "bleibt"})

    section = RequestedSection.objects.get()
    assert (section.unchanged, section.touched_at) == (True, None)
    assert blockers(fresh(application), "answer", by=APPLICANT, now=LATER) == []


def test_another_amount_opens_the_sections_it_makes_necessary(asked):
    application, _address = asked({"kosten": "Reicht das Geld?"})

    write(application, "kosten", {"total": "20000", "requested": "16000"}, now=LATER)

    found = states(application)
    assert {key: found[key] for key in ("konzept", "kostenplan", "finanzierung", "was")} == {
        "konzept": ("not_started", True),
        "kostenplan": ("not_started", True),
        "finanzierung": ("in_progress", True),
        "was": ("done", False),
    }


def test_the_page_of_the_case_leads_to_the_topics_that_another_amount_makes_necessary(asked, client):
    application, address = asked({"kosten": "Reicht das Geld?"})
    before = client.get(address).content.decode()
    write(application, "kosten", {"total": "20000", "requested": "16000"}, now=LATER)

    response = client.get(address)

    html = response.content.decode()
    topics = ["konzept", "querschnitt", "meilensteine", "kostenplan", "finanzierung"]
    assert [key for key in topics if f'href="{address}{key}/"' in before] == []
    assert [key for key in [*topics, "kosten", "was"] if f'href="{address}{key}/"' in html] == topics
    assert response.context["question"]["is_ready"] is False
    assert [client.get(f"{address}{key}/").status_code for key in topics] == [200] * 5


def test_a_section_that_another_amount_makes_unnecessary_is_not_waited_for(client):
    application, secret = create_application("formal_check", answers=PROJECT)
    application = ask(application, sections={"konzept": "Für wen?", "finanzierung": "Reicht das?"})
    write(application, "finanzierung", {"requested": "1200"}, now=LATER)
    write(application, "kosten", {"total": "1500"}, now=LATER)

    found = client.get(f"/de/fonds/antrag/{secret.lower()}/").context["question"]

    needed = {each["key"]: each["is_needed"] for each in found["sections"]}
    assert (needed, found["is_ready"]) == ({"konzept": False, "finanzierung": False}, True)
    assert blockers(fresh(application), "answer", by=APPLICANT, now=LATER) == []


def test_the_page_shows_what_staff_asked(asked, client):
    _application, address = asked({"was": "Was kochen Sie?"})

    html = client.get(f"{address}was/").content.decode()

    assert "Was kochen Sie?" in html and 'value="bleibt"' in html
