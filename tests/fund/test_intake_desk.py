"""Applications on paper, by phone or in person: typed into the form everybody uses, and seen by nobody else."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fund import access, guards
from fund.actors import staff
from fund.models import AccessKey, Application, Call, FundYear, Helper
from fund.workflow import perform
from tests.fund.factories import MICRO, create_draft, create_year, fill, fresh, submit, team
from wir.accounts.models import User

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TYPED = {"intake": "paper", "language": "tr", "part": "typed"}


@pytest.fixture(autouse=True)
def open_year(db):
    return create_year(NOW)


def year_of_today():
    return f"jahr-{FundYear.objects.get(year=timezone.localdate(NOW).year, sample=False).pk}"


def enter(client, **typed):
    """The draft that was made, None where the form was refused."""
    answer = client.post(reverse("admin:fund_enter"), TYPED | {"opening": year_of_today()} | typed)
    return Application.objects.latest("pk") if answer.status_code == 302 else None


def links(client, draft):
    """The addresses on the page of an entered draft that open in a window of their own."""
    page = client.get(reverse("admin:fund_entered", args=[draft.pk])).content.decode()
    return re.findall(r'href="([^"]+)" target="_blank" rel="noopener noreferrer"', page)


def fill_in(draft):
    first = timezone.localdate(NOW) + timedelta(days=400)
    return fresh(fill(draft, NOW, **MICRO | {"starts": first, "ends": first}))


def test_a_draft_remembers_how_it_came_and_who_typed_it(signed_in, open_year):
    draft = enter(signed_in("team1"))

    found = (draft.state, draft.intake, draft.language, draft.entered_by.username, draft.year, draft.sample)
    assert found == ("draft", "paper", "tr", "team1", open_year, False)


def test_who_only_types_uses_the_access_of_the_applicant_and_may_check_later(signed_in):
    client = signed_in("team1")
    draft = enter(client)

    form, sheet = links(client, draft)

    secret = access.secret_of(AccessKey.objects.get(application=draft)).lower()
    assert (form, sheet) == (f"/de/fonds/antrag/{secret}/", f"/tr/fonds/antrag/{secret}/zugang/")
    assert Helper.objects.count() == 0
    application = submit(fill_in(draft), NOW)
    assert fresh(perform(application, "take", by=team(), now=NOW)).assigned_to.username == "team1"


def test_who_helps_gets_an_access_of_her_own_is_named_and_cannot_check(signed_in):
    client = signed_in("team1")
    draft = enter(client, part="helped")

    form, sheet = links(client, draft)

    helper = Helper.objects.get()
    keys = {key.helper_id: access.secret_of(key).lower() for key in AccessKey.objects.filter(application=draft)}
    assert (helper.user.username, helper.name) == ("team1", str(User.objects.get(username="team1")))
    assert (form, sheet) == (f"/de/fonds/antrag/{keys[helper.pk]}/", f"/tr/fonds/antrag/{keys[None]}/zugang/")
    application = submit(fill_in(draft), NOW)
    assert list(guards.did_not_help(application, staff(helper.user), NOW, {})) != []


def test_staff_who_helped_are_removed_like_everybody_and_still_cannot_check(signed_in):
    client = signed_in("team1")
    draft = enter(client, part="helped")
    form, sheet = links(client, draft)
    helper = Helper.objects.get()

    Client().post(sheet, {"tun": f"entfernen:{helper.pk}"})

    assert Client().get(form).status_code == 404
    assert (links(client, draft), fresh(helper).ended_at is None) == ([], False)
    page = client.get(reverse("admin:fund_entered", args=[draft.pk])).content.decode()
    assert "hat Ihren Zugang beendet" in page and access.secret_of(draft.keys.get(helper=None)).lower() not in page
    assert list(guards.did_not_help(submit(fill_in(draft), NOW), staff(helper.user), NOW, {})) != []


def test_the_links_open_the_form_and_the_sheet(signed_in):
    client = signed_in("team1")

    addresses = links(client, enter(client))

    assert [Client().get(address).status_code for address in addresses] == [200, 200]


def test_nobody_else_opens_the_draft_and_nobody_after_it_was_handed_in(signed_in):
    draft = enter(signed_in("team1"))
    page = reverse("admin:fund_entered", args=[draft.pk])
    other = Client()
    other.force_login(User.objects.get(username="leitung"))

    assert other.get(page).status_code == 404
    assert f"/{draft.pk}/" not in other.get(reverse("admin:fund_enter")).content.decode()

    submit(fill_in(draft), NOW)
    mine = signed_in("team1")
    answer = mine.get(page)
    assert (answer.status_code, answer.url) == (302, reverse("admin:fund_case", args=[draft.pk]))
    assert page not in mine.get(reverse("admin:fund_enter")).content.decode()


def test_the_draft_of_an_applicant_is_no_draft_of_staff(signed_in):
    draft, _secret = create_draft(NOW)

    answer = signed_in("team1").get(reverse("admin:fund_entered", args=[draft.pk]))

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "typed",
    [{"intake": "web"}, {"intake": ""}, {"language": "xx"}, {"part": ""}, {"opening": "jahr-0"}, {"opening": "0"}],
)
def test_what_is_not_offered_is_refused_and_makes_nothing(signed_in, typed):
    client = signed_in("team1")

    answer = client.post(reverse("admin:fund_enter"), TYPED | {"opening": year_of_today()} | typed)

    assert answer.status_code == 422
    assert (Application.objects.count(), AccessKey.objects.count()) == (0, 0)


def test_without_an_open_year_the_page_says_so(signed_in, open_year):
    type(open_year).objects.filter(pk=open_year.pk).update(rolling=False)
    client = signed_in("team1")

    page = client.get(reverse("admin:fund_enter")).content.decode()

    assert "kann man hier keinen Antrag stellen" in page
    assert enter(client) is None


def test_the_same_page_sent_twice_makes_one_draft_and_another_page_another(signed_in):
    client = signed_in("team1")
    pages = [client.get(reverse("admin:fund_enter")).content.decode() for _twice in range(2)]
    marks = [re.search(r'name="marke" value="([^"]+)"', page).group(1) for page in pages]

    made = [enter(client, marke=mark).pk for mark in (marks[0], marks[0], marks[1])]

    assert (made[0], made[0] == made[2]) == (made[1], False)
    assert (Application.objects.count(), AccessKey.objects.count()) == (2, 2)


def test_a_call_that_opens_meanwhile_changes_nothing_of_what_was_chosen(signed_in, open_year):
    client = signed_in("team1")
    chosen = year_of_today()
    moments = {"opens_at": NOW - timedelta(days=1), "closes_at": NOW + timedelta(days=1)}
    texts = {"title_de": "Runde", "plain_de": "Probe", "tier_key": "micro", "state": "published"}
    call = Call.objects.create(year=open_year, **texts, **moments)

    drafts = [enter(client, opening=name) for name in (chosen, f"aufruf-{call.pk}")]

    assert [draft.call for draft in drafts] == [None, call]


def test_opening_the_pages_makes_no_draft(signed_in):
    client = signed_in("team1")

    client.get(reverse("admin:fund_enter"))

    assert Application.objects.count() == 0


@pytest.mark.parametrize("name", ["datenschutz", "gremium1", "redaktion", "finanzen", "fachstelle"])
def test_others_type_nothing_in(signed_in, name):
    answer = signed_in(name).post(reverse("admin:fund_enter"), TYPED)

    assert (answer.status_code, Application.objects.count()) == (403, 0)


@pytest.mark.parametrize("part", ["typed", "helped"])
def test_a_link_the_applicant_made_anew_or_took_back_is_told_to_no_staff(signed_in, part):
    client = signed_in("team1")
    draft = enter(client, part=part)
    secret = access.secret_of(draft.keys.get(helper=None)).lower()
    if part == "typed":
        Client().post(f"/de/fonds/antrag/{secret}/zugang/", {"tun": "ersetzen"})
    else:
        Client().post(f"/de/fonds/antrag/{secret}/zugang/", {"tun": f"entfernen:{draft.helpers.get().pk}"})

    page = client.get(reverse("admin:fund_entered", args=[draft.pk])).content.decode()

    live = [access.secret_of(key).lower() for key in AccessKey.objects.filter(ended_at=None)]
    assert len(live) == 1
    assert live[0] not in page
