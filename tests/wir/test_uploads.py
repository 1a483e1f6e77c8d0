"""Pages that want no file keep none of it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from wir import uploads

pytestmark = pytest.mark.django_db


def test_what_is_posted_beyond_the_limit_is_read_and_forgotten(rf, monkeypatch):
    monkeypatch.setattr(uploads, "MOST", 100_000)
    monkeypatch.setattr(uploads.Bounded, "left", 100_000)
    small, big = SimpleUploadedFile("a.txt", b"a" * 50_000), SimpleUploadedFile("b.txt", b"b" * 1_000_000)

    request = rf.post("/de/fonds/antrag/code/", {"code": "x", "klein": small, "gross": big})

    assert request.POST["code"] == "x"
    assert {name: file.size for name, file in request.FILES.items()} == {"klein": 50_000}
