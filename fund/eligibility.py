"""May I? Judged from five plain answers before any effort is spent; nothing is stored (design: fund, 1.2)."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from fund.intake import is_open
from fund.models import OtherPot, RuleSet
from fund.routing import NOTHING, NoTier, route
from fund.words import applicant_words, money, sentence, tier_name


class Where(TextChoices):
    """Where the project takes place."""

    HANNOVER = "hannover", "in Hannover"
    REGION = "region", "in der Region Hannover"
    ELSEWHERE = "woanders", "woanders"


class Begun(TextChoices):
    NO = "nein", "noch nicht begonnen"
    YES = "ja", "schon begonnen"


class Serves(TextChoices):
    """Does it serve the goals of the strategy?"""

    YES = "ja", "ja"
    UNSURE = "unsicher", "unsicher"
    NO = "nein", "nein"


@dataclass(frozen=True)
class Answers:
    """applicant: an ApplicantKind. amount: euro, the one that the rule set compares with its limits."""

    applicant: str
    amount: Decimal
    where: str = Where.HANNOVER
    begun: str = Begun.NO
    serves: str = Serves.YES


class Reason(NamedTuple):
    """condition: what was looked at. value: what was answered. text: why, as safe HTML in the active language."""

    condition: str
    value: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """kind: APPLY (here and now), ELSEWHERE (the city takes it at another address), LATER (nothing is open for it now)
    or CANNOT (not from this fund).

    tier: None where none fits. reasons: for CANNOT everything in the way; otherwise why it is this tier, and what to
    mind. openings: where one can apply for it now. pots: others that might pay for it.
    """

    kind: str
    tier: object = None
    reasons: list = field(default_factory=list)
    pots: list = field(default_factory=list)
    openings: list = field(default_factory=list)


APPLY, ELSEWHERE, CANNOT, LATER = "apply", "elsewhere", "cannot", "later"


def judge(answers, rule_set, openings, now, *, pots=()):
    """The Verdict on an idea. openings: of `intake.openings(now)`. pots: the running OtherPots.

    rule_set: the one in force; None means that no rules hold, so that nobody can apply.
    """
    fitting = [pot for pot in pots if fits(pot, answers)]
    if rule_set is None:
        text = sentence(_("The city has not set rules for this fund yet."))
        return Verdict(LATER, reasons=[Reason("rules", "", text)], pots=fitting)
    reasons, tier = list(obstacles(answers, rule_set)), None
    try:
        tier = route(rule_set, answers.applicant, answers.amount)
    except NoTier as refusal:
        reasons.append(Reason("amount", str(answers.amount), why_not(refusal)))
    if reasons:
        return Verdict(CANNOT, tier=tier, reasons=reasons, pots=fitting)
    reasons = [Reason("tier", tier.key, why(answers, tier)), *hints(answers, rule_set)]
    suitable = [each for each in openings if takes(each, answers, now)]
    here = [each for each in suitable if each.is_here]
    if not suitable:
        return Verdict(LATER, tier, reasons, fitting)
    return Verdict(APPLY if here else ELSEWHERE, tier, reasons, [], here or suitable)


def takes(opening, answers, now):
    """An opening has rules of its own: the idea must fit these."""
    try:
        tier = route(opening.rule_set, answers.applicant, answers.amount)
    except NoTier:
        return False
    return tier.key in opening.tier_keys and is_open(opening, now)


def obstacles(answers, rule_set):
    if rule_set.applicants and answers.applicant not in rule_set.applicants:
        text = _("By its rules this fund gives no money to: %(kind)s.")
        kind = applicant_words()[answers.applicant]
        yield Reason("applicant", answers.applicant, sentence(text, kind=kind))
    if answers.where != Where.HANNOVER:
        yield Reason("where", answers.where, sentence(_("This fund is for projects in the city of Hannover.")))
    if answers.serves == Serves.NO:
        yield Reason("serves", answers.serves, sentence(_("This fund is for projects that serve the goals of WIR2.0.")))
    if answers.begun == Begun.YES and rule_set.early_start == RuleSet.EarlyStart.NO:
        text = _("This fund gives no money to projects that have begun before the decision.")
        yield Reason("begun", answers.begun, sentence(text))


def hints(answers, rule_set):
    """What to mind although nothing is in the way."""
    if answers.begun == Begun.YES:
        text = _("Your project has begun already. Whether it can still get money is not settled: please ask us first.")
        yield Reason("begun", answers.begun, sentence(text))
    if answers.serves == Serves.UNSURE:
        text = _("You are not sure whether it serves the goals? Write down your idea. The project team looks at it.")
        yield Reason("serves", answers.serves, sentence(text))


def why(answers, tier):
    if tier.highest is None:
        text = _("A department of the city applies here, whatever the amount: %(tier)s.")
        return sentence(text, tier=tier_name(tier))
    return sentence(_("With %(amount)s you belong to: %(tier)s."), amount=money(answers.amount), tier=tier_name(tier))


def why_not(refusal):
    if refusal.reason == NOTHING:
        return sentence(_("You ask for no money."))
    if refusal.highest is None:
        return sentence(_("This fund has no group of projects for you."))
    return sentence(_("This fund gives %(highest)s at most for one project."), highest=money(refusal.highest))


def fits(pot, answers):
    """Might another pot pay for it? As far as its limits are known."""
    if pot.ended or (pot.not_begun and answers.begun == Begun.YES):
        return False
    if answers.where == Where.ELSEWHERE or (answers.where == Where.REGION and pot.reach != OtherPot.Reach.REGION):
        return False
    too_little = pot.lowest is not None and answers.amount < pot.lowest
    return not too_little and (pot.highest is None or answers.amount <= pot.highest)
