"""Public pages of the strategy. Each loads the columns of the reader's languages only, and at most eight statements."""

from django.db.models import Prefetch
from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import TemplateView

from strategy.models import (
    ActionField,
    Chapter,
    CrossCuttingTheme,
    FocusPoint,
    Goal,
    Guideline,
    Priority,
    Subtopic,
    Wording,
)
from strategy.titles import all_titles, parts_of_field
from wir.about.models import SiteText, site_text
from wir.languages.page import Page
from wir.languages.text import tr


def readable(items, *fields):
    """Those of the items that readers of this language can read; Leichte Sprache shows nothing in hard German."""
    return [item for item in items if all(tr(item, field) for field in fields)]


def shown(items, *fields):
    return [(item, field) for item in items for field in fields]


class StrategyPage(TemplateView):
    """Base: answers GET only, and hands its Page to the frame."""

    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"page": self.page}


class Overview(StrategyPage):
    """The strategy at a glance: all its parts, and the chapters of the paper."""

    template_name = "strategy/overview.html"

    @cached_property
    def intro(self):
        return site_text("strategie")

    @cached_property
    def parts(self):
        found = all_titles()
        names = {
            "guidelines": Guideline,
            "priorities": Priority,
            "themes": CrossCuttingTheme,
            "fields": ActionField,
            "chapters": Chapter,
        }
        return {name: readable(found[model], "title") for name, model in names.items()}

    @property
    def page(self):
        models = (Guideline, Priority, CrossCuttingTheme, ActionField, Chapter)
        return Page(
            title=tr(self.intro, "title"),
            required=[SiteText.objects.filter(key="strategie"), *(model.objects.public() for model in models)],
            shown=[
                *shown([self.intro], "title", "plain"),
                *(each for items in self.parts.values() for each in shown(items, "title")),
            ],
            updated=max(item.updated_at for items in ([self.intro], *self.parts.values()) for item in items),
        )

    def get_context_data(self, **kwargs):
        official = Wording.objects.select_related("document").filter(key="page/strategie").first()
        return super().get_context_data(**kwargs) | self.parts | {"intro": self.intro, "official": official}


class ItemList(StrategyPage):
    """All items of one kind with an introduction."""

    template_name = "strategy/item_list.html"
    model = None
    key = ""  # of the introduction
    fields = ("title", "plain")

    @cached_property
    def intro(self):
        return site_text(self.key)

    @cached_property
    def all_items(self):
        return list(self.model.objects.public().for_list(*self.fields).select_related("official__document"))

    @property
    def page(self):
        return Page(
            title=tr(self.intro, "title"),
            required=[SiteText.objects.filter(key=self.key), self.model.objects.public()],
            shown=shown([self.intro], "title", "plain") + shown(self.all_items, *self.fields),
            updated=max([self.intro.updated_at, *(item.updated_at for item in self.all_items)]),
            trail=[(reverse("strategy:overview"), pgettext("navigation", "Strategy"))],
        )

    def get_context_data(self, **kwargs):
        items = readable(self.all_items, "title")
        return super().get_context_data(**kwargs) | {
            "intro": self.intro,
            "items": items,
            "left_out": len(self.all_items) - len(items),
        }


class Guidelines(ItemList):
    model, key = Guideline, "leitlinien"


class Priorities(ItemList):
    model, key = Priority, "prioritaeten"


class Themes(ItemList):
    model, key = CrossCuttingTheme, "querschnittsthemen"


class Fields(ItemList):
    model, key = ActionField, "handlungsfelder"


class ItemPage(StrategyPage):
    """One item: our explanation and the official wording, its place in the whole, and what belongs to it.

    Each kind of item adds `kind`, what it is called with its number, and where it has a list, `list_title`.
    """

    template_name = "strategy/item.html"
    model = None
    list_name = ""

    @cached_property
    def item(self):
        found = self.objects().filter(**self.lookup()).first()
        if found is None:
            raise Http404(_("This part of the strategy does not exist."))
        return found

    def objects(self):
        return self.model.objects.public().for_list("title", "plain").select_related("official__document")

    def lookup(self):
        return {"number": self.kwargs["number"]}

    def get(self, request, *args, **kwargs):
        if request.path != self.item.get_absolute_url():
            query = request.META.get("QUERY_STRING", "")
            target = self.item.get_absolute_url()
            return HttpResponsePermanentRedirect(f"{target}?{query}" if query and "#" not in target else target)
        return super().get(request, *args, **kwargs)

    @cached_property
    def neighbours(self):
        """(previous, next), None at the ends."""
        place = getattr(self.item, self.model.ORDER)
        near = readable(self.nearby().neighbours(self.item), "title")
        before = [item for item in near if getattr(item, self.model.ORDER) < place]
        after = [item for item in near if getattr(item, self.model.ORDER) > place]
        return (before or [None])[-1], (after or [None])[0]

    def nearby(self):
        return self.model.objects.public().for_list("title")

    def trail(self):
        return [
            (reverse("strategy:overview"), pgettext("navigation", "Strategy")),
            (reverse(f"strategy:{self.list_name}"), self.list_title()),
        ]

    def also_shown(self):
        return []

    def labelled(self):
        """Querysets of what `also_shown` shows."""
        return []

    @property
    def page(self):
        previous, following = self.neighbours
        return Page(
            title=tr(self.item, "title"),
            required=[self.model.objects.filter(pk=self.item.pk)],
            labelled=self.labelled(),
            shown=shown([self.item], "title", "plain") + self.also_shown(),
            updated=self.item.updated_at,
            trail=self.trail(),
            previous=previous,
            next=following,
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "item": self.item,
            "official": self.item.official,
            "kind": self.kind(),
        }


class GuidelinePage(ItemPage):
    model, list_name = Guideline, "guidelines"

    def kind(self):
        return _("Guideline %(number)s") % {"number": self.item.number}

    def list_title(self):
        return pgettext("navigation", "Guidelines")


class PriorityPage(ItemPage):
    model, list_name = Priority, "priorities"

    def kind(self):
        return _("Overarching priority %(number)s") % {"number": self.item.number}

    def list_title(self):
        return pgettext("navigation", "Priorities")


class ThemePage(ItemPage):
    model, list_name = CrossCuttingTheme, "themes"

    def kind(self):
        return _("Cross-cutting theme %(number)s") % {"number": self.item.number}

    def list_title(self):
        return pgettext("navigation", "Cross-cutting themes")


class FieldPage(ItemPage):
    """A field with its goals, subtopics and focus points, and a plain word about subtopics without a name."""

    template_name = "strategy/field.html"
    model, list_name = ActionField, "fields"

    def kind(self):
        return _("Action field %(number)s") % {"number": self.item.number}

    def list_title(self):
        return pgettext("navigation", "Action fields")

    @cached_property
    def parts(self):
        """{model: items of this field} of everything that belongs to it, in one statement."""
        return parts_of_field(self.item)

    @property
    def goals(self):
        return self.parts[Goal]

    @property
    def subtopics(self):
        return self.parts[Subtopic]

    @property
    def focus_points(self):
        return self.parts[FocusPoint]

    def also_shown(self):
        own = [point for point in self.focus_points if point.subtopic_id is None]
        return (
            shown(self.goals, "title", "plain")
            + shown([each for each in self.subtopics if each.is_named], "title")
            + shown(own, "title", "plain")
        )

    def labelled(self):
        return [model.objects.public().filter(field=self.item) for model in (Goal, Subtopic, FocusPoint)]

    def get_context_data(self, **kwargs):
        named = [subtopic for subtopic in self.subtopics if subtopic.is_named]
        points = {subtopic.pk: [] for subtopic in named}
        for point in readable(self.focus_points, "title"):
            points.get(point.subtopic_id, []).append(point)
        readable_subtopics = readable(named, "title")
        return super().get_context_data(**kwargs) | {
            "goals": readable(self.goals, "title"),
            "subtopics": [(subtopic, points[subtopic.pk]) for subtopic in readable_subtopics],
            "named_count": len(named),
            "nameless": [subtopic for subtopic in self.subtopics if not subtopic.is_named],
            "focus_points": [point for point in readable(self.focus_points, "title") if point.subtopic_id is None],
        }


class SubtopicPage(ItemPage):
    template_name = "strategy/subtopic.html"
    model = Subtopic

    def objects(self):
        return super().objects().prefetch_related(Prefetch("field", ActionField.objects.for_list("title")))

    def lookup(self):
        return {"field__number": self.kwargs["field"], "number": self.kwargs["number"]}

    def nearby(self):
        return Subtopic.objects.public().named().for_list("title")

    @cached_property
    def neighbours(self):
        previous, following = super().neighbours
        for near in filter(None, (previous, following)):
            near.field = self.item.field
        return previous, following

    def kind(self):
        return _("Subtopic %(number)s") % {"number": self.item.label}

    @cached_property
    def focus_points(self):
        points = list(
            FocusPoint.objects.public()
            .filter(subtopic=self.item)
            .order_by("number")
            .for_list("title", "plain")
            .select_related("official__document")
        )
        return readable(points, "title")

    def trail(self):
        field = self.item.field
        return [
            (reverse("strategy:overview"), pgettext("navigation", "Strategy")),
            (reverse("strategy:fields"), pgettext("navigation", "Action fields")),
            (field.get_absolute_url(), tr(field, "title")),
        ]

    def also_shown(self):
        return shown(self.focus_points, "title", "plain") + shown([self.item.field], "title")

    def labelled(self):
        return [FocusPoint.objects.public().filter(subtopic=self.item)]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"focus_points": self.focus_points, "field": self.item.field}


class ChapterPage(ItemPage):
    template_name = "strategy/chapter.html"
    model = Chapter

    def lookup(self):
        return {"slug": self.kwargs["slug"]}

    def kind(self):
        return _("Chapter of the strategy paper")

    def trail(self):
        steps = [(reverse("strategy:overview") + "#kapitel", pgettext("navigation", "The paper, chapter by chapter"))]
        if self.parent and tr(self.parent, "title"):
            steps.append((self.parent.get_absolute_url(), tr(self.parent, "title")))
        return steps

    @cached_property
    def parent(self):
        if self.item.parent_id is None:
            return None
        return Chapter.objects.public().for_list("title").filter(pk=self.item.parent_id).first()

    @cached_property
    def children(self):
        return readable(Chapter.objects.public().for_list("title").filter(parent=self.item.pk), "title")

    def also_shown(self):
        return shown(self.children, "title")

    def labelled(self):
        return [Chapter.objects.public().filter(parent=self.item.pk)]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"children": self.children, "parts": self.parts()}

    def parts(self):
        """(address, text) of the lists that a chapter introduces."""
        return {
            "haltung-der-landeshauptstadt-hannover-zu-migration-und": [
                (reverse("strategy:guidelines"), pgettext("navigation", "Guidelines"))
            ],
            "uebergreifende-priorisierungen": [(reverse("strategy:priorities"), pgettext("navigation", "Priorities"))],
            "handlungsfelder-und-querschnittsthemen": [
                (reverse("strategy:fields"), pgettext("navigation", "Action fields")),
                (reverse("strategy:themes"), pgettext("navigation", "Cross-cutting themes")),
            ],
        }.get(self.item.slug, [])
