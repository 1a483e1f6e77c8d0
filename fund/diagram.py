"""The table of moves as people read it: a diagram and a list, printed into README (`manage.py print_workflows`)."""

from fund.actors import Part
from fund.workflow import TABLE, State

PARTS = {
    Part.APPLICANT: "applicant",
    Part.HELPER: "helper",
    Part.TEAM: "project team",
    Part.LEAD: "lead",
    Part.CHAIR: "chair",
    Part.RECORDER: "committee recorder",
    Part.PROTECTION: "data protection",
    Part.CLOCK: "clock",
}
START, END = "<!-- workflow fund -->", "<!-- /workflow fund -->"


# Where a move leads that has more than one target, from each state, and in words
FROM = {
    "answer": lambda source: [State.FORMAL_CHECK, State.BOARD_QUEUE],
    "release_decision": lambda source: [source, *([State.AGREEMENT_SENT] if source == State.APPROVED else [])],
    "correct": lambda source: [State.TEAM_DECISION, State.BOARD_QUEUE, State.COMMITTEE_QUEUE],
}
TO = {
    "answer": "the state that asked",
    "release_decision": "the same; agreement_sent where the rules want one",
    "correct": "where whoever decided decides again",
}
STAYS = "the same"


def targets(move, source):
    """Every state a move may lead to from a state; a move back leads to those that can ask.

    Where FROM says nothing the case stays where it is: something is proposed, or dropped again.
    """
    if not callable(move.target):
        return [move.target]
    return FROM[move.name](source) if move.name in FROM else [source]


def edges():
    """(from, to, names of the moves) in the order of the table; withdrawing from everywhere is one line of the list."""
    found = {}
    for move in TABLE:
        if len(move.sources) > 3:
            continue
        for source in move.sources:
            for target in targets(move, source):
                found.setdefault((source, target), []).append(move.name)
    return found


def diagram():
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> draft"]
    lines += [f"    {source} --> {target}: {', '.join(names)}" for (source, target), names in edges().items()]
    return [*lines, "```"]


def sources_of(move):
    if move.name == "withdraw":
        return "every open state, agreement_sent, ineligible and rejected until released"
    return ", ".join(move.sources)


def rows():
    for move in TABLE:
        parts = ", ".join(PARTS[part] for part in move.parts)
        paths = ", ".join(move.paths) or "all"
        to = TO.get(move.name) or (STAYS if callable(move.target) else str(move.target))
        yield f"| {move.number} | {move.name} | {sources_of(move)} | {to} | {parts} | {paths} |"


def listing():
    return ["| no. | move | from | to | who | path |", "|---|---|---|---|---|---|", *rows()]


def printed():
    """The whole part of README, markers included."""
    return "\n".join([START, *diagram(), "", *listing(), END])


def placed(readme):
    """README with this part brought up to date. ValueError where a marker is missing."""
    start, end = readme.find(START), readme.find(END)
    if start < 0 or end < start:
        raise ValueError(f"README has no {START} … {END}.")
    return readme[:start] + printed() + readme[end + len(END) :]
