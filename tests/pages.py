"""Every public page, found in the database and in the address list, so that no page can be forgotten."""

from django.urls import reverse
from django.utils import translation

from fund.models import Application
from fund.projects.reading import projects
from measures.models import Measure
from measures.views import district_address
from strategy.models import ActionField, Chapter, CrossCuttingTheme, District, Guideline, Meeting, Priority, Subtopic
from wir.languages import registry

NAMED = (
    "home",
    "translations",
    "contents",
    "imprint",
    "privacy",
    "accessibility",
    "report_barrier",
    "plain_language",
    "sign_language",
    "strategy:overview",
    "strategy:guidelines",
    "strategy:priorities",
    "strategy:themes",
    "strategy:fields",
    "measures:list",
    "measures:progress",
    "measures:changes",
    "measures:districts",
    "strategy:bodies",
    "fund:page",
    "fund:start",
    "fund:projects",
    "fund:numbers",
)
CODES = [language.code for language in registry.LANGUAGES]


def public_paths():
    """Addresses below /<lang>/ of every public page, without their language."""
    with translation.override("de"):
        paths = [reverse(name) for name in NAMED]
        for model in (Guideline, Priority, CrossCuttingTheme, ActionField, Chapter):
            paths += [item.get_absolute_url() for item in model.objects.public()]
        paths += sorted({meeting.get_absolute_url() for meeting in Meeting.objects.public()})
        paths += [measure.get_absolute_url() for measure in Measure.objects.public()]
        paths += [project.get_absolute_url() for project in projects(Application.objects.granted())]
        paths += [district_address(district) for district in District.objects.all()]
        paths += [item.get_absolute_url() for item in Subtopic.objects.public().named().select_related("field")]
    return [path.removeprefix("/de/") for path in paths]


def one_of_each_type():
    """One address of each kind of page, without its language."""
    return [
        "",
        "strategie/",
        "leitlinien/",
        "leitlinien/6/",
        "prioritaeten/1/",
        "querschnittsthemen/3/",
        "handlungsfelder/",
        "handlungsfelder/1-bildung/",
        "handlungsfelder/6-stadtverwaltung-und-interkulturelle-oeffnung/",
        "unterthemen/4.6-sport-machen-bewegung-ermoeglichen/",
        "kapitel/finanzen/",
        "kapitel/unsere-vision-wir-halten-zusammen/",
        "massnahmen/",
        "massnahmen/?feld=4&bezirk=2",
        "massnahmen/11-kulturdialoge-einer-postmigrantischen-gesellschaft/",
        "umsetzung/",
        "umsetzung/aenderungen/",
        "stadtbezirke/",
        "stadtbezirke/2-vahrenwald-list/",
        "gremium/",
        "fonds/",
        "fonds/antrag/",
        "fonds/projekte/",
        "fonds/projekte/zahlen/",
        "gremium/sitzungen/2022-07-11/",
        "uebersetzungen/",
        "inhalt/",
        "impressum/",
        "datenschutz/",
        "barrierefreiheit/",
        "barriere-melden/",
        "gebaerdensprache/",
        "gibt-es-nicht/",
    ]
