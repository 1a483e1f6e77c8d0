"""What the law wants to know about the operator: shown where it belongs, left out where nobody entered it."""

import pytest
from django.core import checks
from django.db import IntegrityError, transaction
from django.utils.html import escape

from strategy.models import SourceDocument
from wir.about.models import PUBLIC_LABELS, OperatorFact

pytestmark = pytest.mark.django_db

ON_PAGE = {
    "impressum": ["operator", "address", "represented_by", "phone", "mail", "vat_id"],
    "datenschutz": ["controller", "data_protection_officer", "supervisory_authority", "hosting", "log_retention"],
    "barrierefreiheit": ["operator", "arbitration", "monitoring"],
}
LABELS = [
    "Betreiberin",
    "Anschrift",
    "vertreten durch",
    "Telefon",
    "E-Mail",
    "Umsatzsteuer-Identifikationsnummer",
    "Verantwortlich für den Datenschutz",
    "Datenschutzbeauftragte Person",
    "Aufsichtsbehörde für den Datenschutz",
    "Wo die Server stehen",
    "Wie lange Protokolle bleiben",
    "Schlichtungsstelle nach § 9d NBGG",
    "Überwachungsstelle nach § 9c NBGG",
]


def enter_all():
    OperatorFact.objects.all().delete()
    for name in OperatorFact.Name.values:
        OperatorFact.objects.create(name=name, value=f"Wortlaut {name} <&>", source="Rechtsamt, 1. Mai 2031")


def deploy_warnings(**options):
    return [
        warning.msg
        for warning in checks.run_checks(include_deployment_checks=True, **options)
        if warning.id == "about.W001"
    ]


def test_every_fact_has_its_pages_and_a_public_label():
    assert set(OperatorFact.PAGES) == set(PUBLIC_LABELS) == set(OperatorFact.Name)
    assert [label for _name, label in OperatorFact.Name.choices] == LABELS
    assert {name: [page for page, names in ON_PAGE.items() if name in names] for name in OperatorFact.Name.values} == {
        name: list(pages) for name, pages in OperatorFact.PAGES.items()
    }


@pytest.mark.parametrize("page", ON_PAGE)
def test_a_page_has_its_own_facts_in_the_order_of_the_law(page):
    enter_all()

    assert [fact.name for fact in OperatorFact.objects.on_page(page)] == ON_PAGE[page]


@pytest.mark.parametrize("language", ["de", "de-simple", "ar", "ku"])
@pytest.mark.parametrize("page", ON_PAGE)
def test_a_page_shows_its_own_facts_and_no_others(client, page, language):
    enter_all()

    text = client.get(f"/{language}/{page}/").content.decode()

    shown = [name for name in OperatorFact.Name.values if escape(f"Wortlaut {name} <&>") in text]
    assert sorted(shown) == sorted(ON_PAGE[page])


def test_a_fact_stands_in_german_marks_below_a_label_in_the_readers_language(client):
    enter_all()

    text = client.get("/ar/impressum/").content.decode()

    start = text.index(escape("Wortlaut operator <&>"))
    assert 'lang="de"' in text[start - 60 : start]
    assert ("Operator of this site" in text, "Betreiberin" in text) == (False, False)


def test_a_missing_fact_is_left_out_in_public(client):
    enter_all()
    complete = client.get("/de/impressum/").content.decode()

    OperatorFact.objects.filter(name="vat_id").delete()
    text = client.get("/de/impressum/").content.decode()

    assert (complete.count("Umsatzsteuer"), text.count("Umsatzsteuer")) == (1, 0)
    assert "Wortlaut phone" in text


def test_a_page_without_any_fact_still_answers(client):
    OperatorFact.objects.all().delete()

    assert [client.get(f"/de/{page}/").status_code for page in ON_PAGE] == [200, 200, 200]


def test_the_deploy_check_names_every_missing_fact():
    OperatorFact.objects.exclude(name="operator").delete()

    assert deploy_warnings() == [
        f"Missing fact about the operator: {label}. The public page leaves it out." for label in LABELS[1:]
    ]


def test_the_deploy_check_is_content_when_nothing_is_missing():
    enter_all()

    assert deploy_warnings() == []


def test_an_ordinary_check_does_not_ask_for_facts():
    OperatorFact.objects.all().delete()

    assert [warning for warning in checks.run_checks() if warning.id == "about.W001"] == []


def test_the_desk_and_the_list_name_the_missing_facts_to_staff(signed_in):
    enter_all()
    OperatorFact.objects.filter(name__in=["vat_id", "hosting"]).delete()
    client = signed_in("redaktion")

    told = "Umsatzsteuer-Identifikationsnummer, Wo die Server stehen"
    assert f"Angaben zur Betreiberin fehlen: {told}" in client.get("/admin/").content.decode()
    assert f"Es fehlen noch: {told}" in client.get("/admin/about/operatorfact/").content.decode()


def test_the_list_says_when_all_facts_are_there(signed_in):
    enter_all()

    assert "Alle Angaben sind da." in signed_in("redaktion").get("/admin/about/operatorfact/").content.decode()


def test_the_desk_of_somebody_who_cannot_mend_it_does_not_ask(signed_in):
    OperatorFact.objects.all().delete()
    assert SourceDocument.objects.exists() is False

    text = signed_in("gremium1").get("/admin/").content.decode()

    assert ("Angaben zur Betreiberin fehlen" in text, "noch nicht eingelesen" in text) == (False, False)


def test_a_fact_is_entered_once():
    OperatorFact.objects.get_or_create(name="operator", defaults={"value": "Stadt", "source": "Rechtsamt"})

    with pytest.raises(IntegrityError), transaction.atomic():
        OperatorFact.objects.create(name="operator", value="Noch einmal", source="Rechtsamt")
