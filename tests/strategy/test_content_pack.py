"""Loading the content pack: all or nothing, again and again, and never over what a person wrote or checked."""

import shutil
from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command

from strategy.models import ActionField, Contact, Guideline, Subtopic, Unit
from tests.strategy.editions import PAPER, edition, import_texts, stored
from wir.about.models import OperatorFact, SiteText
from wir.content_pack import KINDS, PACK, PackFault, load_content, read_pack
from wir.languages import registry
from wir.languages.models import ContentStamp, Origin, SourceText, TranslationUnit
from wir.languages.writing import review, save_translation

LANGUAGES = [language.code for language in registry.LANGUAGES]
NEW_GERMAN = "Hannover ist für alle da. So steht es jetzt im Paket."
NEW_TURKISH = "Hannover herkes içindir. Pakette artık böyle yazıyor."


@pytest.fixture
def pack(tmp_path):
    """A copy of the real pack."""
    return shutil.copytree(PACK, tmp_path / "content")


@pytest.fixture
def small(tmp_path):
    """A pack of three guidelines in all languages and nothing else; each entry has four lines."""
    for code in LANGUAGES:
        folder = tmp_path / "small" / code
        folder.mkdir(parents=True)
        for kind in KINDS:
            (folder / f"{kind}.yaml").write_text("{}\n", encoding="utf-8")
        (folder / "guidelines.yaml").write_text(
            "".join(
                f'"{number}":\n  title: Titel {number} {code}\n  plain: |\n    Text {number} {code}.\n'
                for number in (1, 2, 3)
            ),
            encoding="utf-8",
        )
    shutil.copy(PACK / "structure.yaml", tmp_path / "small" / "structure.yaml")
    return tmp_path / "small"


def write(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def set_text(folder, code, kind, key, name, text):
    """Change one text of a pack, as its translator would."""
    path = folder / code / f"{kind}.yaml"
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    entries[key][name] = text
    path.write_text(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False), encoding="utf-8")


def faults(folder):
    with pytest.raises(PackFault) as caught:
        read_pack(folder)
    return caught.value.faults


def unit(item, field, language):
    return TranslationUnit.objects.with_outdated().get(
        source__model=item._meta.label_lower, source__object_id=item.pk, source__field=field, language=language
    )


# Loading ------------------------------------------------------------------------------------------------------------


def test_the_pack_is_complete_in_all_languages():
    pack = read_pack()

    keys = {code: {kind: set(entries) for kind, entries in kinds.items()} for code, kinds in pack.items()}
    assert keys == dict.fromkeys(LANGUAGES, keys["de"])
    assert {kind: len(keys["de"][kind]) for kind in list(KINDS)[:8]} == {
        "guidelines": 7,
        "priorities": 2,
        "themes": 3,
        "fields": 6,
        "goals": 15,
        "subtopics": 25,
        "focus_points": 24,
        "chapters": 16,
    }


@pytest.mark.django_db
def test_loading_again_changes_nothing():
    before = stored()

    report = load_content()

    assert (report.created, report.changed, report.kept) == (0, 0, [])
    assert report.unchanged == sum(len(entries) for entries in read_pack()["de"].values())
    assert stored() == before


@pytest.mark.django_db
def test_all_translations_are_marked_as_machine_made_and_not_reviewed():
    assert set(TranslationUnit.objects.values_list("origin", "state", "source_language", "job")) == {
        (Origin.MACHINE, TranslationUnit.State.NEEDS_REVIEW, "de", "content-pack")
    }
    assert TranslationUnit.objects.with_outdated().filter(outdated=True).count() == 0


@pytest.mark.django_db
def test_a_text_the_pack_changed_is_updated_and_nothing_else(pack):
    for code, text in (("de", NEW_GERMAN), ("tr", NEW_TURKISH)):
        set_text(pack, code, "guidelines", "1", "plain", text)
    others = {code: getattr(Guideline.objects.get(number=1), f"plain_{code}") for code in ("en", "ar", "ku")}

    report = load_content(pack)

    first = Guideline.objects.get(number=1)
    assert (report.created, report.changed, report.kept) == (0, 1, [])
    assert (first.plain_de, first.plain_tr) == (NEW_GERMAN, NEW_TURKISH)
    assert {code: getattr(first, f"plain_{code}") for code in others} == others
    assert (unit(first, "plain", "tr").outdated, unit(first, "plain", "en").outdated) == (False, True)
    assert unit(first, "title", "en").outdated is False


@pytest.mark.django_db
def test_a_changed_pack_loads_once_and_is_unchanged_then(pack):
    set_text(pack, "tr", "guidelines", "1", "plain", NEW_TURKISH)
    load_content(pack)
    before = stored()

    report = load_content(pack)

    assert (report.created, report.changed) == (0, 0)
    assert stored() == before


@pytest.mark.django_db
def test_a_change_moves_the_stamp_of_the_pages(pack):
    set_text(pack, "tr", "guidelines", "1", "plain", NEW_TURKISH)
    before = ContentStamp.objects.get().changed_at

    load_content(pack)

    assert (ContentStamp.objects.get().changed_at > before) is True


@pytest.mark.django_db
def test_a_new_entry_is_created_in_all_languages(pack):
    for code in LANGUAGES:
        path = pack / code / "guidelines.yaml"
        entry = f'"8":\n  title: Titel {code}\n  plain: |\n    Ein neuer Satz für {code}.\n'
        path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")

    report = load_content(pack)

    eighth = Guideline.objects.get(number=8)
    assert (report.created, report.changed) == (1, 0)
    assert [eighth.title_de, eighth.title_de_simple, eighth.plain_ku] == [
        "Titel de",
        "Titel de-simple",
        "Ein neuer Satz für ku.",
    ]
    assert unit(eighth, "title", "ku").outdated is False


@pytest.mark.django_db
def test_a_dry_run_tells_the_same_and_writes_nothing(pack):
    set_text(pack, "tr", "guidelines", "1", "plain", NEW_TURKISH)
    before = stored()

    preview = load_content(pack, dry_run=True)
    after = stored()
    real = load_content(pack)

    assert after == before
    assert preview == real
    assert (real.created, real.changed) == (0, 1)


@pytest.mark.django_db
def test_one_fault_in_one_language_keeps_the_whole_pack_out(pack):
    set_text(pack, "de", "guidelines", "1", "plain", NEW_GERMAN)
    set_text(pack, "ku", "gaps", "3", "title", "")
    before = stored()

    with pytest.raises(PackFault):
        load_content(pack)

    assert stored() == before


@pytest.mark.django_db
def test_what_breaks_while_writing_leaves_nothing_behind(pack):
    set_text(pack, "de", "guidelines", "1", "plain", NEW_GERMAN)
    structure = yaml.safe_load((pack / "structure.yaml").read_text(encoding="utf-8"))
    structure["council_papers"][0]["body"] = "gibt-es-nicht"
    (pack / "structure.yaml").write_text(yaml.safe_dump(structure, allow_unicode=True), encoding="utf-8")
    before = stored()

    with pytest.raises(Exception, match="(?i)body|gibt-es-nicht"):
        load_content(pack)

    assert stored() == before


# What people wrote --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_german_text_that_an_editor_wrote_stays(pack, person):
    first = Guideline.objects.get(number=1)
    save_translation(first, "de", {"plain": "Von Hand geschrieben."}, origin=Origin.HUMAN, by=person("redaktion"))
    set_text(pack, "de", "guidelines", "1", "plain", NEW_GERMAN)
    set_text(pack, "de", "guidelines", "1", "title", "Ein neuer Titel des Pakets")

    report = load_content(pack)

    first.refresh_from_db()
    assert (first.plain_de, first.title_de) == ("Von Hand geschrieben.", "Ein neuer Titel des Pakets")
    assert report.kept == ["guidelines 1 plain (de)"]
    assert unit(first, "plain", "tr").outdated is True


@pytest.mark.django_db
def test_a_german_text_that_an_editor_wrote_stays_when_the_pack_has_not_changed(person):
    first = Guideline.objects.get(number=1)
    save_translation(first, "de", {"plain": "Von Hand geschrieben."}, origin=Origin.HUMAN, by=person("redaktion"))
    before = stored()

    report = load_content()

    assert (report.created, report.changed, report.kept) == (0, 0, ["guidelines 1 plain (de)"])
    assert stored() == before


@pytest.mark.django_db
def test_a_translation_that_a_translator_wrote_stays(pack, person):
    first = Guideline.objects.get(number=1)
    translator = person("uebersetzung-tr")
    save_translation(first, "tr", {"plain": "Elle yazıldı."}, origin=Origin.HUMAN, by=translator)
    set_text(pack, "tr", "guidelines", "1", "plain", NEW_TURKISH)
    set_text(pack, "ar", "guidelines", "1", "plain", "نص جديد من الحزمة.")

    report = load_content(pack)

    first.refresh_from_db()
    assert (first.plain_tr, first.plain_ar) == ("Elle yazıldı.", "نص جديد من الحزمة.")
    assert report.kept == ["guidelines 1 plain (tr)"]
    assert (unit(first, "plain", "tr").origin, unit(first, "plain", "tr").translated_by) == (Origin.HUMAN, translator)


@pytest.mark.django_db
def test_a_translation_that_a_person_reviewed_stays(pack, person):
    first = Guideline.objects.get(number=1)
    turkish = first.plain_tr
    review(unit(first, "plain", "tr"), by=person("pruefung-tr"))
    set_text(pack, "tr", "guidelines", "1", "plain", NEW_TURKISH)

    report = load_content(pack)

    first.refresh_from_db()
    assert first.plain_tr == turkish
    assert report.kept == ["guidelines 1 plain (tr)"]
    assert unit(first, "plain", "tr").state == TranslationUnit.State.REVIEWED


@pytest.mark.django_db
def test_a_reviewed_translation_of_a_text_the_pack_changed_stays_and_is_outdated(pack, person):
    first = Guideline.objects.get(number=1)
    review(unit(first, "plain", "tr"), by=person("pruefung-tr"))
    set_text(pack, "de", "guidelines", "1", "plain", NEW_GERMAN)

    load_content(pack)

    checked = unit(first, "plain", "tr")
    assert (checked.state, checked.outdated) == (TranslationUnit.State.REVIEWED, True)


@pytest.mark.django_db
def test_a_pack_translation_of_another_german_text_than_the_editors_stays_outdated(pack, person):
    first = Guideline.objects.get(number=1)
    save_translation(first, "de", {"plain": "Von Hand geschrieben."}, origin=Origin.HUMAN, by=person("redaktion"))
    set_text(pack, "tr", "guidelines", "1", "plain", NEW_TURKISH)

    load_content(pack)

    first.refresh_from_db()
    assert (first.plain_de, first.plain_tr) == ("Von Hand geschrieben.", NEW_TURKISH)
    assert unit(first, "plain", "tr").outdated is True


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["de", "tr"])
def test_a_text_written_past_every_door_stays_too(pack, language):
    Guideline.objects.filter(number=1).update(**{f"plain_{language}": "Direkt in die Datenbank."})
    set_text(pack, language, "guidelines", "1", "plain", NEW_GERMAN if language == "de" else NEW_TURKISH)

    report = load_content(pack)

    assert getattr(Guideline.objects.get(number=1), f"plain_{language}") == "Direkt in die Datenbank."
    assert report.kept == [f"guidelines 1 plain ({language})"]


@pytest.mark.django_db
def test_a_name_taken_from_the_paper_stays():
    import_texts(edition(PAPER, ("5. Wohnen\n", "5. Wohnen und Bauen\n")))

    report = load_content()

    assert Subtopic.objects.get(field__number=2, number=5).title_de == "Wohnen und Bauen"
    assert report.kept == ["subtopics 2.5 title (de)"]


@pytest.mark.django_db
def test_what_an_editor_unpublished_stays_unpublished(pack):
    Guideline.objects.filter(number=1).update(published=False)
    set_text(pack, "de", "guidelines", "1", "plain", NEW_GERMAN)

    load_content(pack)

    assert list(Guideline.objects.filter(number=1).values_list("plain_de", "published")) == [(NEW_GERMAN, False)]


@pytest.mark.django_db
def test_records_that_an_editor_changed_stay():
    Contact.objects.update(phone="0511 000-0")
    OperatorFact.objects.filter(name="operator").update(value="Stadt Hannover")
    Unit.objects.get(number="56").names.update(name="Ein anderer Name")
    before = stored()

    load_content()

    assert stored() == before


@pytest.mark.django_db
def test_the_announced_subtopics_without_a_name_have_a_number():
    nameless = Subtopic.objects.exclude(pk__in=Subtopic.objects.named()).order_by("field__number", "number")

    assert [item.label for item in nameless.select_related("field")] == ["1.1", "1.2", "1.3", "1.4", "4.7"]
    assert list(ActionField.objects.values_list("announced_subtopics", flat=True)) == [4, 6, 4, 7, 4, 5]
    assert SourceText.objects.filter(object_id__in=nameless.values("pk"), model="strategy.subtopic").count() == 0


# Faults -------------------------------------------------------------------------------------------------------------


def test_a_small_pack_without_faults_is_read(small):
    assert read_pack(small)["tr"]["guidelines"]["2"] == {"title": "Titel 2 tr", "plain": "Text 2 tr."}


def test_a_missing_key_is_named(small):
    write(small, "tr/guidelines.yaml", '"2":\n  title: Titel 2 tr\n  plain: |\n    Text 2 tr.\n', "")

    assert faults(small) == ["tr/guidelines.yaml: 2: is missing"]


def test_an_unknown_key_is_named_with_its_line(small):
    write(small, "tr/guidelines.yaml", '"3":', '"9":')

    assert faults(small) == ["tr/guidelines.yaml: 3: is missing", "tr/guidelines.yaml:9: 9: has no German text"]


def test_a_key_that_stands_twice_is_named_with_its_line(small):
    write(small, "tr/guidelines.yaml", '"3":', '"2":')

    assert faults(small) == ["tr/guidelines.yaml: 3: is missing", "tr/guidelines.yaml:9: 2: stands twice"]


def test_a_name_that_stands_twice_is_named_with_its_line(small):
    write(small, "tr/guidelines.yaml", "  title: Titel 2 tr\n", "  title: Titel 2 tr\n  title: Anders\n")

    assert faults(small) == ["tr/guidelines.yaml:7: 2.title: stands twice"]


def test_an_unknown_name_is_named_with_its_line(small):
    write(small, "tr/guidelines.yaml", "  title: Titel 2 tr\n", "  titel: Titel 2 tr\n")

    assert faults(small) == [
        "tr/guidelines.yaml:5: 2.title: is empty",
        "tr/guidelines.yaml:6: 2.titel: unknown; an entry has title and plain",
    ]


@pytest.mark.parametrize("empty", ['""', '"   "', '"\u200b"', '"<p></p>"'])
def test_an_empty_text_is_named_with_its_line(small, empty):
    write(small, "tr/guidelines.yaml", "  title: Titel 2 tr\n", f"  title: {empty}\n")

    assert faults(small) == ["tr/guidelines.yaml:5: 2.title: is empty"]


@pytest.mark.parametrize("value", ["[eins, zwei]", "{eins: zwei}", "2031", "true", "2031-05-01", ""])
def test_a_list_a_number_or_nothing_instead_of_a_text_is_named_with_its_line(small, value):
    write(small, "tr/guidelines.yaml", "  title: Titel 2 tr\n", f"  title: {value}\n")

    assert faults(small) == [
        "tr/guidelines.yaml:5: 2.title: is empty",
        "tr/guidelines.yaml:6: 2.title: is not a text; put it in quotation marks",
    ]


def test_a_text_instead_of_title_and_plain_is_named_with_its_line(small):
    write(
        small, "tr/guidelines.yaml", '"2":\n  title: Titel 2 tr\n  plain: |\n    Text 2 tr.\n', '"2": Nur ein Satz.\n'
    )

    assert faults(small) == [
        "tr/guidelines.yaml:5: 2.plain: has another structure than the German ([] instead of ['paragraph'])",
        "tr/guidelines.yaml:5: 2.plain: is empty",
        "tr/guidelines.yaml:5: 2.title: is empty",
        "tr/guidelines.yaml:5: 2: expected title and plain",
    ]


@pytest.mark.parametrize("content", ["", "- eins\n- zwei\n", "nur ein Satz\n"], ids=["empty", "list", "text"])
def test_a_file_without_keys_is_named(small, content):
    (small / "tr" / "guidelines.yaml").write_text(content, encoding="utf-8")

    assert faults(small) == [
        *(f"tr/guidelines.yaml: {key}: is missing" for key in "123"),
        "tr/guidelines.yaml:1: expected keys with title and plain",
    ]


def test_yaml_that_cannot_be_read_is_named_with_its_line(small):
    write(small, "tr/guidelines.yaml", "  title: Titel 2 tr\n", '  title: "Titel 2 tr\n')

    found = faults(small)

    assert found[:3] == [f"tr/guidelines.yaml: {key}: is missing" for key in "123"]
    assert [fault.partition(": ")[0] for fault in found[3:]] == ["tr/guidelines.yaml:9"]


def test_a_file_that_is_not_utf_8_is_named(small):
    path = small / "tr" / "guidelines.yaml"
    path.write_bytes(path.read_text(encoding="utf-8").replace("Text 2 tr", "Türkçe").encode("latin-1"))

    assert faults(small) == [
        *(f"tr/guidelines.yaml: {key}: is missing" for key in "123"),
        "tr/guidelines.yaml: is not UTF-8",
    ]


def test_a_missing_file_is_named(small):
    (small / "tr" / "guidelines.yaml").unlink()

    assert faults(small) == [
        *(f"tr/guidelines.yaml: {key}: is missing" for key in "123"),
        "tr/guidelines.yaml: is missing",
    ]


def test_another_structure_than_the_german_is_named_with_its_line(small):
    write(small, "tr/guidelines.yaml", "    Text 2 tr.\n", "    Text 2 tr.\n\n    - Punkt\n")

    assert faults(small) == [
        "tr/guidelines.yaml:5: 2.plain: has another structure than the German "
        "(['paragraph', 'bullets of 1'] instead of ['paragraph'])"
    ]


def test_another_number_of_points_than_the_german_is_named_with_its_line(small):
    write(small, "de/guidelines.yaml", "    Text 2 de.\n", "    - Punkt\n    - Punkt zwei\n    - Punkt drei\n")
    for code in LANGUAGES[2:]:
        write(small, f"{code}/guidelines.yaml", f"    Text 2 {code}.\n", f"    - A {code}\n    - B\n    - C\n")
    write(small, "tr/guidelines.yaml", "    - C\n", "")

    found = faults(small)

    assert [fault.partition(" has ")[0] for fault in found] == ["tr/guidelines.yaml:5: 2.plain:"]


def test_leichte_sprache_may_have_another_structure(small):
    write(small, "de-simple/guidelines.yaml", "    Text 2 de-simple.\n", "    Text 2.\n\n    - Punkt\n")

    assert read_pack(small)["de-simple"]["guidelines"]["2"]["plain"] == "Text 2.\n\n- Punkt"


def test_a_text_that_stayed_german_is_named_with_its_line(small):
    write(small, "tr/guidelines.yaml", "    Text 2 tr.\n", "    Text 2 de.\n")

    assert faults(small) == ["tr/guidelines.yaml:5: 2.plain: is the German text"]


def test_a_text_that_stayed_german_but_for_white_space_is_named_with_its_line(small):
    write(small, "tr/guidelines.yaml", "    Text 2 tr.\n", "    Text  2 de.\n")

    assert faults(small) == ["tr/guidelines.yaml:5: 2.plain: is the German text"]


def test_two_items_with_the_same_text_are_named_with_their_line(small):
    write(small, "tr/guidelines.yaml", "    Text 2 tr.\n", "    Text 1 tr.\n")

    assert faults(small) == ["tr/guidelines.yaml:5: 2.plain: is the same text as guidelines 1"]


@pytest.mark.parametrize("mark", ["\u202a", "\u202b", "\u202d", "\u202e", "\u0640"])
def test_direction_marks_and_tatweel_are_named_with_their_line(small, mark):
    write(small, "ar/guidelines.yaml", "    Text 2 ar.\n", f"    Text {mark}2 ar.\n")

    assert faults(small) == ["ar/guidelines.yaml:5: 2.plain: has an invisible direction mark or a tatweel"]


def test_a_title_that_no_column_holds_is_named_with_its_line(small):
    write(small, "tr/guidelines.yaml", "  title: Titel 2 tr\n", f"  title: {'Uzun ' * 61}\n")

    found = faults(small)

    assert [fault.rpartition(":")[0] for fault in found] == ["tr/guidelines.yaml:5: 2.title"]


def test_every_fault_of_every_file_is_told_at_once(small):
    write(small, "tr/guidelines.yaml", "  title: Titel 2 tr\n", '  title: ""\n')
    write(small, "ku/guidelines.yaml", "    Text 3 ku.\n", "    Text 1 ku.\n")

    assert faults(small) == [
        "ku/guidelines.yaml:9: 3.plain: is the same text as guidelines 1",
        "tr/guidelines.yaml:5: 2.title: is empty",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("announced_subtopics: 6", "announced: 6", "2"),
        ("units:\n", "units: [\n", "structure.yaml:"),
    ],
    ids=["fact missing", "bad YAML"],
)
def test_a_fault_in_the_structure_is_told_like_any_other(pack, old, new, place):
    write(pack, "structure.yaml", old, new)
    before = stored()

    with pytest.raises(PackFault) as caught:
        load_content(pack)

    assert [("structure.yaml" in fault, place in fault) for fault in caught.value.faults] == [(True, True)]
    assert stored() == before


# The command --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_command_says_that_nothing_changed():
    out = StringIO()
    total = sum(len(entries) for entries in read_pack()["de"].values())

    call_command("load_content", stdout=out)

    assert out.getvalue() == f"0 created, 0 changed, {total} unchanged\n"


@pytest.mark.django_db
def test_the_command_names_what_it_left_alone(person):
    page = SiteText.objects.get(key="start")
    save_translation(page, "de", {"title": "Von Hand"}, origin=Origin.HUMAN, by=person("redaktion"))
    out = StringIO()

    call_command("load_content", dry_run=True, stdout=out)

    lines = out.getvalue().splitlines()
    assert lines[0].startswith("Dry run, nothing written: 0 created, 0 changed, ") is True
    assert lines[1:] == ["left alone, a person wrote it: pages start title (de)"]


@pytest.mark.django_db
def test_the_command_refuses_a_faulty_pack_with_every_fault(small, monkeypatch):
    write(small, "tr/guidelines.yaml", "  title: Titel 2 tr\n", '  title: ""\n')
    monkeypatch.setattr(load_content, "__defaults__", (small,))

    with pytest.raises(CommandError) as caught:
        call_command("load_content")

    assert (str(caught.value), caught.value.returncode) == (
        "Nothing was loaded. Mend these places first:\ntr/guidelines.yaml:5: 2.title: is empty",
        1,
    )
