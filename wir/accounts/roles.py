"""The groups of the contract and their rights, as one table. What a right lets somebody do stands in each app's
`permissions.py`. `migrate` brings the database in step with it.

Rights add up, so each group gets only what its work needs; a broad group narrowed by a second one does not exist.
"""

from django.apps import apps

READ, WRITE = ("view",), ("view", "add", "change", "delete")
STRATEGY = (
    "strategy.guideline strategy.priority strategy.crosscuttingtheme strategy.actionfield strategy.goal "
    "strategy.subtopic strategy.focuspoint strategy.chapter"
).split()
MEASURES = (
    "measures.measure measures.update measures.milestone measures.budget measures.themeanswer measures.change "
    "measures.plan measures.status measures.targetgroup measures.proposal measures.release measures.releaseitem"
).split()
CITY = (
    "strategy.district strategy.citypart strategy.unit strategy.unitname strategy.body strategy.bodyname "
    "strategy.councilpaper strategy.contact"
).split()
MEASURES_WRITTEN = {
    **dict.fromkeys(MEASURES, WRITE),
    **dict.fromkeys(["measures.change", "measures.plan", "measures.importrun"], READ),
    "measures.measure": (*WRITE, "publish", "import"),
    "measures.update": (*WRITE, "publish"),
    "measures.disclosure": WRITE,
    "strategy.unitmember": WRITE,
}
OWN = ("view", "add", "change")
# The coordination office prepares every body: seats with their contact data, meetings, topics, minutes
MEETINGS = {
    **dict.fromkeys(
        "strategy.seat strategy.seatholder strategy.agendaitem strategy.paper strategy.followup strategy.minutes "
        "strategy.minutesentry strategy.attendance measures.agendameasure".split(),
        WRITE,
    ),
    "strategy.meeting": (*WRITE, "coordinate"),
    "strategy.meetingchange": READ,
    **dict.fromkeys(["strategy.body", "strategy.bodyname"], ("view", "change")),
}
# The project team checks applications and takes them in from paper or telephone (fund/desk)
CASES = {"fund.application": ("view", "check", "enter"), "fund.refusalreason": READ}
FILINGS = dict.fromkeys(["fund.filing", "fund.committeestep", "fund.filedcase", "fund.stepresult"], READ)
CASES_LED = {"fund.application": ("view", "check", "enter", "lead"), "fund.refusalreason": ("view", "add", "change")}
MESSAGES_HANDLED = ("view", "release", "handle")
FUND_RULES = (
    "fund.ruleset fund.tier fund.ruleorigin fund.fundyear fund.pot fund.call fund.otherpot fund.fundchange"
).split()
# Every number of the money opens its rows; what goes over into another year is approved by a second person
BOOKS = {"fund.ledgerentry": READ, "fund.carryover": READ}
BOOKS_CONFIRMED = {"fund.ledgerentry": READ, "fund.carryover": ("view", "confirm")}
# The lead decides which rules hold, how much money there is and what is called for
FUND_LED = {
    **dict.fromkeys(["fund.tier", "fund.ruleorigin", "fund.pot", "fund.otherpot"], WRITE),
    "fund.ruleset": (*WRITE, "activate"),
    "fund.fundyear": (*WRITE, "publish"),
    "fund.call": (*WRITE, "publish"),
    "fund.fundchange": READ,
}
SITE = "about.sitetext about.operatorfact about.accessibilitygap".split()
TEXTS = "languages.translationunit languages.sourcetext".split()

GROUPS = {
    "Redaktion": {
        **dict.fromkeys([*STRATEGY, *CITY, *SITE, "strategy.seat"], WRITE),
        **MEASURES_WRITTEN,
        **dict.fromkeys(["strategy.sourcedocument", *TEXTS], READ),
        "strategy.wording": ("view", "import"),
        "about.barrierreport": ("view", "change"),
        "fund.refusalreason": ("view", "change"),
        "fund.otherpot": WRITE,
        "fund.call": ("view", "change"),  # its texts (fund/rules_admin.py)
    },
    # People of a department: report on its own measures only (measures/permissions.py)
    "Fachstelle": {
        **dict.fromkeys(STRATEGY + CITY + MEASURES, READ),
        "measures.measure": ("view", "report"),
        **dict.fromkeys(["measures.update", "measures.milestone", "measures.budget", "measures.themeanswer"], OWN),
    },
    "Übersetzung": dict.fromkeys(
        [*STRATEGY, *SITE, *TEXTS, *MEASURES, "fund.ruleset", "fund.call", "fund.otherpot", "fund.refusalreason"], READ
    ),
    "Projektteam": {
        **dict.fromkeys(STRATEGY + CITY + MEASURES + FUND_RULES, READ),
        **MEETINGS,
        **CASES,
        **FILINGS,
        **BOOKS,
        "outbox.message": MESSAGES_HANDLED,
        "accounts.factor": ("reset",),
    },
    "Leitung": {
        **dict.fromkeys(STRATEGY + CITY + MEASURES, READ),
        **MEETINGS,
        **CASES_LED,
        **FILINGS,
        **FUND_LED,
        **BOOKS_CONFIRMED,
        "strategy.minutes": (*WRITE, "approve"),
        "about.barrierreport": ("view", "change"),
        "outbox.message": MESSAGES_HANDLED,
        "accounts.factor": ("reset",),
        "accounts.user": ("view", "invite"),  # into which groups: wir/accounts/permissions.py
    },
    # Members read and propose on task pages, by their seat (strategy/permissions.py)
    "Begleitgremium": {**dict.fromkeys(STRATEGY + CITY + MEASURES, READ), "fund.application": ("review",)},
    "Vorsitz": {
        **dict.fromkeys(STRATEGY + CITY + MEASURES, READ),
        "strategy.minutes": ("approve",),
        "fund.application": ("review",),
    },
    "Ausschuss": {
        **dict.fromkeys([*STRATEGY, *MEASURES, "strategy.body", "strategy.councilpaper"], READ),
        **FILINGS,
        "fund.application": ("record",),
    },
    "Finanzen": {**dict.fromkeys(STRATEGY + MEASURES + FUND_RULES, READ), **BOOKS_CONFIRMED},
    "Datenschutz": {
        **dict.fromkeys(SITE, READ),
        "about.barrierreport": ("view", "change", "delete"),
        "outbox.message": READ,
        "fund.application": ("view", "erase"),
        "accounts.auditentry": READ,
    },
}


def sync_groups(sender=None, using="default", **kwargs):
    """Make every group of the table and give it exactly these rights. Runs after each `migrate`."""
    if sender is not None and sender.label != "accounts":
        return
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    for config in apps.get_app_configs():
        create_permissions(config, using=using, verbosity=0)
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for name, rights in GROUPS.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        wanted = {
            f"{app}.{action}_{model}"
            for label, actions in rights.items()
            for app, model in [label.split(".")]
            for action in actions
        }
        group.permissions.set([known[code] for code in sorted(wanted)])
