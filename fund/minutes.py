"""The minutes of a case write themselves: quorum, who left, the tally, what came of it. Internal, never public.

What the office adds by hand below the mark stays when the portal writes again. Approved minutes refuse every change
(strategy/models/minutes.py); a correction is a new version.
"""

from fund.models import CaseItem
from fund.quorum import Where
from fund.room import newest_minutes
from strategy.models import MinutesEntry
from wir.lib.formats import euro

Outcome, Entry = CaseItem.Outcome, MinutesEntry.Outcome
MARK = "· · · · ·"
OUTCOMES = {
    Outcome.PROPOSED: Entry.RECOMMENDED,
    Outcome.LESS: Entry.RECOMMENDED,
    Outcome.CONDITIONS: Entry.RECOMMENDED,
    Outcome.NOT_PROPOSED: Entry.NOT_RECOMMENDED,
    Outcome.IMPOSSIBLE: Entry.DISCUSSED,
    Outcome.DEFERRED: Entry.DEFERRED,
    Outcome.ASKED: Entry.DISCUSSED,
}


def write(item):
    """The entry of the item's topic in the newest minutes. Raises Refused where these are approved."""
    minutes = newest_minutes(item.meeting) if item.meeting_id and item.item_id else None
    if minutes is None:
        return
    entry = MinutesEntry.objects.filter(minutes=minutes, item=item.item_id).first()
    entry = entry or MinutesEntry(minutes=minutes, item=item.item)
    own = entry.internal.split(MARK, 1)[1].strip() if MARK in entry.internal else entry.internal.strip()
    if item.outcome or item.struck_at:
        text = "\n".join(lines(item))
        entry.outcome = OUTCOMES.get(item.outcome, Entry.DISCUSSED)
        entry.internal = f"{text}\n{MARK}\n{own}" if own else f"{text}\n{MARK}"
    else:
        entry.outcome, entry.internal = "", own
    entry.save()


def lines(item):
    """What stands in the minutes, line by line, in German."""
    presences = list(item.presences.all())
    yield f"Antrag {item.application.reference}"
    if item.chaired_by_id:
        yield f"Diesen Punkt leitete {item.chaired_by}."
    if item.needed:
        yield f"Sitze, die zählen: {item.base}. Nötig: {item.needed}. Abstimmen konnten: {item.present}."
    for where, words in (
        (Where.LEFT, "Wegen eines Interessenkonflikts nicht im Raum"),
        (Where.UNDECLARED, "Ohne Angabe zu Interessenkonflikten nicht im Raum"),
    ):
        names = [each.name for each in presences if each.where == where]
        if names:
            yield f"{words}: {', '.join(names)}."
    if item.yes is not None:
        plural = "" if item.abstain == 1 else "en"
        yield f"Abstimmung: {item.yes} Ja, {item.no} Nein, {item.abstain} Enthaltung{plural}."
    if item.outcome:
        amount = f", {euro(item.amount, 'de')}" if item.amount is not None else ""
        yield f"Ergebnis: {item.get_outcome_display()}{amount}."
    else:
        yield "Von der Tagesordnung genommen."
    if item.conditions_de:
        yield f"Bedingung oder warum es weniger ist: {item.conditions_de}"
    if item.reason_id:
        yield f"Grund: {item.reason.title_de}."
    if item.note:
        yield item.note
