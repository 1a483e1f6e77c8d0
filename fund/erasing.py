"""The end of retention (move 43): the words of a case go, its numbers stay without a name.

How long what is kept is not settled by the city (fund design, 6). Until a rule exists nothing is erased by itself: data
protection does it, with a reason. The ledger, the amounts and days of decisions and who did what stay, for they are the
city's accounts; nothing of them tells who applied. Minutes of a body and papers that were filed are records of the city
and stay as they are.
"""

from fund import access, casefiles, letter_paper, mails, money, reversals
from fund.actors import Part
from fund.models import Application, Letter, Revision
from wir.languages.models import ContentStamp
from wir.languages.text import is_blank

State = Application.State
GONE = "–"  # where the database wants a word
NOT_SETTLED = "Wie lange Anträge aufbewahrt werden, ist nicht geregelt; von selbst wird nichts gelöscht."
MONEY = "Zu diesem Antrag ist Geld vorgemerkt oder zugesagt und nicht abgerechnet."
NOT_TOLD = "Das Ergebnis ist noch nicht bekannt gegeben; vorher wird nichts gelöscht."
NO_REASON = "Der Grund fehlt. Schreiben Sie keinen Namen hinein: Er bleibt stehen."


# Guards ---------------------------------------------------------------------------------------------------------------


def retention_is_over(application, by, now, values):
    """No rule of the rule set says when, so the clock never may."""
    if by.part == Part.CLOCK:
        yield NOT_SETTLED


def no_money_is_open(application, by, now, values):
    """A closed case has its money for good; anywhere else money that stands is a claim."""
    if application.state != State.CLOSED and (money.held_for(application) or money.committed_to(application)):
        yield MONEY


def nothing_is_open(application, by, now, values):
    yield from reversals.nothing_is_open(application, by, now, values)


def result_was_told(application, by, now, values):
    """A result that nobody was told cannot go: the applicant would never learn of it."""
    if application.state in (State.INELIGIBLE, State.REJECTED) and application.decision_released_at is None:
        yield NOT_TOLD


def gives_reason(application, by, now, values):
    if is_blank(values.get("note", "")):
        yield NO_REASON


# Columns and effects --------------------------------------------------------------------------------------------------


def emptied(application, by, now, values):
    return {
        "ended_at": application.ended_at or now,
        "call": None,
        "file_number": "",
        "summary_de": "",
        "summary_plain": "",
        "payer": "",
        "entered_by": None,
        "assigned_to": None,
    }


def erased(application, by, now, values):
    """One subject after the other; rows that others point at stay without their words."""
    access.end_keys(application, now=now)
    casefiles.erase_all(application, now=now)
    application.answers.all().delete()
    application.messages.all().delete()
    application.notes.all().delete()
    application.checked_points.all().delete()
    application.flags.all().delete()
    application.change_requests.all().delete()
    empty_reviews(application)
    empty_decisions(application)
    application.helpers.all().delete()
    empty_revisions(application)
    application.changes.exclude(move="erase").update(note="")
    mails.forget(application, now)
    ContentStamp.touch()  # a project that stood in public is gone


def empty_reviews(application):
    """What members and the board wrote: their votes are numbers and stay."""
    application.declarations.exclude(settled_why="").update(settled_why=GONE)
    application.declarations.update(note="")
    application.declarations.exclude(found="").update(found=GONE)
    application.reviews.update(comment="")
    for item in application.items.filter(item__isnull=False).select_related("item"):
        empty_topic(item.item, application.reference or GONE)
    application.items.update(conditions_de="", conditions="", note="", late_papers="")


def empty_topic(topic, reference):
    """The topic of a meeting keeps its number and result; its words go in every language they stand in."""
    names = ("title", "plain", "internal")
    columns = [field.attname for field in topic._meta.concrete_fields if field.name.partition("_")[0] in names]
    found = {name: reference if name.startswith("title") else "" for name in columns if getattr(topic, name)}
    type(topic)._base_manager.filter(pk=topic.pk).update(**found)


def empty_decisions(application):
    letters = list(Letter.objects.filter(decision__application=application))
    letter_paper.throw_away(letters)
    Letter.objects.filter(decision__application=application).update(
        text_de=GONE, text="", code=None, digest="", stored=""
    )
    application.decisions.update(sentence_de="", sentence="")
    for filed in application.filings.all():
        filed.results.update(why_de="", why="")
        filed.results.exclude(more_agreed="").update(more_agreed=GONE)  # that it was agreed is why the amount is right
    application.reversals.update(reason=GONE)
    application.acceptances.exclude(signer="").update(signer=GONE)
    application.acceptances.update(function="", payee="", iban="", code_digest="")


def empty_revisions(application):
    """Frozen for everybody else; here what others point at stays as an empty row, without what was in it."""
    rows = Revision._base_manager.filter(application=application)
    rows.update(answers={}, files=[], applicant=GONE, person="", title=GONE, district=None)
