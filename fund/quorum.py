"""How many must be able to vote, who is, and when something is carried: pure rules, table-tested (fund design, 1.5).

The quorum is that of one item, not of a meeting: present and not in conflict strictly more than a share of the seats
that count. The rule set says the share, the seats and what a tie means; nothing of it is a rule of the city until the
city says so.
"""

from fund.models import Declaration, Presence, RuleSet

Where, Standing, Base, Tie = Presence.Where, Declaration.Standing, RuleSet.QuorumBase, RuleSet.Tie


def seats_that_count(base, seats):
    """How many seats the share is of. seats: (has a member, its member is in conflict) of every voting seat."""
    if base == Base.ALL:
        return len(seats)
    filled = [in_conflict for has_member, in_conflict in seats if has_member]
    return filled.count(False) if base == Base.FREE else len(filled)


def needed(seats, percent):
    """Strictly more than so many per cent of the seats: 6 of 10 at 50 per cent, 5 of 9."""
    return seats * percent // 100 + 1


def is_there(attendance, moment):
    """Was somebody in the meeting then? attendance: her line of the minutes, None without one. moment: a time of that
    day; None counts everybody who was there at all."""
    if attendance is None or attendance.presence != attendance.Presence.PRESENT:
        return False
    if moment is None:
        return True
    came, left = attendance.came_at, attendance.left_at
    if any(gone <= moment < back for gone, back in attendance.breaks):
        return False
    return (came is None or came <= moment) and (left is None or left > moment)


def where(*, there, voting, standing, stands_in):
    """What one person is while an item is dealt with. standing: of her declaration, None where she declared nothing.
    stands_in: True for a member, and for a substitute whose member is not there: one vote a seat."""
    if not there:
        return Where.OUT
    if standing is None:
        return Where.UNDECLARED
    if standing != Standing.FREE:
        return Where.LEFT
    return Where.VOTING if voting and stands_in else Where.NO_VOTE


def is_carried(yes, no, tie, casting=False):
    """More yes than no. A tie is a no, unless the rules let the chair decide and she says yes (casting)."""
    return yes > no or (yes == no and tie == Tie.CHAIR and casting)
