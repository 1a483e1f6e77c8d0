"""The door of rule sets, years and calls: nothing else writes their `state`, and every step leaves a row of history.

A rule set is written only while it is a draft: an application keeps the rules it was submitted under, so rules that
have been in force never change. Whoever wants other rules copies the set, changes the copy and puts that in force.
"""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from fund.logged import log
from fund.models import Call, FundChange, FundYear, OtherPot, RuleOrigin, RuleSet, Tier, TierKey
from wir.languages.models import ContentStamp
from wir.languages.text import is_blank
from wir.lib.workflow import FASTER, Move, Refused

ACTIVATE = "fund.activate_ruleset"

RULES, YEAR, CALL = RuleSet.State, FundYear.State, Call.State


def check_may(user, permission):
    """Raises PermissionDenied where this person may not. user: None for the portal's own commands."""
    if user is not None and not user.has_perm(permission):
        raise PermissionDenied("Dazu fehlt Ihnen das Recht.")


# Guards: each yields reasons, nothing where all is well ---------------------------------------------------------------


def is_complete(rule_set, now):
    """It has its tiers, without a gap between them, and every value says where it comes from."""
    tiers = {tier.key: tier for tier in rule_set.tiers.all()}
    for key in TierKey:
        if key not in tiers:
            yield f"Die Stufe „{key.label}“ fehlt."
    micro, project = tiers.get(TierKey.MICRO), tiers.get(TierKey.PROJECT)
    if micro and project and (micro.highest is None or micro.highest != project.lowest):
        yield "Zwischen den kleinen und den großen Projekten ist eine Lücke oder eine Überschneidung."
    missing = [label for name, label in labels(rule_set).items() if name not in origins(rule_set)]
    if missing:
        yield f"Es fehlt, woher diese Angaben stammen: {', '.join(missing)}."


def is_confirmed(rule_set, now):
    names = labels(rule_set)
    open_names = [names.get(each.field, each.field) for each in rule_set.origins.all() if not each.confirmed]
    if open_names:
        yield f"Noch nicht bestätigt: {', '.join(open_names)}."


def has_begun(rule_set, now):
    if rule_set.valid_from > timezone.localdate(now):
        yield f"Das Regelwerk gilt erst ab {rule_set.valid_from:%d.%m.%Y}."


def year_is_unused(year, now):
    if year.held or year.committed:
        yield "In diesem Jahr ist schon Geld vorgemerkt oder zugesagt."
    if Call.objects.filter(year=year, state=CALL.PUBLISHED).exists():
        yield "Zu diesem Jahr gibt es veröffentlichte Aufrufe."


def no_call_is_open(year, now):
    """What is applied for to a call wants money of its year; a closed one has none to give."""
    if Call.objects.filter(year=year, state=CALL.PUBLISHED, closes_at__gte=now).exists():
        yield "Zu diesem Jahr ist noch ein Aufruf offen oder angekündigt."


def call_says_enough(call, now):
    for name, label in (("title_de", "Titel"), ("plain_de", "Worum es geht")):
        if is_blank(getattr(call, name)):
            yield f"Es fehlt: {label}."
    if call.where == Call.Where.ELSEWHERE and is_blank(call.meets_de):
        yield "Es fehlt, was einen an der anderen Adresse erwartet."


def call_can_be_answered(call, now):
    if call.year.is_closed:
        yield f"Das Jahr {call.year} ist abgeschlossen."
    elif not call.year.is_public:
        yield f"Das Jahr {call.year} ist nicht veröffentlicht."
    if call.closes_at <= now:
        yield "Der Aufruf ist schon geschlossen."
    rules = call.rule_set or call.year.rule_set or RuleSet.objects.in_force(timezone.localdate(now))
    if rules is None:
        yield "Es ist kein Regelwerk in Kraft."
    elif rules.tier(call.tier_key) is None:
        yield f"Das Regelwerk „{rules}“ hat diese Stufe nicht."


def labels(rule_set):
    """{name of a rule: its label}, of the rule set and of its tiers, in the order in which they stand."""
    found = {field.name: str(field.verbose_name) for field in RuleSet.rule_fields()}
    for tier in rule_set.tiers.all():
        for name in Tier.RULES:
            found[f"{tier.key}.{name}"] = f"{tier.get_key_display()}: {Tier._meta.get_field(name).verbose_name}"
    return found


def origins(rule_set):
    return {each.field: each for each in rule_set.origins.all()}


# The table ------------------------------------------------------------------------------------------------------------

MOVES = {
    RuleSet: {
        "activate": Move(
            "In Kraft setzen", (RULES.DRAFT,), RULES.ACTIVE, ACTIVATE, (is_complete, is_confirmed, has_begun)
        ),
        "retire": Move("Außer Kraft setzen", (RULES.ACTIVE,), RULES.RETIRED, ACTIVATE),
    },
    FundYear: {
        "publish": Move("Veröffentlichen", (YEAR.DRAFT,), YEAR.PUBLISHED, "fund.publish_fundyear"),
        "withdraw": Move(
            "Zurückziehen", (YEAR.PUBLISHED,), YEAR.DRAFT, "fund.publish_fundyear", guards=(year_is_unused,)
        ),
        "close": Move("Abschließen", (YEAR.PUBLISHED,), YEAR.CLOSED, "fund.publish_fundyear", (no_call_is_open,)),
        "reopen": Move("Wieder öffnen", (YEAR.CLOSED,), YEAR.PUBLISHED, "fund.publish_fundyear"),
    },
    Call: {
        "publish": Move(
            "Veröffentlichen",
            (CALL.DRAFT,),
            CALL.PUBLISHED,
            "fund.publish_call",
            guards=(call_says_enough, call_can_be_answered),
        ),
        "withdraw": Move("Zurückziehen", (CALL.PUBLISHED,), CALL.DRAFT, "fund.publish_call"),
    },
}
NEEDS_REASON = ("reopen",)  # who takes back what was final says why, in the note
RELATION = {RuleSet: "rule_set", FundYear: "year", Call: "call", OtherPot: "pot"}


def blockers(obj, name, now):
    """Every reason why a move is not possible now."""
    move_ = MOVES[type(obj)][name]
    if obj.state not in move_.source:
        return [f"Der Stand ist „{obj.get_state_display()}“."]
    return [reason for guard in move_.guards for reason in guard(obj, now)]


def moves_for(obj, user):
    """The moves that the state allows and this person may make: [(name, Move)]."""
    table = MOVES[type(obj)]
    return [(name, each) for name, each in table.items() if obj.state in each.source and user.has_perm(each.permission)]


@transaction.atomic
def move(obj, name, *, by, now, note=""):
    """Carry out one move of the table; raises PermissionDenied or Refused, with every reason at once.

    Putting a rule set in force retires the one that was in force before.
    """
    step = MOVES[type(obj)][name]
    check_may(by, step.permission)
    reasons = blockers(obj, name, now)
    if name in NEEDS_REASON and is_blank(note):
        reasons = [*reasons, "Der Grund fehlt."]
    if reasons:
        raise Refused(reasons)
    if step.target == RULES.ACTIVE:
        for before in RuleSet.objects.filter(state=RULES.ACTIVE):
            switch(before, MOVES[RuleSet]["retire"], "retire", by=by, now=now, note=f"abgelöst durch {obj}")
    switch(obj, step, name, by=by, now=now, note=note)
    ContentStamp.touch()


def switch(obj, step, name, *, by, now, note):
    """Compare and set the state, so that of two people at once only one gets through."""
    seen = type(obj).objects.filter(pk=obj.pk, state__in=step.source)
    if year_is_unused in step.guards:  # money may be promised since the year was read
        seen = seen.filter(held=0, committed=0)
    try:
        with transaction.atomic():
            done = seen.update(state=step.target)
    except IntegrityError:  # two rule sets put in force at once
        raise Refused([FASTER]) from None
    if not done:
        raise Refused([FASTER])
    obj.state = step.target
    record(obj, name, by=by, now=now, note=note)


def record(obj, name, *, by, now, note="", fields=None):
    """One row of history."""
    relation = {RELATION[type(obj)]: obj}
    change = FundChange.objects.create(
        **relation, label=str(obj)[:200], move=name, by=by, at=now, note=note, fields=fields or {}
    )
    log(obj, change.move_words, by=by, now=now)
    return change


# Verbs of rule sets ---------------------------------------------------------------------------------------------------


@transaction.atomic
def confirm(origin, *, source, by, now):
    """Somebody has looked it up: the value holds. source: where. Raises Refused."""
    check_may(by, ACTIVATE)
    if is_blank(source):
        raise Refused(["Es fehlt, wo das steht oder wer es bestätigt hat."])
    seen = RuleOrigin.objects.filter(pk=origin.pk, confirmed=False, rule_set__state=RULES.DRAFT)
    if not seen.update(confirmed=True, source=source.strip()[:300]):
        raise Refused(["Diese Angabe ist schon bestätigt, oder das Regelwerk ist kein Entwurf mehr."])
    name = labels(origin.rule_set).get(origin.field, origin.field)
    record(
        origin.rule_set, "confirm", by=by, now=now, note=source.strip(), fields={name: ["nicht bestätigt", "bestätigt"]}
    )
    ContentStamp.touch()


@transaction.atomic
def copy(rule_set, *, key, title, valid_from, by, now):
    """A draft with the same rules, to change what is to change. Raises ValidationError with the model's reasons."""
    check_may(by, ACTIVATE)
    tiers, found = list(rule_set.tiers.all()), list(rule_set.origins.all())
    values = {field.attname: getattr(rule_set, field.attname) for field in RuleSet._meta.concrete_fields}
    for name in ("id", "updated_at"):
        values.pop(name)
    made = RuleSet(**values | {"key": key, "title": title, "valid_from": valid_from, "state": RULES.DRAFT})
    made.full_clean()
    made.save()
    for tier in tiers:
        tier.pk, tier.rule_set, tier._state.adding = None, made, True
        tier.save()
    RuleOrigin.objects.bulk_create(
        RuleOrigin(rule_set=made, field=each.field, origin=each.origin, source=each.source, confirmed=each.confirmed)
        for each in found
    )
    record(made, "copy", by=by, now=now, note=f"kopiert von {rule_set}")
    return made
