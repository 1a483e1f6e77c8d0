"""What was answered so far, and what it means: sums, the own share, the tier, and what is wrong or still missing."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from fund import choices
from fund.eligibility_form import amount_faults
from fund.models import Answer, ApplicantKind, RuleSet, Tier, TierKey
from fund.questions import KEPT, LONG, SHORT, STORED, Kind, steps_of
from fund.routing import NoTier, counted, route
from fund.words import money, number, sentence
from wir.languages.text import is_blank
from wir.lib.amounts import NotAnAmount, read_amount
from wir.lib.days import NotADay, read_day

FEWEST_DIGITS = 5  # of a phone number


def understood(question, text):
    """(amount, day) that a typed text means, None where it means none."""
    try:
        if question.kind == Kind.AMOUNT:
            return read_amount(text), None
        if question.kind == Kind.DAY:
            return None, read_day(text)
    except (NotAnAmount, NotADay):
        pass
    return None, None


@dataclass(frozen=True)
class Problem:
    """Something wrong, or missing. question, row: where; row 0 for the question as a whole. text: what to do."""

    step: str
    question: str
    row: int
    text: str
    missing: bool = False


class Filled:
    """The answers of one application: as typed (`text`) and as understood (`amount`, `day`). One statement.

    own_share: euro; share_percent: of the whole cost, None where that is not known.
    """

    def __init__(self, application, answers=None):
        self.application = application
        found = application.answers.all() if answers is None else answers
        self.answers = {(each.question, each.row): each for each in found}

    @classmethod
    def frozen(cls, application, texts):
        """The answers of a revision: {question: {row: text}}."""
        answers = []
        for key, rows in texts.items():
            for row, text in rows.items():
                amount, day = understood(STORED[key], text) if key in STORED else (None, None)
                answers.append(Answer(question=key, row=int(row), text=text, amount=amount, day=day))
        return cls(application, answers)

    def with_answers(self, answers):
        """The same application with other answers; what the strategy and the city have is not loaded again."""
        other = Filled(self.application, answers)
        for name in ("fields", "themes", "districts"):
            if name in self.__dict__:
                other.__dict__[name] = self.__dict__[name]
        return other

    def text(self, question, row=0):
        answer = self.answers.get((question, row))
        return answer.text if answer else ""

    def amount(self, question, row=0):
        answer = self.answers.get((question, row))
        return answer.amount if answer else None

    def day(self, question, row=0):
        answer = self.answers.get((question, row))
        return answer.day if answer else None

    def ticked(self, question):
        return self.text(question).split()

    def rows(self, question):
        """The numbers of the lines of a list in which something stands."""
        keys = {column.key for column in question.columns}
        return sorted({row for (key, row), each in self.answers.items() if key in keys and not is_blank(each.text)})

    def is_answered(self, question):
        return bool(self.rows(question)) if question.columns else not is_blank(self.text(question.key))

    def sum_of(self, key):
        """Sum of the understood amounts of one column; None where there are none."""
        amounts = [each.amount for (name, _row), each in self.answers.items() if name == key]
        known = [amount for amount in amounts if amount is not None]
        return sum(known, Decimal(0)) if known else None

    # What the strategy and the city have, loaded where a page shows it --------------------------------------------

    @cached_property
    def fields(self):
        return choices.all_fields()

    @cached_property
    def themes(self):
        return choices.all_themes()

    @cached_property
    def districts(self):
        return choices.all_districts()

    # Money --------------------------------------------------------------------------------------------------------

    @property
    def requested(self):
        return self.amount("requested")

    @property
    def total(self):
        """The whole cost: one number in the short form, the sum of the lines in the long one."""
        return self.amount("total") if self.form == SHORT else self.sum_of("cost_amount")

    @property
    def own_share(self):
        """What the applicants give themselves: the rest in the short form; in the long one their money, and their
        work and goods unless the rules say that these do not count."""
        if self.form == SHORT:
            known = self.total is not None and self.requested is not None
            return self.total - self.requested if known and self.total >= self.requested else None
        own, in_kind = self.amount("own_money"), self.sum_of("inkind_amount")
        if self.application.rule_set.in_kind_counts == RuleSet.Says.NO:
            in_kind = None
        return None if own is None and in_kind is None else (own or Decimal(0)) + (in_kind or Decimal(0))

    @property
    def share_percent(self):
        """Whole per cent, rounded down: a rule of 20 % is met with 20 and not with 19.99."""
        return int(self.own_share * 100 // self.total) if self.own_share is not None and self.total else None

    @property
    def others(self):
        return self.sum_of("other_amount")

    @property
    def still_open(self):
        """Costs that nobody pays yet (below 0: more money than costs); None where the costs are not known."""
        if self.form == SHORT or self.total is None:
            return None
        own = (self.amount("own_money") or 0) + (self.sum_of("inkind_amount") or 0)
        return self.total - own - (self.requested or 0) - (self.others or 0)

    @property
    def share_is_below_rule(self):
        rule = self.application.rule_set.own_share_percent
        return rule is not None and self.share_percent is not None and self.share_percent < rule

    @property
    def needs_share_reason(self):
        exception = self.application.rule_set.own_share_exception
        return self.share_is_below_rule and exception == RuleSet.OwnShareException.WITH_REASON

    # The way it takes ---------------------------------------------------------------------------------------------

    @cached_property
    def routed(self):
        """(tier, refusal): the tier it goes to, or why it has none; both None before an amount is known."""
        prefetch_related_objects([self.application.rule_set], Prefetch("tiers", Tier.objects.named()))
        if self.requested is None:
            return None, None
        rules, kind = self.application.rule_set, self.text("kind")
        try:
            return route(rules, kind, counted(rules, requested=self.requested, total=self.newest_total)), None
        except NoTier as refusal:
            return None, refusal

    @property
    def newest_total(self):
        """The whole cost from the form it was written in last, because the form itself follows from it."""
        lines = [each for (key, _row), each in self.answers.items() if key == "cost_amount" and not is_blank(each.text)]
        one = self.answers.get(("total", 0))
        if one is None or one.amount is None:
            return self.sum_of("cost_amount") or self.requested
        newest = max((each.saved_at for each in lines if each.saved_at), default=None)
        lines_count = newest and one.saved_at and newest > one.saved_at and self.sum_of("cost_amount")
        return self.sum_of("cost_amount") if lines_count else one.amount

    @property
    def tier(self):
        return self.routed[0]

    @cached_property
    def form(self):
        """Which questions are asked: the short form for the smallest tier, and until an amount says otherwise."""
        tier, refusal = self.routed
        if tier is not None:
            return SHORT if tier.key == TierKey.MICRO else LONG
        too_much = refusal is not None and refusal.highest is not None
        return LONG if too_much or self.text("kind") == ApplicantKind.UNIT else SHORT

    @property
    def steps(self):
        return steps_of(self.form)

    def asked(self, step):
        """The questions of a step that this applicant is asked."""
        return [question for question in step.questions if question.when(self)]

    # What is wrong, what is missing -------------------------------------------------------------------------------

    def problems(self, step):
        """Everything wrong or missing in one step, in the order of the page."""
        found = []
        for question in self.asked(step):
            found += self.problems_of_rows(step, question) if question.columns else self.problems_of(step, question)
        if step.one_of and not any(self.is_answered(each) for each in step.questions if each.key in step.one_of):
            text = _("Please tell us how we can reach you: by e-mail, phone or post.")
            found.append(Problem(step.key, step.one_of[0], 0, text, missing=True))
        return found

    def problems_of(self, step, question, row=0):
        text = self.text(question.key, row)
        if is_blank(text):
            if not question.optional:
                yield Problem(step.key, question.key, row, _("Please answer this question."), missing=True)
        elif wrong := self.wrong(question, text, row):
            yield Problem(step.key, question.key, row, wrong)

    def problems_of_rows(self, step, question):
        rows = self.rows(question)
        if not rows and not question.optional:
            yield Problem(step.key, question.key, 0, _("Please answer this question."), missing=True)
        for row in rows:
            for column in question.columns:
                yield from self.problems_of(step, column, row)

    def wrong(self, question, text, row):
        """What is wrong with a typed answer, "" where nothing is."""
        if len(text) > question.limit:
            return too_long(question.limit, len(text))
        check = CHECKS.get(question.kind)
        wrong = check(self, question, text) if check else ""
        return wrong or (BETWEEN[question.key](self) if question.key in BETWEEN else "")


def too_long(limit, length):
    text = _("This text is too long: %(length)s characters. Please shorten it to %(limit)s.")
    if length >= KEPT:
        text = _("This text is far too long. We kept the first %(length)s characters; please shorten it to %(limit)s.")
    return sentence(text, length=number(length), limit=number(limit))


def wrong_amount(filled, question, text):
    try:
        amount = read_amount(text)
    except NotAnAmount as fault:
        return amount_faults()[fault.code]
    if amount == 0 and question.key in ("requested", "total"):
        return _("The amount must be more than 0.")
    return ""


def wrong_day(filled, question, text):
    try:
        read_day(text)
    except NotADay as fault:
        if fault.code == "no_such_day":
            return _("This day does not exist. Please look at it again.")
        return _("Please write day, month and year in figures. Example: 15.1.2027")
    return ""


def wrong_choice(filled, question, text):
    known = {value for value, _label in question.choices(filled)}
    return "" if text in known else _("Please choose an answer.")


def wrong_ticks(filled, question, text):
    known = {value for value, _label in question.choices(filled)}
    return "" if set(text.split()) <= known else _("Please choose an answer.")


def wrong_mail(filled, question, text):
    try:
        validate_email(text.strip())
    except ValidationError:
        return _("This is not an e-mail address. Example: name@example.org")
    return ""


def wrong_phone(filled, question, text):
    digits = sum(sign.isdecimal() for sign in text)
    return "" if digits >= FEWEST_DIGITS else _("This is not a phone number. Example: 0511 123456")


def ends_after_start(filled):
    starts, ends = filled.day("starts"), filled.day("ends")
    return _("The last day is before the first day.") if starts and ends and ends < starts else ""


def asks_within_reason(filled):
    """Not more than the project costs, and not more than the fund has."""
    if filled.total and filled.requested is not None and filled.requested > filled.total:
        return _("You ask for more than the project costs.")
    refusal = filled.routed[1]
    if refusal is not None and refusal.highest is not None:
        return sentence(_("This fund gives %(highest)s at most for one project."), highest=money(refusal.highest))
    rules = filled.application.rule_set
    if filled.share_is_below_rule and rules.own_share_exception == RuleSet.OwnShareException.NEVER:
        text = _("Please give at least %(percent)s percent of the cost yourself.")
        return sentence(text, percent=rules.own_share_percent)
    return ""


CHECKS = {
    Kind.AMOUNT: wrong_amount,
    Kind.DAY: wrong_day,
    Kind.RADIO: wrong_choice,
    Kind.SELECT: wrong_choice,
    Kind.TICKS: wrong_ticks,
    Kind.MAIL: wrong_mail,
    Kind.PHONE: wrong_phone,
}
BETWEEN = {"ends": ends_after_start, "requested": asks_within_reason}
