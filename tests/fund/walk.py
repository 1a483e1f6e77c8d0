"""Every address of the portal with every number that fits it, and what an answer tells: pages, files, archives."""

import io
import re
import zipfile

from django.contrib import admin
from django.test import Client
from django.urls import get_resolver, reverse
from pypdf import PdfReader

from fund.models import CaseFile, CaseItem, CircularVote, CommitteeStep, Filing, FundYear, Letter, StepResult
from strategy.models import Meeting, Minutes
from tests.fund.planted import SEARCHED, user
from tests.wir.test_access import SAMPLES, addresses, named_patterns
from wir.outbox.models import Message

ACTS = ("konflikt", "release_decision", "merge")
LETTER_ACTS = ("brief", "brief-gelesen")
# Ends what the visitor came with; the other walk of tests/wir covers them
LEFT_OUT = ("account_logout", "admin:logout")
# Where people search and filter, with what is sent along
ASKED = (f"?q={SEARCHED}", "?ansicht=alle")
MODELS = ("fund", "outbox", "accounts")


def numbers(name, world):
    """{argument: values} of an address of the fund that asks for something that is there."""
    cases = [case.pk for case in world.cases.values()]
    if name in ("admin:fund_act", "admin:fund_case", "admin:fund_bundle", "admin:fund_proposal"):
        return {"pk": cases, "name": ACTS}
    found = {
        "admin:fund_file": {"pk": keys(CaseFile)},
        "fund:file": {"pk": keys(CaseFile)},
        "fund:letter": {"pk": keys(Letter)},
        "fund:letter_paper": {"pk": keys(Letter)},
        "fund:project": {"reference": [case.reference for case in world.cases.values()]},
        "fund:step": {"step": ["wer", "was", "kontakt", "konzept", "kosten"]},
        "admin:fund_filing_results": {"pk": keys(Filing), "station": keys(CommitteeStep)},
        "admin:fund_filing_act": {"pk": keys(Filing), "name": ["termine", "erneut", "einbringen"]},
        "admin:fund_step_result": {"pk": keys(StepResult), "name": ["bestaetigen", "verwerfen"]},
        "admin:fund_meeting_step": {"pk": keys(CaseItem), "name": ["eintragen"]},
        "admin:fund_meeting_item": {"pk": keys(CaseItem)},
        "admin:fund_vote": {"pk": keys(CircularVote)},
        "admin:fund_vote_close": {"pk": keys(CircularVote)},
        "admin:fund_vote_cast": {"pk": keys(CircularVote), "item": keys(CaseItem)},
        "admin:fund_vote_start": {"body": list(CircularVote.objects.values_list("body", flat=True))},
        "admin:message_page": {"pk": keys(Message)},
        "admin:message_move": {"pk": keys(Message)[:1], "name": ["discard"]},
        "admin:minutes_read": {"pk": keys(Minutes)},
        "admin:view_on_site": {"content_type_id": [content_type(world)], "object_id": cases},
    }.get(name)
    if found:
        return found
    if name.startswith("admin:fund_filing"):
        return {"pk": keys(Filing)}
    if "meeting" in name and name.startswith("admin:"):
        return {"pk": keys(Meeting)}
    return {"year": list(FundYear.objects.values_list("year", flat=True))}


def keys(model):
    return list(model._base_manager.order_by("pk").values_list("pk", flat=True)) or [1]


def content_type(world):
    from django.contrib.contenttypes.models import ContentType

    return ContentType.objects.get_for_model(world.other).pk


def objects(name):
    """Every object of the models that hold something secret; the first one of the others."""
    for model in admin.site._registry:
        label = model._meta
        if name.startswith(f"admin:{label.app_label}_{label.model_name}_") and label.app_label in MODELS:
            return keys(model)[:20]
    return None


def combined(values):
    """[{argument: value}] of every combination of {argument: values}."""
    found = [{}]
    for argument, each in values.items():
        found = [done | {argument: value} for done in found for value in each]
    return found


def ways(world, secret=""):
    """{address: its name} of everything that can be asked for with GET; secret: the key of whoever walks."""
    found = {address: name for name, address in addresses().items() if name not in LEFT_OUT}
    for name, wanted in named_patterns(get_resolver()):
        if name in LEFT_OUT:
            continue
        if "secret" in wanted and not secret:
            continue
        values = {key: [SAMPLES.get(key, "1")] for key in wanted}
        values |= {key: each for key, each in numbers(name, world).items() if key in wanted}
        if "object_id" in wanted and name.startswith("admin:") and objects(name):
            values["object_id"] = objects(name)
        if "secret" in wanted:
            values["secret"] = [secret.lower()]
        if not wanted & {"pk", "object_id", "secret", "year", "reference", "body"}:
            values = None
        if name in ("admin:fund_act_on", "admin:fund_letter_pdf"):
            pairs = Letter.objects.values_list("decision__application", "pk")
            given = [{"pk": case, "letter": letter, "part": letter} for case, letter in pairs]
            given = [each | {"name": act} for each in given for act in LETTER_ACTS]
            for each in given:
                found[reverse(name, kwargs={key: each[key] for key in wanted})] = name
            continue
        for each in combined(values) if values else ():
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
    return {name for name, signs in words.items() if any(stands_in(plain, sign.casefold()) for sign in signs)}


def stands_in(text, sign):
    if sign not in text:
        return False
    return not sign[0].isdigit() or re.search(rf"(?<!\d){re.escape(sign)}(?!\d)", text) is not None


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

    def walk(self, found, words):
        """{secret: names of addresses that told it}; and addresses that failed. Lists that open are searched too."""
        told, failed, ahead = {}, [], list(found.items())
        while ahead:
            address, name = ahead.pop()
            response = self.ask(address)
            if response.status_code >= 500:
                failed.append(address)
            if response.status_code == 200 and is_list(name) and "?" not in address:
                ahead += [(address + query, name) for query in ASKED]
            for secret in told_by(text_of(response), words):
                told.setdefault(secret, set()).add(name)
        return told, failed
