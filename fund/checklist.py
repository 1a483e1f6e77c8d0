"""The formal check: what a member of the project team confirms before a case is decided on its merits.

What is looked at follows from the rules of the fund (domain notes 4.2) and from the strategy paper, which wants every
project to serve its goals. Points are confirmed for the newest revision: an answer to a question opens them again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fund.models import ApplicantKind, CheckedPoint, TierKey


def always(revision):
    return True


def has_larger_form(revision):
    """Tiers above the smallest hand in a concept, milestones and a plan of costs and financing."""
    return revision.tier != TierKey.MICRO


def is_group(revision):
    return revision.kind in (ApplicantKind.GROUP, ApplicantKind.TANDEM)


@dataclass(frozen=True)
class Point:
    """key: stored. label, hint: German, for staff. when(revision): does the case have this point?"""

    key: str
    label: str
    hint: str
    when: Callable = always


POINTS = (
    Point(
        "applicant",
        "Die Antragstellenden dürfen einen Antrag stellen",
        "Wer antragsberechtigt ist, sagt das Regelwerk.",
    ),
    Point(
        "person",
        "Eine verantwortliche Person ist benannt",
        "Eine Gruppe ohne Rechtsform braucht eine Person, die unterschreibt.",
        is_group,
    ),
    Point(
        "goals", "Das Projekt dient den Zielen der Strategie", "Ein Handlungsfeld oder ein Querschnittsthema genügt."
    ),
    Point("place", "Das Projekt findet in Hannover statt", "Stadtbezirk oder ganze Stadt."),
    Point("costs", "Die Kosten sind nachvollziehbar", "Jede größere Ausgabe lässt sich aus der Beschreibung erklären."),
    Point(
        "own_share",
        "Eigenanteil und anderes Geld sind geklärt",
        "Verlangt das Regelwerk einen Eigenanteil? Zahlt schon jemand anderes für dasselbe?",
    ),
    Point(
        "dates", "Beginn und Ende passen", "Das Projekt beginnt nach der Entscheidung, oder der Hinweis ist geklärt."
    ),
    Point(
        "concept",
        "Konzept und Meilensteine sind nachprüfbar",
        "Bis wann geschieht was? Ist die zuständige Stelle der Stadt beteiligt?",
        has_larger_form,
    ),
    Point(
        "files", "Die Unterlagen lassen sich öffnen und sind vollständig", "Ohne Unterlagen: Das Feld genügt auch so."
    ),
    Point("duplicate", "Es ist kein doppelter Antrag", "Ähnliche Anträge stehen oben bei den Hinweisen."),
)
LABELS = {point.key: point.label for point in POINTS}


@dataclass(frozen=True)
class Row:
    """A point of one case. checked: its tick, None where nobody has looked. stale: ticked for an older revision."""

    point: Point
    checked: CheckedPoint | None
    stale: bool

    @property
    def is_fine(self):
        return self.checked is not None and self.checked.fine and not self.stale


def rows_of(application):
    """Every point this case has, with what was ticked."""
    revision = application.revision
    if revision is None:
        return []
    checked = {each.point: each for each in application.checked_points.select_related("by")}
    return [
        Row(point, found := checked.get(point.key), found is not None and found.at < revision.made_at)
        for point in POINTS
        if point.when(revision)
    ]


def open_points(application):
    """Labels of the points that are not confirmed for the newest revision."""
    return [row.point.label for row in rows_of(application) if not row.is_fine]


def tick(application, key, *, fine, note, by, now):
    """What somebody found at one point. fine None takes the tick away again."""
    if fine is None:
        application.checked_points.filter(point=key).delete()
        return
    CheckedPoint.objects.update_or_create(
        application=application, point=key, defaults={"fine": fine, "note": note, "at": now, "by": by}
    )
