"""Papers to the committees of the council (Drucksachen): made as a draft, numbered later, filed as a whole.

A paper carries one or several cases and goes through committees, of which exactly one decides. Every change compares
and sets the version of the paper; the cases themselves move through the workflow's door.
"""

import hashlib
import re

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from fund import council_page, guards, paper_days, store, telling
from fund.committees import not_free, place_of
from fund.guards import path_of
from fund.logged import log
from fund.models import Application, CaseItem, CommitteeStep, FiledCase, Filing, StepResult, Tier
from fund.permissions import CHECK, RECORD
from fund.workflow import blockers, perform
from strategy.models import Body, CouncilPaper
from wir.languages.text import is_blank
from wir.lib.workflow import FASTER, Refused, refuse_if

State = Application.State
KINDS = (Body.Kind.COMMITTEE, Body.Kind.COUNCIL, Body.Kind.DISTRICT_COUNCIL)  # bodies of the council
MOST_STEPS = 5
FILED = "Die Vorlage ist eingebracht und bleibt, wie sie ist."
NOT_FILED = "Die Vorlage ist noch nicht eingebracht."
NO_CASE = "Wählen Sie mindestens einen Antrag."
TAKEN = "Einer der Anträge steht inzwischen in einer anderen Vorlage. Bitte laden Sie die Seite neu."
NUMBER_TAKEN = "Diese Drucksache gehört schon zu einer anderen Vorlage. Eine Ergänzung hat ein eigenes Zeichen, wie E1."
RESULTS = (*CaseItem.POSITIVE, CaseItem.Outcome.NOT_PROPOSED, CaseItem.Outcome.IMPOSSIBLE)


# What waits -----------------------------------------------------------------------------------------------------------


def waiting(sample):
    """Cases that a body has dealt with and that stand in no paper, whoever handed in first on top."""
    open_places = FiledCase.objects.filter(application=OuterRef("pk"), ended_at__isnull=True)
    cases = Application.objects.for_desk().filter(sample=sample, state=State.COMMITTEE_QUEUE)
    return cases.filter(~Exists(open_places)).prefetch_related("rule_set__tiers").order_by("submitted_at", "pk")


def board_result(application):
    """The newest result that a body gave on a case and its chair confirmed, None where there is none."""
    items = application.items.filter(confirmed_at__isnull=False, struck_at__isnull=True, outcome__in=RESULTS)
    return items.order_by("-confirmed_at", "-pk").first()


def committees():
    """Bodies of the council that a paper can go to, with their names."""
    return Body.objects.filter(kind__in=KINDS).prefetch_related("names").order_by("kind", "key")


# Drafts ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def make(*, title, text, cases, steps, sample, by, now):
    """A draft. steps: [{"body": Body, "decides": bool, "session_on": date or None}], in their order. Raises Refused."""
    days = paper_days.too_far((each["session_on"] for each in steps), now)
    refuse_if([*faults_of_person(by, cases), *faults(title, steps), *days, *faults_of_cases(cases, sample)])
    filing = Filing.objects.create(title=title.strip(), text=text.strip(), sample=sample, made_at=now, made_by=by.user)
    write_steps(filing, steps)
    put_in(filing, cases)
    log(filing, "Vorlage angelegt", by=by, now=now)
    return filing


@transaction.atomic
def change(filing, *, title, text, cases, steps, by, now):
    """Other words, cases or committees of a draft. Raises Refused."""
    held = hold(filing)
    if held.filed_at:
        refuse_if([FILED])
    inside = {place.application_id: place for place in held.cases.filter(ended_at__isnull=True)}
    new = [each for each in cases if each.pk not in inside]
    people = faults_of_person(by, [*cases_in(held), *new])
    days = paper_days.too_far((each["session_on"] for each in steps), now)
    refuse_if([*people, *faults(title, steps), *days, *faults_of_cases(cases, held.sample, new)])
    held.title, held.text = title.strip(), text.strip()
    held.save(update_fields=["title", "text"])
    kept = {each.pk for each in cases}
    FiledCase.objects.filter(pk__in=[place.pk for key, place in inside.items() if key not in kept]).delete()
    put_in(held, new)
    held.steps.all().delete()
    write_steps(held, steps)
    log(held, "Vorlage geändert", by=by, now=now)
    return held


@transaction.atomic
def discard(filing, *, by, now):
    """A draft that nobody needs goes; its cases wait again. Raises Refused."""
    held = hold(filing)
    if held.filed_at:
        refuse_if([FILED])
    refuse_if(faults_of_person(by, cases_in(held)))
    log(held, "Vorlage verworfen", by=by, now=now)
    held.cases.all().delete()
    held.steps.all().delete()
    held.delete()


def faults_of_person(by, cases):
    """Papers are the office's and the recorder's; nobody words the paper of a case that she is tied to."""
    if not (by.user.has_perm(CHECK) or by.user.has_perm(RECORD)):
        yield guards.NOT_YOURS
    for reasons in not_free(by.user, cases).values():
        yield from reasons


def cases_in(filing):
    places = filing.cases.filter(ended_at__isnull=True).select_related("application__revision")
    return [place.application for place in places]


def put_in(filing, cases):
    try:
        with transaction.atomic():
            FiledCase.objects.bulk_create(
                FiledCase(filing=filing, application=each, item=board_result(each), round=each.round) for each in cases
            )
    except IntegrityError:
        raise Refused([TAKEN]) from None


def write_steps(filing, steps):
    CommitteeStep.objects.bulk_create(
        CommitteeStep(filing=filing, order=order, **each) for order, each in enumerate(steps, 1)
    )


def faults(title, steps):
    """What is wrong with a draft whatever its cases are."""
    if is_blank(title):
        yield "Der Gegenstand fehlt."
    if not steps:
        yield "Nennen Sie mindestens einen Ausschuss."
    elif sum(each["decides"] for each in steps) != 1:
        yield "Genau ein Ausschuss entscheidet."
    if len({each["body"].pk for each in steps}) != len(steps):
        yield "Jeder Ausschuss steht nur einmal in der Beratungsfolge."
    days = [each["session_on"] for each in steps if each["session_on"]]
    if days != sorted(days):
        yield paper_days.DISORDER


def faults_of_cases(cases, sample, new=None):
    if not cases:
        yield NO_CASE
    for each in cases if new is None else new:
        if each.state != State.COMMITTEE_QUEUE or path_of(each) != Tier.Path.BODY_THEN_COMMITTEE:
            yield f"{each} wartet nicht auf einen Ausschuss."
        elif each.sample != sample:
            yield f"{each}: Beispiele und echte Anträge stehen nie in einer Vorlage."
        elif board_result(each) is None:
            yield f"{each}: Das Ergebnis des Gremiums fehlt."
        elif place_of(each) is not None:
            yield f"{each} steht schon in einer Vorlage."


# Number and days ------------------------------------------------------------------------------------------------------


@transaction.atomic
def give_number(filing, *, number, supplement, told_on, by, now):
    """The number of the Drucksache, which the council's office gives, and the day it is public. Raises Refused.

    A Drucksache the portal knows already is taken; one that another paper has is refused.
    """
    held = hold(filing)
    number, supplement = number.strip(), supplement.strip()
    if held.filed_at:
        refuse_if([FILED])
    people = faults_of_person(by, cases_in(held))
    refuse_if([*people, *faults_of_number(held, number, supplement, told_on), *paper_days.too_far([told_on], now)])
    paper, _made = CouncilPaper.objects.get_or_create(
        number=number, supplement=supplement, defaults={"title": title_of(held)}
    )
    held.council_paper, held.told_on = paper, told_on
    try:
        with transaction.atomic():
            held.save(update_fields=["council_paper", "told_on"])
    except IntegrityError:  # another draft got it at the same moment
        raise Refused([NUMBER_TAKEN]) from None
    log(held, "Nummer der Drucksache eingetragen", by=by, now=now)
    return held


def title_of(filing):
    return f"Beispiel: {filing.title}"[:300] if filing.sample else filing.title


def faults_of_number(filing, number, supplement, told_on):
    pattern = pattern_of(filing)
    if is_blank(number):
        yield "Die Nummer der Drucksache fehlt."
    elif not fits(number, pattern):
        yield f"Schreiben Sie die Nummer in dieser Form: {example_of(pattern)}"
    if len(supplement) > CouncilPaper._meta.get_field("supplement").max_length:
        yield "Die Ergänzung ist zu lang. Zum Beispiel: E1"
    if told_on is None:
        yield "Nennen Sie den Tag, ab dem die Drucksache öffentlich ist."
    others = Filing.objects.filter(council_paper__number=number, council_paper__supplement=supplement)
    if others.exclude(pk=filing.pk).exists():
        yield NUMBER_TAKEN


def pattern_of(filing):
    """How numbers look, by the rule set of its cases."""
    place = filing.cases.select_related("application__rule_set").order_by("pk").first()
    return place.application.rule_set.paper_pattern if place else ""


def example_of(pattern):
    """A number of this form, for people: 0993/2022 for 9999/9999."""
    digits = iter("09932022" + "1" * len(pattern))
    return "".join(next(digits) if sign == "9" else sign for sign in pattern)


def fits(number, pattern):
    return bool(re.fullmatch("".join("[0-9]" if sign == "9" else re.escape(sign) for sign in pattern), number))


@transaction.atomic
def move_days(filing, *, sessions, told_on, by, now):
    """Other days of a filed paper: of sessions that have no result yet, and of the publication while it lies ahead;
    those of a draft change with the draft. Raises Refused.

    sessions: {pk of a step: date or None}.
    """
    held, today = hold(filing), timezone.localdate(now)
    refuse_if([*([] if held.filed_at else [NOT_FILED]), *faults_of_person(by, cases_in(held))])
    if told_on != held.told_on:
        if told_on is None or held.told_on <= today:
            refuse_if(["Die Drucksache ist schon öffentlich; ihr Tag bleibt."])
        refuse_if(paper_days.faults([told_on], held.filed_at, now))
    set_days(held, sessions, now)
    held.told_on = told_on
    held.save(update_fields=["told_on"])
    log(held, "Tage der Vorlage geändert", by=by, now=now)
    return held


def set_days(filing, sessions, now):
    steps = list(filing.steps.order_by("order"))
    new = [day for step in steps if (day := sessions.get(step.pk, step.session_on)) != step.session_on]
    refuse_if(paper_days.faults(new, filing.filed_at, now))
    for step in steps:
        step.session_on = sessions.get(step.pk, step.session_on)
    days = [step.session_on for step in steps if step.session_on]
    refuse_if([] if days == sorted(days) else [paper_days.DISORDER])
    CommitteeStep.objects.bulk_update(steps, ["session_on"])


# Filing ---------------------------------------------------------------------------------------------------------------


def what_is_missing(filing, places, now):
    """Why a paper cannot be filed now. places: its cases that are still in it."""
    if filing.council_paper_id is None:
        yield "Die Nummer der Drucksache fehlt."
    if filing.told_on is None:
        yield "Nennen Sie den Tag, ab dem die Drucksache öffentlich ist."
    if not places:
        yield "In der Vorlage steht kein Antrag mehr."
    steps = filing.steps.all()
    if sum(step.decides for step in steps) != 1:
        yield "Genau ein Ausschuss entscheidet."
    if any(step.decides and step.session_on is None for step in steps):
        yield "Der Tag der Sitzung fehlt, in der entschieden wird."
    yield from paper_days.faults([filing.told_on, *(step.session_on for step in steps)], now, now)


def file(filing, *, by, now):
    """The whole paper goes to the committees: every case moves, or none. What was filed is kept as a page and as a PDF.

    It is drawn before the cases are held, because that takes seconds; what changed meanwhile is refused. Raises Refused
    with every reason of every case.
    """
    seen = [(each.pk, each.application.version) for each in places_of(filing)]
    refuse_if([FILED] if filing.filed_at else what_is_missing(filing, seen, now))
    page = council_page.body(filing, now)
    document = council_page.document(filing, page, now)
    with transaction.atomic():
        held = hold(filing)
        places = places_of(held)
        if held.filed_at or seen != [(each.pk, each.application.version) for each in places]:
            refuse_if([FASTER])
        held.filed_at, held.filed_by, held.page = now, by.user, page
        held.save(update_fields=["filed_at", "filed_by", "page"])
        move_in(places, by, now)
        held.stored, held.digest = store.write(document), hashlib.sha256(document).hexdigest()
        held.save(update_fields=["stored", "digest"])
        tell_all(held, now)
        log(held, "Vorlage eingebracht", by=by, now=now)
    return held


@transaction.atomic
def file_again(filing, *, cases, sessions, by, now):
    """Cases that a committee put off come to another session with the same paper. Raises Refused.

    sessions: as in `move_days`; who put a case off meets on a later day now. A paper that changes for it is a new one,
    with a supplement to the number.
    """
    held = hold(filing)
    if held.filed_at is None:
        refuse_if([NOT_FILED])
    back = {each.pk for each in put_off(held)}
    refuse_if(
        [NO_CASE]
        if not cases
        else [f"{each} ist aus dieser Vorlage nicht vertagt." for each in cases if each.pk not in back]
    )
    set_days(held, sessions, now)
    refuse_if(not_later(held, cases))
    put_in(held, cases)
    move_in([place for place in places_of(held) if place.application_id in {each.pk for each in cases}], by, now)
    tell_all(held, now)
    log(held, "Vorlage wieder eingebracht", by=by, now=now)
    return held


def not_later(filing, cases):
    """Committees whose next session is not after the one in which they put a case off."""
    results = StepResult.objects.filter(case__filing=filing, case__application__in=cases, dropped_at=None)
    back = results.filter(result__in=StepResult.BACK).select_related("step__body").order_by("pk")
    for result in {each.case_id: each for each in back}.values():
        if result.step.session_on is None or result.step.session_on <= result.session_on:
            before = f"{result.session_on:%d.%m.%Y}"
            yield f"{result.step.body}: Nennen Sie den Tag der neuen Sitzung. Er liegt nach dem {before}."


def tell_all(filing, now):
    """Where the paper is public already, its applicants hear of it now; else on its day."""
    for place in telling.untold().filter(filing=filing):
        telling.tell(place, now)


def put_off(filing):
    """Cases that this paper had and that wait again because a committee put them off or sent them back.

    Of a case that was opened again or corrected since, only a new paper changes a committee's mind (reversals.py).
    """
    places = FiledCase.objects.filter(
        filing=filing, round=F("application__round"), results__result__in=StepResult.BACK
    )  # fmt: skip
    return waiting(filing.sample).filter(pk__in=places.values("application"))


def places_of(filing):
    """Its cases that are still in it, in the order in which they are locked."""
    places = filing.cases.filter(ended_at__isnull=True).select_related("application__rule_set", "application__revision")
    places = places.select_related("item", "application__year").prefetch_related("application__rule_set__tiers")
    return list(places.order_by("application"))


def move_in(places, by, now):
    reasons = []
    for place in places:
        found = blockers(place.application, "file_paper", by=by, now=now)
        reasons += [f"{place.application}: {reason}" for reason in found]
    refuse_if(reasons)
    for place in places:
        perform(place.application, "file_paper", by=by, now=now)


# Whole papers at once -------------------------------------------------------------------------------------------------


@transaction.atomic
def record(filing, *, step, entries, by, now):
    """What one committee said of several cases, all or none. entries: [(application as it was seen, values)].

    Raises Refused with the reference before each reason.
    """
    reasons = []
    for application, values in sorted(entries, key=lambda entry: entry[0].pk):
        name = "send_back" if values["result"] in StepResult.BACK else "record_step"
        try:
            with transaction.atomic():
                perform(application, name, by=by, now=now, step=step, **values)
        except Refused as refusal:
            reasons += [reason if reason == FASTER else f"{application}: {reason}" for reason in refusal.reasons]
    refuse_if(reasons)


# Compare and set ------------------------------------------------------------------------------------------------------


def hold(filing):
    """The paper as it stands, from now on ours. Raises Refused where it is not what somebody saw."""
    found = Filing.objects.filter(pk=filing.pk, version=filing.version)
    if not found.update(version=F("version") + 1):
        raise Refused([FASTER])
    return Filing.objects.select_related("council_paper").get(pk=filing.pk)
