"""Cases with a word of its own in every place where something secret stands, and everybody who might look for it.

Cases that nobody has decided on, results of the team, a body and a committee that nobody was told of, and one that runs
since its agreement was accepted. `World.words` says where each word was planted; who may read it is the business of
test_leaks.py.
"""

import re
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from fund import access, agreements, handling, letters, recording, reviewing, store, talking
from fund.actors import APPLICANT, staff
from fund.models import (
    Application,
    Ballot,
    CaseFile,
    CaseItem,
    CircularVote,
    Decision,
    Declaration,
    Helper,
    Letter,
    Revision,
    RuleSet,
)
from strategy.models import Body, SeatHolder
from tests.fund import factories as make
from tests.strategy.meetings import lay
from wir.accounts.models import User
from wir.lib.iban import masked

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
SEARCHED = "Kirschkern"  # stands in every title: what people search for
WORD = re.compile("xq[a-z0-9]+?qx")  # what a planted word looks like, in small letters
IBAN = "DE39250501800038294417"  # made up, with the right checksum
MEMBERS = {
    "vorsitz": 90, "gremium1": 91, "gremium2": 92, "gremium3": 93, "gremium4": 94, "gremium5": 95, "vertretung": 96,
    "team2": 97,
}  # fmt: skip
ROLES = {"vorsitz": SeatHolder.Role.CHAIR, "vertretung": SeatHolder.Role.DEPUTY}
DEPUTIES = {"gremium1": 31, "gremium2": 32, "gremium3": 33, "gremium5": 34}  # they stand in for the project team
SILENT = ("gremium1", "team2")  # have declared nothing
STATES = (
    "undecided", "queued", "voted", "meeting", "committee", "approved", "waiting", "rejected", "council", "deferred",
    "agreed", "given",
)  # fmt: skip


class World:
    """cases: {name: Application}; keys, helper_keys: {name: its secret}; words: {secret: text or texts that tell it}.

    holders: {account: SeatHolder} of the body that proposes; deputies: of the one that stands in for the project team.
    """

    def __init__(self):
        self.cases, self.keys, self.helper_keys, self.words = {}, {}, {}, {}
        deputies = Body.objects.create(key="vertretung-probe", kind=Body.Kind.WORKING_COMMITTEE)
        make.create_rules(circular_vote=True, confirmation=RuleSet.Confirmation.AGREEMENT, deputies=deputies)
        self.holders = {name: self.member(name, number) for name, number in MEMBERS.items()}
        self.deputies = {name: make.seat(name, number, body=deputies) for name, number in DEPUTIES.items()}
        make.set_ceiling(make.create_year(NOW), 300_000)
        self.other, self.other_key = make.create_application(
            "submitted", NOW, organisation="Andere", person="Jan Ohnebezug", mail="jan@example.org", **self.days()
        )
        self.undecided()
        self.queued()
        self.voted()
        self.meeting()
        self.committee()
        self.council()
        self.approved()
        self.rejected()
        self.waiting()
        self.deferred()
        self.agreed()
        self.given()
        self.found_later()

    # Planting ---------------------------------------------------------------------------------------------------------

    def member(self, name, number):
        holder = make.seat(name, number, role=ROLES.get(name, SeatHolder.Role.MEMBER))
        if name == "gremium3":
            SeatHolder.objects.filter(pk=holder.pk).update(name=self.word("reviewer"))
            holder.refresh_from_db()
        return holder

    def word(self, where):
        """A word of its own that stands nowhere else, without a sign that would be written in another way."""
        word = f"Xq{where.replace(' ', '').replace('-', '').lower()}qx"
        self.words[where] = (word.casefold(),)
        return word

    def amount(self, where, cents):
        """An odd amount of euro; every way it is written."""
        euros, rest = divmod(cents, 100)
        grouped = f"{euros // 1000}.{euros % 1000:03d}"
        self.words[where] = (
            f"{grouped},{rest:02d}", f"{grouped.replace('.', ',')}.{rest:02d}", f"{euros}.{rest:02d}",
            f"{euros},{rest:02d}", str(cents),
        )  # fmt: skip
        return Decimal(cents) / 100

    def tally(self, where, yes):
        """Votes in thousands, so that their sum is found anywhere. They fit the constraints of an item."""
        self.words[where] = (str(yes), f"{yes // 1000}.{yes % 1000:03d}")
        voted = {"yes": yes, "no": 1001, "abstain": 1002, "present": yes + 2003}
        return voted | {"base": yes + 2003, "needed": yes}

    def days(self):
        first = TODAY + timedelta(days=400)
        return {"starts": first, "ends": first + timedelta(days=30)}

    def case(self, name, state, **values):
        """A case whose applicant can be reached in every way, with a helper, a file, a note and what was written to
        and fro."""
        large = "answers" in values
        planted = {
            "title": f"{SEARCHED} {self.word(f'{name} title')}",
            "plan": f"Wir planen {self.word(f'{name} plan')}.",
            "person": f"Elif {self.word(f'{name} person')}",
            "mail": f"{self.word(f'{name} mail').lower()}@example.org",
            "phone": self.phone(name),
            "post": f"{self.word(f'{name} post')}, 30167 Hannover",
        }
        more = {"stone_day-1": TODAY + timedelta(days=410)} if large else {}
        case, self.keys[name] = make.create_application(state, NOW, **planted | more | self.days() | values)
        self.cases[name] = case
        case.notes.create(text=f"Notiz {self.word(f'{name} note')}", at=NOW, by=make.team().user)
        file = CaseFile.objects.create(
            application=case, section="unterlagen", name=f"{self.word(f'{name} file')}.pdf", kind="pdf", size=1,
            digest="0" * 64, stored=store.write(b"x"), saved_at=NOW, scan=CaseFile.Scan.CLEAN,
        )  # fmt: skip
        Revision._base_manager.filter(pk=case.revision_id).update(files=[[file.pk, file.name, file.digest]])
        helper = Helper.objects.create(
            application=case, name=f"Jo {self.word(f'{name} helper')}", added_at=NOW,
            mail=f"{self.word(f'{name} helper mail').lower()}@example.org",
        )  # fmt: skip
        _key, self.helper_keys[name] = access.make_key(case, helper=helper, now=NOW)
        talking.write(case, text=self.word(f"{name} message"), language="de", by=APPLICANT, now=NOW)
        answer = self.word(f"{name} answer")
        handling.write_message(case, text=answer, language="de", by=make.team().user, now=NOW)
        for holder in self.holders.values() if large else ():
            self.declares(case, holder, name)
        return case

    def phone(self, name):
        number = f"3366{STATES.index(name):02d}93"
        self.words[f"{name} phone"] = (number,)
        return f"0511 {number}"

    def declares(self, case, holder, name):
        """gremium2 is in conflict, gremium4 not sure; gremium5 was not sure, and the chair has found her free; all the
        others are free by what they said, but for the silent."""
        who = holder.user.username
        standing = {"gremium2": "conflict", "gremium4": "open"}.get(who, "free")
        if who in SILENT:
            return
        said = make.stands(case, holder, standing, NOW)
        row = Declaration.objects.filter(pk=said.pk)
        if standing != "free":
            row.update(note=self.word(f"{name} {standing} note"))
        if who == "gremium5":
            why, chair = self.word(f"{name} settling"), user("vorsitz")
            row.update(answer="unsure", settled_at=NOW, settled_by=chair, settled_why=why)

    def found_later(self):
        """After the deputy of the chair has declared herself free, the portal finds her in the applicants' club."""
        SeatHolder.objects.filter(pk=self.holders["vertretung"].pk).update(organisation=make.MICRO["organisation"])

    def letter(self, name):
        """The letter of the result in force, with a word of its own."""
        letter = Letter.objects.get(decision__application=self.cases[name], decision__dropped_at=None)
        letter.text_de += f"\n\n{self.word(f'{name} letter')}"
        letter.save()
        return letter

    # Stories ----------------------------------------------------------------------------------------------------------

    def undecided(self):
        """The team has proposed to refuse it, and nobody has agreed."""
        case = self.case("undecided", "team_decision")
        make.propose(case, "rejection", NOW, sentence_de=f"Nein, {self.word('undecided sentence')}.")

    def queued(self):
        """Waits for the board; two members have written what they think."""
        case = self.case("queued", "board_queue", answers=make.PROJECT)
        for name in ("gremium3", "gremium5"):
            comment = self.word("review comment" if name == "gremium3" else "own comment")
            reviewing.write(
                make.fresh(case), self.holders[name], word="propose", comment=comment, seen=case.revision_id,
                by=self.holders[name].user, now=NOW,
            )  # fmt: skip

    def voted(self):
        """In a vote without a meeting that still runs; the sums stand there already."""
        case = self.case("voted", "board_queue", answers=make.PROJECT)
        body = make.create_rules().tier("project").proposes
        vote = CircularVote.objects.create(
            body=body, reason="Ohne Sitzung", opens_at=NOW - timedelta(days=1), closes_at=NOW + timedelta(days=9),
            by=make.team().user,
        )  # fmt: skip
        item = CaseItem.objects.create(
            application=case, vote=vote, put_at=NOW, put_by=make.team().user, **self.tally("running vote", 4711)
        )
        Ballot.objects.create(item=item, holder=self.holders["gremium3"])
        Application.objects.filter(pk=case.pk).update(state="board_meeting")

    def meeting(self):
        """On an agenda, with a result that the chair has not confirmed."""
        case = self.case("meeting", "board_queue", answers=make.PROJECT)
        told = self.tally("unconfirmed tally", 5813)
        CaseItem.objects.create(
            application=case, meeting=make.plan_meeting(TODAY + timedelta(days=3)), put_at=NOW, put_by=make.team().user,
            outcome="conditions", amount=self.amount("unconfirmed amount", 1_357_911), called_at=NOW, recorded_at=NOW,
            conditions_de=self.word("unconfirmed conditions"), recorded_by=make.team().user, **told,
        )  # fmt: skip
        Application.objects.filter(pk=case.pk).update(state="board_meeting")

    def committee(self):
        """Decided in a committee; the lead has not confirmed what was entered, and the paper is not public."""
        case = self.from_board("committee", "proposed amount", 1_246_813)
        self.entered(case, "entered amount", 1_123_581, why_de=self.word("entered reason"))

    def council(self):
        """Decided by a committee for good; nobody has told the applicant."""
        case = self.from_board("council", "council proposed amount", 1_369_121)
        self.entered(case, "council amount", 1_134_217, why_de=self.word("council reason"))
        self.cases["council"] = make.confirm_said(case, NOW)
        self.letter("council")

    def from_board(self, name, where, cents):
        case = self.case(name, "board_queue", answers=make.PROJECT)
        amount = self.amount(where, cents)
        item = make.board_item(case, amount=amount, day=TODAY - timedelta(days=20))
        CaseItem.objects.filter(pk=item.pk).update(**self.tally(f"{name} tally", 6000 + cents % 997))
        Application.objects.filter(pk=case.pk).update(state="committee_queue")
        return make.hold_money(make.fresh(case), amount, NOW)

    def entered(self, case, where, cents, **values):
        number = f"{1000 + case.pk}/2027"
        days = TODAY - timedelta(days=8), TODAY - timedelta(days=1)
        steps = [
            {"body": make.council("internationaler-ausschuss"), "decides": False, "session_on": days[0]},
            {"body": make.council(), "decides": True, "session_on": days[1]},
        ]
        make.file_paper(
            case, number=number, steps=steps, told_on=TODAY + timedelta(days=2), now=NOW - timedelta(days=8)
        )
        amount = self.amount(where, cents)
        make.said(case, "changed", NOW, session_on=days[1], amount=amount, **values)

    def approved(self):
        case = self.case("approved", "team_decision")
        sentence = self.word("approved sentence")
        amount = self.amount("approved amount", 111_739)
        make.propose(case, "approval", NOW, amount=amount, sentence_de=sentence)
        make.perform(make.fresh(case), "approve", by=make.team("team2"), now=NOW)
        self.letter("approved")
        self.looked_at_again("approved", "propose_correction")

    def rejected(self):
        case = self.case("rejected", "team_decision")
        make.propose(case, "rejection", NOW, sentence_de=f"Nein, {self.word('rejected sentence')}.")
        make.perform(make.fresh(case), "reject", by=make.team("team2"), now=NOW)
        self.letter("rejected")
        self.looked_at_again("rejected", "propose_reopening")

    def looked_at_again(self, name, move):
        """The lead has proposed it, and nobody has confirmed it."""
        case, why = make.fresh(self.cases[name]), self.word(f"{name} reversal")
        self.cases[name] = make.fresh(make.perform(case, move, by=make.lead(), now=NOW, note=why))

    def waiting(self):
        """The board found it good, and there is no money."""
        case = self.case("waiting", "board_queue", answers=make.PROJECT)
        Application.objects.filter(pk=case.pk).update(state="board_meeting")
        case = make.wait_for_body(make.fresh(case), self.amount("waiting amount", 1_472_583), NOW)
        CaseItem.objects.filter(application=case).update(**self.tally("waiting tally", 7919))
        letters.draft(Decision.objects.get(application=case), by=make.team().user, now=NOW)
        self.cases["waiting"] = case
        self.letter("waiting")

    def deferred(self):
        """The body met and put it off; the minutes of that evening are laid before the members."""
        case = self.case("deferred", "board_queue", answers=make.PROJECT)
        day, office = TODAY - timedelta(days=9), make.team_with_meetings()
        evening, meeting, before = make.at(day, 17), make.plan_meeting(day), make.at(day - timedelta(days=20))
        make.perform(make.fresh(case), "put_on_agenda", by=make.team(), now=before, meeting=meeting)
        make.begin_meeting(meeting, now=evening)
        meeting.items.get().follow_ups.create(task=self.word("deferred task"))
        recording.call(case.items.get(), by=office, now=evening, seen=make.version(case))
        why = self.word("deferred reason")
        self.cases["deferred"] = make.perform(make.fresh(case), "defer", by=make.chair(), now=evening, note=why)
        lay(meeting.minutes.get())

    def agreed(self):
        """Decided by a committee, told, and accepted: it runs, and its title and its sum are public."""
        case = self.from_board("agreed", "agreed proposed amount", 1_268_353)
        self.entered(case, "agreed amount", 1_145_927, why_de=self.word("agreed reason"))
        make.confirm_said(case, NOW)
        self.letter("agreed")
        case = make.release(case, NOW)
        self.words["agreed iban"] = (IBAN.casefold(), "de39 2505 0180 0038 2944 17")
        self.words["agreed account"] = (masked(IBAN).casefold(),)
        signed = {each: self.word(f"agreed {each}") for each in ("signer", "function", "payee")}
        code = agreements.code_of(agreements.waiting_of(case))
        self.cases["agreed"] = make.perform(case, "accept", by=APPLICANT, now=NOW, code=code, iban=IBAN, **signed)

    def given(self):
        """Too few of the project team are free: its deputies decide, and one of them has proposed."""
        case = self.case("given", "team_decision")
        Application.objects.filter(pk=case.pk).update(body=self.deputies["gremium1"].seat.body)
        for holder in self.deputies.values():
            self.declares(case, holder, "given")
        values = {"amount": self.amount("given amount", 114_659), "sentence_de": self.word("given sentence")}
        by = staff(user("gremium3"))
        self.cases["given"] = make.perform(make.fresh(case), "propose_approval", by=by, now=NOW, **values)


def user(name):
    return User.objects.get(username=name)
