"""What an application asks: steps of one topic each, in the order in which they are asked. Data, and no rule.

Who asks for a few hundred euro gets the short form (at most 15 questions, design: fund, 7); larger projects get
further steps for the concept, the costs and the money. What is typed stands in fund/models/answers.py, what it means
is worked out in fund/filled.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fund import choices
from fund.models import ApplicantKind

SHORT, LONG = "short", "long"
BOTH = (SHORT, LONG)
LINE, TEXT = 200, 3000  # signs that fit
KEPT = 20_000  # signs of a text that is too long which are stored all the same
MOST_ROWS = 40
NAMED = "named"  # may a single person be named? Whoever says nothing is not (GDPR Art. 6 (1) a)


class Kind(StrEnum):
    LINE = "line"
    TEXT = "text"
    AMOUNT = "amount"
    DAY = "day"
    RADIO = "radio"
    SELECT = "select"
    TICKS = "ticks"
    MAIL = "mail"
    PHONE = "phone"
    POST = "post"
    ROWS = "rows"


def always(filled):
    return True


@dataclass(frozen=True)
class Question:
    """One question.

    label: a text, or label(filled). why: why it is asked. help: an example, or how to answer.
    limit: signs. choices: choices(filled) -> [(value, text)]. when: when(filled), is it asked at all?
    examples: {value: what is meant}. columns: the questions of one line of a list. autocomplete: HTML's name for what
    the phone already knows.
    """

    key: str
    kind: Kind
    label: object
    why: object = ""
    help: object = ""
    optional: bool = False
    limit: int = LINE
    choices: Callable | None = None
    when: Callable = always
    columns: tuple = ()
    autocomplete: str = ""
    examples: dict | None = None

    def label_for(self, filled):
        return self.label(filled) if callable(self.label) else self.label


@dataclass(frozen=True)
class Step:
    """One page. forms: in which form it stands. one_of: keys of which at least one is answered."""

    key: str
    title: object
    questions: tuple = ()
    forms: tuple = BOTH
    optional: bool = False
    one_of: tuple = ()


def kind_is(*kinds):
    return lambda filled: filled.text("kind") in kinds


def is_short(filled):
    return filled.form == SHORT


def share_is_small(filled):
    return filled.needs_share_reason


def theme_title(number):
    return lambda filled: choices.theme_title(filled, number)


REQUESTED = Question(
    "requested", Kind.AMOUNT, _("How much money do you ask for, in euro?"),
    _("It decides who looks at your application, and how long it takes."),
    _("Example: 1500 or 1.500,50"),
)  # fmt: skip

WHO = Step(
    "wer", _("Who you are"),
    (
        Question(
            "kind", Kind.RADIO, _("Who applies?"),
            _("Some rules differ for clubs, groups, single people and the city itself."),
            choices=choices.kinds,
        ),
        Question(
            "organisation", Kind.LINE, _("What is the name of your organisation, group or department?"),
            _("So we know who the money is for."),
            when=kind_is(ApplicantKind.ORGANISATION, ApplicantKind.GROUP, ApplicantKind.UNIT),
            autocomplete="organization",
        ),
        Question(
            "person", Kind.LINE, _("Who is responsible for the project?"),
            _("We need one person we can speak to, and who signs if the answer is yes."),
            _("First name and family name"), autocomplete="name",
        ),
        Question(
            "partner", Kind.LINE, _("Who is the other half of your tandem?"),
            _("A tandem are two that apply together. Both are named in the answer."),
            _("Name of the person or the organisation"), when=kind_is(ApplicantKind.TANDEM),
        ),
        Question(
            NAMED, Kind.RADIO, _("May we name you in public if you get the money?"),
            _("The portal lists every project that gets money. Without your yes it does not say who you are."),
            optional=True, choices=choices.may_be_named, when=kind_is(ApplicantKind.PERSON),
        ),
    ),
)  # fmt: skip

WHAT = Step(
    "was", _("What you want to do"),
    (
        Question(
            "title", Kind.LINE, _("What is your project called?"), _("The project team uses this name in its lists."),
            _("A few words are enough. Example: Cooking together in Linden"), limit=120,
        ),
        Question(
            "plan", Kind.TEXT, _("What will you do, and for whom?"),
            _("This is the heart of your application: it is what people decide on."),
            _("Write as you would tell a neighbour. Your own language is fine; we have it translated."), limit=TEXT,
        ),
        Question(
            "field", Kind.SELECT, _("Which area of life is it about?"),
            _("The strategy has several areas. It helps us to find people who know about yours."),
            optional=True, choices=choices.fields,
        ),
        Question(
            "themes", Kind.TICKS, _("What does your project pay attention to?"),
            _("The strategy asks every project these three things."), optional=True,
            choices=choices.themes, when=is_short, examples=choices.THEME_EXAMPLES,
        ),
    ),
)  # fmt: skip

WHERE_AND_WHEN = Step(
    "wo-wann", _("Where and when"),
    (
        Question(
            "district", Kind.SELECT, _("In which part of the city does it take place?"),
            _("So the money reaches all parts of the city."), choices=choices.districts,
        ),
        Question(
            "starts", Kind.DAY, _("What is the first day of your project?"),
            _("Money is for projects that begin after the decision. Preparing and buying count too."),
            _("Day, month, year. Example: 15.1.2027"),
        ),
        Question(
            "ends", Kind.DAY, _("What is the last day?"), _("After it you tell us how it went."),
            _("Day, month, year. Example: 15.1.2027"),
        ),
    ),
)  # fmt: skip

CONCEPT = Step(
    "konzept", _("Your concept"),
    (
        Question(
            "aim", Kind.TEXT, _("What will be better afterwards?"), _("At the end we look at this together with you."),
            limit=TEXT,
        ),
        Question(
            "people", Kind.TEXT, _("Who is it for, and how will they hear of it?"),
            _("The board wants to see that the project reaches people."), limit=TEXT,
        ),
        Question(
            "how", Kind.TEXT, _("How will you go about it?"), _("So everybody can picture it."), limit=TEXT,
        ),
        Question(
            "partners", Kind.TEXT, _("With whom do you work together?"),
            _("A city department that already knows of it can help."),
            _("Also the city department for this topic, if you know it"), optional=True, limit=TEXT,
        ),
    ),
    forms=(LONG,),
)  # fmt: skip

MILESTONES = Step(
    "meilensteine", _("Your steps"),
    (
        Question(
            "stones", Kind.ROWS, _("What happens until when?"),
            _("Some dates are enough. They show that the plan fits into the time."),
            columns=(
                Question("stone_what", Kind.LINE, pgettext_lazy("column of a list", "What")),
                Question("stone_day", Kind.DAY, _("Until which day")),
            ),
        ),
    ),
    forms=(LONG,),
)  # fmt: skip

THEMES = Step(
    "querschnitt", _("The three questions of the strategy"),
    tuple(
        Question(
            f"theme_{number}", Kind.TEXT, theme_title(number), _("The strategy asks every project these three things."),
            choices.THEME_EXAMPLES[str(number)], limit=TEXT,
        )
        for number in (1, 2, 3)
    ),
    forms=(LONG,),
)  # fmt: skip

COSTS = Step(
    "kosten", _("What it costs"),
    (
        Question(
            "total", Kind.AMOUNT, _("How much does the whole project cost, in euro?"),
            _("Rent, material, fees, printing, food: everything that you pay for it."), _("Example: 1500 or 1.500,50"),
        ),
        REQUESTED,
    ),
    forms=(SHORT,),
)  # fmt: skip

COST_PLAN = Step(
    "kostenplan", _("What it costs, line by line"),
    (
        Question(
            "costs", Kind.ROWS, _("What do you need, and how much does it cost?"),
            _("Rent, material, fees, printing, food: everything that you pay for it."),
            columns=(
                Question("cost_what", Kind.LINE, pgettext_lazy("column of a list", "What")),
                Question("cost_amount", Kind.AMOUNT, _("Amount in euro")),
            ),
        ),
    ),
    forms=(LONG,),
)  # fmt: skip

FINANCING = Step(
    "finanzierung", _("Where the money comes from"),
    (
        REQUESTED,
        Question(
            "own_money", Kind.AMOUNT, _("How much money do you give yourself, in euro?"),
            _("Together, all the money should pay for all the costs."), _("Write 0 if there is none."),
        ),
        Question(
            "inkind", Kind.ROWS, _("Which unpaid work and goods do you bring in?"),
            _("Hours of volunteers and things you get for free can be part of what you give yourself."),
            _("Example: 20 hours of helping at the festival"), optional=True,
            columns=(
                Question("inkind_what", Kind.LINE, pgettext_lazy("column of a list", "What")),
                Question("inkind_amount", Kind.AMOUNT, _("Worth in euro")),
            ),
        ),
        Question(
            "others", Kind.ROWS, _("Who else gives money?"),
            _("Two may pay for one project, but not twice for the same thing."), optional=True,
            columns=(
                Question("other_who", Kind.LINE, pgettext_lazy("column of a list", "Who")),
                Question("other_amount", Kind.AMOUNT, _("Amount in euro")),
                Question("other_promised", Kind.SELECT, _("Is it promised?"), optional=True, choices=choices.promised),
            ),
        ),
        Question(
            "share_reason", Kind.TEXT, _("Why can you not give more yourself?"),
            _("The rules ask for more. With a good reason less is possible."), limit=TEXT, when=share_is_small,
        ),
    ),
    forms=(LONG,),
)  # fmt: skip

CONTACT = Step(
    "kontakt", _("How we reach you"),
    (
        Question(
            "mail", Kind.MAIL, _("Your e-mail address"),
            _("One way to reach you is enough. With an e-mail address it goes fastest."), optional=True,
            autocomplete="email",
        ),
        Question(
            "phone", Kind.PHONE, _("Your phone number"), _("We call only about this application."), optional=True,
            autocomplete="tel", limit=60,
        ),
        Question(
            "post", Kind.POST, _("Your postal address"), _("Without e-mail and phone we write you a letter."),
            _("Name, street and number, postcode and town"), optional=True, limit=500, autocomplete="street-address",
        ),
    ),
    one_of=("mail", "phone", "post"),
)  # fmt: skip

FILES = Step("unterlagen", pgettext_lazy("papers that belong to an application", "Documents"), optional=True)

STEPS = (
    WHO, WHAT, WHERE_AND_WHEN, CONCEPT, THEMES, MILESTONES, COSTS, COST_PLAN, FINANCING, CONTACT, FILES,
)  # fmt: skip
BY_KEY = {step.key: step for step in STEPS}


def steps_of(form):
    return [step for step in STEPS if form in step.forms]


def cells(question):
    """The questions that are stored: the question itself, or the columns of its lines."""
    return question.columns or (question,)


STORED = {cell.key: cell for step in STEPS for question in step.questions for cell in cells(question)}
