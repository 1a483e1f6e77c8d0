"""What each group may do, word for word; and that `migrate` brings the database back in step with it."""

import pytest
from django.contrib.auth.models import Group, Permission

from wir.accounts.roles import GROUPS, sync_groups

pytestmark = pytest.mark.django_db

PARTS = ["actionfield", "chapter", "crosscuttingtheme", "focuspoint", "goal", "guideline", "priority", "subtopic"]
CITY = ["body", "bodyname", "citypart", "contact", "councilpaper", "district", "unit", "unitname"]
MEASURES = ["budget", "change", "measure", "milestone", "plan", "proposal", "release", "releaseitem", "status"]
MEASURES += ["targetgroup", "themeanswer", "update"]
WRITTEN = [name for name in MEASURES if name not in ("change", "plan")]
SITE = ["accessibilitygap", "operatorfact", "sitetext"]
ALL = ["add", "change", "delete", "view"]


def rights(app, models, actions):
    return {f"{app}.{action}_{model}" for model in models for action in actions}


READ_PARTS, READ_CITY = rights("strategy", PARTS, ["view"]), rights("strategy", CITY, ["view"])
READ_MEASURES = rights("measures", MEASURES, ["view"])
OWN = ["view", "add", "change"]
OF_MEETINGS = [
    "agendaitem",
    "attendance",
    "followup",
    "meeting",
    "minutes",
    "minutesentry",
    "paper",
    "seat",
    "seatholder",
]
MEETINGS = {
    *rights("strategy", OF_MEETINGS, ALL),
    *rights("measures", ["agendameasure"], ALL),
    *rights("strategy", ["body", "bodyname"], ["view", "change"]),
    "strategy.coordinate_meeting",
    "strategy.view_meetingchange",
}
MESSAGES = rights("outbox", ["message"], ["view", "release", "handle"])
RULES = ["call", "fundchange", "fundyear", "otherpot", "pot", "ruleorigin", "ruleset", "tier"]
CASES = {*rights("fund", ["application"], ["view", "check", "enter"]), "fund.view_refusalreason"}
FILINGS = rights("fund", ["committeestep", "filedcase", "filing", "stepresult"], ["view"])
BOOKS = rights("fund", ["carryover", "ledgerentry"], ["view"])
READ_TEXTS = {"languages.view_sourcetext", "languages.view_translationunit"}
EXPECTED = {
    "Redaktion": {
        *rights("strategy", [*PARTS, *CITY, "unitmember", "seat"], ALL),
        *rights("measures", [*WRITTEN, "disclosure"], ALL),
        *rights("measures", ["change", "plan", "importrun"], ["view"]),
        *rights("measures", ["measure"], ["publish", "import"]),
        "measures.publish_update",
        *rights("about", SITE, ALL),
        *READ_TEXTS,
        "strategy.view_sourcedocument",
        "strategy.view_wording",
        "strategy.import_wording",
        "about.view_barrierreport",
        "about.change_barrierreport",
        *rights("fund", ["otherpot"], ALL),
        *rights("fund", ["call", "refusalreason"], ["view", "change"]),
    },
    "Fachstelle": {
        *READ_PARTS,
        *READ_CITY,
        *READ_MEASURES,
        "measures.report_measure",
        *rights("measures", ["update", "milestone", "budget", "themeanswer"], OWN),
    },
    "Übersetzung": {
        *READ_PARTS,
        *READ_MEASURES,
        *rights("about", SITE, ["view"]),
        *READ_TEXTS,
        *rights("fund", ["call", "otherpot", "refusalreason", "ruleset"], ["view"]),
    },
    "Projektteam": {
        *READ_PARTS,
        *READ_CITY,
        *READ_MEASURES,
        *MEETINGS,
        *MESSAGES,
        *CASES,
        *FILINGS,
        *BOOKS,
        *rights("fund", RULES, ["view"]),
        "accounts.reset_factor",
    },
    "Leitung": {
        *READ_PARTS,
        *READ_CITY,
        *READ_MEASURES,
        *MEETINGS,
        *MESSAGES,
        *CASES,
        *FILINGS,
        *BOOKS,
        "fund.confirm_carryover",
        "fund.lead_application",
        "accounts.view_user",
        "accounts.invite_user",
        "accounts.reset_factor",
        *rights("fund", ["refusalreason"], ["add", "change"]),
        *rights("fund", [name for name in RULES if name != "fundchange"], ALL),
        "fund.view_fundchange",
        "fund.activate_ruleset",
        *rights("fund", ["fundyear", "call"], ["publish"]),
        "strategy.approve_minutes",
        "about.view_barrierreport",
        "about.change_barrierreport",
    },
    "Begleitgremium": {*READ_PARTS, *READ_CITY, *READ_MEASURES, "fund.review_application"},
    "Vorsitz": {
        *READ_PARTS,
        *READ_CITY,
        *READ_MEASURES,
        "strategy.approve_minutes",
        "fund.review_application",
    },
    "Ausschuss": {
        *READ_PARTS,
        *READ_MEASURES,
        *FILINGS,
        "strategy.view_body",
        "strategy.view_councilpaper",
        "fund.record_application",
    },
    "Finanzen": {
        *READ_PARTS,
        *READ_MEASURES,
        *BOOKS,
        "fund.confirm_carryover",
        *rights("fund", RULES, ["view"]),
    },
    "Datenschutz": {
        *rights("about", SITE, ["view"]),
        "about.view_barrierreport",
        "about.change_barrierreport",
        "about.delete_barrierreport",
        "outbox.view_message",
        "fund.view_application",
        "fund.erase_application",
        "accounts.view_auditentry",
    },
}


def stored():
    return {
        group.name: {
            f"{permission.content_type.app_label}.{permission.codename}"
            for permission in group.permissions.select_related("content_type")
        }
        for group in Group.objects.all()
    }


def test_every_group_has_exactly_its_rights():
    assert stored() == EXPECTED


def test_the_table_names_no_other_groups():
    assert set(GROUPS) == set(EXPECTED)


def test_a_right_too_many_is_taken_away_and_one_too_few_comes_back():
    editors = Group.objects.get(name="Redaktion")
    editors.permissions.remove(Permission.objects.get(codename="import_wording"))
    editors.permissions.add(Permission.objects.get(codename="delete_user"))

    sync_groups()

    assert stored() == EXPECTED


def test_a_deleted_group_comes_back_with_its_rights():
    Group.objects.get(name="Finanzen").delete()

    sync_groups()

    assert stored() == EXPECTED


def test_a_group_of_the_citys_own_is_left_alone():
    own = Group.objects.create(name="Praktikum")
    own.permissions.add(Permission.objects.get(codename="view_guideline"))

    sync_groups()

    assert stored() == EXPECTED | {"Praktikum": {"strategy.view_guideline"}}


@pytest.mark.parametrize(
    ("right", "people"),
    [
        ("strategy.import_wording", {"redaktion"}),
        ("strategy.change_guideline", {"redaktion"}),
        ("strategy.change_contact", {"redaktion"}),
        ("about.change_barrierreport", {"redaktion", "leitung", "datenschutz"}),
        ("about.delete_barrierreport", {"datenschutz"}),
        ("outbox.release_message", {"team1", "team2", "leitung"}),
        ("outbox.handle_message", {"team1", "team2", "leitung"}),
        ("outbox.view_message", {"team1", "team2", "leitung", "datenschutz"}),
        ("accounts.change_user", set()),
        ("accounts.view_user", {"leitung"}),
        ("accounts.invite_user", {"leitung"}),
        ("accounts.reset_factor", {"team1", "team2", "leitung"}),
        ("accounts.view_auditentry", {"datenschutz"}),
        ("auth.change_group", set()),
        ("languages.change_translationunit", set()),
    ],
)
def test_a_right_is_held_by_these_people_and_the_superuser(person, right, people):
    from wir.accounts.demo import ACCOUNTS

    assert {name for name in ACCOUNTS if person(name).has_perm(right)} == people | {"admin"}
