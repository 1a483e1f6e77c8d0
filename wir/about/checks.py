"""`check --deploy` names the facts about the operator that are still missing."""

from django.core import checks
from django.db import DatabaseError

from wir.about.models import OperatorFact


@checks.register(deploy=True)
def operator_facts(app_configs=None, **kwargs):
    try:
        missing = OperatorFact.missing()
    except DatabaseError:
        return []  # before the first migrate there is nothing to check
    return [
        checks.Warning(
            f"Missing fact about the operator: {label}. The public page leaves it out.",
            hint="Enter it in the back office under “Angaben zur Betreiberin”.",
            id="about.W001",
        )
        for label in missing
    ]
