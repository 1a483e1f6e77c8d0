"""The page of a case's files and the two ways to a content: what arrives stays, and no stranger opens anything."""

import io
import os
import re
import tracemalloc

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fund import access, casefiles, pictures, store, uploads
from fund.actors import APPLICANT
from fund.casefiles import Sent
from fund.models import Application, CaseFile, Helper
from fund.views.files import SECTION
from tests.fund.cases import create_draft
from tests.fund.sample_files import pdf, picture
from tests.fund.test_casefiles import ask, move
from tests.wir.test_access import addresses

pytestmark = pytest.mark.django_db

Scan = CaseFile.Scan
MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILE_STORE, settings.CLAMD_URL, settings.DEMO = tmp_path / "files", "", True
    return settings.FILE_STORE


@pytest.fixture
def case():
    """(a draft, its secret as it stands in addresses)"""
    application = create_draft(now=timezone.now())
    return application, access.make_key(application, now=timezone.now())[1].lower()


@pytest.fixture
def reader(signed_in, person):
    """A client signed in as staff who may see applications."""
    person("team1").user_permissions.add(Permission.objects.get(codename="view_application"))
    return signed_in("team1")


def numbered(number):
    return pictures.redraw(picture(color=(number, 0, 0)), "PNG")


def keep(application, name="Plan.png", number=1, **columns):
    """A file of a case, through the door."""
    sent = Sent(name, "", lambda: numbered(number))
    file = casefiles.add(application, [sent], section=SECTION, by=APPLICANT, now=timezone.now()).kept[0]
    CaseFile.objects.filter(pk=file.pk).update(**columns)
    file.refresh_from_db()
    return file


def page(secret, language="de"):
    return f"/{language}/fonds/antrag/{secret}/unterlagen/"


def upload(client, secret, *files):
    """files: (name, content, declared type)."""
    parts = [SimpleUploadedFile(name, content, declared) for name, content, declared in files]
    return client.post(page(secret), {"datei": parts})


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (CaseFile, Application)]


# The page -------------------------------------------------------------------------------------------------------------


def test_several_files_arrive_at_once_and_stand_on_the_page(client, case):
    application, secret = case

    answer = upload(client, secret, ("Angebot.pdf", pdf(), "application/pdf"), ("Plan.png", picture(), "image/png"))
    shown = client.get(answer["Location"]).content.decode()

    assert (answer.status_code, answer["Location"]) == (303, page(secret) + "?angekommen=2")
    assert [file.name for file in application.files.kept()] == ["Angebot.pdf", "Plan.png"]
    assert re.findall(r"<a href=\"[^\"]*/dateien/\d+/\"><bdi>([^<]+)", shown) == ["Angebot.pdf", "Plan.png"]


def test_a_bad_file_is_named_and_the_good_ones_are_kept(client, case):
    application, secret = case

    answer = upload(client, secret, ("a.exe", b"MZ\x90", "image/png"), ("Plan.png", picture(), "image/png"))

    shown = answer.content.decode()
    summary = shown.partition('class="error-summary"')[2].partition("</div>")[0]
    assert answer.status_code == 422
    assert re.findall(r"<bdi>([^<]+)</bdi>", summary) == ["a.exe"]
    assert [file.name for file in application.files.kept()] == ["Plan.png"]
    assert shown.count("<bdi>Plan.png</bdi></a>") == 1
    assert re.search(r"<title>[^<]*: ", shown)


def test_sending_the_form_twice_doubles_nothing(client, case):
    application, secret = case
    file = ("Plan.png", picture(), "image/png")

    statuses = [upload(client, secret, file).status_code for _number in range(2)]

    assert (statuses, application.files.count()) == ([303, 422], 1)


def test_an_empty_form_says_what_is_missing(client, case):
    body = part("") + b"\r\n--B--\r\n"

    empty = client.post(page(case[1]), body, content_type="multipart/form-data; boundary=B")

    assert (empty.status_code, CaseFile.objects.count()) == (422, 0)
    assert 'class="error-summary"' in empty.content.decode()


def test_reading_the_page_changes_nothing(client, case):
    application, secret = case
    keep(application)
    before = rows()

    statuses = [getattr(client, verb)(page(secret)).status_code for verb in ("get", "head")]
    statuses += [
        client.get(page(secret) + query).status_code for query in ("?entfernen=1", "?zurueck=1", "?entfernt=x")
    ]

    assert statuses == [200] * 5
    assert rows() == before


def test_a_file_is_removed_by_one_click_and_put_back_by_another(client, case):
    application, secret = case
    file = keep(application)

    removed = post(client, secret, f"entfernen={file.pk}")
    shown = client.get(removed["Location"]).content.decode()
    assert (removed["Location"], application.files.kept().count()) == (page(secret) + f"?entfernt={file.pk}", 0)
    assert f'name="zurueck" value="{file.pk}"' in shown and "Plan.png" in shown

    back = post(client, secret, f"zurueck={file.pk}")
    assert (back.status_code, back["Location"]) == (303, page(secret))
    assert list(application.files.kept()) == [file]


def post(client, secret, body):
    return client.post(page(secret), body, content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30, "1e3", "١", "%00"])
def test_odd_numbers_remove_nothing(client, case, value):
    file = keep(case[0])

    answers = [post(client, case[1], f"{name}={value}").status_code for name in ("entfernen", "zurueck")]

    assert (answers, list(case[0].files.kept())) == ([303, 303], [file])


def test_files_of_another_case_are_neither_shown_nor_removed(client, case):
    other = create_draft(now=timezone.now())
    file = keep(other, "Geheim.png")

    answers = [post(client, case[1], f"{name}={file.pk}") for name in ("entfernen", "zurueck")]
    shown = client.get(page(case[1]) + f"?entfernt={file.pk}").content.decode()

    assert ([answer.status_code for answer in answers], list(other.files.kept())) == ([303, 303], [file])
    assert "Geheim" not in shown


def test_a_case_that_was_handed_in_shows_its_files_and_takes_no_more(client, case):
    application, secret = case
    file = keep(application)
    move(application, "submitted")

    shown = client.get(page(secret)).content.decode()
    answers = [
        upload(client, secret, ("b.png", numbered(2), "image/png")),
        post(client, secret, f"entfernen={file.pk}"),
    ]

    assert ("Plan.png" in shown, "<form" in shown.partition("<main")[2].partition("</main>")[0]) == (True, False)
    assert [answer.status_code for answer in answers] == [422, 422]
    assert list(application.files.all()) == [file]


def test_names_are_escaped_and_stand_isolated(client, case):
    keep(case[0], "<b>x&amp;\u202eי.png")

    shown = client.get(page(case[1])).content.decode()

    assert "<bdi>-b-x&amp;amp-י.png</bdi>" in shown


def test_the_page_of_another_language_shows_the_same_files(client, case):
    keep(case[0])

    shown = client.get(page(case[1], "ar")).content.decode()

    assert ('dir="rtl"' in shown, "<bdi>Plan.png</bdi>" in shown) == (True, True)


@pytest.mark.parametrize("files", [1, 5])
def test_the_page_needs_few_statements_however_many_files_there_are(client, case, django_assert_max_num_queries, files):
    for number in range(files):
        keep(case[0], number=number)

    with django_assert_max_num_queries(8):
        client.get(page(case[1]))
    with django_assert_max_num_queries(12):
        upload(client, case[1], ("b.png", numbered(90), "image/png"), ("c.png", numbered(91), "image/png"))


def test_what_staff_asked_for_stands_on_the_page_and_may_stay_as_it_is(client, case):
    application, secret = case
    section = ask(application)

    shown = client.get(page(secret)).content.decode()
    answer = post(client, secret, "bleibt=1")

    section.refresh_from_db()
    assert ("Bitte ein Angebot" in shown, 'type="file"' in shown) == (True, True)
    assert (answer.status_code, section.unchanged) == (303, True)


def test_without_a_question_nothing_can_stay_as_it_is(client, case):
    move(case[0], "submitted")

    assert post(client, case[1], "bleibt=1").status_code == 422


# Too much -------------------------------------------------------------------------------------------------------------


class Stream(io.RawIOBase):
    """A body that is made while it is read. parts: (bytes, how often)."""

    def __init__(self, *parts):
        self.parts, self.given = [*parts], 0
        self.length = sum(len(piece) * count for piece, count in parts)
        self.pieces = (piece for piece, count in parts for _number in range(count))
        self.rest = b""

    def read(self, size=-1):
        while len(self.rest) < size:
            piece = next(self.pieces, None)
            if piece is None:
                break
            self.rest += piece
        given, self.rest = self.rest[:size], self.rest[size:]
        self.given += len(given)
        return given


def part(name):
    return (
        f'--B\r\nContent-Disposition: form-data; name="datei"; filename="{name}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()


def post_stream(client, secret, stream):
    """(the answer, the most memory in bytes that it took)"""
    tracemalloc.start()
    answer = client.request(
        REQUEST_METHOD="POST",
        PATH_INFO=page(secret),
        CONTENT_TYPE="multipart/form-data; boundary=B",
        CONTENT_LENGTH=str(stream.length),
        **{"wsgi.input": stream},
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return answer, peak


def test_a_file_of_100_megabytes_is_refused_and_the_small_one_beside_it_is_kept(client, case):
    application, secret = case
    client.get(page(secret))  # templates are loaded
    big = [(part("film.pdf"), 1), (b"x" * 65536, 1600), (b"\r\n", 1)]
    stream = Stream(
        *big, (part("Plan.png").replace(b"application/pdf", b"image/png"), 1), (picture(), 1), (b"\r\n--B--\r\n", 1)
    )

    answer, peak = post_stream(client, secret, stream)

    assert (answer.status_code, stream.given) == (422, stream.length)
    assert [file.name for file in application.files.kept()] == ["Plan.png"]
    assert "<bdi>film.pdf</bdi>" in answer.content.decode()
    assert peak < 10 * MEGABYTE


def test_more_than_anybody_hands_in_is_read_away_and_answered_with_a_page(client, case):
    client.get(page(case[1]))
    stream = Stream((part("film.pdf"), 1), (b"x" * 65536, uploads.MAX_BODY // 65536 + 1))

    answer, peak = post_stream(client, case[1], stream)

    assert (answer.status_code, stream.given, CaseFile.objects.count()) == (413, stream.length, 0)
    assert 'class="error-summary"' in answer.content.decode()
    assert peak < 5 * MEGABYTE


def test_no_more_of_a_file_is_written_to_disk_than_a_file_may_have(rf):
    stream = Stream((part("film.pdf"), 1), (b"x" * 65536, 400), (b"\r\n--B--\r\n", 1))
    request = rf.post("/", content_type="multipart/form-data; boundary=B")
    request.META["CONTENT_LENGTH"], request._stream = str(stream.length), stream

    (sent,) = uploads.received(request, "datei")

    file = request.FILES["datei"]
    assert (sent.read(), os.path.getsize(file.temporary_file_path()) <= 10 * MEGABYTE) == (None, True)
    file.close()


def test_patience_with_a_refused_body_ends(client, case, monkeypatch):
    monkeypatch.setattr(uploads, "PATIENCE", 0)
    stream = Stream((b"x" * 65536, uploads.MAX_BODY // 65536 + 1))

    assert (post_stream(client, case[1], stream)[0].status_code, stream.given) == (413, 0)


def test_a_hundred_and_one_files_or_a_huge_text_beside_them_get_a_page_too(client, case):
    many = [(part(f"{number}.pdf") + b"%PDF-1.4\r\n", 1) for number in range(101)]
    text = b'--B\r\nContent-Disposition: form-data; name="x"\r\n\r\n'

    answers = [
        post_stream(client, case[1], Stream(*many, (b"--B--\r\n", 1)))[0],
        post_stream(client, case[1], Stream((text, 1), (b"x" * 65536, 60), (b"\r\n--B--\r\n", 1)))[0],
    ]

    assert [answer.status_code for answer in answers] == [413, 413]


def test_of_too_many_files_the_first_ten_are_kept(client, case):
    files = [(f"{number}.png", numbered(number), "image/png") for number in range(12)]

    answer = upload(client, case[1], *files)

    assert (answer.status_code, case[0].files.kept().count()) == (422, 10)


def test_a_body_that_breaks_off_or_makes_no_sense_is_no_fault_of_ours(client, case):
    class Broken(Stream):
        def read(self, size=-1):
            raise OSError

    broken = Broken((b"x" * 1000, 1))
    statuses = [post_stream(client, case[1], broken)[0].status_code]
    statuses += [client.post(page(case[1]), b"nonsense", content_type="multipart/form-data; boundary=B").status_code]
    statuses += [client.post(page(case[1]), b"x", content_type="multipart/form-data").status_code]

    assert statuses == [400, 422, 400]


def status(answer):
    """Of an answer read to its end, which closes it. (Closing it by hand would take the test's connection along.)"""
    answer.getvalue() if answer.streaming else answer.content
    return answer.status_code


# A content ------------------------------------------------------------------------------------------------------------

HEADERS = {
    "Content-Type": "image/png",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store, private",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def own_address(secret, file):
    return f"/de/fonds/antrag/{secret}/dateien/{file.pk}/"


def test_the_applicant_saves_her_file_and_it_can_only_be_saved(client, case):
    file = keep(case[0], "Pläne für Linden.png")

    answer = client.get(own_address(case[1], file), headers={"Accept-Encoding": "gzip"})

    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, numbered(1))
    assert {name: answer[name] for name in HEADERS} == HEADERS
    assert answer["Content-Disposition"] == (
        f"attachment; filename=\"Datei-{file.pk}.png\"; filename*=UTF-8''Pl%C3%A4ne%20f%C3%BCr%20Linden.png"
    )
    assert answer["Content-Length"] == str(file.size)


def test_staff_with_the_right_get_the_same_answer(reader, case):
    file = keep(case[0], scan=Scan.CLEAN)
    move(case[0], "submitted")

    answer = reader.get(reverse("admin:fund_file", args=[file.pk]))

    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, numbered(1))
    told = {name: answer[name] for name in HEADERS}
    told["Cache-Control"] = ", ".join(told["Cache-Control"].split(", ")[:2])  # the back office adds what says the same
    assert told == HEADERS


def test_what_no_scanner_has_seen_opens_for_staff_after_a_warning(reader, case):
    file = keep(case[0])
    move(case[0], "submitted")
    address = reverse("admin:fund_file", args=[file.pk])

    warned, opened = reader.get(address), reader.get(address + "?ungeprueft=1")

    assert (warned.status_code, warned.streaming, b'href="?ungeprueft=1"' in warned.content) == (200, False, True)
    assert (opened.status_code, b"".join(opened.streaming_content)) == (200, numbered(1))


@pytest.mark.parametrize("scan", [Scan.PENDING, Scan.INFECTED])
def test_a_file_without_a_clean_verdict_opens_for_nobody(client, reader, case, scan):
    file = keep(case[0], scan=scan)
    move(case[0], "submitted")

    own = Client().get(own_address(case[1], file).replace("/de/", "/tr/"))
    staff = [reader.get(reverse("admin:fund_file", args=[file.pk]) + query) for query in ("", "?ungeprueft=1")]

    assert [each.status_code for each in (own, *staff)] == [409, 409, 409]
    assert ('lang="tr"' in own.content.decode(), own["Cache-Control"]) == (True, "no-store, private")


def test_unscanned_files_open_for_nobody_once_a_scanner_is_set(client, reader, case, settings):
    file = keep(case[0])
    move(case[0], "submitted")
    settings.CLAMD_URL = "tcp://127.0.0.1:1"

    answers = [
        client.get(own_address(case[1], file)),
        reader.get(reverse("admin:fund_file", args=[file.pk]) + "?ungeprueft=1"),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]


def file_views():
    """Names of every address that hands out contents: those with the number of a file in them."""
    return {name for name, address in addresses().items() if "dateien" in address}


def test_every_way_to_a_file_refuses_every_stranger(case, reader, person):
    application, secret = case
    file = keep(application, "Geheim.png", scan=Scan.CLEAN)
    move(application, "submitted")
    helper = Helper.objects.create(application=application, name="Mina", added_at=timezone.now())
    ended = access.make_key(application, helper=helper, now=timezone.now())[1].lower()
    access.end_keys(application, helper=helper, now=timezone.now())
    other = access.make_key(create_draft(now=timezone.now()), now=timezone.now())[1].lower()
    outsider, admin = Client(), reverse("admin:fund_file", args=[file.pk])
    outsider.force_login(person("uebersetzung-tr"))

    refused = {
        "fund:file": [
            status(client.get(f"/de/fonds/antrag/{key}/dateien/{file.pk}/"))
            for key in (other, ended, "k7qxm2pd9rva3tnc")
            for client in (Client(), reader)
        ],
        "admin:fund_file": [Client().get(admin).status_code, outsider.get(admin).status_code],
    }
    opened = [status(Client().get(f"/de/fonds/antrag/{secret}/dateien/{file.pk}/")), status(reader.get(admin))]

    assert refused == {"fund:file": [404] * 6, "admin:fund_file": [302, 403]}
    assert set(refused) == file_views()
    assert opened == [200, 200]


@pytest.mark.parametrize("state", ["draft", "erased"])
def test_staff_do_not_open_what_was_never_handed_in_or_is_erased(reader, case, state):
    file = keep(case[0], scan=Scan.CLEAN)
    move(case[0], state)

    assert reader.get(reverse("admin:fund_file", args=[file.pk])).status_code == 404


def test_staff_do_not_see_what_an_answer_will_bring_before_it_is_sent(reader, case):
    application, _secret = case
    ask(application)
    file = keep(application, scan=Scan.CLEAN)
    address = reverse("admin:fund_file", args=[file.pk])

    before = status(reader.get(address))
    move(application, "formal_check")

    assert (before, status(reader.get(address))) == (404, 200)


def test_a_removed_file_a_lost_content_and_a_made_up_number_are_not_there(client, case):
    removed = keep(case[0], number=1, removed_at=timezone.now())
    lost = keep(case[0], number=2)
    store.delete(lost.stored)

    statuses = [status(client.get(own_address(case[1], each))) for each in (removed, lost)]
    statuses.append(client.get(f"/de/fonds/antrag/{case[1]}/dateien/{'9' * 25}/").status_code)

    assert statuses == [404, 404, 404]


def test_a_file_cannot_be_posted_to_and_a_head_opens_nothing(client, case):
    file = keep(case[0])
    address = own_address(case[1], file)

    answers = [status(each) for each in (client.post(address), client.head(address), client.delete(page(case[1])))]

    assert answers == [405, 200, 405]


def test_the_form_offers_what_is_taken_and_needs_no_script(client, case):
    shown = client.get(page(case[1])).content.decode()

    (field,) = re.findall(r"<input type=\"file\"[^>]*>", shown)
    assert ("multiple" in field, ".pdf,.png,.jpg" in field, "heic" in field, "<script" in shown) == (
        True,
        True,
        False,
        False,
    )


def test_files_of_one_case_and_of_one_address_have_an_hourly_end(client, case, monkeypatch):
    application, secret = case
    monkeypatch.setattr("fund.views.files.IN_CASE", "2/h")

    statuses = [
        upload(client, secret, (f"{number}.png", numbered(number), "image/png")).status_code for number in range(3)
    ]

    assert statuses == [303, 303, 429]
    assert application.files.count() == 2
