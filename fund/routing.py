"""Which tier an application belongs to: by who applies and by how much money it is about. Pure (design: fund, 1.2)."""

from fund.models import ApplicantKind, RuleSet, TierKey

NOTHING, TOO_MUCH = "nothing", "too_much"


class NoTier(Exception):
    """This fund cannot: no money is asked for ("nothing"), or more than any tier gives ("too_much").

    highest: the most that this fund gives, euro; None where no amount is named.
    """

    def __init__(self, reason, highest=None):
        self.reason, self.highest = reason, highest
        super().__init__(reason)


def route(rule_set, applicant_kind, amount):
    """The tier of an application; raises NoTier. Reads the prefetched `rule_set.tiers` and nothing else.

    amount: euro, as `counted` tells. A city unit takes the path of the administration, whatever the amount.
    """
    if amount <= 0:
        raise NoTier(NOTHING)
    tiers = list(rule_set.tiers.all())
    if applicant_kind == ApplicantKind.UNIT:
        tiers = [tier for tier in tiers if tier.key == TierKey.ADMINISTRATION]
    else:
        tiers = [tier for tier in tiers if tier.key != TierKey.ADMINISTRATION]
    tiers.sort(key=lambda tier: (tier.highest is None, tier.highest))
    for tier in tiers:
        if tier.highest is None or amount < tier.highest:
            return tier
        # Exactly the limit: the rule set says whose it is; the last limit is always its own tier's
        if amount == tier.highest and (rule_set.boundary == RuleSet.Boundary.LOWER or tier is tiers[-1]):
            return tier
    raise NoTier(TOO_MUCH, tiers[-1].highest if tiers else None)


def counted(rule_set, *, requested, total):
    """The amount that is compared with the limits: what is asked for, or the whole cost of the project; euro."""
    return total if rule_set.amount_means == RuleSet.AmountMeans.TOTAL else requested
