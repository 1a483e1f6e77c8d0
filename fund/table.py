"""The table of moves: which states, which people, which paths, what must hold, what follows.

It is data: buttons, refusals, README's diagram and the tests come from it. The door that makes the moves is
workflow.py. Numbers are those of the fund's design, table 1.4.
"""

from django.utils.translation import gettext_lazy as _

from fund import (
    agreements,
    committees,
    deciding,
    deputies,
    effects,
    erasing,
    guards,
    holds,
    leading,
    meeting,
    merging,
    reversals,
    tasklist,
)
from fund.actors import Part
from fund.models import Application, Decision
from fund.transitions import Transition, same_state

State, Kind = Application.State, Decision.Kind
A, H, T, L, X = Part.APPLICANT, Part.HELPER, Part.TEAM, Part.LEAD, Part.CLOCK
C, K, S = Part.CHAIR, Part.RECORDER, Part.PROTECTION
TEAM_PATH, BODY_PATH, COMMITTEE_PATH = ("team",), ("body",), ("body_then_committee",)
BODY_PATHS = BODY_PATH + COMMITTEE_PATH
DECIDED = (State.APPROVED, State.WAITLISTED, State.REJECTED)
# Where the applicant may go without anybody's consent; a no that she does not know yet is none
BEFORE_AGREED = (*Application.OPEN, State.AGREEMENT_SENT, State.INELIGIBLE, State.REJECTED)
ENDED_WITHOUT = (State.INELIGIBLE, State.REJECTED, State.LAPSED, State.WITHDRAWN)
ENDED_FOR_GOOD = (*ENDED_WITHOUT, State.CLOSED, State.REVOKED)
# What holds for the one whose yes makes a decision final
LAST = (deciding.nobody_helped, deciding.is_another_person, deciding.enough_people)
# What holds whenever the chair confirms what a body said
CONFIRMING = (
    meeting.is_recorded, leading.chair_is_free, leading.is_another_person, meeting.has_quorum, meeting.choice_holds,
)  # fmt: skip


def back_to_who_asked(application):
    """Who asked goes on with it. With an amount that leads to another tier now, the case begins its way anew: the body
    of the old one has no say in it."""
    same = tasklist.facts(application)["tier"] == application.tier
    return State(application.asked_by_state) if same else State.FORMAL_CHECK


TABLE = (
    Transition(
        "submit", "3", "einreichen", (State.DRAFT,), State.SUBMITTED, (A, H),
        guards=(guards.is_complete, guards.round_is_open, guards.consents, guards.files_are_fine, guards.is_reachable),
        columns=effects.handed_in, effect=effects.submitted, public=_("Your application has arrived."),
    ),
    Transition(
        "take", "4", "übernehmen", (State.SUBMITTED,), State.FORMAL_CHECK, (T,),
        guards=(guards.did_not_help,),
        columns=effects.assigned, effect=effects.taken, public=_("Somebody is looking at your application."),
    ),
    Transition(
        "ask", "5", "Rückfrage stellen", (State.FORMAL_CHECK,), State.INFO_REQUESTED, (T,),
        guards=(guards.did_not_help, guards.no_refusal_is_proposed, guards.names_sections, guards.gives_time),
        columns=effects.remembers_who_asked, effect=effects.asked,
        public=_("We need something from you."),
    ),
    Transition(
        "extend", "5", "Frist verlängern", (State.INFO_REQUESTED,), State.INFO_REQUESTED, (T,),
        guards=(guards.did_not_help, guards.is_later), effect=effects.extended,
        public=_("You have more time for your answer."),
    ),
    Transition(
        "answer", "6", "Rückfrage beantworten", (State.INFO_REQUESTED,), back_to_who_asked, (A, H),
        guards=(guards.every_section_is_answered, guards.is_complete, guards.is_in_time, guards.files_are_fine),
        columns=effects.newest_revision, effect=effects.answered, public=_("Your answer has arrived."),
    ),
    Transition(
        "lapse", "7", "ohne Antwort beenden", (State.INFO_REQUESTED,), State.LAPSED, (X,),
        guards=(guards.time_is_over, guards.was_reminded_twice), columns=effects.ends, effect=effects.lapsed,
        public=_("We got no answer from you, so your application has ended."), money=True,
    ),
    Transition(
        "propose_refusal", "8", "formale Ablehnung vorschlagen", (State.FORMAL_CHECK,), State.FORMAL_CHECK, (T,),
        guards=(guards.did_not_help, guards.has_formal_reason, guards.no_refusal_is_proposed),
        effect=effects.refusal_proposed,
    ),
    Transition(
        "drop_refusal", "8", "Vorschlag verwerfen", (State.FORMAL_CHECK,), State.FORMAL_CHECK, (T,),
        guards=(guards.refusal_is_proposed, guards.did_not_help, guards.says_why), effect=effects.refusal_dropped,
    ),
    Transition(
        "refuse", "8", "formal ablehnen (zweite Person)", (State.FORMAL_CHECK,), State.INELIGIBLE, (T,),
        guards=(guards.refusal_is_proposed, guards.is_second_person, deciding.nobody_helped),
        columns=effects.recorded, effect=effects.refused,
    ),
    Transition(
        "forward_to_team", "9", "zur Entscheidung im Projektteam", (State.FORMAL_CHECK,), State.TEAM_DECISION, (T,),
        guards=(
            guards.did_not_help, guards.no_refusal_is_proposed, guards.checklist_is_complete,
            guards.starts_after_decision,
        ),
        effect=effects.forwarded, paths=TEAM_PATH, public=_("The project team decides on your application."),
    ),
    Transition(
        "forward_to_body", "10", "an das Gremium geben", (State.FORMAL_CHECK,), State.BOARD_QUEUE, (T,),
        guards=(
            guards.did_not_help, guards.no_refusal_is_proposed, guards.checklist_is_complete,
            guards.starts_after_decision, guards.splitting_is_settled, guards.has_summary, guards.meeting_is_known,
        ),
        effect=effects.forwarded, paths=BODY_PATHS, public=_("The board talks about your application."),
    ),
    # Nobody of the team may check it: whoever of it gives it on has no other part in it
    Transition(
        "pass_to_deputies", "9", "ungeprüft an die Vertretung geben", (State.SUBMITTED, State.FORMAL_CHECK),
        State.TEAM_DECISION, (T,),
        guards=(deputies.too_few_are_free, deputies.deputies_are_named),
        columns=deputies.with_deputies, effect=deputies.passed_on, paths=TEAM_PATH,
        public=_("The project team decides on your application."),
    ),
    Transition(
        "pass_to_body", "10", "ungeprüft an das Gremium geben", (State.SUBMITTED, State.FORMAL_CHECK),
        State.BOARD_QUEUE, (T,),
        guards=(deputies.too_few_are_free, guards.meeting_is_known), effect=deputies.passed_on, paths=BODY_PATHS,
        public=_("The board talks about your application."),
    ),
    Transition(
        "release_refusal", "24b", "Ablehnung bekannt geben", (State.INELIGIBLE,), State.INELIGIBLE, (T,),
        guards=(guards.is_not_released, guards.did_not_help, guards.letter_was_read, reversals.nothing_is_open),
        columns=effects.released, effect=effects.refusal_released,
        public=_("Your application cannot be funded. The letter says why, and what else you can do."),
    ),
    Transition(
        "propose_approval", "11", "Bewilligung vorschlagen", (State.TEAM_DECISION,), State.TEAM_DECISION, (T,),
        guards=(guards.did_not_help, deciding.nothing_is_proposed, deciding.amount_fits),
        effect=deciding.proposed(Kind.APPROVED), paths=TEAM_PATH,
    ),
    Transition(
        "propose_waitlist", "12", "Warteliste vorschlagen", (State.TEAM_DECISION,), State.TEAM_DECISION, (T,),
        guards=(guards.did_not_help, deciding.nothing_is_proposed, deciding.amount_fits, deciding.list_runs),
        effect=deciding.proposed(Kind.WAITLISTED), paths=TEAM_PATH,
    ),
    Transition(
        "propose_rejection", "13", "Ablehnung vorschlagen", (State.TEAM_DECISION,), State.TEAM_DECISION, (T,),
        guards=(
            guards.did_not_help, deciding.nothing_is_proposed, deciding.has_merit_reason, deciding.has_own_sentence,
        ),
        effect=deciding.proposed(Kind.REJECTED), paths=TEAM_PATH,
    ),
    Transition(
        "agree", "11", "zustimmen (weitere Person)", (State.TEAM_DECISION,), State.TEAM_DECISION, (T,),
        guards=(
            deciding.something_is_proposed, deciding.nobody_helped, deciding.is_another_person, deciding.agrees_once,
            deciding.others_are_missing,
        ),
        effect=deciding.agreed, paths=TEAM_PATH,
    ),
    Transition(
        "drop_decision", "11", "Vorschlag verwerfen", (State.TEAM_DECISION,), State.TEAM_DECISION, (T,),
        guards=(deciding.something_is_proposed, guards.did_not_help, guards.says_why), effect=effects.refusal_dropped,
        paths=TEAM_PATH,
    ),
    Transition(
        "approve", "11", "bewilligen (letzte Person)", (State.TEAM_DECISION,), State.APPROVED, (T,),
        guards=(
            deciding.proposes(Kind.APPROVED), *LAST, deciding.proposed_amount_fits, deciding.splitting_needs_lead,
            deciding.lead_says_why, deciding.money_is_there,
        ),
        columns=deciding.is_recorded, effect=deciding.approved, paths=TEAM_PATH, money=True,
    ),
    Transition(
        "waitlist", "12", "auf die Warteliste (letzte Person)", (State.TEAM_DECISION,), State.WAITLISTED, (T,),
        guards=(deciding.proposes(Kind.WAITLISTED), *LAST, deciding.proposed_amount_fits, deciding.money_is_short),
        columns=deciding.is_recorded, effect=deciding.decided, paths=TEAM_PATH,
    ),
    Transition(
        "reject", "13", "ablehnen (letzte Person)", (State.TEAM_DECISION,), State.REJECTED, (T,),
        guards=(deciding.proposes(Kind.REJECTED), *LAST),
        columns=effects.recorded, effect=deciding.decided, paths=TEAM_PATH,
    ),
    Transition(
        "call_up", "23", "von der Warteliste holen", (State.WAITLISTED,), State.TEAM_DECISION, (T,),
        guards=(guards.did_not_help, deciding.is_next, deciding.money_is_there, deciding.is_still_wanted),
        columns=deciding.not_decided, effect=deciding.superseded, paths=TEAM_PATH,
        public=_("The project team decides on your application."),
    ),
    Transition(
        "release_decision", "24", "Ergebnis bekannt geben", DECIDED, deciding.state_after_release, (T,),
        guards=(
            guards.is_not_released, guards.did_not_help, guards.letter_was_read, reversals.nothing_is_open,
            deciding.told_list_runs,
        ),
        columns=effects.released, effect=deciding.released,
        public=_("We have decided on your application. Our letter tells you more."),
    ),
    Transition(
        "activate", "25", "Projekt läuft", (State.APPROVED,), State.ACTIVE, (T,),
        guards=(
            guards.did_not_help, deciding.result_is_known, reversals.nothing_is_open, deciding.begins_on_a_day,
            deciding.names_payer,
        ),
        columns=deciding.running, effect=deciding.shown_in_public, public=_("Your project is running."),
    ),
    Transition(
        "close", "34", "abschließen", (State.ACTIVE,), State.CLOSED, (T,),
        guards=(guards.did_not_help, deciding.ends_on_a_day),
        columns=deciding.finished, effect=deciding.shown_in_public,
        public=_("Your project is finished."),
    ),
    Transition(
        "withdraw", "37", "zurückziehen", BEFORE_AGREED, State.WITHDRAWN, (A,),
        guards=(guards.no_result_is_known,),
        columns=effects.ends, effect=effects.withdrawn, public=_("You have taken your application back."), money=True,
    ),
    Transition(
        "discard", "39", "Entwurf löschen", (State.DRAFT,), State.ERASED, (A,),
        columns=effects.emptied, effect=effects.erased,
    ),
    Transition(
        "expire", "39", "Entwurf verfallen lassen", (State.DRAFT,), State.ERASED, (X,),
        guards=(guards.draft_is_over,), columns=effects.emptied, effect=effects.erased,
    ),
    Transition(
        "reopen", "40", "wieder öffnen", (State.WITHDRAWN, State.LAPSED), State.FORMAL_CHECK, (A,),
        guards=(guards.ended_lately, guards.money_year_is_open, reversals.is_not_merged),
        columns=effects.begins_again, effect=effects.reopened, public=_("Your application is open again."),
    ),
    # The body (fund/meeting.py) ---------------------------------------------------------------------------------------
    Transition(
        "put_on_agenda", "14", "auf die Tagesordnung setzen", (State.BOARD_QUEUE,), State.BOARD_MEETING, (T, C),
        guards=(
            guards.did_not_help, guards.splitting_is_settled, meeting.meeting_takes_cases,
            meeting.members_have_declared, meeting.papers_in_time,
        ),
        effect=meeting.put, paths=BODY_PATHS, public=_("The board talks about your application."),
    ),
    Transition(
        "hand_to_deputies", "14", "an die Vertretung geben", (State.BOARD_QUEUE, State.TEAM_DECISION),
        same_state, (T,),
        guards=(deputies.too_few_are_free, deputies.deputies_are_named),
        columns=deputies.with_deputies, effect=deputies.given_up,
    ),
    Transition(
        "strike", "16", "von der Tagesordnung nehmen", (State.BOARD_MEETING,), State.BOARD_QUEUE, (T, C, X),
        guards=(guards.did_not_help, leading.chair_is_free, meeting.nothing_is_voted, guards.says_why),
        effect=meeting.struck, paths=BODY_PATHS,
    ),
    Transition(
        "confirm_proposal", "15", "Ergebnis bestätigen: an den Ausschuss", (State.BOARD_MEETING,),
        State.COMMITTEE_QUEUE, (C,),
        guards=(*CONFIRMING, meeting.goes_to_committee, meeting.amount_fits,
                meeting.one_carrier, meeting.money_for_hold),
        columns=meeting.confirmed, effect=meeting.proposal_confirmed, paths=COMMITTEE_PATH, money=True,
        public=_("A committee of the city decides on your application."),
    ),
    Transition(
        "confirm_no_money", "12b", "Ergebnis bestätigen: Warteliste", (State.BOARD_MEETING,), State.WAITLISTED, (C,),
        guards=(*CONFIRMING, meeting.is_positive, meeting.amount_fits,
                meeting.one_carrier, meeting.money_fails),
        columns=deciding.is_recorded, effect=meeting.decided, paths=BODY_PATHS, money=True,
    ),
    Transition(
        "approve_in_body", "15b", "Ergebnis bestätigen: bewilligt", (State.BOARD_MEETING,), State.APPROVED, (C,),
        guards=(*CONFIRMING, meeting.is_positive, guards.splitting_is_settled, meeting.amount_fits,
                meeting.one_carrier, meeting.money_for_hold),
        columns=deciding.is_recorded, effect=meeting.decided, paths=BODY_PATH, money=True,
    ),
    Transition(
        "reject_in_body", "15b", "Ergebnis bestätigen: abgelehnt", (State.BOARD_MEETING,), State.REJECTED, (C,),
        guards=(*CONFIRMING, meeting.is_negative),
        columns=effects.recorded, effect=meeting.decided, paths=BODY_PATH,
    ),
    Transition(
        "defer", "16", "vertagen", (State.BOARD_MEETING,), State.BOARD_QUEUE, (C,),
        guards=(leading.chair_is_free, meeting.is_running, meeting.no_vote_is_lost, meeting.says_next,
                meeting.second_deferral_has_reason),
        effect=meeting.deferred, paths=BODY_PATHS,
        public=_("The board talks about your application."),
    ),
    Transition(
        "ask_in_board", "17", "Rückfrage des Gremiums", (State.BOARD_MEETING,), State.INFO_REQUESTED, (T,),
        guards=(guards.did_not_help, meeting.chair_agrees, guards.names_sections, guards.gives_time),
        columns=meeting.remembers_board, effect=meeting.asked, paths=BODY_PATHS,
        public=_("We need something from you."),
    ),
    # Committees of the council (fund/committees.py) -------------------------------------------------------------------
    Transition(
        "file_paper", "18", "Vorlage einbringen", (State.COMMITTEE_QUEUE,), State.COMMITTEE_RUNNING, (T, K),
        guards=(guards.did_not_help, committees.paper_is_ready), paths=COMMITTEE_PATH,
        public=_("A committee of the city decides on your application."),
    ),
    Transition(
        "record_step", "19", "Ergebnis eines Ausschusses eintragen", (State.COMMITTEE_RUNNING,),
        State.COMMITTEE_RUNNING, (K,),
        guards=(guards.did_not_help, committees.step_is_next, committees.session_is_over,
                committees.result_fits, committees.divergence_has_reason, committees.less_has_reason),
        effect=committees.recorded, paths=COMMITTEE_PATH,
    ),
    Transition(
        "confirm_step", "19", "Empfehlung bestätigen", (State.COMMITTEE_RUNNING,), State.COMMITTEE_RUNNING, (L,),
        guards=(committees.is_another_person, guards.did_not_help, committees.is_advice),
        effect=committees.step_confirmed, paths=COMMITTEE_PATH,
    ),
    Transition(
        "drop_step", "19", "Eintrag verwerfen", (State.COMMITTEE_RUNNING,), State.COMMITTEE_RUNNING, (L,),
        guards=(guards.did_not_help, committees.something_is_recorded, guards.says_why), effect=committees.step_dropped,
        paths=COMMITTEE_PATH,
    ),
    Transition(
        "approve_in_committee", "20", "Beschluss bestätigen: bewilligt", (State.COMMITTEE_RUNNING,), State.APPROVED,
        (L,),
        guards=(committees.is_another_person, guards.did_not_help, committees.decided_yes, committees.amount_fits,
                committees.money_is_there),
        columns=committees.is_approved, effect=committees.approved, paths=COMMITTEE_PATH, money=True,
    ),
    Transition(
        "waitlist_in_committee", "1.6", "Beschluss bestätigen: Warteliste", (State.COMMITTEE_RUNNING,),
        State.WAITLISTED, (L,),
        guards=(committees.is_another_person, guards.did_not_help, committees.decided_yes, committees.amount_fits,
                committees.money_fails),
        columns=committees.is_approved, effect=committees.waitlisted, paths=COMMITTEE_PATH, money=True,
    ),
    Transition(
        "reject_in_committee", "21", "Beschluss bestätigen: abgelehnt", (State.COMMITTEE_RUNNING,), State.REJECTED,
        (L,),
        guards=(committees.is_another_person, guards.did_not_help, committees.decided_no),
        columns=committees.is_rejected, effect=committees.rejected, paths=COMMITTEE_PATH, money=True,
    ),
    Transition(
        "send_back", "22", "vertagt oder zurückverwiesen", (State.COMMITTEE_RUNNING,), State.COMMITTEE_QUEUE, (K,),
        guards=(guards.did_not_help, committees.session_is_over, committees.goes_back),
        effect=committees.sent_back, paths=COMMITTEE_PATH,
        public=_("A committee of the city decides on your application."),
    ),
    # A conflict comes out after the result was confirmed and before a paper is filed (fund/late_conflicts.py)
    Transition(
        "void_result", "1.5", "Ergebnis des Gremiums ist ungültig", (State.COMMITTEE_QUEUE,), State.BOARD_QUEUE, (X,),
        guards=(meeting.result_is_void,), columns=meeting.votes_again, effect=meeting.left_draft, paths=COMMITTEE_PATH,
        money=True, public=_("The board talks about your application."),
    ),
    # Money that is held, and the waiting list (fund/holds.py) ---------------------------------------------------------
    Transition(
        "extend_hold", "1.6", "Vormerkung verlängern", (State.COMMITTEE_QUEUE, State.COMMITTEE_RUNNING),
        same_state, (L,),
        guards=(guards.did_not_help, holds.money_is_held, holds.later_day, guards.says_why),
        columns=holds.longer, paths=COMMITTEE_PATH,
    ),
    Transition(
        "expire_hold", "1.6", "Vormerkung verfallen lassen", (State.COMMITTEE_QUEUE, State.COMMITTEE_RUNNING),
        same_state, (X,),
        guards=(holds.money_is_held, holds.hold_is_over), columns=holds.without, effect=holds.freed,
        paths=COMMITTEE_PATH, money=True,
    ),
    Transition(
        "call_up_to_committee", "23", "von der Warteliste holen", (State.WAITLISTED,), State.COMMITTEE_QUEUE, (T,),
        guards=(guards.did_not_help, deciding.is_next, holds.amount_is_proposed, meeting.result_holds,
                deciding.money_is_there, deciding.is_still_wanted),
        columns=holds.called_up, effect=holds.held_again, paths=COMMITTEE_PATH, money=True,
        public=_("A committee of the city decides on your application."),
    ),
    Transition(
        "call_up_to_body", "23", "von der Warteliste holen", (State.WAITLISTED,), State.BOARD_QUEUE, (T,),
        guards=(guards.did_not_help, meeting.board_votes_anew, deciding.is_next, deciding.money_is_there,
                deciding.is_still_wanted),
        columns=meeting.called_up_again, effect=deciding.superseded, paths=BODY_PATHS,
        public=_("The board talks about your application."),
    ),
    Transition(
        "end_waiting", "23", "Warteliste beenden", (State.WAITLISTED,), State.LAPSED, (T, X),
        guards=(guards.did_not_help, deciding.result_is_known, holds.year_is_over), columns=effects.ends,
        effect=holds.waiting_ended,
        public=_("The waiting list of this year has ended, and with it your application. You can apply again."),
    ),
    Transition(
        "end_unanswered", "23", "keine Antwort: Platz auf der Warteliste beenden", (State.WAITLISTED,), State.LAPSED,
        (T,),
        guards=(guards.did_not_help, deciding.result_is_known, deciding.is_next, deciding.money_is_there,
                holds.question_is_unanswered),
        columns=effects.ends, effect=holds.never_answered,
        public=_("We got no answer from you, so your application has ended."),
    ),
    # After the letter (fund/agreements.py) ----------------------------------------------------------------------------
    Transition(
        "accept", "25", "Vereinbarung angenommen", (State.AGREEMENT_SENT,), State.ACTIVE, (A, T),
        guards=(guards.did_not_help, agreements.is_in_time, agreements.has_code_or_paper, agreements.names_signer,
                agreements.names_function, agreements.names_payee, agreements.names_account),
        columns=agreements.running, effect=agreements.accepted,
        public=_("You have confirmed that you agree with our letter."),
    ),
    Transition(
        "lapse_agreement", "26", "ohne Annahme beenden", (State.AGREEMENT_SENT,), State.LAPSED, (X,),
        guards=(agreements.time_is_over, agreements.was_reminded_twice), columns=effects.ends,
        effect=agreements.lapsed, money=True,
        public=_("We got no answer from you, so your application has ended."),
    ),
    # A result is looked at again (fund/reversals.py) ------------------------------------------------------------------
    Transition(
        "propose_reopening", "40", "Wiederaufnahme vorschlagen", ENDED_WITHOUT, same_state, (L,),
        guards=(guards.did_not_help, reversals.nothing_is_open, reversals.is_not_merged, reversals.gives_reason,
                guards.money_year_is_open),
        effect=reversals.reopening_proposed,
    ),
    Transition(
        "reopen_again", "40", "Wiederaufnahme bestätigen", ENDED_WITHOUT, State.FORMAL_CHECK, (T,),
        guards=(reversals.reopening_is_proposed, reversals.is_second_person, guards.did_not_help,
                guards.money_year_is_open, reversals.is_not_merged),
        columns=effects.begins_again, effect=reversals.reopened, public=_("Your application is open again."),
    ),
    Transition(
        "propose_correction", "41", "Berichtigung vorschlagen", (State.APPROVED, State.AGREEMENT_SENT),
        same_state, (L,),
        guards=(guards.did_not_help, reversals.nothing_is_open, reversals.gives_reason),
        effect=reversals.correction_proposed,
    ),
    Transition(
        "correct", "41", "Berichtigung bestätigen", (State.APPROVED, State.AGREEMENT_SENT),
        reversals.where_it_was, (T,),
        guards=(reversals.correction_is_proposed, reversals.is_second_person, guards.did_not_help),
        columns=reversals.new_round, effect=reversals.corrected, money=True,
        public=_("There was a mistake in our decision. We decide again."),
    ),
    Transition(
        "drop_reversal", "40", "Vorschlag verwerfen", (*ENDED_WITHOUT, State.APPROVED, State.AGREEMENT_SENT),
        same_state, (T,),
        guards=(guards.did_not_help, reversals.is_proposed, guards.says_why), effect=reversals.dropped,
    ),
    # One case instead of two, and the end of retention ----------------------------------------------------------------
    Transition(
        "merge", "42", "mit einem anderen Antrag zusammenführen", BEFORE_AGREED, State.WITHDRAWN, (T,),
        guards=(guards.did_not_help, merging.free_there_too, merging.goes_on_elsewhere, merging.same_applicant,
                guards.says_why),
        columns=merging.points_to, effect=merging.merged, money=True,
        public=_("This application goes on in another one of yours."),
    ),
    Transition(
        "erase", "43", "löschen", ENDED_FOR_GOOD, State.ERASED, (S, X),
        guards=(
            erasing.retention_is_over, erasing.no_money_is_open, erasing.nothing_is_open, erasing.result_was_told,
            erasing.gives_reason,
        ),
        columns=erasing.emptied, effect=erasing.erased,
    ),
)  # fmt: skip
