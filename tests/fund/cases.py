"""Drafts to try the form with: answers go in through the door of saving."""

from datetime import UTC, datetime

from django.http import QueryDict

from fund import saving
from fund.actors import APPLICANT
from fund.models import Application, FundYear, RuleSet
from fund.questions import BY_KEY

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)

SMALL = {
    "wer": {"kind": "organisation", "organisation": "Nachbarn e. V.", "person": "Ada Yilmaz"},
    "was": {"title": "Kochen in Linden", "plan": "Wir kochen zusammen.", "field": "2", "themes": ["1", "3"]},
    "wo-wann": {"district": "10", "starts": "1.9.2027", "ends": "30.11.2027"},
    "kosten": {"total": "1.500,50", "requested": "1200"},
    "kontakt": {"mail": "ada@example.org", "phone": "", "post": ""},
}
LARGE = {
    "wer": SMALL["wer"],
    "was": {"title": "Haus der Sprachen", "plan": "Wir öffnen ein Haus.", "field": "unsure"},
    "wo-wann": SMALL["wo-wann"],
    "konzept": {"aim": "Alle verstehen sich.", "people": "Alle im Viertel", "how": "Jede Woche", "partners": ""},
    "querschnitt": {"theme_1": "Alle dürfen kommen.", "theme_2": "Viele planen mit.", "theme_3": "In fünf Sprachen."},
    "meilensteine": {"stone_what-1": "Eröffnung", "stone_day-1": "15.9.2027"},
    "kostenplan": {"cost_what-1": "Miete", "cost_amount-1": "8000", "cost_what-2": "Honorar", "cost_amount-2": "4.000"},
    "finanzierung": {
        "requested": "9000",
        "own_money": "1000",
        "inkind_what-1": "Helfen",
        "inkind_amount-1": "1500",
        "other_who-1": "Stiftung",
        "other_amount-1": "500",
        "other_promised-1": "yes",
    },
    "kontakt": SMALL["kontakt"],
}


def rules(key="papier-2021"):
    return RuleSet.objects.get(key=key)


def create_year(**values):
    """A sample year that takes applications all the time."""
    given = {"year": 2027, "sample": True, "rolling": True, "state": FundYear.State.PUBLISHED} | values
    return FundYear.objects.get_or_create(year=given.pop("year"), sample=given.pop("sample"), defaults=given)[0]


def create_draft(answers=None, *, rule_set=None, now=NOW, **values):
    """A draft with these answers: {step: {field: text or list of texts}}."""
    given = {"rule_set": rule_set or rules(), "started_at": now, "saved_at": now, "language": "de"} | values
    if "year" not in given:
        given["year"] = create_year()
    application = Application.objects.create(**given)
    for step, fields in (answers or {}).items():
        write(application, step, fields, now=now)
    return application


def posted(application, step, fields):
    """What a browser posts: the fields as the person left them, with the marks of the texts that the page showed."""
    data = QueryDict(mutable=True)
    stands = {(each.question, each.row): each.text for each in application.answers.all()}
    for name, value in fields.items():
        question, _dash, row = name.partition("-")
        data[saving.mark_name(question, int(row or 0))] = saving.mark(stands.get((question, int(row or 0)), ""))
        data.setlist(name, value if isinstance(value, list) else [value])
    assert step in BY_KEY
    return data


def write(application, step, fields, *, by=APPLICANT, now=NOW):
    return saving.save(application, step, posted(application, step, fields), by=by, now=now)
