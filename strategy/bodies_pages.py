"""Public pages of the bodies: who watches over the plan, when they meet, and what came of a meeting."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from strategy.models import (
    AgendaItem,
    Body,
    BodyName,
    District,
    Meeting,
    MeetingChange,
    Minutes,
    MinutesEntry,
    Seat,
    SeatHolder,
)
from strategy.views import StrategyPage, readable, shown
from wir.about.models import SiteText
from wir.languages.page import Page
from wir.languages.text import current, tr
from wir.lib.formats import long_date

ORDER = (
    Body.Kind.BOARD,
    Body.Kind.WORKING_COMMITTEE,
    Body.Kind.PROJECT_TEAM,
    Body.Kind.COMMITTEE,
    Body.Kind.COUNCIL,
    Body.Kind.STEERING_GROUP,
)
OF_DISTRICTS = (Body.Kind.DISTRICT_COUNCIL, Body.Kind.ADVISORY_BOARD)
MOST_MEETINGS = 60  # of the past ones on the page; each has a page of its own


def group_words():
    return {
        Seat.Group.ADMINISTRATION: pgettext("seats of a board", "City administration"),
        Seat.Group.POLITICS: pgettext("seats of a board", "Politics"),
        Seat.Group.CITY_SOCIETY: pgettext("seats of a board", "City society"),
    }


def mark_words():
    return {
        Seat.Mark.YOUTH: _("youth representatives"),
        Seat.Mark.MIGRANT_ORGANISATION: _("organisations of migrants (Migrant*innenorganisationen)"),
    }


def kind_words():
    return {
        AgendaItem.Kind.STATE: _("How far the plan is"),
        AgendaItem.Kind.PROPOSAL: _("Proposal"),
        AgendaItem.Kind.REFLECTION: _("Open talk with a department (Reflexionsgespräch)"),
        AgendaItem.Kind.IMPACT: _("Study of effects (Wirksamkeitsanalyse)"),
        AgendaItem.Kind.OTHER: "",
    }


def outcome_words():
    return {
        MinutesEntry.Outcome.NOTED: pgettext("outcome of a topic", "Taken note of"),
        MinutesEntry.Outcome.RECOMMENDED: pgettext("outcome of a topic", "Recommended"),
        MinutesEntry.Outcome.NOT_RECOMMENDED: pgettext("outcome of a topic", "Not recommended"),
        MinutesEntry.Outcome.DEFERRED: pgettext("outcome of a topic", "Put off to a later meeting"),
        MinutesEntry.Outcome.DISCUSSED: pgettext("outcome of a topic", "Discussed, nothing decided"),
        "": "",
    }


def wants_samples(request):
    """Examples are shown instead of the real meetings, never beside them."""
    return request.GET.get("beispiele") == "1"


def with_names(queryset):
    """Bodies, or what belongs to one, with the dated names that `name_on` reads."""
    path = "names" if queryset.model is Body else "body__names"
    return queryset.prefetch_related(Prefetch(path, BodyName.objects.order_by("valid_from", "pk")))


def public_meetings(samples=False):
    """Meetings with their body and its names, in two statements."""
    columns = ("key", "kind", "published")
    found = Meeting.objects.public(samples).for_list("plain").select_related("body")
    deferred = [each.name for each in Body._meta.concrete_fields if each.name not in ("id", *columns)]
    return with_names(found.defer(*(f"body__{name}" for name in deferred)))


@dataclass
class Card:
    """A body as its page shows it."""

    body: Body
    name: str
    other_names: list
    seats: list = field(default_factory=list)  # (words, number of seats)
    marks: list = field(default_factory=list)  # (words, number of seats)
    labels: list = field(default_factory=list)  # (for whom, in German, number of seats)
    missing: list = field(default_factory=list)  # marks in words that the plan wants and no seat has
    vacant: int = 0
    people: list = field(default_factory=list)  # holders who may be named
    coming: list = field(default_factory=list)


def cards_of(bodies, today, meetings):
    """Cards of the bodies in their order; seats and people in two statements."""
    seats = list(
        Seat.objects.public(today)
        .filter(body__in=[body.pk for body in bodies])
        .prefetch_related(
            Prefetch("holders", SeatHolder.objects.only("seat", "substitute", "valid_from", "valid_until"))
        )
    )
    people = list(SeatHolder.objects.public(today).filter(seat__in=seats)) if any(each.public for each in seats) else []
    cards = []
    for body in sorted(bodies, key=lambda each: (ORDER.index(each.kind), each.key)):
        own = [seat for seat in seats if seat.body_id == body.pk]
        name = body.name_on(today) or str(body)
        cards.append(
            Card(
                body,
                name,
                other_names=[each for each in body.names.all() if not each.is_alias and each.name != name],
                seats=[(words, number) for group, words in group_words().items() if (number := count(own, group))],
                marks=[(words, number) for mark, words in mark_words().items() if (number := marked(own, mark))],
                labels=sorted(Counter(seat.label for seat in own if seat.label).items()),
                missing=[mark_words()[mark] for mark in body.wanted_marks if own and not marked(own, mark)],
                vacant=sum(seat.is_vacant_on(today) for seat in own),
                people=[each for each in people if each.seat_id in {seat.pk for seat in own}],
                coming=[meeting for meeting in meetings if meeting.body_id == body.pk and meeting.day >= today],
            )
        )
    return cards


def count(seats, group):
    return sum(seat.group == group for seat in seats)


def marked(seats, mark):
    return sum(seat.mark == mark for seat in seats)


class BodiesPage(StrategyPage):
    """All bodies, what they do, who sits in them by groups, and their meetings."""

    template_name = "strategy/bodies.html"
    keys = ("gremium", "integrationsbeiraete")

    @cached_property
    def samples(self):
        return wants_samples(self.request)

    @cached_property
    def texts(self):
        found = {text.key: text for text in SiteText.objects.for_list("title", "plain").filter(key__in=self.keys)}
        if len(found) < len(self.keys):
            raise Http404("A text of this page is missing: run load_content.")
        return found

    @cached_property
    def all_bodies(self):
        return {body.pk: body for body in with_names(Body.objects.public().for_list("plain"))}

    @property
    def bodies(self):
        return [body for body in self.all_bodies.values() if body.kind in ORDER]

    @cached_property
    def meetings(self):
        found = list(Meeting.objects.public(self.samples).for_list("plain").order_by("day", "starts", "pk"))
        for meeting in found:
            meeting.body = self.all_bodies[meeting.body_id]
        return found

    @property
    def page(self):
        texts = list(self.texts.values())
        return Page(
            title=tr(self.texts["gremium"], "title"),
            required=[SiteText.objects.filter(key__in=self.keys), Body.objects.public().exclude(plain_de="")],
            labelled=[Meeting.objects.public(self.samples)],
            shown=shown(texts, "title", "plain") + shown([*self.bodies, *self.meetings], "plain"),
            updated=max(each.updated_at for each in (*texts, *self.bodies, *self.meetings)),
            indexed=not self.samples,
        )

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        coming = [meeting for meeting in self.meetings if meeting.day >= today]
        past = [meeting for meeting in reversed(self.meetings) if meeting.day < today]
        return super().get_context_data(**kwargs) | {
            "text": self.texts["gremium"],
            "advisory_text": self.texts["integrationsbeiraete"],
            "samples": self.samples,
            "cards": cards_of(self.bodies, today, coming),
            "coming": coming,
            "past": past[:MOST_MEETINGS],
            "more_past": len(past) - MOST_MEETINGS,
            "districts": bodies_of_districts(self.all_bodies.values()),
        }


def bodies_of_districts(bodies):
    """[(district, {kind: body})] of every district; advisory boards and councils with the contact they gave."""
    found = {}
    for body in bodies:
        if body.kind in OF_DISTRICTS and body.district_id:
            found.setdefault(body.district_id, {})[body.kind] = body
    return [(district, found.get(district.pk, {})) for district in District.objects.order_by("number")]


# One day of meetings --------------------------------------------------------------------------------------------------


@dataclass
class Topic:
    """A topic of the public part, and what the public extract says of it."""

    item: AgendaItem
    kind: str
    entry: MinutesEntry | None
    outcome: str


@dataclass
class Shown:
    """A meeting as its page shows it. hidden: topics of the internal part, told as a number only.

    left_out: topics that readers of Leichte Sprache cannot read yet.
    """

    meeting: Meeting
    name: str
    topics: list
    hidden: int
    left_out: int
    minutes: Minutes | None

    @property
    def has_public_part(self):
        """Something can still be told of it: a meeting with internal topics alone has no public extract."""
        return bool(self.topics or self.left_out) or not self.hidden


def shown_meetings(meetings):
    """The meetings with topics and extract, in four statements however many there are."""
    pks = [meeting.pk for meeting in meetings]
    samples = any(meeting.sample for meeting in meetings)
    items = list(
        AgendaItem.objects.public(samples)
        .filter(meeting__in=pks)
        .for_list("title", "plain")
        .prefetch_related("unit__names")
        .order_by("number", "pk")
    )
    minutes = {
        each.meeting_id: each
        for each in Minutes.objects.public(samples).filter(meeting__in=pks).select_related("approved_in")
    }
    entries = {
        entry.item_id: entry for entry in MinutesEntry.objects.public(samples).filter(item__in=items).for_list("plain")
    }
    all_items = list(AgendaItem.objects.filter(meeting__in=pks).order_by().values_list("meeting_id", flat=True))
    kinds, outcomes = kind_words(), outcome_words()
    result = []
    for meeting in meetings:
        own = [item for item in items if item.meeting_id == meeting.pk]
        topics = []
        for item in readable(own, "title"):
            item.meeting = meeting
            entry = entries.get(item.pk)
            topics.append(Topic(item, kinds[item.kind], entry, outcomes[entry.outcome] if entry else ""))
        name = meeting.body.name_on(meeting.day) or str(meeting.body)
        hidden = all_items.count(meeting.pk) - len(own)
        result.append(Shown(meeting, name, topics, hidden, len(own) - len(topics), minutes.get(meeting.pk)))
    return result


class MeetingPage(StrategyPage):
    """The public meetings of one day: what is or was on the agenda, and what came of it."""

    template_name = "strategy/meeting.html"

    @cached_property
    def day(self):
        try:
            return date.fromisoformat(self.kwargs["day"])
        except ValueError:
            raise Http404(_("There is no meeting on this day.")) from None

    @cached_property
    def meetings(self):
        """The real ones of the day; where there is none, an example of that day, under a banner."""
        for samples in (False, True):
            found = list(public_meetings(samples).filter(day=self.day).order_by("starts", "pk"))
            if found:
                return sorted(found, key=lambda each: each.body.kind != Body.Kind.BOARD)
        return []

    def get(self, request, *args, **kwargs):
        if not self.meetings:
            return self.moved()
        return super().get(request, *args, **kwargs)

    def moved(self):
        """A meeting that got a new date keeps its old address; that is free again as soon as another takes the day."""
        plan, examples = Meeting.objects.public().values("pk"), Meeting.objects.public(samples=True).values("pk")
        change = (
            MeetingChange.objects.filter(Q(meeting__in=plan) | Q(meeting__in=examples), old_day=self.day)
            .select_related("meeting")
            .order_by("-at", "-pk")
            .first()
        )
        if change is None:
            raise Http404(_("There is no meeting on this day."))
        return HttpResponseRedirect(change.meeting.get_absolute_url())

    @cached_property
    def parts(self):
        return shown_meetings(self.meetings)

    @property
    def page(self):
        items = [topic.item for part in self.parts for topic in part.topics]
        entries = [topic.entry for part in self.parts for topic in part.topics if topic.entry]
        pks, samples = [meeting.pk for meeting in self.meetings], self.meetings[0].sample
        return Page(
            title=self.title(),
            required=[
                Meeting.objects.filter(pk__in=pks),
                AgendaItem.objects.public(samples).filter(meeting__in=pks),
                MinutesEntry.objects.public(samples).filter(minutes__meeting__in=pks),
            ],
            shown=shown(self.meetings, "plain") + shown(items, "title", "plain") + shown(entries, "plain"),
            updated=max(each.updated_at for each in (*self.meetings, *items, *entries)),
            trail=[(reverse("strategy:bodies"), pgettext("navigation", "Boards and meetings"))],
            indexed=not samples,
        )

    def title(self):
        """Unlike any other page's: the day in words."""
        return _("Meeting on %(day)s") % {"day": long_date(self.day, current().locale)}

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        return super().get_context_data(**kwargs) | {
            "parts": self.parts,
            "day": self.day,
            "samples": self.meetings[0].sample,
            "is_past": self.day < today,
        }
