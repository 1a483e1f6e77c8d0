from wir.languages import catalogues, registry
from wir.languages.catalogues import path_of


def test_twelve_catalogues_are_complete():
    assert list(catalogues.faults()) == []
    assert len(registry.LANGUAGES) == 12


def test_every_message_is_found_in_the_code():
    found = catalogues.messages()

    assert ("navigation", "Guidelines") in found
    assert (None, "Report a barrier") in found
    assert len(found) > 100


def test_every_catalogue_folder_is_one_that_django_reads():
    folders = {path_of(language).parent.parent.name for language in registry.LANGUAGES}

    assert folders == {"de", "de_Simple", "en", "tr", "ar", "fa", "uk", "ru", "pl", "fr", "es", "ku"}
