"""Every address of the portal, by every role, with GET and POST, against the table in access.tsv.

The table is read by people: one row an address and method, one column a role. An address that is not in it is a
fault, so a new page always gets a decision about who may open it.
"""

from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver
from django.utils import timezone

from wir.accounts.audit import Action, record

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("access.tsv")
ROLES = (
    "anonymous",
    "redaktion",
    "fachstelle",
    "uebersetzung-tr",
    "pruefung-tr",
    "team1",
    "leitung",
    "gremium1",
    "vorsitz",
    "ausschuss",
    "finanzen",
    "datenschutz",
    "admin",
)
SAMPLES = {
    "number": 2,
    "field": 2,
    "slug": "finanzen",
    "app_label": "strategy",
    "url": "x",
    "content_type_id": 1,
    "provider_id": "stadt",
    "key": "x-y",
    "uidb36": "1",
    "id": 1,
    "pk": 1,
    "name": "publish",
    "day": "2022-07-11",
    "year": 2022,
    "measure": 1,
    "secret": "xxxxxxxxxxxxxxxx",
    "step": "wer",
    "reference": "WIR-2027-7777",
}

MEASURES = {
    "measures:measure": "migrantinnencommunities-unterstuetzen-wohnungslose-menschen",
    "measures:measure_json": "migrantinnencommunities-unterstuetzen-wohnungslose-menschen",
    "measures:district": "vahrenwald-list",
}


def named_patterns(resolver, spaces=(), inherited=frozenset()):
    """(name, names of its arguments) of every pattern below a resolver."""
    for pattern in resolver.url_patterns:
        wanted = inherited | set(pattern.pattern.converters) | set(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            yield from named_patterns(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces, wanted)
        elif pattern.name:
            yield ":".join((*spaces, pattern.name)), wanted


def addresses():
    """{name: address} of every pattern, with an existing object where one is asked for."""
    found = {}
    for name, wanted in named_patterns(get_resolver()):
        arguments = {key: SAMPLES.get(key, "1") for key in wanted}
        if "object_id" in arguments:
            arguments["object_id"] = object_for(name)
        if name == "strategy:subtopic":
            arguments["slug"] = "besondere-soziale-lagen-und-armut"
        if name.startswith("measures:"):
            arguments |= {"slug": MEASURES.get(name, "x")}
            arguments = {key: value for key, value in arguments.items() if key in wanted}
        if name == "admin:message_move":
            arguments["name"] = "discard"
        if name in ("admin:fund_money_act", "admin:fund_carry_act"):
            arguments["name"] = "bereitstellen" if name == "admin:fund_money_act" else "genehmigen"
        if name == "strategy:field":
            arguments["slug"] = "soziales"
        found[name] = reverse(name, kwargs=arguments)
    return found


def object_for(name):
    """The number of an object of the model that an admin address is about; a made-up one where there is none."""
    for model in admin.site._registry:
        if name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_"):
            first = apps.get_model(model._meta.label)._base_manager.order_by("pk").first()
            return first.pk if first else 1
    return 1


def read_table():
    """{(method, name): {role: status}}"""
    header, *rows = (line.split("\t") for line in TABLE.read_text().splitlines())
    assert tuple(header[2:]) == ROLES
    return {(row[0], row[1]): dict(zip(ROLES, map(int, row[2:]), strict=True)) for row in rows}


class Visitor:
    """Somebody who asks for one address after the other, and signs in again where an answer signed her out."""

    def __init__(self, role, person):
        self.role, self.person = role, person
        self.client = Client(raise_request_exception=False)
        self.key = None

    def ask(self, method, address):
        cookie = self.client.cookies.get("sessionid")
        if self.role != "anonymous" and (cookie is None or cookie.value != self.key):
            self.client.cookies.clear()
            self.client.force_login(self.person(self.role))
            self.key = self.client.cookies["sessionid"].value
        return self.client.generic(method, address).status_code


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_every_role_as_the_table_says(person, role):
    table, visitor = read_table(), Visitor(role, person)
    record(by=person("team1"), action=Action.SIGNED_IN, now=timezone.now())  # the log has an entry to ask for

    wrong = []
    for name, address in addresses().items():
        for method in ("GET", "POST"):
            status = visitor.ask(method, address)
            if status != table.get((method, name), {}).get(role):
                wrong.append((method, name, status))

    assert wrong == []


def test_the_table_names_no_address_that_is_gone():
    assert {name for _method, name in read_table()} == set(addresses())


def test_nobody_but_staff_opens_the_back_office():
    table = read_table()

    assert {row["anonymous"] for (_method, name), row in table.items() if name.startswith("admin:")} <= {302, 404}


def test_nothing_fails():
    assert [key for key, row in read_table().items() if max(row.values()) >= 500] == []
