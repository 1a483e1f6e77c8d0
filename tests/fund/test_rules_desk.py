"""The desk of rules: every rule with value, origin and public sentence; two sets compared; edits leave history."""

import re
from datetime import date

import pytest
from django.contrib.admin.widgets import AdminSplitDateTime
from django.urls import reverse

from fund.models import Call, FundChange, FundYear, OtherPot, RuleOrigin, RuleSet
from fund.rules_desk import rows
from fund.rules_workflow import labels
from tests.fund.rules import copy_of, create_call, create_year

pytestmark = pytest.mark.django_db

DESK = "/admin/fonds/regeln/"


def rules(key):
    return RuleSet.objects.with_tiers().told().get(key=key)


def row(name, key="praxis-2025", other=None):
    found = rows(rules(key), rules(other) if other else None)
    return next(each for each in found if each.name == name)


def form_of(response):
    """What a change form sends when nobody has typed anything."""
    context, data = response.context, {}
    forms = [context["adminform"].form]
    for each in context["inline_admin_formsets"]:
        forms += [each.formset.management_form, *each.formset.forms]
    for field in (field for form in forms for field in form):
        value, widget = field.value(), field.field.widget
        if isinstance(widget, AdminSplitDateTime):
            for place, part in enumerate(widget.decompress(value)):
                data[f"{field.html_name}_{place}"] = "" if part is None else str(part)
        elif value is True:
            data[field.html_name] = "on"
        elif value is not None and value is not False and value != []:
            shown = widget.format_value(value)
            data[field.html_name] = shown[0] if isinstance(shown, list) and len(shown) == 1 else shown or ""
    return data


def test_the_desk_lists_every_rule_once():
    found = [each.name for each in rows(rules("papier-2021"))]

    assert found == list(labels(rules("papier-2021")))
    assert len(found) == len(set(found)) > 50


def test_a_row_tells_value_origin_and_the_sentence_it_changes():
    found = row("own_share_percent")

    assert (found.value, found.origin.origin, found.origin.confirmed) == ("20", "practice", True)
    assert [re.sub("<[^>]+>", "", text) for text in found.sentences] != []
    assert row("hold_months").sentences == []


def test_two_sets_stand_side_by_side():
    found = {name: row(name, "papier-2021", "praxis-2025") for name in ("micro.highest", "tie", "fund_name", "board")}

    assert [(each.value, each.other, each.differs) for each in found.values()] == [
        ("5.000 €", "10.000 €", True),
        ("nicht vorgeschlagen", "nicht vorgeschlagen", False),
        ("WIR2.0 Innovationsfonds", "WIR2.0-Förderprogramm", True),
        ("WIR2.0 Begleitgremium", "WIR2.0-Kuratorium", True),
    ]


def test_the_lead_sees_what_is_not_confirmed_and_can_confirm_it(signed_in):
    client = signed_in("leitung")
    origin = RuleOrigin.objects.get(rule_set__key="praxis-2025", field="micro.highest")
    address = reverse("admin:fund_rules_confirm", args=[origin.pk])

    before = client.get(DESK, {"satz": "praxis-2025", "mit": "papier-2021"}).content.decode()
    refused = client.post(address, {"source": "\x00 "})
    done = client.post(address, {"source": "Richtlinie 2025, Nummer 4"})

    assert address in before and "nicht bestätigt" in before
    assert (refused.status_code, done.status_code) == (422, 302)
    assert RuleOrigin.objects.get(pk=origin.pk).confirmed is True


def test_the_project_team_reads_and_changes_nothing(signed_in):
    client = signed_in("team1")
    origin = RuleOrigin.objects.filter(confirmed=False).first()
    practice = RuleSet.objects.get(key="praxis-2025")

    text = client.get(DESK, {"satz": "praxis-2025"}).content.decode()
    answers = [
        client.post(reverse("admin:fund_rules_confirm", args=[origin.pk]), {"source": "x"}),
        client.post(reverse("admin:fund_rules_move", args=[practice.pk, "activate"])),
        client.post(reverse("admin:fund_rules_copy", args=[practice.pk]), {"key": "x", "title": "x"}),
        client.post(reverse("admin:fund_ruleset_change", args=[practice.pk]), {}),
    ]

    assert "bestätigen</a>" not in text and "Als Entwurf kopieren" not in text
    assert [each.status_code for each in answers] == [403, 403, 403, 403]


@pytest.mark.parametrize("role", ["redaktion", "fachstelle", "uebersetzung-tr", "gremium1", "ausschuss"])
def test_others_do_not_see_the_desk_or_only_read(signed_in, role):
    client = signed_in(role)

    status = client.get(DESK).status_code

    assert status == (200 if role == "uebersetzung-tr" else 403)


def test_putting_unconfirmed_rules_in_force_tells_what_is_in_the_way(signed_in):
    client = signed_in("leitung")
    address = reverse("admin:fund_rules_move", args=[RuleSet.objects.get(key="praxis-2025").pk, "activate"])

    answers = [client.get(address), client.post(address)]

    assert [each.status_code for each in answers] == [200, 422]
    assert all("Noch nicht bestätigt" in each.content.decode() for each in answers)
    assert RuleSet.objects.get(key="papier-2021").state == "active"


def test_before_rules_without_a_remedy_come_in_force_the_page_warns(signed_in):
    draft = copy_of()
    RuleSet.objects.filter(pk=draft.pk).update(valid_from=date(2026, 1, 1))

    text = signed_in("leitung").get(reverse("admin:fund_rules_move", args=[draft.pk, "activate"])).content.decode()

    assert "keinen Rechtsbehelf" in text and "Das geht noch nicht" not in text


def test_unknown_sets_and_moves_are_not_found(signed_in):
    client, paper = signed_in("leitung"), RuleSet.objects.get(key="papier-2021")

    answers = [client.get(DESK, {"satz": "x"}), client.get(DESK, {"mit": "x"})]
    answers += [client.get(reverse("admin:fund_rules_move", args=[paper.pk, "explode"]))]

    assert [each.status_code for each in answers] == [404, 404, 404]


def test_a_copy_is_made_and_changed_and_its_history_says_how(signed_in, person):
    client, paper = signed_in("leitung"), RuleSet.objects.get(key="papier-2021")
    given = {"key": "richtlinie-2027", "title": "Richtlinie 2027", "valid_from": "01.01.2027"}

    taken = client.post(reverse("admin:fund_rules_copy", args=[paper.pk]), given | {"key": "papier-2021"})
    made = client.post(reverse("admin:fund_rules_copy", args=[paper.pk]), given)
    form = client.get(made.url)
    answer = client.post(made.url, form_of(form) | {"answer_days_micro": "14"})

    assert (taken.status_code, made.status_code, answer.status_code) == (422, 302, 302)
    draft = RuleSet.objects.get(key="richtlinie-2027")
    assert (draft.answer_days_micro, draft.origins.count()) == (14, len(labels(draft)))
    changes = FundChange.objects.filter(rule_set=draft, by=person("leitung")).order_by("pk")
    assert [(each.move, each.fields) for each in changes] == [
        ("copy", {}),
        ("edited", {"Antwort auf kleine Anträge (Tage)": ["28", "14"]}),
    ]


def test_rules_that_are_or_were_in_force_cannot_be_changed_or_deleted(signed_in):
    client, paper = signed_in("leitung"), RuleSet.objects.get(key="papier-2021")

    answers = [
        client.post(reverse("admin:fund_ruleset_change", args=[paper.pk]), {"answer_days_micro": "1"}),
        client.post(reverse("admin:fund_ruleset_delete", args=[paper.pk]), {"post": "yes"}),
    ]

    assert [each.status_code for each in answers] == [403, 403]
    assert RuleSet.objects.get(pk=paper.pk).answer_days_micro == 28


def test_a_year_is_made_once_and_its_money_is_booked_not_typed(signed_in):
    client, add = signed_in("leitung"), reverse("admin:fund_fundyear_add")
    form = form_of(client.get(add)) | {"year": "2027", "ceiling": "100.000,00"}

    done, again = client.post(add, form), client.post(add, form)
    year = FundYear.objects.get(year=2027)
    client.post(reverse("admin:fund_year_move", args=[year.pk, "publish"]))
    change = reverse("admin:fund_fundyear_change", args=[year.pk])
    typed = client.post(change, form_of(client.get(change)) | {"ceiling": "499,99", "rolling": "on"})

    assert (done.status_code, again.status_code, typed.status_code) == (302, 422, 302)
    year.refresh_from_db()
    assert (year.state, year.ceiling, year.rolling) == ("published", None, True)
    assert list(year.changes.order_by("pk").values_list("move", flat=True)) == ["added", "publish", "edited"]


def test_the_source_of_a_known_sum_stays(signed_in):
    year, client = create_year(), signed_in("leitung")
    change = reverse("admin:fund_fundyear_change", args=[year.pk])

    assert client.post(change, form_of(client.get(change)) | {"source": ""}).status_code == 422
    assert FundYear.objects.get(pk=year.pk).source == "Haushaltsplan (erfunden)"


def test_editors_write_the_texts_of_calls_and_nothing_else(signed_in):
    call = create_call(create_year(), published=False)
    client, address = signed_in("redaktion"), reverse("admin:fund_call_change", args=[call.pk])

    form = form_of(client.get(address)) | {"title_de": "Neuer Titel", "tier_key": "micro"}
    answer = client.post(address, form | {"closes_at": "01.01.2030 00:00:00"})

    assert answer.status_code == 302
    stored = Call.objects.get(pk=call.pk)
    assert (stored.title_de, stored.tier_key, stored.closes_at) == ("Neuer Titel", "project", call.closes_at)
    assert client.post(reverse("admin:fund_call_move", args=[call.pk, "publish"])).status_code == 403


def test_a_published_call_may_close_later_but_not_earlier(signed_in):
    call = create_call(create_year())
    client, address = signed_in("leitung"), reverse("admin:fund_call_change", args=[call.pk])
    form = form_of(client.get(address))

    earlier = client.post(address, form | {"closes_at": "30.03.2027 23:59:59"})
    later = client.post(address, form | {"closes_at": "30.04.2027 23:59:59"})

    assert (earlier.status_code, later.status_code) == (422, 302)
    assert Call.objects.get(pk=call.pk).closes_at.isoformat() == "2027-04-30T21:59:59+00:00"


def test_editors_keep_other_pots_and_their_history(signed_in, person):
    pot = OtherPot.objects.get(key="regionsfonds")
    client, address = signed_in("redaktion"), reverse("admin:fund_otherpot_change", args=[pot.pk])

    answer = client.post(address, form_of(client.get(address)) | {"highest": "10.000,00"})

    assert answer.status_code == 302
    change = FundChange.objects.get(pot=pot)
    assert (change.by, change.fields) == (person("redaktion"), {"bis (Euro)": ["–", "10.000 €"]})


def test_every_field_of_the_forms_has_a_help(signed_in):
    client = signed_in("leitung")
    pages = [reverse("admin:fund_ruleset_change", args=[copy_of().pk]), reverse("admin:fund_fundyear_add")]
    pages += [reverse("admin:fund_call_add"), reverse("admin:fund_otherpot_add")]

    bare = [
        (address, name)
        for address in pages
        for name, field in client.get(address).context["adminform"].form.fields.items()
        if not field.help_text
    ]

    assert bare == []
