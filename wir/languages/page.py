"""Where a page is really available, and the one notice it shows. Switcher, hreflang and site map all ask here."""

from dataclasses import dataclass, field

from django.db.models import Count, F, Max, Q, Value
from django.utils.functional import cached_property

from wir.languages import registry
from wir.languages.models import Origin, SourceText, TranslationUnit
from wir.languages.text import current, tr


@dataclass
class Page:
    """What the frame of a public page needs to know.

    title: shown in the window's bar and to search engines.
    required: querysets of translated objects the page cannot do without; all their texts must be there for a language
        to count as available. Empty: the page is made of interface texts, which are complete in every language.
    labelled: querysets of further objects shown, whose state the notice must tell too.
    shown: (object, fields) pairs, or objects, whose texts appear, to tell the reader which are in another language.
    updated: when its content was last changed. up, previous, next: its place in the whole, as (address, text) pairs.
    """

    title: object
    required: list = field(default_factory=list)
    labelled: list = field(default_factory=list)
    shown: list = field(default_factory=list)
    updated: object = None
    trail: list = field(default_factory=list)
    previous: object = None
    next: object = None
    indexed: bool = True

    @cached_property
    def states(self):
        return translation_states(self.required, self.labelled)

    @cached_property
    def languages(self):
        """The public languages this page is really available in, German always among them."""
        return [language for language in registry.PUBLIC if language.is_source or self.states.covers(language)]

    @property
    def is_available(self):
        return current() in self.languages

    @property
    def canonical_language(self):
        """The language whose address search engines should keep: this one, or the one its texts are really in."""
        if self.is_available:
            return current()
        return next(
            (registry.get(code) for code in current().fallback if registry.get(code) in self.languages), registry.SOURCE
        )

    @cached_property
    def notice(self):
        return Notice.of(self)


@dataclass(frozen=True)
class State:
    """Counts of one page's texts in one language."""

    shown: int = 0
    machine: int = 0
    unreviewed: int = 0
    late: int = 0
    changed: object = None  # when the German of an outdated text was last changed


@dataclass(frozen=True)
class States:
    """Counts of one page's texts in every language; German counts what there is to translate."""

    per_language: dict

    def of(self, language):
        return self.per_language.get(language.code, State())

    def covers(self, language):
        return self.of(language).shown >= self.of(registry.SOURCE).shown


def translation_states(required, labelled=()):
    """States of the texts of these objects, in one statement. Only `required` ones count as shown."""
    if not required:
        return States({})
    needed = SourceText.objects.for_objects(required)
    texts = (
        needed.order_by()
        .annotate(code=Value("de"))
        .values("code")
        .annotate(shown=Count("pk"), machine=Value(0), unreviewed=Value(0), late=Value(0), changed=Max("changed_at"))
    )
    units = (
        TranslationUnit.objects.for_objects([*required, *labelled])
        .shown()
        .with_outdated()
        .order_by()
        .annotate(code=F("language"))
        .values("code")
        .annotate(
            shown=Count("pk", filter=Q(source__in=needed.values("pk"))),
            machine=Count("pk", filter=Q(origin=Origin.MACHINE, state=TranslationUnit.State.NEEDS_REVIEW)),
            unreviewed=Count("pk", filter=Q(state=TranslationUnit.State.NEEDS_REVIEW)),
            late=Count("pk", filter=Q(outdated=True)),
            changed=Max("source__changed_at", filter=Q(outdated=True)),
        )
    )
    columns = ("code", "shown", "machine", "unreviewed", "late", "changed")
    rows = texts.values_list(*columns).union(units.values_list(*columns), all=True)
    return States({code: State(*counts) for code, *counts in rows})


@dataclass(frozen=True)
class Notice:
    """What a reader is told, once per page, above the first text that is not simply a reviewed text in her language."""

    fallback: tuple = ()  # languages texts are shown in instead of the reader's
    missing: bool = False  # the page's own text does not exist for readers of Leichte Sprache
    machine: bool = False
    unreviewed: bool = False
    outdated_since: object = None
    simple: bool = False

    def __bool__(self):
        return bool(self.fallback or self.missing or self.unreviewed or self.outdated_since or self.simple)

    @classmethod
    def of(cls, page):
        language = current()
        if language.is_source:
            return cls()
        state = page.states.of(language)
        texts = [tr(*each) for each in page.shown]
        return cls(
            fallback=tuple(dict.fromkeys(text.language for text in texts if text.is_fallback)),
            missing=bool(page.required) and not page.is_available,
            machine=state.machine > 0,
            unreviewed=state.unreviewed > 0,
            outdated_since=state.changed,
            simple=language.is_simple,
        )
