"""The task pages of one admin site and their addresses."""

from django.urls import path
from django.views.decorators.http import require_safe

from fund.desk import (
    acting,
    agenda,
    basket,
    case,
    circular,
    deciding,
    declaring,
    entering,
    filing_acts,
    filings,
    leading,
    ledger,
    letters,
    money_acts,
    money_pages,
    proposals,
    queue,
    results,
    settling,
    yearly,
)


def urls(site):
    page = site.page

    def read(view):
        """A page that only shows."""
        return site.admin_view(require_safe(lambda request, *args, **kwargs: view(site, request, *args, **kwargs)))

    return [
        # fonds/
        path("fonds/", read(queue.show_queue), name="fund_desk"),
        path("fonds/entscheiden/", read(deciding.show_decisions), name="fund_team_decisions"),
        path("fonds/briefe/", page(letters.show_letters), name="fund_letters"),
        path("fonds/<int:pk>/briefe/<int:letter>/", read(letters.give_paper), name="fund_letter_pdf"),
        path("fonds/entscheiden/gremium/", read(basket.show_basket), name="fund_board_basket"),
        path("fonds/eingeben/", page(entering.enter), name="fund_enter"),
        path("fonds/eingeben/<int:pk>/", read(entering.entered), name="fund_entered"),
        # fonds/geld/
        path("fonds/geld/", read(money_pages.show_money), name="fund_money"),
        path("fonds/geld/uebertrag/<int:pk>/<slug:name>/", page(money_acts.carry_act), name="fund_carry_act"),
        path("fonds/geld/<int:year>/", read(money_pages.show_year), name="fund_money_year"),
        path("fonds/geld/<int:year>/buchungen/", read(ledger.show_ledger), name="fund_ledger"),
        path("fonds/geld/<int:year>/buchungen.csv", read(ledger.give_ledger), name="fund_ledger_csv"),
        path("fonds/geld/<int:year>/<slug:name>/", page(money_acts.act), name="fund_money_act"),
        # fonds/ausschuss/: papers to the committees
        path("fonds/ausschuss/", read(filings.show_desk), name="fund_committee_desk"),
        path("fonds/ausschuss/neu/", page(filing_acts.make), name="fund_filing_new"),
        path("fonds/ausschuss/ergebnis/<int:pk>/<slug:name>/", page(results.settle), name="fund_step_result"),
        path("fonds/ausschuss/<int:pk>/", read(filings.show_filing), name="fund_filing"),
        path("fonds/ausschuss/<int:pk>/vorlage/", read(filings.show_paper), name="fund_filing_paper"),
        path("fonds/ausschuss/<int:pk>/vorlage.pdf", read(filings.give_paper), name="fund_filing_pdf"),
        path("fonds/ausschuss/<int:pk>/ergebnis/<int:station>/", page(results.record), name="fund_filing_results"),
        path("fonds/ausschuss/<int:pk>/<slug:name>/", page(filing_acts.act), name="fund_filing_act"),
        # fonds/konflikte/, fonds/vorschlag/<pk>/: members of a body
        path("fonds/konflikte/", page(declaring.show_gate), name="fund_gate"),
        path("fonds/konflikte/klaeren/", page(settling.show_settling), name="fund_settling"),
        path("fonds/vorschlag/<int:pk>/", page(proposals.show_proposal), name="fund_proposal"),
        # fonds/jahresliste/<year>/
        path("fonds/jahresliste/<int:year>/", read(yearly.show_list), name="fund_yearly"),
        path("fonds/jahresliste/<int:year>.pdf", read(yearly.give_pdf), name="fund_yearly_pdf"),
        path("fonds/jahresliste/<int:year>.xlsx", read(yearly.give_xlsx), name="fund_yearly_xlsx"),
        # fonds/<pk>/: one case
        path("fonds/<int:pk>/", read(case.show_case), name="fund_case"),
        path("fonds/<int:pk>/akte/", read(case.give_bundle), name="fund_bundle"),
        path("fonds/<int:pk>/<slug:name>/", page(acting.act), name="fund_act"),
        path("fonds/<int:pk>/<slug:name>/<int:part>/", page(acting.act), name="fund_act_on"),
        # fonds/tagesordnung/, fonds/sitzung/<pk>/, fonds/punkt/<pk>/: what a body does with cases
        path("fonds/tagesordnung/", page(agenda.show_agenda), name="fund_agenda"),
        path("fonds/sitzung/<int:pk>/mappe/", read(agenda.show_book), name="fund_meeting_book"),
        path("fonds/sitzung/<int:pk>/mappe.pdf", read(agenda.give_book), name="fund_meeting_book_pdf"),
        path("fonds/sitzung/<int:pk>/leiten/", read(leading.lead), name="fund_meeting_lead"),
        path("fonds/sitzung/<int:pk>/beginnen/", page(leading.begin), name="fund_meeting_begin"),
        path("fonds/sitzung/<int:pk>/anwesenheit/", page(leading.attend), name="fund_meeting_attend"),
        path("fonds/punkt/<int:pk>/", read(leading.show_item), name="fund_meeting_item"),
        path("fonds/punkt/<int:pk>/<slug:name>/", page(leading.take_step), name="fund_meeting_step"),
        # fonds/umlauf/: votes without a meeting
        path("fonds/umlauf/neu/<int:body>/", page(circular.start), name="fund_vote_start"),
        path("fonds/umlauf/<int:pk>/", read(circular.show_vote), name="fund_vote"),
        path("fonds/umlauf/<int:pk>/auszaehlen/", page(circular.close), name="fund_vote_close"),
        path("fonds/umlauf/<int:pk>/<int:item>/", page(circular.give_voice), name="fund_vote_cast"),
    ]
