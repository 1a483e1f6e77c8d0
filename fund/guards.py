"""What must hold for a move: each guard yields reasons, nothing where all is well.

guard(application, by, now, values); values: what the person enters with the move. Reasons for staff are German, those
for applicants come in the reader's language.
"""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from fund import checklist, intake, mails, promise, standing, tasklist
from fund.actors import CHECK, Part
from fund.models import CaseFile, Flag
from wir.languages.text import is_blank
from wir.lib.workflow import NOT_NOW  # noqa: F401 - with the other sentences of the fund

NOT_YOURS = "Dazu fehlt Ihnen das Recht."
LONGEST_WAIT = timedelta(days=365)  # for an answer; a later day is a slip of the pen
TOO_LATE = f"Die Frist liegt mehr als {LONGEST_WAIT.days} Tage entfernt. Prüfen Sie das Datum."
NOT_PROPOSED = "Eine formale Ablehnung ist nicht vorgeschlagen."
OTHER_PATH = "Dieser Antrag nimmt nach dem Regelwerk einen anderen Weg."
NOT_YOURS_PUBLIC = _("Only the applicant can do this, not a helper.")
NOT_NOW_PUBLIC = _("This is not possible any more. Please look at your application again.")
FASTER_PUBLIC = _("Something changed in the meantime. Please look at the page again.")


def path_of(application):
    """The path of the tier a case is routed to, under the rule set it was handed in under; "" for a draft."""
    return next((tier.path for tier in application.rule_set.tiers.all() if tier.key == application.tier), "")


def body_of(application):
    """The body that deals with a case: the deputies it was given to, else the body of its tier; None on the path
    `team`."""
    if application.body_id:
        return application.body
    return next((tier.proposes for tier in application.rule_set.tiers.all() if tier.key == application.tier), None)


def chairs_item(application, user):
    """True for the member who was named to chair this case, because chair and deputy may not."""
    return application.items.open().filter(chaired_by__user=user).exists()


def decision_of(application):
    """The decision that is proposed or made, None where there is none."""
    return application.decisions.filter(dropped_at__isnull=True).first()


def open_request(application):
    return application.change_requests.filter(answered_at__isnull=True, closed_at__isnull=True).first()


# Handing in -----------------------------------------------------------------------------------------------------------


def is_complete(application, by, now, values):
    yield from tasklist.gaps(application)


def round_is_open(application, by, now, values):
    """opened_at: when the page was made from which it is sent; in the hour of the deadline that counts."""
    if not intake.is_open_for(application, now, values.get("opened_at")):
        yield _("The time for applications is over. Your answers are kept; you can hand them in for the next round.")


def consents(application, by, now, values):
    if not values.get("consent"):
        yield _("Please confirm that we may use what you wrote to work on your application.")


def files_are_fine(application, by, now, values):
    infected = application.files.kept().filter(scan=CaseFile.Scan.INFECTED)
    for each in infected:
        yield _("The file %(name)s is not safe. Please remove it.") % {"name": each.name}


def is_reachable(application, by, now, values):
    if not tasklist.contact(application):
        yield _("Please tell us how we can reach you: by e-mail, phone or post.")


# Checking -------------------------------------------------------------------------------------------------------------


def did_not_help(application, by, now, values):
    """Free of conflict on this case, whoever acts in whatever part (fund design, 1.4 and 1.5): she did not help to
    write it, has declared no conflict, and what the portal found was settled. Deputies of the team, who act by their
    seat, have declared first, as members do."""
    if by.user is not None:
        deputises = by.part in (Part.TEAM, Part.LEAD) and not by.user.has_perm(CHECK)
        yield from standing.reasons(application, by.user, declared=deputises)


def none_of_them_in_conflict(application, people, now, then):
    """Who is in conflict decides nothing, also where it came out after she had her part in it (fund design, 1.5). then:
    what is to be done, as a sentence."""
    known = standing.Standings([application], people, timezone.localdate(now))
    for user in people:
        if known.against(application, user):
            yield f"{user} hat einen Interessenkonflikt: {then}"


def splitting_is_settled(application, by, now, values):
    """Parts of one project decided one by one would go round the limit (fund design, 1.2): the lead looks first."""
    if open_splitting(application):
        yield "Ein Hinweis auf Aufteilung ist offen: Zuerst klärt ihn die Leitung."


def open_splitting(application):
    return application.flags.filter(kind=Flag.Kind.SPLITTING, settled_at__isnull=True).exists()


def names_sections(application, by, now, values):
    sections = values.get("sections") or {}
    if not sections:
        yield "Nennen Sie mindestens einen Abschnitt und was dort fehlt."
    known = {step.key for step in tasklist.needed_steps(application)}
    for key, text in sections.items():
        if key not in known:
            yield f"Den Abschnitt „{key}“ hat dieser Antrag nicht."
        if is_blank(text):
            yield f"Zu „{tasklist.label_of(key)}“ fehlt, was Sie brauchen."


def gives_time(application, by, now, values):
    days = application.rule_set.change_days
    due, today = values.get("due"), timezone.localdate(now)
    if due is None or due < today + timedelta(days=days):
        yield f"Für eine Antwort bleiben mindestens {days} Tage."
    elif due > today + LONGEST_WAIT:
        yield TOO_LATE


def is_later(application, by, now, values):
    request = open_request(application)
    if request is None or values.get("due") is None or values["due"] <= max(request.due, timezone.localdate(now)):
        yield "Die neue Frist muss nach der bisherigen und in der Zukunft liegen."
    elif values["due"] > timezone.localdate(now) + LONGEST_WAIT:
        yield TOO_LATE


def every_section_is_answered(application, by, now, values):
    """A section that the amount asked for now makes unnecessary cannot be answered and is not waited for."""
    request = open_request(application)
    if request is None:
        yield NOT_NOW_PUBLIC
        return
    needed = [step.key for step in tasklist.needed_steps(application)]
    unanswered = {"touched_at__isnull": True, "unchanged": False, "section__in": needed}
    rest = request.sections.filter(**unanswered).count()
    if rest:
        yield ngettext(
            "%(count)d question is still open. Change the answer, or say that it stays as it is.",
            "%(count)d questions are still open. Change the answer, or say that it stays as it is.",
            rest,
        ) % {"count": rest}


def is_in_time(application, by, now, values):
    request = open_request(application)
    if request and timezone.localdate(now) > request.due:
        yield _("The time for your answer is over. Please call us: we can give you more time.")


def time_is_over(application, by, now, values):
    request = open_request(application)
    if request is None or timezone.localdate(now) <= request.due:
        yield "Die Frist läuft noch."


def was_reminded_twice(application, by, now, values):
    request = open_request(application)
    if request is None or request.reminded < 2 or mails.reminders_delivered(request) < 2:
        yield "Vorher gehen zwei Erinnerungen hinaus."


def has_formal_reason(application, by, now, values):
    reason = values.get("reason")
    if reason is None or not reason.formal or not reason.active:
        yield "Wählen Sie einen formalen Grund aus dem Katalog."


def no_refusal_is_proposed(application, by, now, values):
    if decision_of(application):
        yield "Eine formale Ablehnung ist vorgeschlagen; zuerst entscheidet darüber eine zweite Person."


def refusal_is_proposed(application, by, now, values):
    if decision_of(application) is None:
        yield NOT_PROPOSED


def is_second_person(application, by, now, values):
    proposed = decision_of(application)
    if proposed and proposed.proposed_by_id == by.user.pk:
        yield "Das entscheidet eine zweite Person, nicht wer es vorgeschlagen hat."


def says_why(application, by, now, values):
    if is_blank(values.get("note", "")):
        yield "Der Grund fehlt."


def checklist_is_complete(application, by, now, values):
    for label in checklist.open_points(application):
        yield f"Prüfliste: „{label}“ ist noch nicht bestätigt."


def starts_after_decision(application, by, now, values):
    """In German practice a project begun before the decision can lose the grant (VV to § 44 LHO, no. 1.3)."""
    open_flags = application.flags.filter(kind=Flag.Kind.EARLY_START, settled_at__isnull=True)
    if open_flags.exists():
        yield "Das Projekt beginnt vielleicht vor der Entscheidung; klären Sie zuerst diesen Hinweis."


def has_summary(application, by, now, values):
    if is_blank(application.summary_de):
        yield "Die Kurzfassung für das Gremium fehlt."


def meeting_is_known(application, by, now, values):
    if promise.next_meeting(application, now) is None:
        yield "Für das Gremium ist noch keine Sitzung geplant."


def is_not_released(application, by, now, values):
    if application.decision_released_at:
        yield "Das Ergebnis ist schon bekannt gegeben."


def letter_was_read(application, by, now, values):
    decision = decision_of(application)
    letter = getattr(decision, "letter", None)
    if letter is None or letter.read_at is None:
        yield "Den Brief muss zuerst eine zweite Person lesen."
    elif letter.language != "de" and is_blank(letter.text):
        yield "Der Brief fehlt noch in der Sprache der antragstellenden Person."


# Ending and coming back -----------------------------------------------------------------------------------------------


def draft_is_over(application, by, now, values):
    rules = application.rule_set
    if now < application.saved_at + timedelta(days=rules.draft_days):
        yield "Der Entwurf ist noch nicht abgelaufen."


def no_result_is_known(application, by, now, values):
    """A refusal that is not released is not known to the applicant: she may still take her case back, as if it were
    being checked. Otherwise the missing button would tell her the result."""
    refused = (application.State.INELIGIBLE, application.State.REJECTED)
    if application.state in refused and application.decision_released_at:
        yield _("We have decided on your application, so you cannot take it back any more.")


def ended_lately(application, by, now, values):
    days, ended = timedelta(days=application.rule_set.reopen_days), application.ended_at
    if ended is None or timezone.localdate(now) > timezone.localdate(ended) + days:
        yield _("The time for opening it again is over. You can copy your answers into a new application.")


def money_year_is_open(application, by, now, values):
    if intake.last_day(application, now) is None:
        yield _("The time for applications is over. You can copy your answers into a new application.")
