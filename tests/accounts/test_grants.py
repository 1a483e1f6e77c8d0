"""Language grants: who may translate into which language, and who may review it."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from strategy.models import Guideline
from wir.accounts.models import LanguageGrant
from wir.languages import registry
from wir.languages.models import Origin, TranslationUnit
from wir.languages.writing import review, save_translation

pytestmark = pytest.mark.django_db

TRANSLATE, REVIEW = LanguageGrant.Right.TRANSLATE, LanguageGrant.Right.REVIEW


def languages_of(user, right):
    return {language.code for language in registry.LANGUAGES if user.has_perm(f"languages.{right}", language)}


@pytest.mark.parametrize(
    ("name", "translates", "reviews"),
    [
        ("uebersetzung-tr", {"tr"}, set()),
        ("uebersetzung-ar", {"ar"}, set()),
        ("pruefung-tr", set(), {"tr"}),
        ("redaktion", set(), set()),
        ("team1", set(), set()),
        ("gremium1", set(), set()),
        ("datenschutz", set(), set()),
    ],
)
def test_a_person_works_on_the_languages_of_her_grants(person, name, translates, reviews):
    user = person(name)

    assert (languages_of(user, "translate"), languages_of(user, "review")) == (translates, reviews)


def test_a_grant_of_a_group_counts_for_its_members_only(person):
    LanguageGrant.objects.create(group=Group.objects.get(name="Projektteam"), language="uk", right=TRANSLATE)

    assert [languages_of(person(name), "translate") for name in ("team1", "leitung", "gremium1")] == [
        {"uk"},
        {"uk"},
        set(),
    ]


def test_grants_add_up(person):
    LanguageGrant.objects.create(user=person("uebersetzung-tr"), language="ku", right=TRANSLATE)
    LanguageGrant.objects.create(group=Group.objects.get(name="Übersetzung"), language="ar", right=REVIEW)

    user = person("uebersetzung-tr")
    assert (languages_of(user, "translate"), languages_of(user, "review")) == ({"tr", "ku"}, {"ar"})


def test_a_grant_ends_with_the_account(person):
    user = person("uebersetzung-tr")
    user.is_active = False

    assert languages_of(user, "translate") == set()


def test_a_stranger_has_no_grant():
    assert languages_of(AnonymousUser(), "translate") == set()


def test_a_grant_is_for_texts_and_not_for_other_rights(person):
    turkish = registry.get("tr")

    assert person("uebersetzung-tr").has_perm("strategy.translate", turkish) is False
    assert person("redaktion").has_perm("strategy.change_guideline", turkish) is False


# What a grant opens -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "language", "allowed"),
    [
        ("uebersetzung-tr", "tr", True),
        ("uebersetzung-tr", "ar", False),
        ("uebersetzung-tr", "de", False),
        ("uebersetzung-ar", "ar", True),
        ("pruefung-tr", "tr", False),
        ("redaktion", "de", True),
        ("redaktion", "tr", False),
        ("team1", "de", False),
        ("admin", "ku", True),
    ],
)
def test_a_text_is_written_by_those_with_the_right_for_its_language(person, name, language, allowed):
    first = Guideline.objects.get(number=1)
    before = getattr(first, f"title_{language}")

    try:
        save_translation(first, language, {"title": "Neuer Text"}, origin=Origin.HUMAN, by=person(name))
    except PermissionDenied as refusal:
        told = str(refusal)
    else:
        told = ""

    first.refresh_from_db()
    assert getattr(first, f"title_{language}") == ("Neuer Text" if allowed else before)
    name_of_language = registry.get(language).name
    assert told == ("" if allowed else f"Für {name_of_language} fehlt Ihnen das Recht zu schreiben.")


@pytest.mark.parametrize(
    ("name", "language", "allowed"),
    [
        ("pruefung-tr", "tr", True),
        ("pruefung-tr", "ar", False),
        ("uebersetzung-tr", "tr", False),
        ("redaktion", "tr", False),
    ],
)
def test_a_translation_is_reviewed_by_those_with_the_right_for_its_language(person, name, language, allowed):
    first = Guideline.objects.get(number=1)
    unit = TranslationUnit.objects.get(
        source__model="strategy.guideline", source__object_id=first.pk, source__field="title", language=language
    )

    try:
        review(unit, by=person(name))
    except PermissionDenied as refusal:
        told = str(refusal)
    else:
        told = ""

    unit.refresh_from_db()
    assert unit.state == (TranslationUnit.State.REVIEWED if allowed else TranslationUnit.State.NEEDS_REVIEW)
    name_of_language = registry.get(language).name
    assert told == ("" if allowed else f"Für {name_of_language} fehlt Ihnen das Recht zu prüfen.")


# What the database refuses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("both", [True, False])
def test_a_grant_belongs_to_a_person_or_to_a_group(person, both):
    grant = LanguageGrant(language="uk", right=TRANSLATE)
    if both:
        grant.user, grant.group = person("team1"), Group.objects.get(name="Projektteam")

    with pytest.raises(ValidationError) as caught:
        grant.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        grant.save()

    assert caught.value.messages == ["Ein Sprachrecht gehört entweder einem Konto oder einer Gruppe."]


def test_a_grant_is_given_once(person):
    with pytest.raises(IntegrityError), transaction.atomic():
        LanguageGrant.objects.create(user=person("uebersetzung-tr"), language="tr", right=TRANSLATE)


@pytest.mark.parametrize("language", ["de", "kmr", "xx", "TR", "de_simple"])
def test_a_grant_is_for_a_language_into_which_the_portal_is_translated(person, language):
    grant = LanguageGrant(user=person("team1"), language=language, right=TRANSLATE)

    with pytest.raises(ValidationError) as caught:
        grant.full_clean()

    assert caught.value.message_dict == {
        "language": [
            "Diese Sprache kennt das Portal nicht. Möglich sind: de-simple, en, tr, ar, fa, uk, ru, pl, fr, es, ku."
        ]
    }


def test_leichte_sprache_can_be_granted(person):
    grant = LanguageGrant(user=person("team1"), language="de-simple", right=TRANSLATE)

    grant.full_clean()
    grant.save()

    assert languages_of(person("team1"), "translate") == {"de-simple"}
