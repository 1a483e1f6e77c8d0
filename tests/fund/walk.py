"""Every address of the portal with every number that fits it, and what an answer tells: pages, files, archives.

A walk leaves out what can tell nothing that another answer does not; with `whole` it asks for that too:
- public pages, by who is signed in: they know of no session (wir/accounts/sessions.py);
- of models that belong to no case their forms, and searching their lists; of every model its history;
- what was refused three times for want of a right (`kind_of`).
"""

import io
import re
import zipfile
from collections import defaultdict

from django.contrib import admin
from django.test import Client
from django.urls import get_resolver, reverse
from pypdf import PdfReader

from fund.models import (
    CaseFile,
    CaseItem,
    CircularVote,
    CommitteeStep,
    Filing,
    FundYear,
    Letter,
    StepResult,
)
from strategy.models import Meeting, Minutes
from tests.fund.planted import SEARCHED, STATES, TODAY, WORD, user
from tests.wir.test_access import SAMPLES, addresses, named_patterns
from wir.accounts.models import AuditEntry
from wir.accounts.sessions import STAFF
from wir.outbox.models import Message

ACTS = {
    "konflikt": STATES,
    "merge": STATES,
    "release_decision": ("approved", "rejected", "waiting", "council"),
    "approve": ("undecided", "given"),
    "drop_reversal": ("approved", "rejected"),
}
LETTER_ACTS = ("brief", "brief-gelesen")
# Ends what the visitor came with; the other walk of tests/wir covers them
LEFT_OUT = ("account_logout", "admin:logout")
# Where people search and filter, with what is sent along
ASKED = (f"?q={SEARCHED}", "?ansicht=alle")
REFUSED = [403] * 3
# What tells of cases; of every other model one object is enough
OF_CASES = (
    "fund.application", "fund.proposal", "fund.decision", "fund.filing", "fund.fundyear", "strategy.meeting",
    "strategy.minutes", "strategy.agendaitem", "outbox.message", "accounts.auditentry",
)  # fmt: skip


class Numbers:
    """{argument: values} of every address that asks for something that is there."""

    def __init__(self, world):
        cases = [case.pk for case in world.cases.values()]
        letters = list(Letter.objects.values_list("decision__application", "pk"))
        items, votes, filings = keys(CaseItem), keys(CircularVote), keys(Filing)
        self.meetings, self.filings, self.years = keys(Meeting), filings, years()
        self.known = {
            "admin:fund_case": {"pk": cases},
            "admin:fund_bundle": {"pk": cases},
            "admin:fund_proposal": {"pk": cases},
            "admin:fund_file": {"pk": keys(CaseFile)},
            "fund:file": {"pk": keys(CaseFile)},
            "fund:letter": {"pk": keys(Letter)},
            "fund:letter_paper": {"pk": keys(Letter)},
            "fund:project": {"reference": [case.reference for case in world.cases.values()]},
            "fund:step": {"step": ["wer", "was", "kontakt", "konzept", "kosten"]},
            "admin:fund_filing_results": {"pk": filings, "station": keys(CommitteeStep)},
            "admin:fund_filing_act": {"pk": filings, "name": ["termine", "erneut", "einbringen"]},
            "admin:fund_step_result": {"pk": keys(StepResult), "name": ["bestaetigen", "verwerfen"]},
            "admin:fund_meeting_step": {"pk": items, "name": ["eintragen"]},
            "admin:fund_meeting_item": {"pk": items},
            "admin:fund_vote": {"pk": votes},
            "admin:fund_vote_close": {"pk": votes},
            "admin:fund_vote_cast": {"pk": votes, "item": items},
            "admin:fund_vote_start": {"body": list(CircularVote.objects.values_list("body", flat=True))},
            "admin:message_page": {"pk": keys(Message)},
            "admin:message_move": {"pk": keys(Message), "name": ["discard"]},
            "admin:minutes_read": {"pk": keys(Minutes)},
            "admin:view_on_site": {"content_type_id": [content_type(world)], "object_id": cases},
        }
        # Whose arguments go together: [{argument: value}]
        self.pairs = {
            "admin:fund_act": [
                {"pk": world.cases[case].pk, "name": act} for act, names in ACTS.items() for case in names
            ],
            "admin:fund_act_on": [
                {"pk": case, "name": act, "part": letter} for case, letter in letters for act in LETTER_ACTS
            ],
            "admin:fund_letter_pdf": [{"pk": case, "letter": letter} for case, letter in letters],
        }

    def of(self, name):
        model, found = model_of(name), {"year": self.years}
        if model is not None and is_of_cases(name):
            found["object_id"] = keys(model)
        if name.startswith("admin:fund_filing"):
            found["pk"] = self.filings
        elif name.startswith("admin:") and "meeting" in name:
            found["pk"] = self.meetings
        return found | self.known.get(name, {})


def keys(model):
    """Of what is there: all of it; of messages the newest about each case and of each kind, of the log one of each
    action; of meetings and minutes those that dealt with a case, and one other."""
    rows = model._base_manager.order_by("pk")
    if model is Message:
        found = {(each.about_model, each.about_id): each.pk for each in rows} | {each.kind: each.pk for each in rows}
        return sorted(set(found.values()))
    if model is AuditEntry:
        return sorted({each.action: each.pk for each in rows}.values())
    if model in (Meeting, Minutes):
        of_case = {f"{'meeting__' if model is Minutes else ''}case_items__isnull": False}
        return [*rows.filter(**of_case).distinct().values_list("pk", flat=True), rows.exclude(**of_case).first().pk]
    return list(rows.values_list("pk", flat=True)) or [1]


def years():
    """The year of all that was planted, and another one."""
    return [TODAY.year, FundYear.objects.exclude(year=TODAY.year).first().year]


def content_type(world):
    from django.contrib.contenttypes.models import ContentType

    return ContentType.objects.get_for_model(world.other).pk


def model_of(name):
    """The model that an address of the admin's own is about, None where it is about none."""
    return next(
        (
            model
            for model in admin.site._registry
            if name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_")
        ),
        None,
    )


def is_of_cases(name):
    model = model_of(name)
    return model is None or model._meta.label_lower in OF_CASES


def can_tell(name):
    return not name.endswith("_history") and (is_of_cases(name) or not name.endswith(("_add", "_delete")))


def combined(values):
    """[{argument: value}] of every combination of {argument: values}."""
    found = [{}]
    for argument, each in values.items():
        found = [done | {argument: value} for done in found for value in each]
    return found


def ways(world, secret="", *, whole=False):
    """{address: its name} of everything that can be asked for with GET; secret: the key of whoever walks."""
    asked = {
        name: address for name, address in addresses().items() if name not in LEFT_OUT and (whole or can_tell(name))
    }
    found, numbers = {address: name for name, address in asked.items()}, Numbers(world)
    for name, wanted in named_patterns(get_resolver()):
        if name not in asked or ("secret" in wanted and not secret):
            continue
        values = {key: [SAMPLES.get(key, "1")] for key in wanted} | {"secret": [secret.lower()]}
        values |= numbers.of(name)
        given = numbers.pairs.get(name) or combined({key: values[key] for key in wanted})
        for each in given if wanted & {"pk", "object_id", "secret", "year", "reference", "body"} else ():
            try:
                found[reverse(name, kwargs=each)] = name
            except Exception:  # noqa: BLE001, S112 - an address that takes other numbers than these stays as it was
                continue
    return found


def is_list(name):
    """Where people search and filter."""
    return (
        name.endswith(("_changelist", "_csv", "_xlsx", "_export", "_json"))
        or name in ("admin:fund_desk", "admin:fund_letters", "admin:fund_ledger", "fund:projects", "measures:list",
                    "measures:changes", "home", "contents", "fund:numbers")
    )  # fmt: skip


def kind_of(address, name):
    """Addresses that differ in their numbers alone: what a right refuses of one of them it refuses of all, with 403;
    what a case refuses is not there, with 404."""
    return name, re.sub(r"\d", "", address)


# Reading --------------------------------------------------------------------------------------------------------------


def text_of(response):
    """Everything an answer tells, its head included; files are opened."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    head = " ".join(f"{key}: {value}" for key, value in response.headers.items())
    return f"{head}\n{opened(content)}"


def opened(content):
    if content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(f"{name}\n{opened(archive.read(name))}" for name in archive.namelist())
    return content.decode("utf-8", "replace")


def told_by(text, words):
    """The names of the secrets that stand in a text, whatever case and space they are written with; a number only where
    it is not a part of a longer one."""
    plain = text.casefold().replace("\xa0", " ").replace("\u202f", " ")
    there = set(WORD.findall(plain))
    return {name for name, signs in words.items() if any(sign in there or stands_in(plain, sign) for sign in signs)}


def stands_in(text, sign):
    """Of a sign that is no single word: a number, or one in groups."""
    if WORD.fullmatch(sign) or sign not in text:
        return False
    return re.search(rf"(?<!\d){re.escape(sign)}(?!\d)", text) is not None


class Walker:
    """Somebody who asks for one address after the other, and signs in again where an answer signed her out."""

    def __init__(self, name=""):
        self.client, self.name, self.key = Client(raise_request_exception=False), name, None

    def ask(self, address):
        cookie = self.client.cookies.get("sessionid")
        if self.name and (cookie is None or cookie.value != self.key):
            self.client.cookies.clear()
            self.client.force_login(user(self.name))
            self.key = self.client.cookies["sessionid"].value
        return self.client.get(address)

    def walk(self, found, words, *, whole=False):
        """{secret: names of addresses that told it}; and addresses that failed. Lists that open are searched too."""
        told, failed, ahead, answers = {}, [], list(found.items()), defaultdict(list)
        while ahead:
            address, name = ahead.pop()
            kind = kind_of(address, name)
            if not whole and (answers[kind] == REFUSED or (self.name and not address.startswith(STAFF))):
                continue
            response = self.ask(address)
            answers[kind].append(response.status_code)
            if response.status_code >= 500:
                failed.append(address)
            if response.status_code == 200 and is_list(name) and "?" not in address and (whole or is_of_cases(name)):
                ahead += [(address + query, name) for query in ASKED]
            for secret in told_by(text_of(response), words):
                told.setdefault(secret, set()).add(name)
        return told, failed
