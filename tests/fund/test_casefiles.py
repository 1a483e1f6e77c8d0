"""Files of a case: limits, doubles, removing and putting back, scanning, erasing, sweeping."""

import hashlib
import os
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from pypdf.generic import StreamObject

from fund import casefiles, pictures, scanning, store
from fund.actors import APPLICANT, Actor, Part
from fund.casefiles import CLOSED, DOUBLE, INFECTED, MAX_FILES, Sent, no_room
from fund.filetypes import EMPTY, MEGABYTE
from fund.models import Application, CaseFile, ChangeRequest, Helper, RequestedSection, Revision
from fund.tasks import nudge, scan_files
from fund.views.files import SECTION
from tests.fund.cases import NOW, create_draft
from tests.fund.parallel import REAL_CONNECTIONS, at_once
from tests.fund.sample_files import EICAR, pdf, picture
from tests.fund.scanner import running
from wir.accounts.models import User
from wir.lib.workflow import Refused

pytestmark = pytest.mark.django_db

Scan = CaseFile.Scan


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILE_STORE, settings.CLAMD_URL = tmp_path / "files", ""
    return settings.FILE_STORE


@pytest.fixture
def scanner(settings):
    with running() as scanner:
        settings.CLAMD_URL = scanner.address
        yield scanner


def contents(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def sent(name, data, declared=""):
    return Sent(name, declared, lambda: data)


def numbered(number):
    """A sound picture that differs from every other, already as it would be drawn anew."""
    return pictures.redraw(picture(color=(number, 0, 0)), "PNG")


def infected():
    def change(writer):
        stream = StreamObject()
        stream.set_data(EICAR)
        writer._add_object(stream)

    return pdf(change)


def add(application, *files, by=APPLICANT, now=NOW, section=SECTION):
    return casefiles.add(application, files, section=section, by=by, now=now)


def told(added):
    return [name for name, _reason in added.refused], [reason for _name, reason in added.refused]


def move(application, state):
    """The case is handed in: what the workflow does with the columns, without the rest of it."""
    revision = Revision.objects.create(
        application=application,
        number=application.revisions.count() + 1,
        made_at=NOW,
        language="de",
        answers={},
        files=[[file.pk, file.name, file.digest] for file in application.files.kept()],
        kind="single",
        applicant="A",
        title="T",
        requested=100,
        total=100,
        starts_on="2027-09-01",
        ends_on="2027-09-02",
        tier="micro",
    )
    values = {"revision": revision, "reference": f"2027-{application.pk}", "submitted_at": NOW, "state": state}
    asked = {"asked_by_state": "formal_check"} if state == "info_requested" else {}
    Application.objects.filter(pk=application.pk).update(**values | asked)
    application.refresh_from_db()


def ask(application, section=SECTION):
    """Staff ask about a section."""
    move(application, "info_requested")
    request = ChangeRequest.objects.create(
        application=application,
        before=application.revision,
        asked_at=NOW,
        asked_by=User.objects.get(username="team1"),
        due="2027-04-01",
        days=20,
    )
    return RequestedSection.objects.create(request=request, section=section, text="Bitte ein Angebot")


# Adding ---------------------------------------------------------------------------------------------------------------


def test_a_file_is_kept_with_everything_its_row_tells(folder):
    application = create_draft()
    helper = Helper.objects.create(application=application, name="Mina", added_at=NOW)
    data = numbered(1)

    added = add(application, sent("../Angebot\u202e.PNG", data, "image/png"), by=Actor(Part.HELPER, helper=helper))

    file = CaseFile.objects.get()
    assert (added.kept, added.refused) == ([file], [])
    assert (file.application, file.section, file.name, file.kind) == (application, "unterlagen", "Angebot.png", "png")
    assert (file.size, file.digest) == (len(data), hashlib.sha256(data).hexdigest())
    assert (file.scan, file.saved_at, file.helper, file.user) == (Scan.UNSCANNED, NOW, helper, None)
    assert contents(folder) == [file.stored]
    with casefiles.content(file) as content:
        assert content.read() == data


def test_one_bad_file_does_not_lose_the_good_ones(folder):
    application = create_draft()

    added = add(
        application, sent("a.png", numbered(1)), sent("b.png", b""), sent("c.exe", b"MZ"), sent("d.png", picture())
    )

    assert [file.name for file in added.kept] == ["a.png", "d.png"]
    assert told(added)[0] == ["b.png", "c.exe"]
    assert told(added)[1][0] == str(EMPTY)
    assert len(contents(folder)) == 2


def test_the_same_file_is_kept_once_whatever_it_is_called(folder):
    application, data = create_draft(), numbered(1)

    first = add(application, sent("a.png", data), sent("b.png", data))
    second = add(application, sent("c.png", data))

    assert (told(first), told(second)) == ((["b.png"], [str(DOUBLE)]), (["c.png"], [str(DOUBLE)]))
    assert contents(folder) == [CaseFile.objects.get().stored]


def test_the_same_picture_is_known_again_although_it_is_drawn_anew():
    application, data = create_draft(), picture("JPEG")

    add(application, sent("a.jpg", data))

    assert told(add(application, sent("a.jpg", data)))[1] == [str(DOUBLE)]


def test_another_case_may_have_the_same_file():
    data = numbered(1)

    kept = [len(add(create_draft(), sent("a.png", data)).kept) for _number in range(2)]

    assert kept == [1, 1]


def test_the_eleventh_file_has_no_room(folder):
    application = create_draft()

    added = add(application, *[sent(f"{number}.png", numbered(number)) for number in range(MAX_FILES + 1)])

    assert (len(added.kept), told(added)) == (10, (["10.png"], [str(no_room())]))
    assert len(contents(folder)) == 10


def test_all_files_together_have_a_limit(monkeypatch):
    application = create_draft()
    monkeypatch.setattr(casefiles, "MAX_TOTAL", len(numbered(1)) * 2 + 10)

    added = add(application, *[sent(f"{number}.png", numbered(number)) for number in range(3)])

    assert (len(added.kept), told(added)[0]) == (2, ["2.png"])


def test_the_limits_are_those_that_are_told():
    assert str(no_room()) == "Für diese Datei ist kein Platz mehr: höchstens 10 Dateien, zusammen höchstens 40 MB."


def test_statements_do_not_grow_with_the_files():
    def statements(count):
        application = create_draft()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            add(application, *[sent(f"{number}.png", numbered(number)) for number in range(count)])
        return len(queries)

    assert (statements(1), statements(5)) == (5, 5)


def test_a_fault_while_the_rows_are_written_leaves_no_content(folder, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError

    application = create_draft()
    monkeypatch.setattr(casefiles, "enter", fails)

    with pytest.raises(RuntimeError):
        add(application, sent("a.png", numbered(1)))
    assert (contents(folder), CaseFile.objects.count()) == ([], 0)


# May files change? ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["submitted", "formal_check", "ineligible", "withdrawn", "closed"])
def test_a_case_that_was_handed_in_is_closed_to_files(folder, state):
    application = create_draft()
    file = add(application, sent("a.png", numbered(1))).kept[0]
    move(application, state)

    for act in (
        lambda: add(application, sent("b.png", numbered(2))),
        lambda: casefiles.remove(application, file.pk, section=SECTION, now=NOW),
        lambda: casefiles.restore(application, file.pk, section=SECTION, now=NOW),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.reasons == [str(CLOSED)]
    assert (contents(folder), CaseFile.objects.kept().count()) == ([file.stored], 1)


def test_a_case_handed_in_while_the_file_was_looked_at_is_closed_too(folder):
    application = create_draft()
    stale = Application.objects.get(pk=application.pk)
    move(application, "submitted")

    with pytest.raises(Refused):
        add(stale, sent("a.png", numbered(1)))

    assert (contents(folder), CaseFile.objects.count()) == ([], 0)


def test_where_staff_asked_for_files_one_can_be_added_and_the_question_counts_as_touched():
    application = create_draft()
    section = ask(application)

    add(application, sent("a.png", numbered(1)))

    section.refresh_from_db()
    assert (section.touched_at, CaseFile.objects.count()) == (NOW, 1)


def test_where_staff_asked_for_something_else_files_stay_closed():
    application = create_draft()
    ask(application, "kosten")

    with pytest.raises(Refused):
        add(application, sent("a.png", numbered(1)))

    assert CaseFile.objects.count() == 0


def test_every_change_counts_as_writing_and_moves_the_expiry_on():
    application = create_draft()
    later = NOW + timedelta(days=3)

    file = add(application, sent("a.png", numbered(1)), now=later).kept[0]
    casefiles.remove(application, file.pk, section=SECTION, now=later)

    fresh = Application.objects.get(pk=application.pk)
    assert (fresh.written - application.written, fresh.saved_at) == (2, later)


# Removing -------------------------------------------------------------------------------------------------------------


def test_a_removed_file_can_be_put_back_until_the_next_one_is_removed(folder, django_capture_on_commit_callbacks):
    application = create_draft()
    first, second = add(application, sent("a.png", numbered(1)), sent("b.png", numbered(2))).kept

    casefiles.remove(application, first.pk, section=SECTION, now=NOW)
    casefiles.restore(application, first.pk, section=SECTION, now=NOW)
    assert [file.name for file in application.files.kept()] == ["a.png", "b.png"]

    with django_capture_on_commit_callbacks(execute=True):
        casefiles.remove(application, first.pk, section=SECTION, now=NOW)
        casefiles.remove(application, second.pk, section=SECTION, now=NOW)
    assert (list(application.files.all()), contents(folder)) == ([second], [second.stored])


def test_files_of_another_case_cannot_be_removed_or_put_back():
    mine, other = create_draft(), create_draft()
    kept, removed = add(other, sent("a.png", numbered(1)), sent("b.png", numbered(2))).kept
    casefiles.remove(other, removed.pk, section=SECTION, now=NOW)

    answers = [
        casefiles.remove(mine, kept.pk, section=SECTION, now=NOW),
        casefiles.restore(mine, removed.pk, section=SECTION, now=NOW),
    ]

    assert answers == [None, None]
    assert [file.name for file in other.files.kept()] == ["a.png"]


def test_a_removed_file_that_was_sent_again_is_not_put_back_beside_it():
    application, data = create_draft(), numbered(1)
    file = add(application, sent("a.png", data)).kept[0]
    casefiles.remove(application, file.pk, section=SECTION, now=NOW)
    again = add(application, sent("b.png", data)).kept

    with pytest.raises(Refused) as refused:
        casefiles.restore(application, file.pk, section=SECTION, now=NOW)

    assert (refused.value.reasons, list(application.files.kept())) == ([str(DOUBLE)], again)


def test_putting_back_respects_the_limits():
    application = create_draft()
    first, *_rest = add(application, *[sent(f"{number}.png", numbered(number)) for number in range(10)]).kept
    casefiles.remove(application, first.pk, section=SECTION, now=NOW)
    add(application, sent("new.png", numbered(11)))

    with pytest.raises(Refused) as refused:
        casefiles.restore(application, first.pk, section=SECTION, now=NOW)

    assert refused.value.reasons == [str(no_room())]


def test_what_was_handed_in_stays_for_staff_when_it_is_removed_from_the_case(
    folder, django_capture_on_commit_callbacks
):
    application = create_draft()
    first, second = add(application, sent("a.png", numbered(1)), sent("b.png", numbered(2))).kept
    ask(application)

    with django_capture_on_commit_callbacks(execute=True):
        casefiles.remove(application, first.pk, section=SECTION, now=NOW)
        casefiles.remove(application, second.pk, section=SECTION, now=NOW)
        casefiles.sweep(NOW + timedelta(days=9))

    assert list(application.files.kept()) == []
    assert list(casefiles.handed_in(application)) == [first, second]
    assert contents(folder) == sorted([first.stored, second.stored])


# Scanning -------------------------------------------------------------------------------------------------------------


def test_a_clean_file_opens_and_an_infected_one_is_emptied_and_named(folder, scanner):
    application = create_draft()

    added = add(application, sent("good.png", numbered(1)), sent("bad.pdf", infected()))

    good, bad = CaseFile.objects.order_by("pk")
    assert ([file.name for file in added.kept], told(added)) == (["good.png"], (["bad.pdf"], [str(INFECTED)]))
    assert [(file.scan, file.is_openable, file.scanned_at) for file in (good, bad)] == [
        (Scan.CLEAN, True, NOW),
        (Scan.INFECTED, False, NOW),
    ]
    assert contents(folder) == [good.stored]
    assert casefiles.unfinished(application) == [bad]
    assert told(add(application, sent("again.pdf", infected())))[1] == [str(INFECTED)]


@pytest.mark.parametrize("mode", ["dead", "half", "odd", "error"])
def test_without_a_verdict_a_file_waits_closed_and_the_worker_is_told_once(scanner, mode):
    application = create_draft()
    scanner.mode = mode

    added = add(application, sent("a.png", numbered(1)))
    add(application, sent("b.png", numbered(2)))

    assert [(file.scan, file.is_openable) for file in CaseFile.objects.all()] == [(Scan.PENDING, False)] * 2
    assert (len(added.kept), added.refused) == (1, [])
    assert list(DBTaskResult.objects.values_list("task_path", "status")) == [("fund.tasks.scan_files", "READY")]


def test_a_scanner_that_takes_too_long_does_not_hold_up_the_request(scanner, monkeypatch):
    scanner.mode = "silent"

    assert scanning.scan_at_once([*add(create_draft(), sent("a.png", numbered(1))).kept], now=NOW, seconds=0.1) is False


def test_the_worker_looks_at_what_waits_and_asks_again_later_while_there_is_no_answer(scanner):
    scanner.mode = "dead"
    add(create_draft(), sent("a.png", numbered(1)))
    DBTaskResult.objects.all().delete()

    scan_files.func()
    (later,) = DBTaskResult.objects.all()
    scanner.mode = ""
    scan_files.func()

    assert later.run_after > later.enqueued_at + timedelta(minutes=4)
    assert (CaseFile.objects.get().scan, DBTaskResult.objects.count()) == (Scan.CLEAN, 1)


def test_files_from_before_there_was_a_scanner_close_and_are_looked_at(settings):
    add(create_draft(), sent("a.png", numbered(1)))
    assert CaseFile.objects.get().is_openable

    with running() as scanner:
        settings.CLAMD_URL = scanner.address
        closed = CaseFile.objects.get().is_openable
        done = scanning.rescan(now=NOW)

        assert (closed, done, CaseFile.objects.get().is_openable) == (False, True, True)


def test_a_file_the_scanner_cannot_read_holds_up_no_other(scanner):
    application = create_draft()
    scanner.mode = "dead"
    add(application, sent("a.png", numbered(1)), sent("b.png", numbered(2)))
    scanner.mode = "small"
    CaseFile.objects.filter(name="a.png").update(stored=store.write(b"x" * 2_000_000))

    assert scanning.rescan(now=NOW) is False
    assert dict(CaseFile.objects.values_list("name", "scan")) == {"a.png": Scan.PENDING, "b.png": Scan.CLEAN}


def test_a_nudge_is_given_once():
    nudge()
    nudge()

    assert DBTaskResult.objects.count() == 1


# Erasing and sweeping -------------------------------------------------------------------------------------------------


def test_erasing_a_case_leaves_no_file_of_it_and_all_of_the_others(folder, django_capture_on_commit_callbacks):
    application, other = create_draft(), create_draft()
    add(application, sent("a.png", numbered(1)), sent("b.png", numbered(2)))
    stays = add(other, sent("c.png", numbered(3))).kept[0]
    move(application, "submitted")

    with django_capture_on_commit_callbacks(execute=True):
        casefiles.erase_all(application, now=NOW)

    assert (list(CaseFile.objects.all()), contents(folder)) == ([stays], [stays.stored])


def test_erasing_that_is_rolled_back_loses_no_content(folder, django_capture_on_commit_callbacks):
    application = create_draft()
    file = add(application, sent("a.png", numbered(1))).kept[0]

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError), transaction.atomic():
        casefiles.erase_all(application, now=NOW)
        raise RuntimeError

    assert (CaseFile.objects.get(), contents(folder)) == (file, [file.stored])


def test_the_sweep_takes_orphans_and_what_was_removed_a_day_ago(folder, django_capture_on_commit_callbacks):
    application = create_draft()
    kept, removed = add(application, sent("a.png", numbered(1)), sent("b.png", numbered(2))).kept
    casefiles.remove(application, removed.pk, section=SECTION, now=NOW)
    old, young = store.write(b"orphan"), store.write(b"being written just now")
    for name, hours in ((old, 25), (kept.stored, 900), (removed.stored, 0), (young, -2)):
        moment = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(store.path_of(name), (moment, moment))

    with django_capture_on_commit_callbacks(execute=True):
        first = casefiles.sweep(NOW)
    assert (first, contents(folder)) == (1, sorted([kept.stored, removed.stored, young]))

    with django_capture_on_commit_callbacks(execute=True):
        casefiles.sweep(NOW + timedelta(days=1, seconds=1))
    assert (list(CaseFile.objects.all()), contents(folder)) == ([kept], sorted([kept.stored, young]))


# At the same time -----------------------------------------------------------------------------------------------------


@REAL_CONNECTIONS
def test_the_same_file_sent_ten_times_at_once_is_kept_once(folder):
    application, data = create_draft(), numbered(1)

    def send():
        return len(add(Application.objects.get(pk=application.pk), sent("a.png", data)).kept)

    results = at_once([send] * 10, refusals=())

    assert sorted(results) == [0] * 9 + [1]
    assert contents(folder) == [CaseFile.objects.get().stored]


def test_sizes_are_those_of_the_design():
    assert (casefiles.MAX_FILES, casefiles.MAX_TOTAL, MEGABYTE) == (10, 40 * 1024 * 1024, 1024 * 1024)
