"""Saving answers so that nobody's words are lost: not in three tabs, not with a helper at another phone, not when the
case was sent in the meantime, and not where what was typed makes no sense yet.

A page carries for each answer the mark of the text it was made with. Where that text still stands, the new one takes
its place. Where somebody else has written another one in between, that one stays, and the new one is kept beside it
until somebody has chosen.
"""

import hashlib
import re
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F

from fund.filled import Filled, understood
from fund.models import Answer, Application, RequestedSection, RivalText
from fund.questions import BY_KEY, KEPT, MOST_ROWS, STORED, Kind, cells
from fund.tasklist import can_write, requested_sections
from wir.languages.text import is_blank

State = Application.State
# Signs that no database keeps or no page may show; tab and line break are fine
# Turn or hide what stands behind them; phones paste them along with numbers, and nobody types them
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
MANY_LINES = (Kind.TEXT, Kind.POST)
MOST_RIVALS = 200  # second texts of one case, those that were settled counted too
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class NotWritable(Exception):
    """Nothing was saved: the case was sent, or this section is not open now. typed: {(question, row): text}."""

    def __init__(self, typed):
        self.typed = typed
        super().__init__()


@dataclass
class Saved:
    """What became of a page. changed, unreadable, conflicts: (question, row). filled: the answers as they stand now.

    problems: what is wrong with what was posted; what is missing is no fault of a page that was saved.
    moved: the amount now leads to another tier than before.
    """

    filled: Filled
    changed: list = field(default_factory=list)
    conflicts: list = field(default_factory=list)
    unreadable: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    moved: bool = False


def mark(text):
    """What a page carries of a text to see later whether it still stands; it tells nothing of the text itself."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12] if text else "0"


def field_name(question, row=0):
    """The name of a field in the form: the question, and the number of its line."""
    return f"{question}-{row}" if row else question


def mark_name(question, row=0):
    return f"v-{field_name(question, row)}"


def cleaned(text):
    """Line ends as \\n, without what cannot be read or turns the reading, and no longer than what is kept at most."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return TURNS.sub("", UNREADABLE.sub("", text))[:KEPT]


def in_one_line(text):
    """A name or a title cannot begin a paragraph of its own, for example in our letter."""
    return re.sub(r"[\n\t\x85\u2028\u2029]", " ", text)


def posted_texts(step, posted):
    """{(question, row): (text, mark or "0", unreadable)} of the fields of a step that were posted. posted: a QueryDict.

    A tick list without a tick posts nothing but its mark; so do radio buttons.
    """
    found = {}
    for question in step.questions:
        rows = range(1, MOST_ROWS + 1) if question.columns else (0,)
        for cell in cells(question):
            for row in rows:
                name = field_name(cell.key, row)
                if name not in posted and mark_name(cell.key, row) not in posted:
                    continue
                values = posted.getlist(name)
                raw = " ".join(values) if cell.kind == Kind.TICKS else (values[-1] if values else "")
                text = cleaned(raw) if cell.kind in MANY_LINES else in_one_line(cleaned(raw))
                base = posted.get(mark_name(cell.key, row), "0")
                found[cell.key, row] = text, base, bool(UNREADABLE.search(raw.replace("\r", "\n")))
    return found


def save(application, step_key, posted, *, by, now):
    """Save what one page posted; returns Saved, or raises NotWritable with what was typed.

    The first statement takes the case's row, as the moves of the workflow do, so that sending and saving never
    interleave. `by`: the Actor.
    """
    step = BY_KEY[step_key]
    texts = posted_texts(step, posted)
    typed = {place: text for place, (text, _base, _bad) in texts.items() if not is_blank(text)}
    with transaction.atomic():
        before, asked = hold_section(application, step, now, typed)
        tier = before.tier
        saved = write(application, before, texts, by, now)
        if saved.changed and step_key in asked:
            touch(asked[step_key], now)
    wrong = [problem for problem in saved.filled.problems(step) if not problem.missing]
    saved.problems = [problem for problem in wrong if (problem.question, problem.row) in texts]
    saved.moved = tier is not None and saved.filled.tier is not None and tier != saved.filled.tier
    return saved


def hold_section(application, step, now, typed):
    """(the answers, the sections staff asked about) of a case whose step may be changed; else raises NotWritable."""
    hold(application, now, typed)
    filled, asked = Filled(application), requested_sections(application)
    if not can_write(application, step, filled, asked):
        raise NotWritable(typed)
    return filled, asked


def hold(application, now, typed):
    """Take the row of a case whose answers may change; raises NotWritable where they may not any more."""
    held = Application.objects.filter(pk=application.pk, state__in=(State.DRAFT, State.INFO_REQUESTED))
    if not held.update(written=F("written") + 1, saved_at=now, warned=0):
        raise NotWritable(typed)
    fresh = Application.objects.filter(pk=application.pk).values("state", "version", "written").get()
    for name, value in fresh.items():
        setattr(application, name, value)
    application.saved_at = now


def write(application, before, texts, by, now):
    """Compare each posted text with the one that stands there, and write what is new."""
    saved, new, changed, rivals = Saved(before), [], [], []
    author = {"saved_at": now, "helper": by.helper, "user": by.user}
    for (key, row), (text, base, unreadable) in texts.items():
        answer = before.answers.get((key, row))
        stands = answer.text if answer else ""
        if unreadable:
            saved.unreadable.append((key, row))
        if text == stands or mark(text) == base:  # nothing new was typed here
            continue
        if mark(stands) != base and not is_blank(stands):
            rivals.append((answer, text))
            continue
        amount, day = understood(STORED[key], text)
        if answer is None:
            new.append(
                Answer(application=application, question=key, row=row, text=text, amount=amount, day=day, **author)
            )
        else:
            answer.text, answer.amount, answer.day, answer.version = text, amount, day, answer.version + 1
            answer.saved_at, answer.helper, answer.user = now, by.helper, by.user
            changed.append(answer)
        saved.changed.append((key, row))
    if new:
        Answer.objects.bulk_create(new)
    if changed:
        Answer.objects.bulk_update(changed, ["text", "amount", "day", "version", "saved_at", "helper", "user"])
    if rivals:
        typed = {place: text for place, (text, _base, _bad) in texts.items() if not is_blank(text)}
        saved.conflicts = keep_rivals(application, rivals, author, typed)
    saved.filled = before.with_answers([*before.answers.values(), *new])
    return saved


def keep_rivals(application, rivals, author, typed):
    """Keep the second texts beside those that stand; an empty one says nothing and is not kept.

    typed: everything the page posted, for NotWritable."""
    kept = [(answer, text) for answer, text in rivals if not is_blank(text)]
    known = set(open_rivals(application).values_list("answer", "text"))
    new = [(answer, text) for answer, text in kept if (answer.pk, text) not in known]
    make_room(application, len(new), typed)
    RivalText.objects.bulk_create(RivalText(answer=answer, text=text, **author) for answer, text in new)
    return [(answer.question, answer.row) for answer, _text in kept]


def make_room(application, number, typed):
    """Where a case has too many second texts, the oldest settled ones go. Raises NotWritable where all are open: then
    what was typed comes back and is not kept twice."""
    rivals = RivalText.objects.filter(answer__application=application)
    surplus = rivals.count() + number - MOST_RIVALS
    if number == 0 or surplus <= 0:
        return
    settled = list(rivals.filter(settled_at__isnull=False).order_by("settled_at", "pk").values_list("pk", flat=True))
    if len(settled) < surplus:
        raise NotWritable(typed)
    RivalText.objects.filter(pk__in=settled[:surplus]).delete()


def open_rivals(application):
    """Second texts about which nobody has decided yet."""
    return RivalText.objects.filter(answer__application=application, settled_at__isnull=True)


def settle(application, step_key, rival_pk, *, take, by, now):
    """Choose between two texts: take the second one, or keep the one that stands. The other one is kept as settled.

    True where there was something to choose; raises NotWritable where the section is not open any more.
    """
    with transaction.atomic():
        _filled, asked = hold_section(application, BY_KEY[step_key], now, {})
        keys = [cell.key for question in BY_KEY[step_key].questions for cell in cells(question)]
        rivals = open_rivals(application).filter(pk=rival_pk, answer__question__in=keys)
        rival = rivals.select_related("answer").first()
        if rival is None:
            return False
        if take:
            answer = rival.answer
            answer.text, rival.text = rival.text, answer.text
            answer.amount, answer.day = understood(STORED[answer.question], answer.text)
            answer.version += 1
            answer.saved_at, answer.helper, answer.user = now, by.helper, by.user
            answer.save()
            if step_key in asked:
                touch(asked[step_key], now)
        rival.settled_at = now
        rival.save()
    return True


def remove_row(application, step_key, question, row, *, by, now):
    """Empty one line of a list; the others keep their numbers, so that open pages still fit."""
    with transaction.atomic():
        _filled, asked = hold_section(application, BY_KEY[step_key], now, {})
        keys = [column.key for column in question.columns]
        Answer.objects.filter(application=application, question__in=keys, row=row).update(
            text="", amount=None, day=None, version=F("version") + 1, saved_at=now, helper=by.helper, user=by.user
        )
        if step_key in asked:
            touch(asked[step_key], now)


def touch(section, now):
    """The applicant has changed something in a section that staff asked about."""
    RequestedSection.objects.filter(pk=section.pk).update(touched_at=now, unchanged=False)


def stays(application, step_key, *, now):
    """The applicant says that a section stays as it is."""
    with transaction.atomic():
        hold(application, now, {})
        section = requested_sections(application).get(step_key)
        if section is not None:
            RequestedSection.objects.filter(pk=section.pk).update(unchanged=True)
    return section is not None
