"""What the applicant knows of what happened to her case: the moves that were told, results only once they were.

A result that was looked at again before anybody told her of it never happened for her, so neither did its reversal; nor
did the call from a waiting list on which she did not know she was.
"""

REVERSED = ("reopen_again", "correct")
TOLD_RESULT = ("release_decision", "release_refusal")
CALLED_UP = ("call_up", "call_up_to_committee", "call_up_to_body")
ENDED = ("withdraw", "lapse", "lapse_agreement", "end_waiting", "end_unanswered", "merge")


def moves_known(application):
    """[(moment, name)] of the moves in their order, without reversals and calls of what she never learned of."""
    found, knows = [], False
    for at, move in application.changes.order_by("at", "pk").values_list("at", "move"):
        if move in (*REVERSED, *CALLED_UP):
            if knows:
                found.append((at, move))
            knows = False
            continue
        if move in (*TOLD_RESULT, *ENDED):
            knows = True
        elif move == "reopen":
            knows = False
        found.append((at, move))
    return found


def began_again(application):
    """The moment she knows of in which the case was opened again last, None where there is none."""
    again = [at for at, move in moves_known(application) if move in ("reopen", "reopen_again", "correct")]
    return again[-1] if again else None


def knew_the_result(application):
    """Was the result of the round that has just been ended by a reversal told to her?

    Asked in the transaction of the reversal, whose row is there already.
    """
    return [move for _at, move in moves_known(application)][-1:] in [[name] for name in REVERSED]
