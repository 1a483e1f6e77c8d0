"""Letters of decisions: binding German, and the same in the applicant's language beside it.

Drafted from the catalogue of reasons, so that nobody gets a reason she cannot read; a second person reads what stands
there before it is released, and every change wants a new reading. A released letter stays as it is.
"""

import hashlib

from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fund import letter_paper
from fund.decision_reference import apart, german, reference
from fund.models import Decision, Letter, OtherPot, RuleSet
from strategy.models import Contact
from wir.languages import registry
from wir.languages.text import is_blank, tr
from wir.lib.formats import euro, long_date
from wir.lib.workflow import FASTER, Refused

RELEASED = "Der Brief ist schon bekannt gegeben und bleibt, wie er ist."
OTHER_READER = "Den Brief liest jemand anderes als die Person, die ihn geschrieben hat."
NO_GERMAN = "Der deutsche Text fehlt; er ist der verbindliche."
NO_REMEDY = (
    "Im Regelwerk steht noch kein Text zum Rechtsbehelf. Der Brief sagt deshalb nicht, wie man widersprechen kann. "
    "Klären Sie das vor der Bekanntgabe."
)
NO_TRANSLATION = "Der Text in der Sprache der antragstellenden Person fehlt."
OTHER_YEAR = (
    "Der Antrag gehört inzwischen zum Jahr {year}; im Brief steht es noch nicht. Ändern Sie den Brief und lassen Sie "
    "ihn neu lesen."
)
REDRAFTED = "Der Brief ist mit dem neuen Jahr entworfen; lassen Sie ihn neu lesen."
GERMAN_REASON = (
    "Der Grund aus dem Katalog ist nicht übersetzt und steht auch im übersetzten Brief auf Deutsch, mit dem Hinweis, "
    "dass wir ihn erklären."
)
GERMAN_SENTENCE = "Der eigene Satz steht auch im übersetzten Brief auf Deutsch, mit dem Hinweis, dass wir ihn erklären."


def draft(decision, *, by, now):
    """The letter of a decision, not yet read by anybody. Returns the Letter."""
    language, words = registry.get(decision.application.language), words_of(decision, decision.application.year, now)
    return Letter.objects.create(decision=decision, language=language.code, drafted_at=now, drafted_by=by, **words)


def redraft(decision, before, *, by, now):
    """The case of a decision went from the year `before` into another one: a letter that is not released and tells the
    year is drafted again, and somebody reads it again. Returns what the office has to know, "" where that is nothing.

    Words that the office wrote itself stay; only the reading begins again. Raises Refused where it changed meanwhile.
    """
    letter = Letter.objects.filter(decision=decision, released_at=None).first() if decision else None
    if letter is None:
        return ""
    year = decision.application.year
    drafted, changed = words_of(decision, before, letter.drafted_at), words_of(decision, year, now)
    if words_of(decision, year, letter.drafted_at) == drafted:
        return ""
    unread = {"read_at": None, "read_by": None}
    own = drafted != {"text_de": letter.text_de, "text": letter.text}
    values = unread if own else unread | changed | {"drafted_at": now, "drafted_by": by}
    same = Letter.objects.filter(pk=letter.pk, text_de=letter.text_de, text=letter.text, released_at=None)
    same.update(**values) or refuse(FASTER)
    return OTHER_YEAR.format(year=year) if own else REDRAFTED


def retell(application):
    """The applicant wants her letters in another language (`application.language`): the one that is not released yet is
    drafted in it, and somebody reads it again.

    Where the office wrote words of its own, the German ones stay and the others are to be written anew; so is the own
    sentence of the decision, which was in the language of before.
    """
    letters = Letter.objects.filter(decision__application=application, decision__dropped_at=None, released_at=None)
    letter = letters.select_related("decision__application__year", "decision__application__revision").first()
    if letter is None or letter.language == application.language:
        return
    decision = letter.decision
    decision.application.language = letter.language
    drafted = words_of(decision, decision.application.year, letter.drafted_at)
    own = drafted != {"text_de": letter.text_de, "text": letter.text}
    Decision.objects.filter(pk=decision.pk).update(sentence="")
    decision.sentence, decision.application.language = "", application.language
    text = "" if own else words_of(decision, decision.application.year, letter.drafted_at)["text"]
    letters.update(language=application.language, text=text, read_at=None, read_by=None)


def words_of(decision, year, now):
    """The words of a letter as they would be drafted for a year of the fund."""
    decision.application.year, kept = year, decision.application.year
    language = registry.get(decision.application.language)
    words = {
        "text_de": text_of(decision, registry.SOURCE, now),
        "text": "" if language.is_source else text_of(decision, language, now),
    }
    decision.application.year = kept
    return words


def text_of(decision, language, now):
    """The whole letter as plain text in one language; paragraphs stand apart by a blank line."""
    with translation.override(language.code):
        return "\n\n".join(part for part in parts_of(decision, language, now) if part)


def parts_of(decision, language, now):
    """One paragraph after the other, "" for what this letter does not have."""
    application, revision = decision.application, decision.application.revision
    contact = Contact.objects.on(timezone.localdate(now))
    phone = apart(contact.phone) if contact else ""
    yield _("Hello,")
    yield _("This letter is about your application “%(title)s” of %(date)s (%(reference)s).") % {
        "title": apart(revision.title),
        "date": long_date(timezone.localtime(application.submitted_at), language.locale),
        "reference": apart(application.reference),
    }
    yield from RESULTS[decision.kind](decision, language, phone)
    yield reference(decision, language)
    yield from remedy(application.rule_set, language, phone)
    if phone:
        yield _("Do you have questions? Call us: %(phone)s.") % {"phone": phone}
    if contact:
        yield german(contact.office, language)


def yes(decision, language, phone):
    """How much, why less or under which condition, from when to when, and what comes next."""
    application = decision.application
    revision = application.revision
    yield _("Good news: your project gets %(amount)s from the fund.") % {"amount": money(decision.amount, language)}
    if decision.amount < revision.requested:
        asked = {"requested": money(revision.requested, language)}
        yield _("You asked for %(requested)s. This is why it is less, or what we ask of you:") % asked
    elif not is_blank(decision.sentence_de):
        yield _("Please note:")
    yield from own_sentence(decision, language, phone)
    yield _("The money is for your project from %(first)s to %(last)s.") % {
        "first": apart(long_date(revision.starts_on, language.locale)),
        "last": apart(long_date(revision.ends_on, language.locale)),
    }
    if application.rule_set.confirmation == RuleSet.Confirmation.AGREEMENT:
        days = application.rule_set.agreement_days
        yield ngettext(
            "Please confirm within %(days)d day that you agree with this letter, and only then spend any of the money. "
            "You can do it in your application on our website, or sign this letter and send it back.",
            "Please confirm within %(days)d days that you agree with this letter, and only then spend any of the "
            "money. You can do it in your application on our website, or sign this letter and send it back.",
            days,
        ) % {"days": days}
    yield _("We contact you about the payment. Please keep all receipts.")


def not_yet(decision, language, phone):
    yield _("Your project is good, but there is no money left right now. So it is on the waiting list.")
    yield from own_sentence(decision, language, phone)
    yield _(
        "Whoever applied first is first on the list. "
        "When it is your turn, we ask you whether you still want the money. "
        "The list is only for the money of %(year)s."
    ) % {"year": apart(decision.application.year.year)}
    yield from other_money(decision.application.revision, language)


def no(decision, language, phone):
    yield _("We cannot give money for it. This is the reason:")
    if decision.reason:
        yield from of_catalogue(decision.reason, language, phone)
    yield from own_sentence(decision, language, phone)
    if decision.kind == Decision.Kind.REJECTED:
        yield _(
            "You can improve your application and send it again. Your answers are copied into a new one; files are not."
        )
    yield from other_money(decision.application.revision, language)


RESULTS = {
    Decision.Kind.INELIGIBLE: no,
    Decision.Kind.REJECTED: no,
    Decision.Kind.APPROVED: yes,
    Decision.Kind.WAITLISTED: not_yet,
}


def of_catalogue(reason, language, phone):
    """A reason and what it means; German where it has no other words in this language, and then it says so."""
    if is_german_only(reason, language):
        yield german(f"{reason.title_de}.", language)
        yield german(reason.plain_de, language)
        yield explains(phone)
    else:
        yield f"{tr(reason, 'title', language)}."
        yield str(tr(reason, "plain", language))


def is_german_only(reason, language):
    """Not all of it has words in this language: another one stands in, or none, as in Leichte Sprache."""
    found = [tr(reason, name, language) for name in ("title", "plain")]
    return not language.is_source and any(not each or each.is_fallback for each in found)


def own_sentence(decision, language, phone):
    """What staff wrote beside the reason; German where they have it in no other language, and then it says so."""
    if language.is_source:
        yield decision.sentence_de.strip()
    elif is_blank(decision.sentence):
        yield german(decision.sentence_de.strip(), language)
        if not is_blank(decision.sentence_de):
            yield explains(phone)
    else:
        yield decision.sentence.strip()


def other_money(revision, language):
    """Which other pots might fit, one a line, as far as their limits are known."""
    pots = [pot for pot in OtherPot.objects.running().order_by("order", "pk") if fits(pot, revision.requested)]
    if pots:
        yield _("Maybe others can give money for your project:")
        comma = "،" if language.dir == "rtl" else ","
        yield "\n".join(f"- {german(pot.name, language)}{comma} {german(pot.giver, language)}" for pot in pots)


def fits(pot, amount):
    return (pot.lowest is None or amount >= pot.lowest) and (pot.highest is None or amount <= pot.highest)


def remedy(rule_set, language, phone):
    """How to object, as the city words it; nothing while it has not. German where it has no other words for it."""
    text = tr(rule_set, "remedy", language)
    if text and not text.is_fallback:
        yield str(text)
    elif not is_blank(rule_set.remedy_de):
        yield german(rule_set.remedy_de, language)
        yield explains(phone)


def explains(phone):
    if not phone:
        return _("This part is in German. Ask us, we explain it.")
    return _("This part is in German. Call us, we explain it: %(phone)s.") % {"phone": phone}


def money(amount, language):
    return apart(euro(amount, language.locale))


# Reading and changing -------------------------------------------------------------------------------------------------


def fingerprint(letter):
    """What exactly somebody has before her eyes: who reads a letter confirms these words and no later ones."""
    return hashlib.sha256(f"{letter.text_de}\x00{letter.text}".encode()).hexdigest()


def warnings(letter):
    """What the people who read and release a letter should know; it does not hold it back."""
    decision = letter.decision
    year = decision.application.year if decision.kind == Decision.Kind.WAITLISTED else None
    if year and any(str(year.year) not in text for text in (letter.text_de, letter.text) if text):
        yield OTHER_YEAR.format(year=year)
    if is_blank(decision.application.rule_set.remedy_de):
        yield NO_REMEDY
    if letter.language != "de":
        if is_blank(letter.text):
            yield NO_TRANSLATION
        elif not is_blank(decision.sentence_de) and is_blank(decision.sentence):
            yield GERMAN_SENTENCE
        if decision.reason and is_german_only(decision.reason, registry.get(letter.language)):
            yield GERMAN_REASON


def edit(letter, *, text_de, text, seen, by, now):
    """Other words: whoever wrote them is the writer now, and the reading begins again. Raises Refused."""
    if is_blank(text_de):
        raise Refused([NO_GERMAN])
    changed = not_released(letter, seen)
    Letter.objects.filter(pk=changed.pk, text_de=changed.text_de, text=changed.text, released_at=None).update(
        text_de=text_de, text=text, drafted_at=now, drafted_by=by, read_at=None, read_by=None
    ) or refuse(FASTER)


def read(letter, *, seen, by, now):
    """A second person has read these words. Raises Refused."""
    found = not_released(letter, seen)
    if found.drafted_by_id == by.pk:
        refuse(OTHER_READER)
    unread = Letter.objects.filter(pk=found.pk, text_de=found.text_de, text=found.text, released_at=None)
    unread.filter(~Q(drafted_by=by)).update(read_at=now, read_by=by) or refuse(FASTER)


def release(letter, *, by, now):
    """The words that were read go out; called by the workflow's door. Raises Refused where they changed meanwhile."""
    read_words = Letter.objects.filter(pk=letter.pk, text_de=letter.text_de, text=letter.text, released_at=None)
    read_words.filter(read_at=letter.read_at).exclude(read_by=F("drafted_by")).update(
        released_at=now, released_by=by
    ) or refuse(FASTER)
    letter.refresh_from_db()
    letter_paper.keep(letter, now=now)


def not_released(letter, seen):
    """The letter as it stands now; Refused where it is released, or where it is not what somebody saw."""
    now_there = Letter.objects.get(pk=letter.pk)
    if now_there.released_at is not None:
        refuse(RELEASED)
    if fingerprint(now_there) != seen:
        refuse(FASTER)
    return now_there


def refuse(reason):
    raise Refused([reason])
