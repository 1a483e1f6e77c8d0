"""Invented applicants of the samples and what they type, page by page; every name says that it is an example."""

import io
from datetime import timedelta

from django.utils import timezone
from PIL import Image

from fund.models import ApplicantKind
from fund.samples_stories import MAIL, PHONE, POST

FIRST_NAMES = ("Kim", "Sascha", "Robin", "Deniz", "Noor", "Mika", "Luca", "Sam", "Jo", "Nika", "Ari", "Charlie")
FAMILY_NAMES = ("Beispiel", "Muster", "Probe", "Erfunden")
NAMES = (
    "Nordlicht",
    "Sonnenblume",
    "Papierschiff",
    "Kastanie",
    "Laterne",
    "Windrad",
    "Morgenstern",
    "Lindenblatt",
    "Wolkenhaus",
    "Honigtopf",
    "Sternschnuppe",
    "Apfelbaum",
)
WORDS = {ApplicantKind.ORGANISATION: "Beispielverein", ApplicantKind.GROUP: "Beispielgruppe"}
PEOPLE = len(FIRST_NAMES) * len(FAMILY_NAMES)
DIGITS = {"ar": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"), "fa": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")}
SOON, LATER, LATEST = 10, 150, 330  # days from the first page to the first day of the project


def answers_of(case, twin=None):
    """{step: {field: text}} of one case, in the order of its pages. twin: the answers of the same people before."""
    if twin is not None:
        return twin
    story, draw, maker = case.story, case.draw, case.maker
    first = timezone.localdate(case.at) + timedelta(days=SOON if story.starts_soon else draw.randrange(LATER, LATEST))
    last = first + timedelta(days=draw.randrange(1, 200))
    title = draw.choice(case.texts.titles)
    found = {
        "wer": who(story.kind, case.number) | ({"organisation": story.organisation} if story.organisation else {}),
        "was": {"title": title, "plan": case.texts.plan, "field": draw.choice(maker.fields)},
        "wo-wann": {"district": draw.choice(maker.districts), "starts": typed_day(first), "ends": typed_day(last)},
    }
    if story.is_long:
        found |= long_form(case, first, last)
    else:
        found["was"]["themes"] = sorted(draw.sample(maker.themes, draw.randrange(len(maker.themes) + 1)))
        asked = draw.randrange(6, 40) * 50
        total = asked + draw.randrange(0, 10) * 50
        local = DIGITS.get(case.application.language, {})
        found["kosten"] = {"total": str(total).translate(local), "requested": str(asked).translate(local)}
    found["kontakt"] = {story.contact: CONTACT[story.contact](case.number)}
    return found


def who(kind, number):
    name, again = NAMES[number % len(NAMES)], number // len(NAMES)
    fields = {"kind": kind, "person": person(number)}
    if kind in WORDS:
        fields["organisation"] = f"{WORDS[kind]} {name}" + (f" {again + 1}" if again else "")
    elif kind == ApplicantKind.UNIT:
        fields["organisation"] = f"Beispielstelle {number} der Stadtverwaltung"
    elif kind == ApplicantKind.TANDEM:
        fields["partner"] = person(number + PEOPLE // 2)
    return fields


def person(number):
    first, family = FIRST_NAMES[number % len(FIRST_NAMES)], FAMILY_NAMES[number // len(FIRST_NAMES) % len(FAMILY_NAMES)]
    again = number // PEOPLE
    return f"{first} {family}" + (f" {again + 1}" if again else "")


CONTACT = {
    MAIL: lambda number: f"antrag-{number}@example.org",
    # A block of numbers that the Bundesnetzagentur keeps free for films and books
    PHONE: lambda number: f"030 23125 {number % 1000:03}",
    POST: lambda number: f"{person(number)}\nMusterstraße {number}\n00000 Musterstadt",
}


def long_form(case, first, last):
    """Concept, themes, milestones, costs line by line, and who pays for them."""
    texts, draw = case.texts, case.draw
    half = first + (last - first) / 2
    costs = {"Raum": draw.randrange(20, 80) * 100, "Material": draw.randrange(10, 40) * 100, "Honorare": 6000}
    total = sum(costs.values())
    own, goods, other = total // 5 // 100 * 100, total // 10 // 100 * 100, 500
    lines = list(enumerate(costs.items(), 1))
    return {
        "konzept": {"aim": texts.aim, "people": texts.plan, "how": texts.plan},
        "querschnitt": {f"theme_{number}": texts.aim for number in (1, 2, 3)},
        "meilensteine": {"stone_what-1": texts.titles[0], "stone_day-1": typed_day(half)},
        "kostenplan": {f"cost_what-{row}": what for row, (what, _amount) in lines}
        | {f"cost_amount-{row}": str(amount) for row, (_what, amount) in lines},
        "finanzierung": {
            "requested": str(total - own - goods - other),
            "own_money": str(own),
            "inkind_what-1": "Beispiel: 40 Stunden Mithilfe",
            "inkind_amount-1": str(goods),
            "other_who-1": "Beispielstiftung",
            "other_amount-1": str(other),
            "other_promised-1": "not_yet",
        },
    }


def typed_day(day):
    return f"{day.day}.{day.month}.{day.year}"


def mark_of(name):
    """(question, row) of the name of a field."""
    question, _dash, row = name.partition("-")
    return question, int(row or 0)


def sample_file(number):
    """A small picture, another one for each case."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (number * 37 % 256, number * 91 % 256, 160)).save(out, "PNG")
    return out.getvalue()
