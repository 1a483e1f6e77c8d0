"""What the index of the back office tells each group of the fund: what waits for whom, how many, and until when.

A desk is shown to who has its right, and counts only what she can open. Real cases and examples never in one number.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils import timezone

from fund.actors import ERASE, LEAD, RECORD, REVIEW
from fund.desk import deadlines, declaring, numbers, settling
from fund.desk.access import closed_to
from fund.models import Application, FundYear
from fund.permissions import may_work
from fund.templatetags.fund_desk import euro
from strategy.models import Meeting, SeatHolder
from strategy.permissions import CHAIRS, COORDINATE
from wir.lib.formats import one_or_many, weekday_date

State = Application.State
MONEY = "fund.view_fundyear"
YEARS = 3  # the newest ones whose money is told
DATES = 8  # of the next deadlines

# Where a line leads: the name of the address and what is behind it
ADDRESSES = {
    "desk": ("admin:fund_desk", ""),
    "messages": ("admin:fund_desk", "#nachrichten"),
    "translations": ("admin:fund_desk", "#fristen"),
    "proposals": ("admin:fund_desk", "#entscheidungen"),
    "questions": ("admin:fund_desk", "#fristen"),
    "deadlines": ("admin:fund_desk", "#fristen"),
    "decide": ("admin:fund_team_decisions", ""),
    "waitlist": ("admin:fund_team_decisions", "#warteliste"),
    "basket": ("admin:fund_board_basket", ""),
    "list": ("admin:fund_application_changelist", ""),
    "meeting": ("admin:meeting_desk", ""),
    "letters": ("admin:fund_letters", ""),
    "agenda": ("admin:fund_agenda", ""),
    "run": ("admin:fund_meeting_lead", ""),
    "book": ("admin:fund_meeting_book", ""),
    "committee": ("admin:fund_committee_desk", ""),
    "money": ("admin:fund_money", ""),
    "log": ("admin:accounts_auditentry_changelist", ""),
}


@dataclass(frozen=True)
class Line:
    """count: None where nothing is counted. day: the first date that matters. pressing: it is late."""

    text: str
    address: str = ""
    count: int | None = None
    day: date | None = None
    pressing: bool = False


@dataclass
class Group:
    """What waits for one side. empty: what stands there where nothing does."""

    title: str
    empty: str
    lines: list = field(default_factory=list)


@dataclass
class Desk:
    """One group's part of the index. dates: the next deadlines."""

    key: str
    title: str
    groups: list
    dates: list = field(default_factory=list)


def address(key, sample=False, args=(), query=""):
    name, place = ADDRESSES[key]
    asked = "&".join(each for each in ("beispiele=1" if sample and not args else "", query) if each)
    return reverse(name, args=args) + (f"?{asked}" if asked else "") + place


def desks(user, today):
    """The desks of one person, the one she works at most on top."""
    works = may_work(user)
    leads = works and user.has_perm(LEAD)
    holders, states = seats_of(user, today), numbers.States(today)
    chaired = [each for each in holders if each.role in CHAIRS and not each.substitute]
    to_settle = told(settling.tasks(user, timezone.now())) if leads or chaired else []
    if works:
        bodies = {each.seat.body_id for each in holders} if user.has_perm(REVIEW) else None
        yield from of_team(user, today, states, closed_to(user, bodies))
    if leads:
        yield of_lead(user, states, to_settle)
    if holders:
        yield of_member(user, holders, today)
    if chaired:
        yield of_chair(chaired, today, to_settle)
    if user.has_perm(RECORD):
        yield of_recorder(today)
    if user.has_perm(MONEY):
        yield of_money(states)
    if user.has_perm(ERASE):
        yield of_protection(states)


def seats_of(user, today):
    if not user.has_perm(REVIEW):
        return []
    return list(SeatHolder.objects.on(today).filter(user=user).select_related("seat"))


def lines(found, told):
    """Lines of what is counted: told are (name, (of one, of several), key of the address, query[, name of its day])."""
    for sample in numbers.samples():
        counted = found.get(sample, {})
        for name, forms, key, query, *more in told:
            if counted.get(name):
                text = one_or_many(counted[name], *forms)
                yield Line(
                    f"{text} (Beispiele)" if sample else text,
                    address(key, sample, query=query),
                    counted[name],
                    counted.get(more[0]) if more else None,
                    name == "late",
                )


def told(tasks):
    """Lines of what a page counts itself, as (count, text, address)."""
    return [Line(text, where, count) for count, text, where in tasks]


def merged(*counts):
    found = defaultdict(dict)
    for each in counts:
        for sample, numbers_of_it in each.items():
            found[sample] |= numbers_of_it
    return found


# The project team and its lead ----------------------------------------------------------------------------------------


def alike(words):
    """(of one, of several), where they are the same."""
    return words, words


FOR_US = (
    ("late", ("Antwort ist überfällig", "Antworten sind überfällig"), "list", "frist=ueberfaellig"),
    (
        "telling",
        ("Ergebnis eines Ausschusses: heute mitteilen", "Ergebnisse von Ausschüssen: heute mitteilen"),
        "letters",
        "",
    ),
    (State.SUBMITTED, alike("neu eingegangen"), "list", f"stand={State.SUBMITTED}"),
    (State.FORMAL_CHECK, alike("in formaler Prüfung"), "list", f"stand={State.FORMAL_CHECK}"),
    (State.TEAM_DECISION, alike("vom Projektteam zu entscheiden"), "decide", ""),
    (
        "proposals",
        ("Vorschlag, über den eine zweite Person entscheidet", "Vorschläge, über die eine zweite Person entscheidet"),
        "proposals",
        "",
    ),
    ("unread", ("Brief, den eine zweite Person liest", "Briefe, die eine zweite Person liest"), "letters", ""),
    ("unreleased", ("gelesener Brief, bekannt zu geben", "gelesene Briefe, bekannt zu geben"), "letters", ""),
    ("messages", ("Nachricht zu bearbeiten", "Nachrichten zu bearbeiten"), "messages", ""),
    ("translations", ("Arbeitsübersetzung fehlt", "Arbeitsübersetzungen fehlen"), "translations", "fuer=us"),
    (State.BOARD_QUEUE, alike("für die Tagesordnung einer Sitzung"), "basket", ""),
    ("recording", ("Ergebnis des Gremiums einzutragen", "Ergebnisse des Gremiums einzutragen"), "deadlines", ""),
    ("asking", ("Rückfrage des Gremiums auszuschreiben", "Rückfragen des Gremiums auszuschreiben"), "deadlines", ""),
    (State.COMMITTEE_QUEUE, alike("für eine Vorlage an die Ausschüsse"), "committee", ""),
)
FOR_APPLICANTS = (
    (
        State.INFO_REQUESTED,
        ("Rückfrage, auf die wir Antwort erwarten", "Rückfragen, auf die wir Antwort erwarten"),
        "questions",
        "fuer=applicants",
    ),
    (
        State.AGREEMENT_SENT,
        ("Vereinbarung, die anzunehmen ist", "Vereinbarungen, die anzunehmen sind"),
        "list",
        f"stand={State.AGREEMENT_SENT}",
    ),
)
FOR_THE_CLOCK = (
    (State.BOARD_MEETING, alike("auf der Tagesordnung einer Sitzung"), "list", f"stand={State.BOARD_MEETING}"),
    (State.COMMITTEE_RUNNING, alike("im Ausschuss"), "list", f"stand={State.COMMITTEE_RUNNING}"),
    ("ending", ("Vormerkung von Geld endet bald", "Vormerkungen von Geld enden bald"), "deadlines", "", "first_end"),
    (State.WAITLISTED, alike("auf der Warteliste"), "waitlist", ""),
)
FOR_THE_LEAD = (
    (
        "checking",
        ("Ergebnis eines Ausschusses zu bestätigen", "Ergebnisse von Ausschüssen zu bestätigen"),
        "committee",
        "",
    ),
    (
        "reversals",
        ("Wiederaufnahme oder Berichtigung zu bestätigen", "Wiederaufnahmen und Berichtigungen zu bestätigen"),
        "list",
        "wieder=offen",
    ),
    (
        "splitting",
        ("vielleicht aufgeteiltes Projekt zu klären", "vielleicht aufgeteilte Projekte zu klären"),
        "list",
        "hinweis=splitting",
    ),
    ("ending", ("Vormerkung von Geld endet bald", "Vormerkungen von Geld enden bald"), "deadlines", "", "first_end"),
    (State.WAITLISTED, alike("auf der Warteliste"), "waitlist", ""),
)


def of_team(user, today, states, closed):
    found = merged(
        states.each(),
        states.pressing,
        numbers.of_messages(),
        numbers.of_decisions(user),
        numbers.of_meetings(today),
    )
    ahead = deadlines.meetings_ahead(numbers.samples(), today)
    dates = deadlines.list_for(user, numbers.samples(), today, closed=closed, meetings=ahead)[:DATES]
    meetings = running_lines(ahead, today) if user.has_perm(COORDINATE) else []
    groups = [
        Group("Wartet auf uns", "Auf uns wartet nichts.", [*meetings, *lines(found, FOR_US)]),
        Group("Wartet auf Antragstellende", "Wir warten auf niemanden.", list(lines(found, FOR_APPLICANTS))),
        Group("Wartet auf die Uhr", "Nichts läuft auf einen Tag zu.", list(lines(found, FOR_THE_CLOCK))),
    ]
    yield Desk("antraege", "Innovationsfonds: Anträge", groups, dates)


def of_lead(user, states, to_settle):
    found = merged(states.each(), states.pressing, numbers.of_results(user), numbers.of_reversals(user))
    group = Group("Zu bestätigen und zu klären", "Die Leitung hat nichts zu klären.")
    group.lines += [*to_settle, *lines(found, FOR_THE_LEAD)]
    return Desk("leitung", "Innovationsfonds: Leitung", [group])


# The body -------------------------------------------------------------------------------------------------------------


def of_member(user, holders, today):
    bodies = {each.seat.body_id for each in holders}
    group = Group("Wartet auf Sie", "Gerade haben Sie nichts zu erklären und nichts einzuschätzen.")
    group.lines += told(declaring.tasks(user, timezone.now()))
    return Desk("gremium", "Begleitgremium", [group, meeting_group(bodies, today, "book", "Unterlagen")])


def of_chair(holders, today, to_settle):
    bodies = {each.seat.body_id for each in holders}
    group = Group("Wartet auf den Vorsitz", "Gerade ist nichts zu klären.")
    meetings = meeting_group(bodies, today, "run", "Sitzung leiten")
    group.lines += to_settle
    return Desk("vorsitz", "Vorsitz des Begleitgremiums", [group, meetings])


def meeting_group(bodies, today, key, what):
    group = Group("Nächste Sitzung", "Es ist keine Sitzung geplant.")
    for sample, meetings in sorted(numbers.next_meetings(bodies, today).items()):
        if sample in numbers.samples():
            group.lines += [meeting_line(each, today, weekday_date(each.day, "de"), key, what) for each in meetings]
    return group


def running_lines(meetings, today):
    """The meetings of today for the office, which leads them with the chair."""
    for meeting in meetings:
        if meeting.day == today:
            yield meeting_line(meeting, today, meeting.name_of_body, "run", "Sitzung leiten")


def meeting_line(meeting, today, name, key, what):
    when = "heute: " if meeting.day == today else ""
    when = "läuft gerade: " if meeting.state == Meeting.State.HELD else when
    begins = f", {meeting.starts:%H:%M} Uhr" if meeting.starts and meeting.state != Meeting.State.HELD else ""
    place = f", {meeting.place}" if meeting.place else ""
    cases = f" ({meeting.cases} Antr{'ag' if meeting.cases == 1 else 'äge'})"
    mark = " (Beispiel)" if meeting.sample else ""
    return Line(f"{when}{name}{begins}{place}: {what}{cases}{mark}", address(key, args=[meeting.pk]))


# Committees, money, data protection -----------------------------------------------------------------------------------

FOR_THE_RECORDER = (
    (
        "missing",
        ("Vorlage ohne Ergebnis, deren Sitzung vorbei ist", "Vorlagen ohne Ergebnis, deren Sitzung vorbei ist"),
        "committee",
        "",
    ),
    ("unfiled", ("Vorlage, noch nicht eingebracht", "Vorlagen, noch nicht eingebracht"), "committee", ""),
    ("coming", ("Vorlage vor ihrer Sitzung", "Vorlagen vor ihrer Sitzung"), "committee", "", "next_session"),
)
RUNS = ("Projekt läuft", "Projekte laufen")
STORED = ("beendeter Antrag ist gespeichert", "beendete Anträge sind gespeichert")


def of_recorder(today):
    group = Group("Vorlagen an die Ausschüsse", "Keine Vorlage wartet auf ein Ergebnis.")
    group.lines += lines(numbers.of_filings(today), FOR_THE_RECORDER)
    return Desk("ausschuss", "Ausschüsse des Rates", [group])


def of_money(states):
    """What there is of the newest years that are not closed, and how many projects run on it."""
    money = Group("Geld", "Für den Fonds läuft gerade kein Jahr.")
    running = Group("Läuft", "Gerade läuft kein Projekt.")
    wanted = (
        FundYear.objects.filter(sample__in=numbers.samples())
        .exclude(state=FundYear.State.CLOSED)
        .order_by("sample", "-year")
    )
    for year in wanted[: 2 * YEARS]:
        left = "nicht bekannt" if year.ceiling is None else f"{euro(year.free)} von {euro(year.ceiling)}"
        text = f"{year}: frei {left}, vorgemerkt {euro(year.held)}, zugesagt {euro(year.committed)}"
        money.lines.append(Line(text, address("money", year.sample)))
    counted = states.together(numbers.RUNNING, "running")
    for sample in numbers.samples():
        if count := counted.get(sample, {}).get("running"):
            text = one_or_many(count, *RUNS) + (" (Beispiele)" if sample else "")
            running.lines.append(Line(text, "", count))
    return Desk("geld", "Innovationsfonds: Geld", [money, running])


def of_protection(states):
    log = Group("Protokoll", "", [Line("Wer was gesehen, geändert und entschieden hat", address("log"))])
    erasing = Group("Löschungen", "Es ist kein beendeter Antrag gespeichert.")
    counted = states.together(numbers.ENDED, "ended")
    for sample in numbers.samples():
        row = counted.get(sample, {})
        if row:
            day = row["first"] and timezone.localdate(row["first"])
            text = one_or_many(row["ended"], *STORED) + (" (Beispiele)" if sample else "")
            erasing.lines.append(Line(text, address("list", sample), row["ended"], day))
    return Desk("datenschutz", "Datenschutz", [log, erasing])
