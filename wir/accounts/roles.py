"""The groups of the contract and their rights, as one table. `migrate` brings the database in step with it.

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
MESSAGES_HANDLED = ("view", "release", "handle")
SITE = "about.sitetext about.operatorfact about.accessibilitygap".split()
TEXTS = "languages.translationunit languages.sourcetext".split()

GROUPS = {
    "Redaktion": {
        **dict.fromkeys([*STRATEGY, *CITY, *SITE, "strategy.seat"], WRITE),
        **MEASURES_WRITTEN,
        **dict.fromkeys(["strategy.sourcedocument", *TEXTS], READ),
        "strategy.wording": ("view", "import"),
        "about.barrierreport": ("view", "change"),
    },
    # People of a department: report on its own measures only (measures/permissions.py)
    "Fachstelle": {
        **dict.fromkeys(STRATEGY + CITY + MEASURES, READ),
        "measures.measure": ("view", "report"),
        **dict.fromkeys(["measures.update", "measures.milestone", "measures.budget", "measures.themeanswer"], OWN),
    },
    "Übersetzung": dict.fromkeys(STRATEGY + SITE + TEXTS + MEASURES, READ),
    "Projektteam": {
        **dict.fromkeys(STRATEGY + CITY + MEASURES, READ),
        **MEETINGS,
        "outbox.message": MESSAGES_HANDLED,
    },
    "Leitung": {
        **dict.fromkeys(STRATEGY + CITY + MEASURES, READ),
        **MEETINGS,
        "strategy.minutes": (*WRITE, "approve"),
        "about.barrierreport": ("view", "change"),
        "outbox.message": MESSAGES_HANDLED,
    },
    # Members read and propose on task pages, by their seat (strategy/permissions.py)
    "Begleitgremium": dict.fromkeys(STRATEGY + CITY + MEASURES, READ),
    "Vorsitz": {**dict.fromkeys(STRATEGY + CITY + MEASURES, READ), "strategy.minutes": ("approve",)},
    "Ausschuss": dict.fromkeys([*STRATEGY, *MEASURES, "strategy.body", "strategy.councilpaper"], READ),
    "Finanzen": dict.fromkeys(STRATEGY + MEASURES, READ),
    "Datenschutz": {
        **dict.fromkeys(SITE, READ),
        "about.barrierreport": ("view", "change", "delete"),
        "outbox.message": READ,
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
