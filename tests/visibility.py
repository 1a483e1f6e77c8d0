"""The walk that looks for planted secrets on every way out."""

import re

SECRET = "Geheimnis"


def text_of(response):
    return (response.getvalue() if response.streaming else response.content).decode()


def told_secrets(client, ways):
    """{(language, way): (what was told, status)} of every way that tells a secret or does not answer as it should."""
    told = {}
    for code in ("de", "ar"):
        for way in ways:
            response = client.get(f"/{code}/{way}", follow=True)
            found = re.findall(rf".{{0,40}}{SECRET}.{{0,20}}", text_of(response))
            if found or response.status_code not in (200, 404):
                told[code, way] = found, response.status_code
    return told
