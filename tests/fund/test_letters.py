"""Letters of refusals: whose words, in which language, who reads them, and that nothing else goes out."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from fund import letters
from fund.models import Application, Decision, Letter, RefusalReason, RuleSet
from fund.templatetags import cases
from fund.workflow import perform
from strategy.models import Contact
from tests.fund.factories import NOON, approve, create_application, create_rules, fresh, team
from wir.languages import registry
from wir.lib.workflow import FASTER, Refused

pytestmark = pytest.mark.django_db

OWN = "Wir haben zweimal nachgefragt."


def refused(language="de", **values):
    """(the letter, the case): proposed by team1, confirmed by team2."""
    application, _secret = create_application("formal_check", language=language)
    reason = RefusalReason.objects.get(key="nicht-in-hannover")
    perform(fresh(application), "propose_refusal", by=team(), now=NOON, reason=reason, **values)
    perform(fresh(application), "refuse", by=team("team2"), now=NOON)
    return Letter.objects.get(decision__application=application), fresh(application)


def words(letter):
    return {"text_de": letter.text_de, "text": letter.text, "seen": letters.fingerprint(letter)}


def test_the_letter_carries_the_reason_of_the_catalogue_the_own_sentence_and_other_pots():
    letter, application = refused(sentence_de=OWN)

    assert (letter.language, letter.text) == ("de", "")
    for part in (
        application.reference,
        application.revision.title,
        "Das Projekt findet nicht in Hannover statt.",
        "Dieser Fonds fördert nur Projekte in der Stadt Hannover.",
        OWN,
        "Regionsfonds",
        Contact.objects.get().phone,
    ):
        assert part in letter.text_de


def test_the_other_letter_is_in_the_language_of_the_applicant():
    letter, _application = refused("tr", sentence_de=OWN, sentence="İki kez sorduk.")

    assert "Proje Hannover’de yapılmıyor." in letter.text
    assert "İki kez sorduk." in letter.text
    assert (OWN in letter.text, OWN in letter.text_de, "İki kez" in letter.text_de) == (False, True, False)


def test_a_sentence_that_stays_german_says_so_and_offers_to_explain_it():
    letter, _application = refused("tr", sentence_de=OWN)

    after = letter.text.partition(f"\u2066{OWN}\u2069")[2].strip().splitlines()[0]
    assert Contact.objects.get().phone in after
    assert letters.GERMAN_SENTENCE in letters.warnings(letter)


def test_german_pieces_of_a_letter_say_so_and_what_belongs_together_stays_on_one_line():
    letter, application = refused("ar", sentence_de="Erste Zeile.\n\n(Beispiel) & mehr.")

    html = cases.letter(letter.text)

    for piece in ("Erste Zeile.", "(Beispiel) &amp; mehr.", Contact.objects.get().office):
        assert f'<bdi lang="de" dir="ltr">{piece}</bdi>' in html
    assert "Regionsfonds" in html.partition('<bdi lang="de" dir="ltr">')[2]
    for piece in (application.reference, Contact.objects.get().phone):
        assert f'<bdi dir="ltr" class="together">{piece}</bdi>' in html
    assert ("\u2066" in html, "\u2066" in letter.text_de) == (False, False)


def test_a_list_in_arabic_has_arabic_commas():
    arabic, german = refused("ar")[0], refused("de")[0]

    assert ("\u2069، \u2066" in arabic.text, "\u2069, \u2068" in german.text_de) == (True, True)
    assert "\u2069, " not in arabic.text


@pytest.mark.parametrize("language", [each.code for each in registry.LANGUAGES])
def test_no_sentence_ends_with_two_full_stops(language):
    application = approve(create_application("team_decision", language=language)[0])
    letter = Letter.objects.get(decision__application=application)

    assert ".." not in "".join(sign for sign in letter.text_de + letter.text if not "\u2066" <= sign <= "\u2069")


def test_a_pot_that_gives_less_than_was_asked_for_or_has_ended_is_not_offered():
    letter, _application = refused()

    assert "GFZ" not in letter.text_de and "Gesellschaftsfonds" not in letter.text_de


def test_an_empty_remedy_warns_and_a_written_one_stands_in_the_letter():
    without, _application = refused()
    told = list(letters.warnings(without))
    RuleSet.objects.filter(pk=create_rules().pk).update(remedy_de="Sie können Widerspruch einlegen.")
    with_it, _application = refused("tr")

    assert told == [letters.NO_REMEDY]
    assert letters.NO_REMEDY not in letters.warnings(with_it)
    assert "Sie können Widerspruch einlegen." in with_it.text_de
    assert "Sie können Widerspruch einlegen." in with_it.text  # the city has it in German only


@pytest.mark.parametrize("language", ["tr", "ar", "de-simple"])
def test_a_reason_that_has_no_other_words_stands_in_german_and_says_so(language):
    RefusalReason.objects.filter(key="nicht-in-hannover").delete()
    RefusalReason.objects.create(
        key="nicht-in-hannover",
        formal=True,
        title_de="Eigener Grund",
        title_en="Own reason",
        plain_de="Nur auf Deutsch.",
    )
    letter, _application = refused(language)

    assert "\u2066Eigener Grund.\u2069\n\n\u2066Nur auf Deutsch.\u2069" in letter.text
    assert "Own reason" not in letter.text
    assert letters.GERMAN_REASON in letters.warnings(letter)
    with translation.override(language):
        assert letters.explains(letters.apart(Contact.objects.on(NOON.date()).phone)) in letter.text


def test_a_reason_in_her_language_carries_no_such_warning():
    letter, _application = refused("tr")

    assert letters.GERMAN_REASON not in letters.warnings(letter)


# Another language -----------------------------------------------------------------------------------------------------


def in_language(application, code):
    Application.objects.filter(pk=application.pk).update(language=code)
    letters.retell(fresh(application))
    return Letter.objects.get(decision__application=application)


@pytest.mark.parametrize(("before", "after"), [("de", "tr"), ("tr", "ar"), ("ar", "de")])
def test_a_letter_that_nobody_knows_yet_follows_the_language_of_its_applicant(before, after):
    """Its own sentence was in the language of before: it is German until somebody translates it again."""
    letter, application = refused(before, sentence_de="Der Platz liegt in Laatzen.", sentence="Laatzen!")
    letters.read(letter, seen=letters.fingerprint(letter), by=team().user, now=NOON)

    changed = in_language(application, after)
    straight, _other = refused(after, sentence_de="Der Platz liegt in Laatzen.")

    def without_reference(text, of):
        return text.replace(of.decision.application.reference, "")

    assert (changed.language, changed.read_at) == (after, None)
    assert without_reference(changed.text, changed) == without_reference(straight.text, straight)
    assert changed.text_de == letter.text_de
    assert Decision.objects.get(application=application).sentence == ""


def test_words_of_the_office_stay_in_german_and_the_others_are_to_be_written_anew():
    letter, application = refused("tr")
    letters.edit(letter, **words(letter) | {"text_de": "Ganz eigene Worte"}, by=team().user, now=NOON)

    changed = in_language(application, "ar")

    assert (changed.text_de, changed.text, changed.language) == ("Ganz eigene Worte", "", "ar")
    assert letters.NO_TRANSLATION in letters.warnings(changed)


def test_a_letter_that_is_out_stays_as_it_is():
    letter, application = refused("tr")
    letters.read(letter, seen=letters.fingerprint(letter), by=team().user, now=NOON)
    perform(fresh(application), "release_refusal", by=team(), now=NOON)

    kept = in_language(application, "ar")

    assert (kept.language, kept.text) == ("tr", letter.text)


@pytest.mark.parametrize("language", ["ar", "de-simple"])
def test_a_remedy_that_is_german_only_is_in_every_letter_and_says_so(language):
    RuleSet.objects.filter(pk=create_rules().pk).update(
        remedy_de="Sie können Widerspruch einlegen.", remedy_en="Object!"
    )
    letter, _application = refused(language)

    with translation.override(language):
        explained = letters.explains(letters.apart(Contact.objects.on(NOON.date()).phone))
    assert f"\u2066Sie können Widerspruch einlegen.\u2069\n\n{explained}" in letter.text
    assert "Object!" not in letter.text


def test_reference_and_title_are_kept_apart_from_a_text_from_right_to_left():
    letter, application = refused("ar")

    assert f"\u2068{application.reference}\u2069" in letter.text
    assert "المشروع لا يجري في هانوفر" in letter.text


def test_who_wrote_the_letter_does_not_read_it():
    letter, _application = refused()

    with pytest.raises(Refused, match=letters.OTHER_READER):
        letters.read(letter, seen=letters.fingerprint(letter), by=team("team2").user, now=NOON)

    assert fresh(letter).read_at is None
    letters.read(letter, seen=letters.fingerprint(letter), by=team().user, now=NOON)
    assert (fresh(letter).read_at, fresh(letter).read_by) == (NOON, team().user)


def test_the_database_keeps_the_two_people_apart():
    letter, _application = refused()

    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(read_at=NOON, read_by=letter.drafted_by)


def test_a_change_takes_the_reading_back_and_makes_another_writer():
    letter, _application = refused("tr")
    letters.read(letter, seen=letters.fingerprint(letter), by=team().user, now=NOON)

    letters.edit(letter, **words(letter) | {"text_de": "Anders."}, by=team().user, now=NOON)

    letter = fresh(letter)
    assert (letter.text_de, letter.read_at, letter.read_by, letter.drafted_by) == ("Anders.", None, None, team().user)
    with pytest.raises(Refused, match=letters.OTHER_READER):
        letters.read(letter, seen=letters.fingerprint(letter), by=team().user, now=NOON)


def test_nobody_reads_or_changes_words_that_she_has_not_seen():
    letter, _application = refused()
    old = words(letter)
    letters.edit(letter, **old | {"text_de": "Neu."}, by=team("team2").user, now=NOON)

    for act in (
        lambda: letters.read(letter, seen=old["seen"], by=team().user, now=NOON),
        lambda: letters.edit(letter, **old | {"text_de": "Alt."}, by=team().user, now=NOON),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.reasons == [FASTER]
    assert (fresh(letter).text_de, fresh(letter).read_at) == ("Neu.", None)


def test_the_german_text_is_never_empty():
    letter, _application = refused()

    with pytest.raises(Refused, match=letters.NO_GERMAN):
        letters.edit(letter, **words(letter) | {"text_de": "\u200b \n"}, by=team().user, now=NOON)


def test_a_released_letter_stays_as_it_is():
    letter, application = refused()
    letters.read(letter, seen=letters.fingerprint(letter), by=team().user, now=NOON)
    perform(application, "release_refusal", by=team(), now=NOON)
    letter = fresh(letter)

    for act in (
        lambda: letters.edit(letter, **words(letter) | {"text_de": "Anders."}, by=team().user, now=NOON),
        lambda: letters.read(letter, seen=letters.fingerprint(letter), by=team().user, now=NOON),
    ):
        with pytest.raises(Refused, match=letters.RELEASED):
            act()
    assert (letter.released_at, letter.released_by) == (NOON, team().user)


def test_a_letter_that_changed_since_it_was_read_does_not_leave():
    letter, _application = refused()
    letters.read(letter, seen=letters.fingerprint(letter), by=team().user, now=NOON)
    stale = fresh(letter)
    letters.edit(letter, **words(letter) | {"text_de": "Anders."}, by=team().user, now=NOON + timedelta(hours=1))

    with pytest.raises(Refused, match=FASTER):
        letters.release(stale, by=team().user, now=NOON)

    assert fresh(letter).released_at is None


def test_a_proposal_alone_has_no_letter():
    application, _secret = create_application("formal_check")
    reason = RefusalReason.objects.get(key="doppelt")

    perform(application, "propose_refusal", by=team(), now=NOON, reason=reason)

    assert (Decision.objects.count(), Letter.objects.count()) == (1, 0)
