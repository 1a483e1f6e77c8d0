"""What is missing and what contradicts itself in the plan, each one click from the field that mends it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse

from measures.models import Budget, LinkCheck, Measure, Milestone, Release, ThemeAnswer, Update
from measures.models.measure import OPEN_STATES, State, Tone
from measures.permissions import is_reporter
from strategy.models import CrossCuttingTheme, units_of
from wir.columns import day_of
from wir.languages.models import TranslationUnit

SILENT_DAYS = 365
GAP, CONTRADICTION = "gap", "contradiction"


@dataclass(frozen=True)
class Check:
    """One thing to look for.

    find(measures, today): those of the measures it hits. anchor: the field of the form that mends it.
    """

    key: str
    kind: str
    title: str
    why: str
    find: Callable
    anchor: str = ""

    def address(self, measure):
        page = reverse("admin:measures_measure_change", args=[measure.pk])
        return f"{page}#{self.anchor}" if self.anchor else page


def unanswered(measures, phase):
    """Measures for which some theme has no answer in a phase."""
    given = ThemeAnswer.objects.filter(measure=OuterRef(OuterRef("pk")), theme=OuterRef("pk"), phase=phase)
    return measures.filter(Exists(CrossCuttingTheme.objects.exclude(Exists(given))))


def without_answer(measures, today):
    return unanswered(measures, ThemeAnswer.Phase.PLANNED)


def without_final_answer(measures, today):
    return unanswered(measures.filter(state=State.FINISHED), ThemeAnswer.Phase.FINISHED)


def undocumented(measures, today):
    return measures.filter(Exists(ThemeAnswer.objects.filter(measure=OuterRef("pk"), not_documented=True)))


def silent(measures, today):
    since = today - timedelta(days=SILENT_DAYS)
    told = Update.objects.filter(measure=OuterRef("pk"), state=Update.State.PUBLISHED, day__gte=since)
    return measures.exclude(state__in=(State.FINISHED, State.ENDED)).exclude(Exists(told))


def finished_with_open_steps(measures, today):
    return measures.filter(Exists(Milestone.objects.filter(measure=OuterRef("pk"), done_on=None)), state=State.FINISHED)


def overspent(measures, today):
    lines = Budget.objects.filter(measure=OuterRef("pk"), actual__gt=F("planned"))
    return measures.filter(Exists(lines))


def outdated_translations(measures, today):
    model = Measure._meta.label_lower
    units = TranslationUnit.objects.filter(source__model=model).with_outdated().filter(outdated=True)
    return measures.filter(pk__in=units.values("source__object_id"))


def same_answers(measures, today):
    """Measures whose answer is word for word that of another measure of the plan: looked at, or only copied?"""
    answers = ThemeAnswer.objects.filter(measure__sample=False, plain_de__gt="").order_by()
    twice = answers.values("plain_de").annotate(n=Count("measure", distinct=True)).filter(n__gt=1).values("plain_de")
    return measures.filter(pk__in=answers.filter(plain_de__in=twice).values("measure"))


def late_but_good(measures, today):
    return measures.late(today).filter(status__tone=Tone.GOOD)


def broken_links(measures, today):
    """Addresses of reports and council papers that did not answer when `check_links` asked last, or without https."""
    dead = LinkCheck.objects.exclude(fault="").values("address")
    updates = Update.objects.filter(measure=OuterRef("pk")).exclude(link="")
    papers = Measure.council_papers.through.objects.filter(measure=OuterRef("pk"), councilpaper__link__in=dead)
    unsafe = Q(link__in=dead) | ~Q(link__startswith="https://")
    return measures.filter(Exists(updates.filter(unsafe)) | Exists(papers))


CHECKS = (
    Check(
        "stelle",
        GAP,
        "Keine verantwortliche Stelle",
        "Niemand weiß, wen man fragen kann.",
        lambda measures, today: measures.filter(responsible=None),
        "id_responsible",
    ),
    Check(
        "status",
        GAP,
        "Kein Status",
        "Keine veröffentlichte Meldung sagt, wie weit die Maßnahme ist.",
        lambda measures, today: measures.filter(status=None),
        "meldungen",
    ),
    Check(
        "still",
        GAP,
        "Keine Meldung seit einem Jahr",
        "Wer die Seite liest, weiß nicht, ob noch etwas geschieht.",
        silent,
        "meldungen",
    ),
    Check(
        "geld",
        GAP,
        "Kein Geld eingetragen",
        "Was die Maßnahme kostet, steht nirgends.",
        lambda measures, today: measures.exclude(Exists(Budget.objects.filter(measure=OuterRef("pk")))),
        "budgets-group",
    ),
    Check(
        "nicht-belegt",
        GAP,
        "Querschnittsthema nicht belegt",
        "Die Seite sagt: „In den Quellen nicht belegt“. Eine Antwort der Stelle wäre besser.",
        undocumented,
        "answers-group",
    ),
    Check(
        "antwort",
        GAP,
        "Antwort zu einem Querschnittsthema fehlt",
        "Jede Maßnahme antwortet auf drei Fragen; ohne Antwort kann sie nicht veröffentlicht werden.",
        without_answer,
        "answers-group",
    ),
    Check(
        "antwort-danach",
        GAP,
        "Antworten nach dem Abschluss fehlen",
        "Was aus den drei Fragen wurde, ist nicht festgehalten.",
        without_final_answer,
        "answers-group",
    ),
    Check(
        "ziel",
        GAP,
        "Kein Ziel",
        "Die Maßnahme steht bei keinem Ziel ihres Handlungsfeldes.",
        lambda measures, today: measures.filter(goal=None),
        "id_goal",
    ),
    Check(
        "zielgruppe",
        GAP,
        "Keine Zielgruppe",
        "Wer nach Angeboten für sich sucht, findet die Maßnahme nicht.",
        lambda measures, today: measures.exclude(
            Exists(Measure.target_groups.through.objects.filter(measure=OuterRef("pk")))
        ),
        "id_target_groups",
    ),
    Check(
        "offene-schritte",
        CONTRADICTION,
        "Abgeschlossen, aber Meilensteine sind offen",
        "Entweder ist die Maßnahme nicht fertig, oder die Schritte sind erledigt.",
        finished_with_open_steps,
        "milestones-group",
    ),
    Check(
        "ende-fehlt",
        CONTRADICTION,
        "Abgeschlossen, aber ohne Ende",
        "Wann die Arbeit beendet wurde, fehlt.",
        lambda measures, today: measures.filter(state=State.FINISHED, actual_end=None),
        "id_actual_end",
    ),
    Check(
        "ende-vor-beginn",
        CONTRADICTION,
        "Das Ende liegt vor dem Beginn",
        "Beginn und Ende passen nicht zusammen: geplant und tatsächlich verglichen.",
        lambda measures, today: measures.filter(
            Q(actual_end__lt=day_of("planned_start"), actual_start=None) | Q(planned_end__lt=day_of("actual_start"))
        ),
        "id_planned_end",
    ),
    Check(
        "vorbei",
        CONTRADICTION,
        "Ein geplanter Termin ist vorbei, der Stand sagt noch „geplant“ oder „läuft“",
        "Die Seite nennt die Maßnahme verspätet. Hat sie begonnen, ist sie fertig, oder gilt ein neuer Termin?",
        lambda measures, today: measures.late(today),
        "id_planned_end",
    ),
    Check(
        "verspaetet-und-gut",
        CONTRADICTION,
        "Verspätet, aber der Status ist als „gut“ gefärbt",
        "Die Seite zeigt Grün, obwohl ein Termin vorbei ist. Ein anderer Status oder ein neuer Termin sagt es ehrlich.",
        late_but_good,
        "meldungen",
    ),
    Check(
        "beendet-und-laeuft",
        CONTRADICTION,
        "Ein Ende ist eingetragen, der Stand sagt „läuft“",
        "Eines von beiden stimmt nicht mehr.",
        lambda measures, today: measures.filter(state__in=OPEN_STATES).exclude(actual_end=None),
        "id_actual_end",
    ),
    Check(
        "veraltet",
        CONTRADICTION,
        "Der deutsche Text ist neuer als Übersetzungen",
        "Leser*innen anderer Sprachen sehen einen Hinweis, dass der Text abweichen kann.",
        outdated_translations,
        "id_plain_de",
    ),
    Check(
        "gleiche-antworten",
        CONTRADICTION,
        "Gleiche Antwort wie eine andere Maßnahme",
        "Wortgleiche Antworten sehen aus wie abgeschrieben.",
        same_answers,
        "answers-group",
    ),
    Check(
        "teurer",
        CONTRADICTION,
        "Mehr ausgegeben als geplant",
        "Stimmen die Beträge, oder fehlt eine neue Planung?",
        overspent,
        "budgets-group",
    ),
    Check(
        "adressen",
        CONTRADICTION,
        "Adresse einer Quelle antwortet nicht oder ist unsicher",
        "Wer nachlesen möchte, findet die Quelle nicht. Geprüft wird mit dem Befehl check_links.",
        broken_links,
        "meldungen",
    ),
)
BY_KEY = {check.key: check for check in CHECKS}
ON_THE_DESK = {"vorbei": "ein Termin ist vorbei", "still": "keine Meldung seit einem Jahr"}  # told by name there


def counted(measures, today):
    """[(check, number of hits)] of every check, in one statement."""
    parts = []
    for check in CHECKS:
        hits = check.find(measures, today).order_by().values("pk")
        parts.append(Q(pk__in=hits))
    totals = measures.order_by().aggregate(
        **{f"hits_{place}": Count("pk", filter=part) for place, part in enumerate(parts)}
    )
    return [(check, totals[f"hits_{place}"]) for place, check in enumerate(CHECKS)]


def hits(check, measures, today):
    """The measures one check hits, in order, with the columns the page needs."""
    return check.find(measures, today).for_list("title", language=None).order_by("number")


def plan_of(user):
    """The measures of the plan a person answers for: all for editors, her departments' for reporters."""
    measures = Measure.objects.plan()
    return measures.of_units(units_of(user)) if is_reporter(user) else measures


def tasks(user, today):
    """What needs this person: (count, text, address), as the desk shows it."""
    editor = user.has_perm("measures.change_measure")
    if not (editor or is_reporter(user)):
        return
    measures = plan_of(user)
    if editor:
        failed = Release.objects.filter(state=Release.State.FAILED).count()
        if failed:
            address = reverse("admin:measures_release_changelist") + "?state__exact=failed"
            yield failed, "geplante Veröffentlichungen waren nicht möglich", address
    drafts = measures.filter(published=False).count()
    if drafts:
        yield drafts, "Maßnahmen sind Entwürfe", reverse("admin:measures_measure_changelist") + "?published__exact=0"
    waiting = Update.objects.filter(state=Update.State.DRAFT, measure__in=measures.values("pk")).count()
    if waiting:
        address = reverse("admin:measures_update_changelist") + "?state__exact=draft"
        yield waiting, "Meldungen sind Entwürfe", address
    page, found = reverse("admin:measure_gaps"), counted(measures, today)
    for check, number in found:
        if check.key in ON_THE_DESK and number:
            yield number, f"Maßnahmen: {ON_THE_DESK[check.key]}", f"{page}?pruefung={check.key}#treffer"
    for kind, text in ((CONTRADICTION, "Widersprüche in Maßnahmen"), (GAP, "Lücken in Maßnahmen")):
        number = sum(count for check, count in found if check.kind == kind)
        if number:
            yield number, text, f"{page}#{kind}"
