"""Reviews of members: one word and one comment, tied to the revision they saw, without names to anybody else."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from fund import casefiles, reviewing
from fund.actors import APPLICANT
from fund.models import Application, CaseItem, CaseMessage, Review, Revision
from fund.samples_people import sample_file
from tests.fund.factories import (
    PROJECT,
    SECRET,
    chair,
    check,
    create_draft,
    declare,
    forward,
    fresh,
    plan_meeting,
    put_on_agenda,
    review,
    seat,
    submit,
    take,
    team,
)
from tests.fund.test_gate import LIST, at_board, copies, member, page, soon
from wir.lib.workflow import Refused

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def opened(*names, **values):
    """(a case, the seats that have declared)."""
    case = at_board(**values)
    holders = [seat(name, 70 + number) for number, name in enumerate(names, 1)]
    for each in holders:
        declare(case, each, now=NOW)
    return case, holders


def typed(case, word="propose", **values):
    return {"seen": case.revision_id, "word": word} | values


def newer(case, **changed):
    """A second revision, as an answer to a question of the office makes it."""
    values = {f.attname: getattr(case.revision, f.attname) for f in Revision._meta.concrete_fields if f.attname != "id"}
    answers = case.revision.answers | {key: {"0": text} for key, text in changed.items()}
    made = Revision.objects.create(**values | {"number": case.revision.number + 1, "answers": answers, "made_at": NOW})
    Application.objects.filter(pk=case.pk).update(revision=made)
    return fresh(case)


def test_a_member_reads_everything_she_needs_and_nothing_of_the_office(signed_in):
    case, _holders = opened("gremium1", plan="Wir singen.", phone="0511 99887766")
    case.notes.create(text=SECRET, at=NOW, by=team().user)
    case.checked_points.filter(point="costs").update(note=SECRET)
    CaseMessage.objects.create(
        application=case, from_office=False, language="tr", text="Merhaba", sent_at=NOW, translation="Guten Tag",
        translation_language="de", translation_origin="person", translated_at=NOW, translated_by=team().user,
    )  # fmt: skip

    text = signed_in("gremium1").get(page(case)).content.decode()

    assert [each in text for each in ("Wir singen.", "16.000", "Merhaba", "Guten Tag", "Arbeitsübersetzung")] == [
        True
    ] * 5
    assert [each in text for each in (SECRET, "99887766", "elif@example.org")] == [False] * 3


@pytest.mark.parametrize(
    ("word", "values", "kept"),
    [
        ("propose", {}, ("propose", None)),
        ("less", {"amount": "9.000"}, ("less", Decimal(9000))),
        ("less", {"amount": "16000"}, ("less", Decimal(16000))),
        ("no", {}, ("no", None)),
        ("unsure", {}, ("unsure", None)),
        ("less", {}, None),
        ("less", {"amount": "16.000,01"}, None),
        ("less", {"amount": "17.000"}, None),
        ("less", {"amount": "1234,5"}, ("less", Decimal("1234.5"))),
        ("less", {"amount": "1500.5555"}, None),
        ("less", {"amount": "0,001"}, None),
        ("less", {"amount": "0"}, None),
        ("propose", {"amount": "5"}, None),
        ("", {}, None),
        ("maybe", {}, None),
    ],
)
def test_one_word_and_an_amount_only_where_less_is_proposed(signed_in, word, values, kept):
    case, _holders = opened("gremium1")

    answer = signed_in("gremium1").post(page(case), typed(case, word, comment="Gut", **values))

    assert list(Review.objects.values_list("word", "amount")) == ([kept] if kept else [])
    assert answer.status_code == (302 if kept else 422)
    assert kept or "Gut" in answer.content.decode()


def test_writing_again_replaces_her_own(signed_in):
    case, _holders = opened("gremium1")
    client = signed_in("gremium1")

    for word in ("no", "propose", "propose"):
        client.post(page(case), typed(case, word))

    assert [each.word for each in Review.objects.all()] == ["propose"]


def test_a_review_of_an_older_page_is_refused_and_the_change_shown(signed_in):
    case, holders = opened("gremium1", plan="Wir singen.")
    review(case, holders[0], "no", NOW)
    old = case.revision_id
    case = newer(case, plan="Wir tanzen.")
    client = signed_in("gremium1")

    refused = client.post(page(case), typed(case, comment="Bleibt") | {"seen": old})
    shown = client.get(page(case))

    assert (refused.status_code, Review.objects.get().word) == (409, "no")
    assert "Bleibt" in refused.content.decode()
    assert [section.key for section in shown.context["changes"]] == ["was"]
    assert client.post(page(case), typed(case, "propose")).status_code == 302
    assert client.get(page(case)).context["changes"] == []


def test_others_are_read_after_her_own_and_never_by_name(signed_in):
    case, (one, two) = opened("gremium1", "gremium3")
    review(case, two, "less", NOW, amount=Decimal(100), comment=f"Zu teuer {SECRET}")
    client = signed_in("gremium1")

    before = client.get(page(case)).content.decode()
    client.post(page(case), typed(case))
    after = client.get(page(case))

    assert SECRET not in before
    assert after.context["others"].counts == [("mit weniger Geld vorschlagen", 1)]
    assert after.context["others"].comments == [f"Zu teuer {SECRET}"]
    assert [name in after.content.decode() for name in (two.name, "gremium3")] == [False, False]


def test_the_word_of_who_is_in_conflict_counts_for_nobody(signed_in):
    case, (one, two) = opened("gremium1", "gremium3")
    review(case, one, now=NOW)
    review(case, two, "no", NOW, comment=SECRET)

    declare(case, two, "unsure", NOW)

    assert reviewing.others(case, one.user).counts == []
    assert SECRET not in signed_in("gremium1").get(page(case)).content.decode()


def test_no_review_comes_after_the_meeting_has_decided(signed_in):
    case, (one, _two) = opened("gremium1", "gremium3")
    item = CaseItem.objects.create(
        application=case, meeting=plan_meeting(timezone.localdate(NOW)), put_at=NOW, put_by=team().user
    )
    Application.objects.filter(pk=case.pk).update(state="board_meeting")
    client = signed_in("gremium1")
    while_open = client.post(page(case), typed(case)).status_code
    CaseItem.objects.filter(pk=item.pk).update(
        outcome="impossible", recorded_at=NOW, recorded_by=team().user, confirmed_at=NOW, confirmed_by=chair().user
    )

    confirmed = client.post(page(case), typed(case, "no")).status_code
    Application.objects.filter(pk=case.pk).update(state="committee_queue")
    gone_on = client.post(page(case), typed(case, "no")).status_code

    assert ([while_open, confirmed, gone_on], Review.objects.get().word) == ([302, 409, 409], "propose")


def test_only_who_holds_the_seat_reviews():
    case, (one, two) = opened("gremium1", "gremium3")

    for by in (two.user, team().user):
        with pytest.raises(Refused):
            reviewing.write(case, one, word="no", seen=case.revision_id, by=by, now=NOW)

    assert Review.objects.count() == 0


def test_a_member_who_has_not_declared_reviews_nothing():
    case, holder = at_board(), member()

    with pytest.raises(Refused):
        reviewing.write(case, holder, word="no", seen=case.revision_id, by=holder.user, now=NOW)


# The list -------------------------------------------------------------------------------------------------------------


def references(client, query=""):
    return [each.reference for each in client.get(LIST + query).context["cl"].result_list]


def test_the_list_holds_what_is_open_to_her_and_finds_it(signed_in):
    case, holders = opened("gremium1", title="Singen")
    other, unsure, example = at_board(title="Tanzen"), at_board(title="Malen"), at_board(title="Beispiel", sample=True)
    declare(other, holders[0], now=NOW)
    declare(unsure, holders[0], "unsure", NOW)
    declare(example, holders[0], now=NOW)
    review(case, holders[0], now=NOW)
    client = signed_in("gremium1")

    assert references(client) == [case.reference, other.reference]
    assert references(client, "?q=Tanzen") == [other.reference]
    assert references(client, f"?q={case.reference}") == [case.reference]
    assert references(client, "?offen=1") == [other.reference]
    assert references(client, "?beispiele=1") == [example.reference]
    assert references(client, "?tier=micro") == []
    assert references(client, "?q=Malen") == []


@pytest.mark.parametrize("value", ["abc", "99999999999999999999", "-1", "1.5", "%00"])
def test_a_filter_that_nobody_offered_narrows_nothing(signed_in, value):
    case, _holders = opened("gremium1")
    client = signed_in("gremium1")

    found = [references(client, f"?{name}={value}") for name in ("sitzung", "tier", "stand", "offen", "beispiele")]

    assert found == [[case.reference]] * 5


def test_the_list_is_narrowed_to_a_meeting(signed_in):
    case, holders = opened("gremium1", title="Singen")
    other = at_board(title="Tanzen")
    declare(other, holders[0], now=NOW)
    item = put_on_agenda(other, holders=[])

    client = signed_in("gremium1")

    assert references(client, f"?sitzung={item.meeting_id}") == [other.reference]
    assert set(references(client)) == {case.reference, other.reference}


def test_a_stale_review_is_to_do_again(signed_in):
    case, holders = opened("gremium1")
    review(case, holders[0], now=NOW)
    newer(case, plan="Anders")

    assert references(signed_in("gremium1"), "?offen=1") == [case.reference]


def test_the_list_writes_nothing(signed_in):
    case, _holders = opened("gremium1")
    client = signed_in("gremium1")

    answers = [
        client.get(reverse("admin:fund_proposal_add")).status_code,
        client.post(reverse("admin:fund_proposal_delete", args=[case.pk]), {"post": "yes"}).status_code,
        client.post(reverse("admin:fund_proposal_change", args=[case.pk]), {"state": "approved"}).url,
        client.post(LIST, {"action": "delete_selected", "_selected_action": case.pk, "index": 0}).status_code,
    ]

    assert answers == [403, 403, page(case), 200]
    assert fresh(case).state == "board_queue"


def test_three_clicks_from_the_desk_to_a_saved_review_and_on_to_the_next(signed_in):
    first, holders = opened("gremium1", title="Erstes")
    second = at_board(title="Zweites")
    declare(second, holders[0], now=NOW)
    client, desk = signed_in("gremium1"), reverse("admin:index")

    clicks = [desk]
    for pattern in (LIST, page(first)):  # each click is a link that stands on the page before
        assert f'href="{pattern}"' in client.get(clicks[-1]).content.decode()
        clicks.append(pattern)
    answer = client.post(clicks[-1], typed(first) | {"weiter": "1"})

    assert len(clicks) == 3  # two links and the button
    assert (answer.url, Review.objects.count()) == (page(second), 1)
    assert re.findall(r'rel="(prev|next)"', client.get(page(first)).content.decode()) == ["next"]
    assert re.findall(r'rel="(prev|next)"', client.get(page(second)).content.decode()) == ["prev"]


@pytest.mark.parametrize("number", [1, 3, 30])
def test_a_case_needs_few_statements_whatever_others_wrote(signed_in, django_assert_max_num_queries, number):
    case, holders = opened("gremium1", "gremium3")
    for each in holders:
        review(case, each, now=NOW)
    for each in copies(case, number - 1):
        declare(each, holders[0], now=NOW)
    client = signed_in("gremium1")
    client.get(page(case))

    with django_assert_max_num_queries(40):
        client.get(page(case))


def test_files_open_to_who_is_free_and_close_with_her_conflict(signed_in):
    draft, _secret = create_draft(NOW, answers=PROJECT | soon())
    sent = casefiles.Sent("Bild.png", "image/png", lambda: sample_file(1))
    casefiles.add(draft, [sent], section="unterlagen", by=APPLICANT, now=NOW)
    case = forward(check(take(submit(draft, NOW), NOW), NOW), NOW)
    holder, client = member(), signed_in("gremium1")
    address = reverse("admin:fund_file", args=[case.files.get().pk]) + "?ungeprueft=1"

    before = client.get(address).status_code
    declare(case, holder, now=NOW)
    opened = client.get(address)
    b"".join(opened.streaming_content)
    declare(case, holder, "conflict", NOW)

    assert [before, opened.status_code, client.get(address).status_code] == [404, 200, 404]
