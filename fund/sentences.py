"""The rules as sentences, made from the records: fonds/ tells them to residents, the desk of rules shows which value
changes which sentence.

A blank says that its source is silent. A default of ours is never told as a rule of the city, and what no source states
outright is marked as not confirmed.
"""

from dataclasses import dataclass, field

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fund.models import RuleOrigin, RuleSet, Tier, TierKey
from fund.money import told
from fund.words import applicant_words, isolated, money, number, percent, proper, sentence, tier_name, tier_words
from wir.languages.text import current, tr

WHO, AMOUNT, COSTS, SHARE, DECIDES, WHEN, LEFT = "who", "amount", "costs", "share", "decides", "when", "left"


@dataclass(frozen=True)
class Statement:
    """One sentence as safe HTML. fields: the rules it is made from. marks: DEFAULT, UNCONFIRMED; source: whose rule.

    is_silent: the source says nothing here.
    """

    topic: str
    text: str
    fields: tuple
    marks: tuple = ()
    source: str = ""
    is_silent: bool = False


@dataclass
class Told:
    """What the page says of the rules: (heading, statements) in their order, and what the source leaves open."""

    topics: list = field(default_factory=list)
    silent: list = field(default_factory=list)


DEFAULT, UNCONFIRMED = "default", "unconfirmed"
BLANK = (None, "", [], RuleSet.Says.UNSAID)
TEXTS = ("costs", "remedy")


def topic_words():
    return {
        WHO: _("Who may apply"),
        AMOUNT: _("How much money there is for one project"),
        COSTS: _("What counts as cost"),
        SHARE: _("What you give yourself"),
        DECIDES: _("Who decides"),
        WHEN: _("When you hear from us"),
        LEFT: _("What is left this year"),
    }


def sentences(rule_set, year, language=None):
    """Everything fonds/ says of a rule set, as Told. year: the FundYear whose money is told,
    read `with_shares`, or None.

    language: a Language; that of the page where none is given.
    """
    language = language or current()
    with translation.override(language.code):
        found = [*statements(rule_set), *of_year(year)]
        words = topic_words()
        told = Told(silent=list(silences(rule_set)))
        told.topics = [(key, words[key], [each for each in found if each.topic == key]) for key in words]
        return told


def statements(rule_set):
    """The statements of a rule set in the active language."""
    for maker in (applicants, amounts, costs, own_share, deciding, answers):
        yield from maker(rule_set)


def of_year(year):
    """What is left of the money of a year; not known without a council paper or another source."""
    if year is None or year.ceiling is None:
        yield Statement(LEFT, sentence(_("How much money there is this year is not known.")), (), is_silent=True)
        return
    paper = str(year.council_paper) if year.council_paper_id else year.source
    text = _("In %(year)s there are %(ceiling)s. Of these %(free)s are left.")
    known = told(year)
    values = {"year": isolated(year.year), "ceiling": money(year.ceiling), "free": money(known.left)}
    yield Statement(LEFT, sentence(text, **values), (), source=paper)
    text = _("Promised to projects: %(promised)s. Set aside while committees decide: %(held)s.")
    yield Statement(LEFT, sentence(text, promised=money(known.promised), held=money(known.held)), (), source=paper)
    words = tier_words()
    for key in words:
        share = getattr(year, f"share_{key}")
        if share is not None:
            text = _("%(name)s: %(share)s of this.")
            yield Statement(LEFT, sentence(text, name=words[key], share=money(share)), (), source=paper)


class Maker:
    """Makes statements of one rule set: looks up where each value comes from."""

    def __init__(self, rule_set):
        self.origins = {origin.field: origin for origin in rule_set.origins.all()}

    def say(self, topic, fields, text, **values):
        origins = [self.origins[name] for name in fields if name in self.origins]
        marks = []
        if any(origin.origin == RuleOrigin.Origin.DEFAULT for origin in origins) or len(origins) < len(fields):
            marks.append(DEFAULT)
        if any(not origin.confirmed for origin in origins):
            marks.append(UNCONFIRMED)
        source = "" if DEFAULT in marks else next((origin.source for origin in origins), "")
        return Statement(topic, sentence(text, **values), tuple(fields), tuple(marks), source)

    def silent(self, topic, name):
        origin = self.origins.get(name)
        is_paper = origin is not None and origin.origin == RuleOrigin.Origin.PAPER
        text = _("The strategy paper does not say.") if is_paper else _("No public source says.")
        return Statement(topic, sentence(text), (name,), (), origin.source if origin else "", is_silent=True)


def applicants(rule_set):
    make = Maker(rule_set)
    if not rule_set.applicants:
        yield make.silent(WHO, "applicants")
        return
    words = applicant_words()
    kinds = current().comma.join(words[kind] for kind in words if kind in rule_set.applicants)
    yield make.say(WHO, ["applicants"], _("These may apply: %(kinds)s."), kinds=kinds)


def amounts(rule_set):
    make = Maker(rule_set)
    tiers = list(rule_set.tiers.all())
    for tier in tiers:
        names = {"name": tier_name(tier)}
        if tier.highest is None:
            yield make.say(AMOUNT, [f"{tier.key}.highest"], _("%(name)s: no amount is named."), **names)
        elif not tier.lowest:
            text = _("%(name)s: up to %(highest)s.")
            yield make.say(AMOUNT, [f"{tier.key}.highest"], text, highest=money(tier.highest), **names)
        else:
            text = _("%(name)s: from %(lowest)s to %(highest)s.")
            fields = [f"{tier.key}.lowest", f"{tier.key}.highest"]
            yield make.say(AMOUNT, fields, text, lowest=money(tier.lowest), highest=money(tier.highest), **names)
    lower, upper = rule_set.tier(TierKey.MICRO), rule_set.tier(TierKey.PROJECT)
    if lower and upper and lower.highest is not None:
        chosen = lower if rule_set.boundary == RuleSet.Boundary.LOWER else upper
        text = _("Exactly %(limit)s counts as: %(name)s.")
        yield make.say(AMOUNT, ["boundary"], text, limit=money(lower.highest), name=tier_words()[chosen.key])
    text = (
        _("What counts for these limits is the money you ask for.")
        if rule_set.amount_means == RuleSet.AmountMeans.GRANT
        else _("What counts for these limits is the cost of the whole project.")
    )
    yield make.say(AMOUNT, ["amount_means"], text)
    if rule_set.large_needs_call and upper:
        text = _("%(name)s need an open call.")
        yield make.say(AMOUNT, ["large_needs_call"], text, name=tier_words()[upper.key])
    if rule_set.fixed_up_to is not None:
        text = _("Up to %(amount)s you get a fixed sum.")
        yield make.say(AMOUNT, ["fixed_up_to"], text, amount=money(rule_set.fixed_up_to))
    if rule_set.fixed_with_share_up_to is not None:
        text = _(
            "Up to %(amount)s you get a fixed sum if you give your own share. Above it you get a part of the costs."
        )
        yield make.say(AMOUNT, ["fixed_with_share_up_to"], text, amount=money(rule_set.fixed_with_share_up_to))


def costs(rule_set):
    make, text = Maker(rule_set), tr(rule_set, "costs")
    if text:
        yield make.say(COSTS, ["costs"], "%(costs)s", costs=text)
    else:
        yield make.silent(COSTS, "costs")
    if rule_set.early_start == RuleSet.EarlyStart.NO:
        yield make.say(COSTS, ["early_start"], _("Begin only after the decision."))
    elif rule_set.early_start == RuleSet.EarlyStart.ON_REQUEST:
        yield make.say(COSTS, ["early_start"], _("You want to begin before the decision? Ask us first."))


def own_share(rule_set):
    make = Maker(rule_set)
    if rule_set.own_share_percent is None:
        yield make.silent(SHARE, "own_share_percent")
        return
    text = _("You give at least %(share)s of the costs yourself.")
    yield make.say(SHARE, ["own_share_percent"], text, share=percent(rule_set.own_share_percent))
    if rule_set.own_share_exception == RuleSet.OwnShareException.WITH_REASON:
        yield make.say(SHARE, ["own_share_exception"], _("Less is possible if you have a good reason."))
    if rule_set.in_kind_counts == RuleSet.Says.YES:
        yield make.say(SHARE, ["in_kind_counts"], _("Unpaid work and things you bring along count with their value."))
    elif rule_set.in_kind_counts == RuleSet.Says.NO:
        yield make.say(SHARE, ["in_kind_counts"], _("Unpaid work and things you bring along do not count."))


def who_decides(tier):
    """Who decides on a project of this tier, as (text, values) of a sentence."""
    texts = {
        Tier.Path.TEAM: _("%(name)s: the project team decides."),
        Tier.Path.BODY: _("%(name)s: %(body)s decides."),
        Tier.Path.BODY_THEN_COMMITTEE: _("%(name)s: %(body)s makes a proposal, the committees of the city decide."),
    }
    body = "" if tier.path == Tier.Path.TEAM else proper(tier.body_name or "")
    return texts[tier.path], {"name": tier_words()[tier.key], "body": body}


def deciding(rule_set):
    make = Maker(rule_set)
    for tier in rule_set.tiers.all():
        text, values = who_decides(tier)
        yield make.say(DECIDES, [f"{tier.key}.path"], text, **values)
    if any(tier.path == Tier.Path.TEAM for tier in rule_set.tiers.all()):
        text = _("People of the project team who decide together on one application: %(people)s.")
        yield make.say(DECIDES, ["team_people"], text, people=number(rule_set.team_people))
    if rule_set.one_carrier_per_call:
        text = _("A call for one measure ends with one application being chosen.")
        yield make.say(DECIDES, ["one_carrier_per_call"], text)


def answers(rule_set):
    make = Maker(rule_set)
    paths = {tier.path for tier in rule_set.tiers.all()}
    if Tier.Path.TEAM in paths:
        text = _("On a small project you hear from us within %(days)s days.")
        yield make.say(WHEN, ["answer_days_micro"], text, days=number(rule_set.answer_days_micro))
    if Tier.Path.BODY_THEN_COMMITTEE in paths:
        text = _("On a larger project the committees decide about %(weeks)s weeks after the board has met.")
        yield make.say(WHEN, ["committee_weeks"], text, weeks=number(rule_set.committee_weeks))
    text = _("If something is missing, we ask you. You have at least %(days)s days to answer.")
    yield make.say(WHEN, ["change_days"], text, days=number(rule_set.change_days))
    text = _("We keep a draft for %(days)s days after you last worked on it.")
    yield make.say(WHEN, ["draft_days"], text, days=number(rule_set.draft_days))
    text = _("You can take up a withdrawn application again within %(days)s days.")
    yield make.say(WHEN, ["reopen_days"], text, days=number(rule_set.reopen_days))


def silence_words():
    """What residents want to know and sources leave open: {field: words}."""
    return {
        "applicants": pgettext("left open", "who may apply"),
        "costs": pgettext("left open", "what counts as cost"),
        "own_share_percent": pgettext("left open", "whether you have to give something yourself"),
        "early_start": pgettext("left open", "whether a project may begin before the decision"),
        "boundary": pgettext("left open", "to which group a project belongs that costs exactly the limit"),
        "amount_means": pgettext("left open", "whether the money you ask for counts, or the whole cost"),
        "answer_days_micro": pgettext("left open", "how long a decision takes"),
        "remedy": pgettext("left open", "how you can object to a decision"),
    }


def silences(rule_set):
    """In words: what has no value, or only one that we have set."""
    origins = {origin.field: origin.origin for origin in rule_set.origins.all()}
    for name, words in silence_words().items():
        value = getattr(rule_set, f"{name}_de" if name in TEXTS else name)
        is_ours = origins.get(name, RuleOrigin.Origin.DEFAULT) == RuleOrigin.Origin.DEFAULT
        if is_ours or value in BLANK:
            yield words
