"""Nothing of a case that is not granted, or of a person who is not named, comes out by the lists of funded projects."""

from decimal import Decimal

import pytest

from fund.models import Application, FundYear
from tests.fund.factories import approve, create_application, create_rules, has_money, reject, release, waitlist
from tests.visibility import SECRET, told_secrets

pytestmark = pytest.mark.django_db

AMOUNT = Decimal("1234.56")
TEXTS = {
    "organisation": f"Verein {SECRET}",
    "person": f"Elif {SECRET}",
    "title": f"Titel {SECRET}",
    "plan": f"Plan {SECRET}",
    "requested": AMOUNT,
    "total": AMOUNT,
    "field": "2",
}


def decided(step):
    return step(has_money(create_application("team_decision", **TEXTS)[0]))


def taken_back(state):
    application = release(decided(approve))
    Application.objects.filter(pk=application.pk).update(state=state)
    return application


def unconfirmed():
    create_rules(confirmation="agreement")
    return release(decided(approve))


HIDDEN = {
    "draft": lambda: create_application("draft", **TEXTS)[0],
    "undecided": lambda: create_application("formal_check", **TEXTS)[0],
    "unreleased yes": lambda: decided(approve),
    "unreleased no": lambda: decided(reject),
    "no": lambda: release(decided(reject)),
    "waiting": lambda: release(decided(waitlist)),
    "withdrawn": lambda: create_application("withdrawn", **TEXTS)[0],
    "lapsed": lambda: taken_back("lapsed"),
    "revoked": lambda: taken_back("revoked"),
    "unconfirmed": unconfirmed,
    "sample": lambda: create_application("active", sample=True, **TEXTS)[0],
}


BOOKED = ("unconfirmed", "lapsed", "revoked")  # the letter was out, and the promise still stands in the books


def found(client):
    """What the search words find."""
    page = client.get(f"/de/fonds/projekte/?q={SECRET}")
    return [project.reference for project in page.context["listing"].projects]


def ways(application):
    reference = application.reference or "WIR-2027-7777"
    return [
        "fonds/",
        "fonds/projekte/",
        "fonds/projekte/?bezirk=10&feld=2&jahr=2027&stufe=klein",
        f"fonds/projekte/{reference}/",
        "fonds/projekte/zahlen/",
        "fonds/projekte.csv",
        "fonds/projekte.json",
        "stadtbezirke/10-linden-limmer/",
        "inhalt/",
    ]


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_not_granted_is_nowhere(client, name):
    application = HIDDEN[name]()

    asked = [way for way in ways(application) if str(application.reference) not in way]  # that page repeats its address

    pages = [client.get(f"/de/{way}") for way in asked]
    texts = [(page.getvalue() if page.streaming else page.content).decode() for page in pages]
    sitemap = client.get("/sitemap.xml").content.decode()

    assert told_secrets(client, ways(application)) == {}
    assert [f"/projekte/{application.reference}" in text for text in (sitemap, *texts)] == [False] * (len(texts) + 1)
    assert client.get(f"/de/fonds/projekte/{application.reference or 'WIR-2027-7777'}/").status_code == 404
    assert found(client) == []
    if name not in BOOKED:
        assert [amount in text for text in texts for amount in ("1.234,56", "1234.56")] == [False] * 2 * len(texts)


@pytest.mark.parametrize(("kind", "organisation"), [("person", None), ("group", "Gruppe"), ("tandem", None)])
def test_who_is_not_named_is_nowhere(client, kind, organisation):
    names = {"kind": kind, "organisation": organisation and f"{organisation} {SECRET}", "partner": f"Jo {SECRET}"}
    application = create_application("active", **TEXTS | names)[0]

    assert told_secrets(client, ways(application)) == {}
    assert found(client) == []
    assert client.get(f"/de/fonds/projekte/{application.reference}/").status_code == 200


def test_the_walk_sees_what_is_told(client):
    application = create_application("active", **TEXTS | {"title": "Kochen"})[0]

    told = {way for code, way in told_secrets(client, ways(application)) if code == "de"}

    # the organisation is named, on every way that shows its project
    assert (len(told), found(client)) == (6, [application.reference])
    assert FundYear.objects.get(pk=application.year_id).committed == AMOUNT
